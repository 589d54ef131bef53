package feed

import (
	"fmt"
	"strings"

	"goodturn/internal/relation"
)

// query gives the ids of what is shown within a span, in no order; it is the twin
// of wants and byTag. Beginning with those who are shown, it reads no more of each
// than lies between the two ids.
func (w shows) query(sp span) (text string, args []any) {
	q := &shownQuery{me: int64(w.set.Account()), span: sp}
	if w.list != nil {
		q.list(w.list)
	} else {
		q.home(w.set)
	}
	return q.text.String(), q.args
}

// shownQuery is such a query being written.
type shownQuery struct {
	me   int64
	span span
	text strings.Builder
	args []any
}

// add writes text in which each ? is one of the arguments.
func (q *shownQuery) add(text string, args ...any) {
	for _, a := range args {
		before, after, _ := strings.Cut(text, "?")
		q.args = append(q.args, a)
		fmt.Fprintf(&q.text, "%s$%d", before, len(q.args))
		text = after
	}
	q.text.WriteString(text)
}

// exclusive are those whom an exclusive list keeps from the home of one account.
const exclusive = `(SELECT list_member.account_id FROM list_member JOIN list ON list.id = list_member.list_id
	WHERE list_member.owner_id = ? AND list.exclusive)`

func (q *shownQuery) home(set *relation.Set) {
	q.add(`SELECT post.id AS id FROM (SELECT followee_id AS account_id, shares FROM follow WHERE follower_id = ?`, q.me)
	if set.AnyAway() {
		q.add(` AND followee_id NOT IN `+exclusive, q.me)
	}
	q.add(` UNION ALL SELECT CAST(? AS BIGINT), TRUE) shown
		CROSS JOIN post LEFT JOIN post original ON original.id = post.share_of
		WHERE post.account_id = shown.account_id AND post.id > ? AND post.id < ? AND `+noNotice+` AND (
			post.account_id = ?
			OR post.share_of IS NULL AND (post.reply_to IS NULL OR post.reply_to_account = post.account_id OR post.reply_to_account = ?
				OR post.reply_to_account IN (SELECT followee_id FROM follow WHERE follower_id = ?))
			OR post.share_of IS NOT NULL AND shown.shares AND (post.movement_id IS NULL OR original.account_id <> ?
				AND original.account_id NOT IN (SELECT followee_id FROM follow WHERE follower_id = ?)))`,
		q.me, int64(q.span.after), int64(q.span.before), q.me, q.me, q.me, q.me, q.me)
	if len(set.Tags()) == 0 {
		return
	}
	q.add(` UNION SELECT post_tag.post_id AS id FROM tag_follow JOIN post_tag ON post_tag.tag = tag_follow.tag JOIN post ON post.id = post_tag.post_id
		WHERE tag_follow.account_id = ? AND post_tag.post_id > ? AND post_tag.post_id < ? AND post.visibility = 'public' AND `+noNotice,
		q.me, int64(q.span.after), int64(q.span.before))
	if set.AnyAway() {
		q.add(` AND post.account_id NOT IN `+exclusive, q.me)
	}
}

// members are those whom a list shows: given its id and its owner, twice.
const members = `(SELECT list_member.account_id FROM list_member LEFT JOIN follow ON follow.follower_id = list_member.owner_id
	AND follow.followee_id = list_member.account_id WHERE list_member.list_id = ? AND (follow.id IS NOT NULL OR list_member.account_id = ?))`

func (q *shownQuery) list(l *relation.List) {
	list := int64(l.ID)
	q.add(`SELECT post.id AS id FROM (SELECT list_member.account_id, COALESCE(follow.shares, TRUE) AS shares FROM list_member
			LEFT JOIN follow ON follow.follower_id = list_member.owner_id AND follow.followee_id = list_member.account_id
			WHERE list_member.list_id = ? AND (follow.id IS NOT NULL OR list_member.account_id = ?)) shown
		CROSS JOIN post LEFT JOIN post original ON original.id = post.share_of
		WHERE post.account_id = shown.account_id AND post.id > ? AND post.id < ? AND `+noNotice+` AND (
			post.share_of IS NULL AND (post.reply_to IS NULL OR post.reply_to_account = post.account_id OR post.reply_to_account = ?`,
		list, q.me, int64(q.span.after), int64(q.span.before), q.me)
	switch l.Replies {
	case relation.RepliesFollowed:
		q.add(` OR post.reply_to_account IN (SELECT followee_id FROM follow WHERE follower_id = ?)`, q.me)
	case relation.RepliesList:
		q.add(` OR post.reply_to_account IN `+members, list, q.me)
	}
	q.add(`) OR post.share_of IS NOT NULL AND shown.shares AND (post.movement_id IS NULL OR original.account_id NOT IN `+members+`))`, list, q.me)
}
