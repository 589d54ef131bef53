package main

import (
	"context"
	"os"
	"testing"
	"time"
)

// TestMain lets the test's program be the constant server, as bench itself can.
func TestMain(m *testing.M) {
	if isConstant() {
		exit(serveConstant())
	}
	os.Exit(m.Run())
}

// TestRun measures every row at 1 % of its size. It holds the rows to being
// measured without an error, and not to any speed: that depends on the machine.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("leaves out the benchmarks' small run")
	}
	measured := map[string]bool{}
	err := run(context.Background(), options{quick: true, duration: quickDuration}, func(r result) {
		measured[r.Name+" "+r.Condition] = true
		if r.Constant > 0 && r.Ratio <= 0 || r.Constant == 0 && r.Memory <= 0 && r.P99 <= 0 {
			t.Errorf("%s %s was not measured: %+v", r.Name, r.Condition, r)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows() {
		if !measured[r.name+" "+r.condition] {
			t.Errorf("%s %s is missing", r.name, r.condition)
		}
	}
}

func TestHistogram(t *testing.T) {
	var h histogram
	for i := range 1000 {
		h.add(time.Duration(i+1) * time.Microsecond)
	}
	for q, want := range map[float64]time.Duration{.5: 500 * time.Microsecond, .99: 990 * time.Microsecond} {
		if got := h.quantile(q); got < want || got > want+want/16 {
			t.Errorf("the %g quantile is %s, wanted about %s", q, got, want)
		}
	}
	for v := uint64(1); v < 1<<40; v = v*3/2 + 1 {
		if i := step(v); v < least(i) || v >= least(i+1) {
			t.Errorf("%d is counted in [%d, %d)", v, least(i), least(i+1))
		}
	}
}
