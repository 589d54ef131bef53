package mastodon

import (
	"context"
	"math"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

func relationRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/accounts/relationships", scopes: "read:follows", do: (*Door).relationships},
		{method: "POST", path: "/api/v1/accounts/{id}/follow", scopes: "write:follows", do: (*Door).follow, limit: func(l *limits) *door.Limit { return l.follows }},
		{method: "POST", path: "/api/v1/accounts/{id}/unfollow", scopes: "write:follows", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.Unfollow) }},
		{method: "POST", path: "/api/v1/accounts/{id}/remove_from_followers", scopes: "write:follows", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.RemoveFollower) }},
		{method: "POST", path: "/api/v1/accounts/{id}/block", scopes: "write:blocks", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.Block) }},
		{method: "POST", path: "/api/v1/accounts/{id}/unblock", scopes: "write:blocks", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.Unblock) }},
		{method: "POST", path: "/api/v1/accounts/{id}/mute", scopes: "write:mutes", do: (*Door).mute},
		{method: "POST", path: "/api/v1/accounts/{id}/unmute", scopes: "write:mutes", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.Unmute) }},
		{method: "GET", path: "/api/v1/blocks", scopes: "read:blocks", do: func(d *Door, q *request) error { return d.own(q, d.Relations.Blocks) }},
		{method: "GET", path: "/api/v1/mutes", scopes: "read:mutes", do: (*Door).mutes},
		{method: "GET", path: "/api/v1/follow_requests", scopes: "read:follows", do: func(d *Door, q *request) error { return d.own(q, d.Relations.Requests) }},
		{method: "POST", path: "/api/v1/follow_requests/{id}/authorize", scopes: "write:follows", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.AcceptRequest) }},
		{method: "POST", path: "/api/v1/follow_requests/{id}/reject", scopes: "write:follows", do: func(d *Door, q *request) error { return d.relate(q, d.Relations.RejectRequest) }},
	}
}

// own answers with a list of the viewer's own.
func (d *Door) own(q *request, list func(context.Context, account.Viewer, db.Page) ([]relation.Entry, error)) error {
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	found, err := list(q.Context(), q.viewer, usual(p))
	if err != nil {
		return err
	}
	return d.relatives(q, found)
}

// mutes answers with whom the viewer mutes, and until when (Mastodon's entity
// MutedAccount).
func (d *Door) mutes(q *request) error {
	p, err := q.page(accountsMost)
	if err != nil {
		return err
	}
	found, err := d.Relations.Mutes(q.Context(), q.viewer, usual(p))
	if err != nil {
		return err
	}
	linked(d, q, found, func(e relation.Entry) id.ID { return e.ID })
	for _, e := range found {
		q.people = append(q.people, e.Account.ID)
	}
	if q.faces, err = d.look(q.Context(), q.people, q.faces[:0], false); err != nil {
		return err
	}
	q.out = append(q.out, '[')
	begun := len(q.out)
	for n, f := range q.faces {
		if f == nil {
			continue
		}
		if len(q.out) > begun {
			q.out = append(q.out, ',')
		}
		q.out = append(q.out, f.json()...)
		q.out = append(q.out[:len(q.out)-1], `,"mute_expires_at":`...)
		q.out = append(appendTimeOr(q.out, found[n].Until), '}')
	}
	q.out = append(q.out, ']')
	return nil
}

// relate changes how the viewer stands to the account that the path names.
func (d *Door) relate(q *request, do func(context.Context, account.Viewer, id.ID) (relation.Relationship, error)) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	r, err := do(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendRelationship(q.out, r)
	return nil
}

func (d *Door) follow(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	return d.relate(q, func(ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
		return d.Relations.Follow(ctx, v, i, relation.FollowOptions{Shares: q.flag("reblogs"), Notify: q.flag("notify"), Languages: q.words("languages")})
	})
}

func (d *Door) mute(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	o := relation.MuteOptions{Notices: true}
	if notices := q.flag("notifications"); notices != nil {
		o.Notices = *notices
	}
	if s := q.get("duration"); s != "" {
		seconds, err := strconv.ParseInt(s, 10, 64)
		if err != nil || seconds < 0 || seconds > math.MaxInt64/int64(time.Second) {
			return problem.Invalid("duration", "The duration is a number of seconds.")
		}
		o.Duration = time.Duration(seconds) * time.Second
	}
	return d.relate(q, func(ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
		return d.Relations.Mute(ctx, v, i, o)
	})
}

func (d *Door) relationships(q *request) error {
	ids, err := q.ids("id")
	if err != nil {
		return err
	}
	var all []relation.Relationship
	if len(ids) > 0 {
		if all, err = d.Relations.Relationships(q.Context(), q.viewer, ids); err != nil {
			return err
		}
	}
	q.out = appendList(q.out, all, appendRelationship)
	return nil
}

func appendRelationship(b []byte, r relation.Relationship) []byte {
	b = appendID(append(b, `{"id":`...), r.ID)
	for _, f := range [...]struct {
		name string
		yes  bool
	}{
		{`,"following":`, r.Following}, {`,"showing_reblogs":`, r.ShowingShares}, {`,"notifying":`, r.Notifying},
		{`,"followed_by":`, r.FollowedBy}, {`,"blocking":`, r.Blocking}, {`,"blocked_by":`, r.BlockedBy},
		{`,"muting":`, r.Muting}, {`,"muting_notifications":`, r.MutingNotices},
		{`,"requested":`, r.Requested}, {`,"requested_by":`, r.RequestedBy},
		{`,"domain_blocking":`, r.DomainBlocking}, {`,"endorsed":`, r.Endorsed},
	} {
		b = strconv.AppendBool(append(b, f.name...), f.yes)
	}
	b = appendTimeOr(append(b, `,"muting_expires_at":`...), r.MuteExpiresAt)
	b = append(b, `,"languages":`...)
	if r.Languages == nil {
		b = append(b, "null"...)
	} else {
		b = appendList(b, r.Languages, appendText)
	}
	b = appendText(append(b, `,"note":`...), r.Note)
	return append(b, '}')
}
