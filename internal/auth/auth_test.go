package auth_test

import (
	"context"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
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
	event.On(g.Hub, h.OnAccountChanged)
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

// decide runs what a moderator decides, in a transaction.
func (h *house) decide(f func(*db.Tx, id.ID) error, who id.ID) error {
	return h.D.Update(ctx, func(tx *db.Tx) error { return f(tx, who) })
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
