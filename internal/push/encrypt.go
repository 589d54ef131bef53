package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
)

const (
	saltBytes   = 16
	secretBytes = 16
	recordSize  = 4096 // the whole message is one record
)

// device is what a message is encrypted for.
type device struct {
	key    *ecdh.PublicKey // on P-256
	secret []byte          // 16 bytes that only it and we know
}

// keys are a message's own: a new key pair and salt for each.
type keys struct {
	private *ecdh.PrivateKey
	salt    []byte
}

func newKeys(random io.Reader) (k keys, err error) {
	if k.private, err = ecdh.P256().GenerateKey(random); err != nil {
		return k, fmt.Errorf("make a message's key: %w", err)
	}
	k.salt = make([]byte, saltBytes)
	if _, err := io.ReadFull(random, k.salt); err != nil {
		return k, fmt.Errorf("make a message's salt: %w", err)
	}
	return k, nil
}

// seal encrypts text in one record of the content encoding aes128gcm, keyed as
// RFC 8291, section 3.4, says.
func (k keys) seal(to device, text []byte) ([]byte, error) {
	ours := k.private.PublicKey().Bytes()
	info := append(append([]byte("WebPush: info\x00"), to.key.Bytes()...), ours...)
	material, err := k.material(to, string(info))
	if err != nil {
		return nil, err
	}
	// RFC 8188, section 2.1: salt, record size, and the key as its id.
	out := append(make([]byte, 0, saltBytes+5+len(ours)+len(text)+17), k.salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(append(out, byte(len(ours))), ours...)
	last := append(append([]byte(nil), text...), 2) // the delimiter of the last record
	return k.encrypt(out, material, "aes128gcm\x00", "nonce\x00", last)
}

// sealDraft encrypts text in the content encoding aesgcm, as the drafts
// webpush-encryption-04 and httpbis-encryption-encoding-03 say: salt and key
// travel in headers.
func (k keys) sealDraft(to device, text []byte) ([]byte, error) {
	material, err := k.material(to, "Content-Encoding: auth\x00")
	if err != nil {
		return nil, err
	}
	context := "P-256\x00"
	for _, key := range [][]byte{to.key.Bytes(), k.private.PublicKey().Bytes()} {
		context += string(binary.BigEndian.AppendUint16(nil, uint16(len(key)))) + string(key)
	}
	padded := append([]byte{0, 0}, text...) // the length of the padding: none
	return k.encrypt(nil, material, "aesgcm\x00"+context, "nonce\x00"+context, padded)
}

// material is the input keying material, from what both sides share.
func (k keys) material(to device, info string) ([]byte, error) {
	shared, err := k.private.ECDH(to.key)
	if err != nil {
		return nil, fmt.Errorf("agree on a key: %w", err)
	}
	return hkdf.Key(sha256.New, shared, to.secret, info, 32)
}

func (k keys) encrypt(into, material []byte, keyInfo, nonceInfo string, text []byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, material, k.salt, "Content-Encoding: "+keyInfo, 16)
	if err != nil {
		return nil, err
	}
	nonce, err := hkdf.Key(sha256.New, material, k.salt, "Content-Encoding: "+nonceInfo, 12)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(into, nonce, text, nil), nil
}
