package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// The commands beside a server, with their arguments.
const (
	CommandAccount = "account create"
	CommandRole    = "account role"
	CommandToken   = "token create"
	CommandImport  = "import acts"
	CommandExport  = "export acts"
	CommandRecount = "recount"
)

// AccountArgs make an account that is confirmed.
type AccountArgs struct {
	Username string `json:"username"`
	Email    string `json:"email"`
	Password string `json:"password"`
	Role     string `json:"role"` // "", moderator or admin
}

// RoleArgs give an account a role.
type RoleArgs struct {
	Username string `json:"username"`
	Role     string `json:"role"` // none, moderator or admin
}

// TokenArgs make a bearer token, which is the last line of the answer.
type TokenArgs struct {
	Username string `json:"username"`
	Scopes   string `json:"scopes"` // separated by spaces or commas
}

// ImportArgs bring an organiser's history in; the file is the command's input.
type ImportArgs struct {
	Movement string `json:"movement"` // slug
	Call     id.ID  `json:"call"`
}

// ExportArgs take a call's acts out; the file is the command's answer, line by line.
type ExportArgs struct {
	Call id.ID `json:"call"`
	JSON bool  `json:"json"` // an array, instead of a sheet
}

// RecountArgs hold counters against rows.
type RecountArgs struct {
	Check bool `json:"check"` // only report
}

// Command carries a command out in this process, as the socket does for one
// beside it.
func (s *Server) Command(ctx context.Context, req Request, in io.Reader, say func(string)) error {
	return s.command(ctx, req, in, say)
}

func (s *Server) command(ctx context.Context, req Request, in io.Reader, say func(string)) error {
	switch req.Command {
	case CommandAccount:
		return withArgs(req, func(a AccountArgs) error { return s.createAccount(ctx, a, say) })
	case CommandRole:
		return withArgs(req, func(a RoleArgs) error { return s.setRole(ctx, a, say) })
	case CommandToken:
		return withArgs(req, func(a TokenArgs) error { return s.createToken(ctx, a, say) })
	case CommandImport:
		return withArgs(req, func(a ImportArgs) error { return s.importActs(ctx, a, in, say) })
	case CommandExport:
		return withArgs(req, func(a ExportArgs) error { return s.exportActs(ctx, a, say) })
	case CommandRecount:
		return withArgs(req, func(a RecountArgs) error { return s.recount(ctx, a, say) })
	}
	return problem.Invalid("command", "There is no command %q.", req.Command)
}

func withArgs[T any](req Request, f func(T) error) error {
	var args T
	if err := json.Unmarshal(req.Args, &args); err != nil {
		return problem.Invalid("args", "The arguments of %q cannot be read: %s.", req.Command, err)
	}
	return f(args)
}

func (s *Server) createAccount(ctx context.Context, a AccountArgs, say func(string)) error {
	made, err := s.Auth.CreateByCommand(ctx, auth.NewLogin{
		Username: a.Username, Email: a.Email, Password: a.Password, Role: account.Role(a.Role),
	})
	if err != nil {
		return err
	}
	say(fmt.Sprintf("Made the account %s, confirmed, with the id %s.", made.Username, made.ID))
	return nil
}

func (s *Server) setRole(ctx context.Context, a RoleArgs, say func(string)) error {
	who, err := s.Accounts.ByHandle(ctx, a.Username)
	if err != nil {
		return err
	}
	role := account.Role(a.Role)
	if a.Role == "none" {
		role = account.RoleNone
	}
	if err := s.Safety.SetRole(ctx, account.System("a command"), who.ID, role); err != nil {
		return err
	}
	say(fmt.Sprintf("The role of %s is %s; it is on record.", who.Username, a.Role))
	return nil
}

func (s *Server) createToken(ctx context.Context, a TokenArgs, say func(string)) error {
	who, err := s.Accounts.ByHandle(ctx, a.Username)
	if err != nil {
		return err
	}
	scopes, err := auth.ParseScopes(a.Scopes)
	if err != nil {
		return err
	}
	secret, _, err := s.Auth.CreateToken(ctx, who.ID, "made by command", scopes)
	if err != nil {
		return err
	}
	say(secret)
	return nil
}

func (s *Server) importActs(ctx context.Context, a ImportArgs, in io.Reader, say func(string)) error {
	m, err := s.Movements.Get(ctx, account.System("import"), a.Movement)
	if err != nil {
		return err
	}
	report, err := s.Acts.Import(ctx, in, m.ID, a.Call)
	for _, bad := range report.Bad {
		say(fmt.Sprintf("line %d: %s", bad.Line, bad.Reason))
	}
	if report.BadMore > 0 {
		say(fmt.Sprintf("and %d more", report.BadMore))
	}
	if err != nil {
		return err
	}
	say(fmt.Sprintf("Imported %s; %d were here already.", acts(report.Imported), report.Skipped))
	return nil
}

// acts is how many there are.
func acts[N int | int64](n N) string {
	if n == 1 {
		return "1 act"
	}
	return fmt.Sprintf("%d acts", n)
}

// exportActs is all of a call's acts but those that are their doers' alone.
func (s *Server) exportActs(ctx context.Context, a ExportArgs, say func(string)) error {
	out := &lines{say: say}
	if err := s.Acts.ExportTo(ctx, account.System("export"), a.Call, out, a.JSON, func() error { return nil }); err != nil {
		return err
	}
	if len(out.begun) > 0 {
		say(string(out.begun))
	}
	return nil
}

// lines says what is written to it a line at a time.
type lines struct {
	say   func(string)
	begun []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.begun = append(l.begun, b...)
	for {
		line, rest, ended := bytes.Cut(l.begun, []byte("\n"))
		if !ended {
			return len(b), nil
		}
		l.say(string(line))
		l.begun = append(l.begun[:0], rest...)
	}
}

// driftsSaid bounds how many differences are named.
const driftsSaid = 20

func (s *Server) recount(ctx context.Context, a RecountArgs, say func(string)) error {
	moved, err := s.Ripples.Recount(ctx, !a.Check)
	if err != nil {
		return err
	}
	counters, err := s.Book.Recount(ctx, !a.Check)
	if err != nil {
		return err
	}
	for i, d := range counters {
		if i == driftsSaid {
			say("…")
			break
		}
		say(fmt.Sprintf("%s of %s is %d and should be %d", d.Name, d.Subject, d.Is, d.Should))
	}
	for i, d := range moved {
		if i == driftsSaid {
			say("…")
			break
		}
		say(fmt.Sprintf("moved of %s is %+v and should be %+v", d.Subject, d.Is, d.Should))
	}
	n := len(moved) + len(counters)
	switch {
	case n == 0:
		say("Every counter equals its rows.")
	case a.Check:
		return problem.Conflict("", "%d counters differ from their rows; run recount without --check to put them right.", n)
	default:
		say(fmt.Sprintf("Put %d counters right.", n))
	}
	return nil
}
