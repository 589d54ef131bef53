package search

import (
	"context"
	"fmt"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/text"
)

// hashtags finds those that begin as the query does: the one of exactly that
// name first, then by alphabet.
func (s *Service) hashtags(ctx context.Context, query Query) ([]*post.Hashtag, error) {
	begin := db.Fold(strings.TrimPrefix(query.Text, "#"))
	if begin == "" || strings.ContainsFunc(begin, func(r rune) bool { return !text.InTag(r) }) {
		return nil, nil
	}
	names, err := db.All(s.d.Read(ctx), func(r db.Row) (name string, err error) { return name, r.Scan(&name) },
		`SELECT tag FROM hashtag WHERE tag >= $1 AND tag < $2
		AND EXISTS (SELECT 1 FROM post_tag JOIN post ON post.id = post_tag.post_id WHERE post_tag.tag = hashtag.tag AND post.visibility = 'public')
		ORDER BY tag LIMIT $3 OFFSET $4`, begin, begin+"\U0010ffff", query.Limit, query.Offset)
	if err != nil {
		return nil, fmt.Errorf("search hashtags: %w", err)
	}
	return s.posts.Hashtags(ctx, names)
}
