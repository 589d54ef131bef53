package look

import "goodturn/internal/lang"

// Welcome is the front page for somebody who is not signed in.
type Welcome struct {
	Site      string // what this server says about itself, one sentence; may be empty
	Movements []Movement
	Tags      []Link // hashtags that move people today
	JoinURL   string
	FindURL   string
	TodayURL  string
}

// ChainLink is one step of a ripple: what moved whom, from the first to the one that is looked at.
type ChainLink struct {
	Who  Person
	Did  string // "took the challenge"
	URL  string
	Here bool // the one that the page is about
}

// Resource is something to learn before acting.
type Resource struct {
	Title, URL string
	Note       string // why to read it
	NoteHTML   string // the same at length, sanitised
	Sources    []Link
	Menu       Menu
}

// hidden says how many more there are that the reader may not see, in a coarse
// step where a number could tell who.
func hidden(p *lang.Printer, n int) string {
	if n < 5 {
		return p.T("and a few that are private")
	}
	return p.N("and %d private", "and %d private", n)
}
