// Command test runs every test of the project, prints what failed, and names
// what was left out for want of something on this machine (PostgreSQL, a
// browser, npm, the Mastodon contract). With GOODTURN_TEST_REQUIRE=1 whatever
// is left out is a failure, but for what is not the project's to give: see excused.
//
//	go run ./tools/test [go test flags and packages; ./... if none]
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// event is a line of go test -json; see `go doc test2json`.
type event struct {
	Action, Package, Test, Output, ImportPath string
	Elapsed                                   float64
}

func main() {
	start := time.Now()
	args := os.Args[1:]
	if len(args) == 0 {
		args = []string{"./..."}
	}
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "test: start go test:", err)
		os.Exit(1)
	}
	r := read(out)
	runErr := cmd.Wait()
	r.print(time.Since(start))
	if runErr != nil || r.failed > 0 || (os.Getenv("GOODTURN_TEST_REQUIRE") == "1" && len(r.leftOut) > 0) {
		os.Exit(1)
	}
}

// excused are the tests that may be left out though all are required, by the
// reason that they give. The contract describes Mastodon's API; it is kept beside
// the project and is not part of it.
var excused = map[string]string{
	"TestContract":          "the Mastodon contract, GOODTURN_TEST_CONTRACT is not set",
	"TestContract_Coverage": "the Mastodon contract, GOODTURN_TEST_CONTRACT is not set",
}

type result struct {
	passed, failed, skipped int
	leftOut                 []string // why, of those that are not excused
	excused                 []string // tests
}

// read follows the run, printing each failure as it happens and a line a
// package.
func read(out io.Reader) *result {
	r := &result{}
	said := map[string]*strings.Builder{}
	sc := bufio.NewScanner(out)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		var e event
		if json.Unmarshal(sc.Bytes(), &e) != nil {
			fmt.Println(sc.Text())
			continue
		}
		key := e.Package + " " + e.Test
		switch e.Action {
		case "output":
			if said[key] == nil {
				said[key] = &strings.Builder{}
			}
			said[key].WriteString(e.Output)
		case "build-output":
			fmt.Print(e.Output)
		case "pass", "fail", "skip":
			r.end(e, said[key])
			delete(said, key)
		}
	}
	return r
}

func (r *result) end(e event, said *strings.Builder) {
	if e.Test == "" {
		if e.Action != "skip" { // skip: a package without tests
			fmt.Printf("%-4s %-40s %6.1fs\n", e.Action, e.Package, e.Elapsed)
		}
		if e.Action == "fail" {
			r.failed++
			if said != nil {
				fmt.Print(said)
			}
		}
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped++
		if reason := why(said); excused[e.Test] == reason {
			r.excused = append(r.excused, e.Test+", for want of "+reason)
		} else {
			r.leftOut = append(r.leftOut, reason)
		}
	case "fail":
		r.failed++
		fmt.Printf("FAIL %s %s\n%s", e.Package, e.Test, said)
	}
}

// why is the reason that a test gave when it left itself out.
func why(said *strings.Builder) string {
	if said == nil {
		return "for no reason given"
	}
	for line := range strings.Lines(said.String()) {
		if _, reason, ok := strings.Cut(line, "left out: "); ok {
			return strings.TrimSpace(reason)
		}
	}
	return strings.TrimSpace(said.String())
}

func (r *result) print(took time.Duration) {
	slices.Sort(r.leftOut)
	for i := 0; i < len(r.leftOut); {
		n := 1
		for i+n < len(r.leftOut) && r.leftOut[i+n] == r.leftOut[i] {
			n++
		}
		fmt.Printf("left out %d×: %s\n", n, r.leftOut[i])
		i += n
	}
	for _, e := range r.excused {
		fmt.Println("excused:", e)
	}
	fmt.Printf("%s\n%d passed, %d failed, %d skipped\n", took.Round(time.Second), r.passed, r.failed, r.skipped)
}
