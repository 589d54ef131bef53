package notice

import (
	"context"
	"strings"

	"goodturn/internal/id"
)

// TellSharers is the job that an edit of a shared post leaves.
func TellSharers(ctx context.Context, s *Service, post, author id.ID) error {
	return s.tellSharers(ctx, sharersTold{Post: post, Author: author})
}

// TellDonors is the job that a new entry of the books leaves.
func TellDonors(ctx context.Context, s *Service, call, movement id.ID) error {
	return s.tellPart(ctx, partArgs{Call: call, Movement: movement, What: Spent, Subject: call})
}

// MembersSQL is the text of the query for a page of so many groups about posts and
// so many follows.
func MembersSQL(posts, follows int, below id.ID) string {
	var keys []GroupKey
	for n := range posts {
		keys = append(keys, GroupKey{Kind: Like, Post: id.ID(n + 100), Span: int64(n)})
	}
	for n := range follows {
		keys = append(keys, GroupKey{Kind: Follow, Span: int64(n)})
	}
	return strings.Join(armsOf(headsOf(keys), 7, below, 1).parts, " UNION ALL ")
}

func headsOf(keys []GroupKey) (heads []head) {
	for _, k := range keys {
		heads = append(heads, head{key: k})
	}
	return heads
}
