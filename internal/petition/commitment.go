package petition

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

// State is what became of a commitment.
type State string

// The states. Open is the first; each can follow each, and all stay on record.
const (
	Open   State = "open"
	Kept   State = "kept"
	Broken State = "broken"
)

// Commitment is what an addressee promised in public, with a day.
type Commitment struct {
	ID          id.ID
	CallID      id.ID
	AddresseeID id.ID
	Promise     string
	Source      string    // as of an Answer
	Due         time.Time // the day, at its beginning in UTC
	State       State
	By          id.ID
	At          time.Time
	Rulings     []Ruling // what was found, the newest first
}

// Ruling says what became of a commitment, by whom and on what evidence.
type Ruling struct {
	ID       id.ID
	State    State
	Evidence string // a link, or what was seen
	By       id.ID  // 0 once erased
	At       time.Time
}

// CommitmentDraft is what is written.
type CommitmentDraft struct {
	AddresseeID id.ID
	Promise     string
	Source      string // needed from organisers
	Due         time.Time
}

func (d *CommitmentDraft) clean() (err error) {
	if d.Promise, err = needed("promise", d.Promise, PromiseMost, lang.Mark("Say what was promised.")); err != nil {
		return err
	}
	if d.Due.IsZero() || d.Due.Year() < 1970 || d.Due.Year() > 2200 {
		return problem.Invalid("due", "Say by which day.")
	}
	return nil
}

// Commitments are those of a petition, by their days.
func (s *Service) Commitments(ctx context.Context, v account.Viewer, callID id.ID) ([]Commitment, error) {
	if _, err := s.petition(ctx, v, callID); err != nil {
		return nil, err
	}
	r := s.d.Read(ctx)
	list, err := db.All(r, func(row db.Row) (m Commitment, err error) {
		var due, at int64
		err = row.Scan(&m.ID, &m.CallID, &m.AddresseeID, &m.Promise, &m.Source, &due, &m.State, &m.By, &at)
		m.Due, m.At = db.Time(due), db.Time(at)
		return m, err
	}, `SELECT id, call_id, addressee_id, promise, source, due_at, state, by_id, created_at FROM commitment
		WHERE call_id = $1 ORDER BY due_at, id LIMIT $2`, callID, commitmentsMost)
	if err != nil {
		return nil, fmt.Errorf("list the commitments to petition %s: %w", callID, err)
	}
	return list, s.addRulings(r, list)
}

func (s *Service) addRulings(r db.Reader, list []Commitment) error {
	if len(list) == 0 {
		return nil
	}
	at, ids := make(map[id.ID]int, len(list)), make([]id.ID, len(list))
	for i, m := range list {
		at[m.ID], ids[i] = i, m.ID
	}
	in, args := db.In(1, ids)
	_, err := db.All(r, func(row db.Row) (struct{}, error) {
		var of id.ID
		var n Ruling
		var ms int64
		err := row.Scan(&of, &n.ID, &n.State, &n.Evidence, &n.By, &ms)
		n.At = db.Time(ms)
		m := &list[at[of]]
		m.Rulings = append(m.Rulings, n)
		return struct{}{}, err
	}, `SELECT commitment_id, id, state, evidence, by_id, created_at FROM commitment_ruling WHERE commitment_id IN `+in+` ORDER BY id DESC`, args...)
	if err != nil {
		return fmt.Errorf("list what became of commitments: %w", err)
	}
	return nil
}

// AddCommitment puts a promise on record, as AddAnswer does with an answer.
func (s *Service) AddCommitment(ctx context.Context, v account.Viewer, callID id.ID, d CommitmentDraft) (commitmentID id.ID, err error) {
	if err := d.clean(); err != nil {
		return 0, err
	}
	err = s.speaksFor(ctx, v, callID, d.AddresseeID, &d.Source, func(tx *db.Tx, c *call.Call) (err error) {
		commitmentID, err = s.AddCommitmentIn(tx, c, v.ID(), d, s.now())
		return err
	})
	return commitmentID, err
}

// AddCommitmentIn is AddCommitment inside another transaction, for the sample.
func (s *Service) AddCommitmentIn(tx *db.Tx, c *call.Call, by id.ID, d CommitmentDraft, at time.Time) (id.ID, error) {
	commitmentID := s.ids.New()
	res, err := tx.Exec(`INSERT INTO commitment (id, call_id, addressee_id, promise, source, due_at, remind_at, by_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($7 AS BIGINT),
			CAST($8 AS BIGINT), CAST($9 AS BIGINT) WHERE (SELECT COUNT(*) FROM commitment WHERE call_id = $10) < $11`,
		commitmentID, c.ID, d.AddresseeID, d.Promise, d.Source, db.Millis(d.Due), db.Millis(d.Due), by, db.Millis(at), c.ID, commitmentsMost)
	return commitmentID, added(res, err, "put a commitment on record", lang.Mark("There are %d commitments on record already."), commitmentsMost)
}

// Rule says what became of a commitment, on record with its evidence. Organisers
// may: nobody confirms what they promised themselves. Those who signed are told
// that it was kept or broken, as of an answer. problem.Invalid, problem.NotFound,
// problem.Forbidden for an organiser who is the addressee.
func (s *Service) Rule(ctx context.Context, v account.Viewer, callID, commitmentID id.ID, state State, evidence string) error {
	if state != Open && state != Kept && state != Broken {
		return problem.Invalid("state", "A commitment is open, kept or broken.")
	}
	evidence, err := needed("evidence", evidence, EvidenceMost, lang.Mark("Say what shows it: a link, or what you saw."))
	if err != nil {
		return err
	}
	return s.organise(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		var speaker id.ID
		rows, err := db.All(tx, func(row db.Row) (struct{}, error) { return struct{}{}, row.Scan(&speaker) },
			`SELECT addressee.account_id FROM commitment JOIN addressee ON addressee.id = commitment.addressee_id
			WHERE commitment.id = $1 AND commitment.call_id = $2`, commitmentID, callID)
		if err != nil {
			return fmt.Errorf("read a commitment: %w", err)
		}
		if len(rows) == 0 {
			return problem.NotFound("commitment")
		}
		if v.Is(speaker) {
			return problem.Forbidden("Nobody says of their own commitment that it was kept.")
		}
		rulingID, err := s.RuleIn(tx, commitmentID, v.ID(), state, evidence, s.now())
		if err != nil || state == Open {
			return err
		}
		what := newsKept
		if state == Broken {
			what = newsBroken
		}
		if may, err := call.TellingIn(tx, callID, byOrganisers, s.now()); err != nil || !may {
			return err
		}
		if err := event.Emit(s.hub, tx, Ruled{RulingID: rulingID, CommitmentID: commitmentID, CallID: callID, MovementID: c.MovementID, State: state}); err != nil {
			return err
		}
		return s.jobs.Enqueue(tx, newsArgs{Call: callID, What: what, About: rulingID})
	})
}

// RuleIn is Rule inside another transaction, of which nobody is told, for the
// sample.
func (s *Service) RuleIn(tx *db.Tx, commitmentID, by id.ID, state State, evidence string, at time.Time) (id.ID, error) {
	// The row is held first, so that the last ruling is the state.
	_, err := tx.Exec(`UPDATE commitment SET state = $1, remind_at = NULL WHERE id = $2`, string(state), commitmentID)
	if err != nil {
		return 0, fmt.Errorf("rule on a commitment: %w", err)
	}
	rulingID := s.ids.New()
	res, err := tx.Exec(`INSERT INTO commitment_ruling (id, commitment_id, state, evidence, by_id, created_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS BIGINT), CAST($6 AS BIGINT)
		WHERE (SELECT COUNT(*) FROM commitment_ruling WHERE commitment_id = $7) < $8`,
		rulingID, commitmentID, string(state), evidence, by, db.Millis(at), commitmentID, rulingsMost)
	return rulingID, added(res, err, "rule on a commitment", lang.Mark("This was changed %d times already."), rulingsMost)
}

// remindBatch is how many reminders one transaction emits.
const remindBatch = 50

// RemindDue tells of the commitments that are open on their day: a sweep.
func (s *Service) RemindDue(ctx context.Context) error {
	err := s.d.UpdateUntil(ctx, func(tx *db.Tx) (bool, error) {
		due, err := db.All(tx, func(row db.Row) (e CommitmentDue, err error) {
			return e, row.Scan(&e.CommitmentID, &e.CallID, &e.Addressee)
		}, `UPDATE commitment SET remind_at = NULL WHERE id IN (SELECT id FROM commitment WHERE remind_at <= $1 ORDER BY remind_at LIMIT $2)
			AND remind_at IS NOT NULL RETURNING id, call_id, (SELECT account_id FROM addressee WHERE addressee.id = commitment.addressee_id)`, db.Millis(s.now()), remindBatch)
		if err != nil {
			return false, err
		}
		for _, e := range due {
			c, err := call.GetIn(tx, e.CallID)
			if problem.Is(err, problem.KindNotFound) {
				continue
			}
			if err != nil {
				return false, err
			}
			e.MovementID = c.MovementID
			if err := event.Emit(s.hub, tx, e); err != nil {
				return false, err
			}
		}
		return len(due) == remindBatch, nil
	})
	if err != nil {
		return fmt.Errorf("remind of commitments: %w", err)
	}
	return nil
}

// RemoveCommitment takes back a promise that was put on record by mistake: who
// did may, before anybody ruled on it. problem.NotFound, problem.Conflict.
func (s *Service) RemoveCommitment(ctx context.Context, v account.Viewer, callID, commitmentID id.ID) error {
	return s.change(ctx, v, callID, func(tx *db.Tx, c *call.Call) error {
		var by id.ID
		rows, err := db.All(tx, func(row db.Row) (struct{}, error) { return struct{}{}, row.Scan(&by) },
			`SELECT by_id FROM commitment WHERE id = $1 AND call_id = $2`, commitmentID, callID)
		if err != nil {
			return fmt.Errorf("read a commitment: %w", err)
		}
		if len(rows) == 0 {
			return problem.NotFound("commitment")
		}
		if !v.Is(by) {
			if err := call.MustOrganise(tx, v, c); err != nil {
				return err
			}
			return problem.Forbidden("Only who put it on record can take it back.")
		}
		n, err := affected(tx.Exec(`DELETE FROM commitment WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM commitment_ruling WHERE commitment_id = $2)`,
			commitmentID, commitmentID))
		if err != nil {
			return fmt.Errorf("take a commitment back: %w", err)
		}
		if n == 0 {
			return problem.Conflict("", "What became of this is on record, so it stays.")
		}
		return event.Emit(s.hub, tx, Removed{ID: commitmentID})
	})
}
