package feed_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// likedIn are the posts that likes brought into a home, by text.
func (w *world) likedIn(t testing.TB, reader *account.Account) map[string][]id.ID {
	t.Helper()
	w.Clock.Add(time.Minute) // what likes bring in may be half a minute old
	items, err := w.feed.Home(ctx, account.As(reader), db.Page{Limit: 40})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]id.ID{}
	for n, i := range items {
		if n > 0 && i.Entry.Post.ID >= items[n-1].Entry.Post.ID {
			t.Error("the home is not in the order of time")
		}
		if i.Why == feed.WhyLiked {
			all[i.Entry.Post.Text] = i.Likers
		}
	}
	return all
}

func (w *world) like(t testing.TB, p *post.Entry, by ...*account.Account) {
	t.Helper()
	for _, a := range by {
		if _, err := w.Posts.Like(ctx, account.As(a), p.Post.ID); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) showsLikes(t testing.TB, a *account.Account, shows bool) {
	t.Helper()
	if _, err := w.Accounts.Update(ctx, account.As(a), account.Change{ShowsLikes: &shows}); err != nil {
		t.Fatal(err)
	}
}

func TestHome_Liked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, stranger := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "stranger")
		friends := seed.Crowd(t, w.Ground, "friend", 6)
		for _, f := range friends {
			seed.Follow(t, w.Ground, ana, f)
		}
		old := w.write(t, stranger, "Old.")
		w.Clock.Add(3 * 24 * time.Hour)
		w.like(t, old, friends...)
		before := w.write(t, stranger, "Liked before anybody asked.")
		w.like(t, before, friends...)
		w.write(t, friends[0], "A friend's.")
		few, many := w.write(t, stranger, "Few like it."), w.write(t, stranger, "Many like it.")
		shown := w.write(t, stranger, "One shows it.")
		hidden := w.write(t, stranger, "Not for all.", as(post.Unlisted))
		reply := w.write(t, stranger, "An answer.", answering(few))
		w.like(t, few, friends[:4]...)
		w.like(t, many, friends[:5]...)
		w.like(t, hidden, friends...)
		w.like(t, reply, friends...)
		w.like(t, w.write(t, friends[1], "Theirs."), friends...)
		w.like(t, w.write(t, ana, "My own."), friends...)

		got := w.likedIn(t, ana)
		if want := []string{"Liked before anybody asked.", "Many like it."}; !slices.Equal(slices.Sorted(maps.Keys(got)), want) {
			t.Errorf("likes brought %v, want %v", got, want)
		}
		for text, likers := range got {
			if len(likers) != 0 {
				t.Errorf("%s names who does not show likes", text)
			}
		}
		w.showsLikes(t, friends[5], true)
		w.like(t, shown, friends[5])
		if got := w.likedIn(t, ana); !slices.Equal(got["One shows it."], []id.ID{friends[5].ID}) {
			t.Errorf("a like that is shown brought %v", got)
		}
		if got := w.likedIn(t, stranger); len(got) != 0 {
			t.Errorf("who follows nobody got %v", got)
		}

		if _, err := w.Posts.Unlike(ctx, account.As(friends[5]), shown.Post.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Posts.Unlike(ctx, account.As(friends[0]), many.Post.ID); err != nil {
			t.Fatal(err)
		}
		got = w.likedIn(t, ana)
		if _, still := got["One shows it."]; still || len(got) != 1 {
			t.Errorf("likes that were taken back brought %v", got)
		}
		w.feed.Gap()
		if again := w.likedIn(t, ana); len(again) != len(got) {
			t.Errorf("read again, they are %v, not %v", again, got)
		}

		w.showsLikes(t, friends[5], false)
		if _, err := w.Relations.Mute(ctx, account.As(ana), friends[2].ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Relations.Mute(ctx, account.As(ana), friends[3].ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		if got := w.likedIn(t, ana); len(got) != 0 {
			t.Errorf("those who are muted brought %v", got)
		}
	})
}

// A post that came by likes goes at once when its author blocks the reader, and
// is not there twice when the reader follows the author.
func TestHome_LikedByRelations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		seed.Follow(t, w.Ground, ana, ben)
		w.showsLikes(t, ben, true)
		w.like(t, w.write(t, cem, "Hello."), ben)
		if got := w.likedIn(t, ana); len(got) != 1 {
			t.Fatalf("got %v", got)
		}
		seed.Follow(t, w.Ground, ana, cem)
		items, err := w.feed.Home(ctx, account.As(ana), db.Page{Limit: 40})
		if err != nil || len(items) != 1 || items[0].Why != feed.WhyFollowed {
			t.Errorf("followed, it is there as %v, %v", items, err)
		}
		if _, err := w.Relations.Unfollow(ctx, account.As(ana), cem.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.likedIn(t, ana); len(got) != 1 {
			t.Errorf("no longer followed, got %v", got)
		}
		if _, err := w.Relations.Block(ctx, account.As(cem), ana.ID); err != nil {
			t.Fatal(err)
		}
		if items, err := w.feed.Home(ctx, account.As(ana), db.Page{Limit: 40}); err != nil || len(items) != 0 {
			t.Errorf("after a block the home has %v, %v", items, err)
		}
	})
}
