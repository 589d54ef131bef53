package search

import (
	"strconv"
	"strings"

	"goodturn/internal/db"
)

// engine is what the two databases do not have in common: how words lie in
// search_words, and how one asks for them. Words hold no quote and no space, so
// that nothing in them is read as an operator.
type engine db.Engine

// document is the value of search_words.words.
func (e engine) document(all []string) string {
	if e != engine(db.Postgres) {
		return strings.Join(all, " ")
	}
	var b strings.Builder
	for n, w := range all {
		b.WriteString("'" + w + "':" + strconv.Itoa(min(n+1, 16383)) + " ")
	}
	return b.String()
}

// insert writes a document under the id of its post.
func (e engine) insert() string {
	if e == engine(db.Postgres) {
		return `INSERT INTO search_words (rowid, words) VALUES ($1, CAST($2 AS tsvector))`
	}
	return `INSERT INTO search_words (rowid, words) VALUES ($1, $2)`
}

// matches is a condition on search_words, by a placeholder.
func (e engine) matches(placeholder string) string {
	if e == engine(db.Postgres) {
		return `search_words.words @@ CAST(` + placeholder + ` AS tsquery)`
	}
	return `search_words MATCH ` + placeholder
}

// expression is what matches is asked: all of some terms. Each is words that
// follow each other, the last of which may be the beginning of one.
func (e engine) expression(terms []term) string {
	parts := make([]string, len(terms))
	for n, t := range terms {
		if e == engine(db.Postgres) {
			parts[n] = "('" + strings.Join(t.words, "' <-> '") + "'" + starred(t.prefix, ":*") + ")"
		} else {
			parts[n] = `("` + strings.Join(t.words, `" + "`) + `"` + starred(t.prefix, " *") + ")"
		}
	}
	if e == engine(db.Postgres) {
		return strings.Join(parts, " & ")
	}
	return strings.Join(parts, " AND ")
}

func starred(prefix bool, star string) string {
	if prefix {
		return star
	}
	return ""
}
