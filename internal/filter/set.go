package filter

import (
	"slices"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// foldedSlot is where posts keep their folded text (post.Entry.Fragment).
const foldedSlot = post.Slots - 1

// Set is all filters of one account, ready to be held against posts. Nobody
// changes it; nil is the Set of who has none.
type Set struct {
	account id.ID
	filters []*Filter // oldest first
	words   *words    // nil without keywords
	picks   map[id.ID][]int
	now     func() time.Time
}

// Result is what one filter found in a post.
type Result struct {
	Filter   *Filter
	Keywords []string // of the filter, as its owner wrote them
	Posts    []id.ID  // of the filter
}

// Filters are all of the account, those that expired too, oldest first.
func (s *Set) Filters() []*Filter {
	if s == nil {
		return nil
	}
	return s.filters
}

// Results are what filters that hold anywhere find in a post: a share is read as
// what it shares. What the owner of the filters wrote is never found.
func (s *Set) Results(e *post.Entry) []Result {
	if s == nil {
		return nil
	}
	of := e.Of()
	if of.Post.AccountID == s.account {
		return nil
	}
	var all []Result
	if s.words != nil {
		for _, n := range s.words.in(of.Fragment(foldedSlot, folded)) {
			for _, p := range s.words.list[n].places {
				r := s.result(&all, int(p.filter))
				r.Keywords = append(r.Keywords, r.Filter.Keywords[p.at].Text)
			}
		}
	}
	if len(s.picks) > 0 {
		s.pick(&all, e.Post.ID)
		if of != e {
			s.pick(&all, of.Post.ID)
		}
	}
	if len(all) == 0 {
		return nil
	}
	now := s.now()
	all = slices.DeleteFunc(all, func(r Result) bool { return r.Filter.Expired(now) })
	slices.SortFunc(all, func(a, b Result) int { return int(a.Filter.ID - b.Filter.ID) })
	return all
}

func (s *Set) pick(all *[]Result, i id.ID) {
	for _, f := range s.picks[i] {
		r := s.result(all, f)
		r.Posts = append(r.Posts, i)
	}
}

// result is that of a filter, begun if need be.
func (s *Set) result(all *[]Result, f int) *Result {
	for n := range *all {
		if (*all)[n].Filter == s.filters[f] {
			return &(*all)[n]
		}
	}
	*all = append(*all, Result{Filter: s.filters[f]})
	return &(*all)[len(*all)-1]
}

// In are those results whose filters hold in a place.
func In(place Contexts, all []Result) []Result {
	var here []Result
	for _, r := range all {
		if r.Filter.Contexts&place != 0 {
			here = append(here, r)
		}
	}
	return here
}

// Drop says whether a post of which these are the results is not to be sent to a
// place at all.
func Drop(all []Result, place Contexts) bool {
	return slices.ContainsFunc(all, func(r Result) bool { return r.Filter.Drops && r.Filter.Contexts&place != 0 })
}

// folded is all that filters read of a post: its warning, its text, what it asks,
// what its pictures show and which call it answers.
func folded(p *post.Post) []byte {
	parts := []string{p.Warning, p.Text}
	if p.Poll != nil {
		parts = append(parts, p.Poll.Options...)
	}
	for i := range p.Media {
		parts = append(parts, p.Media[i].Description)
	}
	parts = append(parts, p.Meta.Title)
	return []byte(db.Fold(strings.Join(parts, "\n\n")))
}

func newSet(account id.ID, filters []*Filter, now func() time.Time) *Set {
	s := &Set{account: account, filters: filters, words: compile(filters), picks: map[id.ID][]int{}, now: now}
	for n, f := range filters {
		for _, p := range f.Posts {
			s.picks[p.PostID] = append(s.picks[p.PostID], n)
		}
	}
	return s
}

// bytes is what a Set takes in memory, roughly.
func (s *Set) bytes() int {
	if s == nil {
		return 100
	}
	n := 500 + s.words.bytes() + 80*len(s.picks)
	for _, f := range s.filters {
		n += 200 + len(f.Title) + 24*len(f.Posts)
		for _, k := range f.Keywords {
			n += 48 + len(k.Text)
		}
	}
	return n
}
