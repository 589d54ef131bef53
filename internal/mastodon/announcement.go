package mastodon

import (
	"context"
	"slices"
	"strconv"

	"goodturn/internal/about"
)

func announcementRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/announcements", do: (*Door).announcements},
		{method: "POST", path: "/api/v1/announcements/{id}/dismiss", scopes: "write:accounts", do: (*Door).dismissAnnouncement},
		{method: "PUT", path: "/api/v1/announcements/{id}/reactions/{name}", scopes: "write:favourites", do: (*Door).reactTo},
		{method: "DELETE", path: "/api/v1/announcements/{id}/reactions/{name}", scopes: "write:favourites", do: (*Door).unreactTo},
	}
}

// announcements are those told now, oldest first, as Mastodon lists them.
func (d *Door) announcements(q *request) error {
	told, mine, err := d.About.Announcements(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	q.out = append(q.out, '[')
	for n := range slices.Backward(told) {
		if len(q.out) > 1 {
			q.out = append(q.out, ',')
		}
		if q.out, err = d.appendAnnouncement(q.Context(), q.out, &told[n], &mine[n]); err != nil {
			return err
		}
	}
	q.out = append(q.out, ']')
	return nil
}

// appendAnnouncement appends one as its reader sees it; mine is nil for one that
// is told to everybody alike.
func (d *Door) appendAnnouncement(ctx context.Context, b []byte, a *about.Announcement, mine *about.Mine) ([]byte, error) {
	words, err := d.Posts.Words(ctx, a.Text)
	if err != nil {
		return nil, err
	}
	b = appendID(append(b, `{"id":`...), a.ID)
	b = appendText(append(b, `,"content":`...), d.whole(words.HTML))
	b = appendTimeOr(append(b, `,"starts_at":`...), a.StartsAt)
	b = appendTimeOr(append(b, `,"ends_at":`...), a.EndsAt)
	b = strconv.AppendBool(append(b, `,"all_day":`...), a.AllDay)
	b = appendTime(append(b, `,"published_at":`...), a.PublishedAt)
	b = appendTime(append(b, `,"updated_at":`...), a.ChangedAt)
	if mine != nil {
		b = strconv.AppendBool(append(b, `,"read":`...), mine.Read)
	}
	b = appendList(append(b, `,"mentions":`...), words.Mentions, d.appendMention)
	b = appendList(append(b, `,"tags":`...), words.Tags, d.appendTag)
	b = d.appendEmojis(append(b, `,"emojis":`...), a.Text)
	emojis := d.About.Emojis()
	b = appendList(append(b, `,"statuses":[],"reactions":`...), a.Reactions, func(b []byte, r about.Reaction) []byte {
		b = d.appendReaction(b, emojis, r)
		if mine != nil {
			b = strconv.AppendBool(append(b, `,"me":`...), slices.Contains(mine.Names, r.Name))
		}
		return append(b, '}')
	})
	return append(b, '}'), nil
}

// appendReaction appends a reaction but for its closing brace.
func (d *Door) appendReaction(b []byte, emojis *about.Emojis, r about.Reaction) []byte {
	b = appendText(append(b, `{"name":`...), r.Name)
	b = strconv.AppendInt(append(b, `,"count":`...), int64(r.Count), 10)
	if e := emojis.ByShortcode(r.Name); e != nil {
		b = appendText(append(b, `,"url":`...), d.URL+e.Media.SmallURL())
		b = appendText(append(b, `,"static_url":`...), d.URL+e.Media.SmallURL())
	}
	return b
}

func (d *Door) dismissAnnouncement(q *request) error {
	i, err := q.id()
	if err == nil {
		err = d.About.Dismiss(q.Context(), q.viewer, i)
	}
	q.out = append(q.out, "{}"...)
	return err
}

func (d *Door) reactTo(q *request) error {
	i, err := q.id()
	if err == nil {
		err = d.About.React(q.Context(), q.viewer, i, q.PathValue("name"))
	}
	q.out = append(q.out, "{}"...)
	return err
}

func (d *Door) unreactTo(q *request) error {
	i, err := q.id()
	if err == nil {
		err = d.About.Unreact(q.Context(), q.viewer, i, q.PathValue("name"))
	}
	q.out = append(q.out, "{}"...)
	return err
}
