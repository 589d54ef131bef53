package safety

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
)

// says is what each action means for whom it is about.
var says = map[Action]string{
	Warn:        lang.Mark("A moderator has something to say to you. Nothing about your account has changed."),
	Sensitive:   lang.Mark("What you post is marked as sensitive, and is shown once somebody asks for it."),
	Disable:     lang.Mark("You cannot sign in for now. What you posted stays."),
	Limit:       lang.Mark("Only those who follow you, or look for you, see what you post. Those whom you wish to follow are asked first."),
	Suspend:     lang.Mark("Your account is suspended. Nobody sees it or what you posted."),
	Unsensitive: lang.Mark("What you post is no longer marked as sensitive."),
	Enable:      lang.Mark("You can sign in again."),
	Unlimit:     lang.Mark("Everybody sees what you post again."),
	Unsuspend:   lang.Mark("Your account is back, with all that was in it."),

	AcceptAppeal: lang.Mark("Your answer was read, and the decision was taken back. We are sorry."),
	RejectAppeal: lang.Mark("Your answer was read, and the decision stays."),

	RefuseTrend: lang.Mark("A post of yours is not shown among what moves people. It stays where it is."),
	AllowTrend:  lang.Mark("A post of yours may be shown among what moves people."),
}

// Says is what an action means for whom it is about, a sentence to be
// translated; "" for what nobody is told.
func (a Action) Says() string { return says[a] }

// mailArgs is the job that mails a decision to whom it is about.
type mailArgs struct{ DecisionID id.ID }

// Kind names the job.
func (mailArgs) Kind() string { return "safety_mail" }

// sendMail makes the mail's secret, and sends it. When it is run again, the link
// of the last mail holds.
func (s *Service) sendMail(ctx context.Context, args mailArgs) error {
	secret := rand.Text()
	h := sha256.Sum256([]byte(secret))
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE decision SET key = $1 WHERE id = $2 AND told`, h[:], args.DecisionID)
		return err
	})
	if err != nil {
		return fmt.Errorf("prepare a mail: %w", err)
	}
	d, err := db.One(s.d.Read(ctx), scanDecision, decisionQuery+`d.id = $1`, args.DecisionID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read a decision: %w", err)
	}
	logins, err := s.Auth.Logins(ctx, []id.ID{d.TargetID})
	if err != nil {
		return err
	}
	a, err := s.Accounts.Get(ctx, d.TargetID)
	if err != nil {
		return err
	}
	to, known := logins[a.ID]
	if !known || !to.Confirmed {
		return nil // deleted since, or an account that nobody signs in to
	}
	p := lang.Match("", a.Language)
	body := p.T("Hello %s,\n\na moderator of %s has decided something about your account.", a.Title(), s.config.Name) + "\n\n" + p.T(d.Action.Says())
	if d.Reason != "" {
		body += "\n\n" + p.T("The moderator writes: %s", d.Reason)
	}
	link := s.config.URL + "/decisions/" + d.ID.String() + "?key=" + url.QueryEscape(secret)
	body += "\n\n" + p.T("Here is what it is about, and how to answer if you disagree:\n\n%s", link) + "\n"
	err = s.mailer.Send(ctx, mail.Message{To: to.Email, Subject: p.T("A decision about your account"), Text: body})
	if err != nil && mail.Permanent(err) {
		s.config.Log.WarnContext(ctx, "safety: a mail was refused for good", "account", a.ID, "err", err)
		return nil
	}
	return err
}
