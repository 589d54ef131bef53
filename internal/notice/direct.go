package notice

import (
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/post"
)

// tell says in a direct post what sentence knows.
func (s *Service) tell(tx *db.Tx, movementID id.ID, n told, deadline time.Time) error {
	_, err := s.say(tx, movementID, n, func(p *lang.Printer, who string) string { return s.sentence(p, n, who, deadline) })
	return err
}

// say makes a notice with its direct post, written in the name of the movement,
// or of this server where there is none, in the receiver's language. Only the
// receiver sees that post. False says that they are not told. The words get the
// username of who caused it: plain letters, which stand without '@', so that
// nobody is mentioned by them.
func (s *Service) say(tx *db.Tx, movementID id.ID, n told, words func(p *lang.Printer, who string) string) (bool, error) {
	noticeID, err := s.make(tx, n)
	if err != nil || noticeID == 0 {
		return false, err
	}
	author := s.Accounts.Server()
	if movementID != 0 {
		if author, err = account.GetIn(tx, movementID); err != nil {
			return false, err
		}
	}
	from, err := account.GetIn(tx, n.from)
	if err != nil {
		return false, err
	}
	to, err := account.GetIn(tx, n.to)
	if err != nil {
		return false, err
	}
	printer := lang.Match("", to.Language)
	p, err := s.Posts.CreateIn(tx, author, post.Draft{
		Text: words(printer, from.Username), Visibility: post.Direct, Language: printer.Tag(),
		MentionIDs: []id.ID{n.to}, Meta: post.Meta{Kind: string(n.kind), Subject: n.subject},
	}, n.at)
	if err != nil {
		return false, fmt.Errorf("write the post of a notice: %w", err)
	}
	if _, err := tx.Exec(`UPDATE notice SET post_id = $1 WHERE id = $2`, p.ID, noticeID); err != nil {
		return false, fmt.Errorf("give a notice its post: %w", err)
	}
	return true, nil
}

// sentence is the text of the direct post. Pages show a sentence of their own
// from kind and subject. Links lead to one screen, which asks people to sign in
// first and comes back.
func (s *Service) sentence(p *lang.Printer, n told, who string, deadline time.Time) string {
	until := p.DateTime(deadline.UTC())
	nomination, page := s.base+"/nominations/"+n.subject.String(), s.base+"/acts/"+n.act.String()
	switch n.kind {
	case Nomination:
		return p.T("%s nominated you to take the challenge. You have until %s; to decline is fine too, and nobody is told.", who, until) + " " + nomination
	case Reminder:
		return p.T("The nomination by %s is open until %s.", who, until) + " " + nomination
	case Acceptance:
		return p.T("%s accepted your nomination.", who) + " " + nomination
	case NotThisTime:
		return p.T("One of your nominations is over: not this time.") + " " + nomination
	case WitnessAsked:
		return p.T("%s asks you to be a witness of what they did.", who) + " " + page
	case WitnessOffered:
		return p.T("%s offers to be a witness of what you did.", who) + " " + page
	case Witness:
		return p.T("%s is a witness of what you did now.", who) + " " + page
	case WitnessAccepted:
		return p.T("%s accepted you as a witness of what they did.", who) + " " + page
	case Thanks:
		return p.T("Somebody whom you helped says thanks.") + " " + page + "/reached"
	case Attested:
		return p.T("Somebody whom you helped says that it happened.") + " " + page
	}
	return p.T("What you did was confirmed.") + " " + page
}
