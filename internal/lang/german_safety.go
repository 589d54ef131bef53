package lang

// germanSafety: reports, what moderators decide, and what one is told of it.
var germanSafety = map[string]string{
	"A moderator has switched off signing in to your account.": "Die Moderation hat das Anmelden für dein Konto abgeschaltet.",
	"Your login is currently disabled":                         "Deine Anmeldung ist zurzeit abgeschaltet",
}
