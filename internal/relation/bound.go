package relation

import (
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// How many relations one account can have.
const (
	FollowsMost = 7500 // with requests; who has many followers may follow a tenth more than those
	BlocksMost  = 10_000
	MutesMost   = 10_000
	NotesMost   = 10_000
)

// hold keeps two accounts as they are until tx ends, so that no relation outlives
// one of them that is deleted at this moment. problem.NotFound unless both are
// shown.
func hold(tx *db.Tx, by, target id.ID) (one, other *account.Account, err error) {
	held, err := account.HoldIn(tx, by, target)
	if err != nil {
		return nil, nil, err
	}
	one, other = held[by], held[target]
	if one == nil || other == nil || !one.Shown() || !other.Shown() {
		return nil, nil, problem.NotFound("account")
	}
	return one, other, nil
}

// bounded has the changes of one kind of an account's own relations come one after
// the other, so that each counts the others, and answers whether there are fewer
// than most, the one with target aside.
func bounded(tx *db.Tx, table string, by, target id.ID, most int) (bool, error) {
	if err := lockPair(tx, by, by); err != nil {
		return false, err
	}
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM `+table+` WHERE account_id = $1 AND target_id <> $2 LIMIT $3) AS others`,
		int64(by), int64(target), most).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("count in %s: %w", table, err)
	}
	return n < most, nil
}

// mayFollowMore is problem.Invalid where an account follows, or asked to follow,
// as many as it may. The caller holds lockPair(by, by).
func mayFollowMore(tx *db.Tx, by id.ID) error {
	var n int
	err := tx.QueryRow(`SELECT (SELECT count(*) FROM follow WHERE follower_id = $1) + (SELECT count(*) FROM follow_request WHERE follower_id = $2)`,
		int64(by), int64(by)).Scan(&n)
	if err != nil {
		return fmt.Errorf("count who is followed: %w", err)
	}
	if n < FollowsMost {
		return nil
	}
	var followers int
	if err := tx.QueryRow(`SELECT count(*) FROM follow WHERE followee_id = $1`, int64(by)).Scan(&followers); err != nil {
		return fmt.Errorf("count followers: %w", err)
	}
	if most := max(FollowsMost, followers+followers/10); n >= most {
		return problem.Invalid("base", "You cannot follow more than %d people", most)
	}
	return nil
}
