package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/movement"
	"goodturn/internal/server"
)

// Commands do the same beside a running server and without one.
func TestCommands(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		t.Run("alone", func(t *testing.T) { commands(t, h, "ada") })
		p := h.serve()
		t.Run("beside a server", func(t *testing.T) {
			commands(t, h, "bob")
			o := h.command("token", "create", "--username", "bob", "--scopes", "read")
			var me struct{ Username string }
			p.read("/api/v1/accounts/verify_credentials", o.lastLine(), &me)
			if me.Username != "bob" {
				t.Errorf("the token is that of %q", me.Username)
			}
			if status, _ := p.ask(http.MethodPost, "/api/v1/statuses", o.lastLine(), map[string]any{"status": "hello"}); status != http.StatusForbidden {
				t.Errorf("a token that only reads wrote: %d", status)
			}
		})
		socket, err := os.Stat(filepath.Join(h.config.Data, "control.sock"))
		if err != nil {
			t.Fatal(err)
		}
		if socket.Mode().Perm() != 0o600 {
			t.Errorf("the socket's mode is %v", socket.Mode())
		}
		if code := p.stop(); code != 0 {
			t.Errorf("the server ended with %d", code)
		}
		if _, err := os.Stat(filepath.Join(h.config.Data, "control.sock")); !os.IsNotExist(err) {
			t.Errorf("the socket is still there: %v", err)
		}
	})
}

// usage is the exit code for arguments that cannot be.
const usage = 80

func commands(t *testing.T, h *house, name string) {
	create := []string{"account", "create", "--username", name, "--email", name + "@example.org", "--password", "a long password"}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string // in what is printed
	}{
		{"made", append(create, "--role", "moderator"), 0, "Made the account " + name},
		{"made twice", create, 1, "username"},
		{"an address twice", []string{"account", "create", "--username", name + "2", "--email", name + "@example.org", "--password", "a long password"}, 1, "This address is in use."},
		{"no such name", []string{"account", "create", "--username", "a b", "--email", "c@example.org", "--password", "a long password"}, 1, "A username has 2 to 30 letters"},
		{"a short password", []string{"account", "create", "--username", name + "3", "--email", name + "3@example.org", "--password", "short"}, 1, "password"},
		{"no such role", append(create, "--role", "king"), usage, "role"},
		{"a role", []string{"account", "role", "--username", name, "--role", "admin"}, 0, "The role of " + name + " is admin"},
		{"a role taken", []string{"account", "role", "--username", name, "--role", "none"}, 0, "on record"},
		{"a role for nobody", []string{"account", "role", "--username", "nobody", "--role", "admin"}, 1, "account"},
		{"no such role to give", []string{"account", "role", "--username", name, "--role", "king"}, usage, "role"},
		{"a token for nobody", []string{"token", "create", "--username", "nobody"}, 1, "account"},
		{"no such scope", []string{"token", "create", "--username", name, "--scopes", "rule"}, 1, "scope"},
		{"counters", []string{"recount", "--check"}, 0, "Every counter equals its rows."},
		{"counters put right", []string{"recount"}, 0, "Every counter equals its rows."},
		{"a file that is not there", []string{"import", "acts", "/nowhere.csv", "--movement", "soup", "--call", "1"}, usage, "nowhere.csv"},
		{"a movement that is not there", []string{"import", "acts", emptyFile(t), "--movement", "nothing", "--call", "1"}, 1, "movement"},
		{"an id that is none", []string{"import", "acts", emptyFile(t), "--movement", "nothing", "--call", "x"}, 1, "not an id"},
	} {
		o := h.command(c.args...)
		if o.code != c.code || !strings.Contains(o.out+o.err, c.says) {
			t.Errorf("%s: ended with %d, wanted %d and %q:\n%s%s", c.name, o.code, c.code, c.says, o.out, o.err)
		}
	}

	o := h.command("token", "create", "--username", name)
	if o.code != 0 || len(o.lastLine()) < 20 || strings.ContainsAny(o.lastLine(), " \t") {
		t.Errorf("the last line is not a token: %d %q %q", o.code, o.out, o.err)
	}
	// The password may come by standard input, where no list of processes shows it.
	o = runProgram(t, "another long password\n", append([]string{"account", "create", "--username", name + "4", "--email", name + "4@example.org"}, h.flags...)...)
	if o.code != 0 {
		t.Errorf("a password by standard input: %d %s%s", o.code, o.out, o.err)
	}
}

func emptyFile(t *testing.T) string {
	return sheetFile(t, "")
}

func sheetFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "acts.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const sheetHeader = "id,doer,at,inspired_by,quantity,unit,story\n"

// An organiser's history comes in whole or not at all, and once.
func TestImport(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var c *call.Call
		h.arrange(func(s *server.Server) {
			ada := account.As(h.resident(s, "ada").Account)
			m, err := s.Movements.Start(context.Background(), ada, movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."})
			if err != nil {
				t.Fatal(err)
			}
			if c, err = s.Calls.Create(context.Background(), ada, m.ID, call.Draft{Kind: call.Volunteering, Title: "Cook"}); err != nil {
				t.Fatal(err)
			}
		})
		imports := func(text string) output {
			return h.command("import", "acts", sheetFile(t, text), "--movement", "soup", "--call", c.ID.String())
		}
		good := sheetHeader +
			"2,Aunt Rosa,2025-03-02T10:00:00Z,1,30,minutes,\"She stirred, and sang\"\n" +
			"1,ada,2025-03-01T10:00:00Z,,90,minutes,The first pot\n"

		o := imports(good + "3,ada,yesterday,,30,minutes,\n4,ada,2025-03-03T10:00:00Z,9,30,minutes,\n5,ada,2025-03-03T10:00:00Z,,-1,minutes,\n")
		if o.code != 1 {
			t.Errorf("bad rows ended with %d", o.code)
		}
		for _, line := range []string{"line 4: ", "line 5: ", "line 6: "} {
			if !strings.Contains(o.out+o.err, line) {
				t.Errorf("%q is not named:\n%s%s", line, o.out, o.err)
			}
		}

		p := h.serve()
		acts := func() int {
			var m struct{ Counts struct{ Acts int } }
			p.read("/api/goodturn/v1/movements/soup", "", &m)
			return m.Counts.Acts
		}
		if n := acts(); n != 0 {
			t.Errorf("%d acts of a file with bad rows are there", n)
		}
		if o := imports(good); o.code != 0 || !strings.Contains(o.out, "Imported 2 acts; 0 were here already.") {
			t.Errorf("beside a server: %d %s%s", o.code, o.out, o.err)
		}
		if n := acts(); n != 2 {
			t.Errorf("%d acts are there", n)
		}
		if o := imports(good + "3,Uncle Max,2025-03-04T10:00:00Z,2,15,minutes,\n"); o.code != 0 || !strings.Contains(o.out, "Imported 1 act; 2 were here already.") {
			t.Errorf("once more, and one more: %d %s%s", o.code, o.out, o.err)
		}
		var r struct {
			Acts, Generations int
			ByGeneration      []int `json:"by_generation"`
		}
		p.read("/api/goodturn/v1/movements/soup/ripple", "", &r)
		if r.Acts != 3 || fmt.Sprint(r.ByGeneration) != "[1 1 1]" {
			t.Errorf("the ripple is %+v", r)
		}
		if o := h.command("export", "acts", "--call", c.ID.String()); o.code != 0 || strings.Count(o.out, "\n") != 4 || !strings.Contains(o.out, ",Aunt Rosa,2025-03-02T10:00:00Z,") {
			t.Errorf("taken out again: %d %s%s", o.code, o.out, o.err)
		}
		if code := p.stop(); code != 0 {
			t.Errorf("the server ended with %d", code)
		}
		if o := imports(good); o.code != 0 || !strings.Contains(o.out, "Imported 0 acts; 2 were here already.") {
			t.Errorf("without a server: %d %s%s", o.code, o.out, o.err)
		}
		if o := h.command("recount", "--check"); o.code != 0 {
			t.Errorf("recount --check: %s%s", o.out, o.err)
		}
	})
}

// A folder has one server at a time: a second says so, and takes over.
func TestServe_Second(t *testing.T) {
	h := newHouse(t, db.SQLite)
	first := h.serve()
	second := h.begin()
	second.await("it says that it waits", func() bool { return strings.Contains(second.stderr.String(), "waits") })
	if code := first.stop(); code != 0 {
		t.Errorf("the first ended with %d", code)
	}
	second.await("it serves", func() bool {
		status, _ := second.ask(http.MethodGet, "/healthz", "", nil)
		return status == http.StatusOK
	})

	third := h.begin()
	third.await("it says that it waits", func() bool { return strings.Contains(third.stderr.String(), "waits") })
	if code := third.stop(); code != 1 || !strings.Contains(third.stderr.String(), "another server has this data folder") {
		t.Errorf("a server that waited in vain ended with %d:\n%s", code, third.stderr)
	}
}

// A folder may lie deeper than a socket's address is long.
func TestCommands_DeepFolder(t *testing.T) {
	h := newHouse(t, db.SQLite)
	h.config.Data = filepath.Join(h.config.Data, strings.Repeat("a-long-name/", 12), "data")
	h.flags = []string{"--data", h.config.Data}
	p := h.serve()
	if o := h.command("account", "create", "--username", "ada", "--email", "ada@example.org", "--password", "a long password"); o.code != 0 {
		t.Errorf("ended with %d: %s%s", o.code, o.out, o.err)
	}
	if _, err := os.Stat(filepath.Join(h.config.Data, "control.sock")); err != nil {
		t.Error(err)
	}
	if code := p.stop(); code != 0 {
		t.Errorf("the server ended with %d", code)
	}
	info, err := os.Stat(filepath.Join(h.config.Data, "goodturn.db"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the database's mode is %v", info.Mode())
	}
}

// A folder that was mistyped is not made into an empty server in which all is well.
func TestCommands_Nowhere(t *testing.T) {
	data := filepath.Join(t.TempDir(), "mistyped")
	for _, args := range [][]string{
		{"recount"},
		{"token", "create", "--username", "ada"},
		{"account", "role", "--username", "ada", "--role", "admin"},
		{"import", "acts", emptyFile(t), "--movement", "soup", "--call", "1"},
		{"export", "acts", "--call", "1"},
	} {
		o := runProgram(t, "", append(args, "--data", data)...)
		if o.code != 1 || !strings.Contains(o.err, "there is no Goodturn in "+data) {
			t.Errorf("%v: ended with %d and said\n%s%s", args, o.code, o.out, o.err)
		}
	}
	if _, err := os.Stat(data); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
	if o := runProgram(t, "", "account", "create", "--username", "ada", "--email", "ada@example.org", "--password", "a long password", "--data", data); o.code != 0 {
		t.Errorf("the first account: %+v", o)
	}
}

func TestVersionAndHelp(t *testing.T) {
	if o := runProgram(t, "", "version"); o.code != 0 || !strings.HasPrefix(o.out, "goodturn ") {
		t.Errorf("version: %+v", o)
	}
	o := runProgram(t, "", "--help")
	if o.code != 0 {
		t.Errorf("help ended with %d", o.code)
	}
	for _, word := range []string{"serve", "demo", "account create", "token create", "import acts", "export acts", "recount", "version"} {
		if !strings.Contains(o.out, word) {
			t.Errorf("help does not name %s:\n%s", word, o.out)
		}
	}
	if o := runProgram(t, "", "dance"); o.code == 0 || !strings.Contains(o.err, "dance") {
		t.Errorf("an unknown command: %+v", o)
	}
}

// What an operator sets wrong is told in a sentence.
func TestServe_BadSettings(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	for _, c := range []struct {
		flags []string
		says  string
	}{
		{[]string{"--listen", "8080"}, "it is not of the form address:port"},
		{[]string{"--url", "goodturn.example"}, "is not of the form https://host"},
		{[]string{"--url", "https://goodturn.example/path"}, "is not of the form https://host"},
		{[]string{"--tls", "auto"}, "needs a url that begins with https://"},
		{[]string{"--tls", "on"}, "tls"},
		{[]string{"--trusted-proxies", "my-proxy"}, "is neither an address nor a prefix"},
		{[]string{"--rate-limits", "maybe"}, "rate-limits"},
		{[]string{"--cluster-listen", "127.0.0.1:9999"}, "several nodes need PostgreSQL"},
		{[]string{"--bus", "nats://127.0.0.1:9999"}, "several nodes need PostgreSQL"},
		{[]string{"--cluster-listen", "127.0.0.1:9999", "--database", "postgres://127.0.0.1:9999/none"}, "one place for pictures"},
		{[]string{"--cluster-routes", "127.0.0.1:9999"}, "set cluster-listen"},
		{[]string{"--smtp", "http://mail.example"}, "smtp"},
		{[]string{"--database", "postgres://nobody@127.0.0.1:1/none"}, "database"},
		{[]string{"--log-level", "loud"}, "log-level"},
	} {
		o := runProgram(t, "", append([]string{"serve", "--data", data, "--listen", "127.0.0.1:0"}, c.flags...)...)
		if o.code == 0 || !strings.Contains(o.err, c.says) {
			t.Errorf("%v: ended with %d and said\n%s%s", c.flags, o.code, o.out, o.err)
		}
		if strings.Contains(o.err, "goroutine ") {
			t.Errorf("%v: panicked", c.flags)
		}
	}
}

// A caller that is cut off in the middle of a file has told nothing.
func TestImport_CutOff(t *testing.T) {
	h := newHouse(t, db.SQLite)
	var c *call.Call
	h.arrange(func(s *server.Server) {
		ada := account.As(h.resident(s, "ada").Account)
		m, err := s.Movements.Start(context.Background(), ada, movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."})
		if err != nil {
			t.Fatal(err)
		}
		if c, err = s.Calls.Create(context.Background(), ada, m.ID, call.Draft{Kind: call.Volunteering, Title: "Cook"}); err != nil {
			t.Fatal(err)
		}
	})
	p := h.serve()
	args, err := json.Marshal(server.ImportArgs{Movement: "soup", Call: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cut := context.WithCancel(context.Background())
	file := &cutOff{text: sheetHeader + "1,ada,2025-03-01T10:00:00Z,,90,minutes,The first pot\n", cut: cut}
	if err := server.Ask(ctx, h.config.Data, server.Request{Command: server.CommandImport, Args: args}, file, func(string) {}); err == nil {
		t.Error("a file that was cut off was imported")
	}
	// The next import waits for the lease of the one that was cut off.
	p.await("another import may come", func() bool {
		o := h.command("import", "acts", sheetFile(t, sheetHeader+"2,ada,2025-03-01T10:00:00Z,,90,minutes,The first pot\n"), "--movement", "soup", "--call", c.ID.String())
		return o.code == 0
	})
	var m struct{ Counts struct{ Acts int } }
	p.read("/api/goodturn/v1/movements/soup", "", &m)
	if m.Counts.Acts != 1 {
		t.Errorf("%d acts are there", m.Counts.Acts)
	}
}

// cutOff gives a text and then cuts the line instead of ending it.
type cutOff struct {
	text string
	cut  func()
}

func (c *cutOff) Read(p []byte) (int, error) {
	if c.text == "" {
		c.cut()
		return 0, context.Canceled
	}
	n := copy(p, c.text)
	c.text = c.text[n:]
	return n, nil
}
