package lang

// germanAPI: what only programs run into, by our own API or by Mastodon's.
var germanAPI = map[string]string{
	"Name an account by its handle or id.":                        "Nenne ein Konto mit seinem Namen oder seiner Kennung.",
	"Send a token: Authorization: Bearer …":                       "Schicke ein Token mit: Authorization: Bearer …",
	"Send the body as JSON, with Content-Type: application/json.": "Schicke den Inhalt als JSON, mit Content-Type: application/json.",
	"There is no movement called %s here.":                        "Hier gibt es keine Bewegung namens %s.",
	"This is a whole number from 1 to %d.":                        "Das ist eine ganze Zahl von 1 bis %d.",
	"This must be a whole number.":                                "Das muss eine ganze Zahl sein.",
	"This must be one of: %s.":                                    "Das muss eines davon sein: %s.",
	"This needs a token with the scope %s.":                       "Dafür braucht das Token die Berechtigung %s.",
	"This path takes %s.":                                         "Dieser Pfad versteht %s.",
	"You asked too often. Wait as long as Retry-After says.":      "Das waren zu viele Anfragen. Warte so lange, wie Retry-After sagt.",

	"%s is not an id.":                                    "%s ist keine ID.",
	"At most %d ids are possible.":                        "Es sind höchstens %d IDs möglich.",
	"Send a picture as the file of a multipart form.":     "Schicke ein Bild als Datei eines mehrteiligen Formulars (multipart).",
	"Send the picture as a file of a multipart form.":     "Schicke das Bild als Datei eines mehrteiligen Formulars (multipart).",
	"The access token is invalid":                         "Dieser Zugangsschlüssel gilt nicht",
	"The duration is a number of seconds.":                "Die Dauer ist eine Zahl von Sekunden.",
	"The focus is two numbers with a comma between them.": "Der Fokus besteht aus zwei Zahlen mit einem Komma dazwischen.",
	"This account is not here any more.":                  "Dieses Konto gibt es hier nicht mehr.",
	"This action is outside the authorized scopes":        "Dafür reichen die erlaubten Scopes nicht aus",
	"This server does not offer that.":                    "Das bietet dieser Server nicht an.",
	"Too many requests":                                   "Zu viele Anfragen",
}
