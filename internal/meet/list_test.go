package meet_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
)

// Nobody is said to have been somewhere by people they have nothing to do with.
func TestCheckInBy_Strangers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute)
		ada := account.As(h.ada)
		wantKind(t, "a stranger", h.meets.CheckInBy(ctx, ada, d.ID, h.bo.ID, 0), problem.KindConflict)
		acts, err := h.Acts.Of(ctx, account.As(h.bo), act.Filter{Doer: h.bo.ID}, db.Page{})
		if err != nil || len(acts) != 0 {
			t.Errorf("bo has %d acts, %v", len(acts), err)
		}
		seed.Join(t, h.Movements, h.soup, h.bo, h.eve)
		seed.Block(t, h.Ground, h.eve, h.ada)
		wantKind(t, "who blocks the organiser", h.meets.CheckInBy(ctx, ada, d.ID, h.eve.ID, 0), problem.KindConflict)
		before := h.get(t, nil, d).Taken
		ok(t, h.meets.CheckInBy(ctx, ada, d.ID, h.bo.ID, 0))
		if h.get(t, h.bo, d).Mine.Shown {
			t.Error("they are shown by name without having said so")
		}
		ok(t, h.meets.UndoCheckIn(ctx, ada, d.ID, h.bo.ID))
		if got := h.get(t, h.bo, d); got.Mine != nil || got.Taken != before {
			t.Errorf("they are on the list: %+v, %d places", got.Mine, got.Taken)
		}
		// Who took part before is known.
		dora := seed.Account(t, h.Ground, "dora")
		h.Do(t, dora, h.cook)
		shift := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 30*time.Minute)
		ok(t, h.meets.CheckInBy(ctx, ada, shift.ID, dora.ID, 0))
	})
}

// A mistake is taken back in time; what somebody told beside it stays, as told.
func TestUndoCheckIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute)
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0)
		ada := account.As(h.ada)
		for _, a := range []*account.Account{h.bo, h.eve} {
			ok(t, h.meets.CheckInBy(ctx, ada, d.ID, a.ID, 0))
		}
		story, actID := "It rained, and we sang.", h.get(t, h.bo, d).Mine.ActID
		_, err := h.Acts.Edit(ctx, account.As(h.bo), actID, act.Change{Story: &story})
		ok(t, err)
		ok(t, h.meets.UndoCheckIn(ctx, ada, d.ID, h.bo.ID))
		a, err := h.Acts.Get(ctx, account.As(h.bo), actID)
		if err != nil || a.Proof != act.Told || a.Story != story {
			t.Errorf("the act is %+v, %v", a, err)
		}
		h.toldOnce(t, meet.Undone, []*account.Account{h.bo})
		ok(t, h.meets.CheckInBy(ctx, ada, d.ID, h.bo.ID, 0))
		if a, err = h.Acts.Get(ctx, account.As(h.bo), actID); err != nil || a.Proof != act.Confirmed {
			t.Errorf("checked in again it is %s, %v", a.Proof, err)
		}
		h.Clock.Add(40 * 24 * time.Hour)
		wantKind(t, "a month later", h.meets.UndoCheckIn(ctx, ada, d.ID, h.eve.ID), problem.KindConflict)
	})
}

// Who waits alone for more places than there are comes alone after all.
func TestCheckIn_WhoWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute, seed.Places(3), seed.Guests(2))
		h.come(t, h.bo, d, 1)
		if h.come(t, h.eve, d, 2).Comes() {
			t.Fatal("three come to one place")
		}
		code, err := h.meets.Code(ctx, account.As(h.ada), d.ID)
		ok(t, err)
		got, err := h.meets.CheckIn(ctx, account.As(h.eve), d.ID, meet.Here{Code: code})
		ok(t, err)
		if !got.Comes() || got.Taken != 3 || got.Waiting != 0 {
			t.Errorf("%d places are taken, %d wait", got.Taken, got.Waiting)
		}
	})
}

// An archived movement takes nobody any more, at the door or before it.
func TestCome_Archived(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour)
		ok(t, h.Movements.Archive(ctx, account.As(h.ada), h.soup.ID))
		_, err := h.meets.Come(ctx, account.As(h.bo), d.ID, meet.Answer{})
		wantKind(t, "an archived movement", err, problem.KindConflict)
	})
}

// Who is suspended holds no place and gets none.
func TestSuspended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(1))
		dora := seed.Account(t, h.Ground, "dora")
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0)
		h.come(t, dora, d, 0)
		seed.Suspend(t, h.Ground, h.eve)
		seed.Suspend(t, h.Ground, h.bo)
		if got := h.get(t, dora, d); !got.Comes() || got.Taken != 1 || got.Waiting != 0 {
			t.Errorf("%d places are taken, %d wait", got.Taken, got.Waiting)
		}
	})
}

// Who was removed looks after nothing and comes to nothing, to however many
// dates they had said it.
func TestRemoved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seed.Join(t, h.Movements, h.soup, h.bo)
		var dates []*meet.Seen
		for i := range 12 {
			dates = append(dates, seed.Date(t, h.Mission, h.meets, h.ada, h.walk, time.Duration(48+i)*time.Hour, func(d *meet.Draft) { d.Coordinator = h.bo.ID }))
			h.come(t, h.bo, dates[i], 0)
		}
		h.toldTimes(t, meet.Coordinates, h.bo, 12)
		ok(t, h.Movements.RemoveMember(ctx, account.As(h.ada), h.soup.ID, h.bo.ID))
		ok(t, h.meets.LeaveRest(ctx, h.bo.ID, h.soup.ID)) // the job
		for _, d := range dates {
			if got := h.get(t, h.bo, d); got.Responsible || got.Coordinator != 0 || got.Mine != nil {
				t.Errorf("they look after it: %v, and come: %+v", got.Responsible, got.Mine)
			}
		}
		draft := dates[0].Draft()
		_, err := h.meets.Edit(ctx, account.As(h.ada), dates[0].ID, draft)
		wantKind(t, "to name them again", err, problem.KindInvalid)
	})
}

func (h *house) toldTimes(t *testing.T, what meet.What, a *account.Account, want int) {
	t.Helper()
	n := 0
	for _, e := range h.told() {
		if e.What == what && e.AccountID == a.ID {
			n++
		}
	}
	if n != want {
		t.Errorf("%s was told %d times instead of %d: %s", a.Username, n, want, what)
	}
}

// Whom an organiser names can say no, for the rest of a series.
func TestStepDown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 48*time.Hour, func(d *meet.Draft) { d.Coordinator, d.Repeat = h.bo.ID, "FREQ=WEEKLY;COUNT=3" })
		h.toldTimes(t, meet.Coordinates, h.bo, 1)
		list, err := h.meets.Mine(ctx, account.As(h.bo), meet.Ahead, meet.Page{})
		if err != nil || len(list) != 3 {
			t.Fatalf("bo looks after %d dates, %v", len(list), err)
		}
		ok(t, h.meets.StepDown(ctx, account.As(h.eve), list[1].ID)) // not hers
		ok(t, h.meets.StepDown(ctx, account.As(h.bo), list[1].ID))
		left, err := h.meets.Mine(ctx, account.As(h.bo), meet.Ahead, meet.Page{})
		if err != nil || len(left) != 1 || left[0].ID != list[0].ID {
			t.Errorf("bo looks after %d dates, %v", len(left), err)
		}
	})
}

// A list goes on where the part before ended, ahead and back.
func TestOf_Pages(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range 5 {
			seed.Date(t, h.Mission, h.meets, h.ada, h.walk, time.Duration(10+i/2)*time.Hour) // two at once
		}
		walk := func(when meet.When) string {
			var all []id.ID
			for p := (meet.Page{Limit: 2}); ; p.After = all[len(all)-1] {
				list, err := h.meets.Of(ctx, account.As(h.bo), h.walk.ID, when, p)
				ok(t, err)
				for _, d := range list {
					all = append(all, d.ID)
				}
				if len(list) < 2 {
					return fmt.Sprint(all)
				}
			}
		}
		if ahead := walk(meet.Ahead); len(ahead) == 0 || walk(meet.Past) != "[]" {
			t.Errorf("ahead are %s", ahead)
		} else if h.Clock.Add(48 * time.Hour); len(walk(meet.Past)) != len(ahead) || walk(meet.Past) == ahead {
			t.Errorf("ahead were %s, past are %s", ahead, walk(meet.Past))
		}
	})
}

// However many acts without pictures are newer, the pictures are found.
func TestPictured(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute)
		crowd := append([]*account.Account{h.bo}, seed.Crowd(t, h.Ground, "n", 70)...)
		for _, a := range crowd {
			_, err := h.meets.Come(ctx, account.As(a), d.ID, meet.Answer{Visibility: act.Public})
			ok(t, err)
			ok(t, h.meets.CheckInBy(ctx, account.As(h.ada), d.ID, a.ID, 0))
		}
		first := h.get(t, h.bo, d).Mine.ActID
		all := act.Public
		_, err := h.Acts.Edit(ctx, account.As(h.bo), first, act.Change{EvidenceVisibility: &all})
		ok(t, err)
		picture := seed.Picture(t, h.Media, h.bo)
		h.Update(t, func(tx *db.Tx) error {
			_, err := h.Media.AttachIn(tx, h.bo.ID, []id.ID{picture.ID}, "act", first)
			return err
		})
		if got, err := h.meets.Pictured(ctx, d.ID); err != nil || len(got) != 1 || got[0] != first {
			t.Errorf("pictures are of %v, %v", got, err)
		}
	})
}

// Somebody who is responsible takes somebody off the list with a word.
func TestTakeOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 30*time.Minute, seed.Places(1))
		ada := account.As(h.ada)
		h.come(t, h.bo, d, 0)
		h.come(t, h.eve, d, 0)
		wantKind(t, "by somebody else", h.meets.TakeOff(ctx, account.As(h.eve), d.ID, h.bo.ID, "Me first."), problem.KindForbidden)
		wantKind(t, "without a word", h.meets.TakeOff(ctx, ada, d.ID, h.bo.ID, " "), problem.KindInvalid)
		for range 2 {
			ok(t, h.meets.TakeOff(ctx, ada, d.ID, h.bo.ID, "You were with us last week; come again next week?"))
		}
		h.toldOnce(t, meet.TakenOff, []*account.Account{h.bo})
		if h.get(t, h.bo, d).Mine != nil || !h.get(t, h.eve, d).Comes() {
			t.Error("bo is on the list, or eve did not move up")
		}
		for _, e := range h.told() {
			if e.What == meet.TakenOff && e.Reason != "You were with us last week; come again next week?" {
				t.Errorf("bo was told: %s", e.Reason)
			}
		}
		ok(t, h.meets.CheckInBy(ctx, ada, d.ID, h.eve.ID, 0))
		wantKind(t, "who was there", h.meets.TakeOff(ctx, ada, d.ID, h.eve.ID, "No."), problem.KindConflict)
	})
}

// A list is looked through by name, and taken away as a sheet, by those who are
// responsible.
func TestFind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.cook, 30*time.Minute)
		for _, a := range append(seed.Crowd(t, h.Ground, "n", 120), h.bo) {
			h.come(t, a, d, 0)
		}
		h.Clock.Add(time.Hour)
		_, err := h.meets.LogHours(ctx, account.As(h.bo), d.ID, 90, "=1+1")
		ok(t, err)
		for words, want := range map[string]int{"BO": 1, "@bo": 1, "nobody": 0, "n": 100} {
			found, err := h.meets.Find(ctx, account.As(h.ada), d.ID, words)
			if err != nil || len(found) != want || want == 1 && found[0].AccountID != h.bo.ID {
				t.Errorf("%d are called %s, %v", len(found), words, err)
			}
		}
		_, err = h.meets.Find(ctx, account.As(h.bo), d.ID, "n")
		wantKind(t, "one who comes", err, problem.KindForbidden)
		var sheet strings.Builder
		wantKind(t, "a sheet for one who comes", h.meets.SheetTo(ctx, account.As(h.bo), d.ID, &sheet), problem.KindForbidden)
		ok(t, h.meets.SheetTo(ctx, account.As(h.ada), d.ID, &sheet))
		rows, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll()
		if err != nil || len(rows) != 122 {
			t.Fatalf("the sheet has %d rows, %v", len(rows), err)
		}
		if last := rows[121]; last[1] != "bo" || last[7] != "90" || last[8] != "logged" || last[9] != "'=1+1" {
			t.Errorf("the last row is %q", last)
		}
	})
}
