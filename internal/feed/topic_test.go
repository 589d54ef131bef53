package feed_test

import (
	"slices"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func (w *world) list(t testing.TB, of *account.Account, exclusive bool, members ...*account.Account) *relation.List {
	t.Helper()
	title := "Friends"
	l, err := w.Relations.CreateList(ctx, account.As(of), relation.ListDraft{Title: &title, Exclusive: &exclusive})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if err := w.Relations.AddToList(ctx, account.As(of), l.ID, []id.ID{m.ID}); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestWatch_List(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		seed.Follow(t, w.Ground, ana, ben)
		seed.Follow(t, w.Ground, ana, cem)
		v := account.As(ana)
		l := w.list(t, ana, true, ben)
		topic, err := w.feed.ListTopic(ctx, v, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		told, home := w.watching(t, v, topic), w.watching(t, v, feed.HomeTopic())
		e := w.write(t, ben, "In the list.")
		expect(t, "a member", told(), "posted")
		w.write(t, cem, "Not in it.")
		w.write(t, ben, "To cem.", answering(w.write(t, cem, "Hello.")))
		expect(t, "what is not for the list", told(), "")
		expect(t, "the home without what the list keeps", home(), "posted posted")
		if err := w.Relations.AddToList(ctx, v, l.ID, []id.ID{cem.ID}); err != nil {
			t.Fatal(err)
		}
		w.write(t, cem, "In it now.")
		expect(t, "added", told(), "posted")
		if _, err := w.Posts.Edit(ctx, account.As(ben), e.Post.ID, post.Draft{Text: "Edited."}); err != nil {
			t.Fatal(err)
		}
		expect(t, "edited", told(), "edited") // before it is gone, when nobody could see the edit any more
		if _, err := w.Posts.Delete(ctx, account.As(ben), e.Post.ID); err != nil {
			t.Fatal(err)
		}
		expect(t, "deleted", told(), "deleted")
		if err := w.Relations.DeleteList(ctx, v, l.ID); err != nil {
			t.Fatal(err)
		}
		w.write(t, cem, "To no list.")
		expect(t, "the list is gone", told(), "")
		if _, err := w.feed.ListTopic(ctx, account.As(ben), w.list(t, ana, false).ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("ben watches ana's list: %v", err)
		}
		if _, err := w.feed.Watch(account.As(ben), &notebook{}, topic); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("ben watches ana's list by its topic: %v", err)
		}
	})
}

func TestWatch_Direct(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		anas, cems := w.watching(t, account.As(ana), feed.DirectOf(ana.ID)), w.watching(t, account.As(cem), feed.DirectOf(cem.ID))
		e := w.write(t, ben, "@ana hello", as(post.Direct))
		w.write(t, ben, "@ana hello all")
		events := anas()
		expect(t, "written to", events, "conversed")
		c, err := w.Posts.Conversation(ctx, account.As(ana), events[0].ConversationID)
		if err != nil || c.Last != e || events[0].Item.Entry != e {
			t.Errorf("told of %+v, %v", events[0], err)
		}
		if _, err := w.Posts.Delete(ctx, account.As(ben), e.Post.ID); err != nil {
			t.Fatal(err)
		}
		expect(t, "deleted", anas(), "deleted")
		if _, err := w.Relations.Mute(ctx, account.As(ana), ben.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		w.write(t, ben, "@ana hello?", as(post.Direct))
		expect(t, "muted", anas(), "")
		expect(t, "others", cems(), "")
		if _, err := w.feed.Watch(account.As(cem), &notebook{}, feed.DirectOf(ana.ID)); err == nil {
			t.Error("cem watches ana's conversations")
		}
	})
}

// Parts of what is public are told to those who watch them.
func TestWatch_Only(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana := seed.Account(t, w.Ground, "ana")
		local := w.watching(t, account.Nobody, feed.PublicTopic(feed.Only{Local: true}))
		remote := w.watching(t, account.Nobody, feed.PublicTopic(feed.Only{Remote: true}))
		media := w.watching(t, account.Nobody, feed.PublicTopic(feed.Only{Media: true}))
		tag := w.watching(t, account.Nobody, feed.TagTopic("soup", feed.Only{Local: true}))
		e := w.write(t, ana, "Some #soup.")
		expect(t, "local", local(), "posted")
		expect(t, "remote", remote(), "")
		expect(t, "media", media(), "")
		expect(t, "tag", tag(), "posted")
		if _, err := w.Posts.Edit(ctx, account.As(ana), e.Post.ID, post.Draft{Text: "More #soup."}); err != nil {
			t.Fatal(err)
		}
		expect(t, "edited", local(), "edited")
		expect(t, "edited", tag(), "edited")
	})
}

// A followed hashtag brings strangers' public posts home, and says so.
func TestHome_Tag(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ana, ben, cem := seed.Account(t, w.Ground, "ana"), seed.Account(t, w.Ground, "ben"), seed.Account(t, w.Ground, "cem")
		seed.Follow(t, w.Ground, ana, ben)
		v := account.As(ana)
		early := w.write(t, cem, "Early #soup.")
		is := func(when string, want ...*post.Entry) {
			t.Helper()
			var all []id.ID
			for _, e := range want {
				all = append(all, e.Post.ID)
			}
			if got := ids(w.home(t, ana, db.Page{})); !slices.Equal(got, all) {
				t.Errorf("%s: %v, want %v", when, got, all)
			}
		}
		is("not followed")
		told := w.watching(t, v, feed.HomeTopic())
		if err := w.Relations.FollowTag(ctx, v, "#SOUP"); err != nil {
			t.Fatal(err)
		}
		is("followed", early)
		late, friend := w.write(t, cem, "Late #soup."), w.write(t, ben, "My #soup.")
		w.write(t, cem, "Among us #soup.", as(post.Private))
		w.write(t, cem, "For those who find it #soup.", as(post.Unlisted))
		is("written", friend, late, early)
		for n, why := range []feed.Why{feed.WhyFollowed, feed.WhyTag, feed.WhyTag} {
			if got := w.home(t, ana, db.Page{})[n].Why; got != why {
				t.Errorf("item %d is there because %q", n, got)
			}
		}
		events := told()
		if expect(t, "told", events, "posted posted"); events[0].Item.Why != feed.WhyTag || events[1].Item.Why != feed.WhyFollowed {
			t.Errorf("told because %q, %q", events[0].Item.Why, events[1].Item.Why)
		}
		if _, err := w.Posts.Edit(ctx, account.As(cem), late.Post.ID, post.Draft{Text: "Late."}); err != nil {
			t.Fatal(err)
		}
		plain := w.write(t, cem, "Nothing.")
		is("a hashtag taken away", friend, early)
		if _, err := w.Posts.Edit(ctx, account.As(cem), plain.Post.ID, post.Draft{Text: "Now #soup."}); err != nil {
			t.Fatal(err)
		}
		is("a hashtag given", plain, friend, early)
		w.list(t, ana, true, ben)
		is("an exclusive list keeps ben's", plain, early)
		seed.Block(t, w.Ground, cem, ana)
		is("blocked")
	})
}

// What a limited account writes comes by no stream to those who did not ask for
// it, and no hashtag brings it home.
func TestWatch_Limited(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 3)
		ada, ben, cat := w.people[0], w.people[1], w.people[2]
		seed.Follow(t, w.Ground, cat, ben)
		for _, reader := range []*account.Account{ada, cat} {
			if err := w.Relations.FollowTag(ctx, account.As(reader), "bread"); err != nil {
				t.Fatal(err)
			}
			seed.Follow(t, w.Ground, reader, &account.Account{ID: w.movement.ID})
		}
		w.limit(t, ben, true)
		topics := []feed.Topic{feed.HomeTopic(), feed.PublicTopic(feed.Only{}), feed.TagTopic("bread", feed.Only{}), feed.MovementTopic(w.movement.ID)}
		stranger, follower := w.watching(t, account.As(ada), topics...), w.watching(t, account.As(cat), topics...)
		p := w.write(t, ben, "quiet #bread #soup")
		w.feed.Settle()
		if told := stranger(); len(told) != 0 {
			t.Errorf("a stranger is told %s", names(told))
		}
		if told := follower(); len(told) == 0 {
			t.Error("a follower is told nothing")
		}
		for _, read := range []func() ([]feed.Item, error){
			func() ([]feed.Item, error) { return w.feed.Home(ctx, account.As(ada), db.Page{}) },
			func() ([]feed.Item, error) { return w.feed.Public(ctx, account.As(ada), db.Page{}, feed.Only{}) },
			func() ([]feed.Item, error) { return w.feed.Tag(ctx, account.As(ada), "bread", db.Page{}, feed.Only{}) },
			func() ([]feed.Item, error) { return w.feed.Movement(ctx, account.As(ada), w.movement.ID, db.Page{}) },
		} {
			items, err := read()
			if err != nil || slices.Contains(ids(items), p.Post.ID) {
				t.Errorf("a stranger reads it: %v", err)
			}
		}
	})
}

// A page behind thousands that somebody does not wish to read comes to an end.
func TestPublic_Bounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.populate(t, 3)
		loud, quiet, reader := w.people[0], w.people[1], account.As(w.people[2])
		w.write(t, quiet, "first")
		w.Update(t, func(tx *db.Tx) error {
			for range 600 {
				w.Clock.Add(time.Millisecond)
				if _, err := w.Posts.CreateIn(tx, loud, post.Draft{Text: "loud", Visibility: post.Public}, w.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		w.feed.Distrust()
		w.limit(t, loud, true)
		finds := func(when string, want int) {
			t.Helper()
			if items, err := w.feed.Public(ctx, reader, db.Page{}, feed.Only{}); err != nil || len(items) != want {
				t.Errorf("%s: %d posts, %v; want %d", when, len(items), err, want)
			}
		}
		w.feed.ReadMost(100)
		finds("a limited author is not walked through", 1)
		w.limit(t, loud, false)
		if _, err := w.Relations.Mute(ctx, reader, loud.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		finds("a page has an end", 0)
		w.feed.ReadMost(5000)
		finds("which lies far off", 1)
		items, err := w.feed.Account(ctx, reader, loud.ID, db.Page{}, feed.Of{Tagged: "no hashtag"})
		if err != nil || len(items) != 0 {
			t.Errorf("%d posts with what is no hashtag, %v", len(items), err)
		}
	})
}
