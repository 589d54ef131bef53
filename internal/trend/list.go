package trend

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

// Page is a part of a list.
type Page struct{ Offset, Limit int }

// Of is the page's part of a list; none beyond its end.
func of[T any](p Page, list []T) []T {
	from := min(max(0, p.Offset), len(list))
	return list[from:min(len(list), from+min(max(1, p.Limit), PageMost))]
}

// Tag is a hashtag that moves people.
type Tag struct {
	Tag string // folded
	Why Why
	Ruling
}

// Post is a post that does.
type Post struct {
	Entry *post.Entry
	Why   Why
	Ruling
}

// Ruling is what moderators say of it.
type Ruling struct {
	Looked  bool // a moderator decided; until then it is shown
	Refused bool
}

// found is what the last sweep found, as it is kept in memory.
type found struct {
	tags, posts []ruled
	links       []Link
}

type ruled struct {
	row
	Ruling
	post id.ID
}

// load reads what the last sweep found, and what moderators say of it.
func (s *Service) load(ctx context.Context) (*found, error) {
	f := &found{}
	links, err := s.kept(ctx, safety.TrendLink)
	if err == nil {
		f.links, err = s.loadLinks(ctx, links)
	}
	if err != nil {
		return nil, fmt.Errorf("read what moves people: %w", err)
	}
	for kind, into := range map[safety.TrendKind]*[]ruled{safety.TrendTag: &f.tags, safety.TrendPost: &f.posts} {
		rows, err := s.kept(ctx, kind)
		if err != nil {
			return nil, fmt.Errorf("read what moves people: %w", err)
		}
		subjects := make([]string, len(rows))
		for n, r := range rows {
			subjects[n] = r.subject
		}
		allowed, err := s.rooms.Safety.TrendRulings(ctx, kind, subjects)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			one := ruled{row: r, Ruling: rulingOf(allowed, r.subject)}
			if kind == safety.TrendPost {
				if one.post, err = id.Parse(r.subject); err != nil {
					return nil, fmt.Errorf("read what moves people: %w", err)
				}
			}
			*into = append(*into, one)
		}
	}
	return f, nil
}

func (s *Service) lastFound(ctx context.Context) (*found, error) {
	f, _, err := s.found.Get(ctx, struct{}{})
	return f, err
}

// unrefused are those that no moderator refused.
func unrefused(list []ruled) []ruled {
	return slices.DeleteFunc(slices.Clone(list), func(r ruled) bool { return r.Refused })
}

// Tags are the hashtags that more people used in the last day than usual, the
// farthest above it first; beyond the end none.
func (s *Service) Tags(ctx context.Context, p Page) ([]Tag, error) {
	f, err := s.lastFound(ctx)
	if err != nil {
		return nil, err
	}
	return tagsOf(of(p, unrefused(f.tags))), nil
}

func tagsOf(list []ruled) []Tag {
	tags := make([]Tag, len(list))
	for n, r := range list {
		tags[n] = Tag{Tag: r.subject, Ruling: r.Ruling,
			Why: Why{People: r.people, Usual: r.normal(), Score: usage(r.people, r.normal()), kind: safety.TrendTag}}
	}
	return tags
}

// Posts are the posts that are liked and shared, as far as the viewer may see
// them and does not mute who wrote them. Those in the language, a BCP 47 tag, or
// in none that is known, come before others; "" prefers none.
func (s *Service) Posts(ctx context.Context, v account.Viewer, language string, p Page) ([]Post, error) {
	f, err := s.lastFound(ctx)
	if err != nil {
		return nil, err
	}
	all, err := s.postsOf(ctx, v, unrefused(f.posts))
	if err != nil {
		return nil, err
	}
	if language, _, _ = strings.Cut(language, "-"); language != "" {
		slices.SortStableFunc(all, func(a, b Post) int { return foreign(a, language) - foreign(b, language) })
	}
	return of(p, all), nil
}

// foreign is 1 for a post in another language.
func foreign(p Post, language string) int {
	if l := p.Entry.Post.Language; l != "" && l != language {
		return 1
	}
	return 0
}

// postsOf are those that are for the viewer, and may be there at all now.
func (s *Service) postsOf(ctx context.Context, v account.Viewer, list []ruled) ([]Post, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(list))
	of := make(map[id.ID]ruled, len(list))
	for n, r := range list {
		ids[n], of[r.post] = r.post, r
	}
	entries, err := s.rooms.Posts.Cached(ctx, ids)
	if err != nil {
		return nil, err
	}
	authors := make([]id.ID, len(entries))
	for n, e := range entries {
		authors[n] = e.Post.AccountID
	}
	accounts, err := s.rooms.Accounts.Many(ctx, authors)
	if err != nil {
		return nil, err
	}
	set, err := s.rooms.Relations.Of(ctx, v.ID())
	if err != nil {
		return nil, err
	}
	now := s.now()
	var posts []Post
	for _, e := range entries {
		if a := accounts[e.Post.AccountID]; a == nil || !eligible(e.Post, a) || !e.Visible(v, set) || set.Mutes(a.ID) {
			continue
		}
		n := e.Counts()
		posts = append(posts, Post{Entry: e, Ruling: of[e.Post.ID].Ruling,
			Why: Why{People: n.Likes + n.Shares, Score: fading(e.Post.ID.Time(), n.Likes+n.Shares, now), kind: safety.TrendPost}})
	}
	return posts, nil
}

// eligible says whether a post may be among what moves people; apt is its twin.
func eligible(p *post.Post, by *account.Account) bool {
	return p.Visibility == post.Public && p.ShareOf == 0 && p.ReplyTo == 0 && !p.Sensitive && p.Warning == "" &&
		!p.Meta.Notice() && !p.Withheld && !p.Limited &&
		by.Shown() && by.Discoverable && !by.Curbs.Limited && !by.Curbs.Sensitive && by.Kind != account.KindServer
}

// ReviewTags are all hashtags that were found, refused ones too; for moderators.
func (s *Service) ReviewTags(ctx context.Context, v account.Viewer, p Page) ([]Tag, error) {
	f, err := s.review(ctx, v)
	if err != nil {
		return nil, err
	}
	return tagsOf(of(p, f.tags)), nil
}

// ReviewPosts are all posts that were found, refused ones too; for moderators.
func (s *Service) ReviewPosts(ctx context.Context, v account.Viewer, p Page) ([]Post, error) {
	f, err := s.review(ctx, v)
	if err != nil {
		return nil, err
	}
	all, err := s.postsOf(ctx, v, f.posts)
	return of(p, all), err
}

func (s *Service) review(ctx context.Context, v account.Viewer) (*found, error) {
	if !v.Moderates() {
		return nil, problem.Forbidden("Only moderators may do this.")
	}
	return s.lastFound(ctx)
}
