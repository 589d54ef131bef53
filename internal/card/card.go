// Package card is in charge of what the web pages say that people link to: the
// card of a post's first link, made of the page's own title, words and picture,
// and the proof that a page which a profile names belongs to who names it.
//
// A page is fetched once for all posts that link to it, by a job, politely: one
// request at a time to a host. Nothing of it is embedded; what is kept are a few
// short texts, and its picture encoded anew. Of pages of this server nothing is
// fetched: the rooms that know them tell (Own).
package card

import (
	"time"

	"goodturn/internal/id"
	"goodturn/internal/media"
)

// Kind is what a page is, in the words that clients know.
type Kind string

// The kinds. A page with a film is a link, since films are not embedded.
const (
	Link  Kind = "link"
	Photo Kind = "photo" // the picture is what the page is about
)

// state is how far a card is.
type state string

const (
	waiting state = "waiting" // for its first fetch
	ready   state = "ready"
	none    state = "none" // there is nothing to show
)

// Card is what is shown of a web page. It is shared, and nobody changes it.
type Card struct {
	ID           id.ID
	URL          string // of the page, in ASCII
	Kind         Kind
	Title        string
	Description  string
	Language     string // ISO 639, "" unknown
	AuthorName   string
	AuthorURL    string
	ProviderName string // of the site, may be ""
	ProviderURL  string
	PublishedAt  time.Time    // as the page says; zero unknown
	Picture      *media.Media // nil if there is none

	state state
	due   time.Time
}

// Shown says whether there is something to show. It is safe to ask of nil, a
// post without a link.
func (c *Card) Shown() bool { return c != nil && c.state == ready }

// Image is where the picture is served in the size of a card, from the root of
// this server; "" if there is none.
func (c *Card) Image() (path string, width, height int) {
	switch m := c.Picture; {
	case m == nil:
		return "", 0, 0
	case m.SmallWidth > 0:
		return m.SmallURL(), m.SmallWidth, m.SmallHeight
	default:
		return m.URL(), m.Width, m.Height
	}
}

// Changed tells that what is shown of a page changed, on those posts.
type Changed struct{ Posts []id.ID }
