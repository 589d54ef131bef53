package post_test

import (
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestPin_ManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		var posts []*post.Post
		for range 8 {
			posts = append(posts, seed.Post(t, s, ada, "hello"))
		}
		for _, err := range seed.AtOnce(32, func(i int) error {
			_, err := s.Pin(ctx, account.As(ada), posts[i%8].ID)
			return err
		}) {
			if err != nil && !problem.Is(err, problem.KindInvalid) {
				t.Error(err)
			}
		}
		pins, err := s.Pins(ctx, account.Nobody, ada.ID)
		if err != nil || len(pins) != post.MaxPins {
			t.Fatalf("%d pins, %v", len(pins), err)
		}
		first := pins[0].Post.ID
		if _, err := s.Pin(ctx, account.As(ada), first); err != nil {
			t.Errorf("pinned twice: %v", err)
		}
		if flags, err := s.Flags(ctx, ada.ID, []id.ID{first}); err != nil || !flags[0].Pinned {
			t.Errorf("flags %v, %v", flags, err)
		}
		if _, err := s.Unpin(ctx, account.As(ada), first); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if flags, err := s.Flags(ctx, ada.ID, []id.ID{first}); err != nil || flags[0].Pinned {
				t.Errorf("flags %v, %v", flags, err)
			}
			g.Gap(t)
		}
		if _, err := s.Delete(ctx, account.As(ada), pins[1].Post.ID); err != nil {
			t.Fatal(err)
		}
		if pins, err = s.Pins(ctx, account.Nobody, ada.ID); err != nil || len(pins) != post.MaxPins-2 {
			t.Errorf("%d pins, %v", len(pins), err)
		}
	})
}

func TestPin_Refused(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		hers := seed.Post(t, s, lin, "hello")
		for name, p := range map[string]*post.Post{
			"another's": hers,
			"a share":   seed.Share(t, s, ada, hers),
			"direct":    seed.Post(t, s, ada, "@lin hello", seed.For(post.Direct)),
		} {
			if _, err := s.Pin(ctx, account.As(ada), p.ID); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		secret := seed.Post(t, s, ada, "hello", seed.For(post.Private))
		if _, err := s.Pin(ctx, account.As(ada), secret.ID); err != nil {
			t.Error(err)
		}
		if pins, err := s.Pins(ctx, account.As(lin), ada.ID); err != nil || len(pins) != 0 {
			t.Errorf("a stranger sees %v, %v", pins, err)
		}
	})
}

func TestMuteThread(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "lin")
		first := seed.Post(t, s, ada, "hello")
		reply := seed.Post(t, s, lin, "hello", seed.To(first))
		other := seed.Post(t, s, lin, "good day")
		if _, err := s.MuteThread(ctx, account.As(ada), reply.ID); err != nil {
			t.Fatal(err)
		}
		muted, err := s.Muted(ctx, ada.ID)
		if err != nil || !muted.Has(first) || !muted.Has(reply) || muted.Has(other) {
			t.Errorf("muted %v, %v", muted, err)
		}
		if muted, err := s.Muted(ctx, lin.ID); err != nil || muted.Has(first) {
			t.Errorf("lin muted %v, %v", muted, err)
		}
		if _, err := s.UnmuteThread(ctx, account.As(ada), first.ID); err != nil {
			t.Fatal(err)
		}
		if muted, err := s.Muted(ctx, ada.ID); err != nil || muted.Has(first) {
			t.Errorf("muted %v, %v", muted, err)
		}
	})
}

func TestRedraft_LeavesPictures(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		picture := seed.Picture(t, g.Pictures, ada)
		p := seed.Post(t, s, ada, "soup", seed.With(picture))
		g.Clock.Add(48 * 3600e9)
		if _, err := s.Redraft(ctx, account.As(ada), p.ID); err != nil {
			t.Fatal(err)
		}
		if err := g.Pictures.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		again := seed.Post(t, s, ada, "soup!", seed.With(picture))
		if _, err := s.Delete(ctx, account.As(ada), again.ID); err != nil {
			t.Fatal(err)
		}
		_, err := s.Create(ctx, account.As(ada), post.Draft{Text: "soup?", MediaIDs: []id.ID{picture.ID}})
		wantKind(t, err, problem.KindInvalid)
	})
}
