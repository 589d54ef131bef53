package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"goodturn/internal/id"
	"goodturn/internal/server"
)

// beside carries a command out in the server that runs on the data folder, or,
// where none does, in this process, which then has the data to itself.
func beside(ctx context.Context, s settings, command string, args any, in io.Reader) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return fmt.Errorf("write the arguments: %w", err)
	}
	req := server.Request{Command: command, Args: raw}
	say := func(line string) { fmt.Println(line) }
	for said := false; ; said = true {
		err := server.Ask(ctx, s.Data, req, in, say)
		if !errors.Is(err, server.ErrNotRunning) {
			return err
		}
		err = here(ctx, s, req, in, say)
		if !errors.Is(err, server.ErrHeld) || ctx.Err() != nil {
			return err
		}
		if !said {
			fmt.Fprintln(os.Stderr, "A server is starting or stopping on this data; waiting for it.")
		}
	}
}

// here carries a command out in this process. It is server.ErrHeld, with
// nothing done, when another has the data.
func here(ctx context.Context, s settings, req server.Request, in io.Reader, say func(string)) error {
	config := s.config()
	config.Log, config.NoWait = s.quiet(), true
	config.Known = req.Command != server.CommandAccount // the first account may come before the first start
	srv, err := server.Open(ctx, config)
	if err != nil {
		return err
	}
	if in == nil {
		in = strings.NewReader("")
	}
	return errors.Join(srv.Command(ctx, req, in, say), srv.Close(context.WithoutCancel(ctx)))
}

type accountCmd struct {
	Create accountCreateCmd `cmd:"" help:"Make an account that is confirmed."`
	Role   accountRoleCmd   `cmd:"" help:"Give an account a role, or take it."`
}

type accountCreateCmd struct {
	settings
	Username string `required:"" help:"Letters, digits and underscores."`
	Email    string `required:"" help:"Address to sign in with."`
	Password string `help:"At least eight characters; asked for on standard input if absent."`
	Role     string `help:"admin or moderator." enum:",admin,moderator" default:""`
}

func (c accountCreateCmd) Run(ctx context.Context) error {
	if c.Password == "" {
		fmt.Fprint(os.Stderr, "Password: ")
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if err != nil && line == "" {
			return fmt.Errorf("read the password: %w", err)
		}
		c.Password = strings.TrimRight(line, "\r\n")
	}
	return beside(ctx, c.settings, server.CommandAccount,
		server.AccountArgs{Username: c.Username, Email: c.Email, Password: c.Password, Role: c.Role}, nil)
}

type accountRoleCmd struct {
	settings
	Username string `required:"" help:"Whose."`
	Role     string `required:"" help:"admin, moderator or none." enum:"admin,moderator,none"`
}

func (c accountRoleCmd) Run(ctx context.Context) error {
	return beside(ctx, c.settings, server.CommandRole, server.RoleArgs{Username: c.Username, Role: c.Role}, nil)
}

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make a bearer token; it is the last line of the output."`
}

type tokenCreateCmd struct {
	settings
	Username string `required:"" help:"Whose."`
	Scopes   string `help:"Mastodon's names, separated by spaces." default:"read write follow push"`
}

func (c tokenCreateCmd) Run(ctx context.Context) error {
	return beside(ctx, c.settings, server.CommandToken, server.TokenArgs{Username: c.Username, Scopes: c.Scopes}, nil)
}

type importCmd struct {
	Acts importActsCmd `cmd:"" help:"Acts from a file: id, doer, at, inspired_by, quantity, unit, story, with a header line. All or nothing: the first hundred bad rows are named, and the rest counted."`
}

type importActsCmd struct {
	settings
	File     string `arg:"" help:"The CSV file." type:"existingfile"`
	Movement string `required:"" help:"Slug of the movement."`
	Call     string `required:"" help:"Id of the call."`
}

func (c importActsCmd) Run(ctx context.Context) (err error) {
	callID, err := id.Parse(c.Call)
	if err != nil {
		return fmt.Errorf("the call %q is not an id: %w", c.Call, err)
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return beside(ctx, c.settings, server.CommandImport, server.ImportArgs{Movement: c.Movement, Call: callID}, f)
}

type exportCmd struct {
	Acts exportActsCmd `cmd:"" help:"Acts of a call, on standard output, without those that are their doers' alone."`
}

type exportActsCmd struct {
	settings
	Call   string `required:"" help:"Id of the call."`
	Format string `help:"csv or json." enum:"csv,json" default:"csv"`
}

func (c exportActsCmd) Run(ctx context.Context) error {
	callID, err := id.Parse(c.Call)
	if err != nil {
		return fmt.Errorf("the call %q is not an id: %w", c.Call, err)
	}
	return beside(ctx, c.settings, server.CommandExport, server.ExportArgs{Call: callID, JSON: c.Format == "json"}, nil)
}

type recountCmd struct {
	settings
	Check bool `help:"Only say what differs; fails if anything does."`
}

func (c recountCmd) Run(ctx context.Context) error {
	return beside(ctx, c.settings, server.CommandRecount, server.RecountArgs{Check: c.Check}, nil)
}
