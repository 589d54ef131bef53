package invite_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/invite"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// neverOf is the token in the link that refuses for good.
func neverOf(t *testing.T, link string) string {
	t.Helper()
	_, token, ok := strings.Cut(link, "/invited/never?token=")
	if !ok {
		t.Fatalf("no link to refuse in %q", link)
	}
	return token
}

// What an account wishes holds for all spellings of its mailbox.
func TestInvite_spellingsOfAnAccount(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		w.address(t, w.ben, "ben@mail.example")
		seed.Block(t, w.Ground, w.ben, w.ada)
		other := seed.Account(t, w.Ground, "carl")
		w.address(t, other, "c.arl+news@gmail.com")
		seed.Block(t, w.Ground, other, w.ada)
		for _, to := range []string{"ben+soup@mail.example", "carl@googlemail.com"} {
			w.invite(t, invite.Draft{ByMail: true, Address: to})
		}
		w.invite(t, invite.Draft{ByMail: true, Address: "kim@mail.example"})
		if m := w.sent(t); m.To != "kim@mail.example" {
			t.Errorf("who blocked her is mailed at %s", m.To)
		}
		w.address(t, w.ada, "ada@mail.example")
		_, err := w.Invite(ctx, account.As(w.ada), w.did.ID, invite.Draft{ByMail: true, Address: "ada+me@mail.example"})
		is(t, "her own address", err, problem.KindInvalid)
	})
}

// Logins from before mailboxes were kept have theirs once the server starts.
func TestInvite_mailboxesOfBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.address(t, w.ada, "ada@mail.example")
		w.Update(t, func(tx *db.Tx) error { _, err := tx.Exec("UPDATE login SET mailbox = ''"); return err })
		if err := auth.New(d, w.IDs, w.Hub, w.Clock.Now, w.Accounts, w.Jobs, seed.NewMails(), auth.Config{URL: seed.Base, Name: "Here", Log: w.Log, DeviceKey: make([]byte, 32)}).FillMailboxes(ctx); err != nil {
			t.Fatal(err)
		}
		_, err := w.Invite(ctx, account.As(w.ada), w.did.ID, invite.Draft{ByMail: true, Address: "ada+me@mail.example"})
		is(t, "her own address", err, problem.KindInvalid)
	})
}

// A mailbox refuses for good also when its invitation was taken up, or is erased, and
// what waits to be mailed to it then stays here.
func TestRefuse_afterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		seed.Account(t, w.Ground, "kim")
		w.invite(t, invite.Draft{ByMail: true, Address: "kim@mail.example"})
		w.invite(t, invite.Draft{ByMail: true, Address: "lou@mail.example"})
		// No jobs run yet: the links are what the mails would carry.
		links := map[string]string{}
		rows, err := db.All(d.Read(ctx), db.ScanID, "SELECT id FROM invitation ORDER BY id")
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range []string{"kim", "lou"} {
			g, err := w.Given(ctx, account.As(w.ada), rows[i])
			if err != nil {
				t.Fatal(err)
			}
			n, err := w.Look(ctx, w.TokenOf(g.ID))
			if err != nil || n.Never == "" {
				t.Fatalf("there is nothing to refuse with: %v", err)
			}
			links[name] = n.Never
		}
		if _, err := w.Accept(ctx, account.As(w.ben), w.TokenOf(rows[0])); err != nil {
			t.Fatal(err)
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		for _, token := range links {
			if err := w.Refuse(ctx, token); err != nil {
				t.Error(err)
			}
			is(t, "a token that was changed", w.Refuse(ctx, token[:len(token)-2]+"AA"), problem.KindNotFound)
		}
		otto := seed.Account(t, w.Ground, "otto")
		did := w.Do(t, otto, w.challenge)
		w.Work(t)
		for _, to := range []string{"kim@mail.example", "Lou+x@mail.example", "mia@mail.example"} {
			if _, err := w.Invite(ctx, account.As(otto), did.ID, invite.Draft{ByMail: true, Address: to}); err != nil {
				t.Fatal(err)
			}
		}
		if m := w.sent(t); m.To != "mia@mail.example" {
			t.Errorf("%s refused and is mailed", m.To)
		}
	})
}

// A mail carries no link but its own, whatever its challenge is called.
func TestInvite_mailWithoutAddresses(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	w.Work(t)
	organiser := seed.Account(t, w.Ground, "otto")
	movement := seed.Movement(t, w.Movements, organiser, "Warm")
	for i, bad := range []string{"Win at evil.example now", "Go to 203.0.113.7/win", "See [2001:db8::1]", "evil。example"} {
		c := seed.Call(t, w.Calls, organiser, movement, call.Challenge, func(d *call.Draft) { d.Title = bad })
		did := w.Do(t, w.ada, c)
		if _, err := w.Invite(ctx, account.As(w.ada), did.ID, invite.Draft{ByMail: true, Address: "n" + string(rune('a'+i)) + "@mail.example"}); err != nil {
			t.Fatal(err)
		}
		if m := w.sent(t); strings.Contains(m.Text, bad) {
			t.Errorf("mailed %s", m.Text)
		}
		_, err := w.Invite(ctx, account.As(w.ada), did.ID, invite.Draft{Note: bad})
		is(t, bad, err, problem.KindInvalid)
		w.Clock.Add(time.Minute)
	}
}
