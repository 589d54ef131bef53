// Package measure is the epidemiology of a ripple: how many acts an act brings about, how long that
// takes, and how sure one may be. It is in charge of the arithmetic only. What is counted (which acts
// are old enough, which children came within the window) is selected by its caller, in SQL or with
// Observe, and nothing here reads a clock, a database or a global source of randomness.
//
// Times are UTC milliseconds, intervals are milliseconds where they are collected and days where they
// are told.
package measure

import (
	"iter"
	"time"
)

// Window is how old an act must be before its children are counted, and how long they are counted
// for, unless its call says otherwise. Design section 5 calls it W.
//
// With the published serial interval (median 1 day, mean 2.1) 14 days see 98.5 % of the children there
// will ever be; the rest is what a window costs. See docs/decisions/0002-measuring-a-ripple.md.
const Window = 14 * 24 * time.Hour

// Link is an act as the ripple sees it: who its parent is, which first act it descends from, and when
// it was done.
type Link struct {
	Act    int64
	Parent int64 // 0 for a first act
	Root   int64 // the act itself for a first act
	At     int64 // UTC milliseconds
}

// Observe counts, for each act that is at least window old at now (UTC milliseconds), the children that
// came within window of it. It is the definition that the ripple's SQL is held against; acts may come
// in any order, and the sequence is walked three times.
//
// Both ends matter. An act younger than the window has not had its time, so counting it would pull R
// down; a child later than the window is left out even where it has been seen, because the youngest
// parents have not been watched for longer than that.
func Observe(acts iter.Seq[Link], now int64, window time.Duration) *Offspring {
	w := window.Milliseconds()
	type parent struct {
		at       int64
		children int
	}
	old := make(map[int64]*parent)
	for a := range acts {
		if a.At <= now-w {
			old[a.Act] = &parent{at: a.At}
		}
	}
	for a := range acts {
		if p := old[a.Parent]; p != nil && a.At-p.at <= w {
			p.children++
		}
	}
	var o Offspring
	for a := range acts {
		if p := old[a.Act]; p != nil {
			o.Add(a.Root, p.children, 1)
		}
	}
	return &o
}
