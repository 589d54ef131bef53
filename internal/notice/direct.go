package notice

import (
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// post makes a notice with its direct post, written in the name of the movement,
// or of this server where there is none. Only the receiver sees that post.
func (s *Service) post(tx *db.Tx, movementID id.ID, n told, deadline time.Time) error {
	noticeID, err := s.make(tx, n)
	if err != nil || noticeID == 0 {
		return err
	}
	author := s.Accounts.Server()
	if movementID != 0 {
		if author, err = account.GetIn(tx, movementID); err != nil {
			return err
		}
	}
	from, err := account.GetIn(tx, n.from)
	if err != nil {
		return err
	}
	p, err := s.Posts.CreateIn(tx, author, post.Draft{
		Text: s.sentence(n, from.Username, deadline), Visibility: post.Direct, Language: "en",
		MentionIDs: []id.ID{n.to}, Meta: post.Meta{Kind: string(n.kind), Subject: n.subject},
	}, n.at)
	if err != nil {
		return fmt.Errorf("write the post of a notice: %w", err)
	}
	if _, err := tx.Exec(`UPDATE notice SET post_id = $1 WHERE id = $2`, p.ID, noticeID); err != nil {
		return fmt.Errorf("give a notice its post: %w", err)
	}
	return nil
}

// sentence is the text of the direct post. Pages show a sentence of their own, in
// the reader's language, from kind and subject. A username is plain letters and
// stands without '@', so that nobody is mentioned by it.
func (s *Service) sentence(n told, who string, deadline time.Time) string {
	until := deadline.UTC().Format("2 January 2006, 15:04 UTC")
	nominations, page := s.base+"/nominations", s.base+"/acts/"+n.act.String()
	switch n.kind {
	case Nomination:
		return fmt.Sprintf("%s nominated you to take the challenge. You have until %s; to decline is fine too, and nobody is told. %s", who, until, nominations)
	case Reminder:
		return fmt.Sprintf("The nomination by %s is open until %s. %s", who, until, nominations)
	case Acceptance:
		return fmt.Sprintf("%s accepted your nomination. %s", who, nominations)
	case NotThisTime:
		return "One of your nominations is over: not this time. " + nominations
	case WitnessAsked:
		return fmt.Sprintf("%s asks you to be a witness of what they did. %s", who, page)
	case WitnessOffered:
		return fmt.Sprintf("%s offers to be a witness of what you did. %s", who, page)
	case Witness:
		return fmt.Sprintf("%s is a witness of what you did now. %s", who, page)
	case WitnessAccepted:
		return fmt.Sprintf("%s accepted you as a witness of what they did. %s", who, page)
	}
	return "What you did was confirmed. " + page
}
