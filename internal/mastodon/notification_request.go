package mastodon

import (
	"context"
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

func noticeRequestRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v2/notifications/policy", scopes: "read:notifications", do: (*Door).noticePolicy},
		{method: "PATCH", path: "/api/v2/notifications/policy", scopes: "write:notifications", do: (*Door).setNoticePolicy},
		{method: "GET", path: "/api/v1/notifications/requests", scopes: "read:notifications", do: (*Door).noticeRequests},
		{method: "GET", path: "/api/v1/notifications/requests/merged", scopes: "read:notifications", do: (*Door).noticesMerged},
		{method: "POST", path: "/api/v1/notifications/requests/accept", scopes: "write:notifications", do: (*Door).acceptRequests},
		{method: "POST", path: "/api/v1/notifications/requests/dismiss", scopes: "write:notifications", do: (*Door).dismissRequests},
		{method: "GET", path: "/api/v1/notifications/requests/{id}", scopes: "read:notifications", do: (*Door).noticeRequest},
		{method: "POST", path: "/api/v1/notifications/requests/{id}/accept", scopes: "write:notifications", do: (*Door).acceptRequest},
		{method: "POST", path: "/api/v1/notifications/requests/{id}/dismiss", scopes: "write:notifications", do: (*Door).dismissRequest},
	}
}

// verdicts are Mastodon's words for what a policy does.
var verdicts = [...]string{notice.Accept: "accept", notice.Hold: "filter", notice.Drop: "drop"}

func (d *Door) noticePolicy(q *request) error {
	p, waiting, err := d.Notices.Policy(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	b := appendText(append(q.out, `{"for_not_following":`...), verdicts[p.NotFollowing])
	b = appendText(append(b, `,"for_not_followers":`...), verdicts[p.NotFollowers])
	b = appendText(append(b, `,"for_new_accounts":`...), verdicts[p.NewAccounts])
	b = appendText(append(b, `,"for_private_mentions":`...), verdicts[p.PrivateMentions])
	b = appendText(append(b, `,"for_limited_accounts":`...), verdicts[p.LimitedAccounts])
	b = strconv.AppendInt(append(b, `,"summary":{"pending_requests_count":`...), int64(waiting.Requests), 10)
	b = strconv.AppendInt(append(b, `,"pending_notifications_count":`...), int64(waiting.Notices), 10)
	q.out = append(b, `}}`...)
	return nil
}

func (d *Door) setNoticePolicy(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	var c notice.PolicyChange
	for _, f := range []struct {
		name string
		into **notice.Verdict
	}{{"for_not_following", &c.NotFollowing}, {"for_not_followers", &c.NotFollowers}, {"for_new_accounts", &c.NewAccounts},
		{"for_private_mentions", &c.PrivateMentions}, {"for_limited_accounts", &c.LimitedAccounts}} {
		said := q.get(f.name)
		if said == "" {
			continue
		}
		for verdict, word := range verdicts {
			if v := notice.Verdict(verdict); word == said {
				*f.into = &v
			}
		}
		if *f.into == nil {
			return problem.Invalid(f.name, "Choose one of these.")
		}
	}
	if err := d.Notices.SetPolicy(q.Context(), q.viewer, c); err != nil {
		return err
	}
	return d.noticePolicy(q)
}

func (d *Door) noticeRequests(q *request) error {
	p, err := q.page(groupsMost)
	if err != nil {
		return err
	}
	if p.Limit == 0 {
		p.Limit = groupsUsual
	}
	list, err := d.Notices.Requests(q.Context(), q.viewer, p)
	if err != nil {
		return err
	}
	linked(d, q, list, func(r *notice.Request) id.ID { return r.ID })
	return d.requests(q, list, false)
}

func (d *Door) noticeRequest(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	r, err := d.Notices.Request(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	return d.requests(q, []*notice.Request{r}, true)
}

// requests answers with a list of requests, or with the one alone (Mastodon's
// entity NotificationRequest, whose number is a text).
func (d *Door) requests(q *request, list []*notice.Request, alone bool) error {
	var entries []*post.Entry
	from := make([]id.ID, len(list))
	for n, r := range list {
		from[n] = r.From.ID
		if r.Last != nil {
			entries = append(entries, r.Last)
		}
	}
	posts, err := d.show(q, entries)
	if err != nil {
		return err
	}
	last := make(map[id.ID]*shown, len(posts))
	for n := range posts {
		last[posts[n].e.Post.ID] = &posts[n]
	}
	faces, err := d.look(q.Context(), from, nil, false)
	if err != nil {
		return err
	}
	each := make([]int, 0, len(list))
	for n, f := range faces {
		if f != nil {
			each = append(each, n)
		}
	}
	one := func(b []byte, n int) []byte {
		r := list[n]
		b = appendID(append(b, `{"id":`...), r.ID)
		b = appendTime(append(b, `,"created_at":`...), r.CreatedAt)
		b = appendTime(append(b, `,"updated_at":`...), r.ChangedAt)
		b = appendText(append(b, `,"notifications_count":`...), strconv.Itoa(r.Notices))
		b = append(append(b, `,"account":`...), faces[n].json()...)
		b = append(b, `,"last_status":`...)
		if r.Last == nil || last[r.Last.Post.ID] == nil {
			return append(b, `null}`...)
		}
		return append(d.appendStatus(b, q, last[r.Last.Post.ID]), '}')
	}
	switch {
	case !alone:
		q.out = appendList(q.out, each, one)
	case len(each) == 0:
		return problem.NotFound("request")
	default:
		q.out = one(q.out, 0)
	}
	return nil
}

// noticesMerged: what a request held comes in before its acceptance is answered.
func (d *Door) noticesMerged(q *request) error {
	q.out = append(q.out, `{"merged":true}`...)
	return nil
}

func (d *Door) acceptRequest(q *request) error  { return d.settleOne(q, d.Notices.Accept) }
func (d *Door) dismissRequest(q *request) error { return d.settleOne(q, d.Notices.DismissRequests) }

func (d *Door) acceptRequests(q *request) error  { return d.settleMany(q, d.Notices.Accept) }
func (d *Door) dismissRequests(q *request) error { return d.settleMany(q, d.Notices.DismissRequests) }

// settling accepts or dismisses requests, and says how many there were.
type settling func(context.Context, account.Viewer, []id.ID) (int, error)

func (d *Door) settleOne(q *request, do settling) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	n, err := do(q.Context(), q.viewer, []id.ID{i})
	if err == nil && n == 0 {
		err = problem.NotFound("request")
	}
	q.out = append(q.out, "{}"...)
	return err
}

func (d *Door) settleMany(q *request, do settling) error {
	if err := q.form(); err != nil {
		return err
	}
	ids, err := q.ids("id")
	if err != nil {
		return err
	}
	_, err = do(q.Context(), q.viewer, ids)
	q.out = append(q.out, "{}"...)
	return err
}
