// Package filter is in charge of what people wish not to read: keywords and single
// posts, gathered in filters that say where they hold and what becomes of a post
// that they find. It finds them by what each person's filters are compiled to,
// which is kept in memory.
//
// Nobody knows of a filter but its owner. What is done about a post that one
// found is up to the doors, which show it folded or not at all, but for Drops.
package filter

import (
	"time"

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Bounds of filters.
const (
	FiltersMost  = 100      // of one account
	KeywordsMost = 100      // of one filter
	PostsMost    = 100      // of one filter
	keywordBytes = 64 << 10 // of all keywords of one account, as they are looked for: folded
	TitleMost    = 256      // characters
	KeywordMost  = 512      // characters
)

// Contexts are where a filter holds, one bit each.
type Contexts int64

// The places, as each bit is stored.
const (
	Home    Contexts = 1 << iota // home and lists
	Notices                      // notices
	Public                       // what all see: everyone's, hashtags, movements
	Thread                       // a post with what it answers and what answers it
	Profile                      // an account's page

	everywhere = Home | Notices | Public | Thread | Profile
)

// Action says what becomes of a post that a filter found.
type Action string

const (
	Warn Action = "warn" // it is folded beneath the filter's title
	Hide Action = "hide" // it is not shown
	Blur Action = "blur" // its pictures are folded
)

// Filter is one of somebody's filters, at one moment; it never changes.
type Filter struct {
	ID        id.ID
	AccountID id.ID // its owner
	Title     string
	Contexts  Contexts
	Action    Action
	Drops     bool      // with Hide: what it finds is not even sent to home and notices
	ExpiresAt time.Time // zero: never
	Keywords  []Keyword // oldest first
	Posts     []Pick    // oldest first
}

// Keyword is a word or phrase that a filter looks for, without regard to case.
type Keyword struct {
	ID        id.ID
	Text      string
	WholeWord bool // where it begins or ends with a letter, so must a word
}

// Pick is a post that a filter finds whatever it says.
type Pick struct{ ID, PostID id.ID }

// Expired says whether the filter finds nothing any more.
func (f *Filter) Expired(now time.Time) bool {
	return !f.ExpiresAt.IsZero() && !now.Before(f.ExpiresAt)
}

// Draft is what an owner gives for a filter; nil leaves it as it is, and is Warn
// and never for a new one.
type Draft struct {
	Title     *string
	Contexts  *Contexts
	Action    *Action
	Drops     *bool
	ExpiresAt *time.Time // the zero time: never
	Keywords  []KeywordDraft
}

// KeywordDraft is what an owner gives for a keyword; nil leaves it as it is.
type KeywordDraft struct {
	ID        id.ID // 0: a new one
	Text      *string
	WholeWord *bool
	Remove    bool
}

// Changed tells that an account's filters are others now.
type Changed struct{ AccountID id.ID }

// change takes a draft in, but for its keywords.
func (f *Filter) change(d Draft) (err error) {
	if d.Title != nil {
		if f.Title, err = text.Line("title", *d.Title, TitleMost); err != nil {
			return err
		}
	}
	if f.Title == "" {
		return problem.Invalid("title", "Give the filter a title.")
	}
	if d.Contexts != nil {
		f.Contexts = *d.Contexts
	}
	if f.Contexts <= 0 || f.Contexts&^everywhere != 0 {
		return problem.Invalid("context", "Say where the filter holds.")
	}
	if d.Action != nil {
		f.Action = *d.Action
	}
	if f.Action != Warn && f.Action != Hide && f.Action != Blur {
		return problem.Invalid("filter_action", "A filter warns, hides or blurs.")
	}
	if d.Drops != nil {
		f.Drops = *d.Drops
	}
	f.Drops = f.Drops && f.Action == Hide
	if d.ExpiresAt != nil {
		f.ExpiresAt = *d.ExpiresAt
	}
	return nil
}

// change takes a draft in.
func (k *Keyword) change(d KeywordDraft) (err error) {
	if d.Text != nil {
		if k.Text, err = text.Line("keyword", *d.Text, KeywordMost); err != nil {
			return err
		}
	}
	if k.Text == "" {
		return problem.Invalid("keyword", "A keyword is not empty.")
	}
	if d.WholeWord != nil {
		k.WholeWord = *d.WholeWord
	}
	return nil
}
