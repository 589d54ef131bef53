package mastodon_test

import (
	"strings"
	"testing"

	"goodturn/internal/auth"
)

// What is wrong with a sign-up is told for each field, in Mastodon's codes; that
// an address is known is not.
func TestSignUp_Err(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.person("ada")
		itself := h.program("tooter://come-back", "read write").itself("write")
		good := map[string]string{"username": "carl", "email": "carl@mail.example", "password": "a loaf of bread", "agreement": "true", "locale": "en"}
		send := func(field, value string) answer {
			t.Helper()
			var form []string
			for name, v := range good {
				if name == field {
					v = value
				}
				form = append(form, name, v)
			}
			return itself.post("/api/v1/accounts", append(form, "date_of_birth", "1990-01-01")...)
		}
		for _, c := range []struct{ field, value, code string }{
			{"username", "", "ERR_BLANK"}, {"username", "ada", "ERR_TAKEN"}, {"username", "admin", "ERR_RESERVED"}, {"username", "<b>", "ERR_INVALID"},
			{"username", strings.Repeat("a", 31), "ERR_TOO_LONG"}, {"email", "", "ERR_BLANK"}, {"email", "carl", "ERR_INVALID"},
			{"password", "", "ERR_BLANK"}, {"password", "short", "ERR_TOO_SHORT"}, {"password", strings.Repeat("a", 201), "ERR_TOO_LONG"},
			{"agreement", "false", "ERR_ACCEPTED"},
		} {
			a := send(c.field, c.value)
			a.refused(422, "Validation failed: ")
			a.is(c.code, "details", c.field, 0, "error")
		}
		both := itself.post("/api/v1/accounts", "username", "carl")
		both.is("ERR_BLANK", "details", "email", 0, "error").is("ERR_BLANK", "details", "password", 0, "error").is("ERR_ACCEPTED", "details", "agreement", 0, "error")

		send("", "").ok()
		itself.post("/api/v1/accounts", "username", "carla", "email", "CARL@mail.example", "password", "a loaf of bread", "agreement", "1").ok()
		h.person("bob").post("/api/v1/accounts", "username", "dora", "email", "d@mail.example", "password", "a loaf of bread", "agreement", "1").refused(403, "Only an app")
		h.nobody().post("/api/v1/accounts", "username", "dora").refused(401, "")
	})
}

// An app's own token sees what everybody sees, and is nobody.
func TestApp_Itself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app := h.program("tooter://come-back", "read write")
		itself := app.itself("read")
		itself.get("/api/v1/timelines/home").refused(422, "This method requires an authenticated user")
		itself.post("/api/v1/statuses", "status", "hi").refused(403, "outside the authorized scopes")
		itself.post("/api/v1/emails/confirmations").refused(403, "outside")
		app.fetch("grant_type", "client_credentials", "scope", "admin:read").refused(400, "invalid_scope")
		program{h, app.id, "guessed", app.redirect}.fetch("grant_type", "client_credentials").refused(401, "invalid_client")
		h.nobody().post("/oauth/token").refused(400, "invalid_request")
		h.nobody().json("POST", "/oauth/token", map[string]string{"grant_type": "client_credentials"},
			"Authorization", "Basic "+basic(app.id, app.secret)).ok().is("read", "scope")

		other := h.program("tooter://come-back", "read")
		h.nobody().post("/oauth/revoke", "client_id", other.id, "client_secret", other.secret, "token", itself.token).refused(403, "unauthorized_client")
		h.nobody().post("/oauth/revoke", "client_id", other.id, "client_secret", other.secret, "token", "never was").ok()
		h.nobody().post("/oauth/revoke", "token", itself.token).refused(401, "invalid_client")
		itself.get("/api/v1/apps/verify_credentials").ok()
		if pre := h.nobody().raw("OPTIONS", "/oauth/token", "", nil, "Origin", "https://elk.example"); pre.Status != 204 || pre.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("a browser's question is answered by %d", pre.Status)
		}
		if len(auth.AllScopes) != 47 {
			t.Errorf("%d scopes; Mastodon has 47", len(auth.AllScopes))
		}
	})
}
