package sample

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A story of an hour has most often been liked, the most liked very often, and one
// that was told just now has had no time.
func TestNewEcho(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const n = 2000
	silent, likes, most := 0, 0, 0
	for range n {
		e := NewEcho(rng, time.Hour)
		if e.Shares+e.Replies > e.Likes {
			t.Fatalf("%+v: more answered than liked", e)
		}
		if e.Likes == 0 {
			silent++
		}
		likes, most = likes+e.Likes, max(most, e.Likes)
		if e := NewEcho(rng, 20*time.Second); e.Likes > 1 {
			t.Errorf("%+v within seconds", e)
		}
	}
	t.Logf("%.1f likes each, at most %d, %d without", float64(likes)/n, most, silent)
	if mean := float64(likes) / n; silent > n/3 || mean < 2 || mean > 8 || float64(most) < 10*mean {
		t.Errorf("%.1f likes each, at most %d, %d of %d without", mean, most, silent, n)
	}
}
