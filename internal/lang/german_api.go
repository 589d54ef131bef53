package lang

// germanAPI: what only programs that use our own API run into.
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
}
