package api

import (
	"encoding/json"
	"reflect"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

// Time is a moment in JSON: RFC 3339, given in UTC with milliseconds.
type Time time.Time

const timeLayout = "2006-01-02T15:04:05.000Z"

// when is nil for a time that was not said.
func when(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return (*Time)(&t)
}

// moment is the zero time for none.
func moment(t *Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return time.Time(*t).UTC()
}

// MarshalJSON writes the moment.
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Time(t).UTC().Format(timeLayout))
}

// UnmarshalJSON reads any RFC 3339 time, to the millisecond.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s string
	err := json.Unmarshal(b, &s)
	if err == nil {
		var at time.Time
		if at, err = time.Parse(time.RFC3339, s); err == nil {
			*t = Time(at.UTC().Truncate(time.Millisecond))
			return nil
		}
	}
	return &json.UnmarshalTypeError{Value: "text", Type: reflect.TypeFor[Time]()}
}

// Wants says what is expected, see door.Worded.
func (Time) Wants() string { return "a time such as 2026-11-22T09:30:00Z" }

// Ref is an id as somebody sends it.
type Ref id.ID

// UnmarshalJSON reads an id, which is text.
func (r *Ref) UnmarshalJSON(b []byte) error {
	var s string
	err := json.Unmarshal(b, &s)
	if err == nil {
		var i id.ID
		if i, err = id.Parse(s); err == nil {
			*r = Ref(i)
			return nil
		}
	}
	return &json.UnmarshalTypeError{Value: "text", Type: reflect.TypeFor[Ref]()}
}

// MarshalJSON writes the id as text.
func (r Ref) MarshalJSON() ([]byte, error) { return json.Marshal(id.ID(r).String()) }

// Wants says what is expected, see door.Worded.
func (Ref) Wants() string { return "text of digits, the id from an answer of this server" }

func ids(refs []Ref) []id.ID {
	out := make([]id.ID, len(refs))
	for i, r := range refs {
		out[i] = id.ID(r)
	}
	return out
}

// some is nil for no id.
func some(i id.ID) *id.ID {
	if i == 0 {
		return nil
	}
	return &i
}

// number is nil for 0, where 0 means that it was not said.
func number[N int | int64](n N) *N {
	if n == 0 {
		return nil
	}
	return &n
}

// all is a list that is never null in JSON.
func all[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// each makes a list of what f makes of another, never null in JSON.
func each[From, To any](list []From, f func(From) To) []To {
	out := make([]To, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// Account is somebody, in short; Mastodon's API has all of it under the same id.
type Account struct {
	ID       id.ID        `json:"id"`
	Username string       `json:"username" example:"ada"`
	Handle   string       `json:"handle" about:"What to mention or name the account by: with @server where it lives elsewhere." example:"ada"`
	Name     string       `json:"name" about:"What to call it." example:"Ada of the Lake"`
	Kind     account.Kind `json:"kind" enum:"person organisation movement server"`
	URL      string       `json:"url" example:"https://goodturn.example/@ada"`
}

func (d *Door) account(a *account.Account) *Account {
	out := &Account{ID: a.ID, Username: a.Username, Handle: a.Handle(), Name: a.Title(), Kind: a.Kind, URL: a.URL}
	if a.Local() {
		out.URL = d.URL + "/@" + a.Username
	}
	return out
}

// Unit is what is counted: things, or money.
type Unit struct {
	Unit     string `json:"unit,omitempty" about:"What is counted, where it is not money: acts, minutes, signatures and so on." example:"minutes"`
	Currency string `json:"currency,omitempty" about:"ISO 4217, where money is counted; amounts are in its smallest unit (cents)."`
}

func unit(u string) Unit {
	if call.IsCurrency(u) {
		return Unit{Currency: u}
	}
	return Unit{Unit: u}
}

// either is the unit that somebody sent as a currency, or as a unit.
func either(currency, unit string) string {
	if currency != "" {
		return currency
	}
	return unit
}

// Total is what acts in one unit and of one proof add up to. Totals of
// different units are never added.
type Total struct {
	Unit
	Proof  call.Proof `json:"proof" enum:"told witnessed confirmed" about:"Why to believe these acts." example:"confirmed"`
	Amount int64      `json:"amount" about:"In the smallest unit: cents, minutes, pieces." example:"1530"`
	Acts   int64      `json:"acts" example:"17"`
	People int64      `json:"people" about:"How many different people did them." example:"15"`
}

func totals(t call.Totals) []Total {
	return each(t.Each, func(t call.Total) Total {
		return Total{Unit: unit(t.Unit), Proof: t.Proof, Amount: t.Amount, Acts: t.Acts, People: t.People}
	})
}

// MovementRef is a movement, in short.
type MovementRef struct {
	ID      id.ID  `json:"id"`
	Slug    string `json:"slug" example:"soupforall"`
	Hashtag string `json:"hashtag" about:"Without #." example:"SoupForAll"`
	Name    string `json:"name" example:"Soup for all"`
	URL     string `json:"url" example:"https://goodturn.example/movements/soupforall"`
}

func (d *Door) movementRef(m *movement.Movement) *MovementRef {
	return &MovementRef{ID: m.ID, Slug: m.Slug, Hashtag: m.Hashtag, Name: m.Name, URL: d.URL + "/movements/" + m.Slug}
}

// CallRef is a call, in short.
type CallRef struct {
	ID    id.ID     `json:"id"`
	Kind  call.Kind `json:"kind" enum:"petition fundraiser volunteering event challenge deed" example:"volunteering"`
	Title string    `json:"title" example:"Cook on Sundays"`
	URL   string    `json:"url" example:"https://goodturn.example/calls/117104873472131072"`
}

func (d *Door) callRef(c *call.Call) *CallRef {
	return &CallRef{ID: c.ID, Kind: c.Kind, Title: c.Title, URL: d.URL + "/calls/" + c.ID.String()}
}
