// Package once makes a repeated request harmless: a client that does not know
// whether its request arrived sends it again under the same key, and gets the
// first answer instead of a second post, act or payment.
package once

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

const (
	field  = "Idempotency-Key" // the header that carries the key
	maxKey = 255               // bytes
	keep   = 48 * time.Hour
)

// Do runs f the first time that account asks for kind with this key, and gives
// f's result; later times it gives the first result without running f. It is
// part of the transaction, so that the key and what f did are kept or lost
// together: the caller returns Do's error from its own function. body is what
// was asked, as JSON or bytes; the same key with another body is
// problem.Invalid. An empty key just runs f.
func Do(tx *db.Tx, account id.ID, kind, key string, body any, f func() (id.ID, error)) (id.ID, error) {
	if key == "" {
		return f()
	}
	if len(key) > maxKey {
		return 0, problem.Invalid(field, "This key is longer than %d bytes.", maxKey)
	}
	hash, err := digest(body)
	if err != nil {
		return 0, err
	}
	res, err := tx.Exec(`INSERT INTO once_key (account_id, kind, key, hash, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account_id, kind, key) DO NOTHING`, int64(account), kind, key, hash, db.Millis(time.Now()))
	if err != nil {
		return 0, fmt.Errorf("keep a key: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return 0, fmt.Errorf("keep a key: %w", err)
	} else if n == 0 {
		return again(tx, account, kind, key, hash)
	}

	result, err := f()
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(`UPDATE once_key SET result = $1 WHERE account_id = $2 AND kind = $3 AND key = $4`,
		result, int64(account), kind, key); err != nil {
		return 0, fmt.Errorf("keep a key's result: %w", err)
	}
	return result, nil
}

func again(tx *db.Tx, account id.ID, kind, key string, hash []byte) (result id.ID, err error) {
	var first []byte
	err = tx.QueryRow(`SELECT hash, result FROM once_key WHERE account_id = $1 AND kind = $2 AND key = $3`,
		int64(account), kind, key).Scan(&first, &result)
	if err != nil {
		return 0, fmt.Errorf("read a key's result: %w", err)
	}
	if !bytes.Equal(first, hash) {
		return 0, problem.Invalid(field, "This key was used for another request. Use a new one.")
	}
	return result, nil
}

func digest(body any) ([]byte, error) {
	b, ok := body.([]byte)
	if !ok {
		var err error
		if b, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("digest a request: %w", err)
		}
	}
	h := sha256.Sum256(b)
	return h[:], nil
}

// Sweep forgets keys that are older than two days.
func Sweep(ctx context.Context, d *db.DB, now time.Time) error {
	err := d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`DELETE FROM once_key WHERE at < $1`, db.Millis(now.Add(-keep)))
		return err
	})
	if err != nil {
		return fmt.Errorf("forget old keys: %w", err)
	}
	return nil
}
