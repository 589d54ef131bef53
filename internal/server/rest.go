package server

import (
	"context"
	"runtime/debug"
	gometrics "runtime/metrics"
	"time"
)

// How a server tells that it rests: in a while it made little. Go keeps what a
// busy hour needed for minutes, in case that it is needed again; one small machine has
// other uses for it.
const (
	restLook   = 15 * time.Second
	restMade   = 8 << 20  // bytes that a resting server makes meanwhile, at most
	restUnused = 16 << 20 // bytes that are worth giving back
)

// giveBack gives memory back to the machine when the server has come to rest, at
// which it looks at each tick.
func giveBack(ctx context.Context, ticks <-chan time.Time) {
	for last := memoryNow(); ; {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		now := memoryNow()
		if now.restsSince(last) {
			debug.FreeOSMemory()
		}
		last = now
	}
}

// heap is what Go's memory holds, in bytes.
type heap struct {
	made uint64 // since the start
	held uint64 // of the machine
	live uint64 // after the last collection
}

func (h heap) unused() uint64 { return h.held - min(h.held, h.live) }

// restsSince says whether little was made since, and there is something to give back.
func (h heap) restsSince(last heap) bool {
	return h.made-last.made < restMade && h.unused() > restUnused
}

func memoryNow() heap {
	s := []gometrics.Sample{
		{Name: "/gc/heap/allocs:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}, {Name: "/memory/classes/heap/free:bytes"},
		{Name: "/gc/heap/live:bytes"},
	}
	gometrics.Read(s)
	return heap{
		made: s[0].Value.Uint64(),
		held: s[1].Value.Uint64() + s[2].Value.Uint64() + s[3].Value.Uint64(),
		live: s[4].Value.Uint64(),
	}
}
