package notice

import (
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

// told is a notice on its way into the database.
type told struct {
	kind     Kind
	to, from id.ID
	subject  id.ID
	post     id.ID
	act      id.ID
	private  bool // it is a direct post's
	at       time.Time
}

// recent is how long ago something may have happened to be told. What is older
// comes from the sample or an import, and is history.
const recent = time.Minute

func (s *Service) past(at time.Time) bool { return s.now().Sub(at) > recent }

// spanHours is how many hours a group may last, from its first notice on.
const spanHours = 12

// The notices of a group that n would be in: the newest of them says whether it
// goes on, and whether n is the first in its minute.
const (
	groupOnPost = `(SELECT g.%s FROM notice g WHERE g.post_id = n.post_id AND g.kind = n.kind AND g.span > n.hour - 12
		ORDER BY g.span DESC, g.id DESC LIMIT 1)`
	groupBare = `(SELECT g.%s FROM notice g WHERE g.account_id = n.to_id AND g.post_id IS NULL AND g.kind = n.kind AND g.span > n.hour - 12
		ORDER BY g.span DESC, g.id DESC LIMIT 1)`
)

// makeSQL decides by itself whether and how the account is told: it reads here,
// was not invented for the sample, neither of the two blocks the other, it neither
// keeps the other's server away nor mutes the other's notices, it did not mute the
// thread, and its policy does not drop it. verdict is 0, 1 or 2 as in
// notice_policy; group is "" for kinds without.
func makeSQL(verdict, group string) string {
	span, lead := `0`, `TRUE`
	if group != "" {
		span = `CASE WHEN verdict > 0 THEN 0 ELSE COALESCE(` + fmt.Sprintf(group, "span") + `, n.hour) END`
		lead = `verdict > 0 OR COALESCE(` + fmt.Sprintf(group, "id") + ` < n.minute, TRUE)`
	}
	return `INSERT INTO notice (id, account_id, kind, from_id, subject, post_id, act_id, created_at, span, lead, filtered)
	SELECT n.id, n.to_id, n.kind, n.from_id, n.subject, n.post_id, n.act_id, n.at, ` + span + `, ` + lead + `, n.verdict = 1
	FROM (SELECT n.*, ` + verdict + ` AS verdict FROM (SELECT CAST($1 AS BIGINT) AS id, CAST($2 AS TEXT) AS kind, CAST($3 AS BIGINT) AS to_id,
			CAST($4 AS BIGINT) AS from_id, CAST($5 AS BIGINT) AS subject, CAST($6 AS BIGINT) AS post_id, CAST($7 AS BIGINT) AS act_id,
			CAST($8 AS BIGINT) AS at, CAST($9 AS BIGINT) AS hour, CAST($10 AS BIGINT) AS minute, CAST($11 AS BOOLEAN) AS private,
			CAST($12 AS BIGINT) AS now) AS n
		JOIN account a ON a.id = n.to_id AND a.domain = '' AND a.kind IN ('person', 'organisation') AND a.state = 'active' AND NOT a.sample
		JOIN account f ON f.id = n.from_id
		LEFT JOIN notice_policy p ON p.account_id = n.to_id
		WHERE NOT EXISTS (SELECT 1 FROM block WHERE block.account_id = n.to_id AND block.target_id = n.from_id)
			AND NOT EXISTS (SELECT 1 FROM block WHERE block.target_id = n.to_id AND block.account_id = n.from_id)
			AND (f.domain = '' OR NOT EXISTS (SELECT 1 FROM domain_block WHERE domain_block.account_id = n.to_id AND domain_block.domain = f.domain))
			AND NOT EXISTS (SELECT 1 FROM mute WHERE mute.account_id = n.to_id AND mute.target_id = n.from_id AND mute.notices
				AND (mute.expires_at IS NULL OR mute.expires_at > n.now))
			AND NOT EXISTS (SELECT 1 FROM muted_thread mt WHERE mt.account_id = n.to_id
				AND mt.thread = (SELECT post.thread FROM post WHERE post.id = n.post_id))) AS n
	WHERE n.verdict < 2
	ON CONFLICT (from_id, account_id, kind, subject) DO NOTHING`
}

var (
	makePlain   = makeSQL(`0`, "")        // no policy holds it back
	makeTalk    = makeSQL(verdictSQL, "") // words, and requests to follow
	makeOnPost  = makeSQL(verdictSQL, groupOnPost)
	makeFollows = makeSQL(verdictSQL, groupBare)
	makeArrived = makeSQL(`0`, groupBare)
)

func (k Kind) makeSQL() string {
	switch k {
	case Like, Share:
		return makeOnPost
	case Follow:
		return makeFollows
	case SignedUp:
		return makeArrived
	case Reply, Mention, FollowRequest:
		return makeTalk
	}
	return makePlain
}

// Grouped says whether notices of the kind are read as groups.
func (k Kind) Grouped() bool { return k == Like || k == Share || k == Follow || k == SignedUp }

// make makes a notice unless it is one's own doing, not wished, or there
// already; it answers the id of a new one, else 0. It costs one statement.
func (s *Service) make(tx *db.Tx, n told) (id.ID, error) {
	if n.to == 0 || n.from == 0 || n.to == n.from && n.kind != Poll {
		return 0, nil
	}
	noticeID := s.ids.New()
	if s.past(n.at) {
		noticeID = s.ids.At(n.at)
	}
	at := noticeID.Time()
	res, err := tx.Exec(n.kind.makeSQL(), int64(noticeID), string(n.kind), int64(n.to), int64(n.from), int64(n.subject), n.post, n.act,
		db.Millis(n.at), at.Unix()/3600, int64(id.Floor(at.Truncate(time.Minute))), n.private, db.Millis(s.now()))
	if err != nil {
		return 0, fmt.Errorf("make a notice: %w", err)
	}
	if made, err := res.RowsAffected(); err != nil || made == 0 {
		return 0, err
	}
	return noticeID, event.Emit(s.hub, tx, Made{AccountID: n.to, NoticeID: noticeID, Kind: n.kind})
}
