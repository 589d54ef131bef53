// Package ripple is in charge of what acts add up to as a forest: who moved
// whom. It counts children and generations in the act's own transaction, folds
// upward how many acts and people are beneath each act and each post, measures
// R and the serial interval, and draws trees and chains.
//
// The links themselves (parent, via, root, generation) belong to package act.
package ripple

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/ripple/measure"
	"goodturn/internal/tally"
)

// The names of this room's counters in tally: an act's children in its own
// movement; and, for a root as for a movement, the acts of each generation
// ("gen/0" are the first acts). Withdrawn acts count, as someone.
const (
	TallyChildren    = "children"
	FamilyGeneration = "gen/"
)

// Service keeps ripples.
type Service struct {
	d    *db.DB
	hub  *event.Hub
	now  func() time.Time
	acts *act.Service

	ofAccount cache.Cache[id.ID, Moved]
	drawings  *drawings
}

// New makes the service. Subscribing it to events is the server's, by the On…
// methods; Fold and Refresh are called by sweeps.
func New(d *db.DB, hub *event.Hub, now func() time.Time, acts *act.Service) *Service {
	s := &Service{d: d, hub: hub, now: now, acts: acts}
	s.ofAccount = newOfAccount(s)
	s.drawings = newDrawings(s)
	return s
}

// OnDone counts a new act where it hangs.
func (s *Service) OnDone(tx *db.Tx, e act.Done) error {
	n := FamilyGeneration + strconv.Itoa(e.Generation)
	deltas := []tally.Delta{{Subject: e.Root, Name: n, N: 1}}
	if e.MovementID != 0 {
		deltas = append(deltas, tally.Delta{Subject: e.MovementID, Name: n, N: 1})
	}
	if e.Generation > 0 {
		deltas = append(deltas, tally.Delta{Subject: e.Parent, Name: TallyChildren, N: 1})
	}
	if err := tally.AddAll(tx, deltas...); err != nil {
		return err
	}
	return due(tx, dueNew, e.ActID, e.DoerID, e.MovementID)
}

// OnWithdrawn has the doer counted no longer, among those above.
func (s *Service) OnWithdrawn(tx *db.Tx, e act.Withdrawn) error {
	return due(tx, dueGone, e.ActID, e.DoerID, e.MovementID)
}

// OnImported counts a whole import at once, as OnDone would each of its acts.
func (s *Service) OnImported(tx *db.Tx, e act.Imported) error {
	const of = " FROM act WHERE import_id = $1 "
	for _, group := range []string{
		"SELECT parent_id, '" + TallyChildren + "', COUNT(*)" + of + "AND generation > 0 GROUP BY parent_id",
		"SELECT root_id, '" + FamilyGeneration + "' || generation, COUNT(*)" + of + "GROUP BY root_id, generation",
		"SELECT movement_id, '" + FamilyGeneration + "' || generation, COUNT(*)" + of + "GROUP BY movement_id, generation",
	} {
		if err := tally.AddFrom(tx, group, e.ImportID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`INSERT INTO ripple_due (what, act_id, doer_id, movement_id)
		SELECT 'new', id, doer_id, movement_id`+of+`ORDER BY done_at, id`, e.ImportID)
	if err != nil {
		return fmt.Errorf("note that import %s is to be folded: %w", e.ImportID, err)
	}
	return nil
}

// OnResourced counts the children that changed sides, and has the post counted
// anew that an act no longer comes through; the trees follow with OnRerooted.
func (s *Service) OnResourced(tx *db.Tx, e act.Resourced) error {
	var deltas []tally.Delta
	if e.OldGeneration > 0 {
		deltas = append(deltas, tally.Delta{Subject: e.OldParent, Name: TallyChildren, N: -1})
	}
	if e.Generation > 0 {
		deltas = append(deltas, tally.Delta{Subject: e.Parent, Name: TallyChildren, N: 1})
	}
	if err := tally.AddAll(tx, deltas...); err != nil {
		return err
	}
	if err := hang(tx, e.ActID); err != nil {
		return err
	}
	if e.OldVia.Kind != act.FromPost {
		return nil
	}
	return due(tx, dueTree, e.OldVia.ID, 0, e.MovementID)
}

// OnRerooted brings the generations of the trees concerned, and of their
// movement, in line with the acts, and has what was moved counted anew.
func (s *Service) OnRerooted(tx *db.Tx, e act.Rerooted) error {
	roots := slices.Clone(e.Roots)
	slices.Sort(roots)
	for _, root := range slices.Compact(roots) {
		if err := regenerate(tx, root, e.MovementID); err != nil {
			return err
		}
		if err := due(tx, dueTree, root, 0, e.MovementID); err != nil {
			return err
		}
	}
	return hang(tx, e.ActID) // again: a fold may have begun it before it was resourced
}

// regenerate adds to a root's generations what they lack of the acts, and the
// same to its movement's. The root's row is held, so that two who do this at
// once do it one after the other; acts and counters are read in one statement,
// so that an act that is just being added is in both or in neither.
func regenerate(tx *db.Tx, root, movement id.ID) error {
	if _, err := tx.Exec("UPDATE act SET version = version WHERE id = $1", root); err != nil {
		return fmt.Errorf("hold the root %s: %w", root, err)
	}
	missing, err := db.All(tx, func(row db.Row) (d tally.Delta, err error) {
		err = row.Scan(&d.Name, &d.N)
		return d, err
	}, `SELECT name, CAST(SUM(n) AS BIGINT) FROM (
			SELECT 'gen/' || generation AS name, COUNT(*) AS n FROM act WHERE root_id = $1 AND state <> 'staging' GROUP BY generation
			UNION ALL SELECT name, -base FROM tally WHERE subject = $2 AND substr(name, 1, 4) = 'gen/'
			UNION ALL SELECT name, -n FROM tally_delta WHERE subject = $3 AND substr(name, 1, 4) = 'gen/'
		) AS counted GROUP BY name HAVING SUM(n) <> 0`, root, root, root)
	if err != nil {
		return fmt.Errorf("count the generations of %s: %w", root, err)
	}
	var deltas []tally.Delta
	for _, d := range missing {
		d.Subject = root
		deltas = append(deltas, d)
		if d.Subject = movement; movement != 0 {
			deltas = append(deltas, d)
		}
	}
	return tally.AddAll(tx, deltas...)
}

// OnPostDeleted forgets what a post moved: it is no source any longer.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	if _, err := tx.Exec("DELETE FROM moved WHERE subject_id = $1", e.PostID); err != nil {
		return fmt.Errorf("forget what post %s moved: %w", e.PostID, err)
	}
	return nil
}

// Moved is what lies beneath an act, a post or an account: the acts, and the
// distinct people other than its author. It is exact within two seconds of the
// last change.
type Moved struct {
	Acts   int64
	People int64
}

// Moved is what acts and posts moved; what moved nobody is absent.
func (s *Service) Moved(ctx context.Context, ids []id.ID) (map[id.ID]Moved, error) {
	out := make(map[id.ID]Moved, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	in, args := db.In(1, ids)
	rows, err := db.All(s.d.Read(ctx), scanMoved, "SELECT subject_id, acts, people FROM moved WHERE subject_id IN "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read what was moved: %w", err)
	}
	for _, r := range rows {
		out[r.subject] = r.Moved
	}
	return out, nil
}

type movedRow struct {
	subject id.ID
	Moved
}

func scanMoved(row db.Row) (r movedRow, err error) {
	err = row.Scan(&r.subject, &r.Acts, &r.People)
	return r, err
}

const (
	accountIdle  = time.Minute // how old what an account moved may be
	accountBytes = 4 << 20
)

// newOfAccount caches what accounts moved: it is counted over all they did and
// said, across trees, and no fold keeps it.
func newOfAccount(s *Service) cache.Cache[id.ID, Moved] {
	return cache.New(cache.Options[id.ID, Moved]{
		Bytes: accountBytes,
		Size:  func(id.ID, Moved) int { return 64 },
		Age:   accountIdle,
		Load: func(ctx context.Context, accounts []id.ID) (map[id.ID]Moved, error) {
			out := map[id.ID]Moved{}
			for _, a := range accounts {
				m, err := s.countOf(ctx, a)
				if err != nil {
					return nil, err
				}
				out[a] = m
			}
			return out, nil
		},
	})
}

// OfAccount is what an account's acts and posts moved, up to a minute old.
func (s *Service) OfAccount(ctx context.Context, accountID id.ID) (Moved, error) {
	m, _, err := s.ofAccount.Get(ctx, accountID)
	return m, err
}

// countOf walks down from all that an account did or posted. UNION visits each
// act once, however many of the account's own lie above it.
func (s *Service) countOf(ctx context.Context, accountID id.ID) (m Moved, err error) {
	err = s.d.Read(ctx).QueryRow(`
		WITH RECURSIVE beneath (id, doer_id) AS (
			SELECT c.id, c.doer_id FROM act AS mine JOIN act AS c ON c.parent_id = mine.id AND c.generation > 0
				WHERE mine.doer_id = $1 AND c.state <> 'staging'
			UNION
			SELECT c.id, c.doer_id FROM act AS c JOIN post ON post.id = c.via_id
				WHERE c.via_kind = 'post' AND post.account_id = $2 AND c.state <> 'staging'
					AND c.via_id IN (SELECT id FROM post WHERE account_id = $3)
			UNION
			SELECT c.id, c.doer_id FROM beneath JOIN act AS c ON c.parent_id = beneath.id AND c.generation > 0
				WHERE c.state <> 'staging'
		)
		SELECT COUNT(*), COUNT(DISTINCT CASE WHEN doer_id NOT IN (0, $4) THEN doer_id END) FROM beneath`,
		accountID, accountID, accountID, accountID).Scan(&m.Acts, &m.People)
	if err != nil {
		return m, fmt.Errorf("count what account %s moved: %w", accountID, err)
	}
	return m, nil
}

// Children is how many acts each act brought about directly; what brought about
// none is absent.
func (s *Service) Children(ctx context.Context, acts []id.ID) (map[id.ID]int64, error) {
	counts, err := tally.Of(s.d.Read(ctx), acts, TallyChildren)
	if err != nil {
		return nil, err
	}
	out := make(map[id.ID]int64, len(counts))
	for i, c := range counts {
		out[i] = c[TallyChildren]
	}
	return out, nil
}

// byGeneration reads the generations out of a subject's counters.
func byGeneration(counts map[string]int64) []int64 {
	var out []int64
	for name, n := range counts {
		text, ok := strings.CutPrefix(name, FamilyGeneration)
		g, err := strconv.Atoi(text)
		if !ok || err != nil || n == 0 {
			continue
		}
		for len(out) <= g {
			out = append(out, 0)
		}
		out[g] = n
	}
	return out
}

// Truths registers what this room's counters ought to say.
func (s *Service) Truths(b *tally.Book) {
	b.Truth(TallyChildren, `SELECT parent_id, COUNT(*) FROM act
		WHERE parent_id IS NOT NULL AND generation > 0 AND state <> 'staging' GROUP BY parent_id`)
	b.TruthFamily(FamilyGeneration, `
		SELECT root_id, 'gen/' || generation, COUNT(*) FROM act WHERE state <> 'staging' GROUP BY root_id, generation
		UNION ALL
		SELECT movement_id, 'gen/' || generation, COUNT(*) FROM act
			WHERE movement_id IS NOT NULL AND state <> 'staging' GROUP BY movement_id, generation`)
}

// Link is a movement's or a person's thing in a chain: an act, or someone whose
// act the viewer may not see.
type Link struct {
	ActID id.ID
	Act   *act.Act // nil: someone
	At    time.Time
}

const chainMost = 50

// Chain is what inspired an act, from its parent up to the first act, at most
// 50 of them; of those that v may not see it tells only that they are.
func (s *Service) Chain(ctx context.Context, v account.Viewer, a *act.Act) ([]Link, error) {
	rows, err := db.All(s.d.Read(ctx), func(row db.Row) (l Link, err error) {
		var at int64
		err = row.Scan(&l.ActID, &at)
		l.At = db.Time(at)
		return l, err
	}, `WITH RECURSIVE above (id, parent_id, done_at, n) AS (
			SELECT id, parent_id, done_at, 1 FROM act WHERE id = $1
			UNION ALL
			SELECT p.id, p.parent_id, p.done_at, above.n + 1 FROM above JOIN act AS p ON p.id = above.parent_id
				WHERE above.n < $2
		) SELECT id, done_at FROM above ORDER BY n`, a.Parent, chainMost)
	if err != nil {
		return nil, fmt.Errorf("read what inspired act %s: %w", a.ID, err)
	}
	ids := make([]id.ID, len(rows))
	for i, l := range rows {
		ids[i] = l.ActID
	}
	seen, err := s.acts.Many(ctx, v, ids)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Act = seen[rows[i].ActID]
	}
	return rows, nil
}

// window is W of a movement: the longest of its calls'.
func window(r db.Reader, movement id.ID) (time.Duration, error) {
	var ms int64
	err := r.QueryRow("SELECT COALESCE(MAX(window_ms), CAST($1 AS BIGINT)) FROM call WHERE movement_id = $2",
		measure.Window.Milliseconds(), movement).Scan(&ms)
	if err != nil {
		return 0, fmt.Errorf("read the window of movement %s: %w", movement, err)
	}
	return time.Duration(ms) * time.Millisecond, nil
}
