package main

import (
	"math/bits"
	"time"
)

// histogram counts durations in steps of at most 1/32 of their size, so that
// adding one costs a few nanoseconds. The zero value is empty.
type histogram struct {
	counts [64 * fine]int64
	n      int64
}

const fine = 32 // steps within a power of two

func (h *histogram) add(d time.Duration) {
	h.counts[step(uint64(max(d, 0)))]++
	h.n++
}

func (h *histogram) merge(o *histogram) {
	for i, c := range o.counts {
		h.counts[i] += c
	}
	h.n += o.n
}

// quantile is the duration that a part q of all does not exceed; 0 of none.
func (h *histogram) quantile(q float64) time.Duration {
	if h.n == 0 {
		return 0
	}
	left := int64(q*float64(h.n-1)) + 1
	for i, c := range h.counts {
		if left -= c; left <= 0 {
			return time.Duration(least(i + 1))
		}
	}
	return 0
}

// step is the place of a value, and least the smallest value of a place.
func step(v uint64) int {
	if v < fine {
		return int(v)
	}
	exponent := bits.Len64(v) - bits.Len64(fine) // v>>exponent lies in [fine, 2·fine)
	return exponent*fine + int(v>>exponent)
}

func least(i int) uint64 {
	if i < 2*fine {
		return uint64(i)
	}
	exponent := i/fine - 1
	return uint64(i-exponent*fine) << exponent
}
