package lang

// germanWebSearch: the page that finds movements, people, hashtags and posts.
var germanWebSearch = map[string]string{
	"Search: %s":                "Suche: %s",
	"Hashtags":                  "Hashtags",
	"Everything":                "Alles",
	"More results":              "Weitere Ergebnisse",
	"More people":               "Weitere Menschen",
	"What are you looking for?": "Wonach suchst du?",
	"More movements":            "Weitere Bewegungen",
	"More posts":                "Weitere Beiträge",

	"A movement, a person, a hashtag, or a word from a post":                                                    "Eine Bewegung, ein Mensch, ein Hashtag oder ein Wort aus einem Beitrag",
	"Type a word, or look around among the movements first.":                                                    "Gib ein Wort ein, oder sieh dich erst bei den Bewegungen um.",
	"Nothing found for “%s”":                                                                                    "Nichts gefunden zu „%s“",
	"Fewer or shorter words find more. Or look around among the movements.":                                     "Mit weniger oder kürzeren Wörtern findest du mehr. Oder sieh dich bei den Bewegungen um.",
	"There are no more results":                                                                                 "Es gibt keine weiteren Ergebnisse",
	"That was all that matches. Other words may find more.":                                                     "Das war alles, was passt. Mit anderen Wörtern findest du vielleicht mehr.",
	"Back to the first ones":                                                                                    "Zurück zu den ersten",
	"Fewer or shorter words find more. Or start the movement yourself.":                                         "Mit weniger oder kürzeren Wörtern findest du mehr. Oder fang die Bewegung selbst an.",
	"A name is found by how it begins. Some people prefer to be found only by those who know their exact name.": "Namen werden nach ihrem Anfang gefunden. Manche möchten nur gefunden werden, wenn man ihren genauen Namen kennt.",
	"See who is writing":                                                                                        "Sieh, wer hier schreibt",
	"Nobody has used this hashtag in public yet.":                                                               "Diesen Hashtag hat noch niemand öffentlich benutzt.",
	"Only posts of people who wish to be found are searched, and those that you have to do with.":               "Durchsucht werden nur Beiträge von Menschen, die gefunden werden möchten, und solche, mit denen du zu tun hast.",
	"Posts are for those who have signed in":                                                                    "Beiträge findet, wer angemeldet ist",
	"Who has signed in can search what people wrote. Movements, people and hashtags are open to everybody.":     "Wer angemeldet ist, kann durchsuchen, was andere schreiben. Bewegungen, Menschen und Hashtags stehen allen offen.",
	"How to narrow it down":                                                                                     "So grenzt du die Suche ein",
	"what one person wrote":                                                                                     "was ein Mensch geschrieben hat",
	"what you wrote, liked, saved or are named in":                                                              "was du geschrieben, gemocht oder gemerkt hast oder worin du erwähnt bist",
	"with a picture, or with has:link a link":                                                                   "mit einem Bild, oder mit has:link mit einem Link",
	"before a day; after: and during: work alike":                                                               "vor einem Tag; after: und during: gehen genauso",
	"these words in this order":                                                                                 "diese Wörter in dieser Reihenfolge",
	"without a word":                                                                                            "ohne ein Wort",
}

var germanWebSearchPlural = map[string]Plural{
	"%d posts in the last seven days": {"%d Beitrag in den letzten sieben Tagen", "%d Beiträge in den letzten sieben Tagen"},
}
