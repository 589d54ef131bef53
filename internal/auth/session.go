package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Session is one browser that signed in.
type Session struct {
	ID        id.ID
	AccountID id.ID
	Agent     string // what the browser said it is
	CreatedAt time.Time
	SeenAt    time.Time // to a day
	ExpiresAt time.Time

	Account *account.Account // active
	Device  string           // by SignIn alone: for a cookie that outlives the session
}

// loginRow is how an account signs in.
type loginRow struct {
	account   id.ID
	state     account.State
	disabled  bool
	email     string
	password  string
	confirmed bool
}

func scanLogin(r db.Row) (loginRow, error) {
	var l loginRow
	var confirmed sql.NullInt64
	err := r.Scan(&l.account, &l.state, &l.disabled, &l.email, &l.password, &confirmed)
	l.confirmed = confirmed.Valid
	return l, err
}

const loginQuery = `SELECT login.account_id, account.state, account.disabled, login.email, login.password, login.confirmed_at
	FROM login JOIN account ON account.id = login.account_id WHERE `

// SignIn checks a name or address and its password, and gives a new session
// with the secret for its cookie. problem.Unauthorized when either is wrong,
// alike for both; problem.TooMany; and, after the right password alone,
// problem.Forbidden with the reason why the account may not.
func (s *Service) SignIn(ctx context.Context, nameOrEmail, password string, c Client) (*Session, string, error) {
	nameOrEmail = strings.TrimSpace(nameOrEmail)
	if len(nameOrEmail) > 300 {
		nameOrEmail = ""
	}
	folded := db.Fold(strings.TrimPrefix(nameOrEmail, "@"))
	l, err := s.findLogin(ctx, folded)
	if err != nil {
		return nil, "", err
	}
	if !s.mayTry(l.account, folded, c) {
		return nil, "", tooMany()
	}
	right, err := s.hasher.check(ctx, l.password, password)
	if err != nil {
		return nil, "", err
	}
	if !right {
		return nil, "", problem.Unauthorized("This name or this password is not right.")
	}
	if err := s.mayEnter(ctx, l); err != nil {
		return nil, "", err
	}
	a, err := s.accounts.Get(ctx, l.account)
	if err != nil {
		return nil, "", err
	}
	secret := newSecret()
	session := s.newSession(a, c.Agent)
	err = s.d.Update(ctx, func(tx *db.Tx) error { return insertSession(tx, session, hashOf(secret)) })
	if err != nil {
		return nil, "", err
	}
	return session, secret, nil
}

func (s *Service) findLogin(ctx context.Context, folded string) (loginRow, error) {
	where := `account.folded = $1 AND account.domain = ''`
	if strings.Contains(folded, "@") {
		where = `login.email_folded = $1`
	}
	l, err := db.One(s.d.Read(ctx), scanLogin, loginQuery+where, folded)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return l, fmt.Errorf("find who signs in: %w", err)
	}
	return l, nil
}

// mayTry counts by address and by name; a device that signed in before counts
// for itself in place of both.
func (s *Service) mayTry(i id.ID, folded string, c Client) bool {
	if device := s.knownDevice(i, c.Device); device != "" {
		return s.throttle.allow(perDevice, device)
	}
	// The name counts whether or not it is known; by the account's id, so that
	// name and address are one.
	key := folded
	if i != 0 {
		key = i.String()
	}
	return s.throttle.allow(perAddr, prefix(c.Addr)) && s.throttle.allow(perName, key)
}

// mayEnter says, to somebody who knows the password, what keeps them out.
func (s *Service) mayEnter(ctx context.Context, l loginRow) error {
	switch l.state {
	case account.StateActive:
		if l.disabled {
			return problem.Forbidden("A moderator has switched off signing in to your account.")
		}
		return nil
	case account.StateUnconfirmed:
		if err := s.askConfirm(ctx, l.account, l.email); err != nil {
			return err
		}
		return problem.Forbidden("Your address is not confirmed yet. We sent you a mail with a link.")
	case account.StatePending:
		return problem.Forbidden("A moderator has yet to approve your account.")
	case account.StateSuspended:
		return problem.Forbidden("Your account is suspended.")
	}
	return problem.Forbidden("This account was deleted.")
}

func (s *Service) newSession(a *account.Account, agent string) *Session {
	now := db.Time(db.Millis(s.now()))
	if len(agent) > 300 {
		agent = agent[:300]
	}
	return &Session{
		ID: s.ids.New(), AccountID: a.ID, Agent: strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), ""), CreatedAt: now, SeenAt: now,
		ExpiresAt: now.Add(sessionLife), Account: a, Device: s.newDevice(a.ID),
	}
}

func insertSession(tx *db.Tx, v *Session, h hash) error {
	// The condition holds against a suspension or deletion at the same moment.
	res, err := tx.Exec(`INSERT INTO session (id, account_id, hash, agent, created_at, seen_at, expires_at)
		SELECT CAST($1 AS BIGINT), id, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
		FROM account WHERE id = $7 AND state = 'active' AND NOT disabled`,
		int64(v.ID), h[:], v.Agent, db.Millis(v.CreatedAt), db.Millis(v.SeenAt), db.Millis(v.ExpiresAt), int64(v.AccountID))
	if err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, problem.Forbidden("This account cannot sign in."))
	}
	return nil
}

func readSession(r db.Reader, h hash) (*Session, error) {
	v, err := db.One(r, scanSession, `SELECT id, account_id, agent, created_at, seen_at, expires_at FROM session WHERE hash = $1`, h[:])
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read a session: %w", err)
	}
	return v, nil
}

func scanSession(r db.Row) (*Session, error) {
	v := &Session{}
	var created, seen, expires int64
	err := r.Scan(&v.ID, &v.AccountID, &v.Agent, &created, &seen, &expires)
	v.CreatedAt, v.SeenAt, v.ExpiresAt = db.Time(created), db.Time(seen), db.Time(expires)
	return v, err
}

// Session is whose cookie this is, for every request: it reads no database
// while it is in memory, and holds no longer than the session does.
// problem.Unauthorized when it ended, never was, or the account may not.
func (s *Service) Session(ctx context.Context, secret string) (*Session, error) {
	h := hashOf(secret)
	held, ok, err := s.byCookie.Get(ctx, h)
	if err != nil {
		return nil, err
	}
	now := s.now()
	if !ok || now.After(held.ExpiresAt) {
		return nil, problem.Unauthorized("You are signed out. Sign in again.")
	}
	a, err := s.accounts.Get(ctx, held.AccountID)
	if err != nil {
		return nil, err
	}
	if !a.Shown() || a.Curbs.Disabled {
		return nil, problem.Unauthorized("You are signed out. Sign in again.")
	}
	if now.Sub(held.SeenAt) > seenEvery {
		s.seen(ctx, h, now)
	}
	v := *held
	v.Account = a
	return &v, nil
}

// seen prolongs a session, once a day; that it fails is no reason to keep its
// owner out.
func (s *Service) seen(ctx context.Context, h hash, now time.Time) {
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE session SET seen_at = $1, expires_at = $2 WHERE hash = $3 AND seen_at < $4`,
			db.Millis(now), db.Millis(now.Add(sessionLife)), h[:], db.Millis(now.Add(-seenEvery)))
		tx.AfterCommit(func() { s.byCookie.Drop(h) })
		return err
	})
	if err != nil {
		s.config.Log.WarnContext(ctx, "auth: prolong a session", "err", err)
	}
}

// SignOut ends the session with this secret; one that ended already is no error.
func (s *Service) SignOut(ctx context.Context, secret string) error {
	h := hashOf(secret)
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := s.revokeIn(tx, `DELETE FROM session WHERE hash = $1 RETURNING hash`, h[:])
		return err
	})
}

// Sessions are the viewer's own, the newest first; their Account is not set.
func (s *Service) Sessions(ctx context.Context, v account.Viewer) ([]*Session, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see where you are signed in.")
	}
	all, err := db.All(s.d.Read(ctx), scanSession, `SELECT id, account_id, agent, created_at, seen_at, expires_at
		FROM session WHERE account_id = $1 AND expires_at > $2 ORDER BY id DESC LIMIT 200`, int64(v.ID()), db.Millis(s.now()))
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return all, nil
}

// EndSession ends one of the viewer's own; another's, or one that ended, is
// left alone.
func (s *Service) EndSession(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to do this.")
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := s.revokeIn(tx, `DELETE FROM session WHERE id = $1 AND account_id = $2 RETURNING hash`, int64(i), int64(v.ID()))
		return err
	})
}
