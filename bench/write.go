package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"goodturn/internal/id"
)

type counter = atomic.Int64

// likes measures likes of some posts, each of another pair of a reader and a
// post.
func likes(of func(*world) []id.ID) func(context.Context, *machine, row) ([]result, error) {
	return func(ctx context.Context, m *machine, r row) ([]result, error) {
		var pairs counter
		res, err := m.compared(ctx, r, m.liking(&pairs, of(m.world)), 0, nil)
		return []result{res}, err
	}
}

// newest are the posts that people look at; older are all the others, most of
// which nobody has read since the server started.
func newest(w *world) []id.ID { return w.Posts[len(w.Posts)-looked(w):] }
func older(w *world) []id.ID  { return w.Posts[:len(w.Posts)-looked(w)] }

func looked(w *world) int { return min(1000, len(w.Posts)/2) }

// likers is how many people like: they have read before they like, so the server
// knows them already after their first.
const likers = 100

// liking likes one post after the other; each like is a new one, over the whole
// run, by pairs. When they are used up it is an error.
func (m *machine) liking(pairs *counter, posts []id.ID) work {
	w := m.world
	readers := int64(min(likers, len(w.Readers)))
	most := readers * int64(len(posts))
	paths := make([]string, len(posts))
	for i, p := range posts {
		paths[i] = "/api/v1/statuses/" + p.String() + "/favourite"
	}
	return func(c *client, _ int64) (int, error) {
		n := pairs.Add(1) - 1
		if n >= most {
			return 0, errors.New("everybody likes everything: fill the house with more")
		}
		reader := n % readers
		c.post(w.Readers[reader], "", paths[(n/readers+reader*int64(len(paths))/readers)%int64(len(paths))])
		return c.do(false)
	}
}

// writing posts as whoever author names.
func (m *machine) writing(author func(n int64) string) work {
	return func(c *client, n int64) (int, error) {
		c.post(author(n), fmt.Sprintf(`{"status":"Good turn %d: I carried a pot of soup up four floors, and stayed for its stories."}`, n), "/api/v1/statuses")
		return c.do(true)
	}
}
