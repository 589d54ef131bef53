package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

func TestSignUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.SignUp(ctx, signUp("Ada", " Ada@Mail.Example ")); err != nil {
			t.Fatal(err)
		}
		ada := h.byName(t, "ada")
		if ada.State != account.StateUnconfirmed {
			t.Errorf("she is %s", ada.State)
		}
		_, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindForbidden, "")
		_, _, err = h.SignIn(ctx, "ada", "another loaf", auth.Client{})
		wants(t, err, problem.KindUnauthorized, "")

		m := h.mail(t, "confirm", ada)
		if m.To != "Ada@Mail.Example" {
			t.Errorf("mailed to %s", m.To)
		}
		secret := secretOf(t, m, "/confirm")
		wants(t, h.Confirm(ctx, "made up"), problem.KindGone, "")
		wants(t, h.resets(secret, "for another purpose"), problem.KindGone, "")
		if err := h.Confirm(ctx, secret); err != nil {
			t.Fatal(err)
		}
		wants(t, h.Confirm(ctx, secret), problem.KindGone, "")
		for _, name := range []string{"ada", "@ADA", "ada@mail.example", " Ada@Mail.Example "} {
			if s, _, err := h.SignIn(ctx, name, "a loaf of bread", auth.Client{Agent: "Netscape"}); err != nil || s.Account.ID != ada.ID || s.Agent != "Netscape" {
				t.Errorf("as %q: %+v, %v", name, s, err)
			}
		}
	})
}

func TestSignUp_invalid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(t, "grace")
		for name, c := range map[string]struct {
			u     func(*auth.SignUp)
			kind  problem.Kind
			field string
		}{
			"no name":          {func(u *auth.SignUp) { u.Username = "" }, problem.KindInvalid, "username"},
			"taken":            {func(u *auth.SignUp) { u.Username = "GRACE" }, problem.KindConflict, "username"},
			"no address":       {func(u *auth.SignUp) { u.Email = "" }, problem.KindInvalid, "email"},
			"with a name":      {func(u *auth.SignUp) { u.Email = "Ada <ada@mail.example>" }, problem.KindInvalid, "email"},
			"two lines":        {func(u *auth.SignUp) { u.Email = "ada@mail.example\nBcc: x@y.example" }, problem.KindInvalid, "email"},
			"short":            {func(u *auth.SignUp) { u.Password = "1234567" }, problem.KindInvalid, "password"},
			"long":             {func(u *auth.SignUp) { u.Password = strings.Repeat("x", 201) }, problem.KindInvalid, "password"},
			"not UTF-8":        {func(u *auth.SignUp) { u.Password = "12345678\xff" }, problem.KindInvalid, "password"},
			"a movement":       {func(u *auth.SignUp) { u.Kind = account.KindMovement }, problem.KindInvalid, "kind"},
			"too many words":   {func(u *auth.SignUp) { u.Reason = strings.Repeat("x", 501) }, problem.KindInvalid, "reason"},
			"a strange tongue": {func(u *auth.SignUp) { u.Language = strings.Repeat("x", 99) }, problem.KindInvalid, "language"},
		} {
			u := signUp("ada", "ada@mail.example")
			c.u(&u)
			t.Run(name, func(t *testing.T) { wants(t, h.SignUp(ctx, u), c.kind, c.field) })
		}
	})
}

// A known address gets the same answer as another, now and when one tries
// again, and its owner a mail.
func TestSignUp_knownAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		grace := h.member(t, "grace")
		if err := h.SignUp(ctx, signUp("spy", "GRACE@mail.example")); err != nil {
			t.Errorf("told: %v", err)
		}
		wants(t, h.SignUp(ctx, signUp("spy", "spy@mail.example")), problem.KindConflict, "username")
		m := h.mail(t, "known", grace)
		if m.To != "grace@mail.example" || strings.Contains(m.Text, "token") || !strings.Contains(m.Text, "https://here.example/reset") {
			t.Errorf("mailed %+v", m)
		}
		_, _, err := h.SignIn(ctx, "spy", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindUnauthorized, "")
		h.Clock.Add(8 * day)
		if err := h.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if err := h.SignUp(ctx, signUp("spy", "spy@mail.example")); err != nil {
			t.Errorf("the name is still held back: %v", err)
		}
	})
}

// A name that is taken costs none of the mails to an address; and where no mail
// goes out, nobody is told to look for one, whether the address is known or not.
func TestSignUp_mails(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(t, "grace")
		for range 5 {
			wants(t, h.SignUp(ctx, signUp("Grace", "ada@mail.example")), problem.KindConflict, "username")
		}
		if err := h.SignUp(ctx, signUp("ada", "ada@mail.example")); err != nil {
			t.Fatal(err)
		}
		if m := h.mail(t, "confirm", h.byName(t, "ada")); m.To != "ada@mail.example" {
			t.Errorf("mailed to %s", m.To)
		}
		for name, email := range map[string]string{"known": "grace@mail.example", "half": "ada@mail.example"} {
			for n := range 4 {
				err := h.SignUp(ctx, signUp(fmt.Sprint(name, n), email))
				if n == 3 {
					wants(t, err, problem.KindTooMany, "email")
				} else if n < 2 && err != nil {
					t.Errorf("%s, %d: %v", name, n, err)
				}
			}
		}
		h.Clock.Add(20 * time.Minute)
		if err := h.SignUp(ctx, signUp("known3", "grace@mail.example")); err != nil {
			t.Errorf("later, with a name that was not spent: %v", err)
		}
	})
}

// Where it is open, one signs in at once, and an address that is known still gets
// the answer that another gets.
func TestSignUp_open(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d, func(c *auth.Config, p *postman) { c.Open, p.away = true, true })
		if h.ByApproval() {
			t.Error("moderators let people in")
		}
		if err := h.SignUp(ctx, signUp("ada", "ada@mail.example")); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{}); err != nil {
			t.Error(err)
		}
		if err := h.SignUp(ctx, signUp("spy", "ada@mail.example")); err != nil {
			t.Errorf("told: %v", err)
		}
		_, _, err := h.SignIn(ctx, "spy", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindUnauthorized, "")
		if spy := h.byName(t, "spy"); spy.Shown() {
			t.Errorf("the name without a login is %s", spy.State)
		}
	})
}

// Of 32 who sign up at once with one name one gets it, and with one address one
// gets a login.
func TestSignUp_atOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d, nil)
		var ok, taken atomic.Int32
		atOnce(32, func(n int) {
			err := h.SignUp(ctx, signUp("ada", string(rune('a'+n%26))+string(rune('a'+n/26))+"@mail.example"))
			switch {
			case err == nil:
				ok.Add(1)
			case problem.Is(err, problem.KindConflict):
				taken.Add(1)
			default:
				t.Error(err)
			}
		})
		if ok.Load() != 1 || taken.Load() != 31 {
			t.Errorf("%d got the name, %d were told that it is taken", ok.Load(), taken.Load())
		}
		atOnce(32, func(n int) {
			err := h.SignUp(ctx, signUp("p"+string(rune('a'+n%26))+string(rune('a'+n/26)), "same@mail.example"))
			if err != nil && !problem.Is(err, problem.KindTooMany) {
				t.Error(err)
			}
		})
		var n int
		if err := d.Read(ctx).QueryRow(`SELECT count(*) FROM login WHERE email_folded = $1`, "same@mail.example").Scan(&n); err != nil || n != 1 {
			t.Errorf("%d logins with one address (%v)", n, err)
		}
	})
}

func TestSignUp_byApproval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d, func(_ *auth.Config, p *postman) { p.away = true })
		mod := account.As(seed.Account(t, h.Ground, "mona", seed.Moderator))
		for _, name := range []string{"ada", "troll"} {
			u := signUp(name, name+"@mail.example")
			u.Reason = "I bake."
			if err := h.SignUp(ctx, u); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.SignUp(ctx, signUp("spy", "ada@mail.example")); err != nil {
			t.Fatal(err)
		}
		_, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindForbidden, "")
		_, err = h.Pending(ctx, account.Nobody, db.Page{})
		wants(t, err, problem.KindForbidden, "")
		list, err := h.Pending(ctx, mod, db.Page{})
		if err != nil || len(list) != 2 || list[0].Username != "troll" || list[1].Email != "ada@mail.example" || list[1].Reason != "I bake." {
			t.Fatalf("got %+v, %v", list, err)
		}
		if err := h.decide(h.ApproveIn, list[1].ID); err != nil {
			t.Fatal(err)
		}
		wants(t, h.decide(h.ApproveIn, list[1].ID), problem.KindNotFound, "")
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{}); err != nil {
			t.Errorf("not let in: %v", err)
		}
		wants(t, h.decide(h.ApproveIn, h.byName(t, "spy").ID), problem.KindNotFound, "")
		if err := h.decide(h.RejectIn, list[0].ID); err != nil {
			t.Fatal(err)
		}
		wants(t, h.decide(h.RejectIn, list[1].ID), problem.KindNotFound, "")
		if err := h.SignUp(ctx, signUp("troll", "troll@mail.example")); err != nil {
			t.Errorf("the name and the address are not free: %v", err)
		}
	})
}

// Where mail reaches people, a moderator's word does not stand for a confirmed
// address; and however long it took, there is time to confirm it then.
func TestApproveIn_unconfirmed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Screen = func(context.Context, string, netip.Addr) (bool, error) { return true, nil }
		if err := h.SignUp(ctx, signUp("ada", "ada@mail.example")); err != nil {
			t.Fatal(err)
		}
		if err := h.SignUp(ctx, signUp("grace", "grace@mail.example")); err != nil {
			t.Fatal(err)
		}
		ada, grace := h.byName(t, "ada"), h.byName(t, "grace")
		if err := h.Confirm(ctx, secretOf(t, h.mail(t, "confirm", grace), "/confirm")); err != nil {
			t.Fatal(err)
		}
		if s := h.byName(t, "grace").State; s != account.StatePending {
			t.Errorf("who confirmed is %s before a moderator looked", s)
		}
		h.Clock.Add(9 * day)
		for _, a := range []*account.Account{ada, grace} {
			if err := h.decide(h.ApproveIn, a.ID); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if a, g := h.byName(t, "ada").State, h.byName(t, "grace").State; a != account.StateUnconfirmed || g != account.StateActive {
			t.Fatalf("who did not confirm is %s, who did is %s", a, g)
		}
		if err := h.Confirm(ctx, secretOf(t, h.mail(t, "confirm", ada), "/confirm")); err != nil {
			t.Fatal(err)
		}
		if s := h.byName(t, "ada").State; s != account.StateActive {
			t.Errorf("then she is %s", s)
		}
	})
}

// The link in the mail knows where somebody was going when they signed up.
func TestSignUp_Next(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := signUp("ada", "ada@example.org")
		u.Next = "/calls/7?via=act-1"
		if err := h.SignUp(ctx, u); err != nil {
			t.Fatal(err)
		}
		var args auth.MailArgs
		var raw []byte
		if err := h.D.Read(ctx).QueryRow(`SELECT CAST(args AS TEXT) FROM river_job WHERE kind = 'mail_send'`).Scan(&raw); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(raw, &args); err != nil || args.Next != u.Next {
			t.Fatalf("the job knows %s, %v", raw, err)
		}
		if err := h.SendMail(ctx, args); err != nil {
			t.Fatal(err)
		}
		if m := <-h.post.sent; !strings.Contains(m.Text, "&next=%2Fcalls%2F7%3Fvia%3Dact-1\n") {
			t.Errorf("the mail says %q", m.Text)
		}
	})
}
