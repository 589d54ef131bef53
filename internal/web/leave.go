package web

import (
	"slices"
	"strings"

	"goodturn/internal/auth"
	"goodturn/internal/lang"
)

// leaveWords say what each scope allows, to somebody who never heard of scopes.
var leaveWords = map[string]string{
	"profile": lang.Mark("See who you are: your name and your picture"),
	"read":    lang.Mark("See all that you see here: posts, your notices, your lists, your bookmarks"),
	"write":   lang.Mark("Act as you in everything: post, like, share, follow, change your profile"),
	"follow":  lang.Mark("See and change whom you follow, block and mute"),
	"push":    lang.Mark("Tell you of your notices while it is closed"),

	"read:accounts":      lang.Mark("See profiles, yours and those of others"),
	"read:blocks":        lang.Mark("See whom you block"),
	"read:bookmarks":     lang.Mark("See your bookmarks"),
	"read:collections":   lang.Mark("See your collections of accounts"),
	"read:favourites":    lang.Mark("See what you like"),
	"read:filters":       lang.Mark("See your filters"),
	"read:follows":       lang.Mark("See whom you follow"),
	"read:lists":         lang.Mark("See your lists"),
	"read:mutes":         lang.Mark("See whom you mute"),
	"read:notifications": lang.Mark("See your notices"),
	"read:search":        lang.Mark("Search as you"),
	"read:statuses":      lang.Mark("See posts, also those for you alone"),

	"write:accounts":      lang.Mark("Change your profile"),
	"write:blocks":        lang.Mark("Block accounts, and let them in again"),
	"write:bookmarks":     lang.Mark("Change your bookmarks"),
	"write:collections":   lang.Mark("Change your collections of accounts"),
	"write:conversations": lang.Mark("Mute conversations and remove them from your list"),
	"write:favourites":    lang.Mark("Like posts as you, and take likes back"),
	"write:filters":       lang.Mark("Change your filters"),
	"write:follows":       lang.Mark("Follow as you, and stop following"),
	"write:lists":         lang.Mark("Change your lists"),
	"write:media":         lang.Mark("Upload pictures for your posts"),
	"write:mutes":         lang.Mark("Mute accounts, and unmute them"),
	"write:notifications": lang.Mark("Clear your notices"),
	"write:reports":       lang.Mark("Report posts and accounts to the moderators"),
	"write:statuses":      lang.Mark("Post and share as you, and delete your posts"),

	"admin:read":  lang.Mark("As a moderator: see all about accounts, reports and blocks"),
	"admin:write": lang.Mark("As a moderator: decide about accounts, reports and blocks"),
}

// governedWords are what moderators see to.
var governedWords = map[string]string{
	"accounts":               lang.Mark("accounts, also their mail addresses"),
	"canonical_email_blocks": lang.Mark("blocked mail addresses"),
	"domain_allows":          lang.Mark("servers that are let in"),
	"domain_blocks":          lang.Mark("blocked servers"),
	"email_domain_blocks":    lang.Mark("blocked providers of mail"),
	"ip_blocks":              lang.Mark("blocked network addresses"),
	"reports":                lang.Mark("what people reported"),
}

// leaves say in plain words what scopes allow, the most far-reaching first; what
// another covers is not said again.
func leaves(p *lang.Printer, scopes auth.Scopes) []string {
	var all []string
	for _, scope := range auth.AllScopes {
		if !slices.Contains(scopes, scope) {
			continue
		}
		whole := scope[:max(0, strings.LastIndexByte(scope, ':'))]
		if slices.Contains(scopes, whole) {
			continue
		}
		if noun, ok := strings.CutPrefix(scope, "admin:read:"); ok {
			all = append(all, p.T("As a moderator: see %s", p.T(governedWords[noun])))
		} else if noun, ok := strings.CutPrefix(scope, "admin:write:"); ok {
			all = append(all, p.T("As a moderator: change %s", p.T(governedWords[noun])))
		} else {
			all = append(all, p.T(leaveWords[scope]))
		}
	}
	return all
}
