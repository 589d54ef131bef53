package auth_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

const comeBack = "tooter://come-back"

// program is an app that registered itself.
type program struct {
	*auth.App
	h      *house
	secret string
}

func (h *house) program(t testing.TB, redirects ...string) program {
	t.Helper()
	if len(redirects) == 0 {
		redirects = []string{comeBack}
	}
	a, secret, err := h.RegisterApp(ctx, auth.NewApp{Name: "Tooter", Redirects: redirects, Scopes: "read write:statuses"})
	if err != nil {
		t.Fatal(err)
	}
	return program{a, h, secret}
}

// asks are the parameters by which it sends a person here, with others on top.
func (p program) asks(with ...string) url.Values {
	return p.with(url.Values{"client_id": {p.ClientID}, "redirect_uri": {p.Redirects[0]}, "response_type": {"code"}, "scope": {"read"}}, with)
}

func (program) with(v url.Values, pairs []string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func (p program) allowed(t testing.TB, who *account.Account, with ...string) string {
	t.Helper()
	g, err := p.h.Allow(ctx, account.As(who), p.asks(with...))
	if err != nil {
		t.Fatal(err)
	}
	return g.Code
}

func (p program) fetch(code string, with ...string) (*auth.Issued, error) {
	return p.h.Exchange(ctx, p.with(url.Values{"grant_type": {"authorization_code"}, "client_id": {p.ClientID}, "client_secret": {p.secret},
		"redirect_uri": {p.Redirects[0]}, "code": {code}}, with), "")
}

func grantRefused(t testing.TB, what string, err error, code string) {
	t.Helper()
	if g, ok := errors.AsType[*auth.GrantError](err); !ok || g.Code != code {
		t.Errorf("%s: %v, want %s", what, err, code)
	}
}

func TestApp_signsIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, app := h.member(t, "ada"), h.program(t)
		g, err := h.Allow(ctx, account.As(ada), app.asks("state", "x&y"))
		if err != nil || g.Redirect != comeBack+"?code="+g.Code+"&state=x%26y" {
			t.Fatalf("got %+v, %v", g, err)
		}
		issued, err := app.fetch(g.Code)
		if err != nil || issued.Scopes.String() != "read" {
			t.Fatalf("got %+v, %v", issued, err)
		}
		token, err := h.Token(ctx, issued.Secret)
		if err != nil || token.Account.ID != ada.ID || token.App == nil || token.App.Name != "Tooter" {
			t.Fatalf("got %+v, %v", token, err)
		}
		h.Clock.Add(3 * day)
		if _, err := h.Token(ctx, issued.Secret); err != nil {
			t.Fatal(err)
		}
		apps, err := h.Allowed(ctx, account.As(ada))
		if err != nil || len(apps) != 1 || apps[0].App.Name != "Tooter" || !apps[0].SeenAt.Equal(apps[0].Since.Add(3*day)) {
			t.Errorf("got %+v, %v", apps, err)
		}
		if list, err := h.Tokens(ctx, account.As(ada)); err != nil || len(list) != 0 {
			t.Errorf("an app's token stands among those made by hand: %+v, %v", list, err)
		}
		if err := h.RevokeApp(ctx, account.As(ada), app.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.Token(ctx, issued.Secret)
		wants(t, err, problem.KindUnauthorized, "")
	})
}

// A code is its app's, for its address, for its verifier, for ten minutes, once.
func TestExchange_Err(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		app, other := h.program(t, comeBack, "tooter://elsewhere"), h.program(t)
		fresh := func() string { return app.allowed(t, ada) }

		_, err := other.fetch(fresh())
		grantRefused(t, "another app", err, "invalid_grant")
		_, err = app.fetch(fresh(), "redirect_uri", "tooter://elsewhere")
		grantRefused(t, "another address", err, "invalid_grant")
		_, err = app.fetch(fresh(), "client_secret", "guessed")
		grantRefused(t, "another secret", err, "invalid_client")
		_, err = app.fetch(fresh(), "client_id", "nobody")
		grantRefused(t, "an unknown app", err, "invalid_client")
		_, err = app.fetch(fresh(), "grant_type", "password")
		grantRefused(t, "another grant", err, "unsupported_grant_type")
		_, err = app.fetch("made up")
		grantRefused(t, "no code of ours", err, "invalid_grant")
		_, err = app.fetch(fresh(), "code_verifier", strings.Repeat("v", 50))
		grantRefused(t, "a verifier without a challenge", err, "invalid_grant")

		late := fresh()
		h.Clock.Add(11 * time.Minute)
		_, err = app.fetch(late)
		grantRefused(t, "too late", err, "invalid_grant")

		gone := fresh()
		seed.Suspend(t, h.Ground, ada)
		_, err = app.fetch(gone)
		grantRefused(t, "a suspended account", err, "invalid_grant")
		_, err = h.Allow(ctx, account.As(ada), app.asks())
		wants(t, err, problem.KindForbidden, "")
	})
}

// Whoever has the code alone has nothing, and a wrong verifier does not leave a
// code that asks for none.
func TestExchange_PKCE(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, app := h.member(t, "ada"), h.program(t)
		verifier := strings.Repeat("v", 43)
		sum := sha256.Sum256([]byte(verifier))
		code := app.allowed(t, ada, "code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method", "S256")
		for what, with := range map[string][]string{"none": nil, "another": {"code_verifier", strings.Repeat("w", 43)}, "a short one": {"code_verifier", "v"}} {
			for range 2 {
				_, err := app.fetch(code, with...)
				grantRefused(t, what, err, "invalid_grant")
			}
		}
		if _, err := app.fetch(code, "code_verifier", verifier); err != nil {
			t.Errorf("the right one: %v", err)
		}
		_, err := h.Wish(ctx, app.asks("code_challenge", verifier, "code_challenge_method", "plain"))
		wants(t, err, problem.KindInvalid, "code_challenge_method")
	})
}

// Of many who bring a code at once, one gets a token; a code that comes again
// after that was stolen by somebody, so its token ends.
func TestExchange_once(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, app := h.member(t, "ada"), h.program(t)
		code := app.allowed(t, ada)
		var got atomic.Int32
		atOnce(32, func(int) {
			_, err := app.fetch(code)
			if err == nil {
				got.Add(1)
				return
			}
			if g, ok := errors.AsType[*auth.GrantError](err); !ok || g.Code != "invalid_grant" {
				t.Errorf("refused by %v", err)
			}
		})
		if got.Load() != 1 {
			t.Errorf("%d got a token", got.Load())
		}

		again := app.allowed(t, ada)
		issued, err := app.fetch(again)
		if err != nil {
			t.Fatal(err)
		}
		_, err = app.fetch(again)
		grantRefused(t, "a code that comes twice", err, "invalid_grant")
		_, err = h.Token(ctx, issued.Secret)
		wants(t, err, problem.KindUnauthorized, "")
	})
}

// What is wrong with a request is told to the person, whatever address it names.
func TestWish_Err(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app := h.program(t, "https://app.example/back", "http://127.0.0.1/back")
		for field, with := range map[string][]string{
			"client_id":     {"client_id", "nobody"},
			"scope":         {"scope", "read write"},
			"response_type": {"response_type", "token"},
		} {
			_, err := h.Wish(ctx, app.asks(with...))
			wants(t, err, problem.KindInvalid, field)
		}
		for _, redirect := range []string{"", "https://app.example/back/", "https://app.example/back?x=1", "https://app.example.evil/back",
			"https://app.example/Back", "http://127.0.0.1:8080/back", auth.OutOfBand} {
			_, err := h.Wish(ctx, app.asks("redirect_uri", redirect))
			wants(t, err, problem.KindInvalid, "redirect_uri")
		}
		_, err := h.Wish(ctx, app.asks("scope", "read:nonsense"))
		wants(t, err, problem.KindInvalid, "scope")
		if w, err := h.Wish(ctx, app.asks("scope", "read:statuses", "state", "s")); err != nil || w.Scopes.String() != "read:statuses" {
			t.Errorf("got %+v, %v", w, err)
		}
	})
}

func TestRegisterApp_Err(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := auth.NewApp{Name: "Tooter", Redirects: []string{comeBack}}
		for field, change := range map[string]func(*auth.NewApp){
			"client_name": func(n *auth.NewApp) { n.Name = " " },
			"website":     func(n *auth.NewApp) { n.Website = "javascript:alert(1)" },
			"scopes":      func(n *auth.NewApp) { n.Scopes = "read everything" },
		} {
			n := good
			change(&n)
			_, _, err := h.RegisterApp(ctx, n)
			wants(t, err, problem.KindInvalid, field)
		}
		for _, redirect := range []string{"", "here", "/back", "javascript:alert(1)", "DATA:text/html,x", "https://", "https://a.example/#x",
			"https://u:p@a.example/", "https://a.example/\r\nSet-Cookie:x", "https://a.example/" + strings.Repeat("a", 2000)} {
			n := good
			n.Redirects = []string{redirect}
			_, _, err := h.RegisterApp(ctx, n)
			wants(t, err, problem.KindInvalid, "redirect_uris")
		}
		for range 40 {
			good.Client.Addr = netip.MustParseAddr("203.0.113.9")
			if _, _, err := h.RegisterApp(ctx, good); err != nil {
				wants(t, err, problem.KindTooMany, "")
				return
			}
		}
		t.Error("one address registers apps without end")
	})
}

func TestSweep_apps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, used, idle := h.member(t, "ada"), h.program(t), h.program(t)
		if _, err := used.fetch(used.allowed(t, ada)); err != nil {
			t.Fatal(err)
		}
		itself, err := idle.fetch("", "grant_type", "client_credentials", "scope", "read:statuses")
		if err != nil {
			t.Fatal(err)
		}
		if token, err := h.Bearer(ctx, itself.Secret); err != nil || token.Account != nil || !errors.Is(token.MayAct(), auth.ErrNoAccount) {
			t.Fatalf("got %+v, %v", token, err)
		}
		count := func(table string) (n int) {
			t.Helper()
			if err := h.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		h.Clock.Add(8 * day)
		if err := h.Sweep(ctx); err != nil || count("app") != 2 || count("app_code") != 0 {
			t.Errorf("%d apps, %d codes, %v", count("app"), count("app_code"), err)
		}
		h.Clock.Add(91 * day)
		if err := h.Sweep(ctx); err != nil || count("app") != 1 || count("token") != 1 {
			t.Errorf("%d apps, %d tokens, %v", count("app"), count("token"), err)
		}
		if err := h.Delete(ctx, account.As(ada), "a loaf of bread"); err != nil || count("token") != 0 {
			t.Errorf("%d tokens, %v", count("token"), err)
		}
	})
}

// An app hears the same of an address that is known as of a new one.
func TestSignUpByApp_knownAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(t, "ada")
		app := h.program(t)
		itself, err := app.fetch("", "grant_type", "client_credentials", "scope", "read")
		if err != nil {
			t.Fatal(err)
		}
		by, err := h.Bearer(ctx, itself.Secret)
		if err != nil {
			t.Fatal(err)
		}
		for name, email := range map[string]string{"bob": "bob@mail.example", "adele": "ADA@mail.example"} {
			issued, err := h.SignUpByApp(ctx, by, signUp(name, email))
			if err != nil {
				t.Fatal(err)
			}
			_, err = h.Token(ctx, issued.Secret)
			wants(t, err, problem.KindForbidden, "")
			token, err := h.Bearer(ctx, issued.Secret)
			if err != nil || !token.Waits() {
				t.Fatalf("%s: %+v, %v", name, token, err)
			}
			if err := h.ConfirmAgain(ctx, token); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if name == "bob" {
				if err := h.Confirm(ctx, secretOf(t, h.mail(t, "confirm", h.byName(t, "bob")), "/confirm")); err != nil {
					t.Fatal(err)
				}
				if _, err := h.Token(ctx, issued.Secret); err != nil {
					t.Errorf("confirmed, and refused: %v", err)
				}
				wants(t, h.ConfirmAgain(ctx, mustBearer(t, h, issued.Secret)), problem.KindForbidden, "")
			}
		}
		_, err = h.SignUpByApp(ctx, by, signUp("ada", "new@mail.example"))
		wants(t, err, problem.KindConflict, "username")
		secret, _, err := h.CreateToken(ctx, h.byName(t, "ada").ID, "a script", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.SignUpByApp(ctx, mustBearer(t, h, secret), signUp("carl", "carl@mail.example"))
		wants(t, err, problem.KindForbidden, "")
	})
}

func mustBearer(t testing.TB, h *house, secret string) *auth.Token {
	t.Helper()
	token, err := h.Bearer(ctx, secret)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// An app has its newest ten tokens of its own, however many it fetches at once,
// and fetches no more than it has use for.
func TestExchange_itself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app := h.program(t)
		first, err := app.fetch("", "grant_type", "client_credentials")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Bearer(ctx, first.Secret); err != nil {
			t.Fatal(err)
		}
		var refused atomic.Int32
		atOnce(32, func(int) {
			_, err := app.fetch("", "grant_type", "client_credentials")
			if problem.Is(err, problem.KindTooMany) {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
		if refused.Load() != 3 {
			t.Errorf("%d were refused", refused.Load())
		}
		_, err = h.Bearer(ctx, first.Secret)
		wants(t, err, problem.KindUnauthorized, "")
		var kept int
		err = h.D.Read(ctx).QueryRow(`SELECT count(*) FROM token WHERE account_id = 0 AND app_id = $1`, int64(app.ID)).Scan(&kept)
		if err != nil || kept != 10 {
			t.Errorf("%d are kept (%v)", kept, err)
		}
	})
}
