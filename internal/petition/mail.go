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

// newsBatch is how many letters one job leaves before the next goes on, so that
// other mails need not wait for all of them.
const newsBatch = 20

// newsArgs is the job that finds the outside people who wish to hear of it what
// became of a petition, and leaves a letter to each.
type newsArgs struct {
	Call  id.ID
	What  string // a sentence, not yet in anybody's language
	About id.ID  `json:"About,omitempty"` // the answer, ruling or update; 0 for what stays
	After id.ID  `json:"After,omitempty"` // the last signature that was gone through
}

// Kind names the job.
func (newsArgs) Kind() string { return "petition_news" }

// letterArgs is the job that mails one of these letters. Each is tried by itself: a
// mailbox that takes nothing for now holds up nobody else's.
type letterArgs struct {
	Call, Signature id.ID
	What            string
	About           id.ID `json:"About,omitempty"`
}

// Kind names the job.
func (letterArgs) Kind() string { return "petition_letter" }

var (
	newsAnswer    = lang.Mark("an addressee of a petition that you signed has answered")
	newsKept      = lang.Mark("a commitment to a petition that you signed was kept")
	newsBroken    = lang.Mark("a commitment to a petition that you signed was broken")
	newsUpdate    = lang.Mark("there is news from the organisers of a petition that you signed")
	newsCancelled = lang.Mark("a petition that you signed was withdrawn by its organisers")
)

// OnCallCancelled tells outside people who wish to hear of it.
func (s *Service) OnCallCancelled(tx *db.Tx, e call.Cancelled) error {
	return s.tellReaders(tx, newsArgs{Call: e.CallID, What: newsCancelled})
}

// OnCallUpdated tells them, too; the updates of a day are bounded where they are
// written. What the sample tells is long past.
func (s *Service) OnCallUpdated(tx *db.Tx, e call.Updated) error {
	if s.now().Sub(e.At) > time.Minute {
		return nil
	}
	return s.tellReaders(tx, newsArgs{Call: e.CallID, What: newsUpdate, About: e.UpdateID})
}

func (s *Service) tellReaders(tx *db.Tx, news newsArgs) error {
	c, err := call.GetIn(tx, news.Call)
	if err != nil || c.Kind != call.Petition {
		return err
	}
	return s.jobs.Enqueue(tx, news)
}

func (s *Service) sendNews(ctx context.Context, args newsArgs) error {
	if c, err := s.newsOf(ctx, args.Call, args.About); err != nil || c == nil {
		return err
	}
	readers, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT act_id FROM signature WHERE call_id = $1 AND address <> '' AND act_id > $2 ORDER BY act_id LIMIT $3`,
		args.Call, int64(args.After), newsBatch)
	if err != nil {
		return fmt.Errorf("list who wishes to hear of petition %s: %w", args.Call, err)
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		for _, to := range readers {
			if err := s.jobs.Enqueue(tx, letterArgs{Call: args.Call, Signature: to, What: args.What, About: args.About}); err != nil {
				return err
			}
		}
		if len(readers) < newsBatch {
			return nil
		}
		rest := args
		rest.After = readers[len(readers)-1]
		return s.jobs.Enqueue(tx, rest)
	})
}

// newsOf is the petition that news are of; nil where it is not shown any more, or
// what they are about was removed.
func (s *Service) newsOf(ctx context.Context, callID, about id.ID) (*call.Call, error) {
	c, err := s.Calls.Get(ctx, account.Nobody, callID)
	if problem.Is(err, problem.KindNotFound) {
		return nil, nil
	}
	if err != nil || about == 0 {
		return c, err
	}
	stands, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT id FROM petition_answer WHERE id = $1 UNION ALL SELECT id FROM commitment_ruling WHERE id = $2
		UNION ALL SELECT id FROM call_update WHERE id = $3`, about, about, about)
	if err != nil {
		return nil, fmt.Errorf("look for what is told of petition %s: %w", callID, err)
	}
	if len(stands) == 0 {
		return nil, nil
	}
	return c, nil
}

type reader struct {
	act               id.ID
	address, language string
}

func (s *Service) sendLetter(ctx context.Context, args letterArgs) error {
	c, err := s.newsOf(ctx, args.Call, args.About)
	if err != nil || c == nil {
		return err
	}
	to, err := db.All(s.d.Read(ctx), func(row db.Row) (n reader, err error) {
		return n, row.Scan(&n.act, &n.address, &n.language)
	}, `SELECT act_id, address, language FROM signature WHERE act_id = $1 AND address <> ''`, args.Signature)
	if err != nil {
		return fmt.Errorf("read who wishes to hear of petition %s: %w", args.Call, err)
	}
	if len(to) == 0 {
		return nil // they wish to hear no more
	}
	of := news{what: args.What, title: c.Title, url: s.url(c.ID)}
	if args.What == newsUpdate && args.About != 0 {
		u, err := s.Calls.Update(ctx, account.Nobody, args.About)
		if problem.Is(err, problem.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		of.title, of.words, of.url = c.Title+": "+u.Title, u.Body, s.config.URL+"/updates/"+u.ID.String()
	}
	return s.send(ctx, s.letter(to[0], of), c.ID)
}

// news is what a letter tells.
type news struct {
	what  string // a sentence, not yet in anybody's language
	title string
	words string // those of an update; "" for none
	url   string // where it is read
}

// letterMost is how many characters of an update a letter brings.
const letterMost = 1500

func (s *Service) letter(n reader, of news) mail.Message {
	p := lang.Match("", n.language)
	about := of.title + "\n"
	if words := []rune(of.words); len(words) > letterMost {
		about += "\n" + string(words[:letterMost]) + "…\n\n"
	} else if len(words) > 0 {
		about += "\n" + of.words + "\n\n"
	}
	stop := s.config.URL + "/signatures/stop?token=" + url.QueryEscape(s.stopToken(n.act))
	return mail.Message{To: n.address, Subject: p.T("News of a petition that you signed"), Unsubscribe: stop,
		Text: p.T("Hello,\n\n%s:\n\n%s%s\n\nYou asked to hear of this. To hear no more, and to have your address erased, open:\n\n%s", p.T(of.what), about, of.url, stop) + "\n"}
}
