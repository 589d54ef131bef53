package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // to count the rows of the house, beside it

	"goodturn/internal/id"
)

// acting measures acts that one of the ripple's newest inspired, by all readers
// in turn.
func acting(of func(*world) ripple) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		in := of(m.world)
		res, err := m.acts(ctx, r, in.Call, func(n int64) string {
			return fmt.Sprintf(`{"inspired_by":{"kind":"act","id":"%s"}}`, in.Ends[n%int64(len(in.Ends))])
		})
		res.Note = fmt.Sprintf("%d acts were in it; %s", in.Acts, res.Note)
		return []result{res}, err
	}
}

// manyClients is how many tell of acts for one call at the same time.
const manyClients = 64

// rushing measures acts for one call, each of another reader than those that are
// told at the same time. When nothing comes any more, what the call says of them
// must be what its rows say.
func rushing(ctx context.Context, m *machine, r row) ([]result, error) {
	callID := m.world.Small.Call
	res, err := m.acts(ctx, r, callID, func(int64) string { return `{"story":"I passed the pot on."}` })
	if err != nil {
		return nil, err
	}
	n, err := m.exact(ctx, callID)
	res.Note += fmt.Sprintf("; all %d counted", n)
	return []result{res}, err
}

// acts measures acts for a call, and notes what one costs the house's processor,
// which a busy machine blurs less than a time.
func (m *machine) acts(ctx context.Context, r row, callID id.ID, body func(n int64) string) (result, error) {
	path := "/api/goodturn/v1/calls/" + callID.String() + "/acts"
	before, err := m.counted(ctx, callID)
	if err != nil {
		return result{}, err
	}
	began, err := m.house.processor(ctx)
	if err != nil {
		return result{}, err
	}
	res, err := m.compared(ctx, r, func(c *client, n int64) (int, error) {
		c.post(m.world.Readers[n%int64(len(m.world.Readers))], body(n), path)
		return c.do(false)
	}, 0, nil)
	if err != nil {
		return res, err
	}
	ended, err := m.house.processor(ctx)
	if err != nil {
		return res, err
	}
	after, err := m.counted(ctx, callID)
	if err != nil {
		return res, err
	}
	res.Note = fmt.Sprintf("%.2f ms of processor each", ms(ended-began)/float64(max(1, after.acts-before.acts)))
	return res, nil
}

// count is what there is of a call's acts.
type count struct{ acts, people, amount int64 }

// counted counts the rows, in the house's own file.
func (m *machine) counted(ctx context.Context, callID id.ID) (c count, err error) {
	d, err := sql.Open("sqlite", "file:"+filepath.Join(m.data, "goodturn.db")+"?mode=ro")
	if err != nil {
		return c, fmt.Errorf("open the house's data: %w", err)
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	err = d.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(SUM(quantity), 0) FROM act WHERE call_id = $1 AND state = 'live'`, int64(callID)).Scan(&c.acts, &c.amount)
	if err == nil {
		err = d.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT DISTINCT outside, doer_id FROM act WHERE call_id = $1 AND state = 'live')`, int64(callID)).Scan(&c.people)
	}
	if err != nil {
		return c, fmt.Errorf("count the rows of call %s: %w", callID, err)
	}
	return c, nil
}

// exact holds what the call says of its acts against its rows, and gives how many
// there are.
func (m *machine) exact(ctx context.Context, callID id.ID) (int64, error) {
	is, err := m.counted(ctx, callID)
	if err != nil {
		return 0, err
	}
	c, err := dial(ctx, m.house.addr)
	if err != nil {
		return 0, err
	}
	defer c.close() // nothing is left unread
	c.get("", "/api/goodturn/v1/calls/"+callID.String())
	if _, err := c.do(true); err != nil {
		return 0, err
	}
	var says struct {
		Progress struct {
			Acts, People int64
			Totals       []struct{ Amount, Acts int64 }
		}
	}
	if err := json.Unmarshal(c.body, &says); err != nil {
		return 0, fmt.Errorf("read a call: %w", err)
	}
	said := count{acts: says.Progress.Acts, people: says.Progress.People}
	var each int64
	for _, t := range says.Progress.Totals {
		said.amount, each = said.amount+t.Amount, each+t.Acts
	}
	if said != is || each != is.acts {
		return 0, fmt.Errorf("the call says %+v, %d of them by proof; its rows are %+v", said, each, is)
	}
	return is.acts, nil
}

// opened are the pages on which a movement and its acts are looked at, by its slug
// and its call.
var opened = []struct{ name, page string }{
	{"a movement's page, signed in", "/movements/%[1]s"},
	{"a call's page, signed in", "/calls/%[2]s"},
	{"a movement's acts", "/movements/%[1]s/acts"},
	{"a movement's acts, by unit and proof", "/movements/%[1]s/acts?unit=deeds&proof=told"},
	{"a movement's acts, by a proof that few have", "/movements/%[1]s/acts?proof=witnessed"},
	{"a call's acts, by proof", "/calls/%[2]s/acts?proof=told"},
	{"a movement's ripple", "/movements/%[1]s/ripple"},
}

// opening measures such a page of a movement with a million acts, in turns with
// that of a new one. Members read it, for whom it is made anew each time.
func opening(page string) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		of := func(in ripple) work {
			path := fmt.Sprintf(page, in.slug(m.world), in.Call)
			return func(c *client, n int64) (int, error) {
				c.getSignedIn(m.world.Sessions[n%connections], path)
				return c.do(false)
			}
		}
		samples, constant, err := m.compare(ctx, r, []work{of(m.world.Small), of(m.world.Large)}, 0, nil)
		if err != nil {
			return nil, err
		}
		young := r
		young.condition = "of a new movement"
		is, err := resultOf(young, samples[0], constant)
		if err != nil {
			return nil, err
		}
		old, err := resultOf(r, samples[1], constant)
		if err != nil {
			return nil, err
		}
		old.Note = fmt.Sprintf("%.2f of a new movement's", old.PerSecond/is.PerSecond)
		return []result{is, old}, nil
	}
}

// slug is where the ripple's movement lies.
func (r ripple) slug(w *world) string {
	if r.Call == w.Large.Call {
		return largeSlug
	}
	return smallSlug
}

// processor is how much of it the house has used.
func (c *child) processor(ctx context.Context) (time.Duration, error) {
	values, err := c.values(ctx)
	return time.Duration(values["process_cpu_seconds_total"] * float64(time.Second)), err
}
