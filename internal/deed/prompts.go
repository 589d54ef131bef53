package deed

import (
	"goodturn/internal/account"
	"goodturn/internal/lang"
)

// Prompt is an idea of a small good turn.
type Prompt struct {
	Key     string       // names it in addresses
	Words   string       // English; the key for translation
	Minutes int          // that it takes
	Mode    account.Mode // where it can be done: online, with others, or either way
	Causes  []string     // slugs of account.Causes
}

func idea(key, words string, minutes int, mode account.Mode, causes ...string) Prompt {
	return Prompt{Key: key, Words: words, Minutes: minutes, Mode: mode, Causes: causes}
}

// Prompts are all there are. A key stays with its idea for good.
var Prompts = []Prompt{
	idea("call-quiet", lang.Mark("Call somebody whom you have not heard in a long time, and let them talk."), 20, account.Online, "against-loneliness", "everyday-kindness"),
	idea("thank-teacher", lang.Mark("Write to a teacher of yours what stayed with you."), 15, account.Online, "education", "everyday-kindness"),
	idea("thank-work", lang.Mark("Tell somebody at work which part of their work made yours easier."), 5, account.AnyMode, "decent-work", "everyday-kindness"),
	idea("praise-boss", lang.Mark("Praise somebody in front of the person they work for."), 5, account.AnyMode, "decent-work", "everyday-kindness"),
	idea("good-review", lang.Mark("Write a good review for a small shop that you like."), 10, account.Online, "communities", "decent-work"),
	idea("name-cashier", lang.Mark("Thank somebody at a till by the name on their badge."), 1, account.Together, "everyday-kindness"),
	idea("let-ahead", lang.Mark("Let the person behind you in the queue go first."), 2, account.Together, "everyday-kindness"),
	idea("hold-seat", lang.Mark("Offer your seat before anybody has to ask."), 1, account.Together, "everyday-kindness"),
	idea("carry-pram", lang.Mark("Take the other end of a pram, a suitcase or a shopping trolley on the stairs."), 3, account.Together, "everyday-kindness"),
	idea("short-coin", lang.Mark("Pay the missing coin for somebody who is short of one."), 2, account.Together, "no-poverty", "everyday-kindness"),
	idea("coffee-next", lang.Mark("Pay for the coffee of whoever comes after you, and leave before they know."), 5, account.Together, "everyday-kindness"),
	idea("warm-meal", lang.Mark("Bring a warm meal to somebody who is ill, or newly a parent."), 60, account.Together, "health", "against-loneliness"),
	idea("double-soup", lang.Mark("Cook twice as much, and give half of it to a neighbour."), 40, account.Together, "zero-hunger", "communities"),
	idea("food-shelf", lang.Mark("Put something good, and not what is left over, on the shelf of a food bank."), 20, account.AnyMode, "zero-hunger", "no-poverty"),
	idea("share-fridge", lang.Mark("Give away what you will not eat, before it spoils."), 15, account.Together, "zero-hunger", "responsible-use"),
	idea("neighbour-shop", lang.Mark("Ask a neighbour what you can bring them from the shop."), 15, account.Together, "against-loneliness", "communities"),
	idea("neighbour-name", lang.Mark("Learn the name of a neighbour whom you only nod to."), 5, account.Together, "against-loneliness", "communities"),
	idea("bench-sit", lang.Mark("Sit down beside somebody who eats alone, if they like company."), 20, account.Together, "against-loneliness"),
	idea("old-letter", lang.Mark("Write a letter by hand to somebody who lives alone."), 25, account.AnyMode, "against-loneliness"),
	idea("read-aloud", lang.Mark("Read aloud to somebody who cannot read any more, or not yet."), 30, account.Together, "against-loneliness", "education"),
	idea("photo-old", lang.Mark("Send somebody an old picture of the two of you, with what you remember."), 5, account.Online, "against-loneliness", "everyday-kindness"),
	idea("play-round", lang.Mark("Ask somebody who is new to join your table, your team or your game."), 10, account.AnyMode, "against-loneliness", "against-bullying"),
	idea("stand-beside", lang.Mark("Stand beside somebody who is laughed at, and talk to them about something else."), 5, account.AnyMode, "against-bullying"),
	idea("kind-comment", lang.Mark("Leave a kind and true word under something that a beginner made."), 5, account.Online, "against-bullying", "arts-and-culture"),
	idea("second-answer", lang.Mark("Delete the sharp answer, and write the second one that comes to you."), 5, account.Online, "against-bullying", "everyday-kindness"),
	idea("say-sorry", lang.Mark("Say sorry for something small that you have carried about for a while."), 10, account.AnyMode, "everyday-kindness", "peace-and-justice"),
	idea("give-credit", lang.Mark("Say whose idea it was, when you are praised for it."), 2, account.AnyMode, "decent-work", "everyday-kindness"),
	idea("listen-ten", lang.Mark("Listen to somebody for ten minutes without giving advice."), 10, account.AnyMode, "health", "everyday-kindness"),
	idea("ask-twice", lang.Mark("Ask somebody how they are, and then ask once more how they really are."), 10, account.AnyMode, "health", "against-loneliness"),
	idea("walk-with", lang.Mark("Take somebody who finds it hard to go out for a short walk."), 30, account.Together, "health", "against-loneliness"),
	idea("drive-doctor", lang.Mark("Go with somebody to an appointment that they are afraid of."), 90, account.Together, "health"),
	idea("blood", lang.Mark("Find out where you can give blood, and make an appointment."), 15, account.Online, "health", "medical-research"),
	idea("quiet-carer", lang.Mark("Take over for two hours from somebody who looks after a relative."), 120, account.Together, "health", "gender-equality"),
	idea("share-chore", lang.Mark("Do the chore at home that somebody else always does, and say nothing."), 20, account.AnyMode, "gender-equality", "everyday-kindness"),
	idea("speak-room", lang.Mark("Give the word back to somebody who was interrupted."), 1, account.AnyMode, "gender-equality", "less-inequality"),
	idea("form-help", lang.Mark("Help somebody to fill in a form in a language that is not theirs."), 40, account.AnyMode, "refugees", "less-inequality"),
	idea("language-hour", lang.Mark("Talk for half an hour with somebody who is learning your language."), 30, account.AnyMode, "refugees", "education"),
	idea("show-town", lang.Mark("Show somebody who is new in your town where you buy bread."), 30, account.Together, "refugees", "communities"),
	idea("toy-good", lang.Mark("Give a toy in good order to a shelter or a nursery."), 30, account.AnyMode, "refugees", "no-poverty"),
	idea("coat-give", lang.Mark("Give away a coat that you did not wear last winter."), 20, account.AnyMode, "no-poverty", "responsible-use"),
	idea("lend-tool", lang.Mark("Lend a tool to a neighbour who would have bought one."), 10, account.Together, "responsible-use", "communities"),
	idea("mend-one", lang.Mark("Mend one thing for somebody who would throw it away."), 45, account.AnyMode, "responsible-use", "climate"),
	idea("pick-litter", lang.Mark("Pick up the litter on the way to your stop, for once."), 10, account.AnyMode, "life-on-land", "climate"),
	idea("water-tree", lang.Mark("Water the tree in front of your house in a dry week."), 10, account.AnyMode, "life-on-land", "climate"),
	idea("share-ride", lang.Mark("Take somebody along on a way that you go anyway."), 15, account.Together, "climate", "communities"),
	idea("shore-clean", lang.Mark("Clean ten steps of a bank, a beach or a stream."), 20, account.AnyMode, "life-below-water", "clean-water"),
	idea("bird-bath", lang.Mark("Put out a bowl of water for birds and bees."), 5, account.AnyMode, "animals", "life-on-land"),
	idea("walk-dog", lang.Mark("Walk the dog of somebody who is ill or busy."), 30, account.AnyMode, "animals", "against-loneliness"),
	idea("shelter-call", lang.Mark("Ask an animal shelter what it needs this week, and pass that on."), 15, account.Online, "animals"),
	idea("found-cat", lang.Mark("Share the notice of a lost animal in your street."), 5, account.Online, "animals", "communities"),
	idea("teach-phone", lang.Mark("Show somebody older, patiently, the one thing on the phone that they ask for."), 20, account.AnyMode, "education", "less-inequality"),
	idea("homework", lang.Mark("Help a child with homework, and let them find the answer."), 40, account.AnyMode, "education"),
	idea("recommend", lang.Mark("Recommend somebody for something that they would not dare to ask for."), 10, account.Online, "decent-work", "less-inequality"),
	idea("read-cv", lang.Mark("Read the application of somebody who is looking for work, and say what is good about it."), 30, account.Online, "decent-work", "less-inequality"),
	idea("explain-term", lang.Mark("Explain to somebody new what all the abbreviations mean, without being asked."), 10, account.AnyMode, "education", "decent-work"),
	idea("book-leave", lang.Mark("Leave a book that you loved where somebody finds it, with a line inside."), 10, account.AnyMode, "arts-and-culture", "education"),
	idea("artist-note", lang.Mark("Write to somebody whose song, book or picture helped you."), 10, account.Online, "arts-and-culture"),
	idea("caption", lang.Mark("Describe a picture of yours for people who cannot see it."), 3, account.Online, "less-inequality"),
	idea("clear-path", lang.Mark("Move the bicycle or the bin that blocks the way of a wheelchair."), 3, account.AnyMode, "less-inequality", "communities"),
	idea("flowers-none", lang.Mark("Give flowers to somebody for no reason at all."), 15, account.Together, "everyday-kindness", "against-loneliness"),
	idea("kit-ready", lang.Mark("Ask the oldest people in your house what they would need if the power failed."), 20, account.Together, "disaster-relief", "communities"),
	idea("give-blanket", lang.Mark("Find out who near you takes blankets and water for an emergency, and bring one."), 40, account.AnyMode, "disaster-relief"),
}

var promptsByKey = func() map[string]Prompt {
	m := make(map[string]Prompt, len(Prompts))
	for _, p := range Prompts {
		m[p.Key] = p
	}
	return m
}()

// PromptByKey finds one of Prompts.
func PromptByKey(key string) (Prompt, bool) {
	p, ok := promptsByKey[key]
	return p, ok
}
