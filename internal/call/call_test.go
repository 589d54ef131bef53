package call_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
	"goodturn/internal/tally"
)

var ctx = context.Background()

// place is a movement with its organiser, where calls open.
type place struct {
	*seed.Ground
	movements *movement.Service
	calls     *call.Service
	ada       *account.Account // organises soup
	bo        *account.Account // a stranger
	soup      *movement.Movement
}

func each(t *testing.T, f func(t *testing.T, p *place)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &place{Ground: seed.NewGround(t, d)}
		p.movements = seed.Movements(t, p.Ground, nil, nil)
		p.calls = seed.Calls(t, p.Ground, p.movements, nil)
		p.ada, p.bo = seed.Account(t, p.Ground, "ada"), seed.Account(t, p.Ground, "bo")
		p.soup = seed.Movement(t, p.movements, p.ada, "Soup", func(d *movement.Draft) { d.Causes = []string{"zero-hunger"} })
		f(t, p)
		p.Counted(t)
	})
}

func (p *place) call(t *testing.T, kind call.Kind, with ...func(*call.Draft)) *call.Call {
	t.Helper()
	return seed.Call(t, p.calls, p.ada, p.soup, kind, with...)
}

func wantKind(t *testing.T, what string, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("%s: got %v", what, err)
	}
}

func TestService_Create_Usual(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		for kind, want := range map[call.Kind]struct {
			unit     string
			nominees int
			oneOnly  bool
		}{
			call.Petition:     {"signatures", 0, true},
			call.Fundraiser:   {"EUR", 0, false},
			call.Volunteering: {"minutes", 0, false},
			call.Event:        {"people", 0, false},
			call.Challenge:    {"challenges", 3, true},
			call.Deed:         {"deeds", 0, false},
		} {
			c := p.call(t, kind)
			if c.Unit != want.unit || c.Nominees != want.nominees || c.OneOnly() != want.oneOnly || c.State != call.StateOpen ||
				c.Visibility != call.Public || c.Answer != 24*time.Hour || c.Window != 14*24*time.Hour || c.CountsFrom != call.Told {
				t.Errorf("%s: %+v", kind, c)
			}
			if len(call.Kinds) != 6 {
				t.Error("there are six kinds")
			}
		}
	})
}

func TestService_Create_Invalid(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		now := p.Clock.Now()
		for name, c := range map[string]struct {
			change func(*call.Draft)
			field  string
		}{
			"no kind":            {func(d *call.Draft) { d.Kind = "" }, "kind"},
			"no title":           {func(d *call.Draft) { d.Title = " " }, "title"},
			"title too long":     {func(d *call.Draft) { d.Title = strings.Repeat("t", 121) }, "title"},
			"body not UTF-8":     {func(d *call.Draft) { d.Body = "\xff" }, "body"},
			"goal of nothing":    {func(d *call.Draft) { d.Goal = new(int64) }, "goal"},
			"goal below nothing": {func(d *call.Draft) { d.Goal = ptr(int64(-1)) }, "goal"},
			"minutes":            {func(d *call.Draft) { d.Minutes = ptr(int64(-5)) }, "minutes"},
			"foreign unit":       {func(d *call.Draft) { d.Unit = "EUR" }, "unit"},
			"no currency":        {func(d *call.Draft) { d.Kind, d.Unit = call.Fundraiser, "" }, "unit"},
			"invented currency":  {func(d *call.Draft) { d.Kind, d.Unit = call.Fundraiser, "XQQ" }, "unit"},
			"small letters":      {func(d *call.Draft) { d.Kind, d.Unit = call.Fundraiser, "eur" }, "unit"},
			"no real currency":   {func(d *call.Draft) { d.Kind, d.Unit = call.Fundraiser, "XXX" }, "unit"},
			"unknown zone":       {func(d *call.Draft) { d.Zone = "Europe/Atlantis" }, "zone"},
			"the server's zone":  {func(d *call.Draft) { d.Zone = "Local" }, "zone"},
			"ends before":        {func(d *call.Draft) { d.StartsAt, d.EndsAt = now.Add(2*time.Hour), now.Add(time.Hour) }, "ends_at"},
			"ends at the start":  {func(d *call.Draft) { d.StartsAt, d.EndsAt = now, now }, "ends_at"},
			"ends, no start":     {func(d *call.Draft) { d.EndsAt = now }, "starts_at"},
			"closed already":     {func(d *call.Draft) { d.ClosesAt = now }, "closes_at"},
			"visibility":         {func(d *call.Draft) { d.Visibility = "friends" }, "visibility"},
			"eleven nominees":    {func(d *call.Draft) { d.Nominees = ptr(11) }, "nominees"},
			"no time to answer":  {func(d *call.Draft) { d.Answer = time.Minute }, "answer"},
			"negative window":    {func(d *call.Draft) { d.Window = -time.Hour }, "window"},
			"proof":              {func(d *call.Draft) { d.CountsFrom = 3 }, "counts_from"},
			"for nobody":         {func(d *call.Draft) { d.Beneficiary = 7 }, "beneficiary"},
			"for a movement":     {func(d *call.Draft) { d.Beneficiary = p.soup.ID }, "beneficiary"},
		} {
			t.Run(name, func(t *testing.T) {
				d := call.Draft{Kind: call.Deed, Title: "Bring soup"}
				c.change(&d)
				_, err := p.calls.Create(ctx, account.As(p.ada), p.soup.ID, d)
				if pr, ok := problem.Of(err); !ok || pr.Kind != problem.KindInvalid || pr.Field != c.field {
					t.Errorf("got %v, want a problem with %s", err, c.field)
				}
			})
		}
		d := call.Draft{Kind: call.Deed, Title: "Bring soup"}
		_, err := p.calls.Create(ctx, account.As(p.bo), p.soup.ID, d)
		wantKind(t, "a stranger", err, problem.KindForbidden)
		_, err = p.calls.Create(ctx, account.Nobody, p.soup.ID, d)
		wantKind(t, "nobody", err, problem.KindUnauthorized)
		_, err = p.calls.Create(ctx, account.As(p.ada), 7, d)
		wantKind(t, "in no movement", err, problem.KindNotFound)
		if err := p.movements.Archive(ctx, account.As(p.ada), p.soup.ID); err != nil {
			t.Fatal(err)
		}
		_, err = p.calls.Create(ctx, account.As(p.ada), p.soup.ID, d)
		wantKind(t, "in an archived movement", err, problem.KindConflict)
	})
}

func ptr[T any](v T) *T { return &v }

func TestService_Create_Key(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		key := func(d *call.Draft) { d.Key = "k" }
		if p.call(t, call.Deed, key).ID != p.call(t, call.Deed, key).ID {
			t.Error("the same key made two calls")
		}
		_, err := p.calls.Create(ctx, account.As(p.ada), p.soup.ID, call.Draft{Kind: call.Deed, Title: "Other", Key: "k"})
		wantKind(t, "another body", err, problem.KindInvalid)
	})
}

func TestService_Draft(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Event, func(d *call.Draft) { d.Unpublished = true })
		_, err := p.calls.Get(ctx, account.As(p.bo), c.ID)
		wantKind(t, "a stranger reads a draft", err, problem.KindNotFound)
		wantKind(t, "a stranger publishes it", p.calls.Publish(ctx, account.As(p.bo), c.ID), problem.KindNotFound)
		wantKind(t, "close a draft", p.calls.Close(ctx, account.As(p.ada), c.ID), problem.KindConflict)
		for state, want := range map[call.State]int{"": 0, call.StateDraft: 0} {
			if list, err := p.calls.Of(ctx, account.As(p.bo), p.soup.ID, state, db.Page{}); err != nil || len(list) != want {
				t.Errorf("a stranger lists %q: %v, %v", state, list, err)
			}
		}
		if list, err := p.calls.Of(ctx, account.As(p.ada), p.soup.ID, "", db.Page{}); err != nil || len(list) != 1 {
			t.Errorf("the organiser lists: %v, %v", list, err)
		}
		err = p.D.Update(ctx, func(tx *db.Tx) error { _, err := p.calls.TakeIn(tx, c.ID); return err })
		wantKind(t, "answer a draft", err, problem.KindNotFound)
		for range 2 {
			if err := p.calls.Publish(ctx, account.As(p.ada), c.ID); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := p.calls.Get(ctx, account.Nobody, c.ID); err != nil || got.State != call.StateOpen {
			t.Errorf("published: %+v, %v", got, err)
		}
		wantKind(t, "discard what was published", p.calls.Discard(ctx, account.As(p.ada), c.ID), problem.KindConflict)
	})
}

func TestService_MovementSuspended(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Fundraiser)
		report := call.ReportDraft{Amount: 100, AsOf: p.Clock.Now().Add(-time.Hour), Source: "https://soup.example/sums"}
		seed.Suspend(t, p.Ground, p.soup.Account)
		for name, v := range map[string]account.Viewer{"a stranger": account.Nobody, "somebody": account.As(p.bo), "its organiser": account.As(p.ada)} {
			_, err := p.calls.Get(ctx, v, c.ID)
			wantKind(t, name+" reads it", err, problem.KindNotFound)
			_, err = p.calls.Reports(ctx, v, c.ID)
			wantKind(t, name+" reads its sums", err, problem.KindNotFound)
			if all, err := p.calls.Many(ctx, v, []id.ID{c.ID}); err != nil || len(all) != 0 {
				t.Errorf("%s has %v, %v", name, all, err)
			}
		}
		wantKind(t, "its organiser closes it", p.calls.Close(ctx, account.As(p.ada), c.ID), problem.KindNotFound)
		_, err := p.calls.AddReport(ctx, account.As(p.ada), c.ID, report)
		wantKind(t, "its organiser reports a sum", err, problem.KindNotFound)

		mod := account.As(seed.Account(t, p.Ground, "vera", seed.Moderator))
		if got, err := p.calls.Get(ctx, mod, c.ID); err != nil || got.ID != c.ID {
			t.Errorf("a moderator reads %+v, %v", got, err)
		}
		if all, err := p.calls.Many(ctx, mod, []id.ID{c.ID}); err != nil || all[c.ID] == nil {
			t.Errorf("a moderator has %v, %v", all, err)
		}
		seed.Restore(t, p.Ground, p.soup.Account)
		if _, err := p.calls.Get(ctx, account.Nobody, c.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestService_Life(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		var told []string
		event.After(p.Hub, func(call.Closed) { told = append(told, "closed") })
		event.After(p.Hub, func(call.Opened) { told = append(told, "opened") })
		event.After(p.Hub, func(e call.Cancelled) { told = append(told, "cancelled: "+e.Reason) })
		ada := account.As(p.ada)
		c := p.call(t, call.Deed, func(d *call.Draft) { d.ClosesAt = p.Clock.Now().Add(time.Hour) })
		if err := p.calls.CloseDue(ctx, p.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		p.Clock.Add(time.Hour)
		for range 2 {
			if err := p.calls.CloseDue(ctx, p.Clock.Now()); err != nil {
				t.Fatal(err)
			}
		}
		err := p.D.Update(ctx, func(tx *db.Tx) error { _, err := p.calls.TakeIn(tx, c.ID); return err })
		wantKind(t, "answer a closed call", err, problem.KindConflict)
		if err := p.calls.Reopen(ctx, ada, c.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := p.calls.Get(ctx, account.Nobody, c.ID); err != nil || got.State != call.StateOpen || !got.ClosesAt.IsZero() {
			t.Errorf("reopened: %+v, %v", got, err)
		}
		wantKind(t, "cancel without a reason", p.calls.Cancel(ctx, ada, c.ID, " "), problem.KindInvalid)
		wantKind(t, "a stranger cancels", p.calls.Cancel(ctx, account.As(p.bo), c.ID, "No."), problem.KindForbidden)
		for range 2 {
			if err := p.calls.Cancel(ctx, ada, c.ID, "The kitchen burnt down."); err != nil {
				t.Fatal(err)
			}
		}
		wantKind(t, "reopen a cancelled call", p.calls.Reopen(ctx, ada, c.ID), problem.KindConflict)
		_, err = p.calls.Edit(ctx, ada, c.ID, c.Draft())
		wantKind(t, "edit a cancelled call", err, problem.KindConflict)
		if want := []string{"opened", "closed", "opened", "cancelled: The kitchen burnt down."}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestService_Edit(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		ada := account.As(p.ada)
		c := p.call(t, call.Fundraiser, func(d *call.Draft) { d.ClosesAt = p.Clock.Now().Add(time.Hour) })
		d := c.Draft()
		d.Unit, d.Goal, d.Title = "JPY", ptr(int64(5000)), "Pots"
		c, err := p.calls.Edit(ctx, ada, c.ID, d)
		if err != nil || c.Unit != "JPY" || c.Goal != 5000 || c.Title != "Pots" {
			t.Fatalf("edited %+v, %v", c, err)
		}
		p.Update(t, func(tx *db.Tx) error { _, err := p.calls.TakeIn(tx, c.ID); return err })
		d.Unit = "EUR"
		_, err = p.calls.Edit(ctx, ada, c.ID, d)
		if pr, ok := problem.Of(err); !ok || pr.Field != "unit" {
			t.Errorf("the unit of a call with acts: %v", err)
		}
		d.Kind, d.Unit = call.Deed, ""
		_, err = p.calls.Edit(ctx, ada, c.ID, d)
		if pr, ok := problem.Of(err); !ok || pr.Field != "kind" {
			t.Errorf("the kind of a call with acts: %v", err)
		}
		p.Clock.Add(2 * time.Hour) // its closing time has passed, and may stay
		d = c.Draft()
		d.Title = "Large pots"
		if c, err = p.calls.Edit(ctx, ada, c.ID, d); err != nil || c.Title != "Large pots" || c.Goal != 5000 {
			t.Errorf("edited %+v, %v", c, err)
		}
		_, err = p.calls.Edit(ctx, account.As(p.bo), c.ID, d)
		wantKind(t, "a stranger edits", err, problem.KindForbidden)
	})
}

// Acts and a change of unit at the same moment: whichever unit the acts saw is
// the one that stays.
func TestService_TakeIn_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Fundraiser)
		var mu sync.Mutex
		seen := map[string]bool{}
		var changed atomic.Int32
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				if i%8 == 0 {
					d := c.Draft()
					d.Unit = "JPY"
					_, err := p.calls.Edit(ctx, account.As(p.ada), c.ID, d)
					if err == nil {
						changed.Add(1)
					} else if !problem.Is(err, problem.KindConflict) {
						t.Error(err)
					}
					return
				}
				var took *call.Call
				err := p.D.Update(ctx, func(tx *db.Tx) (err error) { took, err = p.calls.TakeIn(tx, c.ID); return err })
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				seen[took.Unit] = true
			})
		}
		wg.Wait()
		if len(seen) != 1 {
			t.Errorf("acts saw units %v", seen)
		}
		if got, err := p.calls.Get(ctx, account.Nobody, c.ID); err != nil || !seen[got.Unit] {
			t.Errorf("the unit is %v, acts saw %v; %v", got.Unit, seen, err)
		}
	})
}

func TestService_Progress(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		c := p.call(t, call.Fundraiser, func(d *call.Draft) { d.Goal, d.CountsFrom = ptr(int64(10_000)), call.Witnessed })
		p.Update(t, func(tx *db.Tx) (err error) {
			add := func(name string, n int64) { err = errors.Join(err, tally.Add(tx, c.ID, name, n)) }
			for proof, amount := range map[call.Proof]int64{call.Told: 9000, call.Witnessed: 2500, call.Confirmed: 1000} {
				sum, acts, people := call.TotalNames("EUR", proof)
				add(sum, amount)
				add(acts, 2)
				add(people, 1)
			}
			add(call.TallyActs, 6)
			add(call.TallyPeople, 2)
			return err
		})
		progress, err := p.calls.Progress(ctx, []*call.Call{c})
		if err != nil {
			t.Fatal(err)
		}
		got := progress[c.ID]
		want := []call.Total{
			{Unit: "EUR", Proof: call.Told, Amount: 9000, Acts: 2, People: 1},
			{Unit: "EUR", Proof: call.Witnessed, Amount: 2500, Acts: 2, People: 1},
			{Unit: "EUR", Proof: call.Confirmed, Amount: 1000, Acts: 2, People: 1},
		}
		if !slices.Equal(got.Each, want) || got.Done != 3500 || got.Percent() != 35 || got.Reached() || got.Acts != 6 || got.People != 2 {
			t.Errorf("progress %+v", got)
		}
	})
}

func TestService_Reports(t *testing.T) {
	each(t, func(t *testing.T, p *place) {
		partner := seed.Account(t, p.Ground, "kitchen", func(d *account.Draft) { d.Kind = account.KindOrganisation })
		c := p.call(t, call.Fundraiser, func(d *call.Draft) { d.Beneficiary = partner.ID })
		good := call.ReportDraft{Amount: 100_00, AtLeast: true, AsOf: p.Clock.Now().Add(-time.Hour), Source: "Its yearly letter"}
		for name, change := range map[string]func(*call.ReportDraft){
			"amount": func(d *call.ReportDraft) { d.Amount = -1 },
			"as_of":  func(d *call.ReportDraft) { d.AsOf = p.Clock.Now().Add(time.Hour) },
			"source": func(d *call.ReportDraft) { d.Source = "" },
			"unit":   func(d *call.ReportDraft) { d.Unit = "coins" },
		} {
			d := good
			change(&d)
			_, err := p.calls.AddReport(ctx, account.As(partner), c.ID, d)
			if pr, ok := problem.Of(err); !ok || pr.Field != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		_, err := p.calls.AddReport(ctx, account.As(p.bo), c.ID, good)
		wantKind(t, "a stranger reports", err, problem.KindForbidden)
		first, err := p.calls.AddReport(ctx, account.As(partner), c.ID, good)
		if err != nil {
			t.Fatal(err)
		}
		good.Unit, good.Amount = "USD", 120_00
		if err := p.calls.EditReport(ctx, account.As(p.ada), c.ID, first, good); err != nil {
			t.Fatal(err)
		}
		list, err := p.calls.Reports(ctx, account.Nobody, c.ID)
		if err != nil || len(list) != 1 || list[0].Unit != "USD" || list[0].Amount != 120_00 || !list[0].AtLeast || list[0].CreatedBy != partner.ID {
			t.Errorf("reports: %+v, %v", list, err)
		}
		if totals, err := p.calls.Totals(ctx, []id.ID{c.ID}); err != nil || len(totals[c.ID].Each) != 0 {
			t.Errorf("reported sums are among the acts: %v, %v", totals, err)
		}
		if err := p.calls.RemoveReport(ctx, account.As(p.ada), c.ID, first); err != nil {
			t.Fatal(err)
		}
		wantKind(t, "remove it twice", p.calls.RemoveReport(ctx, account.As(p.ada), c.ID, first), problem.KindNotFound)
	})
}
