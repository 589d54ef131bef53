package petition

import (
	"context"
	"fmt"

	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// importBatch is how many imported signatures one transaction keeps.
const importBatch = 200

// importedArgs is the job that makes the acts of accounts that were imported for a
// petition signatures, so that nobody signs it again from outside.
type importedArgs struct{ Call id.ID }

// Kind names the job.
func (importedArgs) Kind() string { return "petition_imported" }

// OnImported leaves it to a job to keep who signed.
func (s *Service) OnImported(tx *db.Tx, e act.Imported) error {
	c, err := call.GetIn(tx, e.CallID)
	if err != nil || c.Kind != call.Petition {
		return err
	}
	return s.jobs.Enqueue(tx, importedArgs{Call: e.CallID})
}

func (s *Service) keepImported(ctx context.Context, args importedArgs) error {
	after := id.ID(0)
	return s.jobs.Until(ctx, func(tx *db.Tx) (bool, error) {
		list, err := unkept(tx, args.Call, after)
		if err != nil || len(list) == 0 {
			return false, err
		}
		version, err := s.textIn(tx, args.Call)
		if err != nil {
			return false, err
		}
		doers := make([]id.ID, len(list))
		for i, n := range list {
			doers[i] = n.doer
		}
		logins, err := auth.LoginsIn(tx, doers)
		if err != nil {
			return false, err
		}
		for _, n := range list {
			l := logins[n.doer]
			if l.Email == "" {
				continue
			}
			// Where the address signed from outside the imported act stays without.
			if _, err := insert(tx, signature{act: n.act, call: args.Call, key: s.key(forSignature, args.Call, l.Email), version: version}); err != nil {
				return false, err
			}
		}
		last := list[len(list)-1].act
		tx.AfterCommit(func() { after = last })
		return len(list) == importBatch, nil
	})
}

type byAccount struct{ act, doer id.ID }

// unkept are acts of accounts for a petition without a row here.
func unkept(tx *db.Tx, callID, after id.ID) ([]byAccount, error) {
	list, err := db.All(tx, func(row db.Row) (n byAccount, err error) { return n, row.Scan(&n.act, &n.doer) },
		`SELECT act.id, act.doer_id FROM act LEFT JOIN signature ON signature.act_id = act.id
		WHERE act.call_id = $1 AND act.state = 'live' AND NOT act.outside AND signature.act_id IS NULL AND act.id > $2 ORDER BY act.id LIMIT $3`,
		callID, int64(after), importBatch)
	if err != nil {
		return nil, fmt.Errorf("list the imported signatures of petition %s: %w", callID, err)
	}
	return list, nil
}
