package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sentenceAt is the place of the sentence among the arguments of what says it:
// of this package, of package problem, and of two rooms that hand it on.
var sentenceAt = map[string]int{
	"T": 0, "t": 0, "Mark": 0,
	"Invalid": 1, "Conflict": 1, "TooLarge": 1, "Unavailable": 1, "Forbidden": 0, "Unauthorized": 0, "TooMany": 0, "Gone": 0,
	"reason": 1, // why a next step is offered, in package call
	"target": 3, // whom nobody can follow, block or mute, in package relation
}

// nounAt is the place of the one word for what was not found.
var nounAt = map[string]int{"NotFound": 0, "notFound": 1, "id": 1}

// said is a sentence found in the code; many is set if it has a plural.
type said struct{ one, many, where string }

func (s said) key() string {
	if s.many != "" {
		return s.many
	}
	return s.one
}

// spoken is what the code says: the sentences that a test can tell to be such,
// and all strings that could be one.
type spoken struct {
	sentences []said
	strings   map[string]bool
}

// Every sentence that a person may read is in every catalog.
func TestEverySentenceIsTranslated(t *testing.T) {
	found := listen(t).sentences
	for _, p := range printers {
		if p.tag == Offered[0] {
			continue // English is the keys
		}
		var missing []string
		for _, s := range found {
			if s.many != "" {
				if _, ok := p.catalog.Plurals[s.many]; !ok {
					missing = append(missing, fmt.Sprintf("%q: {%q, %q}, // %s", s.many, s.one, s.many, s.where))
				}
			} else if _, ok := p.catalog.Sentences[s.one]; !ok {
				missing = append(missing, fmt.Sprintf("%q: %q, // %s", s.one, s.one, s.where))
			}
		}
		if len(missing) > 0 {
			t.Errorf("%s lacks %d of %d sentences:\n%s", p.name, len(missing), len(found), strings.Join(missing, "\n"))
		}
	}
}

// A translation goes when its sentence does.
func TestEveryTranslationIsSaid(t *testing.T) {
	said := listen(t).strings
	for _, p := range printers {
		var unused []string
		for _, key := range slices.Concat(slices.Collect(maps.Keys(p.catalog.Sentences)), slices.Collect(maps.Keys(p.catalog.Plurals))) {
			if !said[key] {
				unused = append(unused, strconv.Quote(key))
			}
		}
		if len(unused) > 0 {
			slices.Sort(unused)
			t.Errorf("%s has %d sentences that nobody says:\n%s", p.name, len(unused), strings.Join(unused, "\n"))
		}
	}
}

// A sentence stands in one file of a catalog: of two, one would win unseen.
func TestNoSentenceIsTranslatedTwice(t *testing.T) {
	files, err := filepath.Glob("german*.go")
	if err != nil {
		t.Fatal(err)
	}
	first := map[string]string{}
	for _, path := range files {
		ast.Inspect(parse(t, path), func(node ast.Node) bool {
			pair, ok := node.(*ast.KeyValueExpr)
			if !ok || literal(pair.Key) == "" {
				return true
			}
			_, plural := pair.Value.(*ast.CompositeLit)
			key := fmt.Sprintf("%q (plural: %t)", literal(pair.Key), plural)
			if first[key] != "" {
				t.Errorf("%s stands in %s and in %s", key, first[key], path)
			}
			first[key] = path
			return true
		})
	}
}

// A translation takes the same arguments as its key, in an order that it may say.
func TestTranslationsKeepTheirVerbs(t *testing.T) {
	for _, p := range printers {
		for key, sentence := range p.catalog.Sentences {
			if a, b := verbs(key), verbs(sentence); !slices.Equal(a, b) {
				t.Errorf("%s: %q has the verbs %v, %q has %v", p.name, key, a, sentence, b)
			}
		}
		for key, forms := range p.catalog.Plurals {
			all := verbs(key)
			if b := verbs(forms.Other); !slices.Equal(all, b) {
				t.Errorf("%s: %q has the verbs %v, %q has %v", p.name, key, all, forms.Other, b)
			}
			for _, v := range verbs(forms.One) { // one may go unsaid
				if !slices.Contains(all, v) {
					t.Errorf("%s: %q has the verbs %v, %q has %v too", p.name, key, all, forms.One, v)
				}
			}
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d.]*[a-z]`)

// verbs are the verbs of a format in the order of the arguments that they take.
func verbs(format string) []string {
	taken := map[int]string{}
	at := 0
	for _, v := range verb.FindAllStringSubmatch(strings.ReplaceAll(format, "%%", ""), -1) {
		if v[1] != "" {
			at, _ = strconv.Atoi(strings.Trim(v[1], "[]"))
			at--
		}
		taken[at] = v[0][len(v[0])-1:]
		at++
	}
	all := make([]string, 0, len(taken))
	for _, i := range slices.Sorted(maps.Keys(taken)) {
		all = append(all, fmt.Sprintf("%d%%%s", i+1, taken[i]))
	}
	return all
}

// listen walks all Go files of the project, the generated pages included.
func listen(t *testing.T) spoken {
	t.Helper()
	heard := spoken{strings: map[string]bool{}}
	byKey := map[[2]string]said{}
	for _, root := range []string{"..", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "gallery") {
				return err
			}
			if strings.HasPrefix(path, "../lang/german") {
				return nil
			}
			ast.Inspect(parse(t, path), func(node ast.Node) bool {
				if e, ok := node.(ast.Expr); ok {
					heard.strings[literal(e)] = true
				}
				if call, ok := node.(*ast.CallExpr); ok {
					if s, ok := sentence(call); ok && strings.Trim(verb.ReplaceAllString(s.key(), ""), " ") != "" {
						s.where = strings.TrimPrefix(path, "../")
						byKey[[2]string{s.one, s.many}] = s
						heard.strings[s.one] = true
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	heard.sentences = slices.SortedFunc(maps.Values(byKey), func(a, b said) int { return strings.Compare(a.where+a.key(), b.where+b.key()) })
	return heard
}

func parse(t *testing.T, path string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// sentence is what a call says: p.T("…"), p.N("…", "…", n), lang.Mark("…"),
// lang.MarkN("…", "…"), problem.Invalid(field, "…") or problem.NotFound("…").
func sentence(call *ast.CallExpr) (said, bool) {
	name := ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
	case *ast.Ident:
		name = f.Name
	}
	arg := func(i int) string {
		if i < len(call.Args) {
			return literal(call.Args[i])
		}
		return ""
	}
	if i, known := nounAt[name]; known && arg(i) != "" && !strings.Contains(arg(i), " ") {
		return said{one: "This " + arg(i) + " does not exist, or you may not see it."}, true
	}
	if i, known := sentenceAt[name]; known && arg(i) != "" {
		return said{one: arg(i)}, true
	}
	if (name == "N" || name == "MarkN") && arg(0) != "" && arg(1) != "" {
		return said{one: arg(0), many: arg(1)}, true
	}
	return said{}, false
}

// literal is the value of a string literal or of several joined by +.
func literal(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		a, b := literal(e.X), literal(e.Y)
		if e.Op == token.ADD && a != "" && b != "" {
			return a + b
		}
	}
	return ""
}
