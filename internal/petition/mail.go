package petition

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// mailArgs is the job that mails the links of one signature from outside. The
// links are made as it is sent, so that no secret lies in the queue; when it is
// run again, those of the last mail hold.
type mailArgs struct{ Signing id.ID }

// Kind names the job.
func (mailArgs) Kind() string { return "petition_mail" }

func (s *Service) sendMail(ctx context.Context, args mailArgs) error {
	confirm, withdraw := newSecret(), newSecret()
	var n *Signing
	var c *call.Call
	var signed bool
	err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
		n, err = db.One(tx, scanSigning, `UPDATE signing SET confirm_hash = $1, withdraw_hash = $2 WHERE id = $3 AND expires_at > $4
			RETURNING `+signingColumns, hashOf(confirm), hashOf(withdraw), args.Signing, db.Millis(s.now()))
		if err != nil {
			return err
		}
		if c, err = call.GetIn(tx, n.CallID); err != nil {
			return err
		}
		signed, err = s.renewWithdrawal(tx, n, withdraw)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) || problem.Is(err, problem.KindNotFound) {
		return nil // erased in the meantime
	}
	if err != nil {
		return fmt.Errorf("prepare a mail: %w", err)
	}
	p := lang.Match("", n.language)
	link := func(path, secret string) string { return s.config.URL + path + "?token=" + url.QueryEscape(secret) }
	m := mail.Message{To: n.address, Subject: p.T("Confirm your signature")}
	// Nothing that the sender of the form wrote stands in the mail: it could go
	// to anybody.
	if signed {
		m.Text = p.T("Hello,\n\nsomebody, probably you, wanted to sign this petition with this address, and it has signed already:\n\n%s\n%s\n\nThere is nothing to do. Who signed by mail can take the signature back here, at any time:\n\n%s\n\nWho signed with an account does so there, after signing in.",
			c.Title, s.url(c.ID), link("/signatures/withdraw", withdraw))
	} else {
		m.Text = p.T("Hello,\n\nsomebody, probably you, wants to sign this petition at %s with this address:\n\n%s\n%s\n\nPlease confirm the signature here; it counts from then on:\n\n%s\n\nThe link holds for three days, and then all that was filled in is erased. If this was not you, leave it, or erase it at once. By the same link you can take the signature back later, at any time:\n\n%s",
			s.config.Name, c.Title, s.url(c.ID), link("/signatures/confirm", confirm), link("/signatures/withdraw", withdraw))
	}
	m.Text += "\n"
	if err := s.send(ctx, m, c.ID); err != nil || !signed {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return forgetSignings(tx, n) })
}

// renewWithdrawal says whether the address has signed; a signature from outside
// is then withdrawn by the link in the new mail.
func (s *Service) renewWithdrawal(tx *db.Tx, n *Signing, withdraw string) (bool, error) {
	signed, err := hasSigned(tx, n)
	if err != nil || !signed {
		return false, err
	}
	_, err = tx.Exec(`UPDATE signing SET withdraw_hash = NULL WHERE id = $1`, n.id)
	if err == nil {
		_, err = tx.Exec(`UPDATE signature SET withdraw_hash = $1 WHERE call_id = $2 AND address_key = $3 AND outsider_id IS NOT NULL`,
			hashOf(withdraw), n.CallID, n.key)
	}
	if err != nil {
		return false, fmt.Errorf("renew a link: %w", err)
	}
	return true, nil
}

func (s *Service) url(callID id.ID) string { return s.config.URL + "/calls/" + callID.String() }

// send answers nil for a mail that was refused for good.
func (s *Service) send(ctx context.Context, m mail.Message, callID id.ID) error {
	err := s.mailer.Send(ctx, m)
	if err == nil || !mail.Permanent(err) {
		return err
	}
	s.config.Log.WarnContext(ctx, "petition: a mail was refused for good", "call", callID, "err", err)
	return nil
}

// newsBatch is how many outside people one job mails before the next goes on.
const newsBatch = 20

// newsArgs is the job that tells outside people who wish to hear of it what became
// of a petition.
type newsArgs struct {
	Call  id.ID
	What  string // a sentence, not yet in anybody's language
	After id.ID  `json:"After,omitempty"` // the last signature that was told
}

// Kind names the job.
func (newsArgs) Kind() string { return "petition_news" }

var (
	newsAnswer = lang.Mark("an addressee of a petition that you signed has answered")
	newsKept   = lang.Mark("a commitment to a petition that you signed was kept")
	newsBroken = lang.Mark("a commitment to a petition that you signed was broken")
)

var newsCancelled = lang.Mark("a petition that you signed was withdrawn by its organisers")

// OnCallCancelled tells outside people who wish to hear of it.
func (s *Service) OnCallCancelled(tx *db.Tx, e call.Cancelled) error {
	c, err := call.GetIn(tx, e.CallID)
	if err != nil || c.Kind != call.Petition {
		return err
	}
	return s.jobs.Enqueue(tx, newsArgs{Call: e.CallID, What: newsCancelled})
}

type reader struct {
	act               id.ID
	address, language string
}

func (s *Service) sendNews(ctx context.Context, args newsArgs) error {
	c, err := s.Calls.Get(ctx, account.Nobody, args.Call)
	if problem.Is(err, problem.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	readers, err := db.All(s.d.Read(ctx), func(row db.Row) (n reader, err error) {
		err = row.Scan(&n.act, &n.address, &n.language)
		return n, err
	}, `SELECT act_id, address, language FROM signature WHERE call_id = $1 AND address <> '' AND act_id > $2 ORDER BY act_id LIMIT $3`,
		args.Call, int64(args.After), newsBatch)
	if err != nil {
		return fmt.Errorf("list who wishes to hear of petition %s: %w", args.Call, err)
	}
	rest, at := args, s.now()
	for _, n := range readers {
		if err := s.send(ctx, s.news(n, c, args.What), c.ID); err != nil {
			if rest.After == args.After {
				return err // nobody was told: the job is tried again as it is
			}
			at = at.Add(time.Minute)
			break
		}
		rest.After = n.act
	}
	if rest.After == args.After {
		return nil
	}
	return s.d.Update(ctx, func(tx *db.Tx) error { return s.jobs.Enqueue(tx, rest, jobs.At(at)) })
}

func (s *Service) news(n reader, c *call.Call, what string) mail.Message {
	p := lang.Match("", n.language)
	stop := s.config.URL + "/signatures/stop?token=" + url.QueryEscape(s.stopToken(n.act))
	return mail.Message{To: n.address, Subject: p.T("News of a petition that you signed"), Unsubscribe: stop,
		Text: p.T("Hello,\n\n%s:\n\n%s\n%s\n\nYou asked to hear of this. To hear no more, and to have your address erased, open:\n\n%s", p.T(what), c.Title, s.url(c.ID), stop) + "\n"}
}
