package call

import "goodturn/internal/lang"

// Template is a call to start from: words that were found to work, to be made
// one's own. Its texts are English sentences, which are the keys of their
// translations; a body's paragraphs are one each.
type Template struct {
	Slug    string // names it in addresses
	Kind    Kind
	Title   string
	Body    []string
	Minutes int64  // what it asks of a person; 0 when not said
	Place   bool   // it happens somewhere
	Counts  string // what counts as done; of challenges alone
}

// Templates are those that come with the server, by kind.
var Templates = []Template{
	{Slug: "neighbour", Kind: Deed, Minutes: 30, Title: lang.Mark("Do one small thing for a neighbour"), Body: []string{
		lang.Mark("Carry something up the stairs, bring soup, water the plants, sit down for a quarter of an hour. Whatever is small enough to do today."),
		lang.Mark("Ask first, and do it without a camera. Then tell of it here in two sentences, without their name: somebody will read it and do the next one."),
	}},
	{Slug: "letter", Kind: Deed, Minutes: 15, Title: lang.Mark("Write a letter that nobody expects"), Body: []string{
		lang.Mark("To a teacher of long ago, to somebody who moved away, to the person who is always there and never thanked."),
		lang.Mark("By hand, if you can. One page is enough. You need not say what was in it."),
	}},
	{Slug: "pass-it-on", Kind: Challenge, Minutes: 30, Title: lang.Mark("Do it once, and pass it to three"), Counts: lang.Mark("You did it once, and told of it here in a sentence or two. No picture is needed."), Body: []string{
		lang.Mark("Say in one sentence what is to be done. Make it possible for almost everybody: without money, without strength, at home."),
		lang.Mark("Whoever has done it asks three people who would like it. Not this time is a good answer, and nobody needs to give a reason."),
		lang.Mark("Say what it is for, and where to learn more about it."),
	}},
	{Slug: "week-without", Kind: Challenge, Minutes: 60, Title: lang.Mark("Seven days without something"), Counts: lang.Mark("Seven days in a row, begun on any day. A slip does not count against you: go on, and say so."), Body: []string{
		lang.Mark("Choose one thing that you use each day, and leave it for a week: the car, the lift, the phone at table."),
		lang.Mark("When the week is over, tell what was hard, and what was better than you thought."),
	}},
	{Slug: "come-together", Kind: Event, Minutes: 120, Place: true, Title: lang.Mark("An evening for everybody in the street"), Body: []string{
		lang.Mark("We bring tables and chairs, you bring something to share and a cup. Those who can bring nothing are just as welcome."),
		lang.Mark("There are two steps at the entrance, and somebody there to help. Tell us what else you need to be able to come."),
		lang.Mark("Whoever can stay for half an hour helps to tidy up."),
	}},
	{Slug: "clean-up", Kind: Event, Minutes: 180, Place: true, Title: lang.Mark("Clean up the river bank together"), Body: []string{
		lang.Mark("We meet with gloves and bags for everybody, and go along both banks for two hours. Children come with somebody who looks after them."),
		lang.Mark("Sturdy shoes, clothes that may get dirty, something to drink. In heavy rain we say by nine whether it takes place."),
		lang.Mark("At the end we weigh what was found, and have soup."),
	}},
	{Slug: "shift", Kind: Volunteering, Minutes: 180, Place: true, Title: lang.Mark("Help in the kitchen on Sundays"), Body: []string{
		lang.Mark("We cook for forty people and eat with them. You peel, stir, carry or talk, as you like; somebody who knows the place shows you."),
		lang.Mark("You need no experience. An apron is there. Tell us if you cannot stand for long, there is enough to do at the table."),
	}},
	{Slug: "from-home", Kind: Volunteering, Minutes: 60, Title: lang.Mark("An hour of help from home"), Body: []string{
		lang.Mark("Read aloud on the phone, translate a page, help with a form, explain a computer. An hour whenever it suits you."),
		lang.Mark("Write what you can do. We bring you together with somebody who looks for exactly that."),
	}},
	{Slug: "town-hall", Kind: Petition, Minutes: 3, Title: lang.Mark("A bench at the bus stop"), Body: []string{
		lang.Mark("What is so today: who waits there, how long, and what is missing."),
		lang.Mark("What we ask for: one thing that can be done, by whom, and by when."),
		lang.Mark("Why it is worth it: what it would cost, and who would be better off. Name your sources."),
	}},
	{Slug: "keep-open", Kind: Petition, Minutes: 3, Title: lang.Mark("Keep our library open"), Body: []string{
		lang.Mark("Who goes there, and for what. Two or three voices tell more than a number."),
		lang.Mark("What was decided, when and by whom, with a link to where it was published."),
		lang.Mark("What we ask for instead, and who is ready to help with it."),
	}},
	{Slug: "one-thing", Kind: Fundraiser, Minutes: 5, Title: lang.Mark("A bigger pot for the kitchen"), Body: []string{
		lang.Mark("What the money is for, as exactly as you know it: what it costs, who sells it, when it is bought."),
		lang.Mark("Who receives it, and who answers for it. What becomes of what is left over, and what happens if it is not enough."),
		lang.Mark("We show each receipt in an update."),
	}},
	{Slug: "monthly", Kind: Fundraiser, Minutes: 5, Title: lang.Mark("A year of warm meals"), Body: []string{
		lang.Mark("What one month costs, and what a small gift each month makes possible."),
		lang.Mark("Once a quarter we tell what was done with it, with amounts and receipts."),
	}},
}

// TemplateNamed is the one with that slug.
func TemplateNamed(slug string) (Template, bool) {
	for _, t := range Templates {
		if t.Slug == slug {
			return t, true
		}
	}
	return Template{}, false
}

// Draft is a template in words of a language, to be made one's own.
func (t Template) Draft(p *lang.Printer) Draft {
	d := Draft{Kind: t.Kind, Title: p.T(t.Title), Online: !t.Place, CountsFrom: t.Kind.CountsFrom(), Unpublished: true}
	for i, paragraph := range t.Body {
		if i > 0 {
			d.Body += "\n\n"
		}
		d.Body += p.T(paragraph)
	}
	if t.Counts != "" {
		d.CountsAs = p.T(t.Counts)
	}
	if t.Minutes != 0 {
		d.Minutes = &t.Minutes
	}
	return d
}
