package seal_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"goodturn/internal/id"
	"goodturn/internal/seal"
)

func TestOpen(t *testing.T) {
	token := func(of id.ID) string {
		mac := sha256.Sum256([]byte("secret" + of.String()))
		return seal.Token(of, mac[:16])
	}
	if of, ok := seal.Open(token(17), token); !ok || of != 17 {
		t.Errorf("its own token opens %s, %v", of, ok)
	}
	for _, none := range []string{"", ".", "17", "17.", "0" + token(17), strings.Replace(token(17), "17.", "18.", 1), token(17) + "A", "-1.x"} {
		if of, ok := seal.Open(none, token); ok {
			t.Errorf("%q opens %s", none, of)
		}
	}
	otherwise := func(of id.ID) string { return seal.Token(of, []byte("of another purpose")) }
	if _, ok := seal.Open(token(17), otherwise); ok {
		t.Error("a token opens what it was not made for")
	}
}
