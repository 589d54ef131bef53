package push

import (
	"context"
	"crypto/ecdh"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

const (
	maxEndpoint = 2048 // bytes
	maxAlerts   = 40
	// most is how many devices an account has at most; the oldest make room.
	most = 20
)

// Draft is a subscription as an app sends it.
type Draft struct {
	Endpoint string
	Key      string // the device's public key, in base64
	Secret   string // in base64
	Standard bool
	Wish
}

// Wish is what of a subscription can be changed.
type Wish struct {
	Alerts []string
	Policy Policy // "" is FromAll
}

func (w *Wish) check() error {
	if w.Policy == "" {
		w.Policy = FromAll
	}
	switch w.Policy {
	case FromAll, FromFollowed, FromFollower, FromNone:
	default:
		return problem.Invalid("policy", "Choose one of these.")
	}
	if len(w.Alerts) > maxAlerts || slices.ContainsFunc(w.Alerts, func(a string) bool { return strings.ContainsAny(a, " \n") || len(a) > 50 }) {
		return problem.Invalid("alerts", "Choose one of these.")
	}
	return nil
}

// decode reads base64 as apps write it: either alphabet, padded or not.
func decode(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(s, "=")))
}

// device checks where a draft's messages would go, and what encrypts them.
func (d *Draft) device() (key, secret []byte, err error) {
	u, err := url.Parse(d.Endpoint)
	if err != nil || len(d.Endpoint) > maxEndpoint || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, nil, problem.Invalid("endpoint", "This is not a web address that begins with https.")
	}
	if key, err = decode(d.Key); err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return nil, nil, problem.Invalid("p256dh", "This is not a public key.")
	}
	if secret, err = decode(d.Secret); err != nil || len(secret) != secretBytes {
		return nil, nil, problem.Invalid("auth", "This is not a secret of 16 bytes.")
	}
	return key, secret, nil
}

func signIn() error { return problem.Unauthorized("Sign in to be told on your devices.") }

// Subscribe takes in the wish of the viewer's app, which the token is of, in
// place of the one before. It is told of what happens from now on.
func (s *Service) Subscribe(ctx context.Context, v account.Viewer, token id.ID, d Draft) (*Subscription, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	key, secret, err := d.device()
	if err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	made := s.ids.New()
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO push_subscription (id, account_id, token_id, token_hash, endpoint, public_key, secret, standard, alerts, policy, sent_id)
			SELECT CAST($1 AS BIGINT), account_id, id, hash, $2, $3, $4, $5, $6, $7, CAST($8 AS BIGINT) FROM token WHERE id = $9 AND account_id = $10
			ON CONFLICT (token_id) DO UPDATE SET id = excluded.id, endpoint = excluded.endpoint, public_key = excluded.public_key,
				secret = excluded.secret, standard = excluded.standard, alerts = excluded.alerts, policy = excluded.policy,
				sent_id = excluded.sent_id, sent_at = 0, failures = 0, retry_at = 0`,
			int64(made), d.Endpoint, key, secret, d.Standard, strings.Join(d.Alerts, " "), string(d.Policy), int64(made), token, v.ID())
		if err != nil {
			return fmt.Errorf("keep a push subscription: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, signIn())
		}
		_, err = tx.Exec(fmt.Sprintf(`DELETE FROM push_subscription WHERE account_id = $1 AND id <= (SELECT id FROM push_subscription
			WHERE account_id = $2 ORDER BY id DESC LIMIT 1 OFFSET %d)`, most), v.ID(), v.ID())
		if err != nil {
			return fmt.Errorf("make room for a push subscription: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.Subscription(ctx, v, token)
}

// Subscription is that of the viewer's app; problem.NotFound if it has none.
func (s *Service) Subscription(ctx context.Context, v account.Viewer, token id.ID) (*Subscription, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	sub, err := db.One(s.d.Read(ctx), func(r db.Row) (*Subscription, error) {
		var sub Subscription
		var alerts string
		err := r.Scan(&sub.ID, &sub.Endpoint, &sub.Standard, &alerts, &sub.Policy)
		sub.Alerts = strings.Fields(alerts)
		return &sub, err
	}, `SELECT id, endpoint, standard, alerts, policy FROM push_subscription WHERE token_id = $1 AND account_id = $2`, token, v.ID())
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, problem.NotFound("subscription")
	case err != nil:
		return nil, fmt.Errorf("read a push subscription: %w", err)
	}
	return sub, nil
}

// Change changes what the viewer's app is told; problem.NotFound.
func (s *Service) Change(ctx context.Context, v account.Viewer, token id.ID, w Wish) (*Subscription, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	if err := w.check(); err != nil {
		return nil, err
	}
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE push_subscription SET alerts = $1, policy = $2 WHERE token_id = $3 AND account_id = $4`,
			strings.Join(w.Alerts, " "), string(w.Policy), token, v.ID())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("change a push subscription: %w", err)
	}
	return s.Subscription(ctx, v, token)
}

// Unsubscribe ends that of the viewer's app; one that there is not is no error.
func (s *Service) Unsubscribe(ctx context.Context, v account.Viewer, token id.ID) error {
	if !v.SignedIn() {
		return signIn()
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM push_subscription WHERE token_id = $1 AND account_id = $2`, token, v.ID())
		return err
	})
}

// OnRevoked ends the subscriptions of apps whose tokens ended.
func (s *Service) OnRevoked(tx *db.Tx, e auth.Revoked) error {
	for _, hash := range e.Hashes {
		if _, err := tx.Exec(`DELETE FROM push_subscription WHERE token_hash = $1`, hash); err != nil {
			return fmt.Errorf("end a push subscription: %w", err)
		}
	}
	return nil
}

// OnAccountDeleted erases those of the account.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	_, err := tx.Exec(`DELETE FROM push_subscription WHERE account_id = $1`, e.ID)
	return err
}
