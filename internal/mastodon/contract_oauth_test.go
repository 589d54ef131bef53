package mastodon_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/auth"
)

const verifier = "a-verifier-that-nobody-but-the-app-itself-knows-or-guesses"

// challengeOf is a verifier as PKCE sends it ahead (RFC 7636, section 4.2).
func challengeOf(verifier string) string {
	h := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

// program is an app that registered itself.
type program struct {
	h                    *house
	id, secret, redirect string
}

func (h *house) program(redirect, scopes string) program {
	h.t.Helper()
	a := h.nobody().post("/api/v1/apps", "client_name", "Tooter", "redirect_uris", redirect, "scopes", scopes, "website", "https://tooter.example").ok()
	id, _ := a.at("client_id").(string)
	secret, _ := a.at("client_secret").(string)
	return program{h, id, secret, redirect}
}

// code has a person give the app leave; with are more of OAuth's parameters.
func (p program) code(who *account.Account, scope string, with ...string) string {
	p.h.t.Helper()
	form := url.Values{"client_id": {p.id}, "redirect_uri": {p.redirect}, "response_type": {"code"}, "scope": {scope}}
	for i := 0; i+1 < len(with); i += 2 {
		form.Set(with[i], with[i+1])
	}
	g, err := p.h.auth.Allow(context.Background(), account.As(who), form)
	if err != nil {
		p.h.t.Fatal(err)
	}
	return g.Code
}

// fetch asks for a token.
func (p program) fetch(form ...string) answer {
	p.h.t.Helper()
	return p.h.nobody().post("/oauth/token", append([]string{"client_id", p.id, "client_secret", p.secret, "redirect_uri", p.redirect}, form...)...)
}

// itself is the app without anybody.
func (p program) itself(scope string) person {
	p.h.t.Helper()
	return person{h: p.h, token: secretIn(p.fetch("grant_type", "client_credentials", "scope", scope).ok())}
}

func secretIn(a answer) string { a.t.Helper(); s, _ := a.at("access_token").(string); return s }

func walkOAuth(t *testing.T, h *house) {
	ada := h.person("ada")
	app := h.program("tooter://come-back", "read write:accounts write:statuses profile")

	list := h.nobody().json("POST", "/api/v1/apps", map[string]any{
		"client_name": "Pager", "redirect_uris": []string{"https://pager.example/back", "urn:ietf:wg:oauth:2.0:oob"},
	}).ok()
	list.is("read", "scopes", 0).is("https://pager.example/back", "redirect_uris", 0).is("https://pager.example/back\nurn:ietf:wg:oauth:2.0:oob", "redirect_uri").
		is(nil, "website").is(0.0, "client_secret_expires_at")

	code := app.code(ada.Account, "read profile write:statuses", "code_challenge", challengeOf(verifier), "code_challenge_method", "S256")
	token := app.fetch("grant_type", "authorization_code", "code", code, "code_verifier", verifier).ok()
	token.is("Bearer", "token_type").is("read profile write:statuses", "scope")
	me := person{ada.Account, h, secretIn(token)}
	me.get("/api/v1/accounts/verify_credentials").ok().is("ada", "username")
	me.get("/oauth/userinfo").ok().is("ada", "preferred_username").is("https://here.example/@ada", "profile")
	me.post("/oauth/userinfo").ok().is("https://here.example/", "iss")
	me.get("/api/v1/apps/verify_credentials").ok().is("Tooter", "name").is("tooter://come-back", "redirect_uri").is("https://tooter.example", "website")
	ada.get("/api/v1/apps/verify_credentials").ok().is("a test", "name")

	itself := app.itself("read write:accounts")
	itself.get("/api/v1/apps/verify_credentials").ok().is("Tooter", "name")
	itself.get("/api/v1/timelines/public").ok()

	carl := itself.post("/api/v1/accounts", "username", "carl", "email", "carl@mail.example", "password", "a loaf of bread", "agreement", "true", "locale", "de", "reason", "soup").ok()
	carl.is("read write:accounts write:statuses profile", "scope")

	h.nobody().post("/oauth/revoke", "client_id", app.id, "client_secret", app.secret, "token", me.token).ok()
	me.get("/api/v1/accounts/verify_credentials").refused(401, "The access token is invalid")

	about := h.nobody().get("/.well-known/oauth-authorization-server").ok()
	about.is("https://here.example/", "issuer").is("https://here.example/oauth/token", "token_endpoint").is("S256", "code_challenge_methods_supported", 0)
	for _, scope := range auth.AllScopes {
		if !strings.Contains(string(about.Raw), `"`+scope+`"`) {
			t.Errorf("%s is not told", scope)
		}
	}
	h.confirmedAgain(t)
}

// confirmedAgain is what an app does while its newcomer has yet to open the mail.
func (h *house) confirmedAgain(t *testing.T) {
	t.Helper()
	h.post.away = false
	itself := h.program("tooter://come-back", "read write").itself("write:accounts")
	dora := person{h: h, token: secretIn(itself.post("/api/v1/accounts", "username", "dora", "email", "dora@mail.example", "password", "a loaf of bread", "agreement", "true", "locale", "en").ok())}
	dora.post("/api/v1/emails/confirmations").ok()
	dora.get("/api/v1/timelines/home").refused(403, "Your login is missing a confirmed e-mail address")
	dora.get("/api/v2/instance").ok()
}

// basic is how a client proves itself in a header (RFC 6749, section 2.3.1).
func basic(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(id + ":" + secret))
}
