package meet_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// A call that says when it is can be come to as soon as it opens, and nobody tells
// that they were there before.
func TestOnCallOpened(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		starts := h.Clock.Now().Add(12 * 24 * time.Hour).Truncate(time.Minute)
		open := func(kind call.Kind, change func(d *call.Draft)) *call.Call {
			return seed.Call(t, h.Calls, h.ada, h.soup, kind, func(d *call.Draft) {
				d.StartsAt, d.Zone, d.Place = starts, "Europe/Vienna", "The hall"
				change(d)
			})
		}
		dates := func(c *call.Call) []*meet.Seen {
			t.Helper()
			list, err := h.meets.Of(ctx, account.As(h.ada), c.ID, meet.Ahead, meet.Page{})
			ok(t, err)
			return list
		}
		minutes := int64(180)
		for name, c := range map[string]struct {
			call *call.Call
			last time.Duration // 0 for no date
		}{
			"an end":   {open(call.Event, func(d *call.Draft) { d.EndsAt = starts.Add(5 * time.Hour) }), 5 * time.Hour},
			"no end":   {open(call.Event, func(*call.Draft) {}), 2 * time.Hour},
			"minutes":  {open(call.Volunteering, func(d *call.Draft) { d.Minutes = &minutes }), 3 * time.Hour},
			"a season": {open(call.Event, func(d *call.Draft) { d.EndsAt = starts.AddDate(0, 1, 0) }), 0},
			"over": {open(call.Event, func(d *call.Draft) {
				d.StartsAt, d.EndsAt = starts.AddDate(0, -1, 0), starts.AddDate(0, -1, 1)
			}), 0},
			"another kind": {open(call.Deed, func(*call.Draft) {}), 0},
		} {
			list := dates(c.call)
			if c.last == 0 {
				if len(list) > 0 {
					t.Errorf("%s: a date on %s", name, list[0].Starts())
				}
				continue
			}
			if len(list) != 1 || !list[0].StartsAt.Equal(starts) || list[0].EndsAt.Sub(starts) != c.last || list[0].Place != "The hall" {
				t.Fatalf("%s: dates %+v", name, list)
			}
			h.come(t, h.bo, list[0], 0)
			next, err := h.meets.Next(ctx, []id.ID{c.call.ID, h.walk.ID})
			if err != nil || len(next) != 1 || next[c.call.ID].ID != list[0].ID {
				t.Errorf("%s: next %v, %v", name, next, err)
			}
			do := act.Draft{CallID: c.call.ID, Quantity: &minutes}
			_, err = h.Acts.Do(ctx, account.As(h.bo), do)
			wantKind(t, name+": an act before it begins", err, problem.KindConflict)
		}

		draft := open(call.Event, func(d *call.Draft) { d.Unpublished = true })
		if list := dates(draft); len(list) > 0 {
			t.Error("a draft has a date")
		}
		ok(t, h.Calls.Publish(ctx, account.As(h.ada), draft.ID))
		if list := dates(draft); len(list) != 1 {
			t.Errorf("%d dates of a draft that was opened", len(list))
		}
		ok(t, h.Calls.Close(ctx, account.As(h.ada), draft.ID))
		ok(t, h.Calls.Reopen(ctx, account.As(h.ada), draft.ID))
		if list := dates(draft); len(list) != 1 {
			t.Errorf("%d dates after it was opened again", len(list))
		}
		h.Clock.Add(13 * 24 * time.Hour)
		_, err := h.Acts.Do(ctx, account.As(h.bo), act.Draft{CallID: draft.ID})
		ok(t, err)
	})
}
