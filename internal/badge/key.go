package badge

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"

	"goodturn/internal/db"
	"goodturn/internal/problem"
)

const (
	keyBits = 2048                 // what RS256 asks for at least (RFC 7518, section 3.3)
	keyFor  = 365 * 24 * time.Hour // how long one key signs
	keyName = 64                   // bits of a key's id
)

// signer signs credentials with the key of today, which is made when it is first
// asked for. All nodes have the same.
func (s *Service) signer(ctx context.Context) (func(any) (string, error), error) {
	period := s.now().UnixMilli() / keyFor.Milliseconds()
	id, private, err := s.current(ctx, period)
	if errors.Is(err, sql.ErrNoRows) {
		if err = s.makeKey(ctx, period); err == nil {
			id, private, err = s.current(ctx, period)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("find the key for badges: %w", err)
	}
	key, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return nil, fmt.Errorf("read the key for badges: %w", err)
	}
	// The header's kid is the address of the key, and nothing else stands there
	// (section 8.2.3 of the standard).
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: s.keyURL(id)}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("make a signer: %w", err)
	}
	return func(claims any) (string, error) {
		payload, err := json.Marshal(claims)
		if err != nil {
			return "", fmt.Errorf("write a credential: %w", err)
		}
		signed, err := signer.Sign(payload)
		if err != nil {
			return "", fmt.Errorf("sign a credential: %w", err)
		}
		return signed.CompactSerialize()
	}, nil
}

// current is the newest key, if it is of that period or later: another node's
// clock may be a little ahead.
func (s *Service) current(ctx context.Context, period int64) (id string, private []byte, err error) {
	err = s.d.Read(ctx).QueryRow("SELECT id, private FROM badge_key WHERE period >= $1 ORDER BY period DESC LIMIT 1", period).Scan(&id, &private)
	return id, private, err
}

// makeKey makes the key of a period, unless another was quicker, and forgets the
// private halves of those before.
func (s *Service) makeKey(ctx context.Context, period int64) error {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	name := make([]byte, keyName/8)
	rand.Read(name) // never fails
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO badge_key (id, period, public, private) VALUES ($1, $2, $3, $4) ON CONFLICT (period) DO NOTHING",
			hex.EncodeToString(name), period, public, private)
		if err != nil {
			return err
		}
		_, err = tx.Exec("UPDATE badge_key SET private = NULL WHERE period < $1 AND private IS NOT NULL", period)
		return err
	})
}

func (s *Service) keyURL(id string) string { return s.c.URL + "/badges/keys/" + id }

// Keys are the public halves of all keys that signed, the newest first: a year
// has one. Each is found at its own address (RFC 7517), too.
func (s *Service) Keys(ctx context.Context) (jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	keys, err := db.All(s.d.Read(ctx), s.scanKey, "SELECT id, public FROM badge_key ORDER BY period DESC")
	if err != nil {
		return set, fmt.Errorf("list the keys of badges: %w", err)
	}
	set.Keys = append([]jose.JSONWebKey{}, keys...)
	return set, nil
}

// Key is the public half of one. NotFound.
func (s *Service) Key(ctx context.Context, id string) (jose.JSONWebKey, error) {
	key, err := db.One(s.d.Read(ctx), s.scanKey, "SELECT id, public FROM badge_key WHERE id = $1", id)
	if errors.Is(err, sql.ErrNoRows) {
		return key, problem.NotFound("page")
	}
	if err != nil {
		return key, fmt.Errorf("read a key of badges: %w", err)
	}
	return key, nil
}

func (s *Service) scanKey(r db.Row) (key jose.JSONWebKey, err error) {
	var id string
	var der []byte
	if err := r.Scan(&id, &der); err != nil {
		return key, err
	}
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return key, fmt.Errorf("read the key %s: %w", id, err)
	}
	return jose.JSONWebKey{Key: public, KeyID: s.keyURL(id), Algorithm: string(jose.RS256), Use: "sig"}, nil
}
