package syndication_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	ical "github.com/emersion/go-ical"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/seed"
	"goodturn/internal/syndication"
)

var ctx = context.Background()

// house is a movement with an event, and the door.
type house struct {
	*seed.Mission
	meets   *meet.Service
	badges  *badge.Service
	ada, bo *account.Account
	soup    *movement.Movement
	walk    *call.Call
	mux     *http.ServeMux
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{Mission: seed.NewMission(t, seed.NewGround(t, d)), mux: http.NewServeMux()}
		logins := auth.New(d, h.IDs, h.Hub, h.Clock.Now, h.Accounts, h.Jobs, &seed.Letters{}, auth.Config{URL: seed.Base, Name: "Here", Log: h.Log, DeviceKey: make([]byte, 32)})
		h.meets = seed.Meets(t, h.Mission, &seed.Letters{}, logins)
		h.badges = seed.Badges(t, h.Mission, logins)
		h.ada, h.bo = seed.Account(t, h.Ground, "ada"), seed.Account(t, h.Ground, "bo")
		h.soup = seed.Movement(t, h.Movements, h.ada, "Soup")
		h.walk = seed.Call(t, h.Calls, h.ada, h.soup, call.Event)
		syndication.New(syndication.Config{URL: seed.Base, Log: h.Log, Now: h.Clock.Now, Limits: true},
			syndication.Rooms{Movements: h.Movements, Calls: h.Calls, Meets: h.meets, Badges: h.badges}).Register(h.mux)
		f(t, h)
	})
}

func (h *house) get(t *testing.T, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.mux.ServeHTTP(w, r)
	return w
}

// read parses a file with a parser that is not its writer's.
func (h *house) read(t *testing.T, path string) (*ical.Calendar, []ical.Event) {
	t.Helper()
	w := h.get(t, path)
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Fatalf("%s answers %d as %s", path, w.Code, w.Header().Get("Content-Type"))
	}
	for line := range strings.SplitSeq(w.Body.String(), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
			t.Errorf("a line of %d bytes: %q", len(line), line)
		}
	}
	cal, err := ical.NewDecoder(w.Body).Decode()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return cal, cal.Events()
}

func text(t *testing.T, e ical.Event, name string) string {
	t.Helper()
	s, err := e.Props.Text(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCalendar(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		// A weekly series right across the end of summer time.
		d, err := h.meets.Add(ctx, account.As(h.ada), h.walk.ID, meet.Draft{Title: "Soup; bread, and a very long title — with ümläuts that have to be folded somewhere",
			Note: "First line.\nSecond, with a comma; and \\ more.", Starts: "2097-10-22T18:00", Ends: "2097-10-22T20:00", Zone: "Europe/Vienna", Place: "Old square, east gate",
			Spot: &meet.Spot{Latitude: 48.2085, Longitude: 16.3731}, Online: "https://talk.example/soup", Repeat: "FREQ=WEEKLY;COUNT=3"})
		if err != nil {
			t.Fatal(err)
		}
		file := "/dates/" + d.ID.String() + "/calendar.ics"
		_, one := h.read(t, file)
		if len(one) != 1 {
			t.Fatalf("%d events", len(one))
		}
		e := one[0]
		for name, want := range map[string]string{
			ical.PropUID: "date-" + d.ID.String() + "@here.example", ical.PropSummary: d.Title, ical.PropLocation: "Old square, east gate",
			ical.PropDescription: "First line.\nSecond, with a comma; and \\ more.\n\nhttps://here.example/dates/" + d.ID.String(),
			ical.PropStatus:      "CONFIRMED",
		} {
			if got := text(t, e, name); got != want {
				t.Errorf("%s is %q, not %q", name, got, want)
			}
		}
		cal, series := h.read(t, "/calls/"+h.walk.ID.String()+"/dates.ics")
		if len(series) != 3 {
			t.Fatalf("the series has %d events", len(series))
		}
		hours := []int{16, 17, 17}
		seen := map[string]bool{}
		for i, e := range series {
			at, err := e.DateTimeStart(time.UTC)
			if err != nil || at.UTC().Hour() != hours[i] || at.Format("15:04") != "18:00" || e.Props.Get(ical.PropDateTimeStart).Params.Get(ical.ParamTimezoneID) != "Europe/Vienna" {
				t.Errorf("number %d begins at %s, %v", i, at, err)
			}
			if end, err := e.DateTimeEnd(time.UTC); err != nil || end.Sub(at) != 2*time.Hour {
				t.Errorf("number %d ends at %s, %v", i, end, err)
			}
			if seen[text(t, e, ical.PropUID)] {
				t.Error("one UID stands twice")
			}
			seen[text(t, e, ical.PropUID)] = true
		}
		zones(t, cal)

		// What changed has a new sequence, what is off says so.
		draft := d.Draft()
		draft.Place = "New square"
		if _, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft); err != nil {
			t.Fatal(err)
		}
		if err := h.meets.Cancel(ctx, account.As(h.ada), d.ID, "Hail.", false); err != nil {
			t.Fatal(err)
		}
		_, one = h.read(t, file)
		if e := one[0]; text(t, e, ical.PropStatus) != "CANCELLED" || e.Props.Get(ical.PropSequence).Value != "2" || text(t, e, ical.PropUID) != "date-"+d.ID.String()+"@here.example" {
			t.Errorf("the cancelled one is %s, sequence %s", text(t, e, ical.PropStatus), e.Props.Get(ical.PropSequence).Value)
		}
		if _, of := h.read(t, "/movements/soup/dates.ics"); len(of) != 3 {
			t.Errorf("the movement has %d", len(of))
		}
	})
}

// zones checks that the file describes both offsets of Vienna, each from the
// moment on at which the clocks were changed, by the clock before.
func zones(t *testing.T, cal *ical.Calendar) {
	t.Helper()
	want := map[string]string{"DAYLIGHT": "20970331T020000 +0100 +0200", "STANDARD": "20971027T030000 +0200 +0100"}
	for _, zone := range cal.Children {
		if zone.Name != ical.CompTimezone {
			continue
		}
		for _, part := range zone.Children {
			got := part.Props.Get(ical.PropDateTimeStart).Value + " " + part.Props.Get(ical.PropTimezoneOffsetFrom).Value + " " + part.Props.Get(ical.PropTimezoneOffsetTo).Value
			if got != want[part.Name] {
				t.Errorf("%s is %s, not %s", part.Name, got, want[part.Name])
			}
			delete(want, part.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("not described: %v", want)
	}
}

// The online link stands in the calendar of who comes, and nowhere else.
func TestCalendar_Private(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour)
		if _, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/dates/" + d.ID.String() + "/calendar.ics", "/calls/" + h.walk.ID.String() + "/dates.ics", "/movements/soup/dates.ics"} {
			if w := h.get(t, path); w.Code != 200 || strings.Contains(w.Body.String(), "talk.example") {
				t.Errorf("%s answers %d: %s", path, w.Code, w.Body)
			}
		}
		secret, err := h.meets.NewCalendar(ctx, account.As(h.bo))
		if err != nil {
			t.Fatal(err)
		}
		mine := h.get(t, "/calendar/"+secret+"/dates.ics")
		if mine.Code != 200 || !strings.Contains(mine.Body.String(), "talk.example") || mine.Header().Get("Cache-Control") != "private, no-store" {
			t.Errorf("one's own answers %d, %s", mine.Code, mine.Header())
		}
		if w := h.get(t, "/calendar/"+secret+"/dates.ics", "If-None-Match", mine.Header().Get("ETag")); w.Code != 304 {
			t.Errorf("what is known answers %d", w.Code)
		}
		if err := h.meets.EndCalendar(ctx, account.As(h.bo)); err != nil {
			t.Fatal(err)
		}
		hidden := seed.Call(t, h.Calls, h.ada, h.soup, call.Event, func(d *call.Draft) { d.Unpublished = true })
		draft := seed.Date(t, h.Mission, h.meets, h.ada, hidden, 48*time.Hour)
		for _, path := range []string{"/calendar/" + secret + "/dates.ics", "/calendar/guess/dates.ics", "/dates/1/calendar.ics", "/dates/x/calendar.ics",
			"/dates/" + draft.ID.String() + "/calendar.ics", "/calls/" + hidden.ID.String() + "/dates.ics", "/movements/nowhere/dates.ics"} {
			if w := h.get(t, path); w.Code != 404 {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
		for range 400 {
			if w := h.get(t, "/calendar/guess/dates.ics"); w.Code == 429 {
				return
			}
		}
		t.Error("one may guess as often as one likes")
	})
}
