package meet_test

import (
	"slices"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/seed"
	"goodturn/internal/tally"
)

// The numbers that capacity rests on are recounted from who comes and who waits.
func TestTruths(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := seed.Date(t, h.Mission, h.meets, h.ada, h.walk, 48*time.Hour, seed.Places(2))
		h.come(t, h.bo, d, 0)
		h.Update(t, func(tx *db.Tx) error {
			_, err := tx.Exec(`UPDATE call_date SET taken = 2, waiting = 1 WHERE id = $1`, int64(d.ID))
			return err
		})
		wrong := []tally.Drift{
			{Subject: d.ID, Name: "call_date.taken", Is: 2, Should: 1},
			{Subject: d.ID, Name: "call_date.waiting", Is: 1, Should: 0},
		}
		for _, fix := range []bool{false, true} {
			if found, err := h.Book.Recount(ctx, fix); err != nil || !slices.Equal(found, wrong) {
				t.Fatalf("Recount(%v) = %v, %v; want %v", fix, found, err, wrong)
			}
		}
		if found, err := h.Book.Recount(ctx, true); err != nil || len(found) > 0 {
			t.Errorf("after it was mended: %v, %v", found, err)
		}
		h.come(t, h.eve, d, 0)
	})
}
