package post

import (
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post/markup"
)

// render is the text as HTML. Links within it carry that they came by the post of,
// 0 for none.
func render(text string, mentions []Mention, host string, of id.ID) string {
	byHandle := make(map[handle]*Mention, len(mentions))
	for i := range mentions {
		byHandle[handleOf(mentions[i].Handle, host)] = &mentions[i]
	}
	return markup.HTML(text, markup.Leads{
		Handle: func(name string) (markup.Person, bool) {
			if m := byHandle[handleOf(name, host)]; m != nil {
				return markup.Person{Name: m.Username, URL: m.URL}, true
			}
			return markup.Person{}, false
		},
		Link: func(link string) string { return carry(link, host, of) },
	})
}

// TextHTML is the HTML of a text that is no post, such as what an account says of
// itself: with links and hashtags, and mentions as plain text. It is as safe as
// Post.HTML; host is this server's.
func TextHTML(text, host string) string { return render(text, nil, host, 0) }

// handle is a name in a text, folded as accounts are found by; its domain is
// "" on this server.
type handle struct{ name, domain string }

func handleOf(name, host string) handle {
	name, domain, _ := strings.Cut(name, "@")
	domain = db.Fold(domain)
	if domain == host {
		domain = ""
	}
	return handle{db.Fold(name), domain}
}

// tagsOf are the hashtags of a text that count, as first written and folded.
func tagsOf(tokens []markup.Token) (display, folded []string) { return markup.Tags(tokens, MaxTags) }

// handlesOf are the handles that a text names, and one more than are possible
// where there are too many.
func handlesOf(tokens []markup.Token) []string { return markup.Handles(tokens, MaxMentions+1) }
