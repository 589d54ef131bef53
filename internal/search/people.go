package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

const (
	nameWords  = 6     // of a query that count
	candidates = 2_000 // that a word is looked up for; a shorter beginning finds more than anybody reads
)

// people finds accounts each of whose words begins as the query's do: the one of
// exactly that name first, then those that the viewer follows, then by username.
// Who does not wish to be found is found by followers, and by the exact name.
func (s *Service) people(ctx context.Context, v account.Viewer, query Query) ([]id.ID, error) {
	handle := strings.TrimPrefix(query.Text, "@")
	name, domain, remote := strings.Cut(handle, "@")
	if remote && db.Fold(domain) != s.accounts.Host() {
		return nil, nil
	}
	var begins []string
	for run := range runs(db.Fold(name)) {
		if len(begins) < nameWords {
			begins = append(begins, cut(run.text))
		}
	}
	if len(begins) == 0 {
		return nil, nil
	}
	q := &question{}
	exact := q.arg(db.Fold(strings.TrimSpace(name)))
	followed := `EXISTS (SELECT 1 FROM follow WHERE follow.follower_id = ` + q.arg(v.ID()) + ` AND follow.followee_id = account.id)`
	for _, word := range begins {
		q.and(`account.id IN (SELECT account_id FROM (SELECT DISTINCT account_id, word FROM search_name
			WHERE word >= %s AND word < %s ORDER BY word, account_id LIMIT `+strconv.Itoa(candidates)+`) named)`, word, word+"\U0010ffff")
	}
	ask := `SELECT account.id FROM (SELECT account.id, account.folded, account.discoverable, account.kind,
			CASE WHEN account.folded = ` + exact + ` THEN 0 ELSE 1 END AS other,
			CASE WHEN ` + followed + ` THEN 0 ELSE 1 END AS stranger
		FROM account WHERE account.domain = '' AND account.state = 'active' AND account.kind <> 'server' AND ` + strings.Join(q.conds, " AND ") + `) account
		WHERE (account.discoverable OR account.other = 0 OR account.stranger = 0)` + apart(q, v.ID())
	if query.Following {
		ask += ` AND account.stranger = 0`
	}
	if query.People {
		ask += ` AND account.kind <> 'movement'`
	}
	ids, err := db.All(s.d.Read(ctx), func(r db.Row) (i id.ID, err error) {
		return i, r.Scan(&i)
	}, ask+` ORDER BY account.other, account.stranger, account.folded, account.id LIMIT `+strconv.Itoa(query.Limit)+` OFFSET `+strconv.Itoa(query.Offset), q.args...)
	if err != nil {
		return nil, fmt.Errorf("search accounts: %w", err)
	}
	set, err := s.relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	kept := ids[:0]
	for _, i := range ids {
		if !set.Apart(i) { // memory knows of a block before a reader of the database does
			kept = append(kept, i)
		}
	}
	return kept, nil
}

// apart leaves out accounts that the viewer and they block.
func apart(q *question, me id.ID) string {
	return ` AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = ` + q.arg(me) + ` AND block.target_id = account.id)
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.target_id = ` + q.arg(me) + ` AND block.account_id = account.id)`
}
