package ripple

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Drift is a subject, an act or a post, whose moved is not what its links say.
type Drift struct {
	Subject    id.ID
	Is, Should Moved
}

// Recount holds what was folded against the links of all acts, after folding
// what is due. With fix it puts right what differs. It keeps a few hundred bytes
// for each act in memory.
func (s *Service) Recount(ctx context.Context, fix bool) ([]Drift, error) {
	err := s.Fold(ctx)
	for errors.Is(err, errFoldedElsewhere) { // by the sweep of a running server: it gets on, too
		err = s.Fold(ctx)
	}
	if err != nil {
		return nil, err
	}
	drifts, err := s.compare(ctx, "TRUE", "TRUE", nil)
	if err != nil || !fix {
		return drifts, err
	}
	if err := s.correct(ctx, drifts, nil); err != nil {
		return drifts, err
	}
	return drifts, s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec("UPDATE moved SET under = " + underOf("moved.subject_id") + " WHERE under IS DISTINCT FROM " + underOf("moved.subject_id")); err != nil {
			return fmt.Errorf("hang all acts where they belong: %w", err)
		}
		return nil
	})
}

// foldTree counts a tree anew, after its links were changed, with all trees that
// hang on the same post. d.act is one of its acts, or a post it may have left.
func (s *Service) foldTree(ctx context.Context, d dueRow) error {
	roots, err := s.component(ctx, d.act)
	if err != nil {
		return err
	}
	in, args := db.In(1, roots)
	again, more := db.In(1+len(args), roots)
	third, evenMore := db.In(1+len(args)+len(more), roots)
	args = append(append(append(args, more...), evenMore...), d.act)
	drifts, err := s.compare(ctx, "root_id IN "+in, fmt.Sprintf(`(
			subject_id IN (SELECT id FROM act WHERE root_id IN %s)
			OR subject_id IN (SELECT via_id FROM act WHERE via_kind = 'post' AND root_id IN %s)
			OR subject_id = $%d)`, again, third, len(args)), args)
	if err != nil {
		return err
	}
	return s.correct(ctx, drifts, &d)
}

// component is the roots of the trees that must be counted together: those of
// an act or a post, and those that hang on the same posts.
func (s *Service) component(ctx context.Context, subject id.ID) ([]id.ID, error) {
	scan := func(row db.Row) (i id.ID, err error) {
		err = row.Scan(&i)
		return i, err
	}
	roots, err := db.All(s.d.Read(ctx), scan, `SELECT root_id FROM act WHERE id = $1
		UNION SELECT root_id FROM act WHERE via_kind = 'post' AND via_id = $2`, subject, subject)
	if err != nil {
		return nil, fmt.Errorf("find the trees of %s: %w", subject, err)
	}
	in, args := db.In(1, roots)
	beside, err := db.All(s.d.Read(ctx), scan, `SELECT id FROM act WHERE via_kind = 'post' AND parent_id IS NULL AND via_id IN
		(SELECT via_id FROM act WHERE via_kind = 'post' AND parent_id IS NULL AND id IN `+in+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("find the trees beside those of %s: %w", subject, err)
	}
	roots = append(roots, beside...)
	slices.Sort(roots)
	return slices.Compact(roots), nil
}

// compare counts the acts of which acts is true, and gives those subjects whose
// rows in moved, of which subjects is true, say otherwise. Links and rows are
// read in one statement, so they belong together whatever is written meanwhile.
func (s *Service) compare(ctx context.Context, acts, subjects string, args []any) ([]Drift, error) {
	var leaves []leaf
	is, authors := map[id.ID]Moved{}, map[id.ID]id.ID{}
	_, err := db.All(s.d.Read(ctx), func(row db.Row) (_ struct{}, err error) {
		var of string
		var l leaf
		var author id.ID
		var m Moved
		err = row.Scan(&of, &l.id, &l.parent, &l.via, &l.doer, &l.counted, &author, &m.Acts, &m.People)
		if of == "moved" {
			is[l.id] = m
			return struct{}{}, err
		}
		if author != 0 {
			authors[l.via] = author
		}
		leaves = append(leaves, l)
		return struct{}{}, err
	}, `SELECT 'act', act.id, `+nodeColumns+`,
			NOT EXISTS (SELECT 1 FROM ripple_due AS n WHERE n.act_id = act.id AND n.what = 'new'),
			(SELECT account_id FROM post WHERE post.id = act.via_id AND act.via_kind = 'post'), 0, 0
		FROM act WHERE state <> 'staging' AND `+acts+`
		UNION ALL
		SELECT 'moved', subject_id, NULL, NULL, NULL, FALSE, NULL, acts, people FROM moved WHERE `+subjects, args...)
	if err != nil {
		return nil, fmt.Errorf("read links and what they moved: %w", err)
	}
	should := count(leaves, authors)
	var drifts []Drift
	for i, m := range should {
		if is[i] != m {
			drifts = append(drifts, Drift{Subject: i, Is: is[i], Should: m})
		}
		delete(is, i)
	}
	for i, m := range is {
		if m != (Moved{}) {
			drifts = append(drifts, Drift{Subject: i, Is: m})
		}
	}
	slices.SortFunc(drifts, func(a, b Drift) int { return cmp.Compare(a.Subject, b.Subject) })
	return drifts, nil
}

// correct adds what is missing, a batch at a time; the last takes done from what
// is due. Ended before, it finds the rest when it is run again.
func (s *Service) correct(ctx context.Context, drifts []Drift, done *dueRow) error {
	for batch := range slices.Chunk(drifts, foldBatch) {
		f := fold{change: make(map[id.ID]Moved, len(batch))}
		for _, d := range batch {
			f.change[d.Subject] = Moved{Acts: d.Should.Acts - d.Is.Acts, People: d.Should.People - d.Is.People}
		}
		if err := s.d.Update(ctx, f.write); err != nil {
			return fmt.Errorf("correct what was moved: %w", err)
		}
	}
	if done == nil {
		return nil
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if err := finishDue(tx, []dueRow{*done}); err != nil {
			return err
		}
		return s.stale(tx, []dueRow{*done})
	})
}
