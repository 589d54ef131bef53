package meet

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// codeLength is in letters of five bits: fifty bits hold out against guessing
// at the pace that a door allows, for as long as a code holds.
const codeLength = 10

// code is what shows that somebody is at the place. It is derived, so that it
// lies nowhere.
func (s *Service) code(d *Date) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(d.ID))
	binary.BigEndian.PutUint64(b[8:], uint64(d.turn))
	mac := s.mac("check-in", b[:])
	return base32.StdEncoding.EncodeToString(mac)[:codeLength]
}

func (s *Service) mac(purpose string, of []byte) []byte {
	h := hmac.New(sha256.New, s.config.Key)
	h.Write([]byte(purpose + "\x00"))
	h.Write(of)
	return h.Sum(nil)
}

// Code is the date's check-in code, to be shown at the place. Who is responsible
// may ask.
func (s *Service) Code(ctx context.Context, v account.Viewer, dateID id.ID) (string, error) {
	d, err := s.responsible(ctx, v, dateID)
	if err != nil {
		return "", err
	}
	return s.code(d.Date), nil
}

// NewCode ends the code that there was, for one that got around. Who is
// responsible may.
func (s *Service) NewCode(ctx context.Context, v account.Viewer, dateID id.ID) error {
	if _, err := s.responsible(ctx, v, dateID); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`UPDATE call_date SET turn = turn + 1 WHERE id = $1`, dateID)
		return err
	})
}

// written are the letters as a person may type them.
var written = strings.NewReplacer(" ", "", "-", "", "0", "O", "1", "I", "8", "B")
