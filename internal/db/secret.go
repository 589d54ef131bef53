package db

import (
	"context"
	"crypto/rand"
	"fmt"
)

// Secret is 32 random bytes of that name, made when first asked for and kept;
// all nodes have the same.
func (d *DB) Secret(ctx context.Context, name string) (secret []byte, err error) {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, fmt.Errorf("make the secret %s: %w", name, err)
	}
	err = d.Update(ctx, func(tx *Tx) error {
		_, err := tx.Exec("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, fresh)
		if err != nil {
			return err
		}
		return tx.QueryRow("SELECT value FROM secret WHERE name = $1", name).Scan(&secret)
	})
	if err != nil {
		return nil, fmt.Errorf("keep the secret %s: %w", name, err)
	}
	return secret, nil
}
