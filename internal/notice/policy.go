package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Verdict is what becomes of a notice.
type Verdict int

// The verdicts, from mild to strict.
const (
	Accept Verdict = iota
	Hold           // it waits in a request until its receiver accepts the sender
	Drop           // it is never made
)

// Policy is what an account does with what strangers do: their words, likes,
// shares and follows. What movements tell, and whom the account accepted or
// follows, is not held back by it. The strictest verdict that fits counts.
type Policy struct {
	NotFollowing    Verdict // from those whom the account does not follow
	NotFollowers    Verdict // from those who do not follow it, or for less than three days
	NewAccounts     Verdict // from accounts made in the last thirty days
	PrivateMentions Verdict // direct posts that answer none of its own
	LimitedAccounts Verdict // from those whom moderators limited
}

// DefaultPolicy is what an account has that chose none, as in Mastodon.
var DefaultPolicy = Policy{PrivateMentions: Hold, LimitedAccounts: Hold}

const (
	newFollower = 3 * 24 * time.Hour
	newAccount  = 30 * 24 * time.Hour
)

// verdictSQL is the policy p upon the notice n by the account f; NULLs are an
// account's that has none. Each question is asked only if the policy depends on
// it.
var verdictSQL = func() string {
	fits := func(level string) string {
		return strings.NewReplacer("LEVEL", level).Replace(`((p.not_following >= LEVEL OR p.new_accounts >= LEVEL AND ` + isNew + `
			OR f.limited AND COALESCE(p.limited_accounts, 1) >= LEVEL
			OR n.private AND COALESCE(p.private_mentions, 1) >= LEVEL AND ` + unasked + `) AND ` + stranger + `
			OR p.not_followers >= LEVEL AND ` + noFollower + `)`)
	}
	return `CASE WHEN p.account_id IS NULL AND NOT n.private AND NOT f.limited THEN 0
		WHEN NOT ` + fits("1") + ` IS TRUE OR EXISTS (SELECT 1 FROM notice_permission m WHERE m.account_id = n.to_id AND m.from_id = n.from_id) THEN 0
		WHEN ` + fits("2") + ` THEN 2 ELSE 1 END`
}()

var (
	stranger   = `NOT EXISTS (SELECT 1 FROM follow w WHERE w.follower_id = n.to_id AND w.followee_id = n.from_id)`
	noFollower = fmt.Sprintf(`NOT EXISTS (SELECT 1 FROM follow w WHERE w.follower_id = n.from_id AND w.followee_id = n.to_id AND w.created_at <= n.now - %d)`,
		newFollower.Milliseconds())
	isNew = fmt.Sprintf(`f.created_at > n.now - %d`, newAccount.Milliseconds())
	// unasked is a direct post that answers no direct post of the receiver's.
	unasked = `NOT EXISTS (SELECT 1 FROM post c JOIN post o ON o.id = c.reply_to
		WHERE c.id = n.post_id AND o.account_id = n.to_id AND o.visibility = 'direct')`
)

// Waiting is what the policy held back.
type Waiting struct {
	Requests int // senders, 100 at most
	Notices  int
}

// PolicyChange changes what is not nil.
type PolicyChange struct {
	NotFollowing, NotFollowers, NewAccounts, PrivateMentions, LimitedAccounts *Verdict
}

// Policy is the viewer's, with what waits by it.
func (s *Service) Policy(ctx context.Context, v account.Viewer) (Policy, Waiting, error) {
	if !v.SignedIn() {
		return Policy{}, Waiting{}, signIn()
	}
	r := s.d.Read(ctx)
	p, err := policyOf(r, v.ID())
	if err != nil {
		return p, Waiting{}, err
	}
	var w Waiting
	err = r.QueryRow(`SELECT COUNT(*), COUNT(DISTINCT from_id) FROM (SELECT n.from_id FROM notice n
		JOIN account f ON f.id = n.from_id AND f.state = 'active' WHERE n.account_id = $1 AND n.filtered LIMIT 1000) AS held`, v.ID()).
		Scan(&w.Notices, &w.Requests)
	if err != nil {
		return p, w, fmt.Errorf("count requests: %w", err)
	}
	w.Requests = min(w.Requests, 100)
	return p, w, nil
}

func policyOf(r db.Reader, i id.ID) (Policy, error) {
	p := DefaultPolicy
	err := r.QueryRow(`SELECT not_following, not_followers, new_accounts, private_mentions, limited_accounts FROM notice_policy WHERE account_id = $1`, i).
		Scan(&p.NotFollowing, &p.NotFollowers, &p.NewAccounts, &p.PrivateMentions, &p.LimitedAccounts)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("read a notice policy: %w", err)
	}
	return p, nil
}

// SetPolicy changes the viewer's. What waits already goes on waiting.
func (s *Service) SetPolicy(ctx context.Context, v account.Viewer, c PolicyChange) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		p, err := policyOf(tx, v.ID())
		if err != nil {
			return err
		}
		for _, f := range []struct {
			to   *Verdict
			from *Verdict
		}{{&p.NotFollowing, c.NotFollowing}, {&p.NotFollowers, c.NotFollowers}, {&p.NewAccounts, c.NewAccounts},
			{&p.PrivateMentions, c.PrivateMentions}, {&p.LimitedAccounts, c.LimitedAccounts}} {
			if f.from == nil {
				continue
			}
			if *f.from < Accept || *f.from > Drop {
				return problem.Invalid("policy", "Choose one of these.")
			}
			*f.to = *f.from
		}
		_, err = tx.Exec(`INSERT INTO notice_policy (account_id, not_following, not_followers, new_accounts, private_mentions, limited_accounts, changed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id) DO UPDATE SET not_following = excluded.not_following,
			not_followers = excluded.not_followers, new_accounts = excluded.new_accounts, private_mentions = excluded.private_mentions,
			limited_accounts = excluded.limited_accounts, changed_at = excluded.changed_at`,
			v.ID(), int64(p.NotFollowing), int64(p.NotFollowers), int64(p.NewAccounts), int64(p.PrivateMentions), int64(p.LimitedAccounts), db.Millis(s.now()))
		if err != nil {
			return fmt.Errorf("set a notice policy: %w", err)
		}
		return nil
	})
}

// Merged tells that notices that had waited came in.
type Merged struct{ AccountID id.ID }

// accept lets a sender's notices in, from now on and those that wait.
func (s *Service) accept(ctx context.Context, v account.Viewer, from id.ID) error {
	for first, more := true, true; more; first = false {
		err := s.d.Update(ctx, func(tx *db.Tx) error {
			if first {
				_, err := tx.Exec(`INSERT INTO notice_permission (account_id, from_id, created_at) VALUES ($1, $2, $3)
					ON CONFLICT (account_id, from_id) DO NOTHING`, v.ID(), from, db.Millis(s.now()))
				if err != nil {
					return fmt.Errorf("permit a sender of notices: %w", err)
				}
			}
			in, err := db.All(tx, db.ScanID, fmt.Sprintf(`UPDATE notice SET filtered = FALSE WHERE id IN (SELECT id FROM notice
				WHERE account_id = $1 AND from_id = $2 AND filtered ORDER BY id LIMIT %d) RETURNING id`, batch), v.ID(), from)
			if err != nil {
				return fmt.Errorf("let notices in: %w", err)
			}
			more = len(in) == batch
			return event.Emit(s.hub, tx, Merged{AccountID: v.ID()})
		})
		if err != nil {
			return err
		}
	}
	return nil
}
