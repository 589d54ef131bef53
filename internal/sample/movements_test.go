package sample

import (
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMovements(t *testing.T) {
	kinds, keys := make(map[Kind]bool), make(map[string]bool)
	for _, m := range Movements(now) {
		if m.Slug != strings.ToLower(m.Hashtag) && m.Slug != "icebucket" || m.Purpose == "" || m.Story == "" || len(m.Rules) < 3 || len(m.Causes) == 0 || !m.Started.Before(now) {
			t.Errorf("%s lacks something: %+v", m.Name, m)
		}
		for _, r := range m.Resources {
			if r.Title == "" || r.Summary == "" || r.Source == "" {
				t.Errorf("%s: resource %+v has no source", m.Name, r)
			}
		}
		for _, c := range m.Calls {
			kinds[c.Kind] = true
			if keys[c.Key] || c.Title == "" || c.Text == "" || c.Goal == 0 || (c.Unit == "") == (c.Currency == "") || c.Opens.Before(m.Started) {
				t.Errorf("%s: call %+v", m.Name, c)
			}
			keys[c.Key] = true
		}
	}
	if len(kinds) != 6 {
		t.Errorf("calls of the kinds %v, want all six", kinds)
	}
}

func TestMovements_ReportedSumsArePublished(t *testing.T) {
	for _, c := range Movements(now)[0].Calls {
		if c.Kind != Fundraiser {
			continue
		}
		if len(c.Reported) != len(Published().Donations) {
			t.Fatalf("%d reported sums", len(c.Reported))
		}
		for _, r := range c.Reported {
			if r.Source == "" || r.On.Year() != 2014 || r.Cents < 1_330_000_000 || r.Currency != "USD" {
				t.Errorf("%+v", r)
			}
		}
	}
}

func TestContributions(t *testing.T) {
	all := Contributions(now)
	calls := make(map[string]Call)
	for _, m := range Movements(now) {
		for _, c := range m.Calls {
			calls[c.Key] = c
		}
	}
	people := People(1000)
	counts, inspired := make(map[string]int), 0
	type signature struct {
		call string
		doer int
	}
	once := make(map[signature]bool)
	for i, a := range all {
		c := calls[a.Call]
		counts[a.Call]++
		if a.At.After(now) || a.At.Before(c.Opens) || a.Quantity < 1 || a.Doer >= len(people) ||
			(a.Proof == "witnessed") != (a.Witness >= 0) || a.Witness == a.Doer {
			t.Errorf("%+v", a)
		}
		if a.Parent >= 0 {
			inspired++
			if p := all[a.Parent]; a.Parent >= i || !p.At.Before(a.At) || p.Movement != a.Movement || p.Doer == a.Doer {
				t.Errorf("%+v cannot be inspired by %+v", a, p)
			}
		}
		if c.Kind == Petition || c.Kind == Event {
			if once[signature{a.Call, a.Doer}] {
				t.Errorf("%d signs or comes twice: %+v", a.Doer, a)
			}
			once[signature{a.Call, a.Doer}] = true
		}
	}
	for key, c := range calls {
		if counts[key] != c.Acts {
			t.Errorf("%s has %d acts, want %d", key, counts[key], c.Acts)
		}
	}
	if inspired < 80 {
		t.Errorf("only %d were inspired by another", inspired)
	}
	if !reflect.DeepEqual(all, Contributions(now)) {
		t.Error("two draws differ")
	}
}

func TestPosts(t *testing.T) {
	posts := Posts(now)
	said := make(map[string]bool)
	for _, p := range posts {
		if said[p.Text] || p.Text == "" || p.At.After(now) || utf8.RuneCountInString(p.Text) > 500 {
			t.Errorf("%+v", p)
		}
		said[p.Text] = true
		for _, r := range p.Replies {
			if r.Text == "" || r.At.Before(p.At) || r.At.After(now) || r.Author == p.Author {
				t.Errorf("%q is answered by %+v", p.Text, r)
			}
		}
		liked := make(map[int]bool)
		for _, who := range p.Likes {
			if liked[who] || who == p.Author {
				t.Errorf("%q is liked by %d twice or by its author", p.Text, who)
			}
			liked[who] = true
		}
	}
	if len(posts) < 40 || !reflect.DeepEqual(posts, Posts(now)) {
		t.Errorf("%d posts, or two draws differ", len(posts))
	}
}

// Somebody who reads forty stories in a row should not see the same one twice, nor be shouted at. Among
// forty, some 25 are in English and not empty.
func TestWords_FortyStories(t *testing.T) {
	words, people := NewWords(1), People(3500)
	var window []string
	for i, p := range people {
		story := words.Challenge(p.Language)
		if i < 40 {
			t.Logf("%s: %s", p.Name, story)
		}
		if strings.Contains(story, "!") || utf8.RuneCountInString(story) > 500 {
			t.Errorf("%q", story)
		}
		if p.Language != "en" || story == "" {
			continue
		}
		for _, other := range window {
			if other == story {
				t.Errorf("%q comes twice within forty", story)
			}
		}
		if window = append(window, story); len(window) > 24 {
			window = window[1:]
		}
	}
}

func TestWords_SameSeedSameWords(t *testing.T) {
	a, b := NewWords(3), NewWords(3)
	for range 200 {
		if x, y := a.Challenge("en")+a.Reply("de"), b.Challenge("en")+b.Reply("de"); x != y {
			t.Fatalf("%q, then %q", x, y)
		}
	}
}
