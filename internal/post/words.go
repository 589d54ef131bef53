package post

import (
	"context"

	"goodturn/internal/post/markup"
)

// Words are a text that is no post, such as an announcement, with what it links
// to.
type Words struct {
	HTML     string // as Post.HTML
	Mentions []Mention
	Tags     []string // as written, without '#', each once
}

// Words reads a text as that of a post is read.
func (s *Service) Words(ctx context.Context, text string) (Words, error) {
	tokens := markup.Scan(text)
	w := written{Post: &Post{}, names: handlesOf(tokens)}
	named, err := s.accounts.ByHandles(ctx, w.names)
	if err != nil {
		return Words{}, err
	}
	w.name(named)
	tags, _ := tagsOf(tokens)
	return Words{HTML: render(text, w.Mentions, s.accounts.Host(), 0), Mentions: w.Mentions, Tags: tags}, nil
}
