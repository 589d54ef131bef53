package lang

// germanTrends: what moves people today, and why.
var germanTrends = map[string]string{
	"Links": "Links",
	"This link does not exist, or you may not see it.":                       "Diesen Link gibt es nicht, oder du darfst ihn nicht sehen.",
	"%d likes and shares. They count half as much every six hours.":          "%d Mal gemocht und geteilt. Das zählt alle sechs Stunden nur noch halb so viel.",
	"%d people in the last 24 hours, and hardly anybody in the days before.": "%d Menschen in den letzten 24 Stunden, und in den Tagen davor kaum jemand.",
	"%d people in the last 24 hours, where %d a day are usual.":              "%d Menschen in den letzten 24 Stunden; üblich sind %d am Tag.",

	"What moves people today": "Was Menschen heute bewegt",
	"Counted, not guessed: each says why it is here. Nobody can buy a place, and nothing about you changes the order but your language.": "Gezählt, nicht geraten: Bei allem steht, warum es hier ist. Niemand kann sich einen Platz kaufen, und nichts über dich ändert die Reihenfolge außer deiner Sprache.",
	"It is a quiet day": "Es ist ein ruhiger Tag",
	"When several people use a hashtag or like a post, it appears here.": "Wenn mehrere Menschen einen Hashtag benutzen oder einen Beitrag mögen, erscheint er hier.",
	"Today":                                  "Heute",
	"And why":                                "Und warum",
	"Timelines":                              "Zeitleisten",
	"Kept out by moderators":                 "Von der Moderation herausgehalten",
	"Keep out":                               "Heraushalten",
	"Keep %s out of what moves people":       "%s aus dem heraushalten, was Menschen bewegt",
	"Allow %s among what moves people":       "%s unter dem zulassen, was Menschen bewegt",
	"It is kept out, and that is on record.": "Es bleibt draußen, und das ist festgehalten.",
	"It may be here again, and that is on record.": "Es darf wieder hier sein, und das ist festgehalten.",
}

var germanTrendsPlural = map[string]Plural{
	"%d people did something in the last two weeks.": {"%d Mensch hat in den letzten zwei Wochen etwas getan.", "%d Menschen haben in den letzten zwei Wochen etwas getan."},
}
