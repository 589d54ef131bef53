package search

import (
	"context"
	"net/url"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// named is the one thing that an address names, if the query is one: a post, an
// account, a movement or a hashtag of this server. Another server's is not looked
// up.
func (s *Service) named(ctx context.Context, v account.Viewer, q Query) (f Found, ok bool, err error) {
	if !strings.HasPrefix(q.Text, "https://") && !strings.HasPrefix(q.Text, "http://") || strings.ContainsRune(q.Text, ' ') {
		return f, false, nil
	}
	path, here := strings.CutPrefix(q.Text, s.url+"/")
	if !here || q.Offset > 0 {
		return f, true, nil
	}
	u, err := url.Parse(path)
	if err != nil {
		return f, true, nil
	}
	parts := strings.Split(strings.TrimSuffix(u.Path, "/"), "/")
	switch last := parts[len(parts)-1]; {
	case parts[0] == "posts" && len(parts) == 2, len(parts) == 4 && parts[0] == "users" && parts[2] == "statuses", len(parts) == 2 && strings.HasPrefix(parts[0], "@"):
		err = s.namedPost(ctx, v, q, last, &f)
	case len(parts) == 1 && strings.HasPrefix(last, "@"), len(parts) == 2 && parts[0] == "movements":
		err = s.namedAccount(ctx, v, q, last, &f)
	case len(parts) == 2 && parts[0] == "users":
		if i, bad := id.Parse(last); bad == nil {
			var a *account.Account
			if a, err = s.accounts.Get(ctx, i); err == nil {
				err = s.namedAccount(ctx, v, q, a.Handle(), &f)
			}
		}
	case len(parts) == 2 && parts[0] == "tags" && (q.Kind == AnyKind || q.Kind == Hashtags):
		f.Hashtags, err = s.hashtags(ctx, Query{Text: last, Limit: 1})
	}
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
		err = nil
	}
	return f, true, err
}

func (s *Service) namedPost(ctx context.Context, v account.Viewer, q Query, text string, f *Found) error {
	i, err := id.Parse(text)
	if err != nil || q.Kind != AnyKind && q.Kind != Posts {
		return nil
	}
	e, err := s.posts.Get(ctx, v, i)
	if err == nil {
		f.Posts = []*post.Entry{e}
	}
	return err
}

func (s *Service) namedAccount(ctx context.Context, v account.Viewer, q Query, handle string, f *Found) error {
	if q.Kind != AnyKind && q.Kind != Accounts {
		return nil
	}
	a, err := s.accounts.ByHandle(ctx, handle)
	if err != nil {
		return err
	}
	set, err := s.relations.Of(ctx, v.ID())
	if err == nil && !set.Apart(a.ID) && (!q.Following || set.Follows(a.ID)) {
		f.Accounts = []id.ID{a.ID}
	}
	return err
}
