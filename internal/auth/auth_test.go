package auth_test

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

const day = 24 * time.Hour

// postman keeps what would be mailed, and hands it to whoever waits for it.
type postman struct {
	away bool // mail does not reach anybody
	sent chan mail.Message
}

func (p *postman) Delivers() bool { return !p.away }

func (p *postman) Send(_ context.Context, m mail.Message) error {
	p.sent <- m
	return nil
}

type house struct {
	*seed.Ground
	*auth.Service
	post *postman
}

// cheap passwords, so that tests are quick.
var cheap = auth.Cost{Memory: 64, Time: 1}

func build(t testing.TB, d *db.DB, change func(*auth.Config, *postman)) *house {
	g := seed.NewGround(t, d)
	c := auth.Config{URL: "https://here.example", Name: "Here", Cost: cheap, Log: g.Log, DeviceKey: []byte("a key for tests, thirty-two bytes")}
	p := &postman{sent: make(chan mail.Message, 100)}
	if change != nil {
		change(&c, p)
	}
	h := &house{Ground: g, post: p, Service: auth.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Jobs, p, c)}
	event.On(g.Hub, h.OnAccountDeleted)
	return h
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, build(t, d, nil)) })
}

func atOnce(n int, f func(n int)) {
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-start; f(i) })
	}
	close(start)
	wg.Wait()
}

// mail runs the one mail job that a purpose and an account have, and gives
// the mail.
func (h *house) mail(t testing.TB, purpose string, a *account.Account) mail.Message {
	t.Helper()
	if err := h.SendMail(ctx, auth.MailArgs{Purpose: purpose, AccountID: a.ID}); err != nil {
		t.Fatal(err)
	}
	select {
	case m := <-h.post.sent:
		return m
	default:
		t.Fatalf("no mail to %s for %s", a.Username, purpose)
		return mail.Message{}
	}
}

var linkShape = regexp.MustCompile(`https://here\.example(/\w+)\?token=(\S+)`)

func secretOf(t testing.TB, m mail.Message, path string) string {
	t.Helper()
	found := linkShape.FindStringSubmatch(m.Text)
	if found == nil || found[1] != path {
		t.Fatalf("no link to %s in %q", path, m.Text)
	}
	secret, err := url.QueryUnescape(found[2])
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

func signUp(name, email string) auth.SignUp {
	return auth.SignUp{Username: name, Email: email, Password: "a loaf of bread"}
}

func (h *house) byName(t testing.TB, name string) *account.Account {
	t.Helper()
	var a account.Account
	err := h.D.Read(ctx).QueryRow(`SELECT id, username, state FROM account WHERE folded = $1 AND domain = ''`, db.Fold(name)).Scan(&a.ID, &a.Username, &a.State)
	if err != nil {
		t.Fatal(err)
	}
	return &a
}

// member makes an account that signs in with "a loaf of bread".
func (h *house) member(t testing.TB, name string) *account.Account {
	t.Helper()
	a, err := h.CreateByCommand(ctx, auth.NewLogin{Username: name, Email: name + "@mail.example", Password: "a loaf of bread"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func wants(t testing.TB, err error, kind problem.Kind, field string) {
	t.Helper()
	if p, ok := problem.Of(err); !ok || p.Kind != kind || p.Field != field {
		t.Errorf("got %v; want a problem of kind %d with %q", err, kind, field)
	}
}

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
		wants(t, h.Reset(ctx, secret, "for another purpose"), problem.KindGone, "")
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
		if m.To != "grace@mail.example" || strings.Contains(m.Text, "token") || !strings.Contains(m.Text, "https://here.example/forgot") {
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
			if err := h.SignUp(ctx, signUp("p"+string(rune('a'+n%26))+string(rune('a'+n/26)), "same@mail.example")); err != nil {
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
		wants(t, h.Approve(ctx, account.As(h.byName(t, "ada")), list[1].ID), problem.KindForbidden, "")
		if err := h.Approve(ctx, mod, list[1].ID); err != nil {
			t.Fatal(err)
		}
		wants(t, h.Approve(ctx, mod, list[1].ID), problem.KindNotFound, "")
		if _, _, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{}); err != nil {
			t.Errorf("not let in: %v", err)
		}
		if err := h.Reject(ctx, mod, list[0].ID); err != nil {
			t.Fatal(err)
		}
		wants(t, h.Reject(ctx, mod, list[1].ID), problem.KindNotFound, "")
		if err := h.SignUp(ctx, signUp("troll", "troll@mail.example")); err != nil {
			t.Errorf("the name and the address are not free: %v", err)
		}
	})
}

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
		mod := account.As(seed.Account(t, h.Ground, "mona", seed.Moderator))
		ada := h.member(t, "ada")
		_, secret, err := h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		if err != nil {
			t.Fatal(err)
		}
		bearer, _, err := h.CreateToken(ctx, ada.ID, "app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		out := func(what string) {
			t.Helper()
			if _, err := h.Session(ctx, secret); !problem.Is(err, problem.KindUnauthorized) {
				t.Errorf("%s: the session holds: %v", what, err)
			}
			if _, err := h.Token(ctx, bearer); !problem.Is(err, problem.KindUnauthorized) {
				t.Errorf("%s: the token holds: %v", what, err)
			}
		}
		if _, err := h.Token(ctx, bearer); err != nil {
			t.Fatal(err)
		}
		if err := h.Accounts.Suspend(ctx, mod, ada.ID); err != nil {
			t.Fatal(err)
		}
		out("suspended")
		_, _, err = h.SignIn(ctx, "ada", "a loaf of bread", auth.Client{})
		wants(t, err, problem.KindForbidden, "")
		if err := h.Accounts.Restore(ctx, mod, ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Session(ctx, secret); err != nil {
			t.Errorf("restored, and still out: %v", err)
		}
		wants(t, h.Delete(ctx, account.As(ada), "another loaf"), problem.KindForbidden, "password")
		if err := h.Delete(ctx, account.As(ada), "a loaf of bread"); err != nil {
			t.Fatal(err)
		}
		out("deleted")
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
		wants(t, h.Reset(ctx, first, "a loaf of rye"), problem.KindGone, "")
		wants(t, h.Reset(ctx, secret, "short"), problem.KindInvalid, "password")

		var ok, gone atomic.Int32
		atOnce(32, func(int) {
			switch err := h.Reset(ctx, secret, "a loaf of rye"); {
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
		wants(t, h.Reset(ctx, secret, "a loaf of oats"), problem.KindGone, "")
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

// Guessing runs into a limit, by name and by address, and yet the owner goes on
// from a device that signed in before.
func TestSignIn_throttle(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.member(t, "ada")
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
