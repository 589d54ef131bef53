package auth_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, grace := h.member(t, "ada"), h.member(t, "grace")
		s, secret, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{Agent: "Netscape"})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{Agent: "Mosaic"}); err != nil {
			t.Fatal(err)
		}
		got, err := h.Session(ctx, secret)
		if err != nil || got.ID != s.ID || got.Account.ID != ada.ID {
			t.Fatalf("got %+v, %v", got, err)
		}
		_, err = h.Session(ctx, secret+"x")
		wants(t, err, problem.KindUnauthorized, "")
		all, err := h.Sessions(ctx, account.As(ada))
		if err != nil || len(all) != 2 || all[0].Agent != "Mosaic" {
			t.Errorf("got %+v, %v", all, err)
		}
		if err := h.EndSession(ctx, account.As(grace), s.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Session(ctx, secret); err != nil {
			t.Errorf("somebody else ended it: %v", err)
		}
		if err := h.EndSession(ctx, account.As(ada), s.ID); err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, secret)
		wants(t, err, problem.KindUnauthorized, "")

		_, secret, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := h.SignOut(ctx, secret); err != nil {
				t.Error(err)
			}
		}
		_, err = h.Session(ctx, secret)
		wants(t, err, problem.KindUnauthorized, "")
	})
}

func TestSession_lasts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(t, "ada")
		_, secret, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // each use prolongs it
			h.Clock.Add(60 * day)
			if _, err := h.Session(ctx, secret); err != nil {
				t.Fatal(err)
			}
		}
		h.Clock.Add(91 * day)
		_, err = h.Session(ctx, secret)
		wants(t, err, problem.KindUnauthorized, "")
		if err := h.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := h.D.Read(ctx).QueryRow(`SELECT count(*) FROM session`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d sessions are left (%v)", n, err)
		}
	})
}

func TestSession_endsWithTheAccount(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		_, secret, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		bearer, _, err := h.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		out := func(what string, kind problem.Kind) {
			t.Helper()
			if _, err := h.Session(ctx, secret); !problem.Is(err, problem.KindUnauthorized) {
				t.Errorf("%s: the session holds: %v", what, err)
			}
			if _, err := h.Token(ctx, bearer); !problem.Is(err, kind) {
				t.Errorf("%s: the token holds: %v", what, err)
			}
		}
		if _, err := h.Token(ctx, bearer); err != nil {
			t.Fatal(err)
		}
		seed.Suspend(t, h.Ground, ada)
		out("suspended", problem.KindForbidden)
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindForbidden, "")
		seed.Restore(t, h.Ground, ada)
		if _, err := h.Token(ctx, bearer); err != nil {
			t.Errorf("restored, and its token is refused: %v", err)
		}
		if _, err := h.Session(ctx, secret); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("a session outlived the suspension: %v", err)
		}
		wants(t, h.Delete(ctx, account.As(ada), "another loaf"), problem.KindForbidden, "password")
		if err := h.Delete(ctx, account.As(ada), "a loaf of bread"); err != nil {
			t.Fatal(err)
		}
		out("deleted", problem.KindUnauthorized)
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindUnauthorized, "")
		for _, table := range []string{"login", "session", "token", "mail_token"} {
			var n int
			if err := h.D.Read(ctx).QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
				t.Errorf("%d rows of %s are left (%v)", n, table, err)
			}
		}
		if err := h.SignUp(ctx, signUp("ada2", "ada@mail.example")); err != nil {
			t.Errorf("the address is not free again: %v", err)
		}
	})
}

// Guessing runs into a limit, by name and by address, and yet the owner goes on
// from a device that signed in before.
func TestSignIn_throttle(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		s, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		guess := func(name string, c auth.Client) error {
			_, _, err := h.SignIn(ctx, name, "a guess at it", c)
			return err
		}
		from := func(s string) auth.Client { return auth.Client{Addr: netip.MustParseAddr(s)} }
		tries := func(f func(n int) error) (n int) {
			for n = range 100 {
				if err := f(n); problem.Is(err, problem.KindTooMany) {
					break
				} else if !problem.Is(err, problem.KindUnauthorized) {
					t.Fatal(err)
				}
			}
			return n
		}
		names := []string{"ada", "ADA", "ada@mail.example"}
		if n := tries(func(n int) error { return guess(names[n%3], auth.Client{}) }); n != 9 {
			t.Errorf("%d guesses at a name, after one sign-in", n)
		}
		if n := tries(func(int) error { return guess("nobody", auth.Client{}) }); n != 10 {
			t.Errorf("%d guesses at a name that there is not", n)
		}
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindTooMany, "")
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{Device: s.Device}); err != nil {
			t.Errorf("locked out: %v", err)
		}
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{Device: s.Device + "x"})
		wants(t, err, problem.KindTooMany, "")
		if n := tries(func(int) error { return guess("ada", auth.Client{Device: s.Device}) }); n != 9 {
			t.Errorf("%d guesses from a known device", n)
		}
		// Nor is who has a new device and reads the mails.
		if err := h.RequestReset(ctx, "ada@mail.example", auth.Client{}); err != nil {
			t.Fatal(err)
		}
		fresh, err := h.Reset(ctx, secretOf(t, h.mail(t, "reset", ada), "/reset"), "a loaf of bread")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{Device: fresh}); err != nil {
			t.Errorf("locked out after a reset: %v", err)
		}
		nets := []string{"2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::"}
		if n := tries(func(n int) error { return guess("q"+strings.Repeat("x", n), from(nets[n%3])) }); n != 30 {
			t.Errorf("%d guesses from one network", n)
		}
		if err := guess("somebody", from("2001:db8:0:1::1")); !problem.Is(err, problem.KindUnauthorized) {
			t.Errorf("the neighbours' network: %v", err)
		}
		h.Clock.Add(61 * time.Second)
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{}); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestPasswords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		// One key on two keyboards: é as one code point, and as two.
		if _, err := h.CreateByCommand(ctx, auth.NewLogin{Username: "ada", Email: "a@mail.example", Password: "caf\u00e9 au lait"}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.SignIn(ctx, "ada", "cafe\u0301 au lait", auth.Client{}); err != nil {
			t.Error(err)
		}
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if _, _, err := h.SignIn(gone, "ada", "caf\u00e9 au lait", auth.Client{}); err == nil {
			t.Error("signed in a caller who left")
		} else if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// BenchmarkSession is the same for a browser.
func BenchmarkSession(b *testing.B) {
	h, cookie, _ := benchHouse(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Session(ctx, cookie); err != nil {
			b.Fatal(err)
		}
	}
}
