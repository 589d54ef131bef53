package invite_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/invite"
	"goodturn/internal/mail"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a challenge that ada took, and people around her.
type world struct {
	*seed.Mission
	*invite.Service
	mails     *seed.Mails
	ada, ben  *account.Account
	challenge *call.Call
	did       *act.Act
}

func newWorld(t *testing.T, d *db.DB) *world {
	m := seed.NewMission(t, seed.NewGround(t, d))
	w := &world{Mission: m, mails: seed.NewMails(), ada: seed.Account(t, m.Ground, "ada"), ben: seed.Account(t, m.Ground, "ben")}
	w.Service = seed.Invites(t, m, w.mails)
	organiser := seed.Account(t, m.Ground, "olga")
	movement := seed.Movement(t, m.Movements, organiser, "ColdWater")
	w.challenge = seed.Call(t, m.Calls, organiser, movement, call.Challenge, func(d *call.Draft) { n := 10; d.Nominees = &n; d.Title = "A cold bath" })
	w.did = m.Do(t, w.ada, w.challenge)
	return w
}

// address gives an account a mail address, as if it had signed up with it.
func (w *world) address(t *testing.T, a *account.Account, email string) {
	t.Helper()
	w.Update(t, func(tx *db.Tx) error {
		_, err := tx.Exec("INSERT INTO login (account_id, email, email_folded, mailbox, password, created_at, changed_at) VALUES ($1, $2, $3, $4, '', 0, 0)", a.ID, email, db.Fold(email), mail.Mailbox(email))
		return err
	})
}

func (w *world) invite(t *testing.T, d invite.Draft) invite.Given {
	t.Helper()
	g, err := w.Invite(ctx, account.As(w.ada), w.did.ID, d)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// sent is the next mail; there is one, or the test ends by its deadline.
func (w *world) sent(t *testing.T) mail.Message {
	t.Helper()
	select {
	case m := <-w.mails.Sent:
		return m
	case <-t.Context().Done():
		t.Fatal("no mail came")
		return mail.Message{}
	}
}

// tokenOf is what a link carries.
func tokenOf(t *testing.T, text string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "/invited?token=")
	if !ok {
		t.Fatalf("no link in %q", text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

func is(t *testing.T, what string, err error, want problem.Kind) {
	t.Helper()
	if !problem.Is(err, want) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestInvite_Link(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		eve := seed.Account(t, w.Ground, "eve")
		g := w.invite(t, invite.Draft{Note: "You swim."})
		token := tokenOf(t, w.Link(g))
		n, err := w.Look(ctx, token)
		if err != nil || n.InviterID != w.ada.ID || n.CallID != w.challenge.ID || n.Note != "You swim." || n.State != invite.Open {
			t.Fatalf("the link opens %+v, %v", n, err)
		}
		if taken, err := w.Accept(ctx, account.Nobody, token); err != nil || taken != nil {
			t.Fatalf("a stranger's yes: %+v, %v", taken, err)
		}
		if got, err := w.Given(ctx, account.As(w.ada), g.ID); err != nil || got.State != act.GivenAccepted {
			t.Errorf("after it, the inviter sees %+v, %v", got, err)
		}
		taken, err := w.Accept(ctx, account.As(w.ben), token)
		if err != nil || taken.State != act.NominationAccepted || taken.NomineeID != w.ben.ID || !taken.Deadline.Equal(g.Deadline) {
			t.Fatalf("ben takes it up: %+v, %v", taken, err)
		}
		again, err := w.Accept(ctx, account.As(w.ben), token)
		if err != nil || again.ID != taken.ID {
			t.Errorf("and again: %+v, %v", again, err)
		}
		_, err = w.Accept(ctx, account.As(eve), token)
		is(t, "who comes second", err, problem.KindConflict)
		_, err = w.Given(ctx, account.As(w.ada), g.ID)
		is(t, "taken up, it is a nomination", err, problem.KindNotFound)
		given, err := w.Acts.ByMe(ctx, account.As(w.ada), db.Page{})
		if err != nil || len(given) != 1 || given[0].NomineeID != w.ben.ID || given[0].State != act.GivenAccepted {
			t.Errorf("ada nominated %+v, %v", given, err)
		}
		answer := w.Do(t, w.ben, w.challenge, func(d *act.Draft) { d.InspiredBy = act.Source{Kind: act.FromNomination, ID: taken.ID} })
		if answer.Parent != w.did.ID || answer.Generation != 1 {
			t.Errorf("the answer hangs on %s in generation %d", answer.Parent, answer.Generation)
		}
		w.Counted(t)
	})
}

func TestInvite_Refusals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.address(t, w.ada, "ada@mail.example")
		for _, c := range []struct {
			name string
			by   account.Viewer
			d    invite.Draft
			want problem.Kind
		}{
			{"nothing", account.As(w.ada), invite.Draft{ByMail: true}, problem.KindInvalid},
			{"a stranger", account.Nobody, invite.Draft{}, problem.KindUnauthorized},
			{"somebody else", account.As(w.ben), invite.Draft{}, problem.KindForbidden},
			{"no address", account.As(w.ada), invite.Draft{ByMail: true, Address: "nobody"}, problem.KindInvalid},
			{"two addresses", account.As(w.ada), invite.Draft{ByMail: true, Address: "a@mail.example, b@mail.example"}, problem.KindInvalid},
			{"a header", account.As(w.ada), invite.Draft{ByMail: true, Address: "a@mail.example\r\nBcc: b@mail.example"}, problem.KindInvalid},
			{"one's own", account.As(w.ada), invite.Draft{ByMail: true, Address: "ada@mail.example"}, problem.KindInvalid},
			{"a web address", account.As(w.ada), invite.Draft{Note: "see evil.example/now"}, problem.KindInvalid},
			{"a long note", account.As(w.ada), invite.Draft{Note: strings.Repeat("a", invite.NoteMost+1)}, problem.KindInvalid},
		} {
			_, err := w.Invite(ctx, c.by, w.did.ID, c.d)
			is(t, c.name, err, c.want)
		}
		for _, token := range []string{"", "7", "7.", "7.AAAA", w.did.ID.String() + ".AAAAAAAAAAAAAAAAAAAAAA", strings.Repeat("9", 4000)} {
			_, err := w.Look(ctx, token)
			is(t, "the token "+token, err, problem.KindNotFound)
			_, err = w.Accept(ctx, account.As(w.ben), token)
			is(t, "accepting "+token, err, problem.KindNotFound)
			is(t, "declining "+token, w.Decline(ctx, token), problem.KindNotFound)
			is(t, "refusing "+token, w.Refuse(ctx, token), problem.KindNotFound)
		}
		g := w.invite(t, invite.Draft{})
		token := tokenOf(t, w.Link(g))
		_, err := w.Accept(ctx, account.As(w.ada), token)
		is(t, "one's own", err, problem.KindConflict)
		w.Do(t, w.ben, w.challenge)
		_, err = w.Accept(ctx, account.As(w.ben), token)
		is(t, "who did it already", err, problem.KindConflict)
		_, err = w.Given(ctx, account.As(w.ben), g.ID)
		is(t, "another's", err, problem.KindNotFound)
		is(t, "another withdraws it", w.Withdraw(ctx, account.As(w.ben), g.ID), problem.KindNotFound)
		if err := w.Withdraw(ctx, account.As(w.ada), g.ID); err != nil {
			t.Fatal(err)
		}
		_, err = w.Look(ctx, token)
		is(t, "taken back", err, problem.KindGone)
	})
}

// Whatever becomes of an invitation by mail looks the same to its inviter, before
// and after the deadline.
func TestInvite_Indistinguishable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		blocks := seed.Account(t, w.Ground, "blocks")
		seed.Block(t, w.Ground, blocks, w.ada)
		w.address(t, blocks, "Blocks@mail.example")
		refused := w.invite(t, invite.Draft{ByMail: true, Address: "refuses@mail.example"})
		if err := w.Refuse(ctx, neverOf(t, w.sent(t).Unsubscribe)); err != nil {
			t.Fatal(err)
		}
		if err := w.Withdraw(ctx, account.As(w.ada), refused.ID); err != nil {
			t.Fatal(err)
		}
		benDid := w.Do(t, w.ben, w.challenge)
		if _, err := w.Invite(ctx, account.As(w.ben), benDid.ID, invite.Draft{ByMail: true, Address: "taken@mail.example"}); err != nil {
			t.Fatal(err)
		}
		w.sent(t)

		waits := w.invite(t, invite.Draft{ByMail: true, Address: "waits@mail.example"})
		w.sent(t)
		declines := w.invite(t, invite.Draft{ByMail: true, Address: "declines@mail.example"})
		if err := w.Decline(ctx, tokenOf(t, w.sent(t).Text)); err != nil {
			t.Fatal(err)
		}
		// Spelled otherwise, it is the same mailbox.
		refuses := w.invite(t, invite.Draft{ByMail: true, Address: "Refuses+again@Mail.example"})
		taken := w.invite(t, invite.Draft{ByMail: true, Address: "taken@mail.example"})
		unwished := w.invite(t, invite.Draft{ByMail: true, Address: "blocks@mail.example"})

		look := func(g invite.Given) string {
			got, err := w.Given(ctx, account.As(w.ada), g.ID)
			if err != nil {
				t.Fatal(err)
			}
			got.ID, got.Address = 0, ""
			b, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		for _, when := range []string{"at once", "after the deadline"} {
			for name, g := range map[string]invite.Given{"declined": declines, "refused": refuses, "taken": taken, "unwished": unwished} {
				if look(g) != look(waits) {
					t.Errorf("%s, %s looks like %s and waiting like %s", when, name, look(g), look(waits))
				}
			}
			w.Clock.Add(w.challenge.Answer)
			if err := w.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(w.mails.Sent); n != 0 {
			t.Errorf("%d mails too many", n)
		}
	})
}

func TestInvite_Mail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		w.invite(t, invite.Draft{ByMail: true, Address: "kim@mail.example", Note: "Do it\nfor the otters."})
		m := w.sent(t)
		token := tokenOf(t, m.Text)
		if m.To != "kim@mail.example" || !strings.Contains(m.Text, "> Do it\n> for the otters.") || !strings.Contains(m.Text, "A cold bath") ||
			neverOf(t, m.Unsubscribe) == token {
			t.Errorf("mailed %+v", m)
		}
		w.Clock.Add(w.challenge.Answer/2 + time.Second)
		for range 2 { // it reminds once
			if err := w.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if again := w.sent(t); tokenOf(t, again.Text) != token || again.Subject == m.Subject {
			t.Errorf("reminded by %+v", again)
		}
		if _, err := w.Accept(ctx, account.Nobody, token); err != nil {
			t.Fatal(err)
		}
		w.Clock.Add(w.challenge.Answer)
		_, err := w.Accept(ctx, account.As(w.ben), token)
		is(t, "too late", err, problem.KindConflict)
		w.Clock.Add(31 * 24 * time.Hour)
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		var kept int
		err = d.Read(ctx).QueryRow("SELECT (SELECT COUNT(*) FROM invitation WHERE address <> '' OR address_key IS NOT NULL) + (SELECT COUNT(*) FROM invited_mailbox) + (SELECT COUNT(*) FROM inviting)").Scan(&kept)
		if err != nil || kept != 0 {
			t.Errorf("a month later %d traces are kept, %v", kept, err)
		}
		if n := len(w.mails.Sent); n != 0 {
			t.Errorf("%d mails too many", n)
		}
	})
}

// Of many who invite the same mailbox at once, one mail goes out; and a mailbox has
// two in a week, whoever asks.
func TestInvite_AtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		const n = 32
		crowd := seed.Crowd(t, w.Ground, "c", n)
		acts := make([]*act.Act, n)
		for i, a := range crowd {
			acts[i] = w.Do(t, a, w.challenge)
		}
		for i, err := range seed.AtOnce(n, func(i int) error {
			_, err := w.Invite(ctx, account.As(crowd[i]), acts[i].ID, invite.Draft{ByMail: true, Address: "kim@mail.example"})
			return err
		}) {
			if err != nil {
				t.Errorf("inviter %d: %v", i, err)
			}
		}
		count := func(cond string) (n int) {
			if err := d.Read(ctx).QueryRow("SELECT COUNT(*) FROM invitation WHERE " + cond).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if shown := count("NOT hidden"); shown != 1 || count("hidden") != n-1 {
			t.Errorf("%d of %d invitations go out", shown, n)
		}
		w.Clock.Add(w.challenge.Answer + time.Second)
		if err := w.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		for i := range 3 {
			if _, err := w.Invite(ctx, account.As(crowd[i]), acts[i].ID, invite.Draft{ByMail: true, Address: "kim@mail.example"}); err == nil {
				t.Error("the same act invites the same mailbox twice")
			}
			w.Clock.Add(w.challenge.Answer + time.Second)
			if err := w.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		late := seed.Crowd(t, w.Ground, "l", 3)
		for _, a := range late {
			if _, err := w.Invite(ctx, account.As(a), w.Do(t, a, w.challenge).ID, invite.Draft{ByMail: true, Address: "kim@mail.example"}); err != nil {
				t.Fatal(err)
			}
			w.Clock.Add(w.challenge.Answer + time.Second)
			if err := w.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if shown := count("NOT hidden"); shown != 2 {
			t.Errorf("%d invitations went out in a week", shown)
		}
	})
}

// Many who open the same link at once: one takes it up.
func TestAccept_AtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		token := tokenOf(t, w.Link(w.invite(t, invite.Draft{})))
		crowd := seed.Crowd(t, w.Ground, "c", 32)
		took := 0
		for _, err := range seed.AtOnce(len(crowd), func(i int) error {
			_, err := w.Accept(ctx, account.As(crowd[i]), token)
			return err
		}) {
			if err == nil {
				took++
			} else if !problem.Is(err, problem.KindConflict) {
				t.Error(err)
			}
		}
		if took != 1 {
			t.Errorf("%d took it up", took)
		}
	})
}

func TestInvite_Limits(t *testing.T) {
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	for i := range invite.MailsADay {
		w.invite(t, invite.Draft{ByMail: true, Address: fmt.Sprintf("n%d@mail.example", i)})
	}
	_, err := w.Invite(ctx, account.As(w.ada), w.did.ID, invite.Draft{ByMail: true, Address: "more@mail.example"})
	is(t, "more than its places", err, problem.KindInvalid)
	organiser := seed.Account(t, w.Ground, "otto")
	other := w.Do(t, w.ada, seed.Call(t, w.Calls, organiser, seed.Movement(t, w.Movements, organiser, "Warm"), call.Challenge))
	_, err = w.Invite(ctx, account.As(w.ada), other.ID, invite.Draft{ByMail: true, Address: "more@mail.example"})
	is(t, "more than a day's", err, problem.KindTooMany)
	if _, err := w.Invite(ctx, account.As(w.ada), other.ID, invite.Draft{}); err != nil {
		t.Errorf("a link beyond the day's mails: %v", err)
	}
	w.Clock.Add(24 * time.Hour)
	if _, err := w.Invite(ctx, account.As(w.ada), other.ID, invite.Draft{ByMail: true, Address: "more@mail.example"}); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestErase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		token := tokenOf(t, w.Link(w.invite(t, invite.Draft{Note: "quillfeather"})))
		w.invite(t, invite.Draft{ByMail: true, Address: "kim@mail.example", Note: "quillfeather"})
		if err := w.Acts.Withdraw(ctx, account.As(w.ada), w.did.ID); err != nil {
			t.Fatal(err)
		}
		_, err := w.Look(ctx, token)
		is(t, "of an act that was withdrawn", err, problem.KindGone)
		var kept int
		count := func(cond string) int {
			if err := d.Read(ctx).QueryRow("SELECT COUNT(*) FROM invitation WHERE " + cond).Scan(&kept); err != nil {
				t.Fatal(err)
			}
			return kept
		}
		if count("note <> '' OR address <> ''") != 0 {
			t.Error("the note outlives the act")
		}
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		if count("TRUE") != 0 {
			t.Error("invitations outlive the account")
		}
	})
}
