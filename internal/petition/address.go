package petition

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"

	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/seal"
)

// What an address is hashed for: hashes for different purposes, or of different
// petitions, cannot be told to be of one address.
const (
	forSignature = "signature" // of a petition
	forOutsider  = "outsider"  // of a petition: who signs two is called twice, by the name that each was given
	forMails     = "mails"
	forStopping  = "stopping" // the news of a signature
)

// key stands for an address within one scope, without telling it.
func (s *Service) key(purpose string, scope id.ID, address string) []byte {
	return s.mac(purpose, scope, mail.Mailbox(address))
}

func (s *Service) mac(purpose string, scope id.ID, what string) []byte {
	m := hmac.New(sha256.New, s.config.Secret)
	m.Write([]byte(purpose + "\x00" + scope.String() + "\x00" + what))
	return m.Sum(nil)
}

// newSecret is at least 128 random bits, as text; hashOf is what is kept of it.
func newSecret() string { return rand.Text() }

func hashOf(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// stopToken is what ends the news of a signature. It is the same in each mail, so
// that an old one works too, and so it is computed and not kept.
func (s *Service) stopToken(actID id.ID) string {
	return seal.Token(actID, s.mac(forStopping, actID, ""))
}

// stops is the signature that a stopToken is of; false for one that is none.
func (s *Service) stops(token string) (id.ID, bool) { return seal.Open(token, s.stopToken) }
