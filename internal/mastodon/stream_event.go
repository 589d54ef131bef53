package mastodon

import (
	"context"
	"encoding/binary"
	"net/http"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// posted are what posts' events are called on streams. Numbers are told by none.
var posted = map[feed.EventKind]string{
	feed.Posted: "update", feed.Edited: "status.update", feed.Deleted: "delete", feed.Conversed: "conversation",
}

// published is what an event that is no post's is called on streams, "" if it is
// not for them, and whether it is one of notices, which a token may be barred
// from. What it carries is said by tidings.
func published(data any) (name string, ofNotices bool) {
	switch e := data.(type) {
	case notice.Made:
		if types[e.Kind] != "" {
			return "notification", true
		}
	case notice.Merged:
		return "notifications_merged", true
	case filter.Changed:
		return "filters_changed", false
	case about.AnnouncementChanged:
		if e.Gone {
			return "announcement.delete", false
		}
		return "announcement", false
	case about.Reacted:
		return "announcement.reaction", false
	}
	return "", false
}

// toAll says whether what is published looks alike to everybody.
func toAll(data any) bool {
	switch data.(type) {
	case about.AnnouncementChanged, about.Reacted:
		return true
	}
	return false
}

// tidings are what a published event carries, for the viewer: JSON, or plain
// text; nil if there is nothing to tell after all.
func (d *Door) tidings(ctx context.Context, v account.Viewer, data any) ([]byte, error) {
	switch e := data.(type) {
	case notice.Made:
		return d.tidingsOfNotice(ctx, v, e.NoticeID)
	case notice.Merged:
		return []byte("1"), nil
	case filter.Changed:
		return []byte{}, nil
	case about.AnnouncementChanged:
		return d.tidingsOfAnnouncement(ctx, e)
	case about.Reacted:
		b := d.appendReaction(nil, d.About.Emojis(), about.Reaction{Name: e.Name, Count: e.Count})
		return append(appendID(append(b, `,"announcement_id":`...), e.ID), '}'), nil
	}
	return nil, nil
}

func (d *Door) tidingsOfAnnouncement(ctx context.Context, e about.AnnouncementChanged) ([]byte, error) {
	if e.Gone {
		return []byte(e.ID.String()), nil
	}
	a, err := d.About.Announcement(ctx, e.ID)
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindNotFound {
		return nil, nil // over since
	}
	if err != nil {
		return nil, err
	}
	return d.appendAnnouncement(ctx, nil, a, nil)
}

func (d *Door) tidingsOfNotice(ctx context.Context, v account.Viewer, i id.ID) ([]byte, error) {
	n, err := d.Notices.Get(ctx, v, i)
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindNotFound {
		return nil, nil // taken back since, or of somebody whom the viewer mutes
	}
	if err != nil || n.Filtered {
		return nil, err
	}
	return d.aside(ctx, v, func(q *request) error {
		q.place = filter.Notices
		return d.notices(q, []*notice.Notice{n}, true)
	})
}

func (d *Door) tidingsOfConversation(ctx context.Context, v account.Viewer, i id.ID) ([]byte, error) {
	c, err := d.Posts.Conversation(ctx, v, i)
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindNotFound {
		return nil, nil // thrown away since
	}
	if err != nil {
		return nil, err
	}
	return d.aside(ctx, v, func(q *request) error { return d.conversation(q, c) })
}

// aside makes an answer that nobody requested.
func (d *Door) aside(ctx context.Context, v account.Viewer, do func(q *request) error) ([]byte, error) {
	q := newRequest(nil, (&http.Request{}).WithContext(ctx))
	defer q.free()
	q.viewer = v
	if err := do(q); err != nil {
		return nil, err
	}
	return append([]byte(nil), q.out...), nil
}

// tells says whether a subscription's app is to be told of an event.
func (s *subscription) tells(e *feed.Event) bool {
	if e.Kind != feed.Published {
		return posted[e.Kind] != ""
	}
	name, ofNotices := published(e.Data)
	switch {
	case ofNotices:
		return s.stream.scopes.Covers("read:notifications")
	case s.channel.name == "user:notification":
		return false
	}
	return name != ""
}

// round is what one writing to all shares: what many are told is made into bytes
// once for all to whom it looks alike.
type round struct {
	door   *Door
	frames map[frameKey][]byte
	out    []byte
	spare  []*stream
	failed bool
}

type frameKey struct {
	kind   feed.EventKind
	post   id.ID
	entry  *post.Entry
	title  string
	socket bool
	only   id.ID
	data   any // of what toAll is true for, whose types are comparable
}

// end lets go of what the round made.
func (r *round) end(called []*stream) {
	clear(called)
	clear(r.frames)
	r.spare, r.failed = called, false
	if cap(r.out) > largest {
		r.out = nil
	}
}

// deliver writes what waits in a stream's queue, all at once.
func (r *round) deliver(ctx context.Context, x *stream) error {
	queue, ending, last := x.take()
	out := r.out[:0]
	for _, l := range queue {
		if l.raw != nil {
			out = append(out, l.raw...)
			continue
		}
		frame, err := r.frame(ctx, x, l)
		if err != nil {
			return err
		}
		out = append(out, frame...)
	}
	out = append(out, last...)
	r.out = out
	x.write(out, ending)
	return nil
}

// frame is an event as it goes over the stream's line.
func (r *round) frame(ctx context.Context, x *stream, l letter) ([]byte, error) {
	e := l.event
	switch e.Kind {
	case feed.Published:
		key := frameKey{kind: e.Kind, title: l.of.title, socket: x.socket}
		if toAll(e.Data) {
			key.data = e.Data
			if b, ok := r.frames[key]; ok {
				return b, nil
			}
		}
		name, _ := published(e.Data)
		payload, err := r.door.tidings(ctx, x.viewer, e.Data)
		if payload == nil || err != nil {
			return nil, err
		}
		b := x.framed(l.of.title, name, payload)
		if key.data != nil {
			r.keep(key, b)
		}
		return b, nil
	case feed.Conversed:
		payload, err := r.door.tidingsOfConversation(ctx, x.viewer, e.ConversationID)
		if payload == nil || err != nil {
			return nil, err
		}
		return x.framed(l.of.title, posted[e.Kind], payload), nil
	case feed.Deleted:
		return r.once(x, l, 0, func() ([]byte, error) { return []byte(e.PostID.String()), nil })
	}
	entry := e.Item.Entry
	filters, err := r.door.Filters.Of(ctx, x.viewer)
	if err != nil {
		return nil, err
	}
	found := filters.Results(entry)
	if filter.Drop(found, l.of.channel.place()) {
		return nil, nil
	}
	if e.Kind == feed.Posted && found == nil && forAll(x.viewer, entry.Post) {
		return r.once(x, l, 0, func() ([]byte, error) {
			return r.door.aside(ctx, x.viewer, func(q *request) error { return r.door.fresh(q, entry) })
		})
	}
	return r.once(x, l, x.viewer.ID(), func() ([]byte, error) {
		return r.door.aside(ctx, x.viewer, func(q *request) error { return r.door.status(q, entry) })
	})
}

// forAll says whether a new post looks to this viewer as it does to all others:
// nobody has done anything with it yet, and it is not theirs.
func forAll(v account.Viewer, p *post.Post) bool {
	return p.ShareOf == 0 && p.ReplyTo == 0 && p.Poll == nil && !v.Is(p.AccountID)
}

// once makes a frame, unless somebody in this round was told the same; only is
// whom it is for, 0 for all.
func (r *round) once(x *stream, l letter, only id.ID, payload func() ([]byte, error)) ([]byte, error) {
	e := l.event
	key := frameKey{kind: e.Kind, post: e.PostID, entry: e.Item.Entry, title: l.of.title, socket: x.socket, only: only}
	if b, ok := r.frames[key]; ok {
		return b, nil
	}
	p, err := payload()
	if refused, ok := problem.Of(err); err != nil && !(ok && refused.Kind == problem.KindNotFound) {
		return nil, err
	}
	var b []byte
	if len(p) > 0 { // else who wrote it is gone
		b = x.framed(l.of.title, posted[e.Kind], p)
	}
	r.keep(key, b)
	return b, nil
}

// keep has a frame at hand for the others of the round.
func (r *round) keep(key frameKey, frame []byte) {
	if r.frames == nil {
		r.frames = map[frameKey][]byte{}
	}
	r.frames[key] = frame
}

// fresh answers with a post that looks alike to all; with nothing if who wrote it
// is gone.
func (d *Door) fresh(q *request, e *post.Entry) error {
	by, err := d.look(q.Context(), []id.ID{e.Post.AccountID}, nil, false)
	if err == nil && by[0] != nil {
		q.out = d.appendStatus(q.out, q, &shown{e: e, by: by[0], sharedBy: by[0]})
	}
	return err
}

// framed is an event in the words of the stream's line: a message of a
// WebSocket, whose payload is JSON as text, or a server-sent event. An event that
// carries nothing has no payload: clients read each payload as JSON.
func (x *stream) framed(title, event string, payload []byte) []byte {
	if x.socket {
		b := append(append([]byte(`{"stream":`), title...), `,"event":"`...)
		b = append(append(b, event...), '"')
		if len(payload) > 0 {
			b = appendText(append(b, `,"payload":`...), string(payload))
		}
		return frameOf(opText, append(b, '}'))
	}
	b := append(append([]byte("event: "), event...), "\ndata: "...)
	return append(append(b, payload...), "\n\n"...)
}

// What the frames of a WebSocket are (RFC 6455, section 5.2).
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xA
)

// frameOf is one whole frame of a server, which masks nothing.
func frameOf(op byte, payload []byte) []byte {
	b := make([]byte, 0, len(payload)+10)
	b = append(b, 0x80|op)
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// What both ends say to show that they are there.
var (
	thump = []byte(":thump\n")
	ping  = frameOf(opPing, nil)
)

// closing is why a stream is ended, as a WebSocket is told (RFC 6455, section
// 7.4.1).
type closing struct {
	code    uint16 // 0 if the other end knows
	says    string
	patient bool // what is in the queue is written before
}

var (
	closeAnswered = closing{patient: true}
	closeStopping = closing{1001, "The server stops", true}
	closeBinary   = closing{1003, "The mastodon streaming server does not support binary messages", false}
	closeRevoked  = closing{1008, "The access token holds no longer", false}
	closeNoisy    = closing{1008, "Too many messages", false}
	closeLost     = closing{1012, "Events were lost", false}
	closeSlow     = closing{1013, "Too slow", false}
)

func (c closing) frame() []byte {
	if c.code == 0 {
		return nil
	}
	return frameOf(opClose, append(binary.BigEndian.AppendUint16(nil, c.code), c.says...))
}
