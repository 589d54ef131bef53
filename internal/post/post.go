// Package post is in charge of posts and of what people do with them: likes,
// shares, replies, bookmarks, votes, pins and conversations; of posts that wait
// to be published; of who may see a post; and of the posts held in memory, from
// which every page is served.
//
// It knows nothing of timelines (feed), of who is told what (notice) or of how
// a post looks at a door, but it makes a post's HTML from its text, safe by
// construction.
package post

import (
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/card"
	"goodturn/internal/id"
	"goodturn/internal/media"
)

// Limits of a draft, in runes unless said otherwise.
const (
	MaxText     = 5000
	MaxWarning  = 500
	MaxTags     = 20 // hashtags that count; further ones are plain text
	MaxMentions = 20 // people that one post can name
	MaxMedia    = 4
	maxBytes    = 64 << 10 // refused before any other work
)

// Visibility says whom a post is for.
type Visibility string

const (
	Public   Visibility = "public"   // everyone, and listed
	Unlisted Visibility = "unlisted" // everyone who comes to it, in no public list
	Private  Visibility = "private"  // followers and those mentioned
	Direct   Visibility = "direct"   // those mentioned
)

// Valid says whether it is one of the four.
func (v Visibility) Valid() bool {
	return v == Public || v == Unlisted || v == Private || v == Direct
}

// Open says whether everyone may see it.
func (v Visibility) Open() bool { return v == Public || v == Unlisted }

// Post is one version of a post, or a share. It never changes once it is made:
// an edit makes another Post. Callers must not change it either.
type Post struct {
	ID             id.ID
	AccountID      id.ID
	Domain         string // "" is local
	URI            string // remote posts only; local ones are computed from the id
	URL            string
	Text           string // as written
	Warning        string
	Sensitive      bool // said its author, or a moderator of all that they post
	Visibility     Visibility
	Language       string // ISO 639, "" unknown
	ReplyTo        id.ID  // may dangle: the post it answers was deleted
	ReplyToAccount id.ID
	Thread         id.ID // the first post of its thread; its own id where it is the first
	ShareOf        id.ID // a share has nothing of its own but this
	ActID          id.ID // the act that it tells of
	MovementID     id.ID // on a share by a movement's account: it carries the post
	Meta           Meta
	CreatedAt      time.Time
	EditedAt       time.Time // zero: never
	Version        int64     // 1, and one more with each edit
	Tags           []string  // as written, without '#', each once
	Mentions       []Mention
	Media          []media.Media
	Poll           *Poll      // nil for none
	Card           *card.Card // of its first link; nil for none, and see Card.Shown
	App            App
	Withheld       bool // its author is suspended or deleted: only moderators see it
	Limited        bool // its author is: it comes to no stranger who did not ask for it

	host string // this server's, to know @name@host as @name
	html struct {
		once sync.Once
		text string
	}
}

// Meta is what a post of a movement's account, sent as a notice, is about; of a
// post that tells of an act, what the act was for.
type Meta struct {
	Kind    string `json:"kind,omitempty"` // of a notice: nomination, witness, confirmation
	Subject id.ID  `json:"subject,omitempty"`
	Title   string `json:"title,omitempty"` // of the call that an act answered
}

// Notice says that a post is only there to carry a notice to its receiver: whom
// it mentions and what it links to does not follow from its text.
func (m Meta) Notice() bool { return m.Kind != "" }

// App is the program that a post was written with; its zero value is this
// server's pages, or one that nobody knows.
type App struct {
	Name    string
	Website string // "" for none
}

// Mention is an account that a post names.
type Mention struct {
	AccountID id.ID
	Username  string
	Handle    string // name, or name@domain
	URL       string // of its page: /@name or /@name@domain
}

// Tells says whether the post mentions that account.
func (p *Post) Tells(account id.ID) bool {
	for _, m := range p.Mentions {
		if m.AccountID == account {
			return true
		}
	}
	return false
}

// HTML is the text as paragraphs with links, hashtags (to /tags/x) and
// mentions (to /@name), made once. It is safe to put into a page as it is.
// Links within this server begin with a slash; no other text of it contains
// href="/, so a door that needs whole addresses puts its own in there. Links
// to calls of this server say that they came by the post.
func (p *Post) HTML() string {
	p.html.once.Do(func() { p.html.text = render(p.Text, p.Mentions, p.host, p.ID) })
	return p.html.text
}

// Draft is what an author gives for a new post or an edit.
type Draft struct {
	Text       string
	Warning    string
	Sensitive  bool
	Visibility Visibility // "" is the author's default; not changed by an edit
	Language   string
	ReplyTo    id.ID         // not changed by an edit
	MediaIDs   []id.ID       // in this order; not yet attached, the author's own
	Words      []media.Words // by an edit, of what is in MediaIDs
	Poll       *PollDraft    // beside which there can be no media
	KeepPoll   bool          // an edit leaves the poll as it is
	App        App           // not changed by an edit
	Key        string        // idempotency: the same key and draft make one post

	// For other rooms, never from a request.
	ID         id.ID   // for the sample and imports; 0 makes one
	ActID      id.ID   // the act that the post tells of
	MentionIDs []id.ID // mentioned without being named in the text
	Meta       Meta
}

// Usual marks a draft's media as sensitive if its author usually does, for a door
// in which they said nothing of it.
func (d *Draft) Usual(author *account.Account) {
	d.Sensitive = d.Sensitive || author.DefaultSensitive && len(d.MediaIDs) > 0
}

// Counts are a post's public numbers. Replies are those that everyone may see;
// shares do not count a movement carrying the post.
type Counts struct{ Likes, Shares, Replies int64 }

// Flags are what one account did with a post.
type Flags struct{ Liked, Shared, Bookmarked, Pinned bool }

// Version is a post's text as it was from At on.
type Version struct {
	Text      string
	HTML      string
	Warning   string
	Sensitive bool
	MediaIDs  []id.ID  // some may have been erased since
	Options   []string // of its poll
	At        time.Time
}

// Thread is what stands around a post, as its viewer may see it.
type Thread struct {
	Ancestors   []*Entry // from the first post of the thread down
	Descendants []*Entry // each after what it answers, older branches first
}

// Listed is a row of a list that is paged by something else than the id of
// what it shows: by when it was liked, say.
type Listed[T any] struct {
	Cursor id.ID // for db.Page
	Item   T
}
