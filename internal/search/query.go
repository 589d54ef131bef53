package search

import (
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/text"
)

// term is words that follow each other.
type term struct {
	words  []string
	prefix bool // the last one may go on
}

// wish is a query for posts, as it is understood.
type wish struct {
	with, without []term
	from, notFrom []string // handles
	after, before id.ID    // bounds of ids: from, and less than; 0 has none
	language      string
	reply         *bool
	sensitive     *bool
	library       bool // only what the viewer wrote or did something with
	public        bool // only what is public
}

// parse reads a query in the language of Mastodon's search: words, "phrases",
// #hashtags, -exclusions, and from:, has:, is:, before:, after:, during:,
// language: and in:. An operator that it does not know is words.
func parse(s string) wish {
	var w wish
	taken := 0
	for piece := range pieces(s) {
		body, exclude := strings.CutPrefix(piece, "-")
		if w.operator(body, exclude) {
			continue
		}
		for _, t := range termsOf(body) {
			if taken++; taken > wordsMost {
				return w
			}
			w.add(t, exclude)
		}
	}
	return w
}

func (w *wish) add(t term, exclude bool) {
	if exclude {
		w.without = append(w.without, t)
	} else {
		w.with = append(w.with, t)
	}
}

// pieces are what spaces part, but for those between quotes.
func pieces(s string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		quoted, from := false, 0
		for i, r := range s {
			switch {
			case r == '"':
				quoted = !quoted
			case (r == ' ' || r == '\u3000') && !quoted:
				if i > from && !yield(s[from:i]) {
					return
				}
				from = i + len(string(r))
			}
		}
		if from < len(s) {
			yield(s[from:])
		}
	}
}

// termsOf are the terms of a piece: a hashtag is its sign, a phrase and words that
// punctuation parts stay together, and each stretch of a script without spaces
// is a term of its own.
func termsOf(piece string) []term {
	if strings.HasPrefix(piece, "#") {
		if tag, ok := text.Tag(piece); ok {
			return []term{{words: []string{signTag + db.Fold(tag)}}}
		}
	}
	var all []term
	var phrase term
	for run := range runs(db.Fold(piece)) {
		if !run.dense {
			phrase.words = append(phrase.words, cut(run.text))
			continue
		}
		if len(phrase.words) > 0 {
			all, phrase = append(all, phrase), term{}
		}
		if two := pairs(run.text); len(two) > 0 {
			all = append(all, term{words: two})
		} else {
			all = append(all, term{words: []string{run.text}, prefix: true})
		}
	}
	if len(phrase.words) > 0 {
		all = append(all, phrase)
	}
	return all
}

// operator takes a piece that is one, and says whether it was.
func (w *wish) operator(piece string, exclude bool) bool {
	name, value, ok := strings.Cut(piece, ":")
	if !ok || value == "" {
		return false
	}
	value = strings.Trim(value, `"`)
	yes := !exclude
	switch strings.ToLower(name) {
	case "from":
		if exclude {
			w.notFrom = append(w.notFrom, value)
		} else {
			w.from = append(w.from, value)
		}
	case "has":
		return w.has(strings.ToLower(value), exclude)
	case "is":
		switch strings.ToLower(value) {
		case "reply":
			w.reply = &yes
		case "sensitive":
			w.sensitive = &yes
		default:
			return false
		}
	case "language":
		w.language = strings.ToLower(value)
	case "in":
		w.library, w.public = value == "library", value == "public"
	case "before", "after", "during":
		return w.time(strings.ToLower(name), value)
	default:
		return false
	}
	return true
}

func (w *wish) has(what string, exclude bool) bool {
	signs := map[string]string{"media": signMedia, "image": signMedia, "link": signLink, "poll": signPoll}
	s, ok := signs[what]
	if ok {
		w.add(term{words: []string{s}}, exclude)
	}
	return ok
}

// time bounds a search by a day, in UTC.
func (w *wish) time(name, value string) bool {
	day, err := time.Parse("2006-01-02", value)
	if err != nil {
		return false
	}
	if name != "before" {
		from := day
		if name == "after" {
			from = day.AddDate(0, 0, 1)
		}
		w.after = max(w.after, id.Floor(from))
	}
	if name != "after" {
		to := day
		if name == "during" {
			to = day.AddDate(0, 0, 1)
		}
		if end := max(id.Floor(to), 1); w.before == 0 || end < w.before {
			w.before = end
		}
	}
	return true
}
