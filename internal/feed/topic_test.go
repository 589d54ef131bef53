package feed_test

import (
	"slices"
	"testing"

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
