// Package about is in charge of what the server says of itself: its texts and
// rules, terms of service, announcements and how people react to them, and
// custom emojis.
//
// All of it is little and read often, so that it is held in memory as a whole
// (About) and read anew when anything of it changes. What no administrator wrote
// yet is said in words that come with the program.
package about

import (
	"time"

	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/media"
	"goodturn/internal/text"
)

// The most characters of each text.
const (
	MaxDescription  = 300
	MaxProse        = 50_000 // of story, privacy and terms
	MaxMessage      = 1_000
	MaxRule         = 300
	MaxHint         = 1_000
	MaxAnnouncement = 5_000
)

// About is all that the server says of itself, at one moment. It is shared by
// all readers; nobody changes it.
type About struct {
	Description Text // one line, plain
	Story       Text // at length, in Markdown
	Privacy     Text // in Markdown
	Message     Text // to who wishes to sign up and cannot; plain, may be ""
	Email       string
	ContactID   id.ID        // of an account, 0 if none was named
	Thumbnail   *media.Media // nil if there is none

	Rules        []Rule
	Withdrawn    []Rule  // that reports may still name
	DefaultRules bool    // nobody changed them yet
	Terms        []Terms // the latest day first
	Emojis       *Emojis // never nil
}

// Text is one text, as it was written or as it comes with the program.
type Text struct {
	Value   string
	At      time.Time // when it was written
	Default bool      // nobody wrote it yet

	own  []string          // paragraphs of the default, marked for translation
	html map[string]string // by language; "" is for what was written
}

// In is the text for a reader: what was written, as it was written, and the
// default in the reader's language.
func (t Text) In(p *lang.Printer) string {
	if !t.Default {
		return t.Value
	}
	return inWords(p, t.own)
}

// HTML is In as safe HTML, where the text is Markdown.
func (t Text) HTML(p *lang.Printer) string {
	if !t.Default {
		return t.html[""]
	}
	return t.html[p.Tag()]
}

// drawn is the text with its HTML made, for Story and Privacy.
func (t Text) drawn() Text {
	t.html = map[string]string{}
	if !t.Default {
		t.html[""] = text.Prose(t.Value)
		return t
	}
	for _, p := range lang.All() {
		t.html[p.Tag()] = text.Prose(t.In(p))
	}
	return t
}

// Rule is one of the server's rules.
type Rule struct {
	ID           id.ID
	Position     int
	Text         string
	Hint         string
	Translations map[string]RuleText // by language
}

// RuleText is a rule in one language.
type RuleText struct {
	Text string `json:"text"`
	Hint string `json:"hint"`
}

// In is the rule in a language, as it was written where that is missing.
func (r *Rule) In(language string) RuleText {
	if t, ok := r.Translations[language]; ok && t.Text != "" {
		return t
	}
	return RuleText{r.Text, r.Hint}
}

// Rule is one that holds, nil if none of that id does.
func (a *About) Rule(i id.ID) *Rule { return ruleOf(a.Rules, i) }

// AnyRule is Rule, or one that held once.
func (a *About) AnyRule(i id.ID) *Rule {
	if r := a.Rule(i); r != nil {
		return r
	}
	return ruleOf(a.Withdrawn, i)
}

func ruleOf(rules []Rule, i id.ID) *Rule {
	for n := range rules {
		if rules[n].ID == i {
			return &rules[n]
		}
	}
	return nil
}

// Day is how days are written, in UTC.
const Day = "2006-01-02"

// Terms are one version of the terms of service.
type Terms struct {
	On   string // the Day from which on it holds
	Text string // Markdown
	HTML string // of Text, safe
	At   time.Time
}

// Announcement is told to everybody who has signed in.
type Announcement struct {
	ID          id.ID
	Text        string
	StartsAt    time.Time // of what it tells of; zero if nothing was said
	EndsAt      time.Time // not shown after this; zero never
	AllDay      bool
	PublishedAt time.Time // zero: a draft
	ChangedAt   time.Time
	Reactions   []Reaction // in the order in which each came first
}

// Shown says whether the announcement is told at that time.
func (a *Announcement) Shown(at time.Time) bool {
	return !a.PublishedAt.IsZero() && (a.EndsAt.IsZero() || at.Before(a.EndsAt))
}

// Reaction is how many answer an announcement with one emoji.
type Reaction struct {
	Name  string // a Unicode emoji, or the shortcode of a custom one
	Count int
}

// Mine is what one account did with an announcement.
type Mine struct {
	Read  bool
	Names []string // the reactions
}

// Emoji is a picture of this server's own that stands for :shortcode:.
type Emoji struct {
	ID        id.ID
	Shortcode string
	Category  string // "" for none
	Picker    bool   // offered for choosing
	Disabled  bool   // not shown any more, nor taken
	Media     media.Media
}

// Changed tells that something of About changed.
type Changed struct{}

// EmojisChanged tells beside Changed that it was the emojis: all that was drawn
// with them is to be drawn anew.
type EmojisChanged struct{}

// AnnouncementChanged tells of an announcement that was published or changed, or
// that is told no longer.
type AnnouncementChanged struct {
	ID   id.ID
	Gone bool
}

// Reacted tells how many now answer an announcement with an emoji.
type Reacted struct {
	ID    id.ID
	Name  string
	Count int
}
