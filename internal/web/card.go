package web

import (
	"net/url"
	"strings"

	"goodturn/internal/card"
	"goodturn/internal/web/look"
)

// linkCard is the card of the page that a post links to, with its picture where
// that may be shown.
func (x *visit) linkCard(c *card.Card, pictured bool) *look.LinkCard {
	out := &look.LinkCard{
		URL: c.URL, Site: c.ProviderName, Title: c.Title, Text: c.Description, Author: c.AuthorName,
		Published: c.PublishedAt, Language: postLanguage(x.p, c.Language),
	}
	// Where it leads is said by the host; what a site calls itself could be
	// anything.
	if host := hostShown(c.URL); out.Site == "" {
		out.Site = host
	} else if !strings.EqualFold(out.Site, host) {
		out.Site += " · " + host
	}
	if pictured {
		if out.Image, out.Width, out.Height = c.Image(); out.Image != "" {
			out.Alt = c.Picture.Description
		}
	}
	return out
}

// hostShown is the host of an address, in ASCII, where no letter can pass for
// another.
func hostShown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Host, "www.")
}
