package feed_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/feed"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// notebook is a listener that keeps what it was told.
type notebook struct {
	mu    sync.Mutex
	heard []*feed.Event
	ends  int
}

func (n *notebook) Hear(e *feed.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heard = append(n.heard, e)
}

func (n *notebook) End() { n.mu.Lock(); defer n.mu.Unlock(); n.ends++ }

// read is what was told since it was last read.
func (n *notebook) read() []*feed.Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	heard := n.heard
	n.heard = nil
	return heard
}

// watching connects a, and gives what it was told so far each time it is asked.
func (w *world) watching(t testing.TB, v account.Viewer, topics ...feed.Topic) (told func() []*feed.Event) {
	t.Helper()
	n := &notebook{}
	stop, err := w.feed.Watch(v, n, topics...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return func() []*feed.Event {
		w.feed.Settle()
		return n.read()
	}
}

func names(events []*feed.Event) (s string) {
	kinds := map[feed.EventKind]string{feed.Posted: "posted", feed.Edited: "edited", feed.Deleted: "deleted",
		feed.Counted: "counted", feed.Conversed: "conversed", feed.Published: "published", feed.Reload: "reload"}
	for n, e := range events {
		if n > 0 {
			s += " "
		}
		s += kinds[e.Kind]
	}
	return s
}

func expect(t testing.TB, when string, events []*feed.Event, want string) {
	t.Helper()
	if got := names(events); got != want {
		t.Errorf("%s: %q, want %q", when, got, want)
	}
}

func TestWatch_Home(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		told := w.watching(t, account.As(ana), feed.HomeTopic())
		w.write(t, ben, "Not followed.")
		expect(t, "not followed", told(), "")
		seed.Follow(t, w.Ground, ana, ben)
		e := w.write(t, ben, "Followed.")
		expect(t, "followed", told(), "posted")
		if _, err := w.Posts.Edit(ctx, account.As(ben), e.Post.ID, post.Draft{Text: "Edited."}); err != nil {
			t.Fatal(err)
		}
		expect(t, "edited", told(), "edited")
		w.write(t, cem, "A stranger's.")
		w.write(t, ben, "To few.", as(post.Direct))
		w.write(t, ben, "To a stranger.", answering(w.write(t, cem, "Hello.")))
		expect(t, "what is not for ana", told(), "")
		if _, err := w.Posts.Delete(ctx, account.As(ben), e.Post.ID); err != nil {
			t.Fatal(err)
		}
		expect(t, "deleted", told(), "deleted")
		if _, err := w.Relations.Mute(ctx, account.As(ana), ben.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		w.write(t, ben, "Muted.")
		expect(t, "muted", told(), "")
		if _, err := w.feed.Watch(account.Nobody, &notebook{}, feed.HomeTopic()); err == nil {
			t.Error("nobody watches a home")
		}
		if _, err := w.feed.Watch(account.As(ana), &notebook{}, feed.NoticesOf(ben.ID)); err == nil {
			t.Error("ana watches ben's notices")
		}
	})
}

func TestWatch_Topics(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 3)
		member, other := w.people[1], w.people[2]
		movement := w.watching(t, account.Nobody, feed.MovementTopic(w.movement.ID))
		tag := w.watching(t, account.Nobody, feed.TagTopic("#SOUP", feed.Only{}))
		public := w.watching(t, account.Nobody, feed.PublicTopic(feed.Only{}))
		e := w.write(t, member, "A #soup.")
		expect(t, "movement", movement(), "posted")
		expect(t, "tag", tag(), "posted")
		expect(t, "public", public(), "posted")
		told := w.watching(t, account.Nobody, feed.PostTopic(e.Post.ID))
		answer := w.write(t, other, "How was it?", answering(e))
		expect(t, "answered", told(), "posted counted")
		w.write(t, member, "Good.", answering(answer))
		expect(t, "answered within the thread", told(), "posted")
		w.write(t, other, "Among us.", answering(e), as(post.Private))
		expect(t, "answered in private", told(), "counted")
		for _, a := range w.people {
			if _, err := w.Posts.Like(ctx, account.As(a), e.Post.ID); err != nil {
				t.Fatal(err)
			}
		}
		likes := told()
		if n := len(likes); n == 0 || likes[n-1].Item.Entry.Counts().Likes != 3 {
			t.Errorf("three likes were told as %q", names(likes))
		}
	})
}

func TestPublish(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben")
		told := w.watching(t, account.As(ana), feed.NoticesOf(ana.ID), feed.MovementTopic(7))
		seed.Block(t, w.Ground, ana, ben)
		w.feed.Publish(feed.NoticesOf(ana.ID), "hello", nil)
		w.feed.Publish(feed.NoticesOf(ben.ID), "not for ana", nil)
		w.feed.Publish(feed.MovementTopic(7), "by ben", func(_ account.Viewer, set *relation.Set) bool { return !set.Apart(ben.ID) })
		events := told()
		if expect(t, "published", events, "published"); len(events) == 1 && events[0].Data != "hello" {
			t.Errorf("told of %v", events[0].Data)
		}
	})
}

// Where events may be lost, all begin anew.
func TestWatch_Gap(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	ana := seed.Account(t, w.Ground, "ana")
	home := w.watching(t, account.As(ana), feed.HomeTopic())
	public := w.watching(t, account.Nobody, feed.PublicTopic(feed.Only{}))
	w.feed.Gap()
	expect(t, "a home after a gap", home(), "reload")
	expect(t, "the public after a gap", public(), "reload")
}

func TestWatch_Ends(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	ana := seed.Account(t, w.Ground, "ana")
	left, stays := &notebook{}, &notebook{}
	leave, err := w.feed.Watch(account.Nobody, left, feed.PublicTopic(feed.Only{}))
	if err != nil {
		t.Fatal(err)
	}
	stop, err := w.feed.Watch(account.As(ana), stays, feed.PublicTopic(feed.Only{}), feed.HomeTopic())
	if err != nil {
		t.Fatal(err)
	}
	leave()
	w.write(t, ana, "Hello.")
	w.feed.Settle()
	if got := names(left.read()); got != "" || left.ends != 1 {
		t.Errorf("one who left was told %q, and of %d ends", got, left.ends)
	}
	expect(t, "one who stays", stays.read(), "posted posted")
	w.feed.Stop()
	stop()
	if stays.ends != 1 {
		t.Errorf("told of %d ends", stays.ends)
	}
}

// followers makes n accounts that follow author, without the ceremony.
func (w *world) followers(t testing.TB, author *account.Account, n int) []*account.Account {
	t.Helper()
	crowd := seed.Crowd(t, w.Ground, "f", n)
	w.Update(t, func(tx *db.Tx) error {
		for _, a := range crowd {
			if err := w.Relations.FollowIn(tx, a.ID, author.ID, relation.FollowOptions{}, w.Clock.Now()); err != nil {
				return err
			}
		}
		return nil
	})
	return crowd
}

// A post of an account with 10,000 followers leaves one entry in the queue,
// however many are connected; and all who are hear of it.
func TestWatch_TenThousand(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: 10,000 followers, -short is set")
	}
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	author := seed.Account(t, w.Ground, "author")
	crowd := w.followers(t, author, 10_000)
	var told []func() []*feed.Event
	for _, n := range []int{0, 100, 10_000} {
		before := heap()
		for _, a := range crowd[len(told):n] {
			told = append(told, w.watching(t, account.As(a), feed.HomeTopic(), feed.NoticesOf(a.ID)))
		}
		if n == 10_000 {
			if each := (heap() - before) / 9900; each > 2000 {
				t.Errorf("one who watches takes %d bytes", each)
			} else {
				t.Logf("one who watches takes %d bytes", each)
			}
		}
		w.write(t, author, fmt.Sprint("To ", n))
		for _, f := range told {
			if events := f(); names(events) != "posted" {
				t.Fatalf("of %d, one was told %q", n, names(events))
			}
		}
	}
	if n := w.feed.Watching(); n != 10_000 {
		t.Errorf("%d are connected", n)
	}
}

func heap() int {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}
