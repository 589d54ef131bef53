package server_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/post"
	"goodturn/internal/seed"
	"goodturn/internal/server/servertest"
)

// Two machines on one database publish what is due at the same moment, and are
// cut off in the middle of it again and again: each post comes out once.
func TestScheduled_TwoNodes(t *testing.T) {
	var ahead atomic.Int64
	first := servertest.Config(t, db.Postgres)
	first.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	second := servertest.Config(t, db.Postgres)
	second.Database, second.Now = first.Database, first.Now
	nodes := []*servertest.Server{servertest.Run(t, first), servertest.Run(t, second)}

	ada := nodes[0].Person("ada")
	at := time.Now().Add(time.Hour)
	for i := range post.ScheduledADay - 1 {
		_, err := nodes[i%2].Posts.Schedule(t.Context(), account.As(ada), post.Draft{Text: fmt.Sprintf("Number %d", i)}, at)
		if err != nil {
			t.Fatal(err)
		}
	}
	ahead.Store(int64(2 * time.Hour))
	for round := 1; ; round++ {
		seed.AtOnce(8, func(i int) error {
			ctx, cutOff := context.WithTimeout(t.Context(), time.Duration(round*(i+1))*time.Millisecond)
			defer cutOff()
			return nodes[i%2].Posts.Publish(ctx)
		})
		left, err := nodes[0].Posts.AllScheduled(t.Context(), account.As(ada), db.Page{Limit: 40})
		if err != nil {
			t.Fatal(err)
		}
		if len(left) == 0 {
			break
		}
		if round > 1000 {
			t.Fatalf("%d still wait", len(left))
		}
	}
	items, err := nodes[1].Feeds.Account(t.Context(), account.Nobody, ada.ID, db.Page{Limit: 40}, feed.Of{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, item := range items {
		seen[item.Entry.Post.Text]++
	}
	for i := range post.ScheduledADay - 1 {
		if text := fmt.Sprintf("Number %d", i); seen[text] != 1 {
			t.Errorf("%q came out %d times", text, seen[text])
		}
	}
}
