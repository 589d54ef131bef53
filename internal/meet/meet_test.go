package meet_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// house is a movement with its organiser, an event and a volunteering.
type house struct {
	*seed.Mission
	meets        *meet.Service
	letters      *seed.Letters
	told         func() []meet.Told
	ada, bo, eve *account.Account // ada organises
	soup         *movement.Movement
	walk, cook   *call.Call
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := &house{Mission: seed.NewMission(t, seed.NewGround(t, d)), letters: &seed.Letters{}}
		h.meets = seed.Meets(t, h.Mission, h.letters)
		h.told = seed.Events[meet.Told](h.Ground)
		h.ada, h.bo, h.eve = seed.Account(t, h.Ground, "ada"), seed.Account(t, h.Ground, "bo"), seed.Account(t, h.Ground, "eve")
		h.soup = seed.Movement(t, h.Movements, h.ada, "Soup")
		h.walk = seed.Call(t, h.Calls, h.ada, h.soup, call.Event)
		h.cook = seed.Call(t, h.Calls, h.ada, h.soup, call.Volunteering)
		f(t, h)
		h.addsUp(t)
		h.Counted(t)
	})
}

// addsUp holds the places of every date against who comes and who waits.
func (h *house) addsUp(t *testing.T) {
	t.Helper()
	var off int
	err := h.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM call_date d WHERE taken <> (SELECT COALESCE(SUM(1 + guests), 0) FROM coming WHERE date_id = d.id AND state = 'comes')
		OR waiting <> (SELECT COUNT(*) FROM coming WHERE date_id = d.id AND state = 'waits')`).Scan(&off)
	if err != nil || off > 0 {
		t.Errorf("the places of %d dates do not add up: %v", off, err)
	}
}

func (h *house) come(t *testing.T, a *account.Account, d *meet.Seen, guests int64) *meet.Seen {
	t.Helper()
	got, err := h.meets.Come(ctx, account.As(a), d.ID, meet.Answer{Guests: guests})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) get(t *testing.T, a *account.Account, d *meet.Seen) *meet.Seen {
	t.Helper()
	v := account.Nobody
	if a != nil {
		v = account.As(a)
	}
	got, err := h.meets.Get(ctx, v, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("%s: got %v", what, err)
	}
}

// Of 32 who come at once ten get a place, and the others wait.
func TestCome_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(10))
		crowd := seed.Crowd(t, h.Ground, "neighbour", 32)
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := h.meets.Come(ctx, account.As(crowd[i]), d.ID, meet.Answer{})
			return err
		}) {
			ok(t, err)
		}
		if got := h.get(t, nil, d); got.Taken != 10 || got.Waiting != 22 {
			t.Errorf("%d have a place and %d wait", got.Taken, got.Waiting)
		}
		// All of those with a place leave at once: ten others move up.
		people, err := h.meets.People(ctx, account.As(h.ada), d.ID, 0)
		ok(t, err)
		var coming []*account.Account
		for _, c := range people {
			if c.Standing == meet.Comes {
				a, err := h.Accounts.Get(ctx, c.AccountID)
				ok(t, err)
				coming = append(coming, a)
			}
		}
		for _, err := range seed.AtOnce(len(coming), func(i int) error { return h.meets.Leave(ctx, account.As(coming[i]), d.ID) }) {
			ok(t, err)
		}
		if got := h.get(t, nil, d); got.Taken != 10 || got.Waiting != 12 {
			t.Errorf("then %d have a place and %d wait", got.Taken, got.Waiting)
		}
		if told := h.told(); len(told) != 10 || told[0].What != meet.PlaceFree {
			t.Errorf("they were told %v", told)
		}
	})
}

// One person who taps many times is on the list once.
func TestCome_Twice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(40), seed.Guests(2))
		for _, err := range seed.AtOnce(32, func(int) error {
			_, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{Guests: 1})
			return err
		}) {
			ok(t, err)
		}
		if got := h.get(t, h.bo, d); got.Taken != 2 || !got.Comes() || got.Mine.Guests != 1 {
			t.Errorf("%d places are taken", got.Taken)
		}
	})
}

// Who waits moves up in order, and nobody gets past a group that does not fit
// yet.
func TestWaitingList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(3), seed.Guests(2))
		crowd := seed.Crowd(t, h.Ground, "n", 4)
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 1)
		group := h.come(t, crowd[0], d, 2) // three more
		single := h.come(t, crowd[1], d, 0)
		if group.Comes() || single.Comes() {
			t.Error("they have a place that is not there")
		}
		ok(t, h.meets.Leave(ctx, account.As(h.bo), d.ID)) // one place
		if h.get(t, crowd[1], d).Comes() {
			t.Error("one got past the group")
		}
		if late := h.come(t, crowd[2], d, 0); late.Comes() {
			t.Error("one who came later got past all who wait")
		}
		_, err := h.meets.Come(ctx, account.As(h.eve), d.ID, meet.Answer{Guests: 2})
		wantKind(t, "a guest more, past those who wait", err, problem.KindConflict)
		h.come(t, crowd[0], d, 0) // the group is one person now
		if !h.get(t, crowd[0], d).Comes() || h.get(t, crowd[1], d).Comes() {
			t.Error("the smaller group did not move up alone")
		}
		// More places: all move up.
		draft := d.Draft()
		draft.Capacity = 10
		_, err = h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		if got := h.get(t, nil, d); got.Waiting != 0 || got.Taken != 5 {
			t.Errorf("%d wait, %d places are taken", got.Waiting, got.Taken)
		}
		draft.Capacity = 4
		_, err = h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		wantKind(t, "fewer places than are taken", err, problem.KindConflict)
		_, err = h.meets.Come(ctx, account.As(crowd[3]), d.ID, meet.Answer{Guests: 3})
		wantKind(t, "more guests than one may bring", err, problem.KindInvalid)
		told := h.told()
		if len(told) != 3 || told[0].AccountID != crowd[0].ID || told[1].AccountID != crowd[1].ID || told[2].AccountID != crowd[2].ID {
			t.Errorf("told: %+v", told)
		}
		// Not even all places are enough for a large group.
		small := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(2), seed.Guests(5))
		_, err = h.meets.Come(ctx, account.As(h.bo), small.ID, meet.Answer{Guests: 2})
		wantKind(t, "three people on two places", err, problem.KindConflict)
	})
}

// What is private is for those whom it concerns.
func TestLeaks(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		coordinator, waits, hidden, other := seed.Account(t, h.Ground, "cora"), seed.Account(t, h.Ground, "wim"), seed.Account(t, h.Ground, "hilde"), seed.Account(t, h.Ground, "otto")
		seed.Movement(t, h.Movements, other, "Bread") // another organiser
		seed.Join(t, h.Movements, h.soup, h.eve)      // a member
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(2), func(d *meet.Draft) { d.Coordinator = coordinator.ID })
		co := seed.Account(t, h.Ground, "carl")
		ok(t, h.Calls.Invite(ctx, account.As(h.ada), h.walk.ID, co.ID))
		ok(t, h.Calls.AcceptInvitation(ctx, account.As(co), h.walk.ID))
		h.come(t, h.bo, d, 0)
		_, err := h.meets.Come(ctx, account.As(hidden), d.ID, meet.Answer{Hidden: true})
		ok(t, err)
		h.come(t, waits, d, 0)

		for name, c := range map[string]struct {
			v              account.Viewer
			online, manage bool
			people         int
		}{
			"stranger": {account.Nobody, false, false, 0}, "member": {account.As(h.eve), false, false, 0}, "another organiser": {account.As(other), false, false, 0},
			"who waits": {account.As(waits), false, false, 0}, "who comes": {account.As(h.bo), true, false, 1}, "who hides": {account.As(hidden), true, false, 2},
			"coordinator": {account.As(coordinator), true, true, 3}, "organiser": {account.As(h.ada), true, true, 3},
			"co-organiser": {account.As(co), true, true, 3},
		} {
			got, err := h.meets.Get(ctx, c.v, d.ID)
			ok(t, err)
			lists, err := h.meets.Of(ctx, c.v, h.walk.ID, meet.Ahead, meet.Page{})
			ok(t, err)
			all, err := h.meets.OfMovement(ctx, c.v, h.soup.ID, meet.Ahead, meet.Page{})
			ok(t, err)
			for _, seen := range []*meet.Seen{got, lists[0], all[0]} {
				if (seen.Online != "") != c.online {
					t.Errorf("%s sees the link %q", name, seen.Online)
				}
			}
			people, err := h.meets.People(ctx, c.v, d.ID, 0)
			ok(t, err)
			if len(people) != c.people {
				t.Errorf("%s sees %d people", name, len(people))
			}
			for _, p := range people {
				if !c.manage && !c.v.Is(p.AccountID) && (p.Visibility != "" || !p.CreatedAt.IsZero()) {
					t.Errorf("%s sees more than a name: %+v", name, p)
				}
			}
			if _, err := h.meets.Code(ctx, c.v, d.ID); (err == nil) != c.manage {
				t.Errorf("%s asks for the code: %v", name, err)
			}
			if err := h.meets.CheckInBy(ctx, c.v, d.ID, h.bo.ID, 0); err == nil || !c.manage && !problem.Is(err, problem.KindForbidden) && !problem.Is(err, problem.KindUnauthorized) {
				t.Errorf("%s checks somebody in: %v", name, err)
			}
			_, err = h.meets.Edit(ctx, c.v, d.ID, d.Draft())
			if (err == nil) != (name == "organiser" || name == "co-organiser") {
				t.Errorf("%s changes the date: %v", name, err)
			}
		}
		// Who blocks somebody is not seen by them.
		friend := seed.Account(t, h.Ground, "frieda")
		draft := d.Draft()
		draft.Capacity = 0
		_, err = h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		h.come(t, friend, d, 0)
		seed.Block(t, h.Ground, friend, h.bo)
		people, err := h.meets.People(ctx, account.As(h.bo), d.ID, 0)
		ok(t, err)
		for _, p := range people {
			if p.AccountID == friend.ID {
				t.Error("they are seen by whom they block")
			}
		}
		// Names for organisers alone.
		draft.Names = meet.ToOrganisers
		_, err = h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		if people, err = h.meets.People(ctx, account.As(h.bo), d.ID, 0); err != nil || len(people) != 0 {
			t.Errorf("one who comes sees %d people: %v", len(people), err)
		}
	})
}

// A draft's dates are seen by organisers alone.
func TestDraftCall(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := seed.Call(t, h.Calls, h.ada, h.soup, call.Event, func(d *call.Draft) { d.Unpublished = true })
		d := seed.Date(t, h.Mission, h.meets, h.ada, c, 48*time.Hour)
		_, err := h.meets.Get(ctx, account.As(h.bo), d.ID)
		wantKind(t, "a draft's date", err, problem.KindNotFound)
		list, err := h.meets.OfMovement(ctx, account.As(h.bo), h.soup.ID, meet.Ahead, meet.Page{})
		if err != nil || len(list) != 0 {
			t.Errorf("%d dates, %v", len(list), err)
		}
		petition := seed.Call(t, h.Calls, h.ada, h.soup, call.Petition)
		_, err = h.meets.Add(ctx, account.As(h.ada), petition.ID, meet.Draft{Starts: "2099-05-17T18:00", Ends: "2099-05-17T19:00"})
		wantKind(t, "a date of a petition", err, problem.KindConflict)
		_, err = h.meets.Add(ctx, account.As(h.bo), h.walk.ID, meet.Draft{Starts: "2099-05-17T18:00", Ends: "2099-05-17T19:00"})
		wantKind(t, "a date by a stranger", err, problem.KindForbidden)
	})
}

// Reminders go out a day and an hour before, once each, whatever breaks in
// between; who came in the meantime is not reminded of what they just learnt.
func TestRemind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour)
		crowd := seed.Crowd(t, h.Ground, "n", 230)
		for _, a := range crowd {
			h.come(t, a, d, 0)
		}
		ok(t, h.meets.Remind(ctx))
		if n := h.tellings(t); n != 0 {
			t.Fatalf("%d tellings two days before", n)
		}
		h.Clock.Add(25 * time.Hour)
		for _, err := range seed.AtOnce(8, func(int) error { return h.meets.Remind(ctx) }) {
			ok(t, err)
		}
		if n := h.tellings(t); n != 1 {
			t.Fatalf("%d tellings a day before", n)
		}
		h.come(t, h.bo, d, 0)
		// The process dies after the first batch, and another takes over; a third
		// runs the same job beside it.
		broken := h.meets.TellOnce(h.telling(t))
		ok(t, broken)
		if n := len(h.told()); n == 0 || n == len(crowd) {
			t.Fatalf("%d were told by one batch", n)
		}
		telling := h.telling(t)
		for _, err := range seed.AtOnce(4, func(int) error { return h.meets.Tell(ctx, telling) }) {
			ok(t, err)
		}
		h.toldOnce(t, meet.DayBefore, crowd)
		h.Clock.Add(22*time.Hour + time.Minute)
		ok(t, h.meets.Remind(ctx))
		ok(t, h.meets.Remind(ctx))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.HourBefore, append(crowd, h.bo))
		if n := h.tellings(t); n != 0 {
			t.Errorf("%d tellings are left", n)
		}
	})
}

func (h *house) tellings(t *testing.T) (n int) {
	t.Helper()
	ok(t, h.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM date_telling`).Scan(&n))
	return n
}

func (h *house) telling(t *testing.T) (i id.ID) {
	t.Helper()
	ok(t, h.D.Read(ctx).QueryRow(`SELECT id FROM date_telling`).Scan(&i))
	return i
}

// toldOnce fails unless exactly these were told that, each once.
func (h *house) toldOnce(t *testing.T, what meet.What, whom []*account.Account) {
	t.Helper()
	n := map[id.ID]int{}
	for _, e := range h.told() {
		if e.What == what {
			n[e.AccountID]++
		}
	}
	for _, a := range whom {
		if n[a.ID] != 1 {
			t.Errorf("%s was told %d times: %s", a.Username, n[a.ID], what)
		}
	}
	if len(n) != len(whom) {
		t.Errorf("%d were told instead of %d: %s", len(n), len(whom), what)
	}
}

// Another time tells those who come and wait, and so does the end of a series or
// of the call; reminders follow the new time.
func TestChange_TellsAll(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour, seed.Places(1))
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0)
		draft := d.Draft()
		draft.Note = "Bring a spoon."
		same, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		if n := h.tellings(t); n != 0 || same.Sequence != 0 {
			t.Error("a spoon is told to all")
		}
		later := h.Clock.Now().Add(90 * time.Hour).Truncate(time.Minute).In(d.Location())
		draft.Starts, draft.Ends = meet.WallOf(later), meet.WallOf(later.Add(time.Hour))
		moved, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		if moved.Sequence != 1 || !moved.StartsAt.Equal(later) {
			t.Errorf("moved to %s, sequence %d", moved.StartsAt, moved.Sequence)
		}
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Moved, []*account.Account{h.bo, h.eve})
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), d.ID, "The hall is closed.", false))
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), d.ID, "Once more.", false))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Off, []*account.Account{h.bo, h.eve})
		got := h.get(t, h.bo, d)
		if got.State != meet.Cancelled || got.Reason != "The hall is closed." || got.Sequence != 2 {
			t.Errorf("it is %s: %s", got.State, got.Reason)
		}
		_, err = h.meets.Come(ctx, account.As(h.ada), d.ID, meet.Answer{})
		wantKind(t, "to come to what is off", err, problem.KindConflict)

		series := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 50*time.Hour, func(d *meet.Draft) { d.Repeat = "FREQ=WEEKLY;COUNT=4" })
		shifts, err := h.meets.Of(ctx, account.As(h.bo), h.cook.ID, meet.Ahead, meet.Page{})
		if err != nil || len(shifts) != 4 || shifts[0].ID != series.ID {
			t.Fatalf("%d shifts, %v", len(shifts), err)
		}
		for _, shift := range shifts {
			h.come(t, h.eve, shift, 0)
		}
		h.come(t, h.bo, shifts[3], 0)
		before := len(h.told())
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), shifts[1].ID, "No more onions.", true))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		if n := len(h.told()) - before; n != 2 { // once each, however many shifts
			t.Errorf("%d were told of a series' end", n)
		}
		if h.get(t, nil, shifts[0]).State != meet.On || h.get(t, nil, shifts[3]).State != meet.Cancelled {
			t.Error("the wrong shifts are off")
		}
		ok(t, h.Calls.Cancel(ctx, account.As(h.ada), h.cook.ID, "We move."))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.CallOff, []*account.Account{h.bo, h.eve})
		if h.get(t, nil, shifts[0]).State != meet.Cancelled {
			t.Error("the call's dates stand")
		}
	})
}

// Many who check in at once with the code, each many times: one act each.
func TestCheckIn_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 3*time.Hour, seed.Guests(2))
		h.come(t, h.bo, d, 2)
		code, err := h.meets.Code(ctx, account.As(h.ada), d.ID)
		ok(t, err)
		_, err = h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: code})
		wantKind(t, "hours before", err, problem.KindConflict)
		h.Clock.Add(150 * time.Minute)
		_, err = h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: "AAAAAAAAAA"})
		wantKind(t, "a wrong code", err, problem.KindInvalid)
		typed := strings.ToLower(code[:5] + " - " + code[5:])
		for _, err := range seed.AtOnce(32, func(int) error {
			_, err := h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: typed, Visibility: act.Public})
			return err
		}) {
			ok(t, err)
		}
		mine := h.get(t, h.bo, d).Mine
		a, err := h.Acts.Get(ctx, account.Nobody, mine.ActID)
		ok(t, err)
		if a.Proof != act.Confirmed || a.Quantity != 1 || a.ConfirmedBy != 0 || a.ConfirmedHow != act.ByCode || a.Visibility != act.Public {
			t.Errorf("the act is %+v", a)
		}
		if acts, err := h.Acts.Of(ctx, account.As(h.ada), act.Filter{Call: h.walk.ID}, db.Page{}); err != nil || len(acts) != 1 {
			t.Errorf("there are %d acts, %v", len(acts), err)
		}
		wantKind(t, "to leave after having been there", h.meets.Leave(ctx, account.As(h.bo), d.ID), problem.KindConflict)

		ok(t, h.meets.NewCode(ctx, account.As(h.ada), d.ID))
		_, err = h.meets.CheckIn(ctx, account.As(h.eve), d.ID, meet.Here{Code: code})
		wantKind(t, "the old code", err, problem.KindInvalid)
		// Nobody confirms their own act: the organiser holds the code.
		code, err = h.meets.Code(ctx, account.As(h.ada), d.ID)
		ok(t, err)
		own, err := h.meets.CheckIn(ctx, account.As(h.ada), d.ID, meet.Here{Code: code})
		ok(t, err)
		a, err = h.Acts.Get(ctx, account.As(h.ada), own.Mine.ActID)
		if err != nil || a.Proof != act.Told {
			t.Errorf("the organiser's own is %s, %v", a.Proof, err)
		}
		ok(t, h.meets.CheckInBy(ctx, account.As(h.ada), d.ID, h.ada.ID, 0))
		if a, _ = h.Acts.Get(ctx, account.As(h.ada), own.Mine.ActID); a.Proof != act.Told {
			t.Error("they confirmed their own")
		}
		// What was taken back is not told again.
		ok(t, h.Acts.Withdraw(ctx, account.As(h.bo), mine.ActID))
		_, err = h.meets.CheckIn(ctx, account.As(h.bo), d.ID, meet.Here{Code: code})
		ok(t, err)
		if got := h.get(t, h.bo, d).Mine; got.ActID != 0 {
			t.Error("it is told again")
		}
		h.Clock.Add(5 * time.Hour)
		_, err = h.meets.CheckIn(ctx, account.As(h.eve), d.ID, meet.Here{Code: code})
		wantKind(t, "long after", err, problem.KindConflict)
	})
}

func TestCheckInBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cora := seed.Account(t, h.Ground, "cora")
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute, seed.Places(1), seed.Guests(2), func(d *meet.Draft) { d.Coordinator = cora.ID })
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0) // waits
		var errs atomic.Int64
		for _, err := range seed.AtOnce(32, func(i int) error { return h.meets.CheckInBy(ctx, account.As(cora), d.ID, h.eve.ID, 2) }) {
			if err != nil {
				errs.Add(1)
				t.Error(err)
			}
		}
		got := h.get(t, h.eve, d)
		if !got.Comes() || got.Mine.CameHow != meet.ByList || got.Taken != 2 || got.Waiting != 0 {
			t.Errorf("%d places are taken, %d wait", got.Taken, got.Waiting)
		}
		a, err := h.Acts.Get(ctx, account.As(h.eve), got.Mine.ActID)
		if err != nil || a.Quantity != 3 || a.ConfirmedBy != cora.ID || a.Visibility != act.Organisers {
			t.Errorf("the act is %+v, %v", a, err)
		}
		_, err = h.Acts.Get(ctx, account.Nobody, a.ID)
		wantKind(t, "that they came, to everybody", err, problem.KindNotFound)
		ok(t, h.meets.UndoCheckIn(ctx, account.As(cora), d.ID, h.eve.ID))
		if got = h.get(t, h.eve, d); !got.Mine.CameAt.IsZero() || got.Mine.ActID != 0 {
			t.Error("the mistake stands")
		}
		// A call that was closed for sign-ups still has its day.
		ok(t, h.Calls.Close(ctx, account.As(h.ada), h.walk.ID))
		_, err = h.meets.Come(ctx, account.As(cora), d.ID, meet.Answer{})
		wantKind(t, "to come to a closed call", err, problem.KindConflict)
		ok(t, h.meets.CheckInBy(ctx, account.As(cora), d.ID, h.bo.ID, 0))
	})
}

func TestHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, time.Hour+time.Minute)
		h.come(t, h.bo, d, 0)
		h.come(t, h.ada, d, 0)
		bo := account.As(h.bo)
		_, err := h.meets.LogHours(ctx, bo, d.ID, 90, "")
		wantKind(t, "before it began", err, problem.KindConflict)
		h.Clock.Add(2 * time.Hour)
		_, err = h.meets.LogHours(ctx, account.As(h.eve), d.ID, 90, "")
		wantKind(t, "who was not there", err, problem.KindConflict)
		_, err = h.meets.LogHours(ctx, bo, d.ID, 60*24, "")
		wantKind(t, "a day and a night", err, problem.KindInvalid)
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := h.meets.LogHours(ctx, bo, d.ID, int64(90+i%2), "Peeled onions.")
			return err
		}) {
			ok(t, err)
		}
		logged, err := h.meets.LogHours(ctx, bo, d.ID, 150, "Peeled onions.")
		ok(t, err)
		is := func(proof act.Proof, minutes int64) {
			t.Helper()
			a, err := h.Acts.Get(ctx, bo, logged.Mine.ActID)
			if err != nil || a.Proof != proof || a.Quantity != minutes {
				t.Errorf("the act is %s, %d minutes, %v", a.Proof, a.Quantity, err)
			}
		}
		is(act.Told, 150)
		wantKind(t, "one's own hours", h.meets.ConfirmHours(ctx, bo, d.ID, h.bo.ID, 150), problem.KindForbidden)
		wantKind(t, "by a stranger", h.meets.ConfirmHours(ctx, account.As(h.eve), d.ID, h.bo.ID, 150), problem.KindForbidden)
		wantKind(t, "without a reason", h.meets.DisputeHours(ctx, account.As(h.ada), d.ID, h.bo.ID, " "), problem.KindInvalid)
		ok(t, h.meets.DisputeHours(ctx, account.As(h.ada), d.ID, h.bo.ID, "We closed at eight."))
		if mine := h.get(t, h.bo, d).Mine; mine.Hours != meet.HoursDisputed || mine.Reason != "We closed at eight." {
			t.Errorf("the hours are %+v", mine)
		}
		h.toldOnce(t, meet.Disputed, []*account.Account{h.bo})
		_, err = h.meets.LogHours(ctx, bo, d.ID, 100, "")
		ok(t, err)
		ok(t, h.meets.ConfirmHours(ctx, account.As(h.ada), d.ID, h.bo.ID, 100))
		ok(t, h.meets.ConfirmHours(ctx, account.As(h.ada), d.ID, h.bo.ID, 100))
		is(act.Confirmed, 100)
		_, err = h.meets.LogHours(ctx, bo, d.ID, 300, "")
		wantKind(t, "more, once they are confirmed", err, problem.KindConflict)

		// The organiser's own: logged, and confirmed by nobody yet.
		_, err = h.meets.LogHours(ctx, account.As(h.ada), d.ID, 120, "")
		ok(t, err)
		served, err := h.meets.Certificate(ctx, bo, h.cook.ID)
		if err != nil || len(served) != 1 || served[0].Quantity != 100 || served[0].ConfirmedBy != h.ada.ID {
			t.Errorf("the certificate has %+v, %v", served, err)
		}
		if served, err = h.meets.Certificate(ctx, account.As(h.ada), h.cook.ID); err != nil || len(served) != 0 {
			t.Errorf("an unconfirmed one has %+v, %v", served, err)
		}
		ok(t, h.meets.DisputeHours(ctx, account.As(h.ada), d.ID, h.bo.ID, "That was Tuesday."))
		is(act.Told, 100)
	})
}

// Who leaves the server, or is removed, frees places for others.
func TestErase(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(1), func(d *meet.Draft) { d.Coordinator = h.bo.ID })
		seed.Join(t, h.Movements, h.soup, h.eve)
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0)
		other := seed.Account(t, h.Ground, "otto")
		h.come(t, other, d, 0)
		_, err := h.meets.NewCalendar(ctx, account.As(h.bo))
		ok(t, err)
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, h.bo.ID, h.Clock.Now()) })
		if got := h.get(t, h.eve, d); !got.Comes() || got.Coordinator != 0 {
			t.Errorf("eve did not move up, or %s coordinates", got.Coordinator)
		}
		ok(t, h.Movements.RemoveMember(ctx, account.As(h.ada), h.soup.ID, h.eve.ID))
		if !h.get(t, other, d).Comes() {
			t.Error("otto did not move up")
		}
		_, err = h.meets.Come(ctx, account.As(h.eve), d.ID, meet.Answer{})
		wantKind(t, "who was removed", err, problem.KindForbidden)
		var n int
		ok(t, h.D.Read(ctx).QueryRow(`SELECT (SELECT COUNT(*) FROM coming WHERE account_id = $1) + (SELECT COUNT(*) FROM calendar_key)`, h.bo.ID).Scan(&n))
		if n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})
}

func TestCalendar(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bo := account.As(h.bo)
		first, err := h.meets.NewCalendar(ctx, bo)
		ok(t, err)
		second, err := h.meets.NewCalendar(ctx, bo)
		ok(t, err)
		_, err = h.meets.CalendarOf(ctx, first)
		wantKind(t, "the address before", err, problem.KindNotFound)
		if v, err := h.meets.CalendarOf(ctx, second); err != nil || !v.Is(h.bo.ID) {
			t.Errorf("it is the calendar of %s, %v", v.ID(), err)
		}
		ok(t, h.meets.EndCalendar(ctx, bo))
		_, err = h.meets.CalendarOf(ctx, second)
		wantKind(t, "an address that was ended", err, problem.KindNotFound)
		wantKind(t, "another's mails", h.meets.EndMails(ctx, h.eve.ID, "guess"), problem.KindNotFound)
	})
}

func TestAdd_Invalid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, c := range map[string]struct {
			change func(*meet.Draft)
			field  string
		}{
			"no time":           {func(d *meet.Draft) { d.Starts = "" }, "starts"},
			"nonsense":          {func(d *meet.Draft) { d.Starts = "tomorrow" }, "starts"},
			"past":              {func(d *meet.Draft) { d.Starts, d.Ends = "2001-05-17T18:00", "2001-05-17T19:00" }, "starts"},
			"ends before":       {func(d *meet.Draft) { d.Ends = "2099-05-17T17:00" }, "ends"},
			"weeks long":        {func(d *meet.Draft) { d.Ends = "2099-07-17T17:00" }, "ends"},
			"left out":          {func(d *meet.Draft) { d.Starts, d.Ends = "2027-03-28T02:30", "2027-03-28T04:00" }, "starts"},
			"zone":              {func(d *meet.Draft) { d.Zone = "Europe/Atlantis" }, "zone"},
			"the server's zone": {func(d *meet.Draft) { d.Zone = "Local" }, "zone"},
			"places":            {func(d *meet.Draft) { d.Capacity = -1 }, "capacity"},
			"guests":            {func(d *meet.Draft) { d.GuestsMost = 21 }, "guests_most"},
			"script":            {func(d *meet.Draft) { d.Online = "javascript:alert(1)" }, "online"},
			"no link":           {func(d *meet.Draft) { d.Online = "see you there" }, "online"},
			"off the map":       {func(d *meet.Draft) { d.Spot = &meet.Spot{Latitude: 91} }, "spot"},
			"names":             {func(d *meet.Draft) { d.Names = "everyone" }, "names"},
			"coordinator":       {func(d *meet.Draft) { d.Coordinator = h.soup.ID }, "coordinator"},
			"rule":              {func(d *meet.Draft) { d.Repeat = "FREQ=SECONDLY;COUNT=9" }, "repeat"},
			"place":             {func(d *meet.Draft) { d.Place = strings.Repeat("p", 201) }, "place"},
		} {
			d := meet.Draft{Starts: "2099-05-17T18:00", Ends: "2099-05-17T19:00", Zone: "Europe/Vienna"}
			c.change(&d)
			_, err := h.meets.Add(ctx, account.As(h.ada), h.walk.ID, d)
			if p, is := problem.Of(err); !is || p.Kind != problem.KindInvalid || p.Field != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		key := meet.Draft{Starts: "2099-05-17T18:00", Ends: "2099-05-17T19:00", Key: "k"}
		first, err := h.meets.Add(ctx, account.As(h.ada), h.walk.ID, key)
		ok(t, err)
		again, err := h.meets.Add(ctx, account.As(h.ada), h.walk.ID, key)
		if err != nil || again.ID != first.ID {
			t.Errorf("one key made two dates: %v", err)
		}
		for range 3 {
			key.Key, key.Repeat = fmt.Sprint(time.Now()), "FREQ=WEEKLY;COUNT=60"
			_, err = h.meets.Add(ctx, account.As(h.ada), h.walk.ID, key)
			ok(t, err)
		}
		key.Key = "too many"
		_, err = h.meets.Add(ctx, account.As(h.ada), h.walk.ID, key)
		wantKind(t, "more dates than a call can have", err, problem.KindConflict)
	})
}

// A draft that is discarded takes its dates with it: their place, their link.
func TestOnCallDiscarded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		draft := seed.Call(t, h.Calls, h.ada, h.soup, call.Event, func(d *call.Draft) { d.Unpublished = true })
		h.Update(t, func(tx *db.Tx) error {
			day := h.Clock.Now().AddDate(0, 0, 3).Format(time.DateOnly)
			_, err := h.meets.AddIn(tx, draft.ID, h.ada.ID, meet.Draft{Place: "A secret place", Starts: meet.Wall(day + "T10:00"), Ends: meet.Wall(day + "T12:00"),
				Zone: "UTC", Repeat: "FREQ=WEEKLY;COUNT=3"}, h.Clock.Now())
			return err
		})
		if err := h.Calls.Discard(ctx, account.As(h.ada), draft.ID); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"call_date", "date_series"} {
			var left int
			if err := h.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM `+table+` WHERE call_id = $1`, draft.ID).Scan(&left); err != nil || left != 0 {
				t.Errorf("%s has %d rows, %v", table, left, err)
			}
		}
	})
}
