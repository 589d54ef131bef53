package petition_test

import (
	"bytes"
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

type idOf = id.ID

// lacks fails the test when words stand anywhere in this room's tables, or among
// acts and outside people.
func (w *world) lacks(words ...string) {
	w.Helper()
	for _, q := range []string{"SELECT address || name || reason FROM signing", "SELECT address || hidden_reason FROM signature",
		"SELECT name FROM outsider", "SELECT story FROM act"} {
		rows, err := db.All(w.D.Read(ctx), func(row db.Row) (s sql.NullString, err error) { return s, row.Scan(&s) }, q)
		w.ok(err)
		for _, s := range rows {
			for _, word := range words {
				if strings.Contains(s.String, word) {
					w.Errorf("%s gives %q", q, s.String)
				}
			}
		}
	}
}

// mayor is an addressee from outside.
func (w *world) mayor() id.ID {
	w.Helper()
	a, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Name: "The mayor of Riverside", Role: "who runs the schools"})
	w.ok(err)
	return a.ID
}

func TestAddressees(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mayor := w.mayor()
		ada, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada"})
		w.ok(err)
		_, err = w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada"})
		w.is(err, problem.KindConflict)
		_, err = w.petitions.AddAddressee(ctx, account.As(w.ben), w.lunch.ID, petition.AddresseeDraft{Name: "Me"})
		w.is(err, problem.KindForbidden)
		_, err = w.petitions.AddAddressee(ctx, account.Nobody, w.lunch.ID, petition.AddresseeDraft{Name: "Me"})
		w.is(err, problem.KindUnauthorized)

		_, err = w.petitions.AddAnswer(ctx, account.As(w.ada), w.lunch.ID, petition.AnswerDraft{AddresseeID: ada.ID, Body: "Gladly."})
		w.ok(err)
		_, err = w.petitions.AddAnswer(ctx, account.As(w.org), w.lunch.ID, petition.AnswerDraft{AddresseeID: ada.ID, Body: "She said no.", Source: "Hearsay"})
		w.is(err, problem.KindForbidden)
		_, err = w.petitions.AddAnswer(ctx, account.As(w.org), w.lunch.ID, petition.AnswerDraft{AddresseeID: mayor, Body: "We will see."})
		w.is(err, problem.KindInvalid)
		_, err = w.petitions.AddAnswer(ctx, account.As(w.ben), w.lunch.ID, petition.AnswerDraft{AddresseeID: mayor, Body: "No.", Source: "Me"})
		w.is(err, problem.KindForbidden)

		removed := seed.Events[petition.Removed](w.Ground)
		w.is(w.petitions.RemoveAddressee(ctx, account.As(w.org), w.lunch.ID, ada.ID), problem.KindConflict)
		w.ok(w.petitions.RemoveAddressee(ctx, account.As(w.org), w.lunch.ID, mayor))
		answers, err := w.petitions.Answers(ctx, account.Nobody, w.lunch.ID)
		if w.ok(err); len(answers) != 1 || answers[0].Body != "Gladly." || answers[0].By != w.ada.ID {
			t.Fatalf("got %+v", answers)
		}
		w.is(w.petitions.RemoveAnswer(ctx, account.As(w.org), w.lunch.ID, answers[0].ID), problem.KindForbidden)
		w.ok(w.petitions.RemoveAnswer(ctx, account.As(w.ada), w.lunch.ID, answers[0].ID))
		if e := removed(); len(e) != 1 || e[0].ID != answers[0].ID {
			t.Fatalf("told %+v", e)
		}
	})
}

// An addressee stays once anything is on record about them, whatever it is.
func TestRemoveAddressee_ErrConflict(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		org := account.As(w.org)
		promised, handed := w.mayor(), w.mayor()
		_, err := w.petitions.AddCommitment(ctx, org, w.lunch.ID, petition.CommitmentDraft{AddresseeID: promised, Promise: "Lunch.", Source: "Council", Due: w.Clock.Now()})
		w.ok(err)
		_, err = w.petitions.AddDelivery(ctx, org, w.lunch.ID, petition.DeliveryDraft{AddresseeID: handed, On: w.Clock.Now()})
		w.ok(err)
		w.is(w.petitions.RemoveAddressee(ctx, org, w.lunch.ID, promised), problem.KindConflict)
		w.is(w.petitions.RemoveAddressee(ctx, org, w.lunch.ID, handed), problem.KindConflict)
	})
}

// What an addressee says itself is its own, whatever source is sent with it: no
// organiser takes it back, and it goes with the account.
func TestAddAnswer_OwnWords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada"})
		w.ok(err)
		answer, err := w.petitions.AddAnswer(ctx, account.As(w.ada), w.lunch.ID, petition.AnswerDraft{AddresseeID: ada.ID, Body: "Gladly.", Source: "Me"})
		w.ok(err)
		promise, err := w.petitions.AddCommitment(ctx, account.As(w.ada), w.lunch.ID, petition.CommitmentDraft{AddresseeID: ada.ID, Promise: "Lunch.", Source: "Me", Due: w.Clock.Now()})
		w.ok(err)
		w.is(w.petitions.RemoveAnswer(ctx, account.As(w.org), w.lunch.ID, answer), problem.KindForbidden)
		removed := seed.Events[petition.Removed](w.Ground)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		answers, err := w.petitions.Answers(ctx, account.Nobody, w.lunch.ID)
		w.ok(err)
		promises, err := w.petitions.Commitments(ctx, account.Nobody, w.lunch.ID)
		if w.ok(err); len(answers) != 0 || len(promises) != 0 {
			t.Fatalf("left are %+v and %+v", answers, promises)
		}
		if e := removed(); len(e) != 2 || e[0].ID != promise || e[1].ID != answer {
			t.Fatalf("told %+v", e)
		}
	})
}

// Those who signed hear of a petition three times a day, however often something is
// put on record and taken back; an addressee's own words are counted apart.
func TestAddAnswer_TellingsBounded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		answered, ruled := seed.Events[petition.Answered](w.Ground), seed.Events[petition.Ruled](w.Ground)
		mayor := w.mayor()
		ada, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada"})
		w.ok(err)
		answer := func(v *account.Account, of id.ID) {
			a, err := w.petitions.AddAnswer(ctx, account.As(v), w.lunch.ID, petition.AnswerDraft{AddresseeID: of, Body: "We will.", Source: "The gazette"})
			w.ok(err)
			w.ok(w.petitions.RemoveAnswer(ctx, account.As(v), w.lunch.ID, a))
		}
		for range 5 {
			answer(w.org, mayor)
		}
		promise, err := w.petitions.AddCommitment(ctx, account.As(w.org), w.lunch.ID, petition.CommitmentDraft{AddresseeID: mayor, Promise: "Lunch.", Source: "Council", Due: w.Clock.Now()})
		w.ok(err)
		w.ok(w.petitions.Rule(ctx, account.As(w.org), w.lunch.ID, promise, petition.Kept, "I saw it."))
		if len(answered()) != call.TellingsADay || len(ruled()) != 0 {
			t.Fatalf("told %d times of answers and %d of rulings", len(answered()), len(ruled()))
		}
		answer(w.ada, ada.ID)
		w.Clock.Add(25 * time.Hour)
		w.ok(w.petitions.Rule(ctx, account.As(w.org), w.lunch.ID, promise, petition.Broken, "I looked again."))
		if len(answered()) != call.TellingsADay+1 || len(ruled()) != 1 {
			t.Fatalf("told %d times of answers and %d of rulings", len(answered()), len(ruled()))
		}
	})
}

// Who promised it does not say that it was kept, even as an organiser.
func TestRule_ErrForbidden(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		org, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "olga"})
		w.ok(err)
		promise, err := w.petitions.AddCommitment(ctx, account.As(w.org), w.lunch.ID, petition.CommitmentDraft{AddresseeID: org.ID, Promise: "Lunch.", Due: w.Clock.Now()})
		w.ok(err)
		w.is(w.petitions.Rule(ctx, account.As(w.org), w.lunch.ID, promise, petition.Kept, "I say so."), problem.KindForbidden)
	})
}

// A copy speaks to whom its model spoke to, and a draft that is discarded leaves
// nobody behind.
func TestAddressees_CopiedAndDiscarded(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.mayor()
		_, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada", Role: "Cook"})
		w.ok(err)
		again, err := w.Calls.Duplicate(ctx, account.As(w.org), w.lunch.ID, "")
		w.ok(err)
		list, err := w.petitions.Addressees(ctx, account.As(w.org), again.ID)
		if w.ok(err); len(list) != 2 || list[0].Name != "The mayor of Riverside" || list[1].AccountID != w.ada.ID || list[1].Role != "Cook" {
			t.Fatalf("got %+v", list)
		}
		w.ok(w.Calls.Discard(ctx, account.As(w.org), again.ID))
		var left int
		w.ok(w.D.Read(ctx).QueryRow(`SELECT COUNT(*) FROM addressee WHERE call_id = $1`, again.ID).Scan(&left))
		if left != 0 {
			t.Fatalf("%d addressees of a draft that is gone", left)
		}
	})
}

// A commitment is reminded of on its day, once, and what is found stays on record.
func TestCommitments(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		due, ruled := seed.Events[petition.CommitmentDue](w.Ground), seed.Events[petition.Ruled](w.Ground)
		mayor := w.mayor()
		promise, err := w.petitions.AddCommitment(ctx, account.As(w.org), w.lunch.ID, petition.CommitmentDraft{AddresseeID: mayor,
			Promise: "Lunch for all by spring.", Source: "Council, 3 May", Due: w.Clock.Now().Add(48 * time.Hour)})
		w.ok(err)
		w.ok(w.petitions.RemindDue(ctx))
		if len(due()) != 0 {
			t.Fatalf("too early: %+v", due())
		}
		w.Clock.Add(49 * time.Hour)
		w.ok(w.petitions.RemindDue(ctx))
		w.ok(w.petitions.RemindDue(ctx))
		if e := due(); len(e) != 1 || e[0].CommitmentID != promise || e[0].MovementID != w.soup.ID {
			t.Fatalf("got %+v", e)
		}
		rule := func(v *account.Account, state petition.State, evidence string) error {
			return w.petitions.Rule(ctx, account.As(v), w.lunch.ID, promise, state, evidence)
		}
		w.is(rule(w.ben, petition.Kept, "I saw it."), problem.KindForbidden)
		w.is(rule(w.org, petition.Kept, " "), problem.KindInvalid)
		w.is(rule(w.org, "forgotten", "I saw it."), problem.KindInvalid)
		w.ok(rule(w.org, petition.Broken, "Nothing was cooked."))
		w.ok(rule(w.org, petition.Kept, "https://news.example/lunch"))
		list, err := w.petitions.Commitments(ctx, account.Nobody, w.lunch.ID)
		if w.ok(err); len(list) != 1 || list[0].State != petition.Kept || len(list[0].Rulings) != 2 || list[0].Rulings[1].Evidence != "Nothing was cooked." ||
			list[0].Rulings[0].By != w.org.ID || len(ruled()) != 2 {
			t.Fatalf("got %+v %+v", list, ruled())
		}
		w.is(w.petitions.RemoveCommitment(ctx, account.As(w.org), w.lunch.ID, promise), problem.KindConflict)
	})
}

func TestDelivery(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, name := range []string{"ada", "ben"} {
			_, err := w.petitions.Sign(ctx, account.As([]*account.Account{w.ada, w.ben}[i]), w.lunch.ID, petition.Draft{Reason: "=1+1 says " + name})
			w.ok(err)
		}
		draft := petition.DeliveryDraft{AddresseeID: w.mayor(), On: w.Clock.Now(), How: "In a soup pot"}
		_, err := w.petitions.AddDelivery(ctx, account.As(w.ben), w.lunch.ID, draft)
		w.is(err, problem.KindForbidden)
		_, err = w.petitions.AddDelivery(ctx, account.As(w.org), w.lunch.ID, draft)
		w.ok(err)
		list, err := w.petitions.Deliveries(ctx, account.Nobody, w.lunch.ID)
		if w.ok(err); len(list) != 1 || list[0].Signatures != 2 || list[0].How != "In a soup pot" {
			t.Fatalf("got %+v", list)
		}
		t.Run("OK/the sheet computes nothing", func(t *testing.T) {
			var sheet strings.Builder
			w.ok(w.petitions.Sheet(ctx, account.As(w.org), w.lunch.ID, &sheet))
			if s := sheet.String(); strings.Count(s, "\r\n") != 3 || !strings.Contains(s, ",'=1+1 says ada\r\n") {
				t.Errorf("the sheet is %q", s)
			}
		})
		t.Run("OK/the paper", func(t *testing.T) {
			var paper bytes.Buffer
			w.ok(w.petitions.Paper(ctx, account.As(w.org), w.lunch.ID, lang.Match("", "en"), &paper))
			if b := paper.Bytes(); !bytes.HasPrefix(b, []byte("%PDF-")) || len(b) < 5000 {
				t.Errorf("the paper has %d bytes", len(b))
			}
		})
		t.Run("ErrForbidden", func(t *testing.T) {
			var out bytes.Buffer
			w.is(w.petitions.Sheet(ctx, account.As(w.ben), w.lunch.ID, &out), problem.KindForbidden)
			w.is(w.petitions.Paper(ctx, account.Nobody, w.lunch.ID, lang.Match("", "en"), &out), problem.KindUnauthorized)
			if out.Len() > 0 {
				t.Errorf("%d bytes came", out.Len())
			}
		})
	})
}

// A text whose letters the paper cannot draw is left out of it, not drawn as squares.
func TestReadable(t *testing.T) {
	for s, want := range map[string]bool{"Warme Küche für alle! 🍲": true, "Ζεστό φαγητό": true, "Тёплый обед, каждый день": true,
		"غداء دافئ": false, "ארוחה חמה": false, "热午餐": false, "गरम खाना": false} {
		if got := petition.Readable(s); got != want {
			t.Errorf("%s: %t", s, got)
		}
	}
}

// A draft's text in such letters is handed over with where it stands.
func TestPaper_OtherLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := seed.Call(t, w.Calls, w.org, w.soup, call.Petition, func(d *call.Draft) { d.Title, d.Body = "غداء دافئ", "热午餐" })
		var paper bytes.Buffer
		w.ok(w.petitions.Paper(ctx, account.As(w.org), c.ID, lang.Match("", "de"), &paper))
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if b := paper.Bytes(); !bytes.HasPrefix(b, []byte("%PDF-")) {
			t.Errorf("the paper has %d bytes", len(b))
		}
		if err := w.petitions.Paper(gone, account.As(w.org), c.ID, lang.Match("", "de"), &paper); err == nil {
			t.Error("a paper was drawn for who had gone")
		}
	})
}

// What an account did is without its name once it is deleted, and what it said
// itself is gone.
func TestOnAccountDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada, err := w.petitions.AddAddressee(ctx, account.As(w.org), w.lunch.ID, petition.AddresseeDraft{Handle: "ada", Role: "Cook"})
		w.ok(err)
		_, err = w.petitions.AddAnswer(ctx, account.As(w.ada), w.lunch.ID, petition.AnswerDraft{AddresseeID: ada.ID, Body: "Gladly."})
		w.ok(err)
		_, err = w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{Reason: "My own."})
		w.ok(err)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		answers, err := w.petitions.Answers(ctx, account.Nobody, w.lunch.ID)
		w.ok(err)
		list, err := w.petitions.Addressees(ctx, account.Nobody, w.lunch.ID)
		if w.ok(err); len(answers) != 0 || list[0].AccountID != 0 || list[0].Role != "" || w.signed() != 0 {
			t.Fatalf("got %+v %+v, %d signed", answers, list, w.signed())
		}
		w.lacks("My own")
	})
}

// Addresses that reach one mailbox are one, and no others are.
