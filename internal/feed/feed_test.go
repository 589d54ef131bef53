package feed_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func (w *world) home(t testing.TB, a *account.Account, p db.Page) []feed.Item {
	t.Helper()
	items, err := w.feed.Home(ctx, account.As(a), p)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func TestHome_ErrUnauthorized(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.feed.Home(ctx, account.Nobody, db.Page{})
		if e, ok := problem.Of(err); !ok || e.Kind != problem.KindUnauthorized {
			t.Errorf("a home for nobody: %v", err)
		}
	})
}

// A block, a mute, an unfollow and a deletion hold for the very next read.
func TestHome_ChangesHoldAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben")
		seed.Follow(t, w.Ground, ana, ben)
		one, two := w.write(t, ben, "One."), w.write(t, ben, "Two.")
		is := func(when string, want ...id.ID) {
			t.Helper()
			if got := ids(w.home(t, ana, db.Page{})); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", when, got, want)
			}
		}
		is("followed", two.Post.ID, one.Post.ID)
		if _, err := w.Posts.Delete(ctx, account.As(ben), one.Post.ID); err != nil {
			t.Fatal(err)
		}
		is("one deleted", two.Post.ID)
		three := w.write(t, ben, "Three.")
		is("three written", three.Post.ID, two.Post.ID)
		v := account.As(ana)
		if _, err := w.Relations.Mute(ctx, v, ben.ID, relation.MuteOptions{Duration: time.Hour}); err != nil {
			t.Fatal(err)
		}
		is("muted")
		w.Clock.Add(2 * time.Hour)
		is("the mute ran out", three.Post.ID, two.Post.ID)
		if _, err := w.Relations.Unfollow(ctx, v, ben.ID); err != nil {
			t.Fatal(err)
		}
		is("unfollowed")
		seed.Follow(t, w.Ground, ana, ben)
		is("followed again", three.Post.ID, two.Post.ID)
		seed.Block(t, w.Ground, ben, ana)
		is("blocked")
	})
}

// What a movement carries of somebody one follows comes as that person's post.
func TestHome_Why(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 4)
		organiser, member, friend, reader := w.people[0], w.people[1], w.people[2], w.people[3]
		if _, err := w.Relations.Follow(ctx, account.As(reader), w.movement.ID, relation.FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		seed.Follow(t, w.Ground, reader, friend)
		seed.Follow(t, w.Ground, reader, organiser)
		carried := w.write(t, member, "I brought #Soup.")
		both := w.write(t, organiser, "So did I: #Soup.")
		shared := w.write(t, member, "No hashtag.")
		if _, err := w.Posts.Share(ctx, account.As(friend), shared.Post.ID, ""); err != nil {
			t.Fatal(err)
		}
		own := w.write(t, reader, "Hello.")
		want := []struct {
			post *post.Entry
			why  feed.Why
		}{{own, feed.WhyOwn}, {shared, feed.WhyShared}, {both, feed.WhyFollowed}, {carried, feed.WhyCarried}}
		items := w.home(t, reader, db.Page{})
		if len(items) != len(want) {
			t.Fatalf("%d items, want %d", len(items), len(want))
		}
		for n, i := range items {
			if i.Entry.Of().Post.ID != want[n].post.Post.ID || i.Why != want[n].why {
				t.Errorf("item %d is %v, %q; want %v, %q", n, i.Entry.Of().Post.Text, i.Why, want[n].post.Post.Text, want[n].why)
			}
		}
	})
}

// Warm timelines ask the database nothing, so they do not mind that it is closed.
func TestFeed_WarmReadsNoDatabase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 5)
		reader := w.people[4]
		for _, a := range w.people[:4] {
			seed.Follow(t, w.Ground, reader, a)
		}
		for range 12 {
			for _, a := range w.people[:4] {
				w.write(t, a, "Some #Soup.")
			}
		}
		v, up := account.As(reader), db.Page{}
		read := func() {
			t.Helper()
			for what, f := range map[string]func() ([]feed.Item, error){
				"home":     func() ([]feed.Item, error) { return w.feed.Home(ctx, v, up) },
				"public":   func() ([]feed.Item, error) { return w.feed.Public(ctx, v, up, feed.Only{}) },
				"tag":      func() ([]feed.Item, error) { return w.feed.Tag(ctx, account.Nobody, "soup", up, feed.Only{}) },
				"movement": func() ([]feed.Item, error) { return w.feed.Movement(ctx, account.Nobody, w.movement.ID, up) },
				"top":      func() ([]feed.Item, error) { return w.feed.TopOfMovement(ctx, account.Nobody, w.movement.ID, 20) },
			} {
				if items, err := f(); err != nil || len(items) != 20 {
					t.Errorf("%s: %d items, %v", what, len(items), err)
				}
			}
		}
		read()
		w.write(t, w.people[0], "Another.")
		read()
		if err := w.D.Close(); err != nil {
			t.Fatal(err)
		}
		read()
	})
}

// Whoever wrote a post finds it in the next home that is read, while homes and
// rings are dropped and built all the time.
func TestHome_BuildsMeetEvents(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.people = seed.Crowd(t, w.Ground, "person", 6)
		for _, a := range w.people {
			for _, b := range w.people {
				if a != b {
					seed.Follow(t, w.Ground, a, b)
				}
			}
		}
		var all sync.WaitGroup
		over := make(chan struct{})
		all.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					w.feed.Forget()
				}
			}
		})
		var writers sync.WaitGroup
		for n, author := range w.people[:3] {
			reader := w.people[3+n]
			writers.Go(func() {
				for range 60 {
					e, err := w.Posts.Create(ctx, account.As(author), post.Draft{Text: "Hello #soup", Visibility: post.Public})
					if err != nil {
						t.Error(err)
						return
					}
					p := db.Page{Max: e.Post.ID + 1} // others write meanwhile
					home, err := w.feed.Home(ctx, account.As(reader), p)
					if err != nil || !slices.Contains(ids(home), e.Post.ID) {
						t.Errorf("%v is not in a home after it was written, %v", e.Post.ID, err)
					}
					tag, err := w.feed.Tag(ctx, account.Nobody, "soup", p, feed.Only{})
					if err != nil || !slices.Contains(ids(tag), e.Post.ID) {
						t.Errorf("%v is not under its hashtag after it was written, %v", e.Post.ID, err)
					}
				}
			})
		}
		writers.Wait()
		close(over)
		all.Wait()
		w.feed.Settle()
	})
}

// A home that is far behind the log is merged anew; one that is not, only looks.
func TestHome_AfterManyEvents(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		seed.Follow(t, w.Ground, ana, ben)
		w.home(t, ana, db.Page{})
		e := w.write(t, ben, "Early.")
		w.Update(t, func(tx *db.Tx) error {
			for range 3000 { // told, though nothing is written
				if err := event.Emit(w.Hub, tx, post.Deleted{PostID: w.IDs.New(), AccountID: cem.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		if got := ids(w.home(t, ana, db.Page{})); !slices.Equal(got, []id.ID{e.Post.ID}) {
			t.Errorf("a home after 3000 events has %v", got)
		}
	})
}

// What nobody reads for a while is dropped to the last byte, and comes back.
func TestFeed_DropsWhatIsIdle(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben")
		seed.Follow(t, w.Ground, ana, ben)
		e := w.write(t, ben, "Hello.")
		for range 2 {
			if got := ids(w.home(t, ana, db.Page{})); !slices.Equal(got, []id.ID{e.Post.ID}) {
				t.Errorf("a home has %v", got)
			}
			if homes, rings, bytes := w.feed.Held(); homes != 1 || rings != 2 || bytes == 0 {
				t.Errorf("in memory are %d homes and %d rings of %d bytes", homes, rings, bytes)
			}
			w.Clock.Add(time.Hour)
			w.feed.Sweep()
			if homes, rings, bytes := w.feed.Held(); homes != 0 || rings != 0 || bytes != 0 {
				t.Errorf("idle, there still are %d homes and %d rings of %d bytes", homes, rings, bytes)
			}
		}
	})
}

// Likes lift a post: by six hours for the first, and each doubling.
func TestTop_LikesLift(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 4)
		old := w.write(t, w.people[1], "An old #Soup.")
		w.Clock.Add(5 * time.Hour)
		young := w.write(t, w.people[1], "A young #Soup.")
		top := func() []feed.Item {
			t.Helper()
			items, err := w.feed.TopOfMovement(ctx, account.Nobody, w.movement.ID, 10)
			if err != nil || len(items) != 2 {
				t.Fatalf("%d items, %v", len(items), err)
			}
			return items
		}
		if first := top()[0]; first.Entry.Of().Post.ID != young.Post.ID || first.Why != feed.WhyCarried {
			t.Errorf("without likes, %q comes first, why %q", first.Entry.Of().Post.Text, first.Why)
		}
		if _, err := w.Posts.Like(ctx, account.As(w.people[2]), old.Post.ID); err != nil {
			t.Fatal(err)
		}
		if first := top()[0]; first.Entry.Of().Post.ID != old.Post.ID || first.Why != feed.WhyLikes {
			t.Errorf("with a like, %q comes first, why %q", first.Entry.Of().Post.Text, first.Why)
		}
	})
}
