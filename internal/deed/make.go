package deed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Draft is a link to be made.
type Draft struct {
	Tells bool   // its holder sees who did it and the story, whoever else may see the act
	Key   string // idempotency key, "" for none
}

// Make makes a link for an act of v's, to be handed to one person. NotFound,
// Forbidden for others' acts, Gone, Conflict for an act without witnesses, TooMany
// beyond OpenMost open ones of the act or DayMost made today.
func (s *Service) Make(ctx context.Context, v account.Viewer, actID id.ID, d Draft) (*Link, error) {
	if err := s.own(ctx, v, actID); err != nil {
		return nil, err
	}
	var made *row
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		i, err := once.Do(tx, v.ID(), "deed_link", d.Key, []any{actID, d.Tells}, func() (id.ID, error) { return s.makeIn(tx, v, actID, d) })
		if err != nil {
			return err
		}
		made, err = db.One(tx, s.scan, "SELECT "+columns+" FROM deed_link WHERE id = $1", i)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &made.Link, nil
}

// own is nil for an act of v's that takes witnesses.
func (s *Service) own(ctx context.Context, v account.Viewer, actID id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in first.")
	}
	a, err := s.rooms.Acts.Get(ctx, v, actID)
	if err != nil {
		return err
	}
	if !a.DoneBy(v.ID()) {
		return problem.Forbidden("Only the doer of an act can do this.")
	}
	return a.MayAttest()
}

// makeIn takes the first free place of the act's; the index decides who gets it.
func (s *Service) makeIn(tx *db.Tx, v account.Viewer, actID id.ID, d Draft) (id.ID, error) {
	now := s.now()
	if _, err := act.GetIn(tx, actID); err != nil { // it may have been withdrawn since
		return 0, err
	}
	if err := countLink(tx, v.ID(), now); err != nil {
		return 0, err
	}
	if _, err := tx.Exec("UPDATE deed_link SET slot = NULL WHERE act_id = $1 AND slot IS NOT NULL AND expires_at <= $2", actID, db.Millis(now)); err != nil {
		return 0, fmt.Errorf("free the places of links that are over: %w", err)
	}
	i := s.ids.New()
	for slot := 1; slot <= OpenMost; slot++ {
		res, err := tx.Exec(`INSERT INTO deed_link (id, act_id, doer_id, tells, slot, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (act_id, slot) WHERE slot IS NOT NULL DO NOTHING`, i, actID, v.ID(), d.Tells, slot, db.Millis(now), db.Millis(now.Add(life)))
		if err != nil {
			return 0, fmt.Errorf("make a link: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return i, err
		}
	}
	return 0, problem.TooMany("At most %d links of one act can be open. Take one back first.", OpenMost)
}

// countLink counts one link more that an account made today.
func countLink(tx *db.Tx, maker id.ID, now time.Time) error {
	day := db.Millis(now) / (24 * time.Hour).Milliseconds()
	var n int
	err := tx.QueryRow(`INSERT INTO deed_making (account_id, day, links) VALUES ($1, $2, 1)
		ON CONFLICT (account_id) DO UPDATE SET links = CASE WHEN deed_making.day = excluded.day THEN deed_making.links + 1 ELSE 1 END, day = excluded.day
		WHERE deed_making.day <> excluded.day OR deed_making.links < $3 RETURNING links`, maker, day, DayMost).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return problem.TooMany("At most %d links a day can be made.", DayMost)
	}
	if err != nil {
		return fmt.Errorf("count a link: %w", err)
	}
	return nil
}

// listMost is how many links of an act are listed: more than can be of use.
const listMost = 100

// Links are an act's, for its doer, newest first. NotFound, Forbidden, Gone,
// Conflict as in Make.
func (s *Service) Links(ctx context.Context, v account.Viewer, actID id.ID) ([]*Link, error) {
	if err := s.own(ctx, v, actID); err != nil {
		return nil, err
	}
	rows, err := db.All(s.d.Read(ctx), s.scan, "SELECT "+columns+" FROM deed_link WHERE act_id = $1 AND doer_id = $2 ORDER BY id DESC LIMIT $3", actID, v.ID(), listMost)
	if err != nil {
		return nil, fmt.Errorf("list the links of act %s: %w", actID, err)
	}
	links := make([]*Link, len(rows))
	for i, l := range rows {
		links[i] = &l.Link
	}
	return links, nil
}

// ByID is a link that v made. NotFound for others'.
func (s *Service) ByID(ctx context.Context, v account.Viewer, i id.ID) (*Link, error) {
	l, err := s.made(s.d.Read(ctx), v, i)
	if err != nil {
		return nil, err
	}
	return &l.Link, nil
}

func (s *Service) made(r db.Reader, v account.Viewer, i id.ID) (*row, error) {
	l, err := db.One(r, s.scan, "SELECT "+columns+" FROM deed_link WHERE id = $1 AND doer_id = $2", i, v.ID())
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("link")
	}
	if err != nil {
		return nil, fmt.Errorf("read link %s: %w", i, err)
	}
	return l, nil
}

// mend runs do on a link that v made, which stays as it is where do is false.
func (s *Service) mend(ctx context.Context, v account.Viewer, i id.ID, do func(tx *db.Tx, l *row) error) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		l, err := s.made(tx, v, i)
		if err != nil {
			return err
		}
		return do(tx, l)
	})
}

// Withdraw takes a link of v's back: nothing more can be said by it. What was said
// stays until it is deleted. A second time changes nothing. NotFound for others'.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.mend(ctx, v, i, func(tx *db.Tx, l *row) error {
		_, err := tx.Exec("UPDATE deed_link SET withdrawn = TRUE, slot = NULL WHERE id = $1", l.ID)
		if err != nil {
			return fmt.Errorf("withdraw link %s: %w", i, err)
		}
		return nil
	})
}

// Show shows the thanks that came by a link with the act, or to its doer alone
// again. NotFound for others', and where there are none.
func (s *Service) Show(ctx context.Context, v account.Viewer, i id.ID, shown bool) error {
	return s.mend(ctx, v, i, func(tx *db.Tx, l *row) error {
		n, err := affected(tx.Exec("UPDATE deed_link SET shown = $1 WHERE id = $2 AND thanked_at IS NOT NULL", shown, l.ID))
		if err == nil && n == 0 {
			err = problem.NotFound("link")
		}
		return err
	})
}

// DeleteThanks deletes what came by a link of v's, which takes no other thanks from
// then on. A second time changes nothing. NotFound for others'.
func (s *Service) DeleteThanks(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.mend(ctx, v, i, func(tx *db.Tx, l *row) error {
		if l.Thanks == nil {
			return nil
		}
		if _, err := tx.Exec("UPDATE deed_link SET refused = TRUE WHERE id = $1", l.ID); err != nil {
			return fmt.Errorf("refuse thanks: %w", err)
		}
		return s.unthank(tx, l)
	})
}

// RefuseWitness takes back that an act of v's was witnessed by a link. A second time
// changes nothing. NotFound for others'.
func (s *Service) RefuseWitness(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.mend(ctx, v, i, s.unattest)
}

func (s *Service) unthank(tx *db.Tx, l *row) error {
	n, err := affected(tx.Exec("UPDATE deed_link SET thanks = '', thanks_name = '', thanked_at = NULL, shown = FALSE WHERE id = $1 AND thanked_at IS NOT NULL", l.ID))
	if err != nil || n == 0 {
		return err
	}
	a, err := act.GetIn(tx, l.ActID)
	if err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Unthanked{LinkID: l.ID, ActID: a.ID, DoerID: l.doer, MovementID: a.MovementID})
}

func (s *Service) unattest(tx *db.Tx, l *row) error {
	n, err := affected(tx.Exec("UPDATE deed_link SET witness_stands = FALSE WHERE id = $1 AND witness_stands", l.ID))
	if err != nil || n == 0 {
		return err
	}
	if err := s.rooms.Acts.ReproveIn(tx, l.ActID, s.now()); err != nil {
		return err
	}
	a, err := act.GetIn(tx, l.ActID)
	if err != nil {
		return err
	}
	return event.Emit(s.hub, tx, Unattested{LinkID: l.ID, ActID: a.ID, DoerID: l.doer, MovementID: a.MovementID})
}

func affected(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, fmt.Errorf("change a link: %w", err)
	}
	return res.RowsAffected()
}
