package post

import (
	"fmt"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/relation"
)

// Visible is the one rule of who may see a post. shared is what p shares, nil
// if p is no share; a share is seen by who may see both. set is the viewer's
// relations; nil means none.
//
// A public or unlisted post is everyone's, a private one is its author's, its
// author's followers' and those's whom it mentions, a direct one its author's
// and those's whom it mentions. A block either way hides all of it, and so does
// the viewer's keeping its server away. What a
// suspended or deleted account wrote only moderators see, by the same rule.
// VisibleSQL is its twin.
func Visible(v account.Viewer, set *relation.Set, p, shared *Post) bool {
	if p.ShareOf != 0 && (shared == nil || !Visible(v, set, shared, nil)) {
		return false
	}
	switch {
	case v.System():
		return true
	case p.Withheld && !v.Moderates():
		return false
	case v.Is(p.AccountID):
		return true
	case set != nil && (set.Apart(p.AccountID) || set.BlocksDomain(p.Domain)):
		return false
	case p.Visibility.Open():
		return true
	case !v.SignedIn():
		return false
	case p.Visibility == Private && set != nil && set.Follows(p.AccountID):
		return true
	}
	return p.Tells(v.ID())
}

// Visible says whether the viewer may see the entry and the post that it shares.
func (e *Entry) Visible(v account.Viewer, set *relation.Set) bool {
	if shared := e.Shared(); shared != nil {
		return Visible(v, set, e.Post, shared.Post)
	}
	return Visible(v, set, e.Post, nil)
}

// VisibleSQL is Visible as a condition on the post row named alias, with its
// arguments, which are numbered from next. What accounts are to each other is
// read from their rows.
func VisibleSQL(alias string, next int, v account.Viewer) (cond string, args []any) {
	c := &condition{next: next, viewer: v}
	own := c.rule(alias)
	shared := c.rule("shared")
	return "(" + own + " AND (" + alias + ".share_of IS NULL OR EXISTS (SELECT 1 FROM post shared WHERE shared.id = " +
		alias + ".share_of AND " + shared + ")))", c.args
}

// condition is a condition being written.
type condition struct {
	viewer account.Viewer
	next   int
	args   []any
}

// me is a placeholder for the viewer's id.
func (c *condition) me() string {
	c.args = append(c.args, int64(c.viewer.ID()))
	c.next++
	return "$" + strconv.Itoa(c.next-1)
}

// rule is what Visible says of one row by itself.
func (c *condition) rule(post string) string {
	if c.viewer.System() {
		return "1 = 1"
	}
	var all []string
	if !c.viewer.Moderates() {
		all = append(all, fmt.Sprintf(`EXISTS (SELECT 1 FROM account au WHERE au.id = %s.account_id AND au.state NOT IN ('suspended', 'deleted'))`, post))
	}
	if !c.viewer.SignedIn() {
		return strings.Join(append(all, post+`.visibility IN ('public', 'unlisted')`), " AND ")
	}
	all = append(all, fmt.Sprintf(`(%[1]s.account_id = %[2]s
		OR NOT EXISTS (SELECT 1 FROM block bl WHERE bl.account_id = %[3]s AND bl.target_id = %[1]s.account_id)
		AND NOT EXISTS (SELECT 1 FROM block bl WHERE bl.target_id = %[4]s AND bl.account_id = %[1]s.account_id)
		AND (%[1]s.domain = '' OR NOT EXISTS (SELECT 1 FROM domain_block aw WHERE aw.account_id = %[5]s AND aw.domain = %[1]s.domain))
		AND (%[1]s.visibility IN ('public', 'unlisted')
			OR %[1]s.visibility = 'private' AND EXISTS (SELECT 1 FROM follow fo WHERE fo.follower_id = %[6]s AND fo.followee_id = %[1]s.account_id)
			OR EXISTS (SELECT 1 FROM mention me WHERE me.post_id = %[1]s.id AND me.account_id = %[7]s)))`,
		post, c.me(), c.me(), c.me(), c.me(), c.me(), c.me()))
	return strings.Join(all, " AND ")
}

// seenBy is the viewer and its relations.
type seenBy struct {
	viewer account.Viewer
	set    *relation.Set
}

func (by seenBy) filter(entries []*Entry) []*Entry {
	seen := entries[:0:0]
	for _, e := range entries {
		if e.Visible(by.viewer, by.set) {
			seen = append(seen, e)
		}
	}
	return seen
}

func entriesByID(entries []*Entry) map[id.ID]*Entry {
	m := make(map[id.ID]*Entry, len(entries))
	for _, e := range entries {
		m[e.Post.ID] = e
	}
	return m
}
