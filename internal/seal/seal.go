// Package seal is in charge of the tokens in links that are handed out: computed from
// the row that they are of, so that they lie nowhere, and their maker can be shown
// them again. What a token is for, and its secret, is in the mac of the room that
// makes it.
package seal

import (
	"crypto/hmac"
	"encoding/base64"
	"strings"

	"goodturn/internal/id"
)

// Token is the one of a row. The mac is of at least 128 bits, of the row and of one
// purpose.
func Token(of id.ID, mac []byte) string {
	return of.String() + "." + base64.RawURLEncoding.EncodeToString(mac)
}

// Open is the row that a token is of, where token makes that row's; false for what is
// none. How much of it is right takes no part of the time.
func Open(said string, token func(id.ID) string) (id.ID, bool) {
	whose, _, _ := strings.Cut(said, ".")
	of, err := id.Parse(whose)
	if err != nil || !hmac.Equal([]byte(said), []byte(token(of))) {
		return 0, false
	}
	return of, true
}
