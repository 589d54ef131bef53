// Package internal_test holds the house to its shape: imports point down, and
// one room alone goes out.
package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// floors, from the ground up. A room may import those on lower floors and
// those to its left on its own.
var floors = [][]string{
	{"problem", "id", "text", "cache", "lang", "db", "tally", "once", "jobs", "bus", "event", "blob", "fetch", "mail", "poster", "seal"},
	{"account", "auth", "relation", "media", "about", "card", "post", "filter"},
	{"movement", "call", "act", "ripple"},
	{"petition", "meet", "fundraiser", "invite", "deed"}, // what is special about one kind of call
	{"ledger", "safety", "care", "search", "directory", "feed", "trend", "weight", "notice", "push", "impact", "badge"},
	{"sample"}, // what the demo is filled with
	{"door"},   // what all doors share
	doors,
	{"server"},
}

// doors stand side by side: none imports another.
var doors = []string{"web", "mastodon", "api", "activitypub", "syndication"}

// testRooms are imported by tests alone.
var testRooms = []string{"seed", "bus/bustest", "db/dbtest", "server/servertest"}

type place struct{ floor, left int }

func TestFloors(t *testing.T) {
	at := map[string]place{}
	for f, rooms := range floors {
		for l, room := range rooms {
			at[room] = place{f, l}
		}
	}
	for file, tree := range sources(t) {
		room, _, _ := strings.Cut(file, "/")
		if slices.Contains(testRooms, room) || slices.Contains(testRooms, filepath.Dir(file)) {
			continue
		}
		here, known := at[room]
		if !known {
			t.Errorf("%s: the room %q stands on no floor; give it one in floors_test.go and CONTRIBUTING.md", file, room)
			continue
		}
		for _, imp := range tree.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			below, ours := strings.CutPrefix(path, "goodturn/internal/")
			if !ours {
				continue
			}
			if slices.Contains(testRooms, below) {
				t.Errorf("%s imports %s, which is for tests", file, below)
				continue
			}
			target, _, _ := strings.Cut(below, "/")
			if target == room {
				continue
			}
			there := at[target]
			sideways := slices.Contains(doors, room) && slices.Contains(doors, target)
			if there.floor > here.floor || there.floor == here.floor && there.left > here.left || sideways {
				t.Errorf("%s imports %s, which is not below it", file, target)
			}
		}
	}
}

// TestOneWayOut: every request to the outside goes through fetch, whose dialer
// checks the address; so nothing else may make an HTTP client.
func TestOneWayOut(t *testing.T) {
	forbidden := []string{"Client", "DefaultClient", "Transport", "DefaultTransport", "Get", "Post", "Head", "PostForm"}
	for file, tree := range sources(t) {
		if strings.HasPrefix(file, "fetch/") {
			continue
		}
		for _, imp := range tree.Imports {
			path, _ := strconv.Unquote(imp.Path.Value)
			if path == "net/http" && imp.Name != nil {
				t.Errorf("%s imports net/http by another name, which hides clients from this test", file)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && clientless(lit) {
				t.Errorf("%s lets a library make its own HTTP client; outbound requests go through fetch", file)
			}
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "http" && pkg.Obj == nil && slices.Contains(forbidden, sel.Sel.Name) {
				t.Errorf("%s uses http.%s; outbound requests go through fetch", file, sel.Sel.Name)
			}
			return true
		})
	}
}

// clientless says whether a literal of a library's type that makes requests
// leaves it to the library by which client: the default one has no checks.
func clientless(lit *ast.CompositeLit) bool {
	sel, ok := lit.Type.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	if !ok {
		return false
	}
	field := map[string]string{"autocert.Manager": "Client", "acme.Client": "HTTPClient"}[pkg.Name+"."+sel.Sel.Name]
	return field != "" && !slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			return false
		}
		key, ok := kv.Key.(*ast.Ident)
		return ok && key.Name == field
	})
}

// sources are the trees of all files in internal but tests and what they
// test with, by path below internal.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	trees := map[string]*ast.File{}
	err := fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		trees[path] = tree
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return trees
}
