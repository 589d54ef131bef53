package look

import (
	"time"

	"goodturn/internal/lang"
)

// Movement is a movement's head or card. Its buttons post to
// /movements/{Slug}/join, /leave, /follow and /unfollow with a field "back".
type Movement struct {
	Slug, Name, Hashtag string // the hashtag without its #
	URL                 string
	Purpose             string
	Avatar              string
	Header              string // a wide picture, "" draws rings
	Causes              []Link
	People, Acts        int64
	Organisers          []Person
	Joined, Followed    bool
	Organiser           bool // the reader organises it
	EditURL             string
	ShareURL            string // where it is told to others
	Closed              bool   // archived: nobody joins
	OrganisersURL       string // whom to ask, for a reader whom they removed; else ""
	Back                string
	Why                 string // why it is shown here, in the reader's language
	Menu                Menu
}

// Figure is a number that can be opened.
type Figure struct {
	Text  string // the number, written out
	Label string
	URL   string // where it opens; "" if nowhere
}

// Amount is a quantity in its smallest unit.
type Amount struct {
	N    int64
	Unit string // an ISO 4217 code ("USD": minor units), "minutes", a count of calls ("deeds"), or a word in the reader's language
}

// Say writes the amount for people.
func (a Amount) Say(p *lang.Printer) string { return p.Amount(a.N, a.Unit) }

// short is Say without what things are called, where that is said beside it.
func (a Amount) short(p *lang.Printer) string {
	if lang.IsCount(a.Unit) {
		return p.Number(a.N)
	}
	return a.Say(p)
}

// Call is a call to action.
type Call struct {
	ID, URL        string
	Kind           string // "petition", "fundraiser", "volunteering", "event", "challenge" or "deed"
	Title, Summary string
	BodyHTML       string // sanitised, in place of the summary on its own page
	Counts         string // what counts as done, where it is to be said
	Movement       *Link
	State          string // "draft", "open", "closed" or "cancelled"
	Reason         string // why it was cancelled
	Place          string
	Online         bool
	Opens          time.Time // of a draft that opens by itself; zero if none, as are the next two
	Starts, Ends   time.Time
	Goal           *Amount // none: the acts are only counted
	First          *Amount // the first goal, reached: Goal is the second
	Reached        Amount  // by acts here
	Acts, People   int64
	ActsURL        string
	Nominees       int // how many may be asked; 0 if nobody
	Within         time.Duration
	Reported       []Reported // by the partner; never added to acts here
	Action         string     // on the button; by kind if empty
	ActionURL      string
	Done           bool // the reader has answered it
	Menu           Menu
	Whole          bool
}

// Reported is a figure that a partner published, apart from acts here.
type Reported struct {
	Amount Amount
	Least  bool   // it was more than that
	What   string // "raised in the summer of 2014"
	At     time.Time
	By     string
	Source Link // without a URL where there is none
}

// kinds are the six kinds of call with their names and the words on their
// buttons, as keys for translation.
var kinds = map[string]struct{ name, action string }{
	"petition":     {lang.Mark("Petition"), lang.Mark("Sign it")},
	"fundraiser":   {lang.Mark("Fundraiser"), lang.Mark("Give")},
	"volunteering": {lang.Mark("Volunteering"), lang.Mark("Lend a hand")},
	"event":        {lang.Mark("Event"), lang.Mark("Come along")},
	"challenge":    {lang.Mark("Challenge"), lang.Mark("Take the challenge")},
	"deed":         {lang.Mark("Deed"), lang.Mark("Do it")},
}

// KindName is a kind of call in the reader's language.
func KindName(p *lang.Printer, kind string) string { return p.T(kinds[kind].name) }

func (c Call) action(p *lang.Printer) string {
	if c.Action != "" {
		return c.Action
	}
	return p.T(kinds[c.Kind].action)
}

// Funnel is the way from being seen to being kind. Acts are all of them;
// Witnessed are those witnessed or confirmed.
type Funnel struct {
	Reach, Likes               int64
	Acts, Witnessed, Confirmed int64
	LikesURL, ActsURL          string
	WitnessedURL, ConfirmedURL string
}

type funnelRow struct {
	label, note, url string
	n                int64
	width            string // of 100
	class            string
}

// rows are the steps in two groups: attention and acts. Each group has a scale
// of its own, because on a common one the acts would be a hair's breadth.
func (f Funnel) rows(p *lang.Printer) (attention, acts []funnelRow) {
	most := max(f.Reach, f.Likes)
	attention = []funnelRow{
		{p.T("Saw it"), "", "", f.Reach, share(f.Reach, most), "bar-reach"},
		{p.T("Liked"), oneIn(p, f.Likes, f.Reach), f.LikesURL, f.Likes, share(f.Likes, most), "bar-likes"},
	}
	acts = []funnelRow{
		{p.T("Acted"), oneIn(p, f.Acts, f.Reach), f.ActsURL, f.Acts, share(f.Acts, f.Acts), "bar-told"},
		{p.T("of these witnessed"), part(p, f.Witnessed, f.Acts), f.WitnessedURL, f.Witnessed, share(f.Witnessed, f.Acts), "bar-witnessed"},
		{p.T("of these confirmed"), part(p, f.Confirmed, f.Acts), f.ConfirmedURL, f.Confirmed, share(f.Confirmed, f.Acts), "bar-confirmed"},
	}
	return attention, acts
}

// share is n of most as a width of 100, at least a visible sliver of what is
// not nothing.
func share(n, most int64) string {
	if n <= 0 || most <= 0 {
		return "0"
	}
	return decimal(max(0.8, 100*float64(n)/float64(most)))
}

func oneIn(p *lang.Printer, n, of int64) string {
	if n <= 0 || of < n {
		return ""
	}
	return p.T("1 in %d", (of+n/2)/n)
}

func part(p *lang.Printer, n, of int64) string {
	if of <= 0 {
		return ""
	}
	return p.Percent(float64(n) / float64(of))
}

// Profile is the head of an account's page. Its buttons post to
// /accounts/{ID}/follow, /unfollow, /block, /unblock, /mute and /unmute.
type Profile struct {
	ID string
	Person
	Header           string
	BioHTML          string // sanitised
	Joined           time.Time
	Figures          []Figure
	Mine             bool
	EditURL          string
	Following, Asked bool // Asked: the request waits for an answer
	FollowsMe        bool
	Locked           bool
	Blocked          bool
	SignedIn         bool
	Menu             Menu
	Back             string
}
