package mastodon

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// channel is a stream by name, such as "hashtag", with what it is about.
type channel struct {
	name string
	list string // id of one, for list
	tag  string // for hashtag and hashtag:local
}

const (
	tagMost     = 4 * text.TagMost // bytes of a hashtag
	topicWithin = 5 * time.Second
)

// title is what messages say that they belong to, as a JSON list.
func (c channel) title() string {
	b := appendText([]byte{'['}, c.name)
	switch {
	case c.name == "list":
		b = appendText(append(b, ','), c.list)
	case strings.HasPrefix(c.name, "hashtag"):
		b = appendText(append(b, ','), c.tag)
	}
	return string(append(b, ']'))
}

// topics are what a channel is to package feed, for a stream's viewer and scopes.
func (d *Door) topics(x *stream, c channel) ([]feed.Topic, error) {
	switch {
	case strings.HasPrefix(c.name, "public"), strings.HasPrefix(c.name, "hashtag"): // for any token
	case x.scopes.Covers("read:statuses") && c.name != "user:notification":
	case x.scopes.Covers("read:notifications") && c.name == "user:notification":
	default:
		return nil, errStreamScope
	}
	if only, ok := publics[c.name]; ok {
		return []feed.Topic{feed.PublicTopic(only)}, nil
	}
	me := x.viewer.ID()
	switch c.name {
	case "user":
		return []feed.Topic{feed.HomeTopic(), feed.NoticesOf(me), feed.Everyone()}, nil
	case "user:notification":
		return []feed.Topic{feed.NoticesOf(me)}, nil
	case "direct":
		return []feed.Topic{feed.DirectOf(me)}, nil
	case "hashtag", "hashtag:local":
		if c.tag == "" || len(c.tag) > tagMost {
			return nil, errTagMissing
		}
		return []feed.Topic{feed.TagTopic(c.tag, feed.Only{Local: c.name == "hashtag:local"})}, nil
	case "list":
		return d.listTopic(x, c.list)
	}
	return nil, errStreamUnknown
}

func (d *Door) listTopic(x *stream, list string) ([]feed.Topic, error) {
	if list == "" {
		return nil, errListMissing
	}
	i, err := id.Parse(list)
	if err != nil {
		return nil, errListForbidden
	}
	ctx, cancel := context.WithTimeout(context.Background(), topicWithin)
	defer cancel()
	t, err := d.Feeds.ListTopic(ctx, x.viewer, i)
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindNotFound {
		return nil, errListForbidden
	}
	return []feed.Topic{t}, err
}

// place is where the filters of who listens drop what is told; 0: nowhere.
func (c channel) place() filter.Contexts {
	if c.name == "user" || c.name == "list" {
		return filter.Home
	}
	return 0
}

// publics are the public streams.
var publics = map[string]feed.Only{
	"public":              {},
	"public:media":        {Media: true},
	"public:local":        {Local: true},
	"public:local:media":  {Local: true, Media: true},
	"public:remote":       {Remote: true},
	"public:remote:media": {Remote: true, Media: true},
}

// subscription is one channel that a stream listens to. It is a feed.Listener.
type subscription struct {
	stream  *stream
	channel channel
	title   string
	topics  []feed.Topic
	stop    func()
	left    atomic.Bool
}

// listen subscribes a stream to a channel. To subscribe twice is to subscribe once.
func (d *Door) listen(x *stream, c channel) error {
	topics, err := d.topics(x, c)
	if err != nil {
		return err
	}
	if held, full := x.listens(topics); held {
		return nil
	} else if full {
		return errSubscriptions
	}
	s := &subscription{stream: x, channel: c, title: c.title(), topics: topics}
	if s.stop, err = d.Feeds.Watch(x.viewer, s, topics...); err != nil {
		return err
	}
	if !x.keep(s) {
		s.leave()
	}
	return nil
}

// unlisten ends what listen began, if it did.
func (d *Door) unlisten(x *stream, c channel) error {
	topics, err := d.topics(x, c)
	if err != nil {
		return err
	}
	if s := x.drop(topics); s != nil {
		s.leave()
	}
	return nil
}

// Hear takes an event down for its stream.
func (s *subscription) Hear(e *feed.Event) {
	switch {
	case e.Kind == feed.Reload:
		s.stream.end(closeLost)
	case s.tells(e):
		s.stream.push(letter{of: s, event: e})
	}
}

// End ends the stream with the server, unless it was this that left.
func (s *subscription) End() {
	if !s.left.Load() {
		s.stream.end(closeStopping)
	}
}

func (s *subscription) leave() {
	s.left.Store(true)
	s.stop()
}
