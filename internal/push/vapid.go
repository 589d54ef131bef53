package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// signer tells push services who sends (VAPID, RFC 8292).
type signer struct {
	key    *ecdsa.PrivateKey
	public string // its public key, an uncompressed point in base64url
	about  string // an address of whom to turn to
}

// newSigner takes the key from the seed, so that all nodes have the same.
func newSigner(seed []byte, about string) (*signer, error) {
	for try := range 100 { // nearly all numbers of 32 bytes are keys
		raw, err := hkdf.Key(sha256.New, seed, nil, "VAPID "+strconv.Itoa(try), 32)
		if err != nil {
			return nil, err
		}
		key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
		if err != nil {
			continue
		}
		public, err := key.PublicKey.Bytes()
		if err != nil {
			return nil, err
		}
		return &signer{key: key, public: base64.RawURLEncoding.EncodeToString(public), about: about}, nil
	}
	return nil, errors.New("push: no key comes of this seed")
}

// tokenFor is how long a signature holds; a day at most (RFC 8292, section 2).
const tokenFor = 12 * time.Hour

// token is a JSON Web Token for the push service of an endpoint.
func (s *signer) token(endpoint *url.URL, now time.Time) (string, error) {
	claims, err := json.Marshal(map[string]any{
		"aud": endpoint.Scheme + "://" + endpoint.Host, "exp": now.Add(tokenFor).Unix(), "sub": s.about,
	})
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(`{"typ":"JWT","alg":"ES256"}`)) + "." + enc.EncodeToString(claims)
	hash := sha256.Sum256([]byte(text))
	a, b, err := ecdsa.Sign(rand.Reader, s.key, hash[:])
	if err != nil {
		return "", fmt.Errorf("sign for a push service: %w", err)
	}
	signature := make([]byte, 64) // RFC 7518, section 3.4
	a.FillBytes(signature[:32])
	b.FillBytes(signature[32:])
	return text + "." + enc.EncodeToString(signature), nil
}
