package act

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/tally"
)

// entry is what one act adds to the totals of its call and its movement.
type entry struct {
	scopes   []id.ID
	doer     id.ID
	unit     string
	proof    Proof
	quantity int64
}

func (a *Act) entry() entry {
	e := entry{doer: a.DoerID, unit: a.Unit, proof: a.Proof, quantity: a.Quantity}
	for _, scope := range []id.ID{a.CallID, a.MovementID} {
		if scope != 0 {
			e.scopes = append(e.scopes, scope)
		}
	}
	return e
}

// part is what the act is a part of: the total of its unit and proof.
func (e entry) part() string { return e.unit + "/" + e.proof.String() }

// opened counts a new act.
func opened(tx *db.Tx, e entry) error {
	people, err := takePart(tx, e, +1, "", e.part())
	if err != nil {
		return err
	}
	deltas := append(people, e.amounts(+1)...)
	for _, scope := range e.scopes {
		deltas = append(deltas, tally.Delta{Subject: scope, Name: call.TallyActs, N: 1})
	}
	return tally.AddAll(tx, deltas...)
}

// moved counts an act whose quantity or proof changed.
func moved(tx *db.Tx, was, is entry) error {
	deltas := append(was.amounts(-1), is.amounts(+1)...)
	if was.part() != is.part() {
		less, err := takePart(tx, was, -1, was.part())
		if err != nil {
			return err
		}
		more, err := takePart(tx, is, +1, is.part())
		if err != nil {
			return err
		}
		deltas = slices.Concat(deltas, less, more)
	}
	return tally.AddAll(tx, deltas...)
}

// closed counts an act that lost its doer, and its content unless kept says
// that the amount stays.
func closed(tx *db.Tx, e entry, kept bool) error {
	deltas, err := takePart(tx, e, -1, "", e.part())
	if err != nil {
		return err
	}
	if !kept {
		deltas = append(deltas, e.amounts(-1)...)
	}
	return tally.AddAll(tx, deltas...)
}

func (e entry) amounts(sign int64) []tally.Delta {
	var deltas []tally.Delta
	for _, scope := range e.scopes {
		deltas = append(deltas,
			tally.Delta{Subject: scope, Name: call.TallySum + e.part(), N: sign * e.quantity},
			tally.Delta{Subject: scope, Name: call.TallyActsOf + e.part(), N: sign})
	}
	return deltas
}

// takePart notes one act more (or less) of the doer's in each scope, and gives
// what that changes in people: the row's count decides, so it stays exact
// however many do it at once.
func takePart(tx *db.Tx, e entry, by int64, parts ...string) ([]tally.Delta, error) {
	if len(e.scopes) == 0 {
		return nil, nil
	}
	var q strings.Builder
	q.WriteString("INSERT INTO taken_part (scope_id, total, doer_id, acts) VALUES ")
	var args []any
	for _, scope := range e.scopes {
		for _, part := range parts {
			if len(args) > 0 {
				q.WriteString(", ")
			}
			q.WriteByte('(')
			for i, arg := range []any{scope, part, e.doer, by} {
				if i > 0 {
					q.WriteString(", ")
				}
				args = append(args, arg)
				q.WriteString("$" + strconv.Itoa(len(args)))
			}
			q.WriteByte(')')
		}
	}
	q.WriteString(" ON CONFLICT (scope_id, total, doer_id) DO UPDATE SET acts = taken_part.acts + excluded.acts RETURNING scope_id, total, acts")

	type taken struct {
		scope id.ID
		part  string
		acts  int64
	}
	rows, err := db.All(tx, func(row db.Row) (t taken, err error) {
		err = row.Scan(&t.scope, &t.part, &t.acts)
		return t, err
	}, q.String(), args...)
	if err != nil {
		return nil, fmt.Errorf("note who took part: %w", err)
	}
	if by < 0 {
		if err := forgetParts(tx, e); err != nil {
			return nil, err
		}
	}
	var deltas []tally.Delta
	for _, t := range rows {
		name := call.TallyPeople
		if t.part != "" {
			name = call.TallyPeopleOf + t.part
		}
		if by > 0 && t.acts == by || by < 0 && t.acts == 0 {
			deltas = append(deltas, tally.Delta{Subject: t.scope, Name: name, N: by})
		}
	}
	return deltas, nil
}

func forgetParts(tx *db.Tx, e entry) error {
	in, args := db.In(2, e.scopes)
	_, err := tx.Exec("DELETE FROM taken_part WHERE acts = 0 AND doer_id = $1 AND scope_id IN "+in,
		append([]any{e.doer}, args...)...)
	if err != nil {
		return fmt.Errorf("forget who took part: %w", err)
	}
	return nil
}

// Truths registers what this room's counters ought to say.
func (s *Service) Truths(b *tally.Book) {
	const (
		counts = "(state = 'live' OR state = 'withdrawn' AND proof = 2)" // a withdrawn gift that was confirmed
		part   = "unit || '/' || CASE proof WHEN 0 THEN 'told' WHEN 1 THEN 'witnessed' ELSE 'confirmed' END"
	)
	byScope := func(columns, where, group string) string {
		var both []string
		for _, scope := range []string{"call_id", "movement_id"} {
			both = append(both, "SELECT "+scope+", "+columns+" FROM act WHERE "+scope+" IS NOT NULL AND "+where+" GROUP BY "+scope+group)
		}
		return strings.Join(both, " UNION ALL ")
	}
	b.Truth(call.TallyActs, byScope("COUNT(*)", "state <> 'staging'", ""))
	b.Truth(call.TallyPeople, byScope("COUNT(DISTINCT doer_id)", "state = 'live'", ""))
	b.TruthFamily(call.TallySum, byScope("'"+call.TallySum+"' || "+part+", CAST(SUM(quantity) AS BIGINT)", counts, ", unit, proof"))
	b.TruthFamily(call.TallyActsOf, byScope("'"+call.TallyActsOf+"' || "+part+", COUNT(*)", counts, ", unit, proof"))
	b.TruthFamily(call.TallyPeopleOf, byScope("'"+call.TallyPeopleOf+"' || "+part+", COUNT(DISTINCT doer_id)", "state = 'live'", ", unit, proof"))
}
