package about_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"strings"
	"sync"
	"testing"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

func each(t *testing.T, f func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		g := seed.NewGround(t, d)
		s := seed.About(t, g, seed.Media(t, g))
		f(t, g, s, account.As(seed.Account(t, g, "root1", seed.Admin)))
	})
}

func now(t *testing.T, s *about.Service) *about.About {
	t.Helper()
	a, err := s.Now(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSetTexts(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		standard := now(t, s)
		if !standard.Privacy.Default || !strings.Contains(standard.Privacy.Value, "Nothing is tracked") {
			t.Errorf("a new server says %+v", standard.Privacy)
		}
		if err := s.SetTexts(ctx, admin, about.Texts{Privacy: standard.Privacy.Value, Story: "We cook."}); err != nil {
			t.Fatal(err)
		}
		if a := now(t, s); !a.Privacy.Default || a.Story.Default || a.Story.Value != "We cook." {
			t.Errorf("after: %+v %+v", a.Privacy, a.Story)
		}
		for field, texts := range map[string]about.Texts{
			"email": {Email: "Cook <cook@soup.example>"}, "contact": {Contact: "@nobody"}, "description": {Description: strings.Repeat("a", 301)},
		} {
			if p, ok := problem.Of(s.SetTexts(ctx, admin, texts)); !ok || p.Field != field {
				t.Errorf("%s: %v", field, p)
			}
		}
	})
}

func TestOnlyAdmins(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, _ account.Viewer) {
		for _, v := range []account.Viewer{account.Nobody, account.As(seed.Account(t, g, "ada")), account.As(seed.Account(t, g, "moda", seed.Moderator))} {
			for what, err := range map[string]error{
				"texts":    s.SetTexts(ctx, v, about.Texts{}),
				"picture":  s.SetThumbnail(ctx, v, nil, ""),
				"rule":     s.SaveRule(ctx, v, about.Rule{Text: "Be mean"}),
				"terms":    s.SetTerms(ctx, v, about.Terms{On: "2999-01-01", Text: "x"}),
				"announce": s.Announce(ctx, v, about.AnnouncementDraft{Text: "x", Publish: true}),
				"emoji":    s.AddEmoji(ctx, v, about.Emoji{Shortcode: "soup"}, strings.NewReader("")),
			} {
				if !problem.Is(err, problem.KindForbidden) {
					t.Errorf("%s: %v", what, err)
				}
			}
		}
	})
}

func TestRules(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		before := now(t, s).Rules
		if err := s.WithdrawRule(ctx, admin, before[0].ID); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveRule(ctx, admin, about.Rule{Text: "Wash up", Position: 0, Translations: map[string]about.RuleText{"de": {Text: "Abwaschen"}}}); err != nil {
			t.Fatal(err)
		}
		a := now(t, s)
		if a.DefaultRules || len(a.Rules) != len(before) || a.Rules[0].In("de").Text != "Abwaschen" || a.Rules[1].ID != before[1].ID {
			t.Errorf("the rules are %+v", a.Rules)
		}
		if err := s.WithdrawRule(ctx, admin, before[0].ID); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("withdrawn twice: %v", err)
		}
	})
}

func TestTerms_thatHoldStay(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		day := func(n int) string { return g.Clock.Now().UTC().AddDate(0, 0, n).Format(about.Day) }
		set := func(on, text string) error { return s.SetTerms(ctx, admin, about.Terms{On: on, Text: text}) }
		if err := set(day(-1), "x"); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("terms of yesterday: %v", err)
		}
		for _, err := range []error{set(day(0), "one"), set(day(9), "two"), set(day(9), "better")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := set(day(0), "another"); !problem.Is(err, problem.KindConflict) {
			t.Errorf("terms that hold were changed: %v", err)
		}
		now, next := now(t, s).TermsAt(g.Clock.Now())
		if now == nil || now.Text != "one" || next != day(9) {
			t.Errorf("holds %+v, then %s", now, next)
		}
	})
}

func written(t *testing.T, s *about.Service) []about.Announcement {
	t.Helper()
	all, err := s.Written(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A reaction shows at once, and all else that is held of the server stays.
func TestReact_keepsTheRest(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		if err := s.Announce(ctx, admin, about.AnnouncementDraft{Text: "Soup!", Publish: true}); err != nil {
			t.Fatal(err)
		}
		a, before := written(t, s)[0], now(t, s)
		if err := s.React(ctx, account.As(seed.Account(t, g, "ada")), a.ID, "🍲"); err != nil {
			t.Fatal(err)
		}
		if got := written(t, s)[0].Reactions; len(got) != 1 || got[0].Count != 1 {
			t.Errorf("reactions: %v", got)
		}
		if now(t, s) != before {
			t.Error("all that the server says of itself was read again")
		}
	})
}

// Thirty-two people answer at once, each with an emoji of their own: eight count.
func TestReact_atOnce(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		if err := s.Announce(ctx, admin, about.AnnouncementDraft{Text: "Soup!", Publish: true}); err != nil {
			t.Fatal(err)
		}
		a := written(t, s)[0]
		crowd := seed.Crowd(t, g, "eater", 32)
		var wg sync.WaitGroup
		for n, who := range crowd {
			wg.Go(func() {
				name := string(rune(0x1F600 + n))
				for range 2 {
					if err := s.React(ctx, account.As(who), a.ID, name); err != nil && !problem.Is(err, problem.KindInvalid) {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		got := written(t, s)[0].Reactions
		if len(got) != 8 || got[0].Count != 1 {
			t.Errorf("reactions: %v", got)
		}
		var erased *account.Account
		for n, who := range crowd {
			if string(rune(0x1F600+n)) == got[0].Name {
				erased = who
			}
		}
		g.Update(t, func(tx *db.Tx) error { return g.Accounts.DeleteIn(tx, erased.ID, g.Clock.Now()) })
		if got := written(t, s)[0].Reactions; len(got) != 7 {
			t.Errorf("after one left: %v", got)
		}
	})
}

func TestEmojis(t *testing.T) {
	each(t, func(t *testing.T, g *seed.Ground, s *about.Service, admin account.Viewer) {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewNRGBA(image.Rect(0, 0, 32, 32))); err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{"soup", ":bread:"} {
			if err := s.AddEmoji(ctx, admin, about.Emoji{Shortcode: code}, bytes.NewReader(b.Bytes())); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.AddEmoji(ctx, admin, about.Emoji{Shortcode: "soup"}, bytes.NewReader(b.Bytes())); !problem.Is(err, problem.KindConflict) {
			t.Errorf("a second soup: %v", err)
		}
		if err := s.AddEmoji(ctx, admin, about.Emoji{Shortcode: "big"}, strings.NewReader(strings.Repeat("x", about.MaxEmojiBytes+1))); !problem.Is(err, problem.KindTooLarge) {
			t.Errorf("a large one: %v", err)
		}
		e := s.Emojis()
		for text, want := range map[string]string{
			":soup:": "soup", "a :soup: :bread: :soup:": "soup bread", "a:soup:": "", ":soup:a": "", ":soup::bread:": "", "(:soup:)": "soup",
			":Soup:": "", "12:30:soup:": "", ":x :soup:": "soup", "ü:soup:": "", "…:soup:。": "soup", "::soup:": "", ":soup": "", "\n:soup:\n": "soup",
		} {
			var got []string
			for _, one := range e.In(text) {
				got = append(got, one.Shortcode)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%q names %v, not %q", text, got, want)
			}
		}
		drawn := e.Replace(`<p title=":soup:">1 :soup: <a href="/x">:bread:</a> &lt;:nope:</p>`, func(e *about.Emoji) string { return "[" + e.Shortcode + "]" })
		if want := `<p title=":soup:">1 [soup] <a href="/x">[bread]</a> &lt;:nope:</p>`; drawn != want {
			t.Errorf("drawn as %s", drawn)
		}
		soup := e.ByShortcode("soup")
		if err := s.ChangeEmoji(ctx, admin, about.Emoji{ID: soup.ID, Disabled: true}); err != nil {
			t.Fatal(err)
		}
		if s.Emojis().ByShortcode("soup") != nil || len(s.Emojis().All) != 2 {
			t.Error("a disabled emoji is drawn, or gone")
		}
		if err := s.DeleteEmoji(ctx, admin, soup.ID); err != nil || len(s.Emojis().All) != 1 {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestIsEmoji(t *testing.T) {
	for _, s := range []string{"👍", "👍🏽", "❤️", "❤", "🇩🇪", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "3️⃣", "#⃣", "🏳️‍🌈", "☕", "🧑🏽‍🚀"} {
		if !about.IsEmoji(s) {
			t.Errorf("%q is an emoji", s)
		}
	}
	for _, s := range []string{"", "a", "3", "👍👍", "👍 ", "🇩", "👍\u200d", "\u200d👍", "soup", "é", "中", "<b>", "👍\x00", "\xff", strings.Repeat("👍", 1000), fmt.Sprint(3, "\u20e3\u20e3")} {
		if about.IsEmoji(s) {
			t.Errorf("%q is no emoji", s)
		}
	}
}
