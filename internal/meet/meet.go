// Package meet is in charge of when and where people of a call come together:
// the dates of an event and the shifts of a volunteering. It holds places and
// guests, who comes and who waits, what those are told before, the check-in at
// the place, and the hours that people helped.
//
// The acts that come of it are package act's; how a telling looks is the
// notices' business, and how a calendar does, that of the door syndication.
package meet

import (
	"context"
	"log/slog"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/mail"
)

// Date is one time at which people of a call come together. Those who organise
// the call make and change it; its coordinator checks people in.
type Date struct {
	ID          id.ID
	CallID      id.ID
	MovementID  id.ID
	SeriesID    id.ID  // of those made by one rule; 0 for a single one
	Title       string // what happens then; "" is the call's title
	Note        string // Markdown
	StartsAt    time.Time
	EndsAt      time.Time
	Zone        string // IANA name: the clock of the place
	Place       string
	Spot        *Spot  // nil where the place is not on a map
	Access      string // ramps, quiet corners, signing
	Online      string // a link; "" for whoever may not see it, see Seen
	Skills      string
	Capacity    int64 // places; 0 is without limit
	GuestsMost  int64 // whom one person may bring
	Taken       int64 // places: people who come, and their guests
	Waiting     int64 // people who wait for a place
	Names       Names
	Coordinator id.ID // account; 0 for none
	State       State
	Reason      string // why it was cancelled
	Sequence    int64  // of changes to time, place and state, for calendars
	CreatedAt   time.Time
	ChangedAt   time.Time

	turn int64 // of the check-in code
}

// Spot is a point on the map, in degrees.
type Spot struct{ Latitude, Longitude float64 }

// State says whether a date takes place.
type State string

// The states; what is cancelled stays so.
const (
	On        State = "on"
	Cancelled State = "cancelled"
)

// Names says who sees by name who comes. Numbers are public.
type Names string

// Those who are responsible always do.
const (
	ToComers     Names = "comers"     // and those who come themselves
	ToOrganisers Names = "organisers" // alone
)

// Location is where the date's clock stands.
func (d *Date) Location() *time.Location {
	zone, err := time.LoadLocation(d.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Starts is when it starts, by the clock of the place.
func (d *Date) Starts() time.Time { return d.StartsAt.In(d.Location()) }

// Ends is when it ends, by the clock of the place.
func (d *Date) Ends() time.Time { return d.EndsAt.In(d.Location()) }

// Left is how many places nobody has, and false where there is no limit. Where some
// wait they are not for others: see Free.
func (d *Date) Left() (n int64, limited bool) {
	return max(0, d.Capacity-d.Taken), d.Capacity > 0
}

// Minutes is how long it lasts.
func (d *Date) Minutes() int64 { return int64(d.EndsAt.Sub(d.StartsAt) / time.Minute) }

// Free is how many places are left, and false where there is no limit. Where
// somebody waits there are none for others.
func (d *Date) Free() (n int64, limited bool) {
	if n, limited = d.Left(); d.Waiting > 0 {
		n = 0
	}
	return n, limited
}

// Standing is whether somebody has a place.
type Standing string

// Who withdraws is on no list; at a date that was cancelled, nobody has a standing.
const (
	Comes   Standing = "comes"
	Waits   Standing = "waits"
	Nowhere Standing = ""
)

// Coming is somebody who comes to a date, or waits for a place. It is for the
// person and for those who are responsible; others see at most the name.
type Coming struct {
	ID         id.ID
	DateID     id.ID
	AccountID  id.ID
	Guests     int64 // beside the person
	Standing   Standing
	Shown      bool           // by name to the others who come
	Visibility act.Visibility // of the act that a check-in makes
	CreatedAt  time.Time
	CameAt     time.Time // when they were checked in; zero if they were not
	CameHow    How
	ActID      id.ID
	Minutes    int64 // of a shift, as logged; 0 if not
	Hours      Hours
	Note       string // of the person, beside the hours
	Reason     string // why the hours are disputed
	HoursBy    id.ID  // who confirmed or disputed them
	HoursAt    time.Time
	InspiredBy act.Source // what moved them to come, as they said; the person's alone

	ConfirmAt time.Time // when the check-in confirms the hours, if they are no longer than the shift; zero for not, or done

	walkedIn bool  // put on the list by a check-in
	cameBy   id.ID // whose word the check-in is; 0 for the code's
}

// How somebody was checked in.
type How string

// By oneself with the code, or by a coordinator.
const (
	ByCode How = "code"
	ByList How = "list"
)

// Hours is where somebody's hours stand.
type Hours string

// From the person's word to the coordinator's.
const (
	NoHours        Hours = ""
	HoursLogged    Hours = "logged"
	HoursConfirmed Hours = "confirmed"
	HoursDisputed  Hours = "disputed"
)

// The events of this room.
type (
	// Changed is a date that was made, changed or cancelled.
	Changed struct{ DateID, CallID, MovementID id.ID }
	// Told is something that somebody who comes is being told, once.
	Told struct {
		What       What
		CallID     id.ID
		DateID     id.ID // 0 where it is about the call as a whole
		MovementID id.ID
		AccountID  id.ID
		Title      string
		Place      string
		StartsAt   time.Time
		Zone       string
		Reason     string
		More       int64 // as many further dates likewise
		At         time.Time
	}
)

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Auth     *auth.Service
	Calls    *call.Service
	Acts     *act.Service
}

// Config is what an operator sets, and what the server hands in.
type Config struct {
	URL  string // of this server, without a slash at its end
	Name string // what the server calls itself
	Key  []byte // 32 random bytes that codes and links are derived from, the same on all nodes
	Log  *slog.Logger
}

// Mailer sends a mail.
type Mailer interface {
	Send(ctx context.Context, m mail.Message) error
}

// Service is the room's one door. What is for somebody who has signed in answers
// problem.Unauthorized to others; problem.NotFound a date that does not exist or
// whose call may not be seen; problem.Forbidden who may not.
type Service struct {
	d      *db.DB
	ids    *id.Source
	hub    *event.Hub
	jobs   *jobs.Jobs
	now    func() time.Time
	mailer Mailer
	config Config
	rooms  Rooms
}

// New opens the room and registers its jobs with j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, mailer Mailer, config Config, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, mailer: mailer, config: config, rooms: rooms}
	jobs.Handle(j, s.tell)
	jobs.HandleIn(j, jobs.Mail, s.sendMail)
	jobs.Handle(j, s.moveOn)
	jobs.Handle(j, s.erase)
	return s
}
