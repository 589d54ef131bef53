package post_test

import (
	"fmt"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

func direct(d *post.Draft) { d.Visibility = post.Direct }

// talks are somebody's conversations in a few words: the last post, who is in it,
// and whether it was read.
func talks(t *testing.T, s *post.Service, who *account.Account) (all []post.Conversation, words string) {
	t.Helper()
	all, err := s.Conversations(ctx, account.As(who), db.Page{})
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range all {
		if n > 0 {
			words += ", "
		}
		words += c.Last.Post.Text + " with"
		for _, a := range c.With {
			words += " " + a.Username
		}
		if c.Unread {
			words += "!"
		}
	}
	return all, words
}

func TestConversations(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben, cem := seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "cem")
		is := func(when string, who *account.Account, want string) {
			t.Helper()
			if _, got := talks(t, s, who); got != want {
				t.Errorf("%s, %s has %q, want %q", when, who.Username, got, want)
			}
		}
		first := seed.Post(t, s, ada, "@ben soup?", direct)
		is("asked", ada, "@ben soup? with ben")
		is("asked", ben, "@ben soup? with ada!")
		answer := seed.Post(t, s, ben, "@ada yes", direct, seed.To(first))
		is("answered", ada, "@ada yes with ben!")
		is("answered", ben, "@ada yes with ada")
		all, _ := talks(t, s, ada)
		if c, err := s.ReadConversation(ctx, account.As(ada), all[0].ID); err != nil || c.Unread {
			t.Errorf("%+v, %v", c, err)
		}
		is("read", ada, "@ada yes with ben")
		seed.Post(t, s, ada, "@ben @cem all of us?", direct, seed.To(answer))
		is("three of us", cem, "@ben @cem all of us? with ada ben!")
		is("three of us", ben, "@ben @cem all of us? with ada cem!, @ada yes with ada")
		seed.Post(t, s, ada, "A note to myself", direct)
		is("alone", ada, "A note to myself with ada, @ben @cem all of us? with ben cem, @ada yes with ben")

		if _, err := s.Delete(ctx, account.As(ben), answer.ID); err != nil {
			t.Fatal(err)
		}
		is("the answer deleted", ben, "@ben @cem all of us? with ada cem!, @ben soup? with ada")
		if _, err := s.Edit(ctx, account.As(ada), first.ID, post.Draft{Text: "@cem soup?"}); err != nil {
			t.Fatal(err)
		}
		is("another one asked", ben, "@ben @cem all of us? with ada cem!")
		is("another one asked", cem, "@ben @cem all of us? with ada ben!, @cem soup? with ada!")

		all, _ = talks(t, s, cem)
		wantKind(t, s.DeleteConversation(ctx, account.As(ben), all[0].ID), problem.KindNotFound)
		if err := s.DeleteConversation(ctx, account.As(cem), all[0].ID); err != nil {
			t.Fatal(err)
		}
		is("forgotten", cem, "@cem soup? with ada!")
		is("forgotten by another", ben, "@ben @cem all of us? with ada cem!")
		if _, err := g.Relations.Mute(ctx, account.As(cem), ada.ID, relation.MuteOptions{}); err != nil {
			t.Fatal(err)
		}
		is("muted", cem, "")
		seed.Block(t, g, ada, ben)
		is("blocked", ben, "")
		_, err := s.Conversations(ctx, account.Nobody, db.Page{})
		wantKind(t, err, problem.KindUnauthorized)
	})
}

// Many who write into one thread at once make one conversation each.
func TestConversations_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		first := seed.Post(t, s, ada, "@ben soup?", direct)
		together(32, func(n int) {
			by, to := ada, "@ben"
			if n%2 == 0 {
				by, to = ben, "@ada"
			}
			e, err := s.Create(ctx, account.As(by), post.Draft{Text: fmt.Sprint(to, " ", n), Visibility: post.Direct, ReplyTo: first.ID})
			if err == nil && n%3 == 0 {
				_, err = s.Delete(ctx, account.As(by), e.Post.ID)
			}
			if err != nil {
				t.Error(err)
			}
		})
		for _, who := range []*account.Account{ada, ben} {
			all, words := talks(t, s, who)
			if len(all) != 1 {
				t.Errorf("%s has %q", who.Username, words)
				continue
			}
			var newest post.Post
			if err := g.D.Read(ctx).QueryRow(`SELECT max(id) FROM post`).Scan(&newest.ID); err != nil || all[0].Last.Post.ID != newest.ID {
				t.Errorf("the last is %v and should be %v, %v", all[0].Last.Post.ID, newest.ID, err)
			}
		}
	})
}

func TestConversations_AccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		seed.Post(t, s, ada, "@ben soup?", direct, seed.To(seed.Post(t, s, ben, "@ada hello", direct)))
		g.Update(t, func(tx *db.Tx) error { return s.OnAccountDeleted(tx, account.Deleted{ID: ada.ID}) })
		if _, words := talks(t, s, ben); words != "@ada hello with ada" {
			t.Errorf("ben has %q", words)
		}
		for _, table := range []string{"conversation", "conversation_post"} {
			var n int
			if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 1 {
				t.Errorf("%d rows of %s are left, %v", n, table, err)
			}
		}
	})
}

func TestHashtag(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		seed.Post(t, s, ada, "One #Soup")
		g.Clock.Add(-g.Clock.Now().Sub(g.Clock.Now().Truncate(24*time.Hour)) + 12*time.Hour + 24*time.Hour)
		seed.Post(t, s, ada, "Two #soup")
		seed.Post(t, s, ada, "Three #soup")
		seed.Post(t, s, ben, "Four #SOUP")
		seed.Post(t, s, ben, "Among us #soup", func(d *post.Draft) { d.Visibility = post.Private })
		h, err := s.Hashtag(ctx, "#sOUp")
		if err != nil || h.Name != "Soup" || h.Folded != "soup" || len(h.Days) != 7 {
			t.Fatalf("got %+v, %v", h, err)
		}
		if d := h.Days[0]; d.Posts != 3 || d.Accounts != 2 || !d.Start.Equal(g.Clock.Now().Truncate(24*time.Hour)) {
			t.Errorf("today is %+v", d)
		}
		if d := h.Days[1]; d.Posts != 1 || d.Accounts != 1 {
			t.Errorf("yesterday is %+v", d)
		}
		if h, err := s.Hashtag(ctx, "Nobody"); err != nil || h.Name != "Nobody" || h.Days[0].Posts != 0 {
			t.Errorf("got %+v, %v", h, err)
		}
		_, err = s.Hashtag(ctx, "so so")
		wantKind(t, err, problem.KindNotFound)
	})
}
