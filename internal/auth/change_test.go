package auth_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// resets sets a new password by the link from a mail.
func (h *house) resets(secret, password string) error {
	_, err := h.Reset(ctx, secret, password)
	return err
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		_, cookie, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		for _, email := range []string{"stranger@mail.example", "ADA@mail.example"} {
			if err := h.RequestReset(ctx, email, auth.Client{}); err != nil {
				t.Errorf("%s: %v", email, err)
			}
		}
		if err := h.SendMail(ctx, auth.MailArgs{Purpose: "reset"}); err != nil || len(h.post.sent) != 0 {
			t.Errorf("mailed a stranger: %v", err)
		}
		first := secretOf(t, h.mail(t, "reset", ada), "/reset")
		secret := secretOf(t, h.mail(t, "reset", ada), "/reset") // the job ran again
		wants(t, h.resets(first, "a loaf of rye"), problem.KindGone, "")
		wants(t, h.resets(secret, "short"), problem.KindInvalid, "password")

		var ok, gone atomic.Int32
		atOnce(32, func(int) {
			switch err := h.resets(secret, "a loaf of rye"); {
			case err == nil:
				ok.Add(1)
			case problem.Is(err, problem.KindGone):
				gone.Add(1)
			default:
				t.Error(err)
			}
		})
		if ok.Load() != 1 || gone.Load() != 31 {
			t.Errorf("%d used the link, %d were told that it is used", ok.Load(), gone.Load())
		}
		_, err = h.Session(ctx, cookie)
		wants(t, err, problem.KindUnauthorized, "")
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindUnauthorized, "")
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of rye", auth.Client{}); err != nil {
			t.Error(err)
		}
		if err := h.RequestReset(ctx, "ada@mail.example", auth.Client{}); err != nil {
			t.Fatal(err)
		}
		secret = secretOf(t, h.mail(t, "reset", ada), "/reset")
		h.Clock.Add(61 * time.Minute)
		wants(t, h.resets(secret, "a loaf of oats"), problem.KindGone, "")
	})
}

// Mallory signs up with Ada's address by an app and keeps the token: once Ada
// chose a password of her own, the token, and a code that waits, are worth
// nothing.
func TestReset_endsLeave(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		app := h.program(t)
		own, err := app.fetch("", "grant_type", "client_credentials", "scope", "read")
		if err != nil {
			t.Fatal(err)
		}
		token, err := h.Bearer(ctx, own.Secret)
		if err != nil {
			t.Fatal(err)
		}
		mallorys, err := h.SignUpByApp(ctx, token, signUp("ada", "ada@mail.example"))
		if err != nil {
			t.Fatal(err)
		}
		ada := h.byName(t, "ada")
		reset := func(password string) {
			t.Helper()
			if err := h.RequestReset(ctx, "ada@mail.example", auth.Client{}); err != nil {
				t.Fatal(err)
			}
			if err := h.resets(secretOf(t, h.mail(t, "reset", ada), "/reset"), password); err != nil {
				t.Fatal(err)
			}
		}
		reset("a loaf of rye")
		_, err = h.Bearer(ctx, mallorys.Secret)
		wants(t, err, problem.KindUnauthorized, "")

		// So it is when Ada, who was there all along, asks for a new one.
		byHand, _, err := h.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		code := app.allowed(t, ada)
		if err := h.ChangeEmail(ctx, account.As(ada), "a loaf of rye", "mallory@mail.example"); err != nil {
			t.Fatal(err)
		}
		elsewhere := secretOf(t, h.mail(t, "confirm", ada), "/confirm")
		reset("a loaf of oats")
		_, err = h.Bearer(ctx, byHand)
		wants(t, err, problem.KindUnauthorized, "")
		_, err = app.fetch(code)
		grantRefused(t, "a code from before", err, "invalid_grant")
		wants(t, h.Confirm(ctx, elsewhere), problem.KindGone, "")
		if _, err := h.Bearer(ctx, own.Secret); err != nil {
			t.Errorf("the app's own token ended too: %v", err)
		}
	})
}

// A link to choose a password ends when the account moves to another address.
func TestReset_movedAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		if err := h.RequestReset(ctx, "ada@mail.example", auth.Client{}); err != nil {
			t.Fatal(err)
		}
		old := secretOf(t, h.mail(t, "reset", ada), "/reset")
		if err := h.ChangeEmail(ctx, account.As(ada), "a loaf of bread", "new@mail.example"); err != nil {
			t.Fatal(err)
		}
		if err := h.Confirm(ctx, secretOf(t, h.mail(t, "confirm", ada), "/confirm")); err != nil {
			t.Fatal(err)
		}
		wants(t, h.resets(old, "a loaf of rye"), problem.KindGone, "")
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		_, cookie, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		bearer, _, err := h.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		v := account.As(ada)
		wants(t, h.ChangePassword(ctx, v, "another loaf", "a loaf of rye"), problem.KindForbidden, "password")
		wants(t, h.ChangePassword(ctx, v, "a loaf of bread", "rye"), problem.KindInvalid, "password")
		wants(t, h.ChangePassword(ctx, account.Nobody, "a loaf of bread", "a loaf of rye"), problem.KindUnauthorized, "")
		if err := h.ChangePassword(ctx, v, "a loaf of bread", "a loaf of rye"); err != nil {
			t.Fatal(err)
		}
		_, err = h.Session(ctx, cookie)
		wants(t, err, problem.KindUnauthorized, "")
		if _, err := h.Token(ctx, bearer); err != nil {
			t.Errorf("the token ended too: %v", err)
		}
	})
}

func TestChangeEmail(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.member(t, "ada")
		h.member(t, "grace")
		v := account.As(ada)
		wants(t, h.ChangeEmail(ctx, v, "another loaf", "new@mail.example"), problem.KindForbidden, "password")
		if err := h.ChangeEmail(ctx, v, "a loaf of bread", "grace@mail.example"); err != nil {
			t.Errorf("told that it is known: %v", err)
		}
		if m := h.mail(t, "confirm", ada); m.To != "grace@mail.example" || strings.Contains(m.Text, "token") {
			t.Errorf("mailed %+v", m)
		}
		if err := h.ChangeEmail(ctx, v, "a loaf of bread", "new@mail.example"); err != nil {
			t.Fatal(err)
		}
		m := h.mail(t, "confirm", ada)
		if got, err := h.Email(ctx, v); err != nil || got != "ada@mail.example" {
			t.Errorf("changed before it was confirmed: %s, %v", got, err)
		}
		if err := h.Confirm(ctx, secretOf(t, m, "/confirm")); err != nil {
			t.Fatal(err)
		}
		if got, err := h.Email(ctx, v); err != nil || got != "new@mail.example" {
			t.Errorf("got %s, %v", got, err)
		}
		if m := h.mail(t, "changed", ada); m.To != "ada@mail.example" {
			t.Errorf("mailed %+v", m)
		}
		if _, _, err := h.SignIn(ctx, "new@mail.example", "a loaf of bread", auth.Client{}); err != nil {
			t.Error(err)
		}
		_, err := h.Email(ctx, account.As(seed.Account(t, h.Ground, "sample")))
		wants(t, err, problem.KindForbidden, "")
	})
}

// The link's secret is nowhere in the database, not even in the queue.
func TestMail_job(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Work(t)
		if err := h.SignUp(ctx, signUp("ada", "ada@mail.example")); err != nil {
			t.Fatal(err)
		}
		secret := secretOf(t, <-h.post.sent, "/confirm")
		var n int
		err := h.D.Read(ctx).QueryRow(`SELECT count(*) FROM river_job WHERE CAST(args AS TEXT) LIKE $1`, "%"+secret+"%").Scan(&n)
		if err != nil || n != 0 {
			t.Errorf("%d jobs hold the secret (%v)", n, err)
		}
		if err := h.Confirm(ctx, secret); err != nil {
			t.Error(err)
		}
	})
}

// A mail whose account was deleted in the meantime is not sent.
func TestSendMail_takenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.SendMail(ctx, auth.MailArgs{Purpose: "reset", AccountID: 77}); err != nil {
			t.Errorf("a mail that was taken back: %v", err)
		}
		if len(h.post.sent) != 0 {
			t.Error("mailed")
		}
	})
}
