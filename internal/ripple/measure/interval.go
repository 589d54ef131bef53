package measure

import (
	"maps"
	"math"
	"slices"
	"time"
)

// SerialInterval is the time from an act to its child, in days.
type SerialInterval struct {
	Intervals    int64 // how many it is taken from
	Mean, Median float64
	Q10, Q25     float64
	Q75, Q90     float64
}

const (
	// exactUpTo is the number of intervals that are kept as they are.
	exactUpTo = 4096
	// IntervalError is the greatest relative error of a quantile taken from buckets: 1 %, which is a
	// quarter of an hour in a day. The mean has none.
	IntervalError = 0.01
)

var lnGamma = math.Log((1 + IntervalError) / (1 - IntervalError))

// Bucket returns the bucket of an interval in milliseconds. Buckets grow by 2 %, so that any value is
// within IntervalError of its bucket's middle (DDSketch: Masson, Rim and Lee 2019); bucket 0 holds what
// is one millisecond or shorter.
func Bucket(ms int64) int {
	if ms <= 1 {
		return 0
	}
	return int(math.Ceil(math.Log(float64(ms)) / lnGamma))
}

// middle is the value that stands for a bucket, in milliseconds.
func middle(bucket int) float64 {
	return 2 * math.Exp(float64(bucket)*lnGamma) / (math.Exp(lnGamma) + 1)
}

// Intervals collects serial intervals. Up to 4,096 it is exact; beyond, quantiles come from buckets with
// a relative error of at most IntervalError, and the mean stays exact. The zero value is ready; it is not safe for concurrent use.
type Intervals struct {
	exact   []int64 // nil once there are buckets
	buckets map[int]int64
	count   int64
	sum     float64 // milliseconds
}

// Add counts one interval in milliseconds. A child is never older than its parent, so it is not negative.
func (v *Intervals) Add(ms int64) {
	v.count++
	v.sum += float64(ms)
	if v.buckets == nil && len(v.exact) < exactUpTo {
		v.exact = append(v.exact, ms)
		return
	}
	v.spill()
	v.buckets[Bucket(ms)]++
}

// spill moves what is kept exactly into buckets.
func (v *Intervals) spill() {
	if v.buckets == nil {
		v.buckets = make(map[int]int64)
	}
	for _, ms := range v.exact {
		v.buckets[Bucket(ms)]++
	}
	v.exact = nil
}

// Serial returns the serial interval in days, and false where no act has a child.
func (v *Intervals) Serial() (SerialInterval, bool) {
	if v.count == 0 {
		return SerialInterval{}, false
	}
	at := v.quantiles()
	day := float64((24 * time.Hour).Milliseconds())
	return SerialInterval{
		Intervals: v.count,
		Mean:      v.sum / float64(v.count) / day,
		Median:    at(0.5) / day,
		Q10:       at(0.1) / day,
		Q25:       at(0.25) / day,
		Q75:       at(0.75) / day,
		Q90:       at(0.9) / day,
	}, true
}

// quantiles returns the quantile function, in milliseconds.
func (v *Intervals) quantiles() func(p float64) float64 {
	if v.buckets == nil {
		sorted := make([]float64, len(v.exact))
		for i, ms := range v.exact {
			sorted[i] = float64(ms)
		}
		slices.Sort(sorted)
		return func(p float64) float64 { return quantile(sorted, p) }
	}
	order := slices.Sorted(maps.Keys(v.buckets))
	return func(p float64) float64 {
		rank, seen := int64(p*float64(v.count-1)), int64(0)
		for _, bucket := range order {
			if seen += v.buckets[bucket]; seen > rank {
				return middle(bucket)
			}
		}
		return middle(order[len(order)-1])
	}
}
