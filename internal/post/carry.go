package post

import (
	"net/url"
	"regexp"

	"goodturn/internal/card"
	"goodturn/internal/id"
)

// called is the path of a call, or of a date of one, which take what led there.
var called = regexp.MustCompile(`^/(calls|dates)/[0-9]+$`)

// Linked is the post's card, whose link carries as those of the text do.
func (p *Post) Linked() *card.Card {
	if p.Card == nil {
		return nil
	}
	to := carry(p.Card.URL, p.host, p.ID)
	if to == p.Card.URL {
		return p.Card
	}
	own := *p.Card
	own.URL = to
	return &own
}

// carry is a link of a post as it leads on: one to a call of this server says
// that it came by the post, so that who follows it need not say what moved them.
// A link that says something of its own stays as it is.
func carry(link, host string, of id.ID) string {
	if of == 0 || host == "" {
		return link
	}
	u, err := url.Parse(link)
	if err != nil || u.Host != host || u.RawQuery != "" || u.User != nil || !called.MatchString(u.Path) {
		return link
	}
	u.RawQuery = "via=post-" + of.String()
	return u.String()
}
