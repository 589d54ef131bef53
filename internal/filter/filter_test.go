package filter_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is ada, who filters, and bob, who writes.
type world struct {
	*seed.Ground
	t       *testing.T
	posts   *post.Service
	filters *filter.Service
	ada     account.Viewer
	bob     *account.Account
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Ground: seed.NewGround(t, d), t: t}
		w.posts = seed.Posts(t, w.Ground)
		w.filters = seed.Filters(t, w.Ground, w.posts)
		w.ada, w.bob = account.As(seed.Account(t, w.Ground, "ada")), seed.Account(t, w.Ground, "bob")
		f(t, w)
	})
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// draft is a filter of keywords; one in [brackets] is a whole word.
func draft(title string, keywords ...string) filter.Draft {
	d := filter.Draft{Title: &title, Contexts: new(filter.Home)}
	for _, k := range keywords {
		text, whole := strings.CutPrefix(k, "[")
		text = strings.TrimSuffix(text, "]")
		d.Keywords = append(d.Keywords, filter.KeywordDraft{Text: &text, WholeWord: &whole})
	}
	return d
}

func (w *world) make(d filter.Draft) *filter.Filter {
	w.t.Helper()
	f, err := w.filters.Create(ctx, w.ada, d)
	ok(w.t, err)
	return f
}

// finds names what ada's filters find in a post: titles with keywords.
func (w *world) finds(i id.ID) string {
	w.t.Helper()
	set, err := w.filters.Of(ctx, w.ada)
	ok(w.t, err)
	e, err := w.posts.Get(ctx, w.ada, i)
	ok(w.t, err)
	var all []string
	for _, r := range set.Results(e) {
		all = append(all, fmt.Sprintf("%s: %s", r.Filter.Title, strings.Join(r.Keywords, ", ")))
	}
	return strings.Join(all, "; ")
}

func (w *world) is(i id.ID, want string) {
	w.t.Helper()
	if got := w.finds(i); got != want {
		w.t.Errorf("found %q, not %q", got, want)
	}
}

func (w *world) write(text string, with ...func(*post.Draft)) id.ID {
	w.t.Helper()
	return seed.Post(w.t, w.posts, w.bob, text, with...).ID
}

func kind(t *testing.T, err error, want problem.Kind) {
	t.Helper()
	if !problem.Is(err, want) {
		t.Errorf("answered %v", err)
	}
}

// What is found is what Mastodon's server finds.
func TestResults_Keywords(t *testing.T) {
	for _, c := range []struct {
		keyword, text string
		found         bool
	}{
		{"soup", "A SOUPSPOON for all", true},
		{"[soup]", "A soupspoon for all", false},
		{"[soup]", "A soup, for all", true},
		{"[soup]", "soup", true},
		{"[soup]", "So much (SOUP)", true},
		{"[soup]", "soup_kitchen", false},
		{"[soup]", "soup2", false},
		{"[soup]", "soup-kitchen", true},
		{"[soup]", "soupsoup soup", true}, // not the first, but the last
		{"[soup]", "#Soup is hot", true},
		{"[#soup]", "I like #Soup!", true},
		{"[#soup]", "I like #SoupDay", false},
		{"#soup", "I like #SoupDay", true},
		{"[#soup]", "hot#soup", true}, // where it begins is no letter
		{"[soup!]", "soup!!", true},
		{"two words", "Two Words", true},
		{"two words", "two  words", false},
		{"STRASSE", "Die Straße", true},
		{"[straße]", "STRASSE!", true},
		{"ÉTÉ", "en été", true},
		{"été", "en e\u0301te\u0301", true},
		{"[et]", "été", false},
		{"İstanbul", "i\u0307stanbul", true},
		{"猫", "黒猫が好き", true},
		{"[猫]", "黒猫が好き", false}, // no spaces, so no words
		{"[猫]", "黒、猫、白", true},
		{"ﾈｺ", "ネコ", true},
		{"🍲", "hot 🍲!", true},
		{"[🍲]", "hot🍲soup", true},
		{"👍", "👍🏽", true},
		{"שלום", "אמר שלום לכם", true},
		{"[שלום]", "אמר שלום לכם", true},
		{"[שלום]", "בשלום", false},
		{"مرحبا", "قال مرحبا", true},
		{"soup", "so\u200bup", false},
		{"[soup]", "soup\u200bspoon", true},
		{"[soup]", "soup\u0301", false},
		{".*", "anything", false},
		{"a.b", "acb", false},
		{"<b>", "a <b> c", true},
		{"example.com", "see https://EXAMPLE.com/x", true},
		{"abcabd", "abcabcabd", true},
		{"ana", "banana", true},
	} {
		t.Run(c.keyword+" in "+c.text, func(t *testing.T) {
			if got := filter.Finds(c.keyword, c.text); got != c.found {
				t.Errorf("found: %v", got)
			}
		})
	}
}

// Many keywords are found as each by itself is.
func FuzzWords(f *testing.F) {
	f.Add("she", "he", "hers", "ushers")
	f.Add("ab", "abab", "b", "ababab")
	f.Add("é", "e", "", "ée\xff")
	f.Fuzz(func(t *testing.T, a, b, c, text string) {
		for _, whole := range []bool{false, true} {
			var want []string
			for _, k := range []string{a, b, c} {
				if filter.FindsAlone(k, whole, text) {
					want = append(want, k)
				}
			}
			got := filter.FindsAll([]string{a, b, c}, whole, text)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("found %q, not %q", got, want)
			}
		}
	})
}

func TestResults(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		soup := w.write("Hot soup, cold soup")
		w.is(soup, "")
		w.make(draft("Kitchen", "soup", "[hot]", "spoon"))
		both := draft("Weather", "cold", "hot")
		both.Contexts = new(filter.Public | filter.Thread)
		w.make(both)
		w.is(soup, "Kitchen: hot, soup; Weather: hot, cold")
		w.is(w.write("Bread"), "")

		// All of a post is read, and a share as what it shares.
		w.is(w.write("Which?", func(d *post.Draft) {
			d.Poll = &post.PollDraft{Options: []string{"Bread", "A Spoon"}, Lasts: time.Hour}
		}), "Kitchen: spoon")
		w.is(w.write("Bread", func(d *post.Draft) { d.Warning = "cold" }), "Weather: cold")
		cem := seed.Account(t, w.Ground, "cem")
		shared, err := w.posts.Share(ctx, account.As(cem), soup, post.Public)
		ok(t, err)
		w.is(shared.Post.ID, "Kitchen: hot, soup; Weather: hot, cold")

		// Edits are read anew, and what one wrote oneself is not filtered.
		_, err = w.posts.Edit(ctx, account.As(w.bob), soup, post.Draft{Text: "Bread"})
		ok(t, err)
		w.is(soup, "")
		own, err := w.posts.Create(ctx, w.ada, post.Draft{Text: "Soup", Visibility: post.Public})
		ok(t, err)
		w.is(own.Post.ID, "")
	})
}

func TestResults_Posts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		i := w.write("Bread")
		f := w.make(draft("That one"))
		p, err := w.filters.AddPost(ctx, w.ada, f.ID, i)
		ok(t, err)
		again, err := w.filters.AddPost(ctx, w.ada, f.ID, i)
		ok(t, err)
		if again != p {
			t.Errorf("%v is %v", p, again)
		}
		w.is(i, "That one: ")
		secret := w.write("For me", seed.For(post.Direct))
		_, err = w.filters.AddPost(ctx, w.ada, f.ID, secret)
		kind(t, err, problem.KindNotFound)
		_, err = w.filters.AddPost(ctx, account.As(w.bob), f.ID, i)
		kind(t, err, problem.KindNotFound)
		_, err = w.filters.DeletePost(ctx, account.As(w.bob), p.ID)
		kind(t, err, problem.KindNotFound)
		_, err = w.filters.DeletePost(ctx, w.ada, p.ID)
		ok(t, err)
		w.is(i, "")
		_, err = w.filters.AddPost(ctx, w.ada, f.ID, i)
		ok(t, err)
		_, err = w.posts.Delete(ctx, account.As(w.bob), i)
		ok(t, err)
		w.left("filter_post", 0)
	})
}

func (w *world) left(table string, want int) {
	w.t.Helper()
	var n int
	ok(w.t, w.D.Read(ctx).QueryRow(`SELECT count(*) FROM `+table).Scan(&n))
	if n != want {
		w.t.Errorf("%d rows of %s, not %d", n, table, want)
	}
}

func TestExpiry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		soup := w.write("soup")
		d := draft("Today", "soup")
		d.ExpiresAt = new(w.Clock.Now().Add(time.Hour))
		f := w.make(d)
		w.is(soup, "Today: soup")
		w.Clock.Add(time.Hour)
		w.is(soup, "")
		if all, err := w.filters.All(ctx, w.ada); err != nil || len(all) != 1 || !all[0].Expired(w.Clock.Now()) {
			t.Errorf("what expired is listed as %v, %v", all, err)
		}
		_, err := w.filters.Change(ctx, w.ada, f.ID, filter.Draft{ExpiresAt: new(time.Time)})
		ok(t, err)
		w.is(soup, "Today: soup")
	})
}

func TestChange(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		soup := w.write("soup")
		f := w.make(draft("Kitchen", "soup", "spoon"))
		w.is(soup, "Kitchen: soup")
		f, err := w.filters.Change(ctx, w.ada, f.ID, filter.Draft{Title: new("Food"), Keywords: []filter.KeywordDraft{
			{ID: f.Keywords[0].ID, Remove: true}, {ID: f.Keywords[1].ID, Text: new("sou")}, {Text: new("ladle")}}})
		ok(t, err)
		w.is(soup, "Food: sou")
		if len(f.Keywords) != 2 || f.Keywords[1].Text != "ladle" || f.Contexts != filter.Home || f.Action != filter.Warn {
			t.Errorf("changed into %+v", f)
		}
		for name, d := range map[string]filter.Draft{
			"title":         {Title: new(" ")},
			"long":          {Title: new(strings.Repeat("ö", filter.TitleMost+1))},
			"context":       {Contexts: new(filter.Contexts(0))},
			"other context": {Contexts: new(filter.Contexts(1 << 10))},
			"action":        {Action: new(filter.Action("burn"))},
			"keyword":       {Keywords: []filter.KeywordDraft{{Text: new("")}}},
			"long keyword":  {Keywords: []filter.KeywordDraft{{Text: new(strings.Repeat("ö", filter.KeywordMost+1))}}},
		} {
			if _, err := w.filters.Change(ctx, w.ada, f.ID, d); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		bob := account.As(w.bob)
		_, err = w.filters.Change(ctx, bob, f.ID, filter.Draft{Title: new("Mine")})
		kind(t, err, problem.KindNotFound)
		_, err = w.filters.Change(ctx, w.ada, f.ID, filter.Draft{Keywords: []filter.KeywordDraft{{ID: 1, Text: new("x")}}})
		kind(t, err, problem.KindNotFound)
		_, err = w.filters.AddKeyword(ctx, bob, f.ID, filter.KeywordDraft{Text: new("x")})
		kind(t, err, problem.KindNotFound)
		kind(t, w.filters.DeleteKeyword(ctx, bob, f.Keywords[0].ID, true), problem.KindNotFound)
		kind(t, w.filters.Delete(ctx, bob, f.ID), problem.KindNotFound)
		_, err = w.filters.Create(ctx, account.Nobody, draft("x"))
		kind(t, err, problem.KindUnauthorized)
		ok(t, w.filters.Delete(ctx, w.ada, f.ID))
		w.is(soup, "")
		w.left("filter_keyword", 0)
	})
}

// So many, and no more, however many ask at once.
func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.make(draft("One"))
		for range filter.KeywordsMost - 16 {
			_, err := w.filters.AddKeyword(ctx, w.ada, f.ID, filter.KeywordDraft{Text: new("soup")})
			ok(t, err)
		}
		for range filter.FiltersMost - 17 {
			w.make(draft("More"))
		}
		var asking sync.WaitGroup
		for range 32 {
			asking.Go(func() {
				_, err := w.filters.AddKeyword(ctx, w.ada, f.ID, filter.KeywordDraft{Text: new("spoon")})
				if err != nil && !problem.Is(err, problem.KindConflict) {
					t.Error(err)
				}
				if _, err := w.filters.Create(ctx, w.ada, draft("Last")); err != nil && !problem.Is(err, problem.KindConflict) {
					t.Error(err)
				}
			})
		}
		asking.Wait()
		w.left("filter_keyword", filter.KeywordsMost)
		w.left("filter", filter.FiltersMost)

		ok(t, w.filters.Delete(ctx, w.ada, f.ID))
		// One character of Unicode's can fold to a sentence; what is looked for counts.
		long := strings.Repeat("\ufdfa", filter.KeywordMost-1)
		w.make(draft("Long", long, "x"+long, "soup"))
		_, err := w.filters.Change(ctx, w.ada, w.first().ID, draft("Longer", "y"+long, "z"+long))
		kind(t, err, problem.KindConflict)
	})
}

// A keyword that many filters have is one word to look for.
func TestWords_Same(t *testing.T) {
	many := slices.Repeat([]string{"soup"}, 3000)
	if n := filter.WordsOf(append(many, "Soup", "bread")); n != 2 {
		t.Errorf("%d words, want 2", n)
	}
	if found := filter.FindsAll(many, true, strings.Repeat("soup ", 1000)); len(found) != len(many) {
		t.Errorf("found %d keywords, want each once: %d", len(found), len(many))
	}
}

// A filter that was on its way when its owner left does not come into being.
func TestAccountDeleted_UnderWay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID(), w.Clock.Now()) })
		_, err := w.filters.Create(ctx, w.ada, draft("Kitchen", "soup"))
		kind(t, err, problem.KindUnauthorized)
		w.left("filter", 0)
		w.left("filter_keyword", 0)
	})
}

func (w *world) first() *filter.Filter {
	w.t.Helper()
	all, err := w.filters.All(ctx, w.ada)
	ok(w.t, err)
	return all[0]
}

func TestAccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		f := w.make(draft("Kitchen", "soup"))
		_, err := w.filters.AddPost(ctx, w.ada, f.ID, w.write("Bread"))
		ok(t, err)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID(), w.Clock.Now()) })
		for _, table := range []string{"filter", "filter_keyword", "filter_post"} {
			w.left(table, 0)
		}
		if set, err := w.filters.Of(ctx, w.ada); err != nil || set != nil {
			t.Errorf("left are %v, %v", set, err)
		}
	})
}

// BenchmarkWords is one post of 500 characters held against 400 words.
func BenchmarkWords(b *testing.B) {
	var words []string
	for n := range 400 {
		words = append(words, fmt.Sprintf("word%dx", n*7919))
	}
	find := filter.Compile(words)
	text := []byte(strings.Repeat("today i helped a neighbour carry the shopping home ", 10))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		find(text)
	}
}
