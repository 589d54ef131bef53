package petition

import (
	"context"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// KeepImported is the job that an import leaves.
func KeepImported(ctx context.Context, s *Service, callID id.ID) error {
	return s.keepImported(ctx, importedArgs{Call: callID})
}

// SignIn is a signature from outside that wishes to hear more, without its mail.
func SignIn(tx *db.Tx, s *Service, callID id.ID, name, address string) error {
	signing, secret := s.ids.New(), newSecret()
	_, err := tx.Exec(`INSERT INTO signing (id, call_id, address_key, address, name, reason, open, updates, version, confirm_hash, expires_at)
		VALUES ($1, $2, $3, $4, $5, '', TRUE, TRUE, 1, $6, $7)`, signing, callID, s.key(forSignature, callID, address), address, name,
		hashOf(secret), db.Millis(s.now().Add(confirmLife)))
	if err != nil {
		return err
	}
	return s.confirm(tx, secret, act.Source{})
}

// Readable says whether a paper draws a text.
func Readable(s string) bool { return readable(s) }
