package auth

import (
	"slices"
	"strings"

	"goodturn/internal/problem"
)

// Scopes are what a token may do, in Mastodon's names.
type Scopes []string

// DefaultScopes are a token's for all of one's own things.
var DefaultScopes = Scopes{"read", "write", "follow", "push"}

var (
	readable  = []string{"accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes", "notifications", "search", "statuses"}
	writable  = []string{"accounts", "blocks", "bookmarks", "conversations", "favourites", "filters", "follows", "lists", "media", "mutes", "notifications", "reports", "statuses"}
	followed  = []string{"follows", "blocks", "mutes"} // what the old scope follow stands for
	allScopes = func() map[string]bool {
		all := map[string]bool{"read": true, "write": true, "follow": true, "push": true, "profile": true}
		for _, r := range readable {
			all["read:"+r] = true
		}
		for _, w := range writable {
			all["write:"+w] = true
		}
		return all
	}()
)

// ParseScopes reads names separated by spaces, each once. problem.Invalid on
// scopes for one that there is not, or for none.
func ParseScopes(s string) (Scopes, error) {
	var scopes Scopes
	for _, name := range strings.Fields(s) {
		if !allScopes[name] {
			return nil, problem.Invalid("scopes", "There is no scope called %s.", name)
		}
		if !slices.Contains(scopes, name) {
			scopes = append(scopes, name)
		}
	}
	if len(scopes) == 0 {
		return nil, problem.Invalid("scopes", "Name at least one scope.")
	}
	return scopes, nil
}

// String is what ParseScopes reads.
func (s Scopes) String() string { return strings.Join(s, " ") }

// Covers says whether the scopes allow what needs one: read covers read:statuses,
// and follow covers follows, blocks and mutes to read and write.
func (s Scopes) Covers(scope string) bool {
	verb, noun, _ := strings.Cut(scope, ":")
	for _, have := range s {
		if have == scope || noun != "" && have == verb || have == "follow" && slices.Contains(followed, noun) && verb != "admin" {
			return true
		}
	}
	return false
}
