package mastodon

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/problem"
)

// Streams tell an app what happens while it happens
// (https://docs.joinmastodon.org/methods/streaming/): by server-sent events one
// stream a connection, by WebSocket as many as it subscribes to. What they say is
// the same; where Mastodon's own streaming server words an error, so does this.
//
// Package feed decides who hears of what. Here each connection has a bounded
// queue, and one goroutine writes to all of them (streams); an idle connection by
// server-sent events has no goroutine, one by WebSocket only that which reads.

const streamPath = "/api/v1/streaming"

// sources are the streams that can be had as server-sent events, by path.
var sources = []struct{ path, name, media string }{
	{path: "/user", name: "user"},
	{path: "/user/notification", name: "user:notification"},
	{path: "/public", name: "public", media: "public:media"},
	{path: "/public/local", name: "public:local", media: "public:local:media"},
	{path: "/public/remote", name: "public:remote", media: "public:remote:media"},
	{path: "/hashtag", name: "hashtag"},
	{path: "/hashtag/local", name: "hashtag:local"},
	{path: "/list", name: "list"},
	{path: "/direct", name: "direct"},
}

func streamRoutes() []route {
	all := []route{
		{method: "GET", path: streamPath, raw: (*Door).socketOnly},
		{method: "GET", path: streamPath + "/{rest...}", raw: (*Door).socketOnly},
		{method: "GET", path: streamPath + "/health", open: true, raw: (*Door).streamHealth},
	}
	for _, s := range sources {
		all = append(all, route{method: "GET", path: streamPath + s.path, raw: func(d *Door, w http.ResponseWriter, r *http.Request) error {
			if upgrades(r) {
				return d.openSocket(w, r)
			}
			name := s.name
			if s.media != "" && isTrue(r.URL.Query().Get("only_media")) {
				name = s.media
			}
			return d.openEvents(w, r, name)
		}})
	}
	return all
}

// streamError is a refusal as Mastodon's streaming server words it.
type streamError struct {
	status int
	says   string
}

func (e *streamError) Error() string { return e.says }

var (
	errTokenMissing   = &streamError{http.StatusUnauthorized, "Missing access token"}
	errTokenInvalid   = &streamError{http.StatusUnauthorized, "Invalid access token"}
	errStreamScope    = &streamError{http.StatusUnauthorized, "Access token does not have the required scopes"}
	errListForbidden  = &streamError{http.StatusUnauthorized, "Not authorized to stream this list"}
	errTagMissing     = &streamError{http.StatusBadRequest, "Missing tag name parameter"}
	errListMissing    = &streamError{http.StatusBadRequest, "Missing list name parameter"}
	errStreamUnknown  = &streamError{http.StatusBadRequest, "Unknown stream type"}
	errChannelUnknown = &streamError{http.StatusBadRequest, "Unknown channel requested"}
	errSubscriptions  = &streamError{http.StatusTooManyRequests, "Too many subscriptions"}
	errStreams        = &streamError{http.StatusTooManyRequests, "Too many streams"}
)

// streamErrorOf is err as a stream says it.
func streamErrorOf(err error) *streamError {
	if e, ok := errors.AsType[*streamError](err); ok {
		return e
	}
	status := door.Status(err)
	if p, ok := problem.Of(err); ok && status < http.StatusInternalServerError {
		return &streamError{status, p.Text()}
	}
	return &streamError{status, "Unexpected error"}
}

// serveRaw answers requests to a route that does not end in JSON.
func (d *Door) serveRaw(rt *route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		alike(w.Header(), r)
		err := door.Caught(w, func() error { return rt.raw(d, w, r) })
		if err == nil {
			return
		}
		if e, ok := errors.AsType[*streamError](err); ok {
			w.Header().Set("X-Error-Message", e.says) // all that a browser's WebSocket lets its developer see
			d.write(w, r, e.status, append(appendText([]byte(`{"error":`), e.says), '}'))
			return
		}
		d.refuse(w, r, err)
	}
}

// streamHealth says that there are streams to be had.
func (d *Door) streamHealth(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := w.Write([]byte("OK")); err != nil {
		d.Log.Debug("answer not delivered", "route", r.Pattern, "error", err)
	}
	return nil
}

// socketOnly takes a WebSocket, wherever it knocks.
func (d *Door) socketOnly(w http.ResponseWriter, r *http.Request) error {
	if upgrades(r) {
		return d.openSocket(w, r)
	}
	return errChannelUnknown
}

// upgrades says whether the request asks for a WebSocket (RFC 6455, section 4.1).
func upgrades(r *http.Request) bool {
	return r.Method == http.MethodGet && r.ProtoMajor == 1 && strings.EqualFold(r.Header.Get("Upgrade"), "websocket") &&
		slices.ContainsFunc(strings.Split(r.Header.Get("Connection"), ","), func(s string) bool {
			return strings.EqualFold(strings.TrimSpace(s), "upgrade")
		})
}

// protocol is the first subprotocol that a WebSocket offers: where a browser's
// script, which can set no headers, puts its token.
func protocol(r *http.Request) string {
	first, _, _ := strings.Cut(r.Header.Get("Sec-WebSocket-Protocol"), ",")
	return strings.TrimSpace(first)
}

// listener finds out who wishes to listen, by a token that somebody gave, and
// makes room for a stream of theirs, a WebSocket or not. Whoever gets it closes it.
func (d *Door) listener(r *http.Request, socket bool) (*stream, error) {
	secret := door.Bearer(r)
	if secret == "" {
		secret = r.URL.Query().Get("access_token")
	}
	if secret == "" {
		secret = protocol(r)
	}
	if secret == "" {
		return nil, errTokenMissing
	}
	token, err := d.streamToken(r, secret)
	if err != nil {
		return nil, err
	}
	if d.limits.account != nil && !d.limits.account.Use(token.AccountID.String()).OK {
		return nil, errTooMany
	}
	x := &stream{
		all: &d.streams, viewer: account.As(token.Account), secret: strings.Clone(secret), scopes: token.Scopes,
		socket: socket, addr: addrKey(r), busy: true, // until there is something to write to
	}
	if !d.Streams.Enter(x.viewer.ID(), x.addr) {
		return nil, errStreams
	}
	d.streams.enter(x)
	return x, nil
}

func (d *Door) streamToken(r *http.Request, secret string) (*auth.Token, error) {
	token, err := d.bearer(r, secret)
	if err == nil {
		err = token.MayAct()
	}
	p, ok := problem.Of(err)
	if ok && p.Kind == problem.KindUnauthorized || errors.Is(err, auth.ErrNoAccount) {
		return nil, errTokenInvalid // an app's own too: nobody listens
	}
	return token, err
}
