package petition_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/mail"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// From outside: a name and an address, a mail, and its link.
func TestSignOutside(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera Vogel", Address: "Vera.Vogel+petitions@Example.org", Reason: "I cook there."}))
		m, link := w.mail()
		if m.To != "Vera.Vogel+petitions@Example.org" || strings.Contains(m.Text, "Vera") || strings.Contains(m.Text, "cook") {
			t.Fatalf("got %+v", m)
		}
		if n := w.signed(); n != 0 {
			t.Fatalf("%d signatures count before the address is confirmed", n)
		}
		waiting, err := w.petitions.Signing(ctx, link["confirm"])
		if w.ok(err); waiting.Name != "Vera Vogel" || waiting.Reason != "I cook there." {
			t.Fatalf("got %+v", waiting)
		}
		_, already, err := w.petitions.Confirm(ctx, link["confirm"])
		if w.ok(err); already || w.signed() != 1 {
			t.Fatalf("%d signatures", w.signed())
		}
		list, err := w.petitions.Signatures(ctx, account.Nobody, w.lunch.ID, true, db.Page{})
		w.ok(err)
		names, err := w.Acts.Outsiders(ctx, []idOf{list[0].DoerID})
		if w.ok(err); !list[0].Outside || list[0].Proof != act.Confirmed || names[list[0].DoerID] != "Vera Vogel" {
			t.Fatalf("got %+v %v", list[0], names)
		}
		w.lacks("vera.vogel", "Vera.Vogel") // the address is erased once it is confirmed

		t.Run("ErrGone/the link once more", func(t *testing.T) {
			_, _, err := w.petitions.Confirm(ctx, link["confirm"])
			w.is(err, problem.KindGone)
		})
		t.Run("OK/the same address is answered alike, and told by mail", func(t *testing.T) {
			w.ok(w.outside(petition.OutsideDraft{Name: "Somebody Else", Address: "vera.vogel@example.ORG"}))
			m, again := w.mail()
			if !strings.Contains(m.Text, "it has signed already") || again["confirm"] != "" {
				t.Fatalf("got %s", m.Text)
			}
			link["withdraw"] = again["withdraw"]
		})
		t.Run("OK/withdrawn by the link in the mail", func(t *testing.T) {
			what, err := w.petitions.Withdrawal(ctx, link["withdraw"])
			if w.ok(err); !what.Confirmed || what.CallID != w.lunch.ID {
				t.Fatalf("got %+v", what)
			}
			_, err = w.petitions.WithdrawByLink(ctx, link["withdraw"])
			if w.ok(err); w.signed() != 0 {
				t.Fatalf("%d signatures", w.signed())
			}
			w.lacks("Vera Vogel", "I cook there")
			_, err = w.petitions.WithdrawByLink(ctx, link["withdraw"])
			w.is(err, problem.KindGone)
		})
		w.Counted(t)
	})
}

// Two people of the same name both sign; one address signs once.
func TestSignOutside_Names(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		for _, address := range []string{"a@example.org", "b@example.org"} {
			w.ok(w.outside(petition.OutsideDraft{Name: "Kim Lee", Address: address}))
			_, link := w.mail()
			_, already, err := w.petitions.Confirm(ctx, link["confirm"])
			if w.ok(err); already {
				t.Fatal("the second Kim Lee could not sign")
			}
		}
		if n := w.signed(); n != 2 {
			t.Fatalf("%d signatures", n)
		}
	})
}

// Whoever signed with an account does not sign from outside, nor the other way.
func TestSign_AccountAndOutside(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{})
		w.ok(err)
		w.ok(w.outside(petition.OutsideDraft{Name: "Ada Again", Address: "ada+2@example.org"}))
		if m, link := w.mail(); !strings.Contains(m.Text, "it has signed already") || link["confirm"] != "" {
			t.Fatalf("got %s", m.Text)
		}
		w.ok(w.outside(petition.OutsideDraft{Name: "Ben", Address: "BEN@example.org"}))
		_, link := w.mail()
		_, _, err = w.petitions.Confirm(ctx, link["confirm"])
		w.ok(err)
		_, err = w.petitions.Sign(ctx, account.As(w.ben), w.lunch.ID, petition.Draft{})
		w.is(err, problem.KindConflict)
		if n := w.signed(); n != 2 {
			t.Fatalf("%d signatures", n)
		}
	})
}

// Of 32 at once with one address one signs, whichever way they come.
func TestSign_AtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		const from = 4 // links to confirm; the others come with the account
		links := make([]string, from)
		for i := range links {
			w.ok(w.outside(petition.OutsideDraft{Name: "Ada", Address: "Ada+" + string(rune('a'+i)) + "@example.org"}))
			_, link := w.mail()
			links[i] = link["confirm"]
		}
		errs := seed.AtOnce(32, func(i int) error {
			if i < from {
				_, _, err := w.petitions.Confirm(ctx, links[i])
				return err
			}
			_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{})
			return err
		})
		for _, err := range errs {
			if err != nil && !problem.Is(err, problem.KindConflict) && !problem.Is(err, problem.KindGone) {
				t.Error(err)
			}
		}
		if n := w.signed(); n != 1 {
			t.Fatalf("%d signatures of one person", n)
		}
		w.Counted(t)
	})
}

// What nobody confirmed counts nowhere, expires and is erased.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera Vogel", Address: "vera@example.org", Updates: true}))
		_, link := w.mail()
		w.Clock.Add(73 * time.Hour)
		_, _, err := w.petitions.Confirm(ctx, link["confirm"])
		w.is(err, problem.KindGone)
		w.ok(w.petitions.Sweep(ctx))
		w.lacks("Vera Vogel", "vera@")
	})
}

// An address is mailed a few times a day, and nobody is told when that is over.
func TestSignOutside_MailsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		for range 5 {
			w.ok(w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera@example.org"}))
			w.mail()
		}
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera", Address: "v.e.r.a@example.org"})) // another mailbox
		w.mail()
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera+x@example.org"}))
		w.Clock.Add(25 * time.Hour)
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera@example.org"}))
		if m, _ := w.mail(); m.To != "vera@example.org" {
			t.Fatalf("a sixth mail went to %s", m.To)
		}
	})
}

// Hostile input is named by its field.
func TestSignOutside_ErrInvalid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for field, d := range map[string]petition.OutsideDraft{
			"name":    {Address: "vera@example.org"},
			"address": {Name: "Vera", Address: "Vera <vera@example.org>"},
			"reason":  {Name: "Vera", Address: "vera@example.org", Reason: strings.Repeat("x", petition.ReasonMost+1)},
		} {
			err := w.outside(d)
			if p, _ := problem.Of(err); p == nil || p.Kind != problem.KindInvalid || p.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		err := w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera@example.org", Version: 7})
		w.is(err, problem.KindConflict)
	})
}

// Whoever wishes to hear more is told, and stops that by one click.
func TestNews(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.Work(t)
		for address, updates := range map[string]bool{"vera@example.org": true, "walt@example.org": false} {
			w.ok(w.outside(petition.OutsideDraft{Name: "Somebody", Address: address, Updates: updates}))
			_, link := w.mail()
			_, _, err := w.petitions.Confirm(ctx, link["confirm"])
			w.ok(err)
		}
		mayor := w.mayor()
		_, err := w.petitions.AddAnswer(ctx, account.As(w.org), w.lunch.ID, petition.AnswerDraft{AddresseeID: mayor, Body: "We will.", Source: "The gazette"})
		w.ok(err)
		m, link := w.mail()
		if m.To != "vera@example.org" || m.Unsubscribe == "" || !strings.Contains(m.Text, "has answered") {
			t.Fatalf("got %+v", m)
		}
		w.is(w.petitions.Stop(ctx, link["stop"]+"x"), problem.KindGone)
		w.ok(w.petitions.Stop(ctx, link["stop"]))
		w.lacks("vera@example.org")
		if n := w.signed(); n != 2 {
			t.Fatalf("%d signatures", n)
		}
	})
}

// failing refuses one address, for now.
type failing struct {
	*seed.Mails
	address string
}

func (f failing) Send(ctx context.Context, m mail.Message) error {
	if m.To == f.address {
		return errors.New("451 try again later")
	}
	return f.Mails.Send(ctx, m)
}

// A mailbox that takes nothing for now holds up nobody else's news.
func TestNews_OneRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, "vera@example.org")
		w.sign("Vera", "vera@example.org")
		w.sign("Walt", "walt@example.org")
		w.Work(t)
		w.ok(w.Calls.Cancel(ctx, account.As(w.org), w.lunch.ID, "The school cooks now."))
		if m, _ := w.mail(); m.To != "walt@example.org" || !strings.Contains(m.Text, "withdrawn by its organisers") {
			t.Fatalf("got %+v", m)
		}
	})
}

// Updates of organisers reach who signed from outside, unless they are removed.
func TestNews_Updates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sign("Vera", "vera@example.org")
		tell := func(title string) idOf {
			u, err := w.Calls.Tell(ctx, account.As(w.org), w.lunch.ID, call.UpdateDraft{Title: title, Body: "Soup."})
			w.ok(err)
			return u
		}
		w.ok(w.Calls.RemoveUpdate(ctx, account.As(w.org), tell("By mistake")))
		tell("A pot")
		w.Work(t)
		if m, _ := w.mail(); m.To != "vera@example.org" || !strings.Contains(m.Text, "news from the organisers") ||
			!strings.Contains(m.Text, ": A pot\n\nSoup.\n\n") || !strings.Contains(m.Text, "/updates/") {
			t.Fatalf("got %+v", m)
		}
		w.ok(w.outside(petition.OutsideDraft{Name: "Walt", Address: "walt@example.org"}))
		if m, _ := w.mail(); m.To != "walt@example.org" {
			t.Fatalf("told of what was removed: %+v", m)
		}
	})
}

// The name that is given for a private signature is shown under no other petition.
func TestSignOutside_TwoNames(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.sign("V.", "vera@example.org")
		other := seed.Call(t, w.Calls, w.org, w.soup, call.Petition)
		w.ok(w.petitions.SignOutside(ctx, other.ID, petition.OutsideDraft{Name: "Vera Vogel", Address: "vera@example.org", Private: true, From: network}))
		w.Work(t)
		_, link := w.mail()
		_, _, err := w.petitions.Confirm(ctx, link["confirm"])
		w.ok(err)
		list, err := w.petitions.Signatures(ctx, account.Nobody, w.lunch.ID, false, db.Page{})
		w.ok(err)
		names, err := w.Acts.Outsiders(ctx, []idOf{list[0].DoerID})
		if w.ok(err); names[list[0].DoerID] != "V." {
			t.Fatalf("the first petition shows %v", names)
		}
	})
}

// Whoever an import says has signed does not sign once more from outside.
func TestOnImported(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.Acts.Import(ctx, strings.NewReader("id,doer,at,inspired_by,quantity,unit,story\n1,@ada,2014-07-01T12:00:00Z,,1,signatures,\n"), w.soup.ID, w.lunch.ID)
		w.ok(err)
		w.ok(petition.KeepImported(ctx, w.petitions, w.lunch.ID))
		w.Work(t)
		w.ok(w.outside(petition.OutsideDraft{Name: "Ada Again", Address: "ada+2@example.org"}))
		if m, link := w.mail(); !strings.Contains(m.Text, "it has signed already") || link["confirm"] != "" {
			t.Fatalf("got %s", m.Text)
		}
	})
}

// A signature is taken back also while its movement is not shown.
func TestWithdraw_Suspended(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{})
		w.ok(err)
		w.Work(t)
		w.ok(w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera@example.org"}))
		_, link := w.mail()
		_, _, err = w.petitions.Confirm(ctx, link["confirm"])
		w.ok(err)
		w.Update(t, func(tx *db.Tx) error {
			_, err := w.Accounts.MoveIn(tx, w.soup.ID, account.StateActive, account.StateSuspended, w.Clock.Now())
			return err
		})
		_, err = w.Calls.Get(ctx, account.Nobody, w.lunch.ID)
		w.is(err, problem.KindNotFound)
		w.ok(w.petitions.Withdraw(ctx, account.As(w.ada), w.lunch.ID))
		if what, err := w.petitions.Withdrawal(ctx, link["withdraw"]); err != nil || what.Title != w.lunch.Title {
			t.Fatalf("got %+v, %v", what, err)
		}
		_, err = w.petitions.WithdrawByLink(ctx, link["withdraw"])
		if w.ok(err); w.signed() != 0 {
			t.Fatalf("%d signatures", w.signed())
		}
	})
}

// One network asks for so many mails and no more.
func TestSignOutside_ErrTooMany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		limited := auth.New(w.D, w.IDs, w.Hub, w.Clock.Now, w.Accounts, seed.NewGround(t, w.D).Jobs, w.mails,
			auth.Config{URL: seed.Base, Name: "Here", Log: w.Ground.Log, DeviceKey: make([]byte, 32)})
		w.petitions.Auth = limited
		var err error
		for i := 0; i < 20 && err == nil; i++ {
			err = w.outside(petition.OutsideDraft{Name: "Vera", Address: "vera" + string(rune('a'+i)) + "@example.org"})
		}
		w.is(err, problem.KindTooMany)
	})
}
