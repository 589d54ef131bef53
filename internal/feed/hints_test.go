package feed_test

import (
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/feed"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

// happened waits for a hint and says whether there was one.
func happened(h *feed.Hints) bool {
	select {
	case _, ok := <-h.Some():
		return ok
	case <-time.After(50 * time.Millisecond):
		return false
	}
}

func TestHints(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
	seed.Follow(t, w.Ground, ana, ben)
	h, stop, err := w.feed.Hints(account.As(ana), feed.HomeTopic(), feed.NoticesOf(ana.ID))
	if err != nil {
		t.Fatal(err)
	}
	w.write(t, cem, "A stranger's.")
	w.feed.Settle()
	if happened(h) {
		t.Error("told of what is not for ana")
	}
	type made struct{ n int }
	type taken struct{}
	for n := range 100 {
		e := w.write(t, ben, "One of many.")
		if n == 50 {
			if _, err := w.Posts.Edit(ctx, account.As(ben), e.Post.ID, post.Draft{Text: "Edited."}); err != nil {
				t.Fatal(err)
			}
		}
		w.feed.Publish(feed.NoticesOf(ana.ID), made{n}, nil)
		w.feed.Publish(feed.NoticesOf(ana.ID), taken{}, nil)
	}
	w.feed.Settle()
	if !happened(h) || happened(h) {
		t.Error("not told once that there is something")
	}
	expect(t, "of 301 events", h.Take(), "posted published published edited")
	expect(t, "taken twice", h.Take(), "")
	w.write(t, ben, "And another.")
	w.feed.Settle()
	if !happened(h) {
		t.Error("not told of what came after")
	}
	expect(t, "after that", h.Take(), "posted")

	w.feed.Gap()
	w.feed.Settle()
	expect(t, "after a gap", h.Take(), "reload")

	if _, _, err := w.feed.Hints(account.Nobody, feed.HomeTopic()); err == nil {
		t.Error("nobody has a home")
	}
	stop()
	stop()
	for range h.Some() { // what it still held, and the end
	}
	w.write(t, ben, "To nobody.")
	w.feed.Settle()
	expect(t, "after the end", h.Take(), "")
}
