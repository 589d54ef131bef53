package look

import (
	"strconv"
	"time"

	"goodturn/internal/lang"
)

// Poll is what a post asks, as its reader sees it. Its form posts to
// /posts/{ID}/vote the field "choice" for each option that is chosen: its place,
// the first is 0; and is answered as the buttons of Post are.
type Poll struct {
	Options   []PollOption
	Multiple  bool // one may choose several
	Open      bool // its reader can vote
	Hidden    bool // nobody may know the numbers yet
	Ended     bool
	EndsAt    time.Time
	Voters    int64
	SignInURL string // of a reader who could vote then; else ""
	Error     string // why a vote was not taken
}

// PollOption is one answer.
type PollOption struct {
	Text       string
	Votes      int64
	Proportion float64 // of those who voted, 0 to 1
	Mine       bool    // its reader chose it
}

func (o PollOption) percent() string { return strconv.Itoa(int(o.Proportion*100 + 0.5)) }

func (q Poll) kind() string {
	if q.Multiple {
		return "checkbox"
	}
	return "radio"
}

// PollForm is the part of a composer that makes a poll: the fields poll_option,
// several times, poll_lasts, poll_multiple and poll_hide_totals.
type PollForm struct {
	Options    []string // what is in each field
	MaxOption  int      // characters
	Lasts      []Choice
	Multiple   bool
	HideTotals bool
	Error      string
}

// filled says whether there is something to see in it.
func (f PollForm) filled() bool {
	for _, o := range f.Options {
		if o != "" {
			return true
		}
	}
	return f.Error != ""
}

// Later is the part of a form that says when a post is published: publish_at,
// and the zone that it is meant in.
type Later struct {
	ID    string // of its field; "" for none
	At    string // as a field of type datetime-local has it
	Zone  string
	Typed bool   // by the reader: their browser's zone does not replace it
	Then  string // RFC 3339, for a script to write in the browser's zone; "" for none
	Error string
}

// optionLabel is what a field for an option is called; a poll has two at least.
func optionLabel(p *lang.Printer, i int) string {
	if i < 2 {
		return p.T("Answer %d", i+1)
	}
	return p.T("Answer %d (optional)", i+1)
}
