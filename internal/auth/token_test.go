package auth_test

import (
	"sync/atomic"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
)

// What was revoked holds no longer from the answer on, though it is read all
// the time.
func TestRevokeToken_whileRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		for range 10 {
			secret, token, err := h.CreateToken(ctx, ada.ID, "app", auth.Scopes{"read"})
			if err != nil {
				t.Fatal(err)
			}
			var revoked atomic.Bool
			atOnce(5, func(n int) {
				if n == 0 {
					if err := h.RevokeToken(ctx, account.As(ada), token.ID); err != nil {
						t.Error(err)
					}
					revoked.Store(true)
					return
				}
				for range 200 {
					before := revoked.Load()
					_, err := h.Token(ctx, secret)
					if err == nil && before {
						t.Error("it holds after it was revoked")
						return
					}
					if err != nil && !problem.Is(err, problem.KindUnauthorized) {
						t.Error(err)
						return
					}
				}
			})
		}
	})
}

func TestTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.member(t, "ada"), h.member(t, "grace")
		secret, token, err := h.CreateToken(ctx, ada.ID, " app ", auth.Scopes{"read", "write:statuses"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := h.Token(ctx, secret)
		if err != nil || got.ID != token.ID || got.Account.ID != ada.ID || got.Name != "app" || !got.Scopes.Covers("write:statuses") || got.Scopes.Covers("write:media") {
			t.Fatalf("got %+v, %v", got, err)
		}
		if list, err := h.Tokens(ctx, account.As(ada)); err != nil || len(list) != 1 {
			t.Errorf("got %+v, %v", list, err)
		}
		if err := h.RevokeToken(ctx, account.As(grace), token.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Token(ctx, secret); err != nil {
			t.Errorf("somebody else revoked it: %v", err)
		}
		if err := h.RevokeSecret(ctx, secret); err != nil {
			t.Fatal(err)
		}
		_, err = h.Token(ctx, secret)
		wants(t, err, problem.KindUnauthorized, "")
		_, _, err = h.CreateToken(ctx, ada.ID, "app", auth.Scopes{"everything"})
		wants(t, err, problem.KindInvalid, "scopes")
		_, _, err = h.CreateToken(ctx, 5, "app", auth.DefaultScopes)
		wants(t, err, problem.KindNotFound, "")
	})
}

func TestScopes(t *testing.T) {
	for have, c := range map[string]struct{ covers, not []string }{
		"read":          {[]string{"read", "read:statuses"}, []string{"write", "write:statuses", "follow", "push"}},
		"read:statuses": {[]string{"read:statuses"}, []string{"read", "read:accounts"}},
		"write push":    {[]string{"write:media", "push"}, []string{"read:statuses"}},
		"follow":        {[]string{"follow", "read:follows", "write:follows", "write:blocks", "read:mutes"}, []string{"read", "write:statuses", "admin:follows"}},
	} {
		scopes, err := auth.ParseScopes(have)
		if err != nil || scopes.String() != have {
			t.Errorf("%q: %v, %v", have, scopes, err)
		}
		for _, s := range c.covers {
			if !scopes.Covers(s) {
				t.Errorf("%q does not cover %s", have, s)
			}
		}
		for _, s := range c.not {
			if scopes.Covers(s) {
				t.Errorf("%q covers %s", have, s)
			}
		}
	}
	for _, bad := range []string{"", "all", "read:secrets", "read,write"} {
		if _, err := auth.ParseScopes(bad); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func benchHouse(b *testing.B) (*house, string, string) {
	h := build(b, dbtest.Open(b, db.SQLite), nil)
	ada := h.member(b, "ada")
	_, cookie, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
	if err != nil {
		b.Fatal(err)
	}
	bearer, _, err := h.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
	if err != nil {
		b.Fatal(err)
	}
	return h, cookie, bearer
}

// BenchmarkToken is what each request of a program pays to say who it is for.
func BenchmarkToken(b *testing.B) {
	h, _, bearer := benchHouse(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Token(ctx, bearer); err != nil {
			b.Fatal(err)
		}
	}
}
