package movement_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// each runs f on both engines, with a room in which nothing is posted.
func each(t *testing.T, f func(t *testing.T, g *seed.Ground, s *movement.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		f(t, g, seed.Movements(t, g, nil, nil))
		g.Counted(t)
	})
}

func TestService_Start(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada := seed.Account(t, g, "ada")
		m, err := s.Start(ctx, account.As(ada), movement.Draft{
			Slug: "soup", Name: "Soup for all", Hashtag: "#SoupForAll", Aliases: []string{"soup", "SOUPFORALL"},
			Purpose: " Nobody eats alone. ", Causes: []string{"zero-hunger"}, Town: "Graz",
		})
		if err != nil {
			t.Fatal(err)
		}
		if m.Slug != "soup" || m.Name != "Soup for all" || m.Hashtag != "SoupForAll" || !slices.Equal(m.Aliases, []string{"soup"}) ||
			m.Purpose != "Nobody eats alone." || m.Account.Kind != account.KindMovement || m.Account.ID != m.ID {
			t.Errorf("started %+v", m)
		}
		if ok, err := s.Organises(ctx, account.As(ada), m.ID); err != nil || !ok {
			t.Errorf("the founder organises: %v, %v", ok, err)
		}
		counts, err := s.Counts(ctx, []id.ID{m.ID})
		if err != nil || counts[m.ID] != (movement.Counts{Members: 1, Followers: 1}) {
			t.Errorf("counts %+v, %v", counts[m.ID], err)
		}
		for name, find := range map[string]func() (*movement.Movement, error){
			"slug":  func() (*movement.Movement, error) { return s.Get(ctx, account.Nobody, "SOUP") },
			"tag":   func() (*movement.Movement, error) { return s.ByTag(ctx, account.Nobody, "#soupforall") },
			"alias": func() (*movement.Movement, error) { return s.ByTag(ctx, account.Nobody, "Soup") },
		} {
			if found, err := find(); err != nil || found.ID != m.ID {
				t.Errorf("by %s: %v, %v", name, found, err)
			}
		}
	})
}

func TestService_Start_Invalid(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada := seed.Account(t, g, "ada")
		seed.Movement(t, s, ada, "Soup")
		for name, c := range map[string]struct {
			change func(*movement.Draft)
			field  string
		}{
			"no hashtag":         {func(d *movement.Draft) { d.Hashtag = " # " }, "hashtag"},
			"hashtag with space": {func(d *movement.Draft) { d.Hashtag = "good turn" }, "hashtag"},
			"hashtag of digits":  {func(d *movement.Draft) { d.Hashtag = "2024" }, "hashtag"},
			"hashtag with dash":  {func(d *movement.Draft) { d.Hashtag = "good-turn" }, "hashtag"},
			"hashtag too long":   {func(d *movement.Draft) { d.Hashtag = strings.Repeat("a", 101) }, "hashtag"},
			"hashtag not UTF-8":  {func(d *movement.Draft) { d.Hashtag = "a\xff" }, "hashtag"},
			"hashtag taken":      {func(d *movement.Draft) { d.Hashtag = "SOUP" }, "hashtag"},
			"alias taken":        {func(d *movement.Draft) { d.Aliases = []string{"soup"} }, "aliases"},
			"slug taken":         {func(d *movement.Draft) { d.Slug = "Ada" }, "slug"},
			"slug reserved":      {func(d *movement.Draft) { d.Slug = "admin" }, "slug"},
			"no purpose":         {func(d *movement.Draft) { d.Purpose = "\n" }, "purpose"},
			"purpose too long":   {func(d *movement.Draft) { d.Purpose = strings.Repeat("ö", 201) }, "purpose"},
			"name too long":      {func(d *movement.Draft) { d.Name = strings.Repeat("n", 61) }, "name"},
			"story with NUL":     {func(d *movement.Draft) { d.Story = "a\x00b" }, "story"},
			"unknown cause":      {func(d *movement.Draft) { d.Causes = []string{"profit"} }, "causes"},
			"six causes": {func(d *movement.Draft) {
				d.Causes = []string{"no-poverty", "zero-hunger", "health", "education", "climate", "animals"}
			}, "causes"},
		} {
			t.Run(name, func(t *testing.T) {
				d := movement.Draft{Slug: "bread", Hashtag: "Bread", Purpose: "Bread for everybody."}
				c.change(&d)
				_, err := s.Start(ctx, account.As(ada), d)
				if p, ok := problem.Of(err); !ok || p.Field != c.field {
					t.Errorf("got %v, want a problem with %s", err, c.field)
				}
			})
		}
		if _, err := s.Start(ctx, account.Nobody, movement.Draft{}); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("nobody started one: %v", err)
		}
		if _, err := s.Get(ctx, account.Nobody, "bread"); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("something stayed of what failed: %v", err)
		}
	})
}

func TestService_Start_Key(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada := seed.Account(t, g, "ada")
		key := func(d *movement.Draft) { d.Key = "k" }
		first, second := seed.Movement(t, s, ada, "Soup", key), seed.Movement(t, s, ada, "Soup", key)
		if first.ID != second.ID {
			t.Error("the same key made two movements")
		}
		_, err := s.Start(ctx, account.As(ada), movement.Draft{Hashtag: "Bread", Purpose: "Bread.", Key: "k"})
		if !problem.Is(err, problem.KindInvalid) {
			t.Errorf("another body under the same key: %v", err)
		}
	})
}

// atOnce runs f for 32 callers and answers how many succeeded; what fails is a
// problem.
func atOnce(t *testing.T, f func(i int) error) int {
	t.Helper()
	var won atomic.Int32
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range 32 {
		wg.Go(func() {
			<-start
			switch err := f(i); {
			case err == nil:
				won.Add(1)
			default:
				if _, ok := problem.Of(err); !ok {
					t.Errorf("caller %d: %v", i, err)
				}
			}
		})
	}
	close(start)
	wg.Wait()
	return int(won.Load())
}

func TestService_Start_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		crowd := seed.Crowd(t, g, "starter", 32)
		won := atOnce(t, func(i int) error {
			_, err := s.Start(ctx, account.As(crowd[i]), movement.Draft{Slug: crowd[i].Username + "m", Hashtag: "Soup", Purpose: "Soup."})
			return err
		})
		if won != 1 {
			t.Errorf("%d started the same hashtag", won)
		}
		won = atOnce(t, func(i int) error {
			_, err := s.Start(ctx, account.As(crowd[i]), movement.Draft{Slug: "bread", Hashtag: "Bread" + crowd[i].Username, Purpose: "Bread."})
			return err
		})
		if won != 1 {
			t.Errorf("%d started the same slug", won)
		}
	})
}

func TestService_Edit(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo")
		m := seed.Movement(t, s, ada, "Soup")
		seed.Movement(t, s, ada, "Bread")
		d := m.Draft()
		d.Name, d.Hashtag, d.Aliases, d.Causes = "Warm soup", "WarmSoup", []string{"Soup"}, []string{"zero-hunger"}
		if _, err := s.Edit(ctx, account.As(bo), m.ID, d); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("a stranger edited it: %v", err)
		}
		changed, err := s.Edit(ctx, account.As(ada), m.ID, d)
		if err != nil {
			t.Fatal(err)
		}
		if changed.Name != "Warm soup" || changed.Hashtag != "WarmSoup" || !slices.Equal(changed.Aliases, []string{"Soup"}) || changed.Slug != "Soup" {
			t.Errorf("changed to %+v", changed)
		}
		d.Aliases = []string{"bread"}
		if p, ok := problem.Of(second(s.Edit(ctx, account.As(ada), m.ID, d))); !ok || p.Field != "aliases" {
			t.Error("took another movement's hashtag")
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestService_MoveTag(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, mod := seed.Account(t, g, "ada"), seed.Account(t, g, "mo", seed.Moderator)
		soup := seed.Movement(t, s, ada, "Soup", func(d *movement.Draft) { d.Aliases = []string{"Broth"} })
		bread := seed.Movement(t, s, ada, "Bread")
		if err := s.MoveTag(ctx, account.As(ada), "soup", bread.ID); !problem.Is(err, problem.KindForbidden) {
			t.Errorf("an organiser moved a hashtag: %v", err)
		}
		if err := s.MoveTag(ctx, account.As(mod), "soup", bread.ID); err != nil {
			t.Fatal(err)
		}
		soup, err := s.ByID(ctx, account.Nobody, soup.ID)
		if err != nil || soup.Hashtag != "Broth" || len(soup.Aliases) != 0 {
			t.Errorf("left with %+v, %v", soup, err)
		}
		if got, err := s.ByTag(ctx, account.Nobody, "soup"); err != nil || got.ID != bread.ID || got.Hashtag != "Bread" {
			t.Errorf("moved to %+v, %v", got, err)
		}
		if err := s.MoveTag(ctx, account.As(mod), "broth", bread.ID); !problem.Is(err, problem.KindConflict) {
			t.Errorf("moved the only hashtag: %v", err)
		}
	})
}

func TestService_Similar(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada := seed.Account(t, g, "ada")
		m := seed.Movement(t, s, ada, "PayItForward")
		seed.Movement(t, s, ada, "Soup")
		found, err := s.Similar(ctx, account.Nobody, "#pay_it_foward")
		if err != nil || len(found) != 1 || found[0].ID != m.ID {
			t.Errorf("found %v, %v", found, err)
		}
	})
}

func TestService_List(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *movement.Service) {
		ada, bo := seed.Account(t, g, "ada"), seed.Account(t, g, "bo")
		soup := seed.Movement(t, s, ada, "Soup", func(d *movement.Draft) { d.Causes = []string{"zero-hunger"} })
		bread := seed.Movement(t, s, ada, "Bread", func(d *movement.Draft) { d.Causes = []string{"zero-hunger"} })
		books := seed.Movement(t, s, ada, "Books", func(d *movement.Draft) { d.Purpose = "Read to each other." })
		seed.Join(t, s, soup, bo)
		if err := s.Archive(ctx, account.As(ada), seed.Movement(t, s, ada, "Past").ID); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			f    movement.Filter
			want []*movement.Movement
		}{
			"all, by members and age": {movement.Filter{}, []*movement.Movement{soup, books, bread}},
			"of a cause":              {movement.Filter{Cause: "zero-hunger"}, []*movement.Movement{soup, bread}},
			"with words":              {movement.Filter{Query: "READ"}, []*movement.Movement{books, bread}},
			"after one":               {movement.Filter{After: soup.ID, Limit: 1}, []*movement.Movement{books}},
		} {
			got, err := s.List(ctx, account.Nobody, c.f)
			if err != nil || !slices.EqualFunc(got, c.want, func(a, b *movement.Movement) bool { return a.ID == b.ID }) {
				t.Errorf("%s: %v, %v", name, slugs(got), err)
			}
		}
	})
}

func slugs(list []*movement.Movement) (slugs []string) {
	for _, m := range list {
		slugs = append(slugs, m.Slug)
	}
	return slugs
}
