package seed

import (
	"context"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/event"
	"goodturn/internal/mail"
	"goodturn/internal/meet"
)

// Letters are mails that were sent in a test.
type Letters struct {
	mu  sync.Mutex
	all []mail.Message
}

// Send keeps a mail.
func (l *Letters) Send(_ context.Context, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, m)
	return nil
}

// Delivers says that mails reach people.
func (l *Letters) Delivers() bool { return true }

// All are those so far.
func (l *Letters) All() []mail.Message {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]mail.Message(nil), l.all...)
}

// Meets opens the room on m, wired as package server wires it; with the logins of
// a house that has some.
func Meets(t testing.TB, m *Mission, letters *Letters, with ...*auth.Service) *meet.Service {
	t.Helper()
	for _, logins := range with {
		return meets(m, letters, logins)
	}
	return meets(m, letters, auth.New(m.D, m.IDs, m.Hub, m.Clock.Now, m.Accounts, m.Jobs, letters, auth.Config{URL: Base, Name: "Here", Log: m.Log, DeviceKey: make([]byte, 32)}))
}

func meets(m *Mission, letters *Letters, logins *auth.Service) *meet.Service {
	s := meet.New(m.D, m.IDs, m.Hub, m.Jobs, m.Clock.Now, letters, meet.Config{URL: Base, Name: "Here", Key: make([]byte, 32), Log: m.Log},
		meet.Rooms{Accounts: m.Accounts, Auth: logins, Calls: m.Calls, Acts: m.Acts})
	event.On(m.Hub, s.OnAccountDeleted)
	event.On(m.Hub, s.OnCallOpened)
	event.On(m.Hub, s.OnCallCancelled)
	event.On(m.Hub, s.OnCallDiscarded)
	event.On(m.Hub, s.OnMemberLeft)
	event.On(m.Hub, s.OnActWithdrawn)
	event.On(m.Hub, s.OnActProven)
	event.On(m.Hub, s.OnAccountChanged)
	m.Acts.Kept, m.Acts.Begins = s.Keeps, s.Begins
	s.Truths(m.Book)
	return s
}

// Date makes a date of a call that begins in a while and lasts two hours, in
// Vienna unless a with says otherwise.
func Date(t testing.TB, m *Mission, s *meet.Service, organiser *account.Account, c *call.Call, in time.Duration, with ...func(*meet.Draft)) *meet.Seen {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	starts := m.Clock.Now().Add(in).In(zone).Truncate(time.Minute)
	d := meet.Draft{Starts: meet.WallOf(starts), Ends: meet.WallOf(starts.Add(2 * time.Hour)), Zone: "Europe/Vienna", Place: "The market hall", Online: "https://talk.example/soup"}
	for _, f := range with {
		f(&d)
	}
	made, err := s.Add(context.Background(), account.As(organiser), c.ID, d)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// Places, for Date, says how many there are.
func Places(n int64) func(*meet.Draft) { return func(d *meet.Draft) { d.Capacity = n } }

// Guests, for Date, says how many a person may bring.
func Guests(n int64) func(*meet.Draft) { return func(d *meet.Draft) { d.GuestsMost = n } }
