package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"goodturn/internal/problem"
)

// The length of a password in characters.
const (
	MinPassword = 8
	MaxPassword = 200
)

// hash is the SHA-256 of a secret; secrets are 128 random bits, so that is enough.
type hash [sha256.Size]byte

func hashOf(secret string) hash { return sha256.Sum256([]byte(secret)) }

// newSecret is at least 128 random bits, as text.
func newSecret() string { return rand.Text() }

// Cost is how hard argon2id makes it to try passwords.
type Cost struct {
	Memory uint32 // KiB
	Time   uint32
}

// DefaultCost is the first choice of OWASP's Password Storage Cheat Sheet for
// 19 MiB: two at once fit a small machine.
var DefaultCost = Cost{Memory: 19 << 10, Time: 2}

const (
	saltBytes = 16
	keyBytes  = 32
	atOnce    = 2 // hashes at a time, for each takes a core and much memory
)

// hasher makes and checks passwords in PHC form
// ($argon2id$v=19$m=19456,t=2,p=1$salt$key).
type hasher struct {
	cost  Cost
	turns chan struct{}
	dummy string // what a password is checked against where there is no account
}

func newHasher(c Cost) *hasher {
	h := &hasher{cost: c, turns: make(chan struct{}, atOnce)}
	h.dummy = phc(c, make([]byte, saltBytes), make([]byte, keyBytes))
	return h
}

// checkPassword says what is wrong with a new password.
func checkPassword(password string) error {
	if !utf8.ValidString(password) {
		return problem.Invalid("password", "This is not valid text (UTF-8).")
	}
	if n := utf8.RuneCountInString(password); n < MinPassword || n > MaxPassword {
		return problem.Invalid("password", "A password has %d to %d characters.", MinPassword, MaxPassword)
	}
	return nil
}

// turn waits until fewer than two others hash.
func (h *hasher) turn(ctx context.Context) (done func(), err error) {
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, problem.Unavailable(ctx.Err(), "Too many people sign in at this moment. Try again soon.")
	}
}

func (h *hasher) make(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	done, err := h.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	return phc(h.cost, salt, derive(password, salt, h.cost, keyBytes)), nil
}

// check says whether password is the one that stored was made of. stored "" is
// no account, which takes as long and is never right.
func (h *hasher) check(ctx context.Context, stored, password string) (bool, error) {
	known := stored != ""
	if !known {
		stored = h.dummy
	}
	cost, salt, key, err := parsePHC(stored)
	if err != nil {
		return false, err
	}
	if !utf8.ValidString(password) || len(password) > 4*MaxPassword {
		password, known = "", false
	}
	done, err := h.turn(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	same := subtle.ConstantTimeCompare(derive(password, salt, cost, len(key)), key) == 1
	return same && known, nil
}

// derive takes the password in NFC, so that one key on two keyboards is one
// password (RFC 8265, OpaqueString).
func derive(password string, salt []byte, c Cost, n int) []byte {
	return argon2.IDKey(norm.NFC.Bytes([]byte(password)), salt, c.Time, c.Memory, 1, uint32(n))
}

var b64 = base64.RawStdEncoding

func phc(c Cost, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, c.Memory, c.Time, b64.EncodeToString(salt), b64.EncodeToString(key))
}

var errPHC = errors.New("a stored password is not argon2id in PHC form")

func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	var version int
	var rest string
	if _, err := fmt.Sscanf(s, "$argon2id$v=%d$m=%d,t=%d,p=1$%s", &version, &c.Memory, &c.Time, &rest); err != nil || version != argon2.Version {
		return c, nil, nil, errPHC
	}
	for n := range len(rest) {
		if rest[n] != '$' {
			continue
		}
		salt, err = b64.DecodeString(rest[:n])
		if err == nil {
			key, err = b64.DecodeString(rest[n+1:])
		}
		break
	}
	if err != nil || len(salt) < 8 || len(key) < 16 || c.Memory > 1<<20 || c.Time == 0 || c.Time > 100 {
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}
