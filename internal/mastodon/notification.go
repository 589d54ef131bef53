package mastodon

import (
	"slices"
	"strconv"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
)

func noticeRoutes() []route {
	return slices.Concat(groupRoutes(), noticeRequestRoutes(), pushRoutes(), []route{
		{method: "GET", path: "/api/v1/notifications", scopes: "read:notifications", do: (*Door).notifications},
		{method: "GET", path: "/api/v1/notifications/unread_count", scopes: "read:notifications", do: (*Door).unreadCount},
		{method: "POST", path: "/api/v1/notifications/clear", scopes: "write:notifications", do: (*Door).clearNotifications},
		{method: "GET", path: "/api/v1/notifications/{id}", scopes: "read:notifications", do: (*Door).notification},
		{method: "POST", path: "/api/v1/notifications/{id}/dismiss", scopes: "write:notifications", do: (*Door).dismiss},
	})
}

// types are what Mastodon calls the kinds of notices. Those that come with a
// direct post of a movement are mentions by it. What has neither post nor name
// there (an act that one inspired, a call that was cancelled, a movement that is
// handed over) is told by pages alone.
var types = map[notice.Kind]string{
	notice.Like: "favourite", notice.Share: "reblog", notice.Reply: "mention", notice.Mention: "mention",
	notice.Follow: "follow", notice.FollowRequest: "follow_request", notice.NewPost: "status", notice.Poll: "poll", notice.Update: "update",
	notice.Nomination: "mention", notice.Reminder: "mention", notice.Acceptance: "mention", notice.NotThisTime: "mention",
	notice.WitnessAsked: "mention", notice.WitnessOffered: "mention", notice.Witness: "mention", notice.WitnessAccepted: "mention",
	notice.Confirmation: "mention", notice.Step: "mention", notice.ActOffered: "mention",
	notice.DateReminder: "mention", notice.DateMoved: "mention", notice.DateCancelled: "mention", notice.DatePlace: "mention", notice.HoursDisputed: "mention",
	notice.HoursLogged: "mention", notice.DateYours: "mention", notice.DateUndone: "mention", notice.DateOffList: "mention",
	notice.Thanks: "mention", notice.Attested: "mention", notice.Lowered: "mention",
	notice.SignedUp: "admin.sign_up", notice.Reported: "admin.report", notice.Warning: "moderation_warning",
}

// TypeOf is what clients call a kind; "" for those that they do not know.
func TypeOf(k notice.Kind) string { return types[k] }

// kinds are those of the named types, or of all but those.
func kinds(names []string, except bool) []notice.Kind {
	var all []notice.Kind
	for kind, t := range types {
		named := false
		for _, name := range names {
			named = named || name == t
		}
		if named != except {
			all = append(all, kind)
		}
	}
	return all
}

// filter reads which notices are asked for; none says that there can be none.
func (q *request) filter() (f notice.Filter, none bool, err error) {
	f.Kinds = kinds(q.all("exclude_types"), true)
	if only := q.all("types"); len(only) > 0 {
		asked := kinds(only, false)
		var both []notice.Kind
		for _, k := range f.Kinds {
			for _, a := range asked {
				if k == a {
					both = append(both, k)
				}
			}
		}
		f.Kinds = both
	}
	f.Held = q.yes("include_filtered")
	if s := q.get("account_id"); s != "" {
		if f.FromID, err = id.Parse(s); err != nil {
			return f, false, problem.NotFound("account")
		}
	}
	return f, len(f.Kinds) == 0, nil
}

func (d *Door) notifications(q *request) error {
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	f, none, err := q.filter()
	if err != nil {
		return err
	}
	var list []*notice.Notice
	if !none {
		if p.Limit == 0 {
			p.Limit = 40
		}
		if list, err = d.Notices.List(q.Context(), q.viewer, f, p); err != nil {
			return err
		}
	}
	linked(d, q, list, func(n *notice.Notice) id.ID { return n.ID })
	q.place = filter.Notices
	return d.notices(q, list, false)
}

func (d *Door) notification(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	n, err := d.Notices.Get(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	if types[n.Kind] == "" {
		return problem.NotFound("notice")
	}
	return d.notices(q, []*notice.Notice{n}, true)
}

// notices answers with a list of notices, or with the one alone.
func (d *Door) notices(q *request, list []*notice.Notice, alone bool) error {
	for _, n := range list {
		if n.Post != nil {
			q.entries = append(q.entries, n.Post)
		}
	}
	posts, err := d.show(q, q.entries)
	if err != nil {
		return err
	}
	byID := make(map[id.ID]*shown, len(posts))
	for n := range posts {
		byID[posts[n].e.Post.ID] = &posts[n]
	}
	ids := make([]id.ID, len(list))
	for n := range list {
		ids[n] = list[n].From.ID
	}
	from, err := d.look(q.Context(), ids, nil, false)
	if err != nil {
		return err
	}
	if err := d.attach(q, list); err != nil {
		return err
	}
	if !alone {
		q.out = append(q.out, '[')
	}
	first := true
	for at, n := range list {
		var s *shown
		if n.Post != nil {
			s = byID[n.Post.Post.ID]
		}
		if from[at] == nil || n.Post != nil && s == nil {
			continue // gone since
		}
		if !first {
			q.out = append(q.out, ',')
		}
		first = false
		q.out = d.appendNotice(q.out, q, n, from[at], s)
	}
	if !alone {
		q.out = append(q.out, ']')
	}
	return nil
}

// appendNotice appends a notice as Mastodon's entity Notification. A direct post
// of a movement is from the movement, as clients expect of a mention; who did
// what it tells of is under goodturn.
func (d *Door) appendNotice(b []byte, q *request, n *notice.Notice, from *face, s *shown) []byte {
	b = appendID(append(b, `{"id":`...), n.ID)
	b = appendText(append(b, `,"type":`...), types[n.Kind])
	b = appendTime(append(b, `,"created_at":`...), n.CreatedAt)
	b = append(appendKey(append(b, `,"group_key":"`...), n.Group), '"')
	by := from
	if n.Kind.Posted() && s != nil {
		by = s.by
	}
	b = append(append(b, `,"account":`...), by.json()...)
	if s != nil {
		b = d.appendStatus(append(b, `,"status":`...), q, s)
	}
	b = append(b, q.attached[n.ID]...)
	return append(appendWhat(b, n), '}')
}

// appendWhat appends what only Goodturn says of a notice: what a letter is about.
func appendWhat(b []byte, n *notice.Notice) []byte {
	if !n.Kind.Posted() {
		return b
	}
	b = appendText(append(b, `,"goodturn":{"kind":`...), string(n.Kind))
	b = appendIDOr(append(b, `,"subject":`...), n.Subject)
	b = appendIDOr(append(b, `,"act":`...), n.ActID)
	b = appendID(append(b, `,"from":`...), n.From.ID)
	return append(b, '}')
}

// countLimit is how far the unread are counted.
func (q *request) countLimit() (int, error) {
	p, err := q.page(notice.UnreadCountMost)
	if p.Limit == 0 {
		p.Limit = notice.UnreadMost
	}
	return p.Size(), err
}

// unreadCount counts what notifications lists, with the same filters.
func (d *Door) unreadCount(q *request) error {
	f, none, err := q.filter()
	if err != nil {
		return err
	}
	most, err := q.countLimit()
	if err != nil {
		return err
	}
	n := 0
	if !none {
		if n, err = d.Notices.UnreadOf(q.Context(), q.viewer, f, most); err != nil {
			return err
		}
	}
	q.out = append(strconv.AppendInt(append(q.out, `{"count":`...), int64(n), 10), '}')
	return nil
}

func (d *Door) clearNotifications(q *request) error {
	q.out = append(q.out, "{}"...)
	return d.Notices.Clear(q.Context(), q.viewer)
}

func (d *Door) dismiss(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Notices.Dismiss(q.Context(), q.viewer, i)
}
