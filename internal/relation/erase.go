package relation

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
)

const (
	eraseAtOnce = 50  // rows of each kind in the deletion's own transaction
	eraseBatch  = 200 // rows of each kind in each transaction of the job
)

// EraseArgs is the job that erases the relations of a deleted account.
type EraseArgs struct {
	AccountID id.ID `json:"account_id"`
}

// Kind names the job.
func (EraseArgs) Kind() string { return "relation_erase" }

// Register says how the job is done; before j starts, and before any account
// is deleted.
func (s *Service) Register(j *jobs.Jobs) {
	s.jobs = j
	jobs.Handle(j, s.Erase)
	jobs.Handle(j, s.Part)
}

// OnAccountDeleted erases a handful of relations in the deletion's transaction,
// and leaves the rest to a job. Lists leave a deleted account out at once.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	more, err := s.eraseIn(tx, e.ID, eraseAtOnce)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, EraseArgs{AccountID: e.ID})
}

// Erase is the job: batches until nothing is left, or the server stops and the
// job's next run goes on.
func (s *Service) Erase(ctx context.Context, args EraseArgs) error {
	for more := true; more; {
		if s.jobs.Cancelled(ctx) {
			return context.Canceled
		}
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			more, err = s.eraseIn(tx, args.AccountID, eraseBatch)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseIn erases up to most rows of each kind, and answers whether there may be
// more.
func (s *Service) eraseIn(tx *db.Tx, gone id.ID, most int) (more bool, err error) {
	erased := Erased{AccountID: gone}
	for _, kind := range []struct {
		table, mine, other string
		counted            func(other id.ID) error
	}{
		{"follow", "followee_id", "follower_id", func(other id.ID) error { return count(tx, other, gone, -1) }},
		{"follow", "follower_id", "followee_id", func(other id.ID) error { return count(tx, gone, other, -1) }},
		{"follow_request", "followee_id", "follower_id", nil},
		{"follow_request", "follower_id", "followee_id", nil},
		{"block", "account_id", "target_id", nil},
		{"block", "target_id", "account_id", nil},
		{"mute", "account_id", "target_id", nil},
		{"mute", "target_id", "account_id", nil},
		{"endorsement", "account_id", "target_id", nil},
		{"endorsement", "target_id", "account_id", nil},
		{"account_note", "account_id", "target_id", nil},
		{"account_note", "target_id", "account_id", nil},
		{"domain_block", "account_id", "account_id", nil},
		{"unsuggested", "account_id", "target_id", nil},
		{"unsuggested", "target_id", "account_id", nil},
		{"collection_item", "account_id", "owner_id", nil},
		{"collection_item", "owner_id", "account_id", nil},
		{"collection", "account_id", "account_id", nil},
	} {
		others, err := db.All(tx, func(r db.Row) (i id.ID, err error) {
			err = r.Scan(&i)
			return i, err
		}, `DELETE FROM `+kind.table+` WHERE id IN (SELECT id FROM `+kind.table+` WHERE `+kind.mine+` = $1 ORDER BY id LIMIT $2)
			RETURNING `+kind.other, int64(gone), most)
		if err != nil {
			return false, fmt.Errorf("erase from %s: %w", kind.table, err)
		}
		more = more || len(others) == most
		erased.Others = append(erased.Others, others...)
		if kind.counted == nil {
			continue
		}
		for _, other := range others {
			if err := kind.counted(other); err != nil {
				return false, err
			}
		}
	}
	rest, err := s.eraseOwn(tx, gone, most)
	more = more || rest
	if err != nil || len(erased.Others) == 0 {
		return more, err
	}
	return more, event.Emit(s.hub, tx, erased)
}

// eraseOwn is eraseIn for lists and followed hashtags.
func (s *Service) eraseOwn(tx *db.Tx, gone id.ID, most int) (more bool, err error) {
	for _, kind := range []struct{ table, mine, list, owner string }{
		{"list_member", "account_id", "list_id", "owner_id"},
		{"list_member", "owner_id", "list_id", "owner_id"},
		{"list", "account_id", "id", "account_id"},
		{"tag_follow", "account_id", "0", "account_id"},
	} {
		changed, err := db.All(tx, func(r db.Row) (e ListChanged, err error) { return e, r.Scan(&e.ListID, &e.AccountID) },
			`DELETE FROM `+kind.table+` WHERE id IN (SELECT id FROM `+kind.table+` WHERE `+kind.mine+` = $1 ORDER BY id LIMIT $2)
			RETURNING `+kind.list+`, `+kind.owner, int64(gone), most)
		if err != nil {
			return false, fmt.Errorf("erase from %s: %w", kind.table, err)
		}
		more = more || len(changed) == most
		slices.SortFunc(changed, func(a, b ListChanged) int { return cmp.Compare(a.ListID, b.ListID) })
		if err := s.emitLists(tx, slices.Compact(changed)); err != nil {
			return false, err
		}
	}
	return more, nil
}
