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

// people finds accounts, fit for completing a name as it is typed: the one of
// exactly that username first, then those whose username begins so, then those
// each of whose names' words begins as the query's do; of each those that the
// viewer follows first, then by username. Who does not wish to be found, and whom
// moderators limited, is found by followers, by itself, and by the exact name.
func (s *Service) people(ctx context.Context, v account.Viewer, query Query) ([]id.ID, error) {
	handle := strings.TrimPrefix(query.Text, "@")
	name, domain, remote := strings.Cut(handle, "@")
	if remote && db.Fold(domain) != s.accounts.Host() {
		return nil, nil
	}
	folded := db.Fold(strings.TrimSpace(name))
	var begins []string
	for run := range runs(folded) {
		if len(begins) < nameWords {
			begins = append(begins, cut(run.text))
		}
	}
	if len(begins) == 0 {
		return nil, nil
	}
	q := &question{}
	ask := `SELECT account.id FROM (SELECT account.id, account.folded, account.discoverable AND NOT account.limited AS open, account.kind,
			CASE WHEN account.folded = ` + q.arg(folded) + ` THEN 0
				WHEN account.folded >= ` + q.arg(folded) + ` AND account.folded < ` + q.arg(folded+"\U0010ffff") + ` THEN 1 ELSE 2 END AS far,
			CASE WHEN account.id = ` + q.arg(v.ID()) + ` THEN 0
				WHEN EXISTS (SELECT 1 FROM follow WHERE follow.follower_id = ` + q.arg(v.ID()) + ` AND follow.followee_id = account.id) THEN 1
				ELSE 2 END AS stranger
		FROM (` + named(q, folded, begins) + `) named JOIN account ON account.id = named.id
		WHERE account.domain = '' AND account.state = 'active' AND account.kind <> 'server') account
		WHERE (account.open OR account.far = 0 OR account.stranger < 2)` + apart(q, v.ID())
	if query.Following {
		ask += ` AND account.stranger = 1`
	}
	if query.People {
		ask += ` AND account.kind <> 'movement'`
	}
	ids, err := db.All(s.d.Read(ctx), func(r db.Row) (i id.ID, err error) {
		return i, r.Scan(&i)
	}, ask+` ORDER BY account.far, account.stranger, account.folded, account.id LIMIT `+strconv.Itoa(query.Limit)+` OFFSET `+strconv.Itoa(query.Offset), q.args...)
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

// named are the ids of accounts whose username begins so, straight from where
// usernames lie, so that somebody new is found at once; and of those each of
// whose words begins as one of the words does.
func named(q *question, folded string, begins []string) string {
	most := strconv.Itoa(candidates)
	words := make([]string, len(begins))
	for n, word := range begins {
		words[n] = `SELECT account_id FROM (SELECT DISTINCT account_id, word FROM search_name
			WHERE word >= ` + q.arg(word) + ` AND word < ` + q.arg(word+"\U0010ffff") + ` ORDER BY word, account_id LIMIT ` + most + `) w` + strconv.Itoa(n)
	}
	return `SELECT id FROM (SELECT id FROM account WHERE folded >= ` + q.arg(folded) + ` AND folded < ` + q.arg(folded+"\U0010ffff") + `
			AND domain = '' ORDER BY folded LIMIT ` + most + `) begun
		UNION SELECT account_id FROM (` + strings.Join(words, " INTERSECT ") + `) meant`
}

// apart leaves out accounts that the viewer and they block.
func apart(q *question, me id.ID) string {
	return ` AND NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = ` + q.arg(me) + ` AND block.target_id = account.id)
		AND NOT EXISTS (SELECT 1 FROM block WHERE block.target_id = ` + q.arg(me) + ` AND block.account_id = account.id)`
}
