package lang

// germanFollows: timelines and notices.
var germanFollows = map[string]string{
	"Sign in to follow your home.": "Melde dich an, um deiner Startseite zu folgen.",

	"Marks are kept for home and notices.":               "Gelesenes wird für die Startseite und die Mitteilungen vermerkt.",
	"Say what was read last.":                            "Sag, was zuletzt gelesen wurde.",
	"Sign in to see your notices.":                       "Melde dich an, um deine Mitteilungen zu sehen.",
	"This notice does not exist, or you may not see it.": "Diese Mitteilung gibt es nicht, oder du darfst sie nicht sehen.",
}
