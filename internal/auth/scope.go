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
	readable = []string{"accounts", "blocks", "bookmarks", "collections", "favourites", "filters", "follows", "lists", "mutes", "notifications", "search", "statuses"}
	writable = []string{"accounts", "blocks", "bookmarks", "collections", "conversations", "favourites", "filters", "follows", "lists", "media", "mutes", "notifications", "reports", "statuses"}
	governed = []string{"accounts", "canonical_email_blocks", "domain_allows", "domain_blocks", "email_domain_blocks", "ip_blocks", "reports"}
	followed = []string{"follows", "blocks", "mutes"} // what the old scope follow stands for

	// AllScopes are those that there are, each whole one before its parts.
	AllScopes = slices.Concat(Scopes{"profile"}, parts("read", readable), parts("write", writable), Scopes{"follow", "push"},
		parts("admin:read", governed), parts("admin:write", governed))
)

// parts are a scope and what it covers.
func parts(whole string, of []string) Scopes {
	all := Scopes{whole}
	for _, part := range of {
		all = append(all, whole+":"+part)
	}
	return all
}

// ParseScopes reads names separated by spaces, each once. problem.Invalid on
// scopes for one that there is not, or for none.
func ParseScopes(s string) (Scopes, error) {
	var scopes Scopes
	for _, name := range strings.Fields(s) {
		if !slices.Contains(AllScopes, name) {
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
	for _, have := range s {
		if have == scope || len(scope) > len(have) && scope[len(have)] == ':' && scope[:len(have)] == have {
			return true
		}
		if have == "follow" {
			verb, noun, _ := strings.Cut(scope, ":")
			if verb != "admin" && slices.Contains(followed, noun) {
				return true
			}
		}
	}
	return false
}
