package invite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// mailArgs is the job that mails an invitation, or reminds of it once.
type mailArgs struct {
	Invitation id.ID
	Again      bool `json:"Again,omitempty"`
}

// Kind names the job.
func (mailArgs) Kind() string { return "invite_mail" }

// sendMail mails an invitation that is still open. What is mailed is what the
// inviter wrote within its limits, the inviter's name, and the call's title, all of it
// without what mail programs make links of.
func (s *Service) sendMail(ctx context.Context, args mailArgs) error {
	n, err := db.One(s.d.Read(ctx), scan, "SELECT "+columns+" FROM invitation WHERE id = $1", args.Invitation)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // erased in the meantime
	}
	if err != nil {
		return fmt.Errorf("read invitation %s: %w", args.Invitation, err)
	}
	if n.hidden || n.State != Open || n.address == "" || !s.now().Before(n.Deadline) {
		return nil
	}
	var refused bool // since it was enqueued
	err = s.d.Read(ctx).QueryRow("SELECT EXISTS (SELECT 1 FROM invited_mailbox WHERE address_key = $1 AND refused)", n.addressKey).Scan(&refused)
	if err != nil {
		return fmt.Errorf("ask whether a mailbox refuses: %w", err)
	}
	if refused {
		return nil
	}
	c, err := s.rooms.Calls.Get(ctx, account.Nobody, n.CallID)
	if problem.Is(err, problem.KindNotFound) || err == nil && c.State != call.StateOpen {
		return nil
	}
	if err != nil {
		return err
	}
	from, err := s.rooms.Accounts.Get(ctx, n.InviterID)
	if err != nil {
		return err
	}
	if !from.Shown() {
		return nil
	}
	err = s.mailer.Send(ctx, s.letter(n, c, from, args.Again))
	if err != nil && mail.Permanent(err) {
		s.config.Log.WarnContext(ctx, "invite: a mail was refused for good", "invitation", n.ID, "err", err)
		return nil
	}
	return err
}

func (s *Service) letter(n *row, c *call.Call, from *account.Account, again bool) mail.Message {
	p := lang.Match("", n.language)
	never := s.config.URL + "/invited/never?token=" + s.never(n.ID, n.addressKey)
	who := nameOf(from)
	m := mail.Message{To: n.address, Unsubscribe: never, Subject: p.T("%s passes the turn on to you", who)}
	if again {
		m.Subject = p.T("There is still time: %s passed the turn on to you", who)
	}
	note := ""
	if n.Note != "" {
		note = p.T("They wrote:") + "\n\n> " + strings.ReplaceAll(n.Note, "\n", "\n> ") + "\n\n"
	}
	title := c.Title
	if webAddress.MatchString(title) {
		title = p.T("(The page says what it is.)")
	}
	m.Text = p.T("Hello,\n\n%s took a challenge at %s and asks you to be next:\n\n%s\n\n%sSee what it is about, and say yes or no, until %s. You need no account to look, and nobody is told of a no:\n\n%s\n\nThis address is known here only for this invitation, and is erased. To never be invited again, by anybody, open:\n\n%s",
		who, s.config.Name, title, note, p.DateTime(n.Deadline.In(c.Location())), s.link(n.ID), never) + "\n"
	return m
}

// nameOf is what somebody is called in a mail to strangers: not by a name that
// mail programs make a link of.
func nameOf(a *account.Account) string {
	if name := a.Title(); !webAddress.MatchString(name) {
		return name
	}
	return "@" + a.Username
}
