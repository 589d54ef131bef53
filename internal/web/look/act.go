package look

import (
	"time"

	"goodturn/internal/lang"
)

// Act is what one person did.
type Act struct {
	ID, URL    string
	Doer       Person // without a URL for an outside person or someone who left
	At         time.Time
	Kind       string // the call's kind, "deed" for a free act; picks the drawing
	Did        string // in the reader's language: "gave $20", "took the challenge"
	Call       *Link
	Movement   *Link
	StoryHTML  string // sanitised
	Place      string // where, as far as the reader may know; "" for no place told
	Media      []Media
	Links      []Link // evidence elsewhere
	Visibility string // "public", "movement", "organisers" or "me"
	Proof      string // "told", "witnessed" or "confirmed"
	InspiredBy *Inspiration
	PassedTo   int   // nominations made; their names are for those concerned
	Moved      int64 // people
	Beneath    int64 // acts
	MovedURL   string
	Menu       Menu
	Whole      bool // on its own page
}

// Inspiration is what moved somebody to act.
type Inspiration struct {
	Who  Person
	Text string // "act of 3 March", "post": what of theirs it was
	URL  string // "" where the reader may not see it
}

// proofs are the strengths with a word and an explanation, in rising order.
var proofs = []struct{ strength, word, why string }{
	{"told", lang.Mark("told"), lang.Mark("The one who did it says so. Nobody else has yet.")},
	{"witnessed", lang.Mark("witnessed"), lang.Mark("Somebody else who was there says so too.")},
	{"confirmed", lang.Mark("confirmed"), lang.Mark("Somebody who did not do it has checked it.")},
}

func proofWord(p *lang.Printer, strength string) string {
	for _, known := range proofs {
		if known.strength == strength {
			return p.T(known.word)
		}
	}
	return strength
}

func proofWhy(p *lang.Printer, strength string) string {
	for _, known := range proofs {
		if known.strength == strength {
			return p.T(known.why)
		}
	}
	return ""
}

// actVisibilities are who may see an act, with labels that are keys for
// translation.
var actVisibilities = []Choice{
	{Value: "public", Label: lang.Mark("Everyone")},
	{Value: "movement", Label: lang.Mark("People of the movement")},
	{Value: "organisers", Label: lang.Mark("The organisers")},
	{Value: "me", Label: lang.Mark("Only me")},
}

// ActVisibilities are the choices of who may see an act.
func ActVisibilities(p *lang.Printer, chosen string) []Choice {
	return choices(p, actVisibilities, chosen)
}

// choices are in the reader's language, with one chosen.
func choices(p *lang.Printer, keys []Choice, chosen string) []Choice {
	out := make([]Choice, len(keys))
	for i, c := range keys {
		out[i] = Choice{Value: c.Value, Label: p.T(c.Label), Chosen: c.Value == chosen}
	}
	return out
}

func actVisibilityLabel(value string) string {
	for _, v := range actVisibilities {
		if v.Value == value {
			return v.Label
		}
	}
	return ""
}

// Nomination is somebody asking somebody to take a call.
type Nomination struct {
	ID       string
	From, To Person
	ToMe     bool // the reader is the one asked
	Call     Link
	Movement *Link
	Note     string // what From wrote
	Deadline time.Time
	State    string // "open", "accepted", "answered", "not this time" or "withdrawn", as this reader may know it; to the one asked also "declined" and "over"
	Late     bool   // the deadline has passed
	ActURL   string // of the act that answered it
	DidURL   string // of what the one asked did before, where that can be done once
	DoURL    string // where the one asked does it; "" when it cannot be done any more
	Back     string
}

// Notice is one notice; its kind picks sentence and drawing.
type Notice struct {
	ID       string
	Kind     string // "like", "share", "reply", "mention", "follow", "follow request", "nomination", "accepted", "not this time", "witness", "confirmation", "act"
	Who      Person
	Others   int    // further people who did the same
	Text     string // replaces the kind's sentence
	Excerpt  string // of the post or act it is about
	Filtered string // the title of the reader's filter beneath which that is folded
	URL      string
	At       time.Time
	Unread   bool
}

// noticeIcons are the drawings of the kinds of notice.
var noticeIcons = map[string]string{
	"like": "heart", "share": "share", "reply": "reply", "mention": "reply", "follow": "you", "follow request": "you",
	"nomination": "ripple", "accepted": "ripple", "not this time": "ripple", "witness": "ripple", "confirmation": "check", "act": "ripple",
}

func (n Notice) icon() string {
	if icon, ok := noticeIcons[n.Kind]; ok {
		return icon
	}
	return "bell"
}

// sentence follows the names of who did it.
func (n Notice) sentence(p *lang.Printer) string {
	people := 1 + n.Others
	switch {
	case n.Text != "":
		return n.Text
	case n.Kind == "like":
		return p.N("liked your post", "liked your post", people)
	case n.Kind == "share":
		return p.N("shared your post", "shared your post", people)
	case n.Kind == "follow":
		return p.N("follows you now", "follow you now", people)
	case n.Kind == "act":
		return p.N("was moved by you to act", "were moved by you to act", people)
	}
	return p.T(noticeSentences[n.Kind])
}

// noticeSentences are of the kinds that come one by one.
var noticeSentences = map[string]string{
	"reply":          lang.Mark("answered you"),
	"mention":        lang.Mark("mentioned you"),
	"follow request": lang.Mark("would like to follow you"),
	"nomination":     lang.Mark("passes the turn to you"),
	"accepted":       lang.Mark("takes the turn you passed on"),
	"not this time":  lang.Mark("Not this time: the turn you passed on was not taken. It is yours to pass on again."),
	"witness":        lang.Mark("names you as a witness"),
	"confirmation":   lang.Mark("confirmed your act"),
}
