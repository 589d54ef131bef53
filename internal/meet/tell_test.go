package meet_test

import (
	"runtime"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// The end of a series is told to each by the first of their own dates that were
// called off just now.
func TestCancel_Series(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := account.As(h.ada)
		first := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 50*time.Hour, func(d *meet.Draft) { d.Repeat = "FREQ=WEEKLY;COUNT=5" })
		list, err := h.meets.Of(ctx, ada, h.cook.ID, meet.Ahead, meet.Page{})
		ok(t, err)
		h.come(t, h.bo, list[4], 0)
		h.come(t, h.bo, list[3], 0)
		h.come(t, h.eve, list[1], 0)
		ok(t, h.meets.Cancel(ctx, ada, list[1].ID, "The stove.", false))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Off, []*account.Account{h.eve})
		h.Clock.Add(time.Minute)
		ok(t, h.meets.Cancel(ctx, ada, first.ID, "No more onions.", true))
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Off, []*account.Account{h.bo, h.eve}) // eve not again
		for _, e := range h.told() {
			if e.AccountID == h.bo.ID && (e.DateID != list[3].ID || !e.StartsAt.Equal(list[3].StartsAt) || e.More != 1) {
				t.Errorf("bo was told of %s and %d more; it begins at %s", e.StartsAt, e.More, list[3].StartsAt)
			}
		}
	})
}

// What is over is not called off; from it on what lies ahead is, and told.
func TestCancel_Over(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := account.As(h.ada)
		first := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, time.Hour, func(d *meet.Draft) { d.Repeat = "FREQ=WEEKLY;COUNT=2" })
		list, err := h.meets.Of(ctx, ada, h.cook.ID, meet.Ahead, meet.Page{})
		ok(t, err)
		h.come(t, h.bo, first, 0)
		h.come(t, h.eve, list[1], 0)
		h.Clock.Add(24 * time.Hour)
		wantKind(t, "one that is over", h.meets.Cancel(ctx, ada, first.ID, "Oh.", false), problem.KindConflict)
		ok(t, h.meets.Cancel(ctx, ada, first.ID, "Holidays.", true))
		if h.get(t, nil, first).State != meet.On || h.get(t, nil, list[1]).State != meet.Cancelled {
			t.Error("the wrong dates are off")
		}
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Off, []*account.Account{h.eve})
	})
}

// However often an organiser mends time and place, each is told once, of the last
// word; the point on the map is a place, too.
func TestEdit_TellsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour)
		h.come(t, h.bo, d, 0)
		draft := d.Draft()
		for _, place := range []string{"The market", "The market hal", "The market hall, gate 2"} {
			draft.Place = place
			_, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
			ok(t, err)
		}
		if n := h.tellings(t); n != 1 {
			t.Fatalf("%d tellings", n)
		}
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Moved, []*account.Account{h.bo})
		if told := h.told(); told[0].Place != "The market hall, gate 2" {
			t.Errorf("bo was told of %s", told[0].Place)
		}
		draft.Spot = &meet.Spot{Latitude: 48.2, Longitude: 16.37}
		moved, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		if h.tellings(t) != 1 || moved.Sequence != 4 {
			t.Errorf("another point on the map is told %d times, sequence %d", h.tellings(t), moved.Sequence)
		}
		_, err = h.meets.Edit(ctx, account.As(h.ada), d.ID, moved.Draft())
		ok(t, err)
		if got := h.get(t, nil, d); got.Sequence != 4 {
			t.Errorf("the same point is another: sequence %d", got.Sequence)
		}
	})
}

// A mail that comes too late is not sent.
func TestMail_TooLate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute)
		h.come(t, h.bo, d, 0)
		says := func(what meet.What) bool {
			t.Helper()
			is, err := h.meets.Says(ctx, what, h.bo, d.ID)
			ok(t, err)
			return is
		}
		for _, what := range []meet.What{meet.DayBefore, meet.HourBefore, meet.Moved, meet.PlaceFree} {
			if !says(what) {
				t.Errorf("%s is not mailed in time", what)
			}
		}
		h.Clock.Add(time.Hour)
		if says(meet.HourBefore) || !says(meet.Moved) {
			t.Error("a reminder is mailed after it began, or a change is not")
		}
		h.Clock.Add(3 * time.Hour)
		if says(meet.Moved) || says(meet.PlaceFree) {
			t.Error("mails go out after it is over")
		}
	})
}

// A rule that nothing fits is not walked for thousands of years.
func TestAdd_EndlessRule(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, rule := range []string{"FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1;COUNT=2", "FREQ=MONTHLY;INTERVAL=12;COUNT=60", "FREQ=MONTHLY;INTERVAL=12;UNTIL=20990101T000000Z"} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := h.meets.Add(ctx, account.As(h.ada), h.walk.ID, meet.Draft{Starts: "2030-03-01T18:00", Ends: "2030-03-01T19:00", Repeat: rule})
			wantKind(t, rule, err, problem.KindInvalid)
			runtime.ReadMemStats(&after)
			if took := after.TotalAlloc - before.TotalAlloc; took > 50<<20 { // a walk to the year 9999 takes 290 MB
				t.Errorf("%s took %d bytes", rule, took)
			}
		}
	})
}

// A series is moved as one: by as much on the clock, across the summer's end, and
// told once to each.
func TestEdit_Later(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := account.As(h.ada)
		_, err := h.meets.Add(ctx, ada, h.cook.ID, meet.Draft{Starts: "2097-10-08T18:00", Ends: "2097-10-08T20:00", Zone: "Europe/Vienna", Repeat: "FREQ=WEEKLY;COUNT=5"})
		ok(t, err)
		list, err := h.meets.Of(ctx, ada, h.cook.ID, meet.Ahead, meet.Page{})
		ok(t, err)
		h.come(t, h.bo, list[0], 0)
		h.come(t, h.bo, list[3], 0)
		h.come(t, h.bo, list[4], 0)
		h.come(t, h.eve, list[1], 0)
		h.Clock.Add(time.Minute)
		draft := list[1].Draft()
		draft.Starts, draft.Ends, draft.Place, draft.Later = "2097-10-16T17:30", "2097-10-16T19:00", "The new kitchen", true
		_, err = h.meets.Edit(ctx, ada, list[1].ID, draft)
		ok(t, err)
		list, err = h.meets.Of(ctx, ada, h.cook.ID, meet.Ahead, meet.Page{})
		ok(t, err)
		for i, want := range []meet.Wall{"2097-10-08T18:00", "2097-10-16T17:30", "2097-10-23T17:30", "2097-10-30T17:30", "2097-11-06T17:30"} {
			if got := meet.WallOf(list[i].Starts()); got != want || i > 0 && (list[i].Place != "The new kitchen" || list[i].Minutes() != 90) {
				t.Errorf("date %d begins at %s instead of %s, at %s, for %d minutes", i, got, want, list[i].Place, list[i].Minutes())
			}
		}
		ok(t, h.meets.Tell(ctx, h.telling(t)))
		h.toldOnce(t, meet.Moved, []*account.Account{h.bo, h.eve})
		for _, e := range h.told() {
			if e.AccountID == h.bo.ID && (e.DateID != list[3].ID || e.More != 1 || e.Place != "The new kitchen") {
				t.Errorf("bo was told of %s and %d more", e.StartsAt, e.More)
			}
		}
	})
}

// Who looks after a date is told of what becomes of it, but not of what they did.
func TestCoordinator_Told(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cora := seed.Account(t, h.Ground, "cora")
		looks := func(d *meet.Draft) { d.Coordinator = cora.ID }
		tell := func() {
			t.Helper()
			ok(t, h.meets.Tell(ctx, h.telling(t)))
		}
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour, looks)
		h.Clock.Add(10 * time.Hour)
		ok(t, h.meets.Remind(ctx)) // though nobody comes yet
		tell()
		h.toldOnce(t, meet.DayBefore, []*account.Account{cora})
		h.come(t, h.bo, d, 0)
		draft := d.Draft()
		draft.Place = "The other hall"
		_, err := h.meets.Edit(ctx, account.As(h.ada), d.ID, draft)
		ok(t, err)
		tell()
		h.toldOnce(t, meet.Moved, []*account.Account{cora, h.bo})
		for _, what := range []meet.What{meet.DayBefore, meet.Moved} {
			if is, err := h.meets.Says(ctx, what, cora, d.ID); err != nil || !is {
				t.Errorf("%s is not mailed to who looks after it, %v", what, err)
			}
		}
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), d.ID, "Hail.", false))
		tell()
		h.toldOnce(t, meet.Off, []*account.Account{cora, h.bo})

		ok(t, h.Calls.Invite(ctx, account.As(h.ada), h.cook.ID, cora.ID))
		ok(t, h.Calls.AcceptInvitation(ctx, account.As(cora), h.cook.ID))
		own := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 50*time.Hour, looks, func(d *meet.Draft) { d.Repeat = "FREQ=WEEKLY;COUNT=3" })
		h.come(t, h.eve, own, 0)
		ok(t, h.meets.Cancel(ctx, account.As(cora), own.ID, "I am ill.", true))
		tell()
		h.toldOnce(t, meet.Off, []*account.Account{cora, h.bo, h.eve})
	})
}

// At a date that was cancelled nobody has a place, and nobody a link.
func TestCancel_NobodyComes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour)
		if is := h.come(t, h.bo, d, 0); is.Online == "" || !is.Comes() {
			t.Error("who comes has no link")
		}
		ok(t, h.meets.Cancel(ctx, account.As(h.ada), d.ID, "Hail.", false))
		for _, a := range []*account.Account{h.bo, h.ada, nil} {
			if is := h.get(t, a, d); is.Online != "" || is.Comes() || is.Mine != nil && is.Mine.Standing != meet.Nowhere {
				t.Errorf("%v sees %+v of what is off", a, is)
			}
		}
		h.come(t, h.eve, seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour), 0)
		list, err := h.meets.Mine(ctx, account.As(h.bo), meet.Ahead, meet.Page{})
		if err != nil || len(list) != 1 || list[0].Online != "" || list[0].Comes() {
			t.Errorf("the list has %+v, %v", list, err)
		}
	})
}

// A place that a waiting group cannot take is left, and no new one's.
func TestLeft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Hour, seed.Places(3), seed.Guests(1))
		h.come(t, h.bo, d, 1)
		is := h.come(t, h.eve, d, 1)
		left, _ := is.Left()
		if free, limited := is.Free(); left != 1 || free != 0 || !limited || is.Waiting != 1 {
			t.Errorf("%d are left, %d free, %d wait", left, free, is.Waiting)
		}
	})
}
