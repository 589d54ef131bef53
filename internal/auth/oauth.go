package auth

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ory/fosite"
	"github.com/ory/fosite/handler/oauth2"
	"github.com/ory/fosite/handler/pkce"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// The rules of OAuth 2 (RFC 6749) are fosite's: what belongs in a request, whose
// a code is, PKCE (RFC 7636). Here is what it asks of its surroundings; why each
// differs from its usual is in docs/decisions/0005-oauth.md.

func newOAuth(s *Service) *fosite.Fosite {
	st := &oauthStore{s: s}
	c := &fosite.Config{
		ScopeStrategy:          allows,
		ClientSecretsHasher:    secretHasher{},
		RedirectSecureChecker:  func(context.Context, *url.URL) bool { return true }, // as registered: see checkRedirects
		SanitationWhiteList:    []string{"redirect_uri", "code_challenge"},
		AuthorizeCodeLifespan:  codeLife,
		AccessTokenLifespan:    -1, // until it is revoked
		OmitRedirectScopeParam: true,
	}
	code := &oauth2.AuthorizeExplicitGrantHandler{
		AccessTokenStrategy: secrets{}, AuthorizeCodeStrategy: secrets{}, CoreStorage: st, TokenRevocationStorage: st, Config: c,
	}
	proof := &pkce.Handler{AuthorizeCodeStrategy: secrets{}, Storage: st, Config: c}
	itself := &oauth2.ClientCredentialsGrantHandler{
		HandleHelper: &oauth2.HandleHelper{AccessTokenStrategy: secrets{}, AccessTokenStorage: st, Config: c}, Config: c,
	}
	c.AuthorizeEndpointHandlers = fosite.AuthorizeEndpointHandlers{code, proof}
	c.TokenEndpointHandlers = fosite.TokenEndpointHandlers{code, proof, itself}
	return &fosite.Fosite{Store: st, Config: c}
}

// allows says whether an app may ask for a scope.
func allows(registered []string, scope string) bool {
	return slices.Contains(AllScopes, scope) && Scopes(registered).Covers(scope)
}

// client is an app as fosite sees it.
type client struct {
	*App
	secret []byte // its hash
}

func (c *client) GetID() string                      { return c.ClientID }
func (c *client) GetHashedSecret() []byte            { return c.secret }
func (c *client) GetRedirectURIs() []string          { return c.Redirects }
func (c *client) GetGrantTypes() fosite.Arguments    { return grantTypes }
func (c *client) GetResponseTypes() fosite.Arguments { return fosite.Arguments{"code"} }
func (c *client) GetScopes() fosite.Arguments        { return fosite.Arguments(c.Scopes) }
func (c *client) IsPublic() bool                     { return false }
func (c *client) GetAudience() fosite.Arguments      { return nil }

var grantTypes = fosite.Arguments{"authorization_code", "client_credentials"}

// given is what a code or a token is for; it travels with fosite's requests.
type given struct {
	fosite.DefaultSession
	account id.ID // 0: the app itself
	code    id.ID // by which a token is fetched, 0 for none
}

func (g *given) Clone() fosite.Session { c := *g; return &c }

// secrets are codes and tokens as everywhere here: random, and known by their
// hash, which is what fosite calls their signature. When they end, the rows say.
type secrets struct{}

func (secrets) make() (secret, signature string, err error) {
	secret = newSecret()
	return secret, signatureOf(secret), nil
}

func signatureOf(secret string) string { h := hashOf(secret); return string(h[:]) }

func (secrets) AccessTokenSignature(_ context.Context, token string) string {
	return signatureOf(token)
}
func (secrets) AuthorizeCodeSignature(_ context.Context, code string) string {
	return signatureOf(code)
}
func (s secrets) GenerateAccessToken(context.Context, fosite.Requester) (string, string, error) {
	return s.make()
}
func (s secrets) GenerateAuthorizeCode(context.Context, fosite.Requester) (string, string, error) {
	return s.make()
}
func (secrets) ValidateAccessToken(context.Context, fosite.Requester, string) error   { return nil }
func (secrets) ValidateAuthorizeCode(context.Context, fosite.Requester, string) error { return nil }

// secretHasher compares client secrets; they are random, so SHA-256 is enough.
type secretHasher struct{}

func (secretHasher) Compare(_ context.Context, kept, secret []byte) error {
	h := hashOf(string(secret))
	if subtle.ConstantTimeCompare(kept, h[:]) != 1 {
		return errors.New("the client secret is another")
	}
	return nil
}

func (secretHasher) Hash(_ context.Context, secret []byte) ([]byte, error) {
	h := hashOf(string(secret))
	return h[:], nil
}

// fault is an error of ours on its way through fosite, which would have it look
// like the app's.
type fault struct{ err error }

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

func faulty(doing string, err error) error {
	if err == nil {
		return nil
	}
	return &fault{fmt.Errorf("%s: %w", doing, err)}
}

// oauthStore keeps apps, codes and tokens for fosite.
type oauthStore struct {
	s                          *Service
	oauth2.RefreshTokenStorage // nil: no app has leave for one, so none is asked for
}

func (o *oauthStore) GetClient(ctx context.Context, clientID string) (fosite.Client, error) {
	return o.client(ctx, `client_id = $1`, clientID)
}

func (o *oauthStore) client(ctx context.Context, where string, arg any) (*client, error) {
	c, err := db.One(o.s.d.Read(ctx), func(r db.Row) (c *client, err error) {
		c = &client{}
		c.App, err = scanApp(r, &c.secret)
		return c, err
	}, `SELECT `+appColumns+`, app.secret FROM app WHERE `+where, arg)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fosite.ErrNotFound
	}
	return c, faulty("read an app", err)
}

// ClientAssertionJWTValid is asked of clients with keys; there are none.
func (o *oauthStore) ClientAssertionJWTValid(context.Context, string) error {
	return fosite.ErrJTIKnown
}

// SetClientAssertionJWT is for clients with keys; there are none.
func (o *oauthStore) SetClientAssertionJWT(context.Context, string, time.Time) error {
	return fosite.ErrJTIKnown
}

// CreateAuthorizeCodeSession keeps a code with all that it is bound to.
func (o *oauthStore) CreateAuthorizeCodeSession(ctx context.Context, signature string, r fosite.Requester) error {
	now := o.s.now()
	a, g, form := r.GetClient().(*client), r.GetSession().(*given), r.GetRequestForm()
	return faulty("keep a code", o.s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO app_code (id, hash, app_id, account_id, redirect, scopes, challenge, created_at, expires_at)
			SELECT CAST($1 AS BIGINT), $2, app.id, account.id, $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT)
			FROM account, app WHERE account.id = $8 AND account.state = 'active' AND NOT account.disabled AND app.id = $9`,
			int64(o.s.ids.New()), []byte(signature), form.Get("redirect_uri"), strings.Join(r.GetGrantedScopes(), " "), form.Get("code_challenge"),
			db.Millis(now), db.Millis(now.Add(codeLife)), int64(g.account), int64(a.App.ID))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errNoLonger)
		}
		return useApp(tx, a.App.ID, now)
	}))
}

// useApp keeps an app from being swept away.
func useApp(tx *db.Tx, app id.ID, now time.Time) error {
	_, err := tx.Exec(`UPDATE app SET used_at = $1 WHERE id = $2 AND used_at IS NULL`, db.Millis(now), int64(app))
	return err
}

// code is a row of app_code.
type code struct {
	id, app, account            id.ID
	redirect, scopes, challenge string
	used                        bool
}

func (o *oauthStore) code(ctx context.Context, signature string) (code, error) {
	c, err := db.One(o.s.d.Read(ctx), func(r db.Row) (c code, err error) {
		var used sql.NullInt64
		err = r.Scan(&c.id, &c.app, &c.account, &c.redirect, &c.scopes, &c.challenge, &used)
		c.used = used.Valid
		return c, err
	}, `SELECT id, app_id, account_id, redirect, scopes, challenge, used_at FROM app_code
		WHERE hash = $1 AND (expires_at > $2 OR used_at IS NOT NULL)`, []byte(signature), db.Millis(o.s.now()))
	if errors.Is(err, sql.ErrNoRows) {
		return c, fosite.ErrNotFound
	}
	return c, faulty("read a code", err)
}

// GetAuthorizeCodeSession gives back what a person allowed.
func (o *oauthStore) GetAuthorizeCodeSession(ctx context.Context, signature string, _ fosite.Session) (fosite.Requester, error) {
	c, err := o.code(ctx, signature)
	if err != nil {
		return nil, err
	}
	a, err := o.client(ctx, `id = $1`, int64(c.app))
	if err != nil {
		return nil, err
	}
	r := fosite.NewRequest()
	r.SetID(c.id.String())
	r.Client, r.Session = a, &given{account: c.account, code: c.id}
	r.RequestedScope = strings.Fields(c.scopes)
	r.GrantedScope = r.RequestedScope
	r.Form = url.Values{"redirect_uri": {c.redirect}}
	if c.used {
		return r, fosite.ErrInvalidatedAuthorizeCode
	}
	return r, nil
}

// InvalidateAuthorizeCodeSession does nothing: a code is spent in the
// transaction that makes its token.
func (o *oauthStore) InvalidateAuthorizeCodeSession(context.Context, string) error { return nil }

// CreatePKCERequestSession does nothing: the challenge is kept with its code.
func (o *oauthStore) CreatePKCERequestSession(context.Context, string, fosite.Requester) error {
	return nil
}

// GetPKCERequestSession gives a code's challenge back.
func (o *oauthStore) GetPKCERequestSession(ctx context.Context, signature string, _ fosite.Session) (fosite.Requester, error) {
	c, err := o.code(ctx, signature)
	if err == nil && c.challenge == "" {
		err = fosite.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	r := fosite.NewRequest()
	r.Form = url.Values{"code_challenge": {c.challenge}, "code_challenge_method": {"S256"}}
	return r, nil
}

// DeletePKCERequestSession does nothing: a challenge ends with its code, for a
// wrong answer to it must not leave a code that asks for none.
func (o *oauthStore) DeletePKCERequestSession(context.Context, string) error { return nil }

// CreateAccessTokenSession makes a token, and spends the code for it; of many
// callers at once one gets it.
func (o *oauthStore) CreateAccessTokenSession(ctx context.Context, signature string, r fosite.Requester) error {
	g, now := r.GetSession().(*given), o.s.now()
	t := &Token{ID: o.s.ids.New(), AccountID: g.account, App: r.GetClient().(*client).App, Scopes: Scopes(r.GetGrantedScopes()), CreatedAt: now}
	return faulty("make a token", o.s.d.Update(ctx, func(tx *db.Tx) error {
		if g.code != 0 {
			res, err := tx.Exec(`UPDATE app_code SET used_at = $1 WHERE id = $2 AND used_at IS NULL`, db.Millis(now), int64(g.code))
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return errors.Join(err, errSpent)
			}
		}
		if g.account == 0 {
			return o.s.insertOwn(tx, t, hash([]byte(signature)))
		}
		return o.s.insertToken(tx, t, hash([]byte(signature)), g.code, account.StateActive)
	}))
}

// RevokeAccessToken ends the token of a code that came a second time.
func (o *oauthStore) RevokeAccessToken(ctx context.Context, requestID string) error {
	i, err := id.Parse(requestID)
	if err != nil {
		return faulty("revoke the token of a code", err)
	}
	return faulty("revoke the token of a code", o.s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := o.s.revokeIn(tx, `DELETE FROM token WHERE code_id = $1 RETURNING hash`, int64(i))
		return err
	}))
}

// RevokeRefreshToken has nothing to do: there are none.
func (o *oauthStore) RevokeRefreshToken(context.Context, string) error { return nil }

// GetAccessTokenSession is not asked: Token is.
func (o *oauthStore) GetAccessTokenSession(context.Context, string, fosite.Session) (fosite.Requester, error) {
	return nil, fosite.ErrNotFound
}

// DeleteAccessTokenSession is not asked: see RevokeByApp.
func (o *oauthStore) DeleteAccessTokenSession(context.Context, string) error {
	return fosite.ErrNotFound
}
