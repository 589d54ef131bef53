package about

import (
	"strings"

	"goodturn/internal/lang"
)

// inWords are paragraphs in a reader's language, as Markdown.
func inWords(p *lang.Printer, paragraphs []string) string {
	said := make([]string, len(paragraphs))
	for n, s := range paragraphs {
		said[n] = p.T(s)
	}
	return strings.Join(said, "\n\n")
}

// isDefault says whether a text is the default in some language.
func isDefault(text string, paragraphs []string) bool {
	for _, p := range lang.All() {
		if text == inWords(p, paragraphs) {
			return true
		}
	}
	return false
}

// defaults are what is said on a server whose administrator wrote nothing; the
// texts are as old as the server.
func (s *Service) defaults() *About {
	english, at := lang.All()[0], s.accounts.Server().CreatedAt
	text := func(own []string) Text {
		return Text{Value: inWords(english, own), At: at, Default: true, own: own}
	}
	return &About{Description: text(descriptionWords), Story: text(storyWords), Privacy: text(privacyWords)}
}

var descriptionWords = []string{lang.Mark("A place where likes turn into acts of kindness.")}

var storyWords = []string{
	lang.Mark("Goodturn turns likes into acts of kindness. People start a movement, answer its calls in the real world, and see what came of it: who moved whom to do what."),
	lang.Mark("A like is a beginning. After it, you alone are offered one next step that fits what you said matters to you. What you do is an act, with as much proof as it deserves, and it can pass the turn on."),
	lang.Mark("There is no endless feed, no ranking that cannot be explained, and nothing that shames anybody. Saying no is fine."),
}

// privacyWords say what the program really does; what is changed there is
// changed here.
var privacyWords = []string{
	lang.Mark("Nothing is tracked, and nothing is loaded from elsewhere. The only cookies are those that keep you signed in, know your browser again when you sign in, and remember your language; a last one carries a sentence to the next page and lives for a minute."),
	lang.Mark("What is kept of you: your username and mail address, your password as a hash that nobody can turn back, what you write in your profile, what you post, like, share, save and follow, the acts you tell of, and for each browser that is signed in its name and when it was last used."),
	lang.Mark("Public posts and acts are seen by everybody, and search engines may find them. Posts for followers or for those whom you mention are shown to nobody else, but they are not encrypted: who runs this server could read them in its database."),
	lang.Mark("How many people like a post is public. Who likes it is seen by its author, and by others only of those who chose to be seen."),
	lang.Mark("What you tell us to be matched with a next step is yours alone: it is in no interface but your own, and you can delete it."),
	lang.Mark("How far a post reaches is counted without keeping who saw it: no row and no log line holds a reader and a post."),
	lang.Mark("When you tell of an act in a movement, or witness one, a mark of the part of the network that you came from is kept for five weeks, to find accounts that only back each other. It is made with a key that is thrown away each week: after that, nobody can tell from the mark where you were."),
	lang.Mark("Pictures lose all hidden data, such as where they were taken, before they are stored."),
	lang.Mark("When somebody declines a nomination, nobody is told. Until one is accepted, only the two of you know the name."),
	lang.Mark("Apps that you let in see and do what you allowed them, until you take that back. What they keep is for their makers to say."),
	lang.Mark("Delete your account, and your name, words, pictures and numbers are gone at once. What you did stays as someone’s act in the chain that it was part of."),
	lang.Mark("Your username stays taken, so that nobody else can be mistaken for you. Backups that were made before hold what was there until they are thrown away."),
}

// ruleWords are the rules of a server whose administrator wrote none.
var ruleWords = []RuleText{
	{lang.Mark("Be kind"), lang.Mark("Argue about ideas, never against people. When a talk gets heated, a break is a good answer.")},
	{lang.Mark("No hatred and no harassment"), lang.Mark("Nobody is degraded for who they are, threatened, followed around, or shown to others with their private data.")},
	{lang.Mark("Be honest about what you did"), lang.Mark("An act that never happened takes something from all who really did one.")},
	{lang.Mark("Ask for money openly"), lang.Mark("Only in a call that says who gets it and what for. No advertising, no begging in replies.")},
	{lang.Mark("Nobody has to"), lang.Mark("Ask once. A no, or silence, is an answer, and nobody is named for it.")},
	{lang.Mark("Nothing that the law forbids"), lang.Mark("And nothing sexual without a warning, and never with minors.")},
}
