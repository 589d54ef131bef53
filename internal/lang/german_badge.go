package lang

// germanBadge is what is said of badges, in them and on pages.
var germanBadge = map[string]string{
	"A badge knows you by your profile or by your address.":                      "Ein Abzeichen kennt dich über dein Profil oder über deine Adresse.",
	"A gift under another name makes no badge: it would show whose the name is.": "Aus einer Gabe unter anderem Namen wird kein Abzeichen: Es würde zeigen, wer dahintersteht.",
	"Only a confirmed act makes a badge.":                                        "Nur eine bestätigte Tat wird ein Abzeichen.",
	"Confirm your address first, or choose your profile.":                        "Bestätige zuerst deine Adresse, oder wähl dein Profil.",
	"Confirmed hours":                  "Bestätigte Stunden",
	"A confirmed act, as %s keeps it.": "Eine bestätigte Tat, wie %s sie festhält.",
	"A good deed for #%s":              "Eine gute Tat für #%s",
	"A good deed":                      "Eine gute Tat",
	"The act on %s":                    "Die Tat auf %s",
	"It was really done: somebody other than the doer, who answers for it, or the server itself has confirmed it.": "Es ist wirklich geschehen: Jemand anderes, der dafür einsteht, oder der Server selbst hat es bestätigt.",
	"Take it away as a badge": "Als Abzeichen mitnehmen",
	"Take it away":            "Mitnehmen",
	"Once an organiser, the beneficiary or this server has confirmed the act, you can take it away as a badge.":                                                                                                                                                             "Sobald jemand aus der Organisation, die begünstigte Stelle oder dieser Server die Tat bestätigt hat, kannst du sie als Abzeichen mitnehmen.",
	"A badge (Open Badges 3.0) is a signed word of this server that you did this. Whoever you give it to can check it, and we do not learn whose they checked.":                                                                                                             "Ein Abzeichen (Open Badges 3.0) ist ein signiertes Wort dieses Servers, dass du das getan hast. Wem du es gibst, kann es prüfen, und wir erfahren nicht, wessen Abzeichen geprüft wurde.",
	"It tells them what the call was, when the act was done and confirmed, how many hours of help it was, and what you choose here; of the act itself only what everybody may see. If the act is taken back, or no longer confirmed, the badge says that it holds no more.": "Es sagt, worum es bei dem Aufruf ging, wann die Tat geschah und bestätigt wurde, wie viele Stunden Hilfe es waren, und was du hier wählst; von der Tat selbst nur, was alle sehen dürfen. Wird die Tat zurückgenommen oder ist sie nicht mehr bestätigt, sagt das Abzeichen, dass es nicht mehr gilt.",
	"How does it know you?": "Woran erkennt man, dass du es bist?",
	"As what?":              "Als was?",
	"By your profile: anybody who sees the badge finds you here":                       "An deinem Profil: Wer das Abzeichen sieht, findet dich hier",
	"By a digest of your mail address: only who knows the address sees that it is you": "An einer Prüfsumme deiner Mailadresse: Nur wer die Adresse kennt, sieht, dass du es bist",
	"A picture to show, with the badge inside (PNG)":                                   "Ein Bild zum Herzeigen, mit dem Abzeichen darin (PNG)",
	"The badge alone, for a wallet (JWT)":                                              "Das Abzeichen allein, für eine Wallet (JWT)",
	"Confirmed on %s":                                                                  "Bestätigt am %s",
}
