package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// formatAt is the place of the sentence among the arguments of package
// problem's functions.
var formatAt = map[string]int{"Invalid": 1, "Conflict": 1, "TooLarge": 1, "Unavailable": 1, "Forbidden": 0, "Unauthorized": 0, "TooMany": 0, "Gone": 0}

// said is a sentence found in the code; many is set if it has a plural.
type said struct{ one, many, where string }

func (s said) key() string {
	if s.many != "" {
		return s.many
	}
	return s.one
}

// Every sentence that a person may read is in every catalog.
func TestEverySentenceIsTranslated(t *testing.T) {
	found := sentences(t)
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

// A translation takes the same arguments as its key.
func TestTranslationsKeepTheirVerbs(t *testing.T) {
	for _, p := range printers {
		for key, sentence := range p.catalog.Sentences {
			if a, b := verbs(key), verbs(sentence); !slices.Equal(a, b) {
				t.Errorf("%s: %q has the verbs %v, %q has %v", p.name, key, a, sentence, b)
			}
		}
		for key, forms := range p.catalog.Plurals {
			if a, b := verbs(key), verbs(forms.Other); !slices.Equal(a, b) {
				t.Errorf("%s: %q has the verbs %v, %q has %v", p.name, key, a, forms.Other, b)
			}
		}
	}
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d.]*[a-z]`)

func verbs(s string) []string {
	all := verb.FindAllString(strings.ReplaceAll(s, "%%", ""), -1)
	for i, v := range all {
		all[i] = v[strings.LastIndex(v, "]")+1:]
		all[i] = "%" + strings.TrimPrefix(all[i], "%")
	}
	slices.Sort(all)
	return all
}

// sentences walks all Go files of internal, the generated pages included.
func sentences(t *testing.T) []said {
	t.Helper()
	byKey := map[string]said{}
	fset := token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "gallery") {
			return err
		}
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("parse %s: %w", path, err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok {
				if s, ok := sentence(call); ok && strings.Trim(verb.ReplaceAllString(s.key(), ""), " ") != "" {
					s.where = strings.TrimPrefix(path, "../")
					byKey[s.key()] = s
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := make([]said, 0, len(byKey))
	for _, s := range byKey {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b said) int { return strings.Compare(a.where+a.key(), b.where+b.key()) })
	return all
}

// sentence is what a call says: p.T("…"), p.N("…", "…", n), lang.Mark("…") or
// problem.Invalid(field, "…").
func sentence(call *ast.CallExpr) (said, bool) {
	name, of := "", ""
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok {
			of = x.Name
		}
	case *ast.Ident:
		name = f.Name
	}
	arg := func(i int) string {
		if i < len(call.Args) {
			return literal(call.Args[i])
		}
		return ""
	}
	switch {
	case of == "problem" && name == "NotFound":
		if what := arg(0); what != "" {
			return said{one: "This " + what + " does not exist, or you may not see it."}, true
		}
	case of == "problem":
		i, known := formatAt[name]
		if s := arg(i); known && s != "" {
			return said{one: s}, true
		}
	case name == "N" && arg(0) != "" && arg(1) != "":
		return said{one: arg(0), many: arg(1)}, true
	case (name == "T" || name == "Mark") && arg(0) != "":
		return said{one: arg(0)}, true
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
