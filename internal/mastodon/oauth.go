package mastodon

import (
	"strconv"
	"strings"

	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/id"
)

// How apps register, and come by a token (https://docs.joinmastodon.org/methods/apps/
// and …/oauth/); the pages on which people give them leave are package web's.
func oauthRoutes() []route {
	return []route{
		{method: "POST", path: "/api/v1/apps", open: true, do: (*Door).registerApp},
		{method: "GET", path: "/api/v1/apps/verify_credentials", app: true, do: (*Door).verifyApp},
		{method: "POST", path: "/oauth/token", open: true, do: (*Door).exchange},
		{method: "POST", path: "/oauth/revoke", open: true, do: (*Door).revoke},
		{method: "GET", path: "/oauth/userinfo", scopes: "profile", do: (*Door).userinfo},
		{method: "POST", path: "/oauth/userinfo", scopes: "profile", do: (*Door).userinfo},
		{method: "GET", path: "/.well-known/oauth-authorization-server", open: true, do: (*Door).oauthServer},
	}
}

func (d *Door) registerApp(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	var redirects []string
	for _, list := range q.all("redirect_uris") {
		redirects = append(redirects, strings.Fields(list)...)
	}
	a, secret, err := d.Auth.RegisterApp(q.Context(), auth.NewApp{
		Name: q.get("client_name"), Website: q.get("website"), Redirects: redirects, Scopes: q.get("scopes"),
		Client: auth.Client{Addr: door.Addr(q.Request)},
	})
	if err != nil {
		return err
	}
	b := appendText(append(d.appendApp(q.out, a), `,"client_id":`...), a.ClientID)
	b = appendText(append(b, `,"client_secret":`...), secret)
	q.out = append(b, `,"client_secret_expires_at":0}`...)
	return nil
}

func (d *Door) verifyApp(q *request) error {
	a, err := d.Auth.AppOf(q.Context(), q.token)
	if err != nil {
		return err
	}
	q.out = append(d.appendApp(q.out, a), '}')
	return nil
}

// appendApp appends an app but for its end (Mastodon's entity Application).
func (d *Door) appendApp(b []byte, a *auth.App) []byte {
	text := func(b []byte, s string) []byte { return appendText(b, s) }
	b = appendID(append(b, `{"id":`...), a.ID)
	b = appendText(append(b, `,"name":`...), a.Name)
	b = appendTextOr(append(b, `,"website":`...), a.Website)
	b = appendList(append(b, `,"scopes":`...), a.Scopes, text)
	b = appendList(append(b, `,"redirect_uris":`...), a.Redirects, text)
	b = appendText(append(b, `,"redirect_uri":`...), strings.Join(a.Redirects, "\n"))
	return appendText(append(b, `,"vapid_key":`...), d.Pushes.PublicKey())
}

func (d *Door) exchange(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	issued, err := d.Auth.Exchange(q.Context(), q.values, q.Header.Get("Authorization"))
	if err != nil {
		return err
	}
	q.issued(issued)
	return nil
}

// issued answers with a new token (Mastodon's entity Token).
func (q *request) issued(t *auth.Issued) {
	b := appendText(append(q.out, `{"access_token":`...), t.Secret)
	b = appendText(append(b, `,"token_type":"Bearer","scope":`...), t.Scopes.String())
	b = strconv.AppendInt(append(b, `,"created_at":`...), t.CreatedAt.Unix(), 10)
	q.out = append(b, '}')
}

func (d *Door) revoke(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	if err := d.Auth.RevokeByApp(q.Context(), q.values, q.Header.Get("Authorization")); err != nil {
		return err
	}
	q.out = append(q.out, `{}`...)
	return nil
}

// userinfo is who the token acts as, in the claims of OpenID Connect.
func (d *Door) userinfo(q *request) error {
	a, err := d.Accounts.Get(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	picture := d.URL + MissingAvatar
	if a.AvatarID != 0 {
		found, err := d.Media.Portraits(q.Context(), []id.ID{a.AvatarID})
		if err != nil {
			return err
		}
		if m, ok := found[a.AvatarID]; ok {
			picture = d.URL + m.SmallURL()
		}
	}
	b := appendText(append(q.out, `{"iss":`...), d.URL+"/")
	b = appendText(append(b, `,"sub":`...), d.accountURI(a))
	b = appendText(append(b, `,"name":`...), a.Title())
	b = appendText(append(b, `,"preferred_username":`...), a.Username)
	b = appendText(append(b, `,"profile":`...), d.accountURL(a))
	b = appendText(append(b, `,"picture":`...), picture)
	q.out = append(b, '}')
	return nil
}

// oauthServer says what this server can (RFC 8414).
func (d *Door) oauthServer(q *request) error {
	b := appendText(append(q.out, `{"issuer":`...), d.URL+"/")
	for _, at := range [...]struct{ name, path string }{
		{"service_documentation", "/about/api"}, {"authorization_endpoint", "/oauth/authorize"}, {"token_endpoint", "/oauth/token"},
		{"app_registration_endpoint", "/api/v1/apps"}, {"revocation_endpoint", "/oauth/revoke"}, {"userinfo_endpoint", "/oauth/userinfo"},
	} {
		b = appendText(append(append(append(b, `,"`...), at.name...), `":`...), d.URL+at.path)
	}
	b = appendList(append(b, `,"scopes_supported":`...), auth.AllScopes, func(b []byte, s string) []byte { return appendText(b, s) })
	q.out = append(b, `,"response_types_supported":["code"],"response_modes_supported":["query"],`+
		`"grant_types_supported":["authorization_code","client_credentials"],`+
		`"token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"code_challenge_methods_supported":["S256"]}`...)
	return nil
}
