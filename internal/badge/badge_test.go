package badge_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a kitchen of ada's in which bo helped.
type world struct {
	*seed.Mission
	*testing.T
	badges  *badge.Service
	ada, bo *account.Account
	kitchen *call.Call
}

func each(t *testing.T, f func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := &world{Mission: seed.NewMission(t, seed.NewGround(t, d)), T: t}
		logins := auth.New(d, w.IDs, w.Hub, w.Clock.Now, w.Accounts, w.Jobs, &seed.Letters{}, auth.Config{URL: seed.Base, Name: "Here", Log: w.Mission.Log, DeviceKey: make([]byte, 32)})
		w.badges = seed.Badges(t, w.Mission, logins)
		w.ada, w.bo = seed.Account(t, w.Ground, "ada"), seed.Account(t, w.Ground, "bo")
		w.kitchen = seed.Call(t, w.Calls, w.ada, seed.Movement(t, w.Movements, w.ada, "Soup"), call.Volunteering)
		f(w)
	})
}

func (w *world) confirmed(with ...func(*act.Draft)) *act.Act {
	w.Helper()
	a, err := w.Acts.Confirm(ctx, account.As(w.ada), w.Do(w.T, w.bo, w.kitchen, with...).ID, "I was there.")
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func (w *world) issue(a *act.Act) *badge.Badge {
	w.Helper()
	b, err := w.badges.Issue(ctx, account.As(w.bo), a.ID, badge.Profile, lang.Match("", "en"))
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func payload(t *testing.T, jwt string) string {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestService_Issue(t *testing.T) {
	each(t, func(w *world) {
		told := w.Do(w.T, w.bo, w.kitchen)
		a := w.confirmed(func(d *act.Draft) { d.Story, d.Visibility = "I peeled potatoes", act.Public })
		secret := w.confirmed(func(d *act.Draft) { d.Story, d.Visibility = "A mirabelle for me", act.Organisers })

		p := lang.Match("", "en")
		for what, one := range map[string]struct {
			v    account.Viewer
			a    *act.Act
			by   badge.NamedBy
			kind problem.Kind
		}{
			"nobody":               {account.Nobody, a, badge.Profile, problem.KindForbidden},
			"an organiser":         {account.As(w.ada), a, badge.Profile, problem.KindForbidden},
			"not confirmed":        {account.As(w.bo), told, badge.Profile, problem.KindConflict},
			"by nothing":           {account.As(w.bo), a, "", problem.KindInvalid},
			"no confirmed address": {account.As(w.bo), a, badge.Address, problem.KindInvalid},
			"a private one":        {account.As(seed.Account(w.T, w.Ground, "cy")), secret, badge.Profile, problem.KindNotFound},
		} {
			if _, err := w.badges.Issue(ctx, one.v, one.a.ID, one.by, p); !problem.Is(err, one.kind) {
				w.Errorf("%s: %v", what, err)
			}
		}

		if said := payload(w.T, w.issue(a).JWT); !strings.Contains(said, "I peeled potatoes") || !strings.Contains(said, "/acts/"+a.ID.String()) {
			w.Errorf("a public act is no evidence: %s", said)
		}
		if said := payload(w.T, w.issue(secret).JWT); strings.Contains(said, "mirabelle") || strings.Contains(said, secret.ID.String()) || strings.Contains(said, "evidence") {
			w.Errorf("it says what only organisers may see: %s", said)
		}
		if one, other := w.issue(a), w.issue(a); one.ID != other.ID {
			w.Errorf("two badges of one act: %s and %s", one.ID, other.ID)
		}
	})
}

// Asked for by many at once there is one badge, and one key.
func TestService_Issue_AtOnce(t *testing.T) {
	each(t, func(w *world) {
		a := w.confirmed()
		got := make([]*badge.Badge, 32)
		for _, err := range seed.AtOnce(len(got), func(i int) (err error) {
			got[i], err = w.badges.Issue(ctx, account.As(w.bo), a.ID, badge.Profile, lang.Match("", "en"))
			return err
		}) {
			if err != nil {
				w.Fatal(err)
			}
		}
		for _, b := range got {
			if b.ID != got[0].ID {
				w.Fatalf("badges %s and %s of one act", b.ID, got[0].ID)
			}
		}
		if keys, err := w.badges.Keys(ctx); err != nil || len(keys.Keys) != 1 {
			w.Errorf("%d keys, %v", len(keys.Keys), err)
		}
	})
}

// A key signs for a year; what it signed stays verifiable, and nothing new is.
func TestService_Keys(t *testing.T) {
	each(t, func(w *world) {
		a := w.confirmed()
		before := w.issue(a)
		w.Clock.Add(366 * 24 * time.Hour)
		after := w.issue(a)
		keys, err := w.badges.Keys(ctx)
		if err != nil || len(keys.Keys) != 2 {
			w.Fatalf("%d keys, %v", len(keys.Keys), err)
		}
		if before.ID != after.ID || strings.Split(before.JWT, ".")[0] == strings.Split(after.JWT, ".")[0] {
			w.Error("another badge, or the same key")
		}
		for _, k := range keys.Keys {
			if !k.IsPublic() || !k.Valid() {
				w.Errorf("%s is no public key", k.KeyID)
			}
		}
		var private int
		if err := w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM badge_key WHERE private IS NOT NULL").Scan(&private); err != nil || private != 1 {
			w.Errorf("%d private halves are kept, %v", private, err)
		}
	})
}

// A badge that says too much is revoked; the next one says what is so.
func TestService_OnChanged(t *testing.T) {
	each(t, func(w *world) {
		a := w.confirmed(seed.Of(90))
		before := w.issue(a)
		w.Update(w.T, func(tx *db.Tx) error {
			return w.Acts.SettleIn(tx, a.ID, act.Settled{Quantity: 30, Proof: act.Confirmed}, w.Clock.Now())
		})
		after := w.issue(a)
		if before.ID == after.ID || !strings.Contains(payload(w.T, before.JWT), `"1.5"`) || !strings.Contains(payload(w.T, after.JWT), `"0.5"`) {
			w.Errorf("after another quantity: %s", payload(w.T, after.JWT))
		}
	})
}

// An account that is deleted leaves the random ids of its badges, revoked.
func TestService_OnWithdrawn_AccountDeleted(t *testing.T) {
	each(t, func(w *world) {
		b := w.issue(w.confirmed())
		w.Update(w.T, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.bo.ID, w.Clock.Now()) })
		at := strings.Split(strings.TrimPrefix(b.Status, b.Issuer), "/")
		list, err := w.badges.Revocations(ctx, b.Issuer[strings.LastIndex(b.Issuer, "/")+1:], at[len(at)-1])
		if err != nil || len(list.Revoked) != 1 || list.Revoked[0].ID != b.ID {
			w.Errorf("revoked are %+v, %v", list, err)
		}
		var left int
		if err := w.D.Read(ctx).QueryRow("SELECT COUNT(*) FROM badge WHERE act_id IS NOT NULL OR named_by <> '' OR quantity <> 0").Scan(&left); err != nil || left != 0 {
			w.Errorf("%d badges still say whose they were, %v", left, err)
		}
	})
}

func TestBake(t *testing.T) {
	var plain bytes.Buffer
	if err := png.Encode(&plain, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	baked, err := badge.Bake(plain.Bytes(), "header.payload.signature")
	if err != nil {
		t.Fatal(err)
	}
	// The decoder checks each chunk's sum.
	if _, err := png.Decode(bytes.NewReader(baked)); err != nil {
		t.Errorf("no picture any more: %v", err)
	}
	if n := bytes.Count(baked, []byte("iTXtopenbadgecredential\x00\x00\x00\x00\x00header.payload.signature")); n != 1 {
		t.Errorf("the badge is in it %d times", n)
	}
	for _, not := range []string{"", "\x89PNG\r\n\x1a\n", strings.Repeat("x", 100)} {
		if _, err := badge.Bake([]byte(not), "x"); err == nil {
			t.Errorf("%q was taken for a PNG", not)
		}
	}
}
