package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ory/fosite"

	"goodturn/internal/db"
	"goodturn/internal/problem"
)

// Issued is a new token with its secret, which is shown this once.
type Issued struct {
	Secret    string
	Scopes    Scopes
	CreatedAt time.Time
}

// GrantError is why an app gets no token, in the words of RFC 6749, section 5.2,
// for programs.
type GrantError struct {
	Code        string // invalid_client, invalid_grant, …
	Description string
	Status      int // of HTTP
}

func (e *GrantError) Error() string { return e.Code + ": " + e.Description }

var (
	errClient = &GrantError{"invalid_client", "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.", http.StatusUnauthorized}
	errGrant  = &GrantError{"invalid_grant", "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.", http.StatusBadRequest}
	errScopes = &GrantError{"invalid_scope", "The requested scope is invalid, unknown, or malformed.", http.StatusBadRequest}
	errType   = &GrantError{"unsupported_grant_type", "The authorization grant type is not supported by the authorization server.", http.StatusBadRequest}
	errAsked  = &GrantError{"invalid_request", "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.", http.StatusBadRequest}
	errOthers = &GrantError{"unauthorized_client", "You are not authorized to revoke this token", http.StatusForbidden}
)

// errSpent is that a code was used by another at the same moment.
var errSpent = errors.New("the code is spent")

// Exchange gives an app a token: for the code that a person's leave brought it
// (authorization_code), or for itself (client_credentials), of which it keeps the
// newest ten. The app proves itself by parameters or by the header Authorization,
// "" if there is none. A *GrantError, problem.TooMany.
func (s *Service) Exchange(ctx context.Context, params url.Values, authorization string) (*Issued, error) {
	form := plain(params)
	switch form.Get("grant_type") {
	case "authorization_code":
	case "client_credentials":
		if form.Get("scope") == "" {
			form.Set("scope", "read")
		}
	case "":
		return nil, errAsked
	default:
		return nil, errType
	}
	request, err := s.oauth.NewAccessRequest(ctx, posted(form, authorization), &given{})
	if err != nil {
		return nil, grantError(err)
	}
	if form.Get("grant_type") == "client_credentials" {
		if !s.throttle.allow(perOwn, request.GetClient().GetID()) {
			return nil, tooMany()
		}
		scopes, err := ParseScopes(strings.Join(request.GetRequestedScopes(), " "))
		if err != nil {
			return nil, errScopes
		}
		for _, scope := range scopes {
			request.GrantScope(scope)
		}
	}
	answer, err := s.oauth.NewAccessResponse(ctx, request)
	if err != nil {
		return nil, grantError(err)
	}
	return &Issued{Secret: answer.GetAccessToken(), Scopes: Scopes(request.GetGrantedScopes()), CreatedAt: db.Time(db.Millis(s.now()))}, nil
}

// plain are the parameters without those by which clients with keys of their own
// prove themselves, which there are not here.
func plain(params url.Values) url.Values {
	form := url.Values{}
	for _, name := range []string{"grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "scope"} {
		if v := params.Get(name); v != "" {
			form.Set(name, v)
		}
	}
	return form
}

// posted is the request that fosite reads, however it came to us.
func posted(form url.Values, authorization string) *http.Request {
	r := &http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: http.Header{}, Form: form, PostForm: form}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return r
}

func grantError(err error) error {
	if errors.Is(err, errSpent) || errors.Is(err, fosite.ErrInvalidatedAuthorizeCode) {
		return errGrant // of several at once, another got the token
	}
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindNotFound {
		return errGrant // the account ended after it gave its leave
	}
	if f, ok := errors.AsType[*fault](err); ok {
		return fmt.Errorf("give a token: %w", f)
	}
	for _, known := range []struct {
		is   error
		then *GrantError
	}{{fosite.ErrInvalidClient, errClient}, {fosite.ErrInvalidGrant, errGrant}, {fosite.ErrInvalidScope, errScopes}, {fosite.ErrInvalidRequest, errAsked}, {fosite.ErrNotFound, errGrant}} {
		if errors.Is(err, known.is) {
			return known.then
		}
	}
	return fmt.Errorf("give a token: %w", err)
}

// RevokeByApp ends a token of the app that asks, which proves itself as in
// Exchange; one that ended, or never was, is no error (RFC 7009, section 2.2). A
// *GrantError.
func (s *Service) RevokeByApp(ctx context.Context, params url.Values, authorization string) error {
	form := plain(params)
	app, err := s.oauth.AuthenticateClient(ctx, posted(form, authorization), form)
	if err != nil {
		err = grantError(err)
		if errors.Is(err, errAsked) {
			err = errClient
		}
		return err
	}
	h := hashOf(params.Get("token"))
	t, err := readToken(s.d.Read(ctx), h)
	switch {
	case err != nil:
		return err
	case t == nil:
		return nil
	case t.App == nil || t.App.ID != app.(*client).App.ID:
		return errOthers
	}
	return s.RevokeSecret(ctx, params.Get("token"))
}
