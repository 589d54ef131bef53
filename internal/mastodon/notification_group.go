package mastodon

import (
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
)

func groupRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v2/notifications", scopes: "read:notifications", do: (*Door).groups},
		{method: "GET", path: "/api/v2/notifications/unread_count", scopes: "read:notifications", do: (*Door).unreadGroups},
		{method: "GET", path: "/api/v2/notifications/{group_key}", scopes: "read:notifications", do: (*Door).group},
		{method: "GET", path: "/api/v2/notifications/{group_key}/accounts", scopes: "read:notifications write:notifications", do: (*Door).groupAccounts},
		{method: "POST", path: "/api/v2/notifications/{group_key}/dismiss", scopes: "write:notifications", do: (*Door).dismissGroup},
	}
}

// appendKey appends what clients call a group, in Mastodon's form.
func appendKey(b []byte, k notice.GroupKey) []byte {
	if k.Alone != 0 {
		return strconv.AppendInt(append(b, "ungrouped-"...), int64(k.Alone), 10)
	}
	b = append(append(b, types[k.Kind]...), '-')
	if k.Post != 0 {
		b = append(strconv.AppendInt(b, int64(k.Post), 10), '-')
	}
	return strconv.AppendInt(b, k.Span, 10)
}

// groupKey is the one in the path.
func (q *request) groupKey() (k notice.GroupKey, err error) {
	unknown := problem.NotFound("notice")
	name, rest, _ := strings.Cut(q.PathValue("group_key"), "-")
	if name == "ungrouped" {
		if k.Alone, err = id.Parse(rest); err != nil {
			return k, unknown
		}
		return k, nil
	}
	for kind, t := range types {
		if t == name && kind.Grouped() {
			k.Kind = kind
		}
	}
	if k.Kind == "" {
		return k, unknown
	}
	if k.Kind != notice.Follow && k.Kind != notice.SignedUp {
		var post string
		post, rest, _ = strings.Cut(rest, "-")
		if k.Post, err = id.Parse(post); err != nil {
			return k, unknown
		}
	}
	if k.Span, err = strconv.ParseInt(rest, 10, 64); err != nil || k.Span <= 0 {
		return k, unknown
	}
	return k, nil
}

// groupFilter reads which groups are asked for; none says that there can be none.
func (q *request) groupFilter() (f notice.GroupFilter, none bool, err error) {
	if f.Filter, none, err = q.filter(); err != nil {
		return f, none, err
	}
	if grouped := q.all("grouped_types"); len(grouped) > 0 {
		f.Apart = slices.DeleteFunc(kinds(grouped, true), func(k notice.Kind) bool { return !k.Grouped() })
	}
	return f, none, nil
}

// groupsMost is the longest page of groups, and groupsUsual what is given unless
// asked otherwise.
const (
	groupsMost  = 80
	groupsUsual = 40
)

func (d *Door) groups(q *request) error {
	p, err := q.page(groupsMost)
	if err != nil {
		return err
	}
	if p.Limit == 0 {
		p.Limit = groupsUsual
	}
	f, none, err := q.groupFilter()
	if err != nil {
		return err
	}
	var partial bool
	switch q.get("expand_accounts") {
	case "", "full":
	case "partial_avatars":
		partial = true
	default:
		return problem.Invalid("expand_accounts", "Choose one of these.")
	}
	var list []*notice.Group
	if !none {
		if list, err = d.Notices.Groups(q.Context(), q.viewer, f, p); err != nil {
			return err
		}
	}
	if len(list) > 0 {
		oldest := list[0].ID
		for _, g := range list {
			oldest = min(oldest, g.Oldest)
		}
		q.link(d.URL, list[0].ID, oldest)
	}
	q.place = filter.Notices
	return d.dedup(q, list, partial)
}

func (d *Door) group(q *request) error {
	k, err := q.groupKey()
	if err != nil {
		return err
	}
	g, err := d.Notices.Group(q.Context(), q.viewer, k)
	if err != nil {
		return err
	}
	if types[g.Kind] == "" {
		return problem.NotFound("notice")
	}
	return d.dedup(q, []*notice.Group{g}, false)
}

func (d *Door) groupAccounts(q *request) error {
	k, err := q.groupKey()
	if err != nil {
		return err
	}
	p, err := q.page(groupsMost)
	if err != nil {
		return err
	}
	if p.Limit == 0 {
		p.Limit = groupsUsual
	}
	list, err := d.Notices.GroupNotices(q.Context(), q.viewer, k, p)
	if err != nil {
		return err
	}
	linked(d, q, list, func(n *notice.Notice) id.ID { return n.ID })
	ids := make([]id.ID, len(list))
	for n := range list {
		ids[n] = sender(list[n])
	}
	return d.accounts(q, ids)
}

func (d *Door) dismissGroup(q *request) error {
	k, err := q.groupKey()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Notices.DismissGroup(q.Context(), q.viewer, k)
}

func (d *Door) unreadGroups(q *request) error {
	f, none, err := q.groupFilter()
	if err != nil {
		return err
	}
	most, err := q.countLimit()
	if err != nil {
		return err
	}
	n := 0
	if !none {
		if n, err = d.Notices.UnreadGroups(q.Context(), q.viewer, f, most); err != nil {
			return err
		}
	}
	q.out = append(strconv.AppendInt(append(q.out, `{"count":`...), int64(n), 10), '}')
	return nil
}

// sender is whom clients take a notice to be from: a letter's is the movement's.
func sender(n *notice.Notice) id.ID {
	if n.Kind.Posted() && n.Post != nil {
		return n.Post.Post.AccountID
	}
	return n.From.ID
}

// senders are those of a group, newest first.
func senders(g *notice.Group) []id.ID {
	if g.Kind.Posted() {
		return []id.ID{sender(g.Notice)}
	}
	ids := make([]id.ID, len(g.People))
	for n, a := range g.People {
		ids[n] = a.ID
	}
	return ids
}

// dedup answers with groups, and once with each account and post that they speak
// of (Mastodon's entity GroupedNotificationsResults). With partial, only the
// newest account of each group is given whole.
func (d *Door) dedup(q *request, list []*notice.Group, partial bool) error {
	for _, g := range list {
		if g.Post != nil && !slices.Contains(q.entries, g.Post) {
			q.entries = append(q.entries, g.Post)
		}
	}
	posts, err := d.show(q, q.entries)
	if err != nil {
		return err
	}
	var whole, rest []id.ID
	add := func(to []id.ID, ids []id.ID) []id.ID {
		for _, i := range ids {
			if !slices.Contains(whole, i) && !slices.Contains(to, i) {
				to = append(to, i)
			}
		}
		return to
	}
	for _, g := range list {
		if from := senders(g); partial {
			whole = add(whole, from[:1])
		} else {
			whole = add(whole, from)
		}
	}
	if partial {
		for _, g := range list {
			rest = add(rest, senders(g))
		}
	}
	faces, err := d.look(q.Context(), slices.Concat(whole, rest), nil, false)
	if err != nil {
		return err
	}
	here := make(map[id.ID]bool, len(faces))
	for _, f := range faces {
		if f != nil {
			here[f.account.ID] = true
		}
	}
	notices := make([]*notice.Notice, len(list))
	for n, g := range list {
		notices[n] = g.Notice
	}
	if err := d.attach(q, notices); err != nil {
		return err
	}
	gone := func(f *face) bool { return f == nil }
	b := appendList(append(q.out, `{"accounts":`...), slices.DeleteFunc(slices.Clone(faces[:len(whole)]), gone), func(b []byte, f *face) []byte { return append(b, f.json()...) })
	if partial {
		b = appendList(append(b, `,"partial_accounts":`...), slices.DeleteFunc(faces[len(whole):], gone), d.appendPartial)
	}
	b = append(b, `,"statuses":[`...)
	for n := range posts {
		if n > 0 {
			b = append(b, ',')
		}
		b = d.appendStatus(b, q, &posts[n])
	}
	there := make(map[id.ID]bool, len(posts))
	for _, s := range posts {
		there[s.e.Post.ID] = true
	}
	list = slices.DeleteFunc(list, func(g *notice.Group) bool { // gone since
		return g.Post != nil && !there[g.Post.Post.ID] || !here[senders(g)[0]]
	})
	q.out = append(appendList(append(b, `],"notification_groups":`...), list, func(b []byte, g *notice.Group) []byte { return appendGroup(b, g, here, q.attached[g.ID]) }), '}')
	return nil
}

// appendGroup appends Mastodon's entity NotificationGroup; here are the accounts
// that are given beside it, attached what it shows of a report or a decision.
func appendGroup(b []byte, g *notice.Group, here map[id.ID]bool, attached []byte) []byte {
	b = append(appendKey(append(b, `{"group_key":"`...), g.Group), '"')
	b = strconv.AppendInt(append(b, `,"notifications_count":`...), int64(g.Count), 10)
	b = appendText(append(b, `,"type":`...), types[g.Kind])
	b = strconv.AppendInt(append(b, `,"most_recent_notification_id":`...), int64(g.ID), 10)
	b = appendID(append(b, `,"page_min_id":`...), g.Oldest)
	b = appendID(append(b, `,"page_max_id":`...), g.ID)
	b = appendTime(append(b, `,"latest_page_notification_at":`...), g.CreatedAt)
	people := slices.DeleteFunc(senders(g), func(i id.ID) bool { return !here[i] })
	b = appendList(append(b, `,"sample_account_ids":`...), people, appendID)
	if g.Post != nil {
		b = appendID(append(b, `,"status_id":`...), g.Post.Post.ID)
	}
	return append(appendWhat(append(b, attached...), g.Notice), '}')
}

// appendPartial appends Mastodon's entity PartialAccountWithAvatar.
func (d *Door) appendPartial(b []byte, f *face) []byte {
	a := f.account
	b = appendID(append(b, `{"id":`...), a.ID)
	b = appendText(append(b, `,"acct":`...), a.Handle())
	b = strconv.AppendBool(append(b, `,"locked":`...), a.Locked)
	b = strconv.AppendBool(append(b, `,"bot":`...), a.Bot)
	b = appendText(append(b, `,"url":`...), d.accountURL(a))
	b = appendText(append(b, `,"avatar":`...), f.avatar)
	b = appendText(append(b, `,"avatar_static":`...), f.avatar)
	return append(b, '}')
}
