package feed

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// line is one timeline for one reader.
type line interface {
	// held is what memory has of it.
	held(ctx context.Context) (held, error)
	// pull reads up to n ids from the database, from the newest on, or from the
	// oldest where the span goes up. Fewer than n: there are no more.
	pull(ctx context.Context, sp span, n int) ([]id.ID, error)
	// keeps says whether an entry that the reader may see is for this line.
	keeps(e *post.Entry) bool
	// item is the entry with why it is there.
	item(e *post.Entry) Item
	// once says whether a post and its shares come once on a page.
	once() bool
	// forget hears of ids held that do not exist.
	forget(ids []id.ID)
}

// held are ids in memory: either ids, or those of marks that are wanted, oldest
// first, and all that there are from floor on.
type held struct {
	ids   []id.ID
	marks []mark
	wants func(mark) bool
	floor id.ID
}

func (h held) len() int { return max(len(h.ids), len(h.marks)) }

func (h held) at(n int) id.ID {
	if h.marks != nil {
		return h.marks[n].id
	}
	return h.ids[n]
}

func (h held) wanted(n int) bool { return h.marks == nil || h.wants(h.marks[n]) }

// within are the places of what lies in the span: from, and up to but without to.
func (h held) within(sp span) (from, to int) {
	from = sort.Search(h.len(), func(n int) bool { return h.at(n) > sp.after })
	to = sort.Search(h.len(), func(n int) bool { return h.at(n) >= sp.before })
	return from, max(from, to)
}

// span is what lies between two ids, without them.
type span struct {
	after, before id.ID
	up            bool // read from the oldest
}

const lastID = id.ID(math.MaxInt64)

func spanOf(p db.Page) span {
	sp := span{after: max(p.Since, p.Min), before: p.Max, up: p.Min != 0}
	if sp.before == 0 {
		sp.before = lastID
	}
	return sp
}

// past is what is left of the span beyond an id that was read.
func (sp span) past(i id.ID) span {
	if sp.up {
		sp.after = i
	} else {
		sp.before = i
	}
	return sp
}

// pageOf is a page being filled.
type pageOf struct {
	s     *Service
	r     reader
	line  line
	size  int
	items []Item
}

// page fills a page from memory, and from the database where that ends. What a
// reader may not see is left out and made up for.
func (s *Service) page(ctx context.Context, r reader, l line, p db.Page) ([]Item, error) {
	to := pageOf{s: s, r: r, line: l, size: p.Size()}
	sp := spanOf(p)
	rest, err := to.fromMemory(ctx, &sp)
	if err == nil && rest {
		err = to.fromDatabase(ctx, sp)
	}
	if err != nil {
		return nil, fmt.Errorf("read a timeline: %w", err)
	}
	if sp.up {
		slices.Reverse(to.items)
	}
	return to.items, nil
}

// fromMemory says whether there may be more in the database, in what it leaves
// of the span.
func (to *pageOf) fromMemory(ctx context.Context, sp *span) (rest bool, err error) {
	if !to.s.fresh() {
		return true, nil
	}
	h, err := to.line.held(ctx)
	if err != nil {
		return false, err
	}
	all := h.floor <= sp.after+1
	if sp.up && !all {
		return true, nil // the oldest come first, and are not here
	}
	from, end := h.within(*sp)
	var room [db.PageMost]id.ID
	for from < end && len(to.items) < to.size {
		chunk := room[:0]
		for from < end && len(chunk) < min(to.size-len(to.items), len(room)) {
			n := from
			if sp.up {
				from++
			} else {
				end--
				n = end
			}
			if h.wanted(n) {
				chunk = append(chunk, h.at(n))
			}
		}
		if err := to.take(ctx, chunk); err != nil {
			return false, err
		}
	}
	sp.before = min(sp.before, h.floor)
	return !all && len(to.items) < to.size, nil
}

// Where a reader keeps away most of what there is, a page comes to an end before
// it is full.
const (
	atOnceMost = 320             // ids, by one query
	readWithin = 5 * time.Second // all of a page that has begun to fill
)

func (to *pageOf) fromDatabase(ctx context.Context, sp span) error {
	within, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	n := to.size + 4 // some are likely to be left out
	for read := 0; len(to.items) < to.size && read < to.s.limits.readMost; {
		ids, err := to.line.pull(within, sp, n)
		if err == nil {
			err = to.take(within, ids)
		}
		if err != nil && len(to.items) > 0 && within.Err() != nil && ctx.Err() == nil {
			return nil
		}
		if err != nil || len(ids) < n {
			return err
		}
		sp, read, n = sp.past(ids[len(ids)-1]), read+n, min(2*n, atOnceMost)
	}
	return nil
}

// take adds those of the posts that are for the reader, while there is room.
func (to *pageOf) take(ctx context.Context, ids []id.ID) error {
	if len(ids) == 0 {
		return nil
	}
	entries, err := to.s.posts.Cached(ctx, ids)
	if err != nil {
		return err
	}
	if len(entries) < len(ids) {
		to.line.forget(missing(ids, entries))
	}
	if to.items == nil {
		to.items = make([]Item, 0, to.size)
	}
	for _, e := range entries {
		if len(to.items) == to.size {
			return nil
		}
		if e.Visible(to.r.Viewer, to.r.set) && to.line.keeps(e) && !to.has(e) {
			to.items = append(to.items, to.line.item(e))
		}
	}
	return nil
}

// has says whether the page has the post already, or another share of it, where
// that would be once too often.
func (to *pageOf) has(e *post.Entry) bool {
	if !to.line.once() {
		return false
	}
	of := e.Of().Post.ID
	return slices.ContainsFunc(to.items, func(i Item) bool { return i.Entry.Of().Post.ID == of })
}

// missing are the ids of which there is no entry.
func missing(ids []id.ID, entries []*post.Entry) []id.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(i id.ID) bool {
		return slices.ContainsFunc(entries, func(e *post.Entry) bool { return e.Post.ID == i })
	})
}
