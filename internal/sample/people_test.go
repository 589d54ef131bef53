package sample

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPeople(t *testing.T) {
	const n = 12_000
	people := People(n)
	usernames, names, languages := make(map[string]bool), make(map[string]int), make(map[string]int)
	valid := regexp.MustCompile(`^[a-z0-9_]{2,30}$`)
	for _, p := range people {
		if !valid.MatchString(p.Username) || usernames[p.Username] {
			t.Errorf("username %q is not valid, or taken", p.Username)
		}
		usernames[p.Username] = true
		names[p.Name]++
		languages[p.Language]++
		if p.Name == "" || utf8.RuneCountInString(p.Name) > 60 || utf8.RuneCountInString(p.Bio) > 160 || wellKnown[strings.ToLower(p.Name)] {
			t.Errorf("%+v", p)
		}
	}
	if len(names) < n/2 {
		t.Errorf("only %d names among %d people", len(names), n)
	}
	for _, language := range []string{"en", "de", "es", "fr", "pt"} {
		if languages[language] < 200 {
			t.Errorf("%d write in %s", languages[language], language)
		}
	}
	if !reflect.DeepEqual(people[:500], People(500)) {
		t.Error("the first people depend on how many are asked for")
	}
	for _, p := range people[:12] {
		t.Logf("%s (@%s): %s", p.Name, p.Username, p.Bio)
	}
}

func TestWellKnown_CouldBeDrawn(t *testing.T) {
	possible := make(map[string]bool)
	for _, r := range regions {
		for _, given := range r.given {
			for _, family := range r.family {
				possible[strings.ToLower(given+" "+family)] = true
			}
		}
	}
	for name := range wellKnown {
		if !possible[name] {
			t.Errorf("%q cannot come up: a slip of the pen?", name)
		}
	}
}
