package main

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/server"
)

// TestDemo is a newcomer's first minute, and the second start.
func TestDemo(t *testing.T) {
	h := newHouse(t, db.SQLite) // for its address
	data := filepath.Join(t.TempDir(), "demo")
	first := demoOn(t, h, data)
	for _, word := range []string{"Filling a demo", "passing the bucket on", "http://" + h.config.Listen, "wren", "odell", "ctrl-C stops it"} {
		if !strings.Contains(first.said.String(), word) {
			t.Errorf("%q is not said:\n%s", word, first.said)
		}
	}
	if strings.Count(first.said.String(), "password ") != 2 {
		t.Errorf("not two passwords:\n%s", first.said)
	}
	joins(t, h, first.process)
	if o := runProgram(t, "", "demo", "--data", data, "--listen", h.config.Listen); o.code != 1 || !strings.Contains(o.err, "a demo is running on "+data) {
		t.Errorf("a demo on the same folder: %+v", o)
	}
	if code := first.stop(); code != 0 {
		t.Errorf("it ended with %d:\n%s", code, first.stderr)
	}
	if text := first.stderr.String(); strings.Contains(text, "level=ERROR") {
		t.Errorf("it complained:\n%s", text)
	}

	again := demoOn(t, h, data)
	if strings.Contains(again.said.String(), "Filling") {
		t.Errorf("it is filled twice on a day:\n%s", again.said)
	}
	for line := range strings.SplitSeq(first.said.String(), "\n") {
		if strings.Contains(line, "password ") && !strings.Contains(again.said.String(), line) {
			t.Errorf("%q is no more", line)
		}
	}
	if code := again.stop(); code != 0 {
		t.Errorf("the second ended with %d", code)
	}
}

// joins signs up as a visitor does who presses the front page's main button, and
// in.
func joins(t *testing.T, h *house, p *process) {
	t.Helper()
	for _, step := range []struct {
		path, leads string
		form        url.Values
	}{
		{"/join", "/sign-in", url.Values{"username": {"newcomer"}, "email": {"new@mail.example"}, "password": {"a loaf of bread"}, "kind": {"person"}}},
		{"/sign-in", "/welcome", url.Values{"name": {"newcomer"}, "password": {"a loaf of bread"}}},
	} {
		r, err := http.NewRequest(http.MethodPost, p.base+step.path, strings.NewReader(step.form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := http.DefaultTransport.RoundTrip(r) // which follows nothing
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != step.leads {
			t.Errorf("%s answers %d and leads to %q, not to %s", step.path, res.StatusCode, res.Header.Get("Location"), step.leads)
		}
	}
}

// A folder that holds something else is left alone.
func TestDemo_ElsesFolder(t *testing.T) {
	data := t.TempDir()
	letter := filepath.Join(data, "letter.txt")
	if err := os.WriteFile(letter, []byte("dear"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"demo", "--data", data}, {"demo", "--fresh", "--data", data}} {
		if o := runProgram(t, "", args...); o.code != 1 || !strings.Contains(o.err, "holds something that is not a demo") {
			t.Errorf("%v: %+v", args, o)
		}
	}
	if text, err := os.ReadFile(letter); err != nil || !bytes.Equal(text, []byte("dear")) {
		t.Errorf("the letter is %q, %v", text, err)
	}
	if server.Running(data) {
		t.Error("something runs there")
	}
}

type demoProcess struct {
	*process
	said *safeBuffer
}

// demoOn starts the demo and waits until it has said how to sign in.
func demoOn(t *testing.T, h *house, data string) demoProcess {
	t.Helper()
	p := demoProcess{&process{t: t, cmd: program(t, "demo", "--data", data, "--listen", h.config.Listen), base: "http://" + h.config.Listen,
		stderr: &safeBuffer{}, ended: make(chan struct{})}, &safeBuffer{}}
	p.cmd.Stdout, p.cmd.Stderr = p.said, p.stderr
	p.start()
	p.await("it is well", func() bool {
		status, _ := p.ask(http.MethodGet, "/healthz", "", nil)
		return status == http.StatusOK && strings.Contains(p.said.String(), "ctrl-C")
	})
	return p
}
