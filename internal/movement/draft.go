package movement

import (
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The limits of a movement's words, in characters, and of its lists.
const (
	NameMost      = 60
	PurposeMost   = 200
	MarkdownMost  = 20_000
	TownMost      = 100
	CausesMost    = 5
	AliasesMost   = 10
	DisclosedMost = 200
	TitleMost     = 120
	ResourcesMost = 50
	linkMost      = 2_000
)

// Draft is what an organiser writes to start a movement, or to change one:
// Edit takes the whole of it, see Movement.Draft.
type Draft struct {
	Slug    string   // the account's username; "" takes the hashtag; fixed once started
	Name    string   // "" takes the hashtag
	Hashtag string   // with or without '#'
	Aliases []string // more hashtags
	Purpose string   // one sentence, needed
	Story   string
	Rules   string
	Causes  []string
	Town    string
	Online  bool
	Avatar  *id.ID `json:"-"` // a picture that who edits uploaded; 0 takes it away, nil leaves it; Edit alone
	Header  *id.ID `json:"-"` // the wide one, likewise
	Key     string `json:"-"` // idempotency; "" for none
}

// Draft is the movement as it would be written, to be changed and given to Edit.
func (m *Movement) Draft() Draft {
	return Draft{
		Slug: m.Slug, Name: m.Name, Hashtag: m.Hashtag, Aliases: slices.Clone(m.Aliases), Purpose: m.Purpose,
		Story: m.Story, Rules: m.Rules, Causes: slices.Clone(m.Causes), Town: m.Town, Online: m.Online,
	}
}

// clean makes the draft's words valid; tags are its hashtags, the main one
// first, each once. Problems are problem.Invalid with the field's name as in
// JSON.
func (d Draft) clean() (_ Draft, tags []Tag, err error) {
	main, err := ParseTag("hashtag", d.Hashtag)
	if err != nil {
		return d, nil, err
	}
	tags, d.Hashtag = []Tag{main}, main.Display
	for _, alias := range d.Aliases {
		t, err := ParseTag("aliases", alias)
		if err != nil {
			return d, nil, err
		}
		if !slices.ContainsFunc(tags, func(other Tag) bool { return other.Folded == t.Folded }) {
			tags = append(tags, t)
		}
	}
	if len(tags) > 1+AliasesMost {
		return d, nil, problem.Invalid("aliases", "At most %d more hashtags are possible.", AliasesMost)
	}
	if d.Slug == "" {
		d.Slug = main.Display
	}
	if d.Name == "" {
		d.Name = main.Display
	}
	for _, line := range []struct {
		field string
		text  *string
		most  int
	}{{"name", &d.Name, NameMost}, {"purpose", &d.Purpose, PurposeMost}, {"town", &d.Town, TownMost}} {
		if *line.text, err = text.Line(line.field, *line.text, line.most); err != nil {
			return d, nil, err
		}
	}
	if d.Purpose == "" {
		return d, nil, problem.Invalid("purpose", "Say in one sentence what the movement is for.")
	}
	if d.Story, err = text.Block("story", d.Story, MarkdownMost); err != nil {
		return d, nil, err
	}
	if d.Rules, err = text.Block("rules", d.Rules, MarkdownMost); err != nil {
		return d, nil, err
	}
	d.Causes, err = cleanCauses(d.Causes)
	return d, tags, err
}

func cleanCauses(causes []string) ([]string, error) {
	causes = slices.Compact(slices.Sorted(slices.Values(causes)))
	if len(causes) > CausesMost {
		return nil, problem.Invalid("causes", "At most %d causes are possible.", CausesMost)
	}
	for _, c := range causes {
		if !slices.ContainsFunc(account.Causes, func(known account.Cause) bool { return known.Slug == c }) {
			return nil, problem.Invalid("causes", "“%s” is not one of the causes.", c)
		}
	}
	return causes, nil
}

// ResourceDraft is what an organiser writes as a resource.
type ResourceDraft struct {
	Title  string // needed
	Body   string // Markdown
	URL    string // http or https, or none
	Source string // who says so
	Key    string `json:"-"` // idempotency of AddResource; "" for none
}

func (d ResourceDraft) clean() (_ ResourceDraft, err error) {
	if d.Title, err = text.Line("title", d.Title, TitleMost); err != nil {
		return d, err
	}
	if d.Title == "" {
		return d, problem.Invalid("title", "Give it a title.")
	}
	if d.Body, err = text.Block("body", d.Body, MarkdownMost); err != nil {
		return d, err
	}
	if d.Source, err = text.Line("source", d.Source, PurposeMost); err != nil {
		return d, err
	}
	d.URL, err = text.Link("url", d.URL, linkMost)
	return d, err
}

func fold(s string) string { return db.Fold(strings.TrimPrefix(strings.TrimSpace(s), "#")) }
