package push

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"testing"
)

func bytesOf(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// The example of RFC 8291, section 5 and appendix A.
func TestSeal_RFC8291(t *testing.T) {
	k := keys{private: must[*ecdh.PrivateKey](t)(ecdh.P256().NewPrivateKey(bytesOf(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))), salt: bytesOf(t, "DGv6ra1nlYgDCS1FRnbzlw")}
	to := device{
		key:    must[*ecdh.PublicKey](t)(ecdh.P256().NewPublicKey(bytesOf(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"))),
		secret: bytesOf(t, "BTBZMqHH6r4Tts7J_aSIgg"),
	}
	got := must[[]byte](t)(k.seal(to, []byte("When I grow up, I want to be a watermelon")))
	want := bytesOf(t, "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN")
	if !bytes.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
}

// What a device does with a message of the draft, written as the draft says it.
func TestSealDraft(t *testing.T) {
	its := must[*ecdh.PrivateKey](t)(ecdh.P256().GenerateKey(rand.Reader))
	to := device{key: its.PublicKey(), secret: []byte("sixteen bytes of")}
	k := must[keys](t)(newKeys(rand.Reader))
	sealed := must[[]byte](t)(k.sealDraft(to, []byte("Soup is ready")))

	shared := must[[]byte](t)(its.ECDH(k.private.PublicKey()))
	input := must[[]byte](t)(hkdf.Key(sha256.New, shared, to.secret, "Content-Encoding: auth\x00", 32))
	context := "P-256\x00\x00\x41" + string(its.PublicKey().Bytes()) + "\x00\x41" + string(k.private.PublicKey().Bytes())
	key := must[[]byte](t)(hkdf.Key(sha256.New, input, k.salt, "Content-Encoding: aesgcm\x00"+context, 16))
	nonce := must[[]byte](t)(hkdf.Key(sha256.New, input, k.salt, "Content-Encoding: nonce\x00"+context, 12))
	gcm := must[cipher.AEAD](t)(cipher.NewGCM(must[cipher.Block](t)(aes.NewCipher(key))))
	text := must[[]byte](t)(gcm.Open(nil, nonce, sealed, nil))
	if got := text[2+binary.BigEndian.Uint16(text):]; string(got) != "Soup is ready" {
		t.Errorf("got %q", got)
	}
}

func TestNewSigner(t *testing.T) {
	one, same := must[*signer](t)(newSigner(make([]byte, 32), "")), must[*signer](t)(newSigner(make([]byte, 32), ""))
	other := must[*signer](t)(newSigner(bytes.Repeat([]byte{1}, 32), ""))
	if one.public != same.public || one.public == other.public {
		t.Error("the key is not what the seed says")
	}
	if raw := bytesOf(t, one.public); len(raw) != 65 || raw[0] != 4 {
		t.Errorf("the key is no uncompressed point: %x", raw)
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		`<p>One<br>two</p><p>three</p>`:                      "One two three",
		`<p>a &lt;b&gt; &amp; <a href="https://x">c</a></p>`: "a <b> & c",
		``: "",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	if got := cut("äöüß", 3); got != "äö…" {
		t.Errorf("cut to %q", got)
	}
}
