package internal_test

import (
	"go/ast"
	"path/filepath"
	"strings"
	"testing"
)

// TestMailQueue: a job that sends mail waits in the queue of those jobs, so that a
// slow mail server holds up nothing else.
func TestMailQueue(t *testing.T) {
	calls := map[string]map[string]bool{} // what each function of a room calls, by "room.name"
	type handled struct{ room, file, name string }
	var usual []handled
	for file, tree := range sources(t) {
		room := filepath.Dir(file)
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, d := range tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			of := room + "." + f.Name.Name
			if calls[of] == nil {
				calls[of] = map[string]bool{}
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				c, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				on, name := called(c)
				switch {
				case name == "Send" && on == "mailer":
					calls[of]["a mail"] = true
				case name == "Handle" && on == "jobs" && len(c.Args) == 2:
					if s, ok := c.Args[1].(*ast.SelectorExpr); ok {
						usual = append(usual, handled{room, file, s.Sel.Name})
					}
				default:
					calls[of][room+"."+name] = true
				}
				return true
			})
		}
	}
	var mails func(of string, seen map[string]bool) bool
	mails = func(of string, seen map[string]bool) bool {
		if of == "a mail" {
			return true
		}
		if seen[of] {
			return false
		}
		seen[of] = true
		for c := range calls[of] {
			if mails(c, seen) {
				return true
			}
		}
		return false
	}
	senders := 0
	for of := range calls {
		if mails(of, map[string]bool{}) {
			senders++
		}
	}
	if senders == 0 {
		t.Fatal("nobody sends mail; is the mailer called something else?")
	}
	for _, h := range usual {
		if mails(h.room+"."+h.name, map[string]bool{}) {
			t.Errorf("%s: %s sends mail, and belongs into jobs.Mail (HandleIn)", h.file, h.name)
		}
	}
}

// called is the name that is called, and of what: "mailer" and "Send" of
// s.mailer.Send(ctx, m).
func called(c *ast.CallExpr) (on, name string) {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return "", f.Name
	case *ast.SelectorExpr:
		switch x := f.X.(type) {
		case *ast.Ident:
			on = x.Name
		case *ast.SelectorExpr:
			on = x.Sel.Name
		}
		return on, f.Sel.Name
	}
	return "", ""
}
