package petition_test

import (
	"context"
	"net/netip"
	"net/url"
	"regexp"
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
	"goodturn/internal/movement"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a movement with a petition, its organiser, and people with addresses.
type world struct {
	*seed.Mission
	*testing.T
	mails         *seed.Mails
	auth          *auth.Service
	petitions     *petition.Service
	org, ada, ben *account.Account
	soup          *movement.Movement
	lunch         *call.Call
}

// newWorld has mails reach everybody but the refused one.
func newWorld(t *testing.T, d *db.DB, refused ...string) *world {
	t.Helper()
	g := seed.NewGround(t, d)
	w := &world{Mission: seed.NewMission(t, g), T: t, mails: seed.NewMails()}
	w.auth = auth.New(d, g.IDs, g.Hub, g.Clock.Now, g.Accounts, g.Jobs, w.mails,
		auth.Config{URL: seed.Base, Name: "Here", Log: g.Log, DeviceKey: make([]byte, 32), Unlimited: true})
	w.petitions = seed.Petitions(t, w.Mission, w.auth, failing{w.mails, strings.Join(refused, "")})
	w.org, w.ada, w.ben = w.person("olga"), w.person("ada"), w.person("ben")
	w.soup = seed.Movement(t, w.Movements, w.org, "SoupForAll")
	w.lunch = seed.Call(t, w.Calls, w.org, w.soup, call.Petition, func(d *call.Draft) { d.Title, d.Body = "Warm lunch at school", "Every day." })
	return w
}

// person has the address NAME@example.org, confirmed.
func (w *world) person(name string) *account.Account {
	w.Helper()
	a := seed.Account(w.T, w.Ground, name)
	w.Update(w.T, func(tx *db.Tx) error { return w.auth.AddLoginIn(tx, a.ID, name+"@example.org", "no hash") })
	return a
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, newWorld(t, d)) })
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) is(err error, kind problem.Kind) {
	w.Helper()
	if !problem.Is(err, kind) {
		w.Fatalf("got %v; want a problem of kind %d", err, kind)
	}
}

// signed is how many signatures count.
func (w *world) signed() int64 {
	w.Helper()
	progress, err := w.Calls.Progress(ctx, []*call.Call{w.lunch})
	w.ok(err)
	return progress[w.lunch.ID].Done
}

// sign is a signature from outside by who wishes to hear more, as it stands once it
// is confirmed.
func (w *world) sign(name, address string) {
	w.Helper()
	w.Update(w.T, func(tx *db.Tx) error { return petition.SignIn(tx, w.petitions, w.lunch.ID, name, address) })
}

var network = netip.MustParseAddr("192.0.2.1")

// outside asks for a link to sign, from a network of its own.
func (w *world) outside(d petition.OutsideDraft) error {
	d.From = network
	return w.petitions.SignOutside(ctx, w.lunch.ID, d)
}

var links = regexp.MustCompile(`/signatures/(confirm|withdraw|stop)\?token=(\S+)`)

// mail is the next mail, with the tokens of its links.
func (w *world) mail() (mail.Message, map[string]string) {
	w.Helper()
	select {
	case m := <-w.mails.Sent:
		tokens := map[string]string{}
		for _, l := range links.FindAllStringSubmatch(m.Text, -1) {
			token, err := url.QueryUnescape(l[2])
			w.ok(err)
			tokens[l[1]] = token
		}
		return m, tokens
	case <-time.After(20 * time.Second):
		w.Fatal("no mail came")
	}
	return mail.Message{}, nil
}

func TestSign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		done := seed.Events[act.Done](w.Ground)
		a, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{Reason: "My son is hungry at two."})
		w.ok(err)
		if a.Proof != act.Confirmed || a.Visibility != act.Public || a.Story != "My son is hungry at two." || len(done()) != 1 {
			t.Fatalf("got %+v", a)
		}
		t.Run("ErrConflict/twice", func(t *testing.T) {
			_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{})
			w.is(err, problem.KindConflict)
		})
		t.Run("OK/through the door of all acts", func(t *testing.T) {
			a := w.Do(t, w.ben, w.lunch)
			if mine, err := w.petitions.Mine(ctx, account.As(w.ben), w.lunch.ID); err != nil || mine.ID != a.ID || mine.Proof != act.Confirmed {
				t.Fatalf("got %+v, %v", mine, err)
			}
		})
		t.Run("OK/an account without a confirmed address only tells", func(t *testing.T) {
			cat := seed.Account(t, w.Ground, "cat")
			a, err := w.petitions.Sign(ctx, account.As(cat), w.lunch.ID, petition.Draft{})
			if w.ok(err); a.Proof != act.Told {
				t.Fatalf("got %+v", a)
			}
		})
		t.Run("OK/withdrawn and signed again", func(t *testing.T) {
			w.ok(w.petitions.Withdraw(ctx, account.As(w.ada), w.lunch.ID))
			w.is(w.petitions.Withdraw(ctx, account.As(w.ada), w.lunch.ID), problem.KindNotFound)
			if n := w.signed(); n != 2 {
				t.Fatalf("%d signatures", n)
			}
			_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{})
			w.ok(err)
		})
		t.Run("ErrNotFound/no petition", func(t *testing.T) {
			deed := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
			_, err := w.petitions.Sign(ctx, account.As(w.ada), deed.ID, petition.Draft{})
			w.is(err, problem.KindNotFound)
		})
		t.Run("ErrConflict/closed", func(t *testing.T) {
			w.ok(w.Calls.Close(ctx, account.As(w.org), w.lunch.ID))
			_, err := w.petitions.Sign(ctx, account.As(w.org), w.lunch.ID, petition.Draft{})
			w.is(err, problem.KindConflict)
		})
		w.Counted(t)
	})
}

// A private signature counts, and nobody but who made it sees it.
func TestSign_Private(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		seed.Join(t, w.Movements, w.soup, w.ben)
		another := seed.Account(t, w.Ground, "another")
		seed.Movement(t, w.Movements, another, "Elsewhere")
		a, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{Reason: "It is a secret.", Private: true})
		w.ok(err)
		if n := w.signed(); n != 1 {
			t.Fatalf("%d signatures", n)
		}
		for name, v := range map[string]account.Viewer{"a stranger": account.Nobody, "a member": account.As(w.ben),
			"an organiser": account.As(w.org), "another organiser": account.As(another)} {
			list, err := w.petitions.Signatures(ctx, v, w.lunch.ID, false, db.Page{})
			w.ok(err)
			if _, err := w.Acts.Get(ctx, v, a.ID); len(list) != 0 || !problem.Is(err, problem.KindNotFound) {
				t.Errorf("%s sees %d signatures, %v", name, len(list), err)
			}
		}
		if list, err := w.petitions.Signatures(ctx, account.As(w.ada), w.lunch.ID, true, db.Page{}); err != nil || len(list) != 1 {
			t.Errorf("who signed sees %d, %v", len(list), err)
		}
		w.is(w.petitions.HideReason(ctx, account.As(w.org), w.lunch.ID, a.ID), problem.KindNotFound)
		var sheet strings.Builder
		w.ok(w.petitions.Sheet(ctx, account.As(w.org), w.lunch.ID, &sheet))
		if s := sheet.String(); strings.Contains(s, "ada") || strings.Contains(s, "secret") || !strings.Contains(s, "1,(private signatures)") {
			t.Errorf("the sheet is %q", s)
		}
	})
}

// A changed text is a new version from the first signature on.
func TestTexts(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		edit := func(body string) {
			t.Helper()
			d := w.lunch.Draft()
			d.Body = body
			_, err := w.Calls.Edit(ctx, account.As(w.org), w.lunch.ID, d)
			w.ok(err)
		}
		edit("Every day, and for free.") // nobody signed yet
		_, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{Version: 1})
		w.ok(err)
		edit("Every day, and for free.") // says the same
		edit("Every school day, for free.")
		_, err = w.petitions.Sign(ctx, account.As(w.ben), w.lunch.ID, petition.Draft{Version: 1})
		if p, _ := problem.Of(err); p == nil || p.Field != "version" {
			t.Fatalf("signed an old text: %v", err)
		}
		_, err = w.petitions.Sign(ctx, account.As(w.ben), w.lunch.ID, petition.Draft{Version: 2})
		w.ok(err)
		texts, err := w.petitions.Texts(ctx, account.Nobody, w.lunch.ID, 0, petition.TextsMost)
		w.ok(err)
		if len(texts) != 2 || texts[0].Version != 2 || texts[0].Body != "Every school day, for free." || texts[1].Body != "Every day, and for free." {
			t.Fatalf("got %+v", texts)
		}
		older, err := w.petitions.Texts(ctx, account.Nobody, w.lunch.ID, 2, 1)
		if w.ok(err); len(older) != 1 || older[0].Version != 1 {
			t.Fatalf("before the second came %+v", older)
		}
		var sheet strings.Builder
		w.ok(w.petitions.Sheet(ctx, account.As(w.org), w.lunch.ID, &sheet))
		if s := sheet.String(); !strings.Contains(s, ",ada,") || !strings.Contains(s, ",true,1,") || !strings.Contains(s, ",true,2,") {
			t.Errorf("the sheet is %q", s)
		}
	})
}

func TestStep(t *testing.T) {
	for _, c := range []struct{ signed, goal, want int64 }{
		{0, 0, 100}, {99, 0, 100}, {100, 0, 250}, {250, 0, 500}, {500, 0, 1000}, {1000, 0, 2500}, {9_999_999, 0, 10_000_000},
		{10, 40, 40}, {40, 40, 100}, {120, 5000, 250},
	} {
		if got := petition.Step(c.signed, c.goal); got != c.want {
			t.Errorf("after %d of %d comes %d, not %d", c.signed, c.goal, got, c.want)
		}
	}
}

// Organisers hide a reason: it is nowhere, but they can show it again.
func TestHideReason(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, err := w.petitions.Sign(ctx, account.As(w.ada), w.lunch.ID, petition.Draft{Reason: "Buy my watches!"})
		w.ok(err)
		w.is(w.petitions.HideReason(ctx, account.As(w.ben), w.lunch.ID, a.ID), problem.KindForbidden)
		w.ok(w.petitions.HideReason(ctx, account.As(w.org), w.lunch.ID, a.ID))
		if got, err := w.Acts.Get(ctx, account.Nobody, a.ID); err != nil || got.Story != "" || w.signed() != 1 {
			t.Fatalf("got %+v, %v", got, err)
		}
		_, err = w.petitions.HiddenReasons(ctx, account.As(w.ben), w.lunch.ID, db.Page{})
		w.is(err, problem.KindForbidden)
		hidden, err := w.petitions.HiddenReasons(ctx, account.As(w.org), w.lunch.ID, db.Page{})
		if w.ok(err); len(hidden) != 1 || hidden[0].Reason != "Buy my watches!" || hidden[0].By != w.org.ID {
			t.Fatalf("got %+v", hidden)
		}
		w.ok(w.petitions.ShowReason(ctx, account.As(w.org), w.lunch.ID, a.ID))
		if got, err := w.Acts.Get(ctx, account.Nobody, a.ID); err != nil || got.Story != "Buy my watches!" {
			t.Fatalf("got %+v, %v", got, err)
		}
		w.is(w.petitions.ShowReason(ctx, account.As(w.org), w.lunch.ID, a.ID), problem.KindNotFound)
		t.Run("OK/nobody reads it once the signature is private", func(t *testing.T) {
			w.ok(w.petitions.HideReason(ctx, account.As(w.org), w.lunch.ID, a.ID))
			private := act.Me
			_, err := w.Acts.Edit(ctx, account.As(w.ada), a.ID, act.Change{Visibility: &private})
			w.ok(err)
			hidden, err := w.petitions.HiddenReasons(ctx, account.As(w.org), w.lunch.ID, db.Page{})
			if w.ok(err); len(hidden) != 0 {
				t.Fatalf("got %+v", hidden)
			}
			w.is(w.petitions.ShowReason(ctx, account.As(w.org), w.lunch.ID, a.ID), problem.KindNotFound)
		})
	})
}
