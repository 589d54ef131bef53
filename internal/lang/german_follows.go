package lang

// germanFollows: timelines and notices.
var germanFollows = map[string]string{
	"This search takes too long. Try it with other words.": "Diese Suche dauert zu lange. Versuch es mit anderen Wörtern.",
	"The type is accounts, hashtags or statuses.":          "Die Art ist accounts, hashtags oder statuses.",
	"The offset is a whole number.":                        "Der Versatz ist eine ganze Zahl.",

	"Sign in to follow your home.": "Melde dich an, um deiner Startseite zu folgen.",

	"Marks are kept for home and notices.":               "Gelesenes wird für die Startseite und die Mitteilungen vermerkt.",
	"Say what was read last.":                            "Sag, was zuletzt gelesen wurde.",
	"Sign in to see your notices.":                       "Melde dich an, um deine Mitteilungen zu sehen.",
	"This notice does not exist, or you may not see it.": "Diese Mitteilung gibt es nicht, oder du darfst sie nicht sehen.",

	// Messages to devices.
	"Sign in to be told on your devices.":                      "Melde dich an, um auf deinen Geräten davon zu hören.",
	"This is not a public key.":                                "Das ist kein öffentlicher Schlüssel.",
	"This is not a secret of 16 bytes.":                        "Das ist kein Geheimnis von 16 Bytes.",
	"This is not a web address that begins with https.":        "Das ist keine Webadresse, die mit https beginnt.",
	"This subscription does not exist, or you may not see it.": "Diese Anmeldung gibt es nicht, oder du darfst sie nicht sehen.",
	"%s answered you":                                          "%s hat dir geantwortet",
	"%s asks to follow you":                                    "%s möchte dir folgen",
	"%s follows you":                                           "%s folgt dir",
	"%s likes your post":                                       "%s gefällt dein Beitrag",
	"%s mentioned you":                                         "%s hat dich erwähnt",
	"%s asked something; here is what came of it":              "%s hat etwas gefragt; hier ist, was dabei herauskam",
	"%s changed a post that you shared":                        "%s hat einen Beitrag geändert, den du geteilt hast",
	"%s joined this server":                                    "%s ist neu auf diesem Server",
	"%s reported somebody":                                     "%s hat jemanden gemeldet",
	"joined this server":                                       "ist neu auf diesem Server",
	"Sign in to read on.":                                      "Melde dich an, um weiterzulesen.",
	"Sign in to read on":                                       "Weiterlesen nach der Anmeldung",
	"%s posted something":                                      "%s hat etwas geschrieben",
	"%s shared your post":                                      "%s hat deinen Beitrag geteilt",
	"News for you":                                             "Neues für dich",

	// Direct posts of a movement, for apps.
	"%s nominated you to take the challenge. You have until %s; to decline is fine too, and nobody is told.": "%s hat dich für die Herausforderung nominiert. Du hast Zeit bis %s. Ablehnen ist auch in Ordnung, und niemand erfährt davon.",
	"The nomination by %s is open until %s.":                                         "Die Nominierung durch %s ist noch offen bis %s.",
	"%s accepted your nomination.":                                                   "%s hat deine Nominierung angenommen.",
	"One of your nominations is over: not this time.":                                "Eine deiner Nominierungen ist vorbei: diesmal nicht.",
	"%s asks you to be a witness of what they did.":                                  "%s bittet dich, zu bezeugen, was getan wurde.",
	"%s offers to be a witness of what you did.":                                     "%s bietet an, zu bezeugen, was du getan hast.",
	"%s is a witness of what you did now.":                                           "%s bezeugt jetzt, was du getan hast.",
	"%s accepted you as a witness of what they did.":                                 "%s hat dich als Zeugin oder Zeugen angenommen.",
	"What you did was confirmed.":                                                    "Was du getan hast, wurde bestätigt.",
	"You liked a post. A next step, if you wish: %s.":                                "Dir hat ein Beitrag gefallen. Ein nächster Schritt, wenn du magst: %s.",
	"Only you see this, once a day at most. You can switch it off in your settings.": "Das siehst nur du, höchstens einmal am Tag. In deinen Einstellungen kannst du es abschalten.",
	"Thank you for showing it. Was this you taking the challenge? If you wish, make it an act, and pass the turn on:": "Danke, dass du es zeigst. War das deine Antwort auf die Herausforderung? Wenn du magst, mach eine Tat daraus und gib die Reihe weiter:",
	"has a next step for you, if you wish. Only you see this.":                                                        "hat einen nächsten Schritt für dich, wenn du magst. Das siehst nur du.",
	"asks whether what you showed could be told as an act":                                                            "fragt, ob aus dem, was du gezeigt hast, eine Tat werden soll",
}
