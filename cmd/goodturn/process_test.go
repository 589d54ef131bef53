package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// asProgram makes this test's own file the program: what is started, killed and
// asked below is main, in a process of its own.
const asProgram = "GOODTURN_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// patience bounds every wait for another process, on a machine that is busy.
const patience = 90 * time.Second

// program is a command that has not begun.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	return cmd
}

// output is what a command said, and how it ended.
type output struct {
	out, err string
	code     int
}

func (o output) lastLine() string {
	lines := strings.Split(strings.TrimRight(o.out, "\n"), "\n")
	return lines[len(lines)-1]
}

// runProgram carries a command out to its end.
func runProgram(t *testing.T, in string, args ...string) output {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := program(t, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(in), &stdout, &stderr
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return output{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// house is a data folder with a database, on which one process at a time serves.
type house struct {
	t      *testing.T
	config server.Config
	flags  []string // of every command
}

// newHouse is an empty one.
func newHouse(t *testing.T, e db.Engine) *house {
	t.Helper()
	h := &house{t: t, config: servertest.Config(t, e)}
	h.flags = []string{"--data", h.config.Data}
	if h.config.Database != "" {
		h.flags = append(h.flags, "--database", h.config.Database)
	}
	return h
}

// eachHouse runs f as the subtests "sqlite" and "postgres".
func eachHouse(t *testing.T, f func(t *testing.T, h *house)) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) { f(t, newHouse(t, e)) })
	}
}

// command carries one out on the house.
func (h *house) command(args ...string) output {
	h.t.Helper()
	return runProgram(h.t, "", append(args, h.flags...)...)
}

// arrange opens the house in this process, without starting it, and closes it
// again.
func (h *house) arrange(f func(s *server.Server)) {
	h.t.Helper()
	s, err := server.Open(context.Background(), h.config)
	if err != nil {
		h.t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			h.t.Error(err)
		}
	}()
	f(s)
}

// resident is somebody with a token.
type resident struct {
	*account.Account
	token string
}

// resident makes one in an arrangement.
func (h *house) resident(s *server.Server, name string) resident {
	h.t.Helper()
	ctx := context.Background()
	a, err := s.Auth.CreateByCommand(ctx, auth.NewLogin{Username: name, Email: name + "@example.org", Password: servertest.Password})
	if err != nil {
		h.t.Fatal(err)
	}
	token, _, err := s.Auth.CreateToken(ctx, a.ID, "test", auth.DefaultScopes)
	if err != nil {
		h.t.Fatal(err)
	}
	return resident{a, token}
}

// process is a server that runs.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	base   string
	stderr *safeBuffer
	ended  chan struct{} // closed when it ended
	err    error         // why, once it has
}

// serve starts a server with full synchronisation, and waits until it is well.
func (h *house) serve(more ...string) *process {
	h.t.Helper()
	p := h.begin(more...)
	p.await("the server is well", func() bool {
		status, _ := p.ask(http.MethodGet, "/healthz", "", nil)
		return status == http.StatusOK
	})
	return p
}

// begin starts a server.
func (h *house) begin(more ...string) *process {
	h.t.Helper()
	args := append([]string{"serve", "--listen", h.config.Listen, "--rate-limits", "off"}, h.flags...)
	p := &process{t: h.t, cmd: program(h.t, append(args, more...)...), base: "http://" + h.config.Listen,
		stderr: &safeBuffer{}, ended: make(chan struct{})}
	p.cmd.Stderr = p.stderr
	p.start()
	return p
}

// start starts it, and ends it with the test.
func (p *process) start() {
	p.t.Helper()
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.err = p.cmd.Wait()
	}()
	p.t.Cleanup(func() {
		p.kill()
		if p.t.Failed() {
			p.t.Logf("the server said:\n%s", p.stderr)
		}
	})
}

// kill ends it as a power cut does, if it still runs.
func (p *process) kill() {
	if err := p.cmd.Process.Kill(); err == nil {
		<-p.ended
	}
}

// stop ends it as an operator does, and answers its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatal("the server does not stop")
	}
	return p.cmd.ProcessState.ExitCode()
}

// await polls until is says so, as long as the process runs.
func (p *process) await(what string, is func() bool) {
	p.t.Helper()
	p.within(patience, what, is)
}

// within is await with a bound of its own.
func (p *process) within(most time.Duration, what string, is func() bool) {
	p.t.Helper()
	deadline := time.After(most)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-p.ended:
			p.t.Fatalf("the server ended before %s: %v", what, p.err)
		case <-deadline:
			p.t.Fatalf("waited in vain until %s", what)
		}
	}
}

// ask sends a JSON body, if any, and answers the status, 0 for none, and the
// body.
func (p *process) ask(method, path, token string, body any, headers ...string) (int, []byte) {
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			panic(err)
		}
		in = bytes.NewReader(raw)
	}
	r, err := http.NewRequest(method, p.base+path, in)
	if err != nil {
		panic(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return send(r)
}

// send answers the status, 0 where the answer did not come whole.
func send(r *http.Request) (int, []byte) {
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		return 0, nil
	}
	return res.StatusCode, out
}

// read is ask for what must be there.
func (p *process) read(path, token string, v any) {
	p.t.Helper()
	status, body := p.ask(http.MethodGet, path, token, nil)
	if status != http.StatusOK {
		p.t.Fatalf("GET %s: %d %s", path, status, body)
	}
	if err := json.Unmarshal(body, v); err != nil {
		p.t.Fatalf("GET %s: %v in %s", path, err, body)
	}
}

// safeBuffer is written by one goroutine and read by another.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
