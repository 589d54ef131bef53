package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// What is required may be left out by no test but the one that needs what the
// project cannot give, and by that for no other reason.
func TestRead_Excused(t *testing.T) {
	var run strings.Builder
	for _, c := range [][2]string{
		{"TestContract", "left out: the Mastodon contract, GOODTURN_TEST_CONTRACT is not set"},
		{"TestContract", "left out: no PostgreSQL"},
		{"TestOther", "left out: the Mastodon contract, GOODTURN_TEST_CONTRACT is not set"},
	} {
		for _, e := range []event{{Action: "output", Package: "p", Test: c[0], Output: "    x_test.go:1: " + c[1] + "\n"}, {Action: "skip", Package: "p", Test: c[0]}} {
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			run.Write(append(line, '\n'))
		}
	}
	r := read(strings.NewReader(run.String()))
	if len(r.excused) != 1 || !strings.HasPrefix(r.excused[0], "TestContract, ") || len(r.leftOut) != 2 || r.skipped != 3 {
		t.Errorf("%+v", r)
	}
}
