package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// result is a measured line of the table.
type result struct {
	Name      string        `json:"name"`
	Condition string        `json:"condition,omitempty"`
	PerSecond float64       `json:"per_second,omitempty"`
	P50       time.Duration `json:"p50_ns,omitempty"`
	P99       time.Duration `json:"p99_ns,omitempty"`
	Bytes     int           `json:"bytes,omitempty"`    // of a body
	Constant  float64       `json:"constant,omitempty"` // a second, of the constant server in the same run
	Ratio     float64       `json:"ratio,omitempty"`    // PerSecond to Constant
	Memory    int64         `json:"memory_bytes,omitempty"`
	Note      string        `json:"note,omitempty"`
}

// resultOf tells of a house beside the constant server; constant is nil where
// there is nothing to compare.
func resultOf(r row, house, constant *sample) (result, error) {
	if house.n == house.failed {
		return result{}, errNothing
	}
	res := result{
		Name: r.name, Condition: r.condition, PerSecond: house.perSecond(), Bytes: house.size(),
		P50: house.latency.quantile(.5), P99: house.latency.quantile(.99),
	}
	if constant != nil && constant.perSecond() > 0 {
		res.Constant = constant.perSecond()
		res.Ratio = res.PerSecond / res.Constant
	}
	return res, nil
}

const tableLine = "%-36s %-30s %9s %9s %9s %8s %6s  %s\n"

// table prints a heading, and gives what prints a result as a line for people.
func table() func(result) {
	fmt.Printf(tableLine, "what", "when", "a second", "p50 ms", "p99 ms", "bytes", "ratio", "")
	return printLine
}

func printLine(r result) {
	text := func(format string, v float64) string {
		if v == 0 {
			return ""
		}
		return fmt.Sprintf(format, v)
	}
	note := r.Note
	if r.Memory > 0 {
		note = strings.TrimSuffix(size(r.Memory)+"; "+note, "; ")
	}
	fmt.Printf(tableLine, r.Name, r.Condition, text("%.0f", r.PerSecond), text("%.2f", ms(r.P50)), text("%.2f", ms(r.P99)),
		text("%.0f", float64(r.Bytes)), text("%.2f", r.Ratio), note)
}

// printJSON prints r as a line for programs.
func printJSON(r result) {
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, "bench: print a result:", err)
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func size(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.1f kB", float64(n)/1e3)
	}
	return megabytes(n)
}
