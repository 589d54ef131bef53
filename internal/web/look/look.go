// Package look is how Goodturn's pages look: components, the frame around them,
// and the small view structs that they draw.
//
// It knows nothing of the domain rooms: handlers fill a view and call a
// component. Every component works without script, uses no inline style or
// script (the content security policy allows none), and says its own sentences
// through the printer it is given; texts inside views are for the reader
// already. The styles are in internal/web/assets/goodturn.css.
package look

import (
	"hash/fnv"
	"strings"
	"time"
	"unicode"

	"github.com/a-h/templ"

	"goodturn/internal/lang"
)

// Page is the frame of one page.
type Page struct {
	Lang        *lang.Printer
	Title       string // without the site's name
	Description string
	Me          *Me    // nil when nobody is signed in
	Path        string // of this page, with its query: marks the nav, and is where sign-in leads back to
	Site        string // the server's name; "Goodturn" if empty

	URL                     string // absolute, for sharing; "" leaves out the Open Graph lines
	Kind                    string // Open Graph's type; "website" if empty
	Image                   string // absolute
	ImageWidth, ImageHeight int    // in pixels; 0 when not known
	ImageAlt                string
	NoIndex                 bool
	Data                    string // what the page is about: JSON-LD, as encoding/json writes it; "" for none
	Flash                   *Flash
	Stream                  string   // the event stream that live fragments listen to
	Islands                 []string // scripts beside the site's own: "ripple"
	Aside                   templ.Component
	Wide                    bool // no reading measure, for drawings and tables
}

// Me is who is signed in.
type Me struct {
	Person
	Notices int // unread
}

// Flash is one sentence about what was just done, shown once.
type Flash struct {
	Text string
	Bad  bool
	Link *Link // where to go on, or how to take it back
}

// Link is a place with a name.
type Link struct{ Text, URL string }

// Person is an account as it is named on a page.
type Person struct {
	Name   string // display name; the username if empty
	Handle string // "mara", or "mara@example.org" for a remote account
	URL    string // "" for an outside person
	Avatar string // "" draws initials
	Kind   string // "person", "organisation" or "movement"
}

// Shown is the name to show.
func (a Person) Shown() string {
	if a.Name != "" {
		return a.Name
	}
	return a.Handle
}

// Initials are up to two letters for a person without a picture.
func (a Person) Initials() string {
	var out []rune
	for _, word := range strings.Fields(a.Shown()) {
		for _, r := range word {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				out = append(out, unicode.ToUpper(r))
				break
			}
		}
	}
	switch len(out) {
	case 0:
		return "·"
	case 1:
		return string(out)
	}
	return string([]rune{out[0], out[len(out)-1]})
}

// tint picks one of the avatars' six colours, the same for a handle each time.
func (a Person) tint() string {
	h := fnv.New32a()
	h.Write([]byte(a.Handle + a.Name)) // a hash never fails
	return "tint-" + string(rune('0'+h.Sum32()%6))
}

// Menu is what else can be done with a thing.
type Menu []MenuItem

// MenuItem is a link, or a form's button when Post is set.
type MenuItem struct {
	Text, URL string
	Post      bool
	Back      string // where a form leads back to; "" leaves it to who answers
	Danger    bool
}

func (p Page) site() string {
	if p.Site != "" {
		return p.Site
	}
	return "Goodturn"
}

// at marks the nav's entry that this page lies under.
func (p Page) at(prefix string) bool {
	path, _, _ := strings.Cut(p.Path, "?")
	if prefix == "/" {
		return path == "/"
	}
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}

func iso(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// The paper's colour in both modes, for the browser's own frame; a test holds
// them against the style sheet.
const (
	paperLight = "#faf6ee"
	paperDark  = "#1a1714"
)
