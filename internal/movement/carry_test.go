package movement_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// stage is a movement with an organiser and a member, where people post.
type stage struct {
	*seed.Ground
	s       *movement.Service
	posts   *post.Service
	ada, bo *account.Account // organiser, member
	cy      *account.Account // not a member
	soup    *movement.Movement
}

func onStage(t *testing.T, f func(t *testing.T, p *stage)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &stage{Ground: seed.NewGround(t, d)}
		p.posts = seed.Posts(t, p.Ground)
		p.s = seed.Movements(t, p.Ground, p.posts, nil)
		p.ada, p.bo, p.cy = seed.Account(t, p.Ground, "ada"), seed.Account(t, p.Ground, "bo"), seed.Account(t, p.Ground, "cy")
		p.soup = seed.Movement(t, p.s, p.ada, "Soup", func(d *movement.Draft) { d.Aliases = []string{"Broth"} })
		seed.Join(t, p.s, p.soup, p.bo)
		f(t, p)
		p.Counted(t)
	})
}

// wantCarried checks which posts the movement carries, by the shares of its
// account, and that its count says so.
func (p *stage) wantCarried(t *testing.T, m *movement.Movement, want ...*post.Post) {
	t.Helper()
	shared, err := db.All(p.D.Read(ctx), func(row db.Row) (i id.ID, err error) { return i, row.Scan(&i) },
		`SELECT share_of FROM post WHERE account_id = $1 AND movement_id = $2 ORDER BY share_of`, m.ID, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	ids := map[id.ID]bool{}
	for _, i := range shared {
		ids[i] = true
	}
	for _, post := range want {
		if !ids[post.ID] {
			t.Errorf("%q is not carried", post.Text)
		}
	}
	counts, err := p.s.Counts(ctx, []id.ID{m.ID})
	if err != nil || len(shared) != len(want) || counts[m.ID].Carried != int64(len(want)) {
		t.Errorf("%d carried, counted %d, want %d; %v", len(shared), counts[m.ID].Carried, len(want), err)
	}
}

func TestService_OnPostCreated(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		first := seed.Post(t, p.posts, p.bo, "I cooked #SOUP today")
		alias := seed.Post(t, p.posts, p.ada, "And I #broth, or #soup")
		seed.Post(t, p.posts, p.bo, "Nothing to see #cats")
		seed.Post(t, p.posts, p.bo, "For few #soup", seed.For(post.Unlisted))
		seed.Post(t, p.posts, p.bo, "For friends #soup", seed.For(post.Private))
		seed.Post(t, p.posts, p.bo, "An answer #soup", seed.To(first))
		seed.Post(t, p.posts, p.cy, "Not a member #soup")
		seed.Share(t, p.posts, p.bo, alias)
		p.wantCarried(t, p.soup, first, alias)

		seed.Join(t, p.s, p.soup, p.cy) // joining carries nothing older
		p.wantCarried(t, p.soup, first, alias)
		after := seed.Post(t, p.posts, p.cy, "A member now #soup")
		p.wantCarried(t, p.soup, first, alias, after)

		if err := p.s.RemoveMember(ctx, account.As(p.ada), p.soup.ID, p.cy.ID); err != nil {
			t.Fatal(err)
		}
		seed.Post(t, p.posts, p.cy, "Removed #soup")
		if err := p.s.Archive(ctx, account.As(p.ada), p.soup.ID); err != nil {
			t.Fatal(err)
		}
		seed.Post(t, p.posts, p.bo, "Too late #soup")
		p.wantCarried(t, p.soup, first, alias, after)
	})
}

func TestService_OnPostCreated_TwoMovements(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		bread := seed.Movement(t, p.s, p.bo, "Bread")
		both := seed.Post(t, p.posts, p.bo, "#soup with #bread")
		p.wantCarried(t, p.soup, both)
		p.wantCarried(t, bread, both)
	})
}

func TestService_OnPostEdited(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		written := seed.Post(t, p.posts, p.bo, "I cooked today")
		p.wantCarried(t, p.soup)
		edit := func(text string) {
			t.Helper()
			if _, err := p.posts.Edit(ctx, account.As(p.bo), written.ID, post.Draft{Text: text}); err != nil {
				t.Fatal(err)
			}
		}
		edit("I cooked #soup today")
		p.wantCarried(t, p.soup, written)
		edit("I cooked #BROTH today")
		p.wantCarried(t, p.soup, written)
		edit("I cooked today")
		p.wantCarried(t, p.soup)
		edit("I cooked #soup again")
		p.wantCarried(t, p.soup, written)
	})
}

func TestService_OnPostDeleted(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		written := seed.Post(t, p.posts, p.bo, "I cooked #soup today")
		if _, err := p.posts.Delete(ctx, account.As(p.bo), written.ID); err != nil {
			t.Fatal(err)
		}
		p.wantCarried(t, p.soup)
	})
}

func TestService_Carry(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		ada := account.As(p.ada)
		theirs := seed.Post(t, p.posts, p.cy, "A guest's #soup")
		wantKind(t, "a member takes it in", p.s.Carry(ctx, account.As(p.bo), p.soup.ID, theirs.ID), problem.KindForbidden)
		wantKind(t, "without the hashtag", p.s.Carry(ctx, ada, p.soup.ID, seed.Post(t, p.posts, p.cy, "#cats").ID), problem.KindInvalid)
		wantKind(t, "unlisted", p.s.Carry(ctx, ada, p.soup.ID, seed.Post(t, p.posts, p.cy, "#soup", seed.For(post.Unlisted)).ID), problem.KindInvalid)
		wantKind(t, "no post", p.s.Carry(ctx, ada, p.soup.ID, 7), problem.KindNotFound)
		atOnce(t, func(int) error { return p.s.Carry(ctx, ada, p.soup.ID, theirs.ID) })
		p.wantCarried(t, p.soup, theirs)

		if _, err := p.posts.Edit(ctx, account.As(p.cy), theirs.ID, post.Draft{Text: "No hashtag"}); err != nil {
			t.Fatal(err)
		}
		p.wantCarried(t, p.soup, theirs) // an organiser took it in, an organiser takes it out
	})
}

func TestService_Uncarry(t *testing.T) {
	onStage(t, func(t *testing.T, p *stage) {
		ada := account.As(p.ada)
		written := seed.Post(t, p.posts, p.bo, "I cooked #soup today")
		wantKind(t, "a member takes it out", p.s.Uncarry(ctx, account.As(p.bo), p.soup.ID, written.ID), problem.KindForbidden)
		won := atOnce(t, func(int) error { return p.s.Uncarry(ctx, ada, p.soup.ID, written.ID) })
		if won != 1 {
			t.Errorf("%d took it out", won)
		}
		p.wantCarried(t, p.soup)
		if _, err := p.posts.Get(ctx, account.Nobody, written.ID); err != nil {
			t.Errorf("it is taken from its author: %v", err)
		}
		if _, err := p.posts.Edit(ctx, account.As(p.bo), written.ID, post.Draft{Text: "I cooked #broth and #soup"}); err != nil {
			t.Fatal(err)
		}
		p.wantCarried(t, p.soup) // it does not come back by itself
		if err := p.s.Carry(ctx, ada, p.soup.ID, written.ID); err != nil {
			t.Fatal(err)
		}
		p.wantCarried(t, p.soup, written)

		ids, err := p.s.OfPost(ctx, written)
		if err != nil || len(ids) != 1 || ids[0] != p.soup.ID {
			t.Errorf("movements of the post: %v, %v", ids, err)
		}
	})
}
