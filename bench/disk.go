package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"
)

// syncBytes is about what a group of writes adds to SQLite's log.
const syncBytes = 16 << 10

// disk measures what no write that is kept can be quicker than: one write and
// sync after the other, in the folder of the data. A group of eight writes
// shares one.
func disk(ctx context.Context, m *machine, r row) (_ []result, err error) {
	f, err := os.CreateTemp(m.data, "sync-*")
	if err != nil {
		return nil, fmt.Errorf("make a file to sync: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	s := &sample{}
	block := make([]byte, syncBytes)
	for began := time.Now(); s.elapsed < m.duration/2 && ctx.Err() == nil; s.elapsed = time.Since(began) {
		at := time.Now()
		if _, err := f.Write(block); err != nil {
			return nil, fmt.Errorf("write: %w", err)
		}
		if err := f.Sync(); err != nil {
			return nil, fmt.Errorf("sync: %w", err)
		}
		s.latency.add(time.Since(at))
		s.n++
		s.bytes += syncBytes
	}
	res, err := resultOf(r, s, nil)
	return []result{res}, err
}
