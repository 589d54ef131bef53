package mastodon

import (
	"context"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// slot is where this door keeps its fragments.
const slot = 0

// shown is a post with all that its JSON needs.
type shown struct {
	e        *post.Entry
	by       *face // who wrote or shared it
	sharedBy *face // who wrote what it shares; the same if it is no share
	flags    post.Flags
	chosen   post.Choices    // by the viewer, where it asks something
	filtered []filter.Result // by the viewer's filters
	why      []byte          // it is among the trends, or likes brought it here, as JSON; nil elsewhere

	at, sharedAt int // of the two faces, until they are there
}

// statuses answers with a list of posts.
func (d *Door) statuses(q *request, entries []*post.Entry) error {
	list, err := d.show(q, entries)
	if err != nil {
		return err
	}
	d.appendStatuses(q, list)
	return nil
}

func (d *Door) appendStatuses(q *request, list []shown) {
	q.out = append(q.out, '[')
	for n := range list {
		if n > 0 {
			q.out = append(q.out, ',')
		}
		q.out = d.appendStatus(q.out, q, &list[n])
	}
	q.out = append(q.out, ']')
}

// status answers with one post.
func (d *Door) status(q *request, e *post.Entry) error {
	list, err := d.show(q, append(q.entries[:0], e))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return problem.NotFound("post")
	}
	q.out = d.appendStatus(q.out, q, &list[0])
	return nil
}

// show finds who wrote the posts and what the viewer did with them. It is called
// once for all posts of an answer.
func (d *Door) show(q *request, entries []*post.Entry) ([]shown, error) {
	for _, e := range entries {
		of := e.Of().Post
		q.posts = append(q.posts, of.ID)
		s := shown{e: e, at: q.person(e.Post.AccountID)}
		s.sharedAt = s.at
		if of != e.Post {
			s.sharedAt = q.person(of.AccountID)
		}
		q.shown = append(q.shown, s)
	}
	flags, err := d.Posts.Flags(q.Context(), q.viewer.ID(), q.posts)
	if err != nil {
		return nil, err
	}
	if err := d.showViewer(q); err != nil {
		return nil, err
	}
	if q.faces, err = d.look(q.Context(), q.people, q.faces, false); err != nil {
		return nil, err
	}
	list := q.shown[:0]
	for n, s := range q.shown {
		s.by, s.sharedBy, s.flags = q.faces[s.at], q.faces[s.sharedAt], flags[n]
		if s.by != nil && s.sharedBy != nil && !q.drops(&s) { // else gone since
			list = append(list, s)
		}
	}
	q.shown = list
	d.saw(q)
	return list, nil
}

// saw counts the reader among those whom the movements reach that carry posts
// which are shown; nothing of who it was is kept.
func (d *Door) saw(q *request) {
	q.carriers = q.carriers[:0]
	for n := range q.shown {
		if m := q.shown[n].e.Post.MovementID; m != 0 && !slices.Contains(q.carriers, m) {
			q.carriers = append(q.carriers, m)
		}
	}
	switch {
	case len(q.carriers) == 0:
	case q.viewer.SignedIn():
		d.Impact.Saw(d.Impact.Account(q.viewer.ID()), q.carriers...)
	default:
		d.Impact.Saw(d.Impact.Stranger(door.Addr(q.Request), q.UserAgent()), q.carriers...)
	}
}

// showViewer adds what else the viewer did: what they chose in polls, and which
// threads they muted.
func (d *Door) showViewer(q *request) (err error) {
	if !q.viewer.SignedIn() {
		return nil
	}
	if q.muted, err = d.Posts.Muted(q.Context(), q.viewer.ID()); err != nil {
		return err
	}
	if err := d.filter(q); err != nil {
		return err
	}
	var polls []id.ID
	for n := range q.shown {
		if poll := q.shown[n].e.Of().Post.Poll; poll != nil {
			polls = append(polls, poll.ID)
		}
	}
	if polls == nil {
		return nil
	}
	chosen, err := d.Posts.Ballots(q.Context(), q.viewer.ID(), polls)
	if err != nil {
		return err
	}
	for n := range q.shown {
		if q.shown[n].e.Of().Post.Poll != nil {
			q.shown[n].chosen, chosen = chosen[0], chosen[1:]
		}
	}
	return nil
}

// filter holds the posts against the viewer's filters.
func (d *Door) filter(q *request) (err error) {
	if q.filters, err = d.Filters.Of(q.Context(), q.viewer); q.filters == nil || err != nil {
		return err
	}
	for n := range q.shown {
		q.shown[n].filtered = q.filters.Results(q.shown[n].e)
	}
	return nil
}

// drops says whether a filter drops the post where it would be shown.
func (q *request) drops(s *shown) bool { return filter.Drop(s.filtered, q.place) }

// person is the place of an account among those whose faces are looked up: the
// authors on a page are few, and often the same.
func (q *request) person(i id.ID) int {
	if at := slices.Index(q.people, i); at >= 0 {
		return at
	}
	q.people = append(q.people, i)
	return len(q.people) - 1
}

// appendStatus appends a post as Mastodon's entity Status: what is kept of it,
// then what changes by itself or with the reader.
func (d *Door) appendStatus(b []byte, q *request, s *shown) []byte {
	b = d.appendOne(b, q, s, s.e, s.e.Of().Counts(), s.by)
	if shared := s.e.Shared(); shared != nil {
		b = append(b, `,"reblog":`...)
		b = d.appendOne(b, q, s, shared, shared.Counts(), s.sharedBy)
		return append(b, `,"reblog":null}}`...)
	}
	return append(b, `,"reblog":null}`...)
}

// appendOne appends a post, or the share of one, but for reblog and the closing
// brace.
func (d *Door) appendOne(b []byte, q *request, s *shown, e *post.Entry, n post.Counts, by *face) []byte {
	f := s.flags
	b = append(b, e.Fragment(slot, d.build)...)
	if s.why != nil {
		b = appendWhyOf(b, e.Post, s.why)
	}
	b = strconv.AppendInt(append(b, `,"replies_count":`...), n.Replies, 10)
	b = strconv.AppendInt(append(b, `,"reblogs_count":`...), n.Shares, 10)
	b = strconv.AppendInt(append(b, `,"favourites_count":`...), n.Likes, 10)
	if q.viewer.SignedIn() {
		b = strconv.AppendBool(append(b, `,"favourited":`...), f.Liked)
		b = strconv.AppendBool(append(b, `,"reblogged":`...), f.Shared)
		b = strconv.AppendBool(append(b, `,"bookmarked":`...), f.Bookmarked)
		b = strconv.AppendBool(append(b, `,"muted":`...), q.muted.Has(s.e.Of().Post))
		b = appendList(append(b, `,"filtered":`...), s.filtered, appendResult)
		if p := e.Post; p.ShareOf == 0 && p.Visibility != post.Direct && q.viewer.Is(p.AccountID) {
			b = strconv.AppendBool(append(b, `,"pinned":`...), f.Pinned)
		}
	}
	if e.Post.Poll != nil {
		b = d.appendPoll(append(b, `,"poll":`...), q, e, s.chosen)
	}
	b = append(b, `,"account":`...)
	return append(b, by.json()...)
}

// fragment is what a version of a post looks like to everybody, from its opening
// brace, without numbers, flags and author.
func (d *Door) fragment(p *post.Post) []byte {
	b := make([]byte, 0, 1200+2*len(p.Text))
	b = appendID(append(b, `{"id":`...), p.ID)
	b = appendTime(append(b, `,"created_at":`...), p.CreatedAt)
	b = appendTimeOr(append(b, `,"edited_at":`...), p.EditedAt)
	b = appendIDOr(append(b, `,"in_reply_to_id":`...), p.ReplyTo)
	b = appendIDOr(append(b, `,"in_reply_to_account_id":`...), p.ReplyToAccount)
	b = strconv.AppendBool(append(b, `,"sensitive":`...), p.Sensitive)
	b = appendText(append(b, `,"spoiler_text":`...), p.Warning)
	b = appendText(append(b, `,"visibility":`...), string(p.Visibility))
	b = appendTextOr(append(b, `,"language":`...), p.Language)
	b = appendText(append(b, `,"uri":`...), d.postURI(p))
	b = appendText(append(b, `,"url":`...), d.postURL(p))
	b = appendText(append(b, `,"content":`...), d.whole(p.HTML())+d.deed(p))
	b = appendList(append(b, `,"media_attachments":`...), p.Media, func(b []byte, m media.Media) []byte { return d.appendMedia(b, &m) })
	b = appendList(append(b, `,"mentions":`...), p.Mentions, d.appendMention)
	b = appendList(append(b, `,"tags":`...), p.Tags, d.appendTag)
	if p.Poll == nil {
		b = append(b, `,"poll":null`...)
	}
	b = appendWith(append(b, `,"application":`...), p.App)
	b = d.appendEmojis(append(b, `,"emojis":`...), p.Text, p.Warning)
	b = d.appendCard(append(b, `,"card":`...), p.Linked())
	b = append(b, `,"quote":null,"quotes_count":0,"quote_approval":`+nobodyQuotes...)
	return d.appendOwn(b, p)
}

// deed says what a post's act was for and leads to the act, for clients that
// know nothing of acts.
func (d *Door) deed(p *post.Post) string {
	if p.ActID == 0 {
		return ""
	}
	at := d.URL + "/acts/" + p.ActID.String()
	title := p.Meta.Title
	if title == "" {
		title = strings.TrimPrefix(strings.TrimPrefix(at, "https://"), "http://")
	}
	return `<p>✓ <a href="` + at + `" rel="noopener noreferrer" target="_blank">` + html.EscapeString(title) + `</a></p>`
}

// nobodyQuotes says that posts are not quoted here.
const nobodyQuotes = `{"automatic":[],"manual":[],"current_user":"denied"}`

// appendWith appends what a post was written with.
func appendWith(b []byte, a post.App) []byte {
	if a.Name == "" {
		return append(b, "null"...)
	}
	b = appendText(append(b, `{"name":`...), a.Name)
	b = appendTextOr(append(b, `,"website":`...), a.Website)
	return append(b, '}')
}

// saysOwn says whether appendOwn appends anything.
func saysOwn(p *post.Post) bool { return p.ActID != 0 || p.MovementID != 0 || p.Meta.Kind != "" }

// appendOwn appends what only Goodturn says of a post, if anything.
func (d *Door) appendOwn(b []byte, p *post.Post) []byte {
	switch {
	case p.ActID != 0:
		b = appendID(append(b, `,"goodturn":{"act":{"id":`...), p.ActID)
		b = appendText(append(b, `,"url":`...), d.URL+"/acts/"+p.ActID.String())
		return append(b, `}}`...)
	case p.MovementID != 0:
		b = appendID(append(b, `,"goodturn":{"carried_by":`...), p.MovementID)
		return append(b, '}')
	case p.Meta.Kind != "":
		b = appendText(append(b, `,"goodturn":{"kind":`...), p.Meta.Kind)
		b = appendIDOr(append(b, `,"subject":`...), p.Meta.Subject)
		return append(b, '}')
	}
	return b
}

func (d *Door) postURL(p *post.Post) string {
	if p.URL != "" {
		return p.URL
	}
	i := p.ID
	if p.ShareOf != 0 {
		i = p.ShareOf
	}
	return d.URL + "/posts/" + i.String()
}

func (d *Door) postURI(p *post.Post) string {
	if p.URI != "" {
		return p.URI
	}
	return d.URL + "/users/" + p.AccountID.String() + "/statuses/" + p.ID.String()
}

func (d *Door) appendMention(b []byte, m post.Mention) []byte {
	b = appendID(append(b, `{"id":`...), m.AccountID)
	b = appendText(append(b, `,"username":`...), m.Username)
	b = appendText(append(b, `,"acct":`...), m.Handle)
	at := m.URL
	if strings.HasPrefix(at, "/") {
		at = d.URL + at
	}
	b = appendText(append(b, `,"url":`...), at)
	return append(b, '}')
}

func (d *Door) appendTag(b []byte, tag string) []byte {
	folded := db.Fold(tag)
	b = appendText(append(b, `{"name":`...), folded)
	b = appendText(append(b, `,"url":`...), d.URL+"/tags/"+url.PathEscape(folded))
	return append(b, '}')
}

// accounts answers with a list of accounts.
func (d *Door) accounts(q *request, ids []id.ID) error {
	var err error
	if q.faces, err = d.look(q.Context(), ids, q.faces[:0], false); err != nil {
		return err
	}
	q.out = append(q.out, '[')
	begun := len(q.out)
	for _, f := range q.faces {
		if f == nil {
			continue
		}
		if len(q.out) > begun {
			q.out = append(q.out, ',')
		}
		q.out = append(q.out, f.json()...)
	}
	q.out = append(q.out, ']')
	return nil
}

// face is one account as it is now, or nil.
func (d *Door) face(ctx context.Context, i id.ID) (*face, error) {
	var room [1]*face
	faces, err := d.look(ctx, []id.ID{i}, room[:0], true)
	if err != nil {
		return nil, err
	}
	return faces[0], nil
}
