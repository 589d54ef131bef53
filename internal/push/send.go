package push

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/lang"
	"goodturn/internal/notice"
)

const (
	// pause is how long an account's devices are left alone after they were told
	// of something; what comes meanwhile is told together.
	pause = 10 * time.Second
	// atOnce is how many notices a device is told of at a time, the newest; the
	// others are found in the app.
	atOnce = 10

	allWithin  = 30 * time.Second // all of an account's devices
	oneWithin  = 3 * time.Second  // one message
	keepFor    = 48 * time.Hour   // how long the push service keeps a message for a device that is off
	maxAnswer  = 64 << 10         // bytes
	retryFirst = time.Minute      // and twice as long with each failure after it
	retryMost  = 12 * time.Hour
	giveUp     = 12 // failures in a row, over some two days
)

// sendArgs is the job that tells an account's devices what is new; againArgs is
// the same after a push service failed, which must not keep the other waiting.
type (
	sendArgs  struct{ Account id.ID }
	againArgs struct{ Account id.ID }
)

// queue keeps push services, which are anybody's servers and may be slow, from
// holding up other jobs.
var queue = jobs.Queue{Name: "push", Workers: 2}

// Kind names the job.
func (sendArgs) Kind() string { return "push_send" }

// Kind names the job.
func (againArgs) Kind() string { return "push_again" }

// OnMade has the account's devices told, if it has any: at once, or together
// with what else comes while they are left alone.
func (s *Service) OnMade(tx *db.Tx, e notice.Made) error {
	if s.Type(e.Kind) == "" {
		return nil
	}
	var devices, last int64
	err := tx.QueryRow(`SELECT COUNT(*), COALESCE(MAX(sent_at), 0) FROM push_subscription WHERE account_id = $1`, e.AccountID).Scan(&devices, &last)
	if err != nil {
		return fmt.Errorf("ask for an account's devices: %w", err)
	}
	if devices == 0 {
		return nil
	}
	options := []jobs.Option{jobs.Unique()}
	if at := db.Time(last).Add(pause); at.After(s.now()) {
		options = append(options, jobs.At(at))
	}
	return s.jobs.Enqueue(tx, sendArgs{Account: e.AccountID}, options...)
}

// target is a device with how far it was told.
type target struct {
	Subscription
	device
	sent     id.ID
	failures int
}

func scanTarget(r db.Row) (t *target, err error) {
	t = &target{}
	var alerts string
	var key []byte
	if err := r.Scan(&t.ID, &t.Endpoint, &key, &t.secret, &t.Standard, &alerts, &t.Policy, &t.sent, &t.failures); err != nil {
		return nil, err
	}
	t.Alerts = strings.Fields(alerts)
	t.key, err = ecdh.P256().NewPublicKey(key)
	return t, err
}

// send tells each of the account's devices what is new to it. A failure of a
// push service is no error: it is kept with the device, which waits.
func (s *Service) send(ctx context.Context, args sendArgs) error {
	ctx, cancel := context.WithTimeout(ctx, allWithin)
	defer cancel()
	now := s.now()
	targets, err := db.All(s.d.Read(ctx), scanTarget, `SELECT id, endpoint, public_key, secret, standard, alerts, policy, sent_id, failures
		FROM push_subscription WHERE account_id = $1 AND retry_at <= $2 ORDER BY id`, args.Account, db.Millis(now))
	if err != nil {
		return fmt.Errorf("list an account's devices: %w", err)
	}
	a, err := s.Accounts.Get(ctx, args.Account)
	if err != nil || len(targets) == 0 || !a.Shown() {
		return err
	}
	since := targets[0].sent
	for _, t := range targets {
		since = min(since, t.sent)
	}
	news, err := s.Notices.List(ctx, account.As(a), notice.Filter{}, db.Page{Since: since, Limit: atOnce, Most: atOnce})
	if err != nil || len(news) == 0 {
		return err
	}
	slices.Reverse(news)
	told, err := s.wishes(ctx, a, targets, news)
	if err != nil {
		return err
	}
	outcomes := make([]outcome, len(targets))
	var all sync.WaitGroup
	for n, t := range targets {
		outcomes[n].sent = max(t.sent, news[len(news)-1].ID)
		if len(told[n]) > 0 {
			all.Go(func() { outcomes[n] = s.tell(ctx, t, told[n], outcomes[n].sent) })
		}
	}
	all.Wait()
	return s.keep(context.WithoutCancel(ctx), args.Account, targets, outcomes)
}

// letter is a notice as one device is to show it.
type letter struct {
	id     id.ID
	text   []byte
	urgent bool
}

// wishes are, for each device, the notices that it wishes to hear of.
func (s *Service) wishes(ctx context.Context, a *account.Account, targets []*target, news []*notice.Notice) ([][]letter, error) {
	var from, portraits []id.ID
	for _, n := range news {
		from = append(from, n.From.ID)
		if n.From.AvatarID != 0 {
			portraits = append(portraits, n.From.AvatarID)
		}
	}
	relations, err := s.Relations.Relationships(ctx, account.As(a), from)
	if err != nil {
		return nil, err
	}
	filters, err := s.Filters.Of(ctx, account.As(a))
	if err != nil {
		return nil, err
	}
	pictures, err := s.Media.Portraits(ctx, portraits)
	if err != nil {
		return nil, err
	}
	printer := lang.Match("", a.Language)
	all := make([][]letter, len(targets))
	for at, n := range news {
		kind, icon := s.Type(n.Kind), s.URL+s.Icon
		if kind == "" || n.Post != nil && filter.Drop(filters.Results(n.Post), filter.Notices) {
			continue
		}
		if m, ok := pictures[n.From.AvatarID]; ok {
			icon = s.URL + m.SmallURL()
		}
		text, err := s.message(printer, n, icon)
		if err != nil {
			return nil, fmt.Errorf("word a push: %w", err)
		}
		for i, t := range targets {
			wished := t.Policy == FromAll || t.Policy == FromFollowed && relations[at].Following || t.Policy == FromFollower && relations[at].FollowedBy
			if n.ID > t.sent && wished && slices.Contains(t.Alerts, kind) {
				all[i] = append(all[i], letter{id: n.ID, text: text, urgent: kind == "mention" || kind == "follow_request"})
			}
		}
	}
	return all, nil
}

// outcome is what became of a device's messages.
type outcome struct {
	sent  id.ID // all up to this was told, or not wished
	told  bool  // at least one was taken
	gone  bool  // the device is no more
	wait  time.Duration
	fails bool
}

// tell sends one after the other, until one is not taken.
func (s *Service) tell(ctx context.Context, t *target, letters []letter, last id.ID) outcome {
	o := outcome{sent: t.sent}
	for _, l := range letters {
		status, after, err := s.post(ctx, t, l)
		switch {
		case err == nil && status >= 200 && status < 300:
			o.sent, o.told = l.id, true
			continue
		case status == http.StatusNotFound || status == http.StatusGone: // RFC 8030, section 7.3
			o.gone = true
			return o
		}
		o.fails, o.wait = true, min(max(after, retryFirst<<min(t.failures, 10)), retryMost)
		s.Log.InfoContext(ctx, "a push was not taken", "subscription", t.ID.String(), "status", status, "failures", t.failures+1, "error", err)
		return o
	}
	o.sent = last
	return o
}

// post sends one message (RFC 8030, section 5) and answers the status, and how
// long the push service asks to wait.
func (s *Service) post(ctx context.Context, t *target, l letter) (status int, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, oneWithin)
	defer cancel()
	endpoint, err := url.Parse(t.Endpoint)
	if err != nil {
		return 0, 0, err
	}
	fresh, err := newKeys(rand.Reader)
	if err != nil {
		return 0, 0, err
	}
	token, err := s.sign.token(endpoint, time.Now())
	if err != nil {
		return 0, 0, err
	}
	h := http.Header{"Content-Type": {"application/octet-stream"}, "Ttl": {strconv.Itoa(int(keepFor.Seconds()))}, "Urgency": {"normal"}}
	if l.urgent {
		h.Set("Urgency", "high")
	}
	var body []byte
	if t.Standard {
		body, err = fresh.seal(t.device, l.text)
		h.Set("Content-Encoding", "aes128gcm")
		h.Set("Authorization", "vapid t="+token+",k="+s.sign.public)
	} else {
		body, err = fresh.sealDraft(t.device, l.text)
		enc := base64.RawURLEncoding
		h.Set("Content-Encoding", "aesgcm")
		h.Set("Encryption", "salt="+enc.EncodeToString(fresh.salt))
		h.Set("Crypto-Key", "dh="+enc.EncodeToString(fresh.private.PublicKey().Bytes())+";p256ecdsa="+s.sign.public)
		h.Set("Authorization", "WebPush "+token)
	}
	if err != nil {
		return 0, 0, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.Endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, 0, err
	}
	req.Header = h
	res, err := s.gate.Do(req, maxAnswer)
	if err != nil {
		return 0, 0, err
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		after = min(time.Duration(min(seconds, int(retryMost.Seconds())))*time.Second, retryMost)
	}
	return res.Status, after, nil
}

// keep notes how far each device was told, lets go of those that are no more,
// and has those that failed told again later.
func (s *Service) keep(ctx context.Context, of id.ID, targets []*target, outcomes []outcome) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		now, again := s.now(), time.Duration(0)
		for n, t := range targets {
			o := outcomes[n]
			var err error
			switch {
			case o.gone, o.fails && t.failures+1 >= giveUp:
				_, err = tx.Exec(`DELETE FROM push_subscription WHERE id = $1`, t.ID)
			case o.fails:
				_, err = tx.Exec(`UPDATE push_subscription SET sent_id = $1, failures = failures + 1, retry_at = $2 WHERE id = $3`,
					int64(o.sent), db.Millis(now.Add(o.wait)), t.ID)
				if again == 0 || o.wait < again {
					again = o.wait
				}
			case o.told:
				_, err = tx.Exec(`UPDATE push_subscription SET sent_id = $1, sent_at = $2, failures = 0, retry_at = 0 WHERE id = $3`,
					int64(o.sent), db.Millis(now), t.ID)
			default:
				_, err = tx.Exec(`UPDATE push_subscription SET sent_id = $1 WHERE id = $2`, int64(o.sent), t.ID)
			}
			if err != nil {
				return fmt.Errorf("note what became of a push: %w", err)
			}
		}
		if again == 0 {
			return nil
		}
		return s.jobs.Enqueue(tx, againArgs{Account: of}, jobs.At(now.Add(again)), jobs.Unique())
	})
}
