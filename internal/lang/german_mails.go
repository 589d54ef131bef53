package lang

// germanMails is for what is sent by mail.
var germanMails = map[string]string{
	"Choose a new password":       "Wähle ein neues Passwort",
	"Confirm your address":        "Bestätige deine Adresse",
	"You have an account already": "Du hast schon ein Konto",
	"Your address was changed":    "Deine Adresse wurde geändert",

	"Hello %s,\n\nwelcome to %s. Please confirm that this is your address:\n\n%s\n\nThe link holds for three days. If this was not you, leave it; nothing happens then.":                                         "Hallo %s,\n\nwillkommen bei %s. Bitte bestätige, dass das deine Adresse ist:\n\n%s\n\nDer Link gilt drei Tage. Wenn du das nicht warst, lass ihn einfach liegen; dann geschieht nichts.",
	"Hello %s,\n\nyou can choose a new password for %s here:\n\n%s\n\nThe link holds for one hour and works once. If you did not ask for it, leave it; your password stays as it is.":                            "Hallo %s,\n\nhier kannst du ein neues Passwort für %s wählen:\n\n%s\n\nDer Link gilt eine Stunde und nur einmal. Wenn du ihn nicht wolltest, lass ihn liegen; dein Passwort bleibt, wie es ist.",
	"Hello %s,\n\nyour account at %s has a new mail address, and this one no longer belongs to it. If this was not you, please tell the people who run it:\n\n%s":                                                "Hallo %s,\n\ndein Konto bei %s hat eine neue Mailadresse, und diese gehört nicht mehr dazu. Wenn du das nicht warst, sag bitte denen Bescheid, die es betreiben:\n\n%s",
	"Hello,\n\nsomebody, probably you, wanted to use this address at %s, and it has an account there already. You can sign in, or ask for a new password:\n\n%s\n\nIf this was not you, there is nothing to do.": "Hallo,\n\njemand, vermutlich du, wollte diese Adresse bei %s benutzen, und dort gibt es damit schon ein Konto. Du kannst dich anmelden oder ein neues Passwort wählen:\n\n%s\n\nWenn du das nicht warst, brauchst du nichts zu tun.",
}
