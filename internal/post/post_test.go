package post_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// each runs f on both engines with the rooms wired; counters agree with their
// rows at the end.
func each(t *testing.T, f func(t *testing.T, g *seed.Ground, s *post.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		s := seed.Posts(t, g)
		f(t, g, s)
		g.Counted(t)
	})
}

func wantKind(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Errorf("got %v, want a problem of kind %d", err, kind)
	}
}

func counts(t *testing.T, s *post.Service, v account.Viewer, p *post.Post) post.Counts {
	t.Helper()
	e, err := s.Get(ctx, v, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return e.Counts()
}

// together calls f n times at once.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// A page that is short is the last: what its reader may not see is made up for.
func TestService_Lists_Filled(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		s := seed.Posts(t, g)
		ada, bob := seed.Account(t, g, "ada"), seed.Account(t, g, "bob")
		for n := range 12 {
			author := ada
			if n%2 == 0 {
				author = bob
			}
			p := seed.Post(t, s, author, fmt.Sprintf("number %d", n))
			if _, err := s.Bookmark(ctx, account.As(ada), p.ID); err != nil {
				t.Fatal(err)
			}
		}
		seed.Block(t, g, ada, bob)
		first, err := s.Bookmarks(ctx, account.As(ada), db.Page{Limit: 4})
		if err != nil || len(first) != 4 || first[0].Item.Post.Text != "number 11" || first[3].Item.Post.Text != "number 5" {
			t.Fatalf("the first page has %d, %v", len(first), err)
		}
		rest, err := s.Bookmarks(ctx, account.As(ada), db.Page{Limit: 4, Max: first[3].Cursor})
		if err != nil || len(rest) != 2 || rest[1].Item.Post.Text != "number 1" {
			t.Fatalf("the second page has %d, %v", len(rest), err)
		}
		above, err := s.Bookmarks(ctx, account.As(ada), db.Page{Limit: 3, Min: rest[1].Cursor})
		if err != nil || len(above) != 3 || above[0].Item.Post.Text != "number 7" || above[2].Item.Post.Text != "number 3" {
			t.Fatalf("the page above has %d, %v", len(above), err)
		}

		p := seed.Post(t, s, ada, "liked by many")
		crowd := seed.Crowd(t, g, "fan", 9)
		for n, fan := range crowd {
			seed.Like(t, s, fan, p)
			if n%2 == 0 {
				seed.Block(t, g, fan, bob)
			}
		}
		likers, err := s.Likers(ctx, account.As(ada), p.ID, db.Page{Limit: 5})
		if err != nil || len(likers) != 5 {
			t.Fatalf("%d like it, %v", len(likers), err)
		}
	})
}

// forget drops a post from memory, as when another node tells that it was edited.
func forget(t testing.TB, g *seed.Ground, i id.ID) {
	t.Helper()
	g.Update(t, func(tx *db.Tx) error { return event.Emit(g.Hub, tx, post.Edited{PostID: i}) })
}

// Links to this server's calls say in a post that they came by it; others lead
// where they say.
func TestHTML_Carries(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		for link, more := range map[string]string{
			"https://here.example/calls/9":           "?via=post-",
			"https://here.example/dates/9":           "?via=post-",
			"https://here.example/calls/9?via=act-3": "",
			"https://here.example/calls/9/edit":      "",
			"https://other.example/calls/9":          "",
		} {
			p := seed.Post(t, s, ada, "@ADA@HERE.example look at "+link+"#who")
			want := link + "#who"
			if more != "" {
				want = link + more + p.ID.String() + "#who"
			}
			if html := p.HTML(); !strings.Contains(html, `<a href="`+want+`" `) || !strings.Contains(html, `<a href="/@ada" `) {
				t.Errorf("%s: %s", link, html)
			}
		}
	})
}

func TestCreate(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "  Soup for @lin and @Lin@here.example, #BeKind!\r\nBe \u202equick  ", func(d *post.Draft) { d.Language = "pt-BR" })
		if p.Text != "Soup for @lin and @Lin@here.example, #BeKind!\nBe quick" || p.Language != "pt" || p.Thread != p.ID {
			t.Errorf("got %+v", p)
		}
		if len(p.Tags) != 1 || p.Tags[0] != "BeKind" || len(p.Mentions) != 1 || p.Mentions[0].AccountID != lin.ID {
			t.Errorf("tags %q, mentions %v", p.Tags, p.Mentions)
		}
		reply := seed.Post(t, s, lin, "@ada gladly", seed.To(p))
		if reply.ReplyTo != p.ID || reply.ReplyToAccount != ada.ID || reply.Thread != p.ID {
			t.Errorf("got the reply %+v", reply)
		}
		if c := counts(t, s, account.Nobody, p); c != (post.Counts{Replies: 1}) {
			t.Errorf("got %+v", c)
		}
		forget(t, g, p.ID)
		e, err := s.Get(ctx, account.Nobody, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if e.Post.HTML() != p.HTML() || !strings.Contains(p.HTML(), `href="/@lin"`) || e.Counts().Replies != 1 {
			t.Errorf("read again: %s and %+v, first %s", e.Post.HTML(), e.Counts(), p.HTML())
		}
	})
}

func TestCreate_Refused(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		secret := seed.Post(t, s, lin, "for nobody", seed.For(post.Direct))
		for name, c := range map[string]struct {
			v    account.Viewer
			d    post.Draft
			kind problem.Kind
		}{
			"nobody":      {account.Nobody, post.Draft{Text: "x"}, problem.KindUnauthorized},
			"empty":       {account.As(ada), post.Draft{Text: " \n"}, problem.KindInvalid},
			"too long":    {account.As(ada), post.Draft{Text: strings.Repeat("ü", post.MaxText+1)}, problem.KindInvalid},
			"a megabyte":  {account.As(ada), post.Draft{Text: strings.Repeat("#a ", 1<<20)}, problem.KindTooLarge},
			"not UTF-8":   {account.As(ada), post.Draft{Text: "a\xff"}, problem.KindInvalid},
			"NUL":         {account.As(ada), post.Draft{Text: "a\x00b"}, problem.KindInvalid},
			"visibility":  {account.As(ada), post.Draft{Text: "x", Visibility: "all"}, problem.KindInvalid},
			"language":    {account.As(ada), post.Draft{Text: "x", Language: "klingon!"}, problem.KindInvalid},
			"media":       {account.As(ada), post.Draft{Text: "x", MediaIDs: []id.ID{7}}, problem.KindInvalid},
			"much media":  {account.As(ada), post.Draft{Text: "x", MediaIDs: make([]id.ID, post.MaxMedia+1)}, problem.KindInvalid},
			"gone parent": {account.As(ada), post.Draft{Text: "x", ReplyTo: 7}, problem.KindNotFound},
			"not for me":  {account.As(ada), post.Draft{Text: "x", ReplyTo: secret.ID}, problem.KindNotFound},
		} {
			_, err := s.Create(ctx, c.v, c.d)
			if !problem.Is(err, c.kind) {
				t.Errorf("%s: got %v", name, err)
			}
		}
	})
}

func TestCreate_SameKey(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		var made [32]id.ID
		together(32, func(i int) {
			e, err := s.Create(ctx, account.As(ada), post.Draft{Text: "once", Key: "k1"})
			if err != nil {
				t.Error(err)
				return
			}
			made[i] = e.Post.ID
		})
		for _, i := range made {
			if i != made[0] {
				t.Errorf("made %v", made)
				break
			}
		}
		_, err := s.Create(ctx, account.As(ada), post.Draft{Text: "other", Key: "k1"})
		wantKind(t, err, problem.KindInvalid)
	})
}

func TestLike_ManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		p := seed.Post(t, s, seed.Account(t, g, "ada"), "hello")
		crowd := seed.Crowd(t, g, "fan", 8)
		together(32, func(i int) {
			v := account.As(crowd[i%8])
			for n := range 10 {
				do := s.Like
				if (i+n)%3 == 0 {
					do = s.Unlike
				}
				if _, err := do(ctx, v, p.ID); err != nil {
					t.Error(err)
				}
			}
		})
		together(32, func(i int) {
			if _, err := s.Like(ctx, account.As(crowd[i%8]), p.ID); err != nil {
				t.Error(err)
			}
		})
		if c := counts(t, s, account.Nobody, p); c.Likes != 8 {
			t.Errorf("8 like it, and it says %d", c.Likes)
		}
		for _, a := range crowd {
			flags, err := s.Flags(ctx, a.ID, []id.ID{p.ID})
			if err != nil || !flags[0].Liked {
				t.Errorf("flags %v, %v", flags, err)
			}
		}
	})
}

// Entries that are loaded, dropped and read while likes pass never say anything
// else than the rows, once it is quiet; and never more likes than were made.
func TestCounts_ExactWhileEntriesComeAndGo(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		posts := []*post.Post{seed.Post(t, s, ada, "one"), seed.Post(t, s, ada, "two")}
		crowd := seed.Crowd(t, g, "fan", 16)
		for round := range 5 {
			together(24, func(i int) {
				for n := range 8 {
					p := posts[n%2]
					switch {
					case i < 16 && (i+n+round)%4 == 0:
						if _, err := s.Unlike(ctx, account.As(crowd[i]), p.ID); err != nil {
							t.Error(err)
						}
					case i < 16:
						if _, err := s.Like(ctx, account.As(crowd[i]), p.ID); err != nil {
							t.Error(err)
						}
					case i < 20:
						forget(t, g, p.ID)
					default:
						if c := counts(t, s, account.Nobody, p); c.Likes < 0 || c.Likes > 16 {
							t.Errorf("%d likes of 16 accounts", c.Likes)
						}
					}
				}
			})
			for _, p := range posts {
				likers, err := s.Likers(ctx, account.As(ada), p.ID, db.Page{Limit: 80})
				if err != nil {
					t.Fatal(err)
				}
				if c := counts(t, s, account.Nobody, p); c.Likes != int64(len(likers)) {
					t.Fatalf("round %d: %d like it, and it says %d", round, len(likers), c.Likes)
				}
			}
			for _, a := range crowd {
				held, err := s.Flags(ctx, a.ID, []id.ID{posts[0].ID, posts[1].ID})
				if err != nil {
					t.Fatal(err)
				}
				g.Gap(t)
				read, err := s.Flags(ctx, a.ID, []id.ID{posts[0].ID, posts[1].ID})
				if err != nil || held[0] != read[0] || held[1] != read[1] {
					t.Fatalf("flags held %v, read %v, %v", held, read, err)
				}
			}
		}
	})
}

func TestShare(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "pass it on")
		var made [32]id.ID
		together(32, func(i int) {
			e, err := s.Share(ctx, account.As(lin), p.ID, post.Public)
			if err != nil {
				t.Error(err)
				return
			}
			made[i] = e.Post.ID
		})
		if c := counts(t, s, account.Nobody, p); c.Shares != 1 || made[0] != made[31] {
			t.Errorf("%d shares: %v", c.Shares, made)
		}
		share, err := s.Get(ctx, account.Nobody, made[0])
		if err != nil || share.Of().Post.ID != p.ID || share.Counts() != (post.Counts{}) {
			t.Fatalf("got %+v, %v", share, err)
		}
		if again, err := s.Like(ctx, account.As(ada), made[0]); err != nil || again.Post.ID != p.ID {
			t.Errorf("liking the share: %v, %v", again, err)
		}
		if _, err := s.Unshare(ctx, account.As(lin), p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(ctx, account.Nobody, made[0]); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("the share is still there: %v", err)
		}
		if c := counts(t, s, account.Nobody, p); c != (post.Counts{Likes: 1}) {
			t.Errorf("got %+v", c)
		}
		private := seed.Post(t, s, ada, "@lin between us", seed.For(post.Private))
		_, err = s.Share(ctx, account.As(lin), private.ID, post.Public)
		wantKind(t, err, problem.KindForbidden)
		own, err := s.Share(ctx, account.As(ada), private.ID, post.Public)
		if err != nil || own.Post.Visibility != post.Private {
			t.Errorf("sharing one's own: %+v, %v", own, err)
		}
	})
}

func TestEdit(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "one #Soup @lin")
		seed.Like(t, s, lin, p)
		e, err := s.Edit(ctx, account.As(ada), p.ID, post.Draft{Text: "two #Bread", Warning: "food"})
		if err != nil {
			t.Fatal(err)
		}
		got := e.Post
		if got.Version != 2 || got.EditedAt.IsZero() || got.Text != "two #Bread" || len(got.Mentions) != 0 || got.Tags[0] != "Bread" || !got.Sensitive {
			t.Errorf("got %+v", got)
		}
		if e.Counts().Likes != 1 || p.Text != "one #Soup @lin" {
			t.Errorf("likes %d; what was read before says %q", e.Counts().Likes, p.Text)
		}
		if e, err = s.Edit(ctx, account.As(ada), p.ID, post.Draft{Text: "two #Bread", Warning: "food"}); err != nil || e.Post.Version != 2 {
			t.Errorf("an edit without a change: %+v, %v", e, err)
		}
		history, err := s.History(ctx, account.Nobody, p.ID)
		if err != nil || len(history) != 2 || history[0].Text != "one #Soup @lin" || history[1].Warning != "food" {
			t.Errorf("got %+v, %v", history, err)
		}
		_, err = s.Edit(ctx, account.As(lin), p.ID, post.Draft{Text: "mine"})
		wantKind(t, err, problem.KindNotFound)
	})
}

func TestEdit_WhileDeleting(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		crowd := seed.Crowd(t, g, "fan", 32)
		p := seed.Post(t, s, ada, "short-lived #tag")
		together(32, func(i int) {
			var err error
			switch {
			case i == 16:
				_, err = s.Delete(ctx, account.As(ada), p.ID)
			case i%3 == 0:
				_, err = s.Edit(ctx, account.As(ada), p.ID, post.Draft{Text: "version " + strings.Repeat("x", i+1)})
			case i%3 == 1:
				_, err = s.Like(ctx, account.As(crowd[i]), p.ID)
			default:
				_, err = s.Share(ctx, account.As(crowd[i]), p.ID, post.Public)
			}
			if err != nil && !problem.Is(err, problem.KindNotFound) {
				t.Error(err)
			}
		})
		leftNothing(t, g, p.ID)
	})
}

// leftNothing fails when any row of a deleted post is left.
func leftNothing(t *testing.T, g *seed.Ground, p id.ID) {
	t.Helper()
	for _, q := range []string{
		`SELECT count(*) FROM post WHERE id = $1 OR share_of = $2`, `SELECT count(*) FROM liked WHERE post_id = $1`,
		`SELECT count(*) FROM bookmark WHERE post_id = $1`, `SELECT count(*) FROM post_tag WHERE post_id = $1`,
		`SELECT count(*) FROM mention WHERE post_id = $1`, `SELECT count(*) FROM post_edit WHERE post_id = $1`,
		`SELECT count(*) FROM media WHERE owner_id = $1`,
	} {
		args := []any{int64(p), int64(p)}[:strings.Count(q, "$")]
		var n int
		if err := g.D.Read(ctx).QueryRow(q, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n != 0 {
			t.Errorf("%d rows are left: %s", n, q)
		}
	}
}

func TestDelete(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "gone soon #tag @lin")
		reply := seed.Post(t, s, lin, "why?", seed.To(p))
		seed.Like(t, s, lin, p)
		share := seed.Share(t, s, lin, p)
		if _, err := s.Bookmark(ctx, account.As(lin), p.ID); err != nil {
			t.Fatal(err)
		}
		_, err := s.Delete(ctx, account.As(lin), p.ID)
		wantKind(t, err, problem.KindNotFound)
		if _, err := s.Delete(ctx, account.As(ada), p.ID); err != nil {
			t.Fatal(err)
		}
		leftNothing(t, g, p.ID)
		for _, i := range []id.ID{p.ID, share.ID} {
			_, err = s.Get(ctx, account.As(ada), i)
			wantKind(t, err, problem.KindNotFound)
		}
		if e, err := s.Get(ctx, account.Nobody, reply.ID); err != nil || e.Post.ReplyTo != p.ID {
			t.Errorf("the reply: %+v, %v", e, err)
		}
		_, err = s.Like(ctx, account.As(lin), p.ID)
		wantKind(t, err, problem.KindNotFound)
		if kept, err := s.Bookmarks(ctx, account.As(lin), db.Page{}); err != nil || len(kept) != 0 {
			t.Errorf("bookmarks %v, %v", kept, err)
		}
	})
}

func TestDelete_Popular(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		p := seed.Post(t, s, seed.Account(t, g, "ada"), "everyone loves it")
		crowd := seed.Crowd(t, g, "fan", 250)
		g.Update(t, func(tx *db.Tx) error {
			for n, a := range crowd {
				if err := s.LikeIn(tx, a.ID, p.ID, g.Clock.Now()); err != nil {
					return err
				}
				if n < 30 {
					if _, err := s.ShareIn(tx, a, p.ID, 0, g.Clock.Now()); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if c := counts(t, s, account.Nobody, p); c != (post.Counts{Likes: 250, Shares: 30}) {
			t.Errorf("got %+v", c)
		}
		moderator := seed.Account(t, g, "mo", seed.Moderator)
		if _, err := s.Delete(ctx, account.As(moderator), p.ID); err != nil {
			t.Fatal(err)
		}
		g.Work(t)
		until(t, g, `SELECT count(*) FROM liked WHERE post_id = $1`, p.ID)
		until(t, g, `SELECT count(*) FROM post WHERE share_of = $1`, p.ID)
		leftNothing(t, g, p.ID)
	})
}

// until waits for jobs to bring a count to nothing.
func until(t *testing.T, g *seed.Ground, query string, arg id.ID) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var n int
		if err := g.D.Read(ctx).QueryRow(query, arg).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("%d are left: %s", n, query)
		}
	}
}

func TestAccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		var mine []*post.Post
		for range 30 {
			mine = append(mine, seed.Post(t, s, ada, "mine"))
		}
		yours := seed.Post(t, s, lin, "yours")
		seed.Like(t, s, ada, yours)
		seed.Share(t, s, ada, yours)
		if c := counts(t, s, account.Nobody, yours); c != (post.Counts{Likes: 1, Shares: 1}) {
			t.Fatalf("got %+v", c)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		for _, p := range mine { // at once, whatever the job has still to do
			_, err := s.Get(ctx, account.Nobody, p.ID)
			wantKind(t, err, problem.KindNotFound)
		}
		g.Work(t)
		until(t, g, `SELECT count(*) FROM post WHERE account_id = $1`, ada.ID)
		until(t, g, `SELECT count(*) FROM liked WHERE account_id = $1`, ada.ID)
		if c := counts(t, s, account.Nobody, yours); c != (post.Counts{}) {
			t.Errorf("got %+v", c)
		}
	})
}

func TestSuspended(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, mo := seed.Account(t, g, "ada"), seed.Account(t, g, "mo", seed.Moderator)
		p := seed.Post(t, s, ada, "rude")
		seed.Suspend(t, g, ada)
		_, err := s.Get(ctx, account.Nobody, p.ID)
		wantKind(t, err, problem.KindNotFound)
		if _, err := s.Get(ctx, account.As(mo), p.ID); err != nil {
			t.Errorf("a moderator: %v", err)
		}
		seed.Restore(t, g, ada)
		if _, err := s.Get(ctx, account.Nobody, p.ID); err != nil {
			t.Errorf("restored: %v", err)
		}
	})
}

// What an account began before it was deleted, and what is written after, goes
// too.
func TestAccountDeleted_UnderWay(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		yours := seed.Post(t, s, lin, "yours")
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ada.ID, g.Clock.Now()) })
		var late *post.Post
		g.Update(t, func(tx *db.Tx) (err error) { // ada is as she was
			if late, err = s.CreateIn(tx, ada, post.Draft{Text: "late #soup", Visibility: post.Public}, g.Clock.Now()); err != nil {
				return err
			}
			return s.LikeIn(tx, ada.ID, yours.ID, g.Clock.Now())
		})
		_, err := s.Get(ctx, account.Nobody, late.ID)
		wantKind(t, err, problem.KindNotFound)
		var due int
		if err := g.D.Read(ctx).QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'post_account' AND state = 'scheduled'`).Scan(&due); err != nil || due != 1 {
			t.Fatalf("%d jobs wait to look once more (%v), want 1", due, err)
		}
		g.Update(t, func(tx *db.Tx) error { // that later is now
			_, err := tx.Exec(`UPDATE river_job SET state = 'available', scheduled_at = created_at WHERE kind = 'post_account'`)
			return err
		})
		g.Work(t)
		for _, q := range []string{`SELECT count(*) FROM post WHERE account_id = $1`,
			`SELECT count(*) FROM post_tag WHERE account_id = $1`, `SELECT count(*) FROM liked WHERE account_id = $1`} {
			until(t, g, q, ada.ID)
		}
		g.Counted(t)
	})
}

// A post that was on its way when its author was suspended or limited is withheld
// or limited, also where memory has it from its author as it was.
func TestCurbed_UnderWay(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		for name, curb := range map[string]func(tx *db.Tx, i id.ID) (bool, error){
			"suspended": func(tx *db.Tx, i id.ID) (bool, error) {
				return g.Accounts.MoveIn(tx, i, account.StateActive, account.StateSuspended, g.Clock.Now())
			},
			"limited": func(tx *db.Tx, i id.ID) (bool, error) {
				return g.Accounts.CurbIn(tx, i, account.CurbLimited, true, g.Clock.Now())
			},
		} {
			ada, err := g.Accounts.Get(ctx, seed.Account(t, g, name).ID)
			if err != nil {
				t.Fatal(err)
			}
			g.Update(t, func(tx *db.Tx) error { _, err := curb(tx, ada.ID); return err })
			var late *post.Post
			g.Update(t, func(tx *db.Tx) (err error) {
				late, err = s.CreateIn(tx, ada, post.Draft{Text: "late", Visibility: post.Public}, g.Clock.Now())
				return err
			})
			entries, err := s.Cached(ctx, []id.ID{late.ID})
			if err != nil || len(entries) != 1 {
				t.Fatal(entries, err)
			}
			if p := entries[0].Post; p.Withheld != (name == "suspended") || p.Limited != (name == "limited") {
				t.Errorf("%s: withheld %t, limited %t", name, p.Withheld, p.Limited)
			}
		}
	})
}

func TestLikers(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin, may := seed.Account(t, g, "ada"), seed.Account(t, g, "lin"), seed.Account(t, g, "may")
		open := seed.Account(t, g, "open")
		seen := true
		if _, err := g.Accounts.Update(ctx, account.As(open), account.Change{SeenLiking: &seen}); err != nil {
			t.Fatal(err)
		}
		p := seed.Post(t, s, ada, "hello")
		for _, a := range []*account.Account{lin, may, open} {
			seed.Like(t, s, a, p)
		}
		for _, c := range []struct {
			v    account.Viewer
			want string
		}{
			{account.As(ada), "open may lin"}, {account.As(lin), "open lin"}, {account.Nobody, "open"},
		} {
			list, err := s.Likers(ctx, c.v, p.ID, db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, l := range list {
				names = append(names, l.Item.Username)
			}
			if got := strings.Join(names, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		}
		liked, err := s.Liked(ctx, account.As(lin), db.Page{})
		if err != nil || len(liked) != 1 || liked[0].Item.Post.ID != p.ID {
			t.Errorf("liked: %v, %v", liked, err)
		}
	})
}

func TestContext(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		root := seed.Post(t, s, ada, "root")
		one := seed.Post(t, s, lin, "one", seed.To(root))
		two := seed.Post(t, s, ada, "two", seed.To(root))
		deep := seed.Post(t, s, ada, "one.one", seed.To(one))
		hidden := seed.Post(t, s, ada, "for me", seed.To(one), seed.For(post.Direct))
		seed.Post(t, s, ada, "beneath what is hidden", seed.To(hidden))
		thread, err := s.Context(ctx, account.As(lin), root.ID)
		if err != nil {
			t.Fatal(err)
		}
		var got []id.ID
		for _, e := range thread.Descendants {
			got = append(got, e.Post.ID)
		}
		want := []id.ID{one.ID, deep.ID, two.ID}
		if len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] || len(thread.Ancestors) != 0 {
			t.Errorf("got %v, want %v", got, want)
		}
		if thread, err = s.Context(ctx, account.Nobody, deep.ID); err != nil {
			t.Fatal(err)
		}
		if a := thread.Ancestors; len(a) != 2 || a[0].Post.ID != root.ID || a[1].Post.ID != one.ID {
			t.Errorf("above: %v", a)
		}
	})
}

// One account's hidden answers take nobody's place.
func TestContext_ManyHidden(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin, may := seed.Account(t, g, "ada"), seed.Account(t, g, "lin"), seed.Account(t, g, "may")
		root := seed.Post(t, s, ada, "root")
		g.Update(t, func(tx *db.Tx) error {
			for range 300 {
				if _, err := s.CreateIn(tx, may, post.Draft{Text: "mine", Visibility: post.Private, ReplyTo: root.ID}, g.Clock.Now()); err != nil {
					return err
				}
			}
			for range 100 {
				if _, err := s.CreateIn(tx, lin, post.Draft{Text: "late", Visibility: post.Public, ReplyTo: root.ID}, g.Clock.Now()); err != nil {
					return err
				}
			}
			return nil
		})
		for _, c := range []struct {
			name string
			v    account.Viewer
			read func(context.Context, account.Viewer, id.ID) (*post.Thread, error)
			want int
		}{
			{"a page", account.As(ada), s.Context, 60}, {"nobody", account.Nobody, s.WholeContext, 60},
			{"all", account.As(ada), s.WholeContext, 100}, {"all of one's own", account.As(may), s.WholeContext, 400},
		} {
			thread, err := c.read(ctx, c.v, root.ID)
			if err != nil || len(thread.Descendants) != c.want {
				t.Errorf("%s: %d answers, %v; want %d", c.name, len(thread.Descendants), err, c.want)
			}
		}
	})
}

func TestPictures(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		pictures := g.Pictures
		open, secret := seed.Picture(t, pictures, ada), seed.Picture(t, pictures, ada)
		p := seed.Post(t, s, ada, "", seed.With(open))
		seed.Post(t, s, ada, "mine", seed.With(secret), seed.For(post.Private))
		if len(p.Media) != 1 || p.Media[0].Description == "" {
			t.Fatalf("got %+v", p.Media)
		}
		if _, err := pictures.Update(ctx, account.As(ada), open.ID, media.Upload{Description: "soup"}); err != nil {
			t.Fatal(err)
		}
		if e, err := s.Get(ctx, account.Nobody, p.ID); err != nil || e.Post.Media[0].Description != "soup" {
			t.Errorf("described anew: %+v, %v", e.Post.Media, err)
		}
		f, err := pictures.Open(ctx, account.Nobody, open.SmallKey)
		if err != nil || !f.Public || f.Close() != nil {
			t.Errorf("a public post's: %+v, %v", f, err)
		}
		if f, err = pictures.Open(ctx, account.As(ada), secret.Key); err != nil || f.Public || f.Close() != nil {
			t.Errorf("one's own: %+v, %v", f, err)
		}
		_, err = pictures.Open(ctx, account.As(lin), secret.Key)
		wantKind(t, err, problem.KindNotFound)
		if _, err := s.Edit(ctx, account.As(ada), p.ID, post.Draft{Text: "without a picture"}); err != nil {
			t.Fatal(err)
		}
		_, err = pictures.Open(ctx, account.As(ada), open.Key)
		wantKind(t, err, problem.KindNotFound)
	})
}
