package post_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// asks, for seed.Post, adds a poll of an hour.
func asks(options ...string) func(*post.Draft) {
	return func(d *post.Draft) { d.Poll = &post.PollDraft{Options: options, Lasts: time.Hour} }
}

func several(d *post.Draft) { d.Poll.Multiple = true }

func results(t *testing.T, s *post.Service, p *post.Post) post.Results {
	t.Helper()
	e, err := s.Get(ctx, account.Nobody, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return e.Results()
}

func (v votes) is(t *testing.T, r post.Results) {
	t.Helper()
	if r.Voters != v.voters || len(r.Votes) != len(v.by) {
		t.Fatalf("%+v, and it should be %+v", r, v)
	}
	for n := range v.by {
		if r.Votes[n] != v.by[n] {
			t.Fatalf("%+v, and it should be %+v", r, v)
		}
	}
}

type votes struct {
	voters int64
	by     []int64
}

func TestPoll(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "Soup or bread?", asks(" Soup ", "", "Bread"), several)
		if p.Poll == nil || strings.Join(p.Poll.Options, "|") != "Soup|Bread" || !p.Poll.EndsAt.Equal(g.Clock.Now().Add(time.Hour)) {
			t.Fatalf("the poll is %+v", p.Poll)
		}
		if _, err := s.Vote(ctx, account.As(ben), p.Poll.ID, []int{0, 1, 1}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Vote(ctx, account.As(lin), p.Poll.ID, []int{1}); err != nil {
			t.Fatal(err)
		}
		votes{2, []int64{1, 2}}.is(t, results(t, s, p))
		forget(t, g, p.ID)
		votes{2, []int64{1, 2}}.is(t, results(t, s, p))
		chosen, err := s.Ballots(ctx, ben.ID, []id.ID{p.Poll.ID, 7})
		if err != nil || !chosen[0].Has(0) || !chosen[0].Has(1) || !chosen[1].None() {
			t.Errorf("ben chose %v, %v", chosen, err)
		}
		if chosen, err = s.Ballots(ctx, ada.ID, []id.ID{p.Poll.ID}); err != nil || !chosen[0].None() {
			t.Errorf("ada chose %v, %v", chosen, err)
		}
	})
}

func TestPoll_Refused(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada := seed.Account(t, g, "ada")
		picture := seed.Picture(t, g.Pictures, ada)
		for name, d := range map[string]post.PollDraft{
			"no options":   {Lasts: time.Hour},
			"one option":   {Lasts: time.Hour, Options: []string{"a", "  "}},
			"five options": {Lasts: time.Hour, Options: []string{"a", "b", "c", "d", "e"}},
			"twice":        {Lasts: time.Hour, Options: []string{"a", "a"}},
			"long":         {Lasts: time.Hour, Options: []string{"a", strings.Repeat("ü", post.MaxOption+1)}},
			"NUL":          {Lasts: time.Hour, Options: []string{"a", "b\x00"}},
			"past":         {Lasts: -time.Hour, Options: []string{"a", "b"}},
			"short":        {Lasts: post.MinPoll - time.Second, Options: []string{"a", "b"}},
			"for ever":     {Lasts: post.MaxPoll + time.Second, Options: []string{"a", "b"}},
		} {
			if _, err := s.Create(ctx, account.As(ada), post.Draft{Text: "x", Poll: &d}); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		ok := &post.PollDraft{Lasts: time.Hour, Options: []string{"a", "b"}}
		_, err := s.Create(ctx, account.As(ada), post.Draft{Text: "x", Poll: ok, MediaIDs: []id.ID{picture.ID}})
		wantKind(t, err, problem.KindInvalid)
		_, err = s.Create(ctx, account.As(ada), post.Draft{Poll: ok})
		wantKind(t, err, problem.KindInvalid)
	})
}

func TestVote_Refused(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		p := seed.Post(t, s, ada, "Soup or bread?", asks("Soup", "Bread"))
		secret := seed.Post(t, s, ada, "Soup or bread?", asks("Soup", "Bread"), seed.For(post.Private))
		for name, c := range map[string]struct {
			v    account.Viewer
			poll id.ID
			of   []int
			kind problem.Kind
		}{
			"nobody":    {account.Nobody, p.Poll.ID, []int{0}, problem.KindUnauthorized},
			"own":       {account.As(ada), p.Poll.ID, []int{0}, problem.KindInvalid},
			"none":      {account.As(ben), p.Poll.ID, nil, problem.KindInvalid},
			"two":       {account.As(ben), p.Poll.ID, []int{0, 1}, problem.KindInvalid},
			"below":     {account.As(ben), p.Poll.ID, []int{-1}, problem.KindInvalid},
			"above":     {account.As(ben), p.Poll.ID, []int{2}, problem.KindInvalid},
			"huge":      {account.As(ben), p.Poll.ID, []int{1 << 40}, problem.KindInvalid},
			"no poll":   {account.As(ben), 7, []int{0}, problem.KindNotFound},
			"a post":    {account.As(ben), p.ID, []int{0}, problem.KindNotFound},
			"invisible": {account.As(ben), secret.Poll.ID, []int{0}, problem.KindNotFound},
		} {
			if _, err := s.Vote(ctx, c.v, c.poll, c.of); !problem.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		g.Clock.Add(time.Hour)
		_, err := s.Vote(ctx, account.As(ben), p.Poll.ID, []int{0})
		wantKind(t, err, problem.KindInvalid)
		votes{0, []int64{0, 0}}.is(t, results(t, s, p))
	})
}

func TestVote_ManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		p := seed.Post(t, s, seed.Account(t, g, "ada"), "Soup or bread?", asks("Soup", "Bread"))
		crowd := seed.Crowd(t, g, "voter", 8)
		var taken [32]bool
		together(32, func(i int) {
			_, err := s.Vote(ctx, account.As(crowd[i%8]), p.Poll.ID, []int{i / 8 % 2})
			if taken[i] = err == nil; err != nil && !problem.Is(err, problem.KindInvalid) {
				t.Error(err)
			}
		})
		by := []int64{0, 0}
		for i, ok := range taken {
			if ok {
				by[i/8%2]++
			}
		}
		votes{8, by}.is(t, results(t, s, p))
		forget(t, g, p.ID)
		votes{8, by}.is(t, results(t, s, p))
	})
}

func TestPoll_Edited(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ada, ben := seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
		p := seed.Post(t, s, ada, "Soup or bread?", asks("Soup", "Bread"))
		vote := func(of int) {
			t.Helper()
			e, err := s.Get(ctx, account.As(ben), p.ID)
			if err == nil {
				_, err = s.Vote(ctx, account.As(ben), e.Post.Poll.ID, []int{of})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		edit := func(d post.Draft) *post.Post {
			t.Helper()
			e, err := s.Edit(ctx, account.As(ada), p.ID, d)
			if err != nil {
				t.Fatal(err)
			}
			return e.Post
		}
		vote(1)
		if got := edit(post.Draft{Text: "Soup or bread, friends?", KeepPoll: true}); got.Poll == nil || got.Poll.ID != p.Poll.ID {
			t.Fatalf("the poll is %+v", got.Poll)
		}
		longer := edit(post.Draft{Text: "Soup or bread, friends?", Poll: &post.PollDraft{Options: []string{"Soup", "Bread"}, Lasts: 2 * time.Hour}})
		votes{1, []int64{0, 1}}.is(t, results(t, s, longer))
		if !longer.Poll.EndsAt.Equal(g.Clock.Now().Add(2 * time.Hour)) {
			t.Errorf("it ends at %v", longer.Poll.EndsAt)
		}
		other := edit(post.Draft{Text: "Soup or bread, friends?", Poll: &post.PollDraft{Options: []string{"Soup", "Bread", "Both"}, Lasts: time.Hour}})
		votes{0, []int64{0, 0, 0}}.is(t, results(t, s, other))
		_, err := s.Vote(ctx, account.As(ben), p.Poll.ID, []int{0})
		wantKind(t, err, problem.KindNotFound)
		vote(2)
		votes{1, []int64{0, 0, 1}}.is(t, results(t, s, other))
		if none := edit(post.Draft{Text: "Never mind"}); none.Poll != nil {
			t.Errorf("the poll is still %+v", none.Poll)
		}
		history, err := s.History(ctx, account.Nobody, p.ID)
		if err != nil || len(history) != 5 {
			t.Fatalf("%d versions, %v", len(history), err)
		}
		for n, want := range []string{"Soup|Bread", "Soup|Bread", "Soup|Bread", "Soup|Bread|Both", ""} {
			if got := strings.Join(history[n].Options, "|"); got != want {
				t.Errorf("version %d asked %q, not %q", n, got, want)
			}
		}
	})
}

func TestEndPolls_TellsOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		ended := seed.Events[post.PollEnded](g)
		ada := seed.Account(t, g, "ada")
		p := seed.Post(t, s, ada, "Soup or bread?", asks("Soup", "Bread"))
		seed.Post(t, s, ada, "Tea?", asks("Yes", "No"), func(d *post.Draft) { d.Poll.Lasts = 2 * time.Hour })
		if err := s.EndPolls(ctx); err != nil || len(ended()) != 0 {
			t.Fatalf("%v ended before their time, %v", ended(), err)
		}
		g.Clock.Add(time.Hour)
		for _, err := range seed.AtOnce(32, func(int) error { return s.EndPolls(ctx) }) {
			if err != nil {
				t.Error(err)
			}
		}
		if all := ended(); len(all) != 1 || all[0].PostID != p.ID || all[0].AccountID != ada.ID {
			t.Errorf("ended: %+v", all)
		}
	})
}

func TestPoll_Erased(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *post.Service) {
		g.Work(t)
		ada, ben, lin := seed.Account(t, g, "ada"), seed.Account(t, g, "ben"), seed.Account(t, g, "lin")
		p := seed.Post(t, s, ada, "Soup or bread?", asks("Soup", "Bread"))
		kept := seed.Post(t, s, lin, "Tea?", asks("Yes", "No"))
		for _, poll := range []*post.Poll{p.Poll, kept.Poll} {
			if _, err := s.Vote(ctx, account.As(ben), poll.ID, []int{0}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Delete(ctx, account.As(ada), p.ID); err != nil {
			t.Fatal(err)
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, ben.ID, g.Clock.Now()) })
		votes{0, []int64{0, 0}}.is(t, results(t, s, kept))
		var left int
		if err := g.D.Read(ctx).QueryRow(`SELECT (SELECT COUNT(*) FROM vote) + (SELECT COUNT(*) FROM poll)`).Scan(&left); err != nil || left != 1 {
			t.Errorf("%d rows are left, %v", left, err)
		}
	})
}
