package lang

// germanGround: what any request can get wrong, and commands beside the server.
var germanGround = map[string]string{
	"A file may have at most %d MB.":                                "Eine Datei darf höchstens %d MB haben.",
	"This file does not exist, or you may not see it.":              "Diese Datei gibt es nicht, oder du darfst sie nicht sehen.",
	"The body must be UTF-8 text.":                                  "Der Inhalt muss Text in UTF-8 sein.",
	"The body must hold one JSON object and nothing after it.":      "Der Inhalt muss aus einem JSON-Objekt bestehen, und danach darf nichts kommen.",
	"The form is not encoded as a form.":                            "Das Formular ist nicht als Formular kodiert.",
	"There is too much in one another here, or a name is too long.": "Hier ist zu viel ineinander geschachtelt, oder ein Name ist zu lang.",
	"The limit is a whole number.":                                  "Das Limit ist eine ganze Zahl.",
	"There is no such field.":                                       "Dieses Feld gibt es nicht.",
	"This is more than %d bytes.":                                   "Das sind mehr als %d Bytes.",
	"This is not an id: use one from an answer of this server.":     "Das ist keine ID: Nimm eine aus einer Antwort dieses Servers.",
	"This must be UTF-8 text.":                                      "Das muss Text in UTF-8 sein.",
	"This must be %s.":                                              "Das muss sein: %s.",
	"A subject is one line of at most %d characters.":               "Ein Betreff ist eine Zeile mit höchstens %d Zeichen.",
	"This is not a mail address.":                                   "Das ist keine Mailadresse.",
	"This is not a web address.":                                    "Das ist keine Webadresse.",
	"This key is longer than %d bytes.":                             "Dieser Schlüssel ist länger als %d Bytes.",
	"This key was used for another request. Use a new one.":         "Dieser Schlüssel gehört schon zu einer anderen Anfrage. Nimm einen neuen.",
	"This is not a request.":                                        "Das ist keine Anfrage.",
	"This contains control characters.":                             "Hier sind Steuerzeichen enthalten.",
	"This has %d characters; at most %d are possible.":              "Das hat %d Zeichen; möglich sind höchstens %d.",
	"This is not valid text (UTF-8).":                               "Das ist kein gültiger Text (UTF-8).",

	"%d counters differ from their rows; run recount without --check to put them right.": "%d Zähler weichen von ihren Zeilen ab; recount ohne --check stellt sie richtig.",
	"The arguments of %q cannot be read: %s.":                                            "Die Argumente von %q lassen sich nicht lesen: %s.",
	"There is no command %q.":                                                            "Einen Befehl %q gibt es nicht.",
}
