package call

import "goodturn/internal/lang"

// Words are a text to tell others of the call with, to which its link is added.
func (c *Call) Words(p *lang.Printer, hashtag string) string {
	return c.Title + ": " + c.Kind.Asks(p) + " #" + hashtag
}

// Asks is one sentence with which somebody who did it asks the next person.
func (k Kind) Asks(p *lang.Printer) string {
	switch k {
	case Petition:
		return p.T("Will you put your name under it, too?")
	case Fundraiser:
		return p.T("Every gift counts. Will you give, too?")
	case Volunteering:
		return p.T("Helping hands are wanted. Are yours free?")
	case Event:
		return p.T("Will you come along?")
	case Challenge:
		return p.T("Will you take the challenge, and pass it on?")
	}
	return p.T("A small good deed. Will you do one, too?")
}
