package meet

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
)

// mailArgs is the job that mails one thing to one account.
type mailArgs struct {
	What    What
	Account id.ID
	Call    id.ID
	Date    id.ID // 0 where it is about the call as a whole
	More    int64 `json:",omitempty"` // as many further dates likewise
}

// Kind names the job.
func (mailArgs) Kind() string { return "meet_mail" }

// sendMail writes and sends the mail as things stand when it runs: what is no
// longer so is not mailed.
func (s *Service) sendMail(ctx context.Context, args mailArgs) error {
	a, err := s.rooms.Accounts.Get(ctx, args.Account)
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) || err == nil && a.State != account.StateActive {
		return nil
	}
	if err != nil {
		return err
	}
	logins, err := s.rooms.Auth.Logins(ctx, []id.ID{a.ID})
	if err != nil || !logins[a.ID].Confirmed {
		return err
	}
	path, what, err := s.words(ctx, lang.Match("", a.Language), a, args)
	if err != nil || what == nil {
		return err
	}
	p := lang.Match("", a.Language)
	body := p.T("Hello %s,", a.Title()) + "\n\n" + strings.Join(what[1:], "\n") + "\n\n" + s.config.URL + path + "\n\n" +
		p.T("You get mails about dates that you come to. Without them:\n\n%s", s.offLink(a.ID)) + "\n"
	err = s.mailer.Send(ctx, mail.Message{To: logins[a.ID].Email, Subject: what[0], Text: body, Unsubscribe: s.offLink(a.ID)})
	if err != nil && mail.Permanent(err) {
		s.config.Log.WarnContext(ctx, "meet: a mail was refused for good", "account", a.ID, "err", err)
		return nil
	}
	return err
}

// words are the mail's subject and its lines, and where it leads; nil when there
// is nothing to say any more.
func (s *Service) words(ctx context.Context, p *lang.Printer, a *account.Account, args mailArgs) (path string, lines []string, err error) {
	v := account.As(a)
	if args.What == CallOff {
		c, err := s.rooms.Calls.Get(ctx, v, args.Call)
		if problem.Is(err, problem.KindNotFound) {
			return "", nil, nil
		}
		if err != nil {
			return "", nil, err
		}
		return "/calls/" + c.ID.String(), []string{p.T("Cancelled: %s", c.Title), p.T("“%s” does not take place.", c.Title), c.Reason}, nil
	}
	d, err := s.Get(ctx, v, args.Date)
	if problem.Is(err, problem.KindNotFound) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, err
	}
	heading := d.Heading()
	switch args.What {
	case DayBefore, HourBefore:
		if !d.Comes() && !d.Coordinated(a.ID) || d.State != On || !d.StartsAt.After(s.now()) {
			return "", nil, nil
		}
		lines = []string{p.T("Reminder: %s", heading), p.T("“%s” begins on %s.", heading, p.DateTime(d.Starts()))}
	case Moved:
		if d.Mine == nil && !d.Coordinated(a.ID) || d.State != On || !d.EndsAt.After(s.now()) {
			return "", nil, nil
		}
		lines = []string{p.T("Changed: %s", heading), p.T("“%s” has another time or place now. It begins on %s.", heading, p.DateTime(d.Starts()))}
		if args.More > 0 {
			lines = append(lines, p.N("So has %d further date of yours.", "So have %d further dates of yours.", int(args.More)))
		}
	case Off:
		lines = []string{p.T("Cancelled: %s", heading), p.T("“%s” on %s does not take place.", heading, p.DateTime(d.Starts()))}
		if args.More > 0 {
			lines = append(lines, p.N("Nor does %d further date of yours.", "Nor do %d further dates of yours.", int(args.More)))
		}
		return "/dates/" + d.ID.String(), append(lines, d.Reason), nil
	case Undone:
		return "/dates/" + d.ID.String(), []string{p.T("Your check-in: %s", heading), p.T("That you were checked in at “%s” was taken back as a mistake. If you were there, tell who looks after it.", heading)}, nil
	case TakenOff:
		if d.Mine != nil {
			return "", nil, nil
		}
		return "/notices", []string{p.T("No longer on the list: %s", heading), p.T("You are no longer on the list of “%s” on %s. Why, you read among your notices.", heading, p.DateTime(d.Starts()))}, nil
	case Coordinates:
		if !d.Coordinated(a.ID) {
			return "", nil, nil
		}
		lines = []string{p.T("You look after: %s", heading), p.T("You are to look after “%s” on %s: to check people in, and to confirm hours. If you cannot, say so on its page.", heading, p.DateTime(d.Starts()))}
	case Logged:
		if !d.Responsible {
			return "", nil, nil
		}
		return "/dates/" + d.ID.String() + "/people", []string{p.T("Hours wait: %s", heading), p.T("Hours at “%s” were logged, and wait to be confirmed.", heading)}, nil
	case PlaceFree:
		if !d.Comes() || d.State != On || !d.EndsAt.After(s.now()) {
			return "", nil, nil
		}
		lines = []string{p.T("You have a place: %s", heading), p.T("A place is free, and it is yours: “%s” begins on %s. If you cannot come, please say so, and the next one moves up.", heading, p.DateTime(d.Starts()))}
	case Disputed:
		if d.Mine == nil || d.Mine.Hours != HoursDisputed {
			return "", nil, nil
		}
		return "/dates/" + d.ID.String(), []string{p.T("Your hours: %s", heading), p.T("Your hours at “%s” could not be confirmed as they are:", heading), d.Mine.Reason}, nil
	}
	if d.Place != "" {
		lines = append(lines, p.T("Where: %s", d.Place))
	}
	if d.Online != "" {
		lines = append(lines, p.T("Online: %s", d.Online))
	}
	return "/dates/" + d.ID.String(), lines, nil
}

// offLink leads to the page on which an account ends mails about dates.
func (s *Service) offLink(accountID id.ID) string {
	return s.config.URL + "/date-mails/" + accountID.String() + "?key=" + s.offKey(accountID)
}

func (s *Service) offKey(accountID id.ID) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(accountID))
	return base64.RawURLEncoding.EncodeToString(s.mac("mails", b[:])[:16])
}

// EndMails ends mails about dates for an account, by the key in the link of each.
// NotFound for another key.
func (s *Service) EndMails(ctx context.Context, accountID id.ID, key string) error {
	if !hmac.Equal([]byte(key), []byte(s.offKey(accountID))) {
		return problem.NotFound("page")
	}
	return s.setMails(ctx, accountID, false)
}

// SetMails says whether v wants mails about dates.
func (s *Service) SetMails(ctx context.Context, v account.Viewer, wished bool) error {
	if !v.SignedIn() {
		return errSignIn()
	}
	return s.setMails(ctx, v.ID(), wished)
}

func (s *Service) setMails(ctx context.Context, accountID id.ID, wished bool) error {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if wished {
			_, err := tx.Exec(`DELETE FROM date_mail_off WHERE account_id = $1`, accountID)
			return err
		}
		_, err := tx.Exec(`INSERT INTO date_mail_off (account_id) SELECT id FROM account WHERE id = $1 AND state <> 'deleted' ON CONFLICT (account_id) DO NOTHING`, accountID)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep a wish about mails: %w", err)
	}
	return nil
}

// Mails says whether v gets mails about dates.
func (s *Service) Mails(ctx context.Context, v account.Viewer) (bool, error) {
	var off bool
	err := s.d.Read(ctx).QueryRow(`SELECT EXISTS (SELECT 1 FROM date_mail_off WHERE account_id = $1)`, int64(v.ID())).Scan(&off)
	if err != nil {
		return false, fmt.Errorf("read a wish about mails: %w", err)
	}
	return !off, nil
}
