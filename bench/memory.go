package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// memory is what the house's process holds, in bytes.
type memory struct {
	resident int64 // as the operating system counts
	live     int64 // heap objects and stacks in use, after a collection
}

// memory asks the house, after it has had the time to give back what it does
// not need.
func (c *child) memory(ctx context.Context) (m memory, err error) {
	// Any heap profile with gc=1 collects garbage first.
	if _, err := c.fetch(ctx, "/debug/pprof/heap?gc=1"); err != nil {
		return m, err
	}
	values, err := c.values(ctx)
	if err != nil {
		return m, err
	}
	m = memory{
		resident: int64(values["process_resident_memory_bytes"]),
		live:     int64(values["go_memstats_heap_alloc_bytes"] + values["go_memstats_stack_inuse_bytes"]),
	}
	if m.live == 0 {
		return m, fmt.Errorf("the metrics of the house do not tell its memory")
	}
	return m, nil
}

// values are the house's metrics that have no labels.
func (c *child) values(ctx context.Context) (map[string]float64, error) {
	page, err := c.fetch(ctx, "/metrics")
	if err != nil {
		return nil, err
	}
	values := map[string]float64{}
	for lines := bufio.NewScanner(bytes.NewReader(page)); lines.Scan(); {
		name, value, ok := strings.Cut(lines.Text(), " ")
		if f, err := strconv.ParseFloat(value, 64); ok && err == nil {
			values[name] = f
		}
	}
	return values, nil
}

// settleFor is how long a house rests before its memory at rest is taken.
const settleFor = 3 * time.Second

// atRest measures a house that was just started.
func atRest(ctx context.Context, m *machine, r row) ([]result, error) {
	if err := m.restart(ctx); err != nil {
		return nil, err
	}
	if err := pause(ctx, m.scaled(settleFor)); err != nil {
		return nil, err
	}
	return held(ctx, m, r)
}

// held measures the memory of the house as it is.
func held(ctx context.Context, m *machine, r row) ([]result, error) {
	if err := m.ensure(ctx); err != nil {
		return nil, err
	}
	now, err := m.house.memory(ctx)
	if err != nil {
		return nil, err
	}
	return []result{{
		Name: r.name, Condition: r.condition, Memory: max(now.resident, now.live),
		Note: fmt.Sprintf("%s of it live", megabytes(now.live)),
	}}, nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
