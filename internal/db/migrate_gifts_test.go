package db_test

import (
	"testing"

	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
)

// Amounts that were kept with the decimals that people write are the same money in the
// smallest unit of ISO 4217, in rows and in what is counted of them.
func TestMigrations_currencies(t *testing.T) {
	for _, e := range []db.Engine{db.SQLite, db.Postgres} {
		t.Run(string(e), func(t *testing.T) {
			d := dbtest.Reopen(t, dbtest.Empty(t, e))
			if err := d.MigrateTo(t.Context(), 29); err != nil {
				t.Fatal(err)
			}
			units := map[int]string{1: "COP", 2: "IQD", 3: "EUR", 4: "JPY", 5: "minutes"}
			err := d.Update(t.Context(), func(tx *db.Tx) error {
				for i, unit := range units {
					for _, q := range []string{
						`INSERT INTO call (id, movement_id, kind, title, unit, goal, stretch, counts_from, state, visibility, nominees, answer_ms, window_ms, beneficiary_id, created_by, created_at, changed_at)
							VALUES ($1, 1, 'fundraiser', 't', $2, 7, 8, 0, 'open', 'public', 0, 0, 0, 77, 1, 0, 0)`,
						`INSERT INTO act (id, doer_id, outside, movement_id, kind, done_at, created_at, unit, quantity, visibility, evidence_visibility, root_id)
							VALUES ($1, 1, FALSE, 1, 'fundraiser', 0, 0, $2, 7, 'public', 'me', 1)`,
						`INSERT INTO reported (id, call_id, unit, amount, at_least, as_of, source, created_by, created_at) VALUES ($1, 1, $2, 7, FALSE, 0, '', 1, 0)`,
						`INSERT INTO matching (id, call_id, account_id, unit, most, until_at, state, basis, final, paid, created_at, changed_at) VALUES ($1, 1, 1, $2, 7, 0, 'stands', 8, 9, 10, 0, 0)`,
						`INSERT INTO spending (id, call_id, purpose, unit, amount, spent_at, created_at) VALUES ($1, 1, '', $2, 7, 0, 0)`,
						`INSERT INTO checkout (id, call_id, monthly, unit, amount, shown, state, created_at, changed_at) VALUES ($1, $1, FALSE, $2, 7, 'named', 'paid', 0, 0)`,
						`INSERT INTO tally (subject, name, base) VALUES ($1, 'sum/' || $2 || '/told', 7)`,
						`INSERT INTO tally_delta (subject, name, n) VALUES ($1, 'sum/' || $2 || '/told', 7)`,
					} {
						if _, err := tx.Exec(q, i, unit); err != nil {
							return err
						}
					}
					for _, q := range []string{
						`INSERT INTO gift_doubt (act_id, call_id, amount, created_at) VALUES ($1, 1, 7, 0)`,
						`INSERT INTO payment (id, stripe_key, checkout_id, amount, paid_at, counted) SELECT id, 'k' || CAST(id AS TEXT), id, 7, 0, 8 FROM checkout WHERE id = $1`,
						`INSERT INTO tally (subject, name, base) VALUES ($1, 'acts/COP/told', 7)`,
					} {
						if _, err := tx.Exec(q, i); err != nil {
							return err
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			times := map[string]int64{"COP": 100, "IQD": 1000, "EUR": 1, "JPY": 1, "minutes": 1}
			for i, unit := range units {
				for q, was := range map[string]int64{
					`SELECT goal FROM call WHERE id = $1`: 7, `SELECT stretch FROM call WHERE id = $1`: 8,
					`SELECT quantity FROM act WHERE id = $1`: 7, `SELECT amount FROM gift_doubt WHERE act_id = $1`: 7, `SELECT amount FROM reported WHERE id = $1`: 7,
					`SELECT most FROM matching WHERE id = $1`: 7, `SELECT basis FROM matching WHERE id = $1`: 8,
					`SELECT final FROM matching WHERE id = $1`: 9, `SELECT paid FROM matching WHERE id = $1`: 10,
					`SELECT amount FROM spending WHERE id = $1`: 7, `SELECT amount FROM checkout WHERE id = $1`: 7,
					`SELECT amount FROM payment WHERE id = $1`: 7, `SELECT counted FROM payment WHERE id = $1`: 8,
					`SELECT base FROM tally WHERE subject = $1 AND name LIKE 'sum/%'`: 7, `SELECT n FROM tally_delta WHERE subject = $1`: 7,
				} {
					var is int64
					if err := d.Read(t.Context()).QueryRow(q, i).Scan(&is); err != nil || is != was*times[unit] {
						t.Errorf("%s in %s is %d, not %d: %v", q, unit, is, was*times[unit], err)
					}
				}
				var acts, payee int64
				err := d.Read(t.Context()).QueryRow(`SELECT (SELECT base FROM tally WHERE subject = $1 AND name LIKE 'acts/%'), payee_id FROM checkout WHERE id = $2`, i, i).Scan(&acts, &payee)
				if err != nil || acts != 7 || payee != 77 {
					t.Errorf("%s has %d acts, paid to %d: %v", unit, acts, payee, err)
				}
			}
		})
	}
}
