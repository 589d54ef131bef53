package search_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/search"
	"goodturn/internal/seed"
)

var ctx = context.Background()

type house struct {
	*seed.Mission
	t *testing.T
	s *search.Service
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := seed.NewMission(t, seed.NewGround(t, d))
		f(t, &house{m, t, seed.Search(t, m)})
	})
}

// posts are the ids that a query finds, once all is indexed.
func (h *house) posts(v *account.Account, text string) []id.ID {
	h.t.Helper()
	seed.Indexed(h.t, h.s)
	f, err := h.s.Find(ctx, account.As(v), search.Query{Text: text, Kind: search.Posts})
	if err != nil {
		h.t.Fatalf("%.100q: %v", text, err)
	}
	var ids []id.ID
	for _, e := range f.Posts {
		ids = append(ids, e.Post.ID)
	}
	return ids
}

func TestPosts_words(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := seed.Account(t, h.Ground, "ada"), seed.Account(t, h.Ground, "bob")
		write := func(text string, with ...func(*post.Draft)) id.ID {
			return seed.Post(t, h.Posts, ada, text, with...).ID
		}
		soup := write("Hot SOUP for all, and crème brûlée after. https://soup.example/menu #SoupDay")
		bread := write("bread, no soup_kitchen", func(d *post.Draft) { d.Language = "de" })
		reply := write("warm bread and soup", func(d *post.Draft) { d.ReplyTo, d.Warning = soup, "bakery" })
		tokyo := write("今日は東京でスープを配りました")
		kind := write("it’s kind of Straße")
		picture := seed.Post(t, h.Posts, ada, "look", seed.With(seed.Picture(t, h.Media, ada))).ID
		for query, want := range map[string][]id.ID{
			"soup": {reply, soup}, "SOUP hot": {soup}, "soup -hot": {reply}, `"hot soup"`: {soup}, `"soup hot"`: nil, "crème": {soup}, "CRÈME": {soup},
			"soup_kitchen": {bread}, "#soupday": {soup}, "soupday": {soup}, "#soup": nil, "東京": {tokyo}, "京": {tokyo}, "スープ": {tokyo}, "た": {tokyo}, "東日": nil,
			"strasse": {kind}, "it's": {kind}, "bakery": {reply}, "has:link": {soup}, "soup has:link": {soup}, "from:ada has:media": {picture}, "soup -has:link": {reply},
			"soup is:reply": {reply}, "soup -is:reply": {soup}, "bread is:sensitive": {reply}, "bread language:de": {bread}, "soup from:bob": nil, "soup from:@ada": {reply, soup},
			"soup from:nobody": nil, "soup -from:ada": nil, "soup before:2001-01-01": nil, "soup after:2001-01-01": {reply, soup}, "after:bread": nil, "soup in:library": nil,
		} {
			if got := h.posts(bob, query); !slices.Equal(got, want) {
				t.Errorf("%s finds %v, not %v", query, got, want)
			}
		}
		if _, err := h.Posts.Like(ctx, account.As(bob), soup); err != nil {
			t.Fatal(err)
		}
		if got := h.posts(bob, "soup in:library"); !slices.Equal(got, []id.ID{soup}) {
			t.Errorf("the library has %v", got)
		}
		for page, want := range map[search.Query][]id.ID{
			{Limit: 1}: {reply}, {Limit: 1, Offset: 1}: {soup}, {Max: reply}: {soup}, {Min: soup}: {reply}, {AccountID: bob.ID}: nil, {Offset: 99}: nil,
		} {
			page.Text, page.Kind = "soup", search.Posts
			f, err := h.s.Find(ctx, account.As(bob), page)
			if err != nil || len(f.Posts) != len(want) || len(want) > 0 && f.Posts[0].Post.ID != want[0] {
				t.Errorf("%+v finds %v, %v", page, f.Posts, err)
			}
		}
	})
}

// What is found is what may be seen, and is by who wishes to be found or has to
// do with the viewer.
func TestPosts_visible(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		people := seed.Crowd(t, h.Ground, "eater", 4)
		hidden := false
		if _, err := h.Accounts.Update(ctx, account.As(people[2]), account.Change{Discoverable: &hidden}); err != nil {
			t.Fatal(err)
		}
		seed.Follow(t, h.Ground, people[0], people[1])
		seed.Block(t, h.Ground, people[3], people[0])
		all := map[id.ID]*post.Post{}
		for _, by := range people {
			for _, to := range []post.Visibility{post.Public, post.Unlisted, post.Private, post.Direct} {
				for _, text := range []string{"soup", "soup for @eater1"} {
					p := seed.Post(t, h.Posts, by, text, seed.For(to))
					all[p.ID] = p
				}
			}
		}
		for _, v := range people {
			got := h.posts(v, "soup")
			set, err := h.Relations.Of(ctx, v.ID)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range all {
				mine := p.AccountID == v.ID || p.Tells(v.ID)
				want := post.Visible(account.As(v), set, p, nil) && (mine || p.Visibility == post.Public && p.AccountID != people[2].ID)
				if slices.Contains(got, i) != want {
					t.Errorf("%s finds the %s post of %s: %t", v.Username, p.Visibility, p.AccountID, !want)
				}
			}
		}
		if f, err := h.s.Find(ctx, account.Nobody, search.Query{Text: "soup"}); err != nil || len(f.Posts) > 0 {
			t.Errorf("nobody finds %v, %v", f.Posts, err)
		}
	})
}

func TestPosts_goneAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := seed.Account(t, h.Ground, "ada")
		kept, edited, deleted := seed.Post(t, h.Posts, ada, "marzipan"), seed.Post(t, h.Posts, ada, "marzipan"), seed.Post(t, h.Posts, ada, "marzipan")
		if n := len(h.posts(ada, "marzipan")); n != 3 {
			t.Fatalf("%d found", n)
		}
		if _, err := h.Posts.Edit(ctx, account.As(ada), edited.ID, post.Draft{Text: "nougat"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Posts.Delete(ctx, account.As(ada), deleted.ID); err != nil {
			t.Fatal(err)
		}
		f, err := h.s.Find(ctx, account.As(ada), search.Query{Text: "marzipan", Kind: search.Posts})
		if err != nil || len(f.Posts) != 1 || f.Posts[0].Post.ID != kept.ID {
			t.Errorf("before the next sweep: %v, %v", f.Posts, err)
		}
		if got := h.posts(ada, "nougat"); !slices.Equal(got, []id.ID{edited.ID}) {
			t.Errorf("after it: %v", got)
		}
	})
}

func TestFind_hostile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := seed.Account(t, h.Ground, "ada")
		seed.Post(t, h.Posts, ada, "soup")
		for _, text := range []string{
			`"`, `""`, `"""`, `' OR 1=1 --`, `soup' & 'x`, `soup"; DROP TABLE post; --`, "NOT", "AND OR NEAR(", "words:soup", "soup*", "*", "^soup", "(((", "+ - |", "-", "--", "-#", "#", "@", "@@",
			":*", "<->", "!", `\`, `\'`, "a'b:c", "from:", "from:me", "has:x", "before:", "before:9999-12-31", "before:0000-00-00", "after:9999-12-31", "in:nowhere", strings.Repeat("a ", 400),
			strings.Repeat("日本", 400), "\u202e\u200b", "\ue000media", "soup\ue000tagsoup", "%", "_", "\xff\xfe", "https://", "https://here.example/", "https://here.example/%zz", "https://here.example/posts/1/2/3", "#" + strings.Repeat("x", 900),
		} {
			for _, v := range []account.Viewer{account.Nobody, account.As(ada)} {
				if _, err := h.s.Find(ctx, v, search.Query{Text: text}); err != nil {
					t.Errorf("%.60q: %v", text, err)
				}
			}
		}
		for _, text := range []string{strings.Repeat("x", 1<<20), "a\x00b"} {
			if _, err := h.s.Find(ctx, account.As(ada), search.Query{Text: text}); !problem.Is(err, problem.KindInvalid) {
				t.Errorf("%.20q: %v", text, err)
			}
		}
	})
}

func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		names := map[string]string{"ada": "Ada Lovelace", "adam": "Adam", "bob": "Robert Ada", "hana": "山田花子", "shy": "Ada Shy", "eve": "Eve"}
		who := map[string]*account.Account{}
		for _, username := range []string{"ada", "adam", "bob", "hana", "shy", "eve"} {
			name, found := names[username], username != "shy"
			a := seed.Account(t, h.Ground, username)
			if _, err := h.Accounts.Update(ctx, account.As(a), account.Change{Name: &name, Discoverable: &found}); err != nil {
				t.Fatal(err)
			}
			who[username] = a
		}
		seed.Movement(t, h.Movements, who["bob"], "SoupDay")
		seed.Follow(t, h.Ground, who["eve"], who["bob"])
		seed.Block(t, h.Ground, who["hana"], who["adam"])
		seed.Indexed(t, h.s)
		find := func(by, text string) string {
			t.Helper()
			ids, err := h.s.People(ctx, account.As(who[by]), search.Query{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range ids {
				a, err := h.Accounts.Get(ctx, i)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, a.Username)
			}
			return strings.Join(got, " ")
		}
		for text, want := range map[string]string{
			"ada": "ada adam bob", "@ADA": "ada adam bob", "ada love": "ada", "love ada": "ada", "lov": "ada", "@ada@" + seed.Host: "ada adam bob", "ada@there.example": "",
			"花": "hana", "山田": "hana", "soupd": "SoupDay", "shy": "shy", "sh": "", "goodturn": "", "https://here.example/@bob": "bob", "https://here.example/movements/soupday": "SoupDay",
		} {
			if got := find("eve", text); !strings.EqualFold(got, want) {
				t.Errorf("%s finds %q, not %q", text, got, want)
			}
		}
		h.Update(t, func(tx *db.Tx) error {
			_, err := h.Accounts.CurbIn(tx, who["bob"].ID, account.CurbLimited, true, h.Clock.Now())
			return err
		})
		for by, want := range map[string]string{"adam": "", "bob": "bob", "eve": "bob"} { // eve follows bob
			if got := find(by, "bo"); got != want {
				t.Errorf("%s finds the limited %q by how the name begins, not %q", by, got, want)
			}
		}
		if got := find("adam", "@bob"); got != "bob" {
			t.Errorf("by the exact name there is %q", got)
		}
		seed.Account(t, h.Ground, "adele")
		if got := find("eve", "ade"); got != "adele" {
			t.Errorf("who is not in the index yet is not found by username: %q", got)
		}
		if _, err := h.s.People(ctx, account.Nobody, search.Query{Text: "ada", Offset: 1}); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("a stranger reads on: %v", err)
		}
		if got := find("adam", "hana"); got != "" {
			t.Errorf("who is blocked finds %q", got)
		}
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, who["ada"].ID, h.Clock.Now()) })
		if got := find("eve", "lovelace"); got != "" {
			t.Errorf("after the end there is %q", got)
		}
	})
}

func TestHashtags(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := seed.Account(t, h.Ground, "ada"), seed.Account(t, h.Ground, "bob")
		for n, text := range []string{"#Soup", "#soup #SoupDay", "#bread"} {
			seed.Post(t, h.Posts, []*account.Account{ada, bob, ada}[n], text)
		}
		seed.Post(t, h.Posts, ada, "#soupsecret", seed.For(post.Private))
		f, err := h.s.Find(ctx, account.Nobody, search.Query{Text: "#soup"})
		if err != nil || len(f.Hashtags) != 2 || len(f.Accounts) > 0 {
			t.Fatalf("found %+v, %v", f, err)
		}
		soup, day := f.Hashtags[0], f.Hashtags[1]
		if soup.Name != "Soup" || soup.Days[0].Posts != 2 || soup.Days[0].Accounts != 2 || day.Name != "SoupDay" || len(day.Days) != 7 {
			t.Errorf("found %+v and %+v", soup, day)
		}
	})
}
