package syndication_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/lang"
	"goodturn/internal/seed"
)

// verifier does what the standard asks of who is shown a badge (section 8.2.6),
// with nothing but the badge and what addresses in it answer. It shares no code
// with what writes badges.
type verifier struct {
	get func(url string) ([]byte, error)
	now time.Time
}

var (
	errForged  = errors.New("the signature is not right")
	errRevoked = errors.New("the badge is revoked")
)

type member = map[string]any

func (v verifier) verify(jwt string) (member, error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, errors.New("this is no compact JWS")
	}
	var header struct{ Alg, Kid, Typ string }
	if err := v.part(parts[0], &header); err != nil {
		return nil, err
	}
	if header.Alg != "RS256" || header.Typ != "JWT" {
		return nil, fmt.Errorf("signed by %q as %q", header.Alg, header.Typ)
	}
	key, err := v.key(header.Kid)
	if err != nil {
		return nil, err
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
		return nil, errForged
	}
	var c member
	if err := v.part(parts[1], &c); err != nil {
		return nil, err
	}
	if err := v.credential(c); err != nil {
		return nil, err
	}
	return c, v.standing(c)
}

func (v verifier) part(encoded string, into any) error {
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// key dereferences a kid to a JWK.
func (v verifier) key(kid string) (*rsa.PublicKey, error) {
	raw, err := v.get(kid)
	if err != nil {
		return nil, err
	}
	var jwk struct{ Kty, N, E, D string }
	if err := json.Unmarshal(raw, &jwk); err != nil {
		return nil, err
	}
	n, err1 := base64.RawURLEncoding.DecodeString(jwk.N)
	e, err2 := base64.RawURLEncoding.DecodeString(jwk.E)
	if err1 != nil || err2 != nil || jwk.Kty != "RSA" || jwk.D != "" {
		return nil, fmt.Errorf("no public key at %s", kid)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
}

// credential holds the members of an OpenBadgeCredential to what the data model
// requires, and the claims to the members.
func (v verifier) credential(c member) error {
	subject, _ := c["credentialSubject"].(member)
	achievement, _ := subject["achievement"].(member)
	issuer, _ := c["issuer"].(member)
	criteria, _ := achievement["criteria"].(member)
	contexts := texts(c["@context"])
	from, err := time.Parse(time.RFC3339, text1(c["validFrom"]))
	nbf, _ := c["nbf"].(float64)
	switch {
	case len(contexts) < 2 || contexts[0] != "https://www.w3.org/ns/credentials/v2" || !strings.HasPrefix(contexts[1], "https://purl.imsglobal.org/spec/ob/v3p0/context"):
		return fmt.Errorf("contexts %v", contexts)
	case !has(c, "VerifiableCredential") || !has(c, "OpenBadgeCredential"):
		return fmt.Errorf("types %v", c["type"])
	case !has(issuer, "Profile") || !has(subject, "AchievementSubject") || !has(achievement, "Achievement"):
		return errors.New("a part is not of its type")
	case text1(c["name"]) == "" || text1(achievement["id"]) == "" || text1(achievement["name"]) == "" || text1(achievement["description"]) == "":
		return errors.New("a member that is required is not there")
	case text1(criteria["id"]) == "" && text1(criteria["narrative"]) == "":
		return errors.New("no criteria")
	case text1(c["iss"]) != text1(issuer["id"]) || text1(c["jti"]) != text1(c["id"]) || text1(c["sub"]) != text1(subject["id"]) || text1(c["id"]) == "":
		return errors.New("a claim is not the member's")
	case err != nil || from.Unix() != int64(nbf) || from.After(v.now):
		return fmt.Errorf("valid from %v and not before %v: %v", c["validFrom"], nbf, err)
	}
	return nil
}

// standing asks the list of revocations, if the credential names one.
func (v verifier) standing(c member) error {
	status, _ := c["credentialStatus"].(member)
	if status == nil {
		return nil
	}
	if status["type"] != "1EdTechRevocationList" {
		return fmt.Errorf("a status of type %v", status["type"])
	}
	raw, err := v.get(text1(status["id"]))
	if err != nil {
		return err
	}
	var list struct {
		ID, Issuer         string
		RevokedCredentials []struct {
			ID      string
			Revoked *bool
		}
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	if list.ID != status["id"] || list.Issuer != c["iss"] {
		return fmt.Errorf("a list %s of %s", list.ID, list.Issuer)
	}
	for _, one := range list.RevokedCredentials {
		if one.ID == c["id"] && (one.Revoked == nil || *one.Revoked) {
			return errRevoked
		}
	}
	return nil
}

func text1(v any) string { s, _ := v.(string); return s }

func texts(v any) (out []string) {
	list, _ := v.([]any)
	for _, one := range list {
		out = append(out, text1(one))
	}
	return out
}

func has(m member, kind string) bool {
	for _, k := range texts(m["type"]) {
		if k == kind {
			return true
		}
	}
	return false
}

// The verifier is right about the smallest credential that the standard shows
// (appendix A), signed as section 8.2 says, and about what is wrong with others.
func TestVerifier_OfTheStandard(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	const kid = "https://example.com/keys/1"
	v := verifier{now: time.Now(), get: func(url string) ([]byte, error) {
		return json.Marshal(member{"kty": "RSA", "n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": "AQAB"})
	}}
	sample := func() member {
		return member{
			"@context": []string{"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
			"id":       "http://example.com/credentials/3527", "type": []string{"VerifiableCredential", "OpenBadgeCredential"},
			"issuer":    member{"id": "https://example.com/issuers/876543", "type": []string{"Profile"}, "name": "Example Corp"},
			"validFrom": "2010-01-01T00:00:00Z", "name": "Teamwork Badge",
			"credentialSubject": member{"id": "did:example:ebfeb1f712ebc6f1c276e12ec21", "type": []string{"AchievementSubject"},
				"achievement": member{"id": "https://example.com/achievements/21st-century-skills/teamwork", "type": []string{"Achievement"},
					"criteria": member{"narrative": "Named by peers."}, "description": "Working together.", "name": "Teamwork"}},
			"iss": "https://example.com/issuers/876543", "jti": "http://example.com/credentials/3527",
			"nbf": 1262304000, "sub": "did:example:ebfeb1f712ebc6f1c276e12ec21",
		}
	}
	sign := func(c member) string {
		head, _ := json.Marshal(member{"alg": "RS256", "kid": kid, "typ": "JWT"})
		body, _ := json.Marshal(c)
		signed := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(body)
		sum := sha256.Sum256([]byte(signed))
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	if _, err := v.verify(sign(sample())); err != nil {
		t.Errorf("the standard's own: %v", err)
	}
	for what, spoil := range map[string]func(member){
		"another issuer": func(c member) { c["iss"] = "https://example.com/issuers/1" },
		"another time":   func(c member) { c["nbf"] = 1262304001 },
		"no subject":     func(c member) { delete(c, "sub") },
		"no name":        func(c member) { delete(c, "name") },
		"not yet valid":  func(c member) { c["validFrom"], c["nbf"] = "2999-01-01T00:00:00Z", 32472144000 },
	} {
		c := sample()
		spoil(c)
		if _, err := v.verify(sign(c)); err == nil {
			t.Errorf("%s was taken", what)
		}
	}
}

// confirmed is an act of bo's that ada confirms.
func (h *house) confirmed(t *testing.T, c *call.Call, with ...func(*act.Draft)) *act.Act {
	t.Helper()
	a := h.Do(t, h.bo, c, with...)
	a, err := h.Acts.Confirm(ctx, account.As(h.ada), a.ID, "I was there.")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (h *house) badge(t *testing.T, a *act.Act) string {
	t.Helper()
	b, err := h.badges.Issue(ctx, account.As(h.bo), a.ID, badge.Profile, lang.Match("", "en"))
	if err != nil {
		t.Fatal(err)
	}
	return b.JWT
}

func (h *house) verifier(t *testing.T) verifier {
	return verifier{now: h.Clock.Now(), get: func(url string) ([]byte, error) {
		path, ours := strings.CutPrefix(url, seed.Base)
		w := h.get(t, path)
		if !ours || w.Code != 200 || w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Access-Control-Allow-Origin") != "*" {
			return nil, fmt.Errorf("%s answers %d as %v", url, w.Code, w.Header())
		}
		return w.Body.Bytes(), nil
	}}
}

// A badge is verified by who has it and nothing else, until it holds no more.
func TestBadge_Verified(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		kitchen := seed.Call(t, h.Calls, h.ada, h.soup, call.Volunteering)
		a := h.confirmed(t, kitchen, seed.Of(90))
		jwt := h.badge(t, a)
		c, err := h.verifier(t).verify(jwt)
		if err != nil {
			t.Fatal(err)
		}
		subject := c["credentialSubject"].(member)
		achievement := subject["achievement"].(member)
		if subject["id"] != seed.Base+"/@bo" || achievement["id"] != seed.Base+"/calls/"+kitchen.ID.String() || achievement["achievementType"] != "CommunityService" {
			t.Errorf("it says %v", subject)
		}
		if hours := subject["result"].([]any)[0].(member); hours["value"] != "1.5" || hours["resultDescription"] != achievement["resultDescription"].([]any)[0].(member)["id"] {
			t.Errorf("it says %v", hours)
		}
		issuer, err := h.verifier(t).get(text1(c["iss"]))
		if err != nil || !strings.Contains(string(issuer), `"publicKeyJwk"`) || strings.Contains(string(issuer), `"d":`) {
			t.Errorf("the issuer is %s, %v", issuer, err)
		}

		parts := strings.Split(jwt, ".")
		body, _ := base64.RawURLEncoding.DecodeString(parts[1])
		forged := parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(body), `"1.5"`, `"9.5"`, 1))) + "." + parts[2]
		if _, err := h.verifier(t).verify(forged); !errors.Is(err, errForged) {
			t.Errorf("a forged one: %v", err)
		}

		if _, err := h.Acts.Unconfirm(ctx, account.As(h.ada), a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.verifier(t).verify(jwt); !errors.Is(err, errRevoked) {
			t.Errorf("once it is not confirmed: %v", err)
		}
		if _, err := h.Acts.Confirm(ctx, account.As(h.ada), a.ID, ""); err != nil {
			t.Fatal(err)
		}
		again := h.badge(t, a)
		if _, err := h.verifier(t).verify(again); err != nil {
			t.Errorf("confirmed again: %v", err)
		}
		if err := h.Acts.Withdraw(ctx, account.As(h.bo), a.ID); err != nil {
			t.Fatal(err)
		}
		for _, old := range []string{jwt, again} {
			if _, err := h.verifier(t).verify(old); !errors.Is(err, errRevoked) {
				t.Errorf("once it is withdrawn: %v", err)
			}
		}
	})
}

func TestBadge_NotFound(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, path := range []string{"/badges/keys/none", "/badges/issuers/x", "/badges/issuers/1", "/badges/issuers/x/revoked/2026-11", "/badges/issuers/server/revoked/now"} {
			if w := h.get(t, path); w.Code != 404 {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
		for _, path := range []string{"/badges/keys", "/badges/issuers/server", "/badges/issuers/server/revoked/2026-11"} {
			if w := h.get(t, path); w.Code != 200 {
				t.Errorf("%s answers %d", path, w.Code)
			}
		}
	})
}
