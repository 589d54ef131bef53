package lang

// germanPosts is what is said of polls, of posts that wait, and of those shown
// first.
var germanPosts = map[string]string{
	"The policy is public, followers or nobody.":                      "Die Regel ist public, followers oder nobody.",
	"This action is not allowed":                                      "Das ist nicht erlaubt",
	"Say in seconds how long the poll lasts.":                         "Sag in Sekunden, wie lange die Umfrage dauert.",
	"This is not a time such as 2030-12-31T12:00:00Z.":                "Das ist keine Zeit wie 2030-12-31T12:00:00Z.",
	"A post has pictures or a poll, not both.":                        "Ein Beitrag hat Bilder oder eine Umfrage, nicht beides.",
	"A share cannot be pinned":                                        "Geteiltes lässt sich nicht anheften",
	"Posts that are only visible to mentioned users cannot be pinned": "Beiträge, die nur Erwähnte sehen, lassen sich nicht anheften",
	"Someone else's post cannot be pinned":                            "Beiträge anderer lassen sich nicht anheften",
	"You have already pinned the maximum number of posts":             "Du hast schon so viele Beiträge angeheftet, wie möglich sind",
	"A poll has %d to %d options.":                                    "Eine Umfrage hat %d bis %d Antworten.",
	"A poll lasts %d days at most.":                                   "Eine Umfrage dauert höchstens %d Tage.",
	"A poll lasts %d minutes at least.":                               "Eine Umfrage dauert mindestens %d Minuten.",
	"The options of a poll differ from each other.":                   "Die Antworten einer Umfrage unterscheiden sich.",
	"The scheduled date must be in the future":                        "Der Zeitpunkt muss mindestens fünf Minuten voraus liegen",
	"You have exceeded the limit of %d scheduled posts":               "Mehr als %d geplante Beiträge sind nicht möglich",
	"You have exceeded the limit of %d scheduled posts for today":     "Mehr als %d geplante Beiträge an einem Tag sind nicht möglich",
	"Choose an option.":                                               "Wähl eine Antwort.",
	"Choose one option only.":                                         "Wähl nur eine Antwort.",
	"The chosen vote option does not exist":                           "Diese Antwort gibt es nicht",
	"The poll has already ended":                                      "Die Umfrage ist schon vorbei",
	"This poll does not exist, or you may not see it.":                "Diese Umfrage gibt es nicht, oder du darfst sie nicht sehen.",
	"You cannot vote in your own polls":                               "In deinen eigenen Umfragen kannst du nicht abstimmen",
	"You have already voted on this poll":                             "Du hast schon abgestimmt",
	"asked something that you voted on; here is what came of it":      "hat etwas gefragt, und du hast abgestimmt: Das ist dabei herausgekommen",
	"asked something; here is what came of it":                        "hat etwas gefragt: Das ist dabei herausgekommen",
	"changed a post that you shared":                                  "hat einen Beitrag geändert, den du geteilt hast",
}
