package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ory/fosite"

	"goodturn/internal/account"
	"goodturn/internal/problem"
)

// Wish is what an app asks of a person, checked (RFC 6749, section 4.1.1).
type Wish struct {
	App      *App
	Scopes   Scopes
	Redirect string // where the answer goes; OutOfBand to have it shown
	State    string // comes back with the answer

	request fosite.AuthorizeRequester
}

// Given is a person's leave on its way to the app.
type Given struct {
	Code     string
	Redirect string // with the code; "" where the code is to be shown
}

// errNoLonger is that an account, or an app, ended while it was asked.
var errNoLonger = problem.Forbidden("This account cannot give an app leave.")

// Wish checks what an app sent a person here for. What is wrong is told to the
// person, and never sent to the app's address: anybody can register one, and
// would have us lead people anywhere (RFC 9700, section 4.11.2).
// problem.Invalid.
func (s *Service) Wish(ctx context.Context, params url.Values) (*Wish, error) {
	form := url.Values{}
	for _, name := range []string{"client_id", "redirect_uri", "response_type", "scope", "code_challenge", "code_challenge_method"} {
		if v := params.Get(name); v != "" {
			form.Set(name, v)
		}
	}
	if form.Get("scope") == "" {
		form.Set("scope", "read")
	}
	// The state is the app's affair. fosite refuses short ones, so it sees another.
	form.Set("state", "carried by Wish")
	request, err := s.oauth.NewAuthorizeRequest(ctx, &http.Request{Method: http.MethodGet, URL: &url.URL{}, Form: form})
	if f, ok := errors.AsType[*fault](err); ok {
		return nil, fmt.Errorf("check what an app asks: %w", f)
	}
	switch {
	case errors.Is(err, fosite.ErrInvalidClient):
		return nil, problem.Invalid("client_id", "This server does not know the app. Add the server to the app again.")
	case errors.Is(err, fosite.ErrInvalidScope):
		return nil, problem.Invalid("scope", "The app asks for more than it said it would.")
	case errors.Is(err, fosite.ErrUnsupportedResponseType):
		return nil, problem.Invalid("response_type", "The app asks in a way that this server does not know.")
	case err != nil:
		return nil, errRedirect
	}
	w := &Wish{App: request.GetClient().(*client).App, Redirect: form.Get("redirect_uri"), State: params.Get("state"), request: request}
	// fosite takes any port of a machine's own address (RFC 8252, section 7.3),
	// and no address at all where there is but one.
	if !slices.Contains(w.App.Redirects, w.Redirect) {
		return nil, errRedirect
	}
	challenge := form.Get("code_challenge")
	if challenge != "" && form.Get("code_challenge_method") != "S256" || len(challenge) > 128 || len(w.State) > 4000 {
		return nil, problem.Invalid("code_challenge_method", "The app asks in a way that this server does not know.")
	}
	w.Scopes, err = ParseScopes(form.Get("scope"))
	return w, err
}

var errRedirect = problem.Invalid("redirect_uri", "The app wants to come back to an address that it did not name before.")

// Allow gives the app leave to do what it asks as the viewer. problem.Invalid as
// in Wish.
func (s *Service) Allow(ctx context.Context, v account.Viewer, params url.Values) (*Given, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to do this.")
	}
	w, err := s.Wish(ctx, params)
	if err != nil {
		return nil, err
	}
	for _, scope := range w.Scopes {
		w.request.GrantScope(scope)
	}
	answer, err := s.oauth.NewAuthorizeResponse(ctx, w.request, &given{account: v.ID()})
	if errors.Is(err, errNoLonger) {
		return nil, errNoLonger
	}
	if err != nil {
		return nil, fmt.Errorf("give an app leave: %w", err)
	}
	g := &Given{Code: answer.GetCode()}
	if w.Redirect != OutOfBand {
		g.Redirect = w.back("code", g.Code)
	}
	return g, nil
}

// Refusal is where to go with a no; "" where the app cannot be told.
// problem.Invalid as in Wish.
func (s *Service) Refusal(ctx context.Context, params url.Values) (string, error) {
	w, err := s.Wish(ctx, params)
	if err != nil || w.Redirect == OutOfBand {
		return "", err
	}
	return w.back("error", "access_denied", "error_description", "The resource owner or authorization server denied the request."), nil
}

// back is the app's address with an answer, letter by letter as it was
// registered.
func (w *Wish) back(pairs ...string) string {
	q := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if w.State != "" {
		q.Set("state", w.State)
	}
	and := "?"
	if strings.Contains(w.Redirect, "?") {
		and = "&"
	}
	return w.Redirect + and + q.Encode()
}
