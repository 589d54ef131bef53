package look

import (
	"time"

	"goodturn/internal/lang"
)

// Post is one post as its reader sees it. Its buttons post to
// /posts/{ID}/like, /unlike, /share, /unshare, /bookmark and /unbookmark, each
// with a field "back"; its article has the id "post-{ID}", so a handler may
// answer with the article alone when the request's Goodturn-Part header names it,
// and otherwise leads back to Back + "#post-{ID}".
type Post struct {
	ID         string
	URL        string
	Author     Person
	At         time.Time
	Edited     time.Time // zero if never
	EditsURL   string    // its history
	Visibility string    // Mastodon's word
	Language   string    // BCP 47, "" if unknown
	HTML       string    // sanitised
	Warning    string    // a content warning; the text is folded beneath it
	Sensitive  bool      // the media are folded
	Media      []Media
	Poll       *Poll     // nil for none
	Card       *LinkCard // of the page it links to; nil for none

	SharedBy *Person // whose share brought it here
	ReplyTo  *Link   // the post it answers, named by its author
	Filtered string  // the title of the reader's filter beneath which it is folded
	Blurred  string  // of the one beneath which its media are
	Hidden   bool    // a filter leaves it out: it takes its place and shows nothing
	Why      string  // why it is shown here, in the reader's language
	Act      *ActMark
	Carried  *Link // by the movement, as "#PayItForward"

	Likes, Shares, Replies    int64
	Liked, Shared, Bookmarked bool
	NoShare                   bool // its visibility forbids it
	NextStep                  *NextStep
	Menu                      Menu
	Pinned                    bool   // it stands first on its author's page, which this is
	Back                      string // the page it stands on
	Line                      string // the id of the share that brought it here, sent along by its buttons; "" for the post itself
	Whole                     bool   // on its own page: a larger text
}

// Media is one file of a post.
type Media struct {
	Kind          string // "image", "video" or "audio"
	URL, Preview  string
	Alt           string
	Width, Height int // pixels of the preview; 0 if unknown
}

// ActMark says that a post tells of an act.
type ActMark struct {
	URL   string
	Text  string // what was done, short: "helped for 2 hours"
	Proof string // "told", "witnessed" or "confirmed"
}

// NextStep is the private offer after a like. It posts "not now" to
// /next-step/dismiss with the fields call and back.
type NextStep struct {
	Call   string // the id of the call
	Title  string // of the call
	Reason string // one sentence: why it fits this person
	Action string // on the button: "I will"
	URL    string // where the button leads
}

// Composer is the form to write a post. It posts multipart to Action (default
// /posts) the fields text, warning, visibility, language, reply_to, movement, back,
// key (for doing it once), kept, media_0..media_3 with alt_0..alt_3, and those of Poll
// and Later where it has them.
type Composer struct {
	Action      string
	Me          Person
	Label       string // what is asked: "What would you like to tell?"
	Text        string
	Warning     string
	Visibility  string
	Languages   []Choice // that it may be in; sent as "language"
	Poll        *PollForm
	Later       *Later
	ReplyTo     string // the id of the post answered
	Key         string // random; the same key is the same post
	Back        string
	Max         int  // characters
	MaxMedia    int  // files; 0 takes none
	Films       bool // and sound, beside pictures
	Kept        []Kept
	Alts        []string // see Files
	Note        string   // what to know before it is sent again
	Wrong       []Wrong
	Submit      string // on the button; "Post" if empty
	KeepFocused bool   // focus at once, on a page that is only for writing
}

// Kept is a file that was sent with the form before: it sends "kept" with its id,
// and alt_ID.
type Kept struct {
	Media
	ID      string
	Waiting bool // it is still being made ready
}

// Files are the fields for what goes with a form: media_0 and on, each with its
// alt_0 and on, beside what was kept.
type Files struct {
	Kept  []Kept
	Alts  []string // what was said of files that did not come back
	Max   int      // of both together
	Films bool     // and sound, beside pictures
	Open  bool
}

// alt is what the field for the i-th new file begins with.
func (f Files) alt(i int) string {
	if i < len(f.Alts) {
		return f.Alts[i]
	}
	return ""
}

func (f Files) accept() string {
	const pictures = "image/jpeg,image/png,image/webp,image/gif"
	if f.Films {
		return pictures + ",video/*,audio/*"
	}
	return pictures
}

func (c Composer) action() string {
	if c.Action == "" {
		return "/posts"
	}
	return c.Action
}

func (c Composer) max() int {
	if c.Max == 0 {
		return 500
	}
	return c.Max
}

// LeadBack has the card's forms lead back to that page: to the one it stands on.
func (n *Post) LeadBack(to string) {
	n.Back = to
	for i := range n.Menu {
		if n.Menu[i].Back != "" {
			n.Menu[i].Back = to
		}
	}
}

// LeftOut is how many of the posts filters leave out.
func LeftOut(posts []Post) (n int) {
	for i := range posts {
		if posts[i].Hidden {
			n++
		}
	}
	return n
}

func (n Post) part() string { return "post-" + n.ID }

// toggled is the path of the button that turns a mark on, or off again.
func (n Post) toggled(verb string, on bool) string {
	if on {
		verb = "un" + verb
	}
	return "/posts/" + n.ID + "/" + verb
}

// MediaName is what a file is.
func MediaName(p *lang.Printer, kind string) string {
	switch kind {
	case "video":
		return p.T("Film")
	case "audio":
		return p.T("Sound")
	}
	return p.T("Picture")
}

func mediaGrid(n int) string {
	switch {
	case n == 1:
		return "media media-1"
	case n == 2:
		return "media media-2"
	}
	return "media media-many"
}
