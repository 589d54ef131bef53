package call

import (
	"context"
	"slices"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/tally"
)

// The names of the counters on a call and on a movement that say how many acts
// there are and how many people did them. Package act writes them.
const (
	TallyActs   = "acts"
	TallyPeople = "people"
)

// The beginnings of the names for each unit and proof, see TotalNames.
const (
	TallySum      = "sum/"
	TallyActsOf   = "acts/"
	TallyPeopleOf = "people/"
)

// TotalNames are the counters of acts in that unit and of that proof: their sum,
// how many, and how many people did them.
func TotalNames(unit string, p Proof) (sum, acts, people string) {
	rest := unit + "/" + p.String()
	return TallySum + rest, TallyActsOf + rest, TallyPeopleOf + rest
}

// Total is what acts in one unit and of one proof add up to; never across units.
type Total struct {
	Unit   string
	Proof  Proof
	Amount int64 // in the smallest unit
	Acts   int64
	People int64 // distinct
}

// Totals are what was done for a call or in a movement.
type Totals struct {
	Each   []Total // by unit, the weakest proof first; only what there is
	Acts   int64
	People int64 // distinct
}

// Amount is the sum in that unit, over acts of that proof or a stronger one.
func (t Totals) Amount(unit string, weakest Proof) (sum int64) {
	for _, each := range t.Each {
		if each.Unit == unit && each.Proof >= weakest {
			sum += each.Amount
		}
	}
	return sum
}

// Of is the sum in that unit, over acts of just that proof.
func (t Totals) Of(unit string, proof Proof) (sum int64) {
	for _, each := range t.Each {
		if each.Unit == unit && each.Proof == proof {
			sum += each.Amount
		}
	}
	return sum
}

// TotalsOf reads the totals of calls and movements, by their ids.
func TotalsOf(r db.Reader, scopes []id.ID) (map[id.ID]Totals, error) {
	counted, err := tally.Of(r, scopes)
	if err != nil {
		return nil, err
	}
	totals := make(map[id.ID]Totals, len(scopes))
	for _, scope := range scopes {
		totals[scope] = assemble(counted[scope])
	}
	return totals, nil
}

// UnitsOf are the units in which acts of a call or a movement were ever counted.
func UnitsOf(r db.Reader, scope id.ID) ([]string, error) {
	counted, err := tally.Of(r, []id.ID{scope})
	if err != nil {
		return nil, err
	}
	var units []string
	for name := range counted[scope] {
		if rest, ok := strings.CutPrefix(name, TallyActsOf); ok {
			unit, _, _ := strings.Cut(rest, "/")
			units = append(units, unit)
		}
	}
	slices.Sort(units)
	return slices.Compact(units), nil
}

// Totals are TotalsOf now.
func (s *Service) Totals(ctx context.Context, scopes []id.ID) (map[id.ID]Totals, error) {
	return TotalsOf(s.d.Read(ctx), scopes)
}

func assemble(counts map[string]int64) Totals {
	t := Totals{Acts: counts[TallyActs], People: counts[TallyPeople]}
	for name, acts := range counts {
		rest, ok := strings.CutPrefix(name, TallyActsOf)
		if !ok || acts == 0 && counts[TallySum+rest] == 0 {
			continue
		}
		unit, word, _ := strings.Cut(rest, "/")
		proof, ok := ParseProof(word)
		if !ok {
			continue
		}
		t.Each = append(t.Each, Total{Unit: unit, Proof: proof, Amount: counts[TallySum+rest], Acts: acts, People: counts[TallyPeopleOf+rest]})
	}
	slices.SortFunc(t.Each, func(a, b Total) int {
		if a.Unit != b.Unit {
			return strings.Compare(a.Unit, b.Unit)
		}
		return int(a.Proof - b.Proof)
	})
	return t
}

// Progress is how far a call has come.
type Progress struct {
	Totals
	Done    int64 // in the call's smallest unit, of acts that count toward its goal
	Goal    int64 // 0 for none
	Stretch int64 // a second goal above it; 0 for none
}

// Reached says whether there is a goal and it is met.
func (p Progress) Reached() bool { return p.Goal > 0 && p.Done >= p.Goal }

// Toward is the goal to show now: the stretch goal once the first is reached.
func (p Progress) Toward() int64 {
	if p.Stretch > p.Goal && p.Reached() {
		return p.Stretch
	}
	return p.Goal
}

// Percent is the part of the goal that is done, up to 100, rounded down; 0
// without a goal.
func (p Progress) Percent() int {
	return p.percentOf(p.Goal)
}

// PercentToward is Percent of the goal that shows now.
func (p Progress) PercentToward() int { return p.percentOf(p.Toward()) }

func (p Progress) percentOf(goal int64) int {
	if goal <= 0 || p.Done <= 0 {
		return 0
	}
	return int(100 * (float64(min(p.Done, goal)) / float64(goal)))
}

// Progress is how far each of the calls has come, by their ids.
func (s *Service) Progress(ctx context.Context, calls []*Call) (map[id.ID]Progress, error) {
	ids := make([]id.ID, len(calls))
	for i, c := range calls {
		ids[i] = c.ID
	}
	totals, err := s.Totals(ctx, ids)
	if err != nil {
		return nil, err
	}
	progress := make(map[id.ID]Progress, len(calls))
	for _, c := range calls {
		t := totals[c.ID]
		progress[c.ID] = Progress{Totals: t, Done: t.Amount(c.Unit, c.CountsFrom), Goal: c.Goal, Stretch: c.Stretch}
	}
	return progress, nil
}
