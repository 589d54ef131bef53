package mastodon_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/lxzan/gws"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/seed"
)

// write posts by API, and gives the id.
func (p person) write(text string, form ...string) string {
	p.h.t.Helper()
	return p.post("/api/v1/statuses", append([]string{"status", text}, form...)...).ok().id()
}

// both runs f with a stream of either kind, opened by open.
func both(t *testing.T, f func(t *testing.T, h *house, open func(p person, path, stream string) *app)) {
	t.Run("events", func(t *testing.T) {
		each(t, func(t *testing.T, h *house) {
			f(t, h, func(p person, path, _ string) *app { return p.listen(path) })
		})
	})
	t.Run("socket", func(t *testing.T) {
		each(t, func(t *testing.T, h *house) {
			f(t, h, func(p person, _, stream string) *app { return p.connect("?stream=" + stream).settle() })
		})
	})
}

func TestStream_User(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		seed.Follow(t, h.Ground, ada.Account, cem.Account)
		a := open(ada, "/user", "user")

		soup := bob.write("Soup is \"ready\"\nfor all 🍲")
		s := a.hears("update", soup).entity(t)
		if s["favourited"] != false || s["account"].(map[string]any)["username"] != "bob" || !strings.Contains(s["content"].(string), "🍲") {
			t.Errorf("a new post is told as %v", s)
		}
		bob.form("PUT", "/api/v1/statuses/"+soup, "status", "Soup is gone").ok()
		a.hears("status.update", "Soup is gone")

		ada.post("/api/v1/statuses/" + soup + "/favourite").ok()
		cem.post("/api/v1/statuses/" + soup + "/reblog").ok()
		if shared := a.hears("update", soup).entity(t)["reblog"].(map[string]any); shared["favourited"] != true || shared["id"] != soup {
			t.Errorf("a share of what was liked is told as %v", shared)
		}

		bob.write("@ada are you there?")
		heard := map[string]told{}
		for range 2 {
			s := a.next()
			heard[s.event] = s
		}
		if n := heard["notification"].entity(t); n["type"] != "mention" || n["account"].(map[string]any)["username"] != "bob" {
			t.Errorf("a mention is told as %v", n)
		}
		if heard["update"].event == "" {
			t.Error("a mention by somebody who is followed did not come home")
		}

		bob.delete("/api/v1/statuses/" + soup).ok()
		if s := a.next(); s.event != "delete" {
			t.Errorf("told of %v", s)
		}
	})
}

func TestStream_Public(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob := h.person("ada"), h.person("bob")
		public, local, media := open(ada, "/public", "public"), open(ada, "/public/local", "public:local"), open(ada, "/public?only_media=true", "public:media")
		localMedia, remote := open(ada, "/public/local?only_media=1", "public:local:media"), open(ada, "/public/remote", "public:remote")
		remoteMedia := open(ada, "/public/remote?only_media=1", "public:remote:media")
		tag, localTag := open(ada, "/hashtag?tag=SOUP", "hashtag&tag=SOUP"), open(ada, "/hashtag/local?tag=soup", "hashtag:local&tag=soup")

		plain := bob.write("Good morning")
		public.hears("update", plain)
		local.hears("update", plain)
		picture := bob.upload("POST", "/api/v2/media", "file", pngOf(t, 40, 30)).ok().id()
		soup := bob.write("Look, #soup", "media_ids[]", picture)
		for _, a := range []*app{public, local, media, localMedia, tag, localTag} {
			a.hears("update", soup)
		}
		bob.write("For my friends", "visibility", "private")
		bob.delete("/api/v1/statuses/" + soup).ok()
		for _, a := range []*app{public, local, media, localMedia, tag, localTag} {
			a.hears("delete", soup)
		}
		for _, a := range []*app{remote, remoteMedia} {
			for len(a.tells) > 0 {
				if s := a.next(); s.event != "delete" {
					t.Errorf("told of %v, which is not of another server", s)
				}
			}
		}
	})
}

func TestStream_Notifications(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob := h.person("ada"), h.person("bob")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		a := open(ada, "/user/notification", "user:notification")
		bob.write("Not for notices")
		bob.post("/api/v1/accounts/" + ada.ID.String() + "/follow").ok()
		if n := a.hears("notification", "follow").entity(t); n["type"] != "follow" || n["created_at"] == nil {
			t.Errorf("told of %v", n)
		}
		posts := h.with(ada.Account, "read:statuses")
		b := open(posts, "/user", "user")
		bob.write("@ada hello")
		a.hears("notification", "mention")
		b.hears("update", "hello")
		last := bob.write("And once more")
		b.hears("update", last) // and of no notification between
	})
}

func TestStream_Multiplexed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		a := ada.connect("").subscribe("user").subscribe("hashtag", "tag", "Soup").subscribe("hashtag", "tag", "soup")
		i := bob.write("#soup for all")
		streams := map[string]bool{}
		for range 2 {
			streams[a.hears("update", i).stream] = true
		}
		if !streams["user"] || !streams["hashtag Soup"] {
			t.Errorf("told on %v", streams)
		}
		a.wishes("unsubscribe", "user").wishes("unsubscribe", "user")
		a.hears("update", bob.write("more #soup"))
		a.wishes("unsubscribe", "hashtag", "tag", "SOUP").says(`{"type":"subscribe","stream":["public:local"]}`).settle()
		if s := a.hears("update", bob.write("and #soup again")); s.stream != "public:local" {
			t.Errorf("told on %v", s.stream)
		}
	})
}

func TestStream_Tokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		byQuery := ada.connect("?stream=public", ada.asQuery).settle()
		a, answer, err := ada.dial("/?stream=public", ada.asProtocol)
		if err != nil || answer.Header.Get("Sec-WebSocket-Protocol") != ada.token {
			t.Fatalf("a token as subprotocol is answered %v, %v", answer, err)
		}
		a.settle()
		events := person{h: h}.listen("/public?access_token=" + ada.token)
		i := bob.write("Hello")
		for _, x := range []*app{byQuery, a, events} {
			x.hears("update", i)
		}
	})
}

func TestStream_Refused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		pushes, notices := h.with(ada.Account, "push"), h.with(ada.Account, "read:notifications")
		liar := person{h: h, token: "nobody ever made this token"}
		for _, c := range []struct {
			who    person
			path   string
			status int
			says   string
		}{
			{h.nobody(), "/public", 401, "Missing access token"},
			{liar, "/user", 401, "Invalid access token"},
			{pushes, "/user", 401, "Access token does not have the required scopes"},
			{pushes, "/user/notification", 401, "Access token does not have the required scopes"},
			{pushes, "/direct", 401, "Access token does not have the required scopes"},
			{notices, "/user", 401, "Access token does not have the required scopes"},
			{notices, "/list?list=1", 401, "Access token does not have the required scopes"},
			{ada, "/list?list=1", 401, "Not authorized to stream this list"},
			{ada, "/list?list=x", 401, "Not authorized to stream this list"},
			{ada, "/list", 400, "Missing list name parameter"},
			{ada, "/hashtag", 400, "Missing tag name parameter"},
			{ada, "/hashtag/local?tag=", 400, "Missing tag name parameter"},
			{ada, "/everything", 400, "Unknown channel requested"},
			{ada, "", 400, "Unknown channel requested"},
		} {
			r, err := http.NewRequest(http.MethodGet, h.address()+"/api/v1/streaming"+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if c.who.token != "" {
				r.Header.Set("Authorization", "Bearer "+c.who.token)
			}
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if want := fmt.Sprintf(`{"error":%q}`, c.says); err != nil || answer.StatusCode != c.status || string(body) != want {
				t.Errorf("%s is answered %d %s, not %d %s", c.path, answer.StatusCode, body, c.status, want)
			}
		}
		if _, answer, err := liar.dial("?stream=user"); err == nil || answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("a socket with a token that is none is answered %v, %v", answer, err)
		}
		a := ada.connect("?stream=nonsense")
		for _, c := range []struct {
			message, says string
			status        int
		}{
			{"", "Unknown stream type", 400},
			{`{"type":"subscribe"}`, "Unknown stream type", 400},
			{`{"type":"subscribe","stream":"list","list":7}`, "Not authorized to stream this list", 401},
			{`{"type":"subscribe","stream":"hashtag","tag":{}}`, "Missing tag name parameter", 400},
			{`{"type":"unsubscribe","stream":["?"]}`, "Error unsubscribing from channel", 0},
		} {
			if c.message != "" {
				a.says(c.message)
			}
			if s := a.next(); s.failed != c.says || s.status != c.status {
				t.Errorf("%s is answered %v", c.message, s)
			}
		}
		if s := pushes.connect("?stream=user").next(); s.failed != "Access token does not have the required scopes" || s.status != 401 {
			t.Errorf("without the scope: %v", s)
		}
	})
}

func TestStream_Hostile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		a := ada.connect("?stream=public").settle()
		for _, s := range []string{"", "{", "[]", "null", `"subscribe"`, `{"type":7}`, `{"type":"subscribe","stream":{"a":1}}`, `{"type":"dance","stream":"user"}`} {
			a.says(s)
		}
		for a.settle(); len(a.tells) > 0; {
			if s := a.next(); s.failed == "" {
				t.Errorf("nonsense is answered %v", s)
			}
		}
		a.hears("update", bob.write("Still here"))
		for n := range 40 {
			a.subscribe("hashtag", "tag", fmt.Sprint("tag", n))
		}
		if s := a.next(); s.failed != "Too many subscriptions" {
			t.Errorf("the thirty-first subscription is answered %v", s)
		}

		noisy := ada.connect("")
		for range 300 {
			if noisy.socket.WriteString("{}") != nil {
				break
			}
		}
		for name, c := range map[string]struct {
			send func(*app) error
			code uint16
		}{
			"noise":         {func(*app) error { return nil }, 1008},
			"binary":        {func(a *app) error { return a.socket.WriteMessage(gws.OpcodeBinary, []byte{1}) }, 1003},
			"too large":     {func(a *app) error { return a.socket.WriteString(strings.Repeat("x", 5000)) }, 1009},
			"no mask":       {func(a *app) error { _, err := a.socket.NetConn().Write([]byte{0x81, 1, 'x'}); return err }, 1002},
			"reserved bits": {func(a *app) error { _, err := a.socket.NetConn().Write([]byte{0xf1, 0x80, 0, 0, 0, 0}); return err }, 1002},
			"not UTF-8": {func(a *app) error {
				_, err := a.socket.NetConn().Write([]byte{0x81, 0x81, 0, 0, 0, 0, 0xff})
				return err
			}, 1007},
		} {
			b := noisy
			if name != "noise" {
				b = ada.connect("")
			}
			if err := c.send(b); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := b.ends(); closedWith(err) != c.code {
				t.Errorf("%s ends with %v, not with %d", name, err, c.code)
			}
		}
	})
}

func TestStream_Revoked(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		other := h.with(ada.Account, "read")
		a, b, c := open(ada, "/public", "public"), open(other, "/public", "public"), open(bob, "/public", "public")
		if err := h.auth.RevokeSecret(t.Context(), ada.token); err != nil {
			t.Fatal(err)
		}
		if code := closedWith(a.ends()); a.socket != nil && code != 1008 {
			t.Errorf("a revoked token ends with %d", code)
		}
		i := cem.write("Hello")
		b.hears("update", i)
		c.hears("update", i)
		h.Update(t, func(tx *db.Tx) error { return h.Accounts.DeleteIn(tx, bob.ID, h.Clock.Now()) })
		c.ends()
		b.hears("update", cem.write("And goodbye"))
	})
}

func TestStream_EndsWithTheServer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		socket, idle, events := ada.connect("?stream=user").settle(), ada.connect("").settle(), ada.listen("/user")
		h.feeds.Stop()
		h.door.Wait(t.Context())
		for _, a := range []*app{socket, idle} {
			if err := a.ends(); closedWith(err) != 1001 {
				t.Errorf("a socket ends with %v", err)
			}
		}
		if err := events.ends(); err != nil {
			t.Errorf("a stream ends with %v", err)
		}
	})
}

// A post of somebody whom many follow reaches all of them, however many streams
// that are.
func TestStream_Thousand(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		bob := h.person("bob")
		var apps []*app
		for n := range 20 {
			p := h.person(fmt.Sprint("reader", n))
			seed.Follow(t, h.Ground, p.Account, bob.Account)
			for range 25 {
				apps = append(apps, p.listen("/user"), p.connect("?stream=user"))
			}
		}
		for _, a := range apps {
			if a.socket != nil {
				a.settle()
			}
		}
		for range 3 {
			i := bob.write("To a thousand")
			for _, a := range apps {
				a.hears("update", i)
			}
		}
	})
}

// What is heard of before a post is visible to somebody is not told to them.
func TestStream_Hidden(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada, bob := h.person("ada"), h.person("bob")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		a := ada.connect("?stream=user").settle()
		b := ada.listen("/public")
		bob.write("To nobody here", "visibility", "direct")
		ada.post("/api/v1/accounts/" + bob.ID.String() + "/block").ok()
		bob.write("To everybody but ada")
		own := ada.write("My own")
		a.hears("update", own)
		b.hears("update", own)
	})
}

// One who does not read is dropped, and nobody waits for them.
func TestStream_Slow(t *testing.T) {
	h := open(t, dbtest.Open(t, db.SQLite), false)
	h.contract = nil // which need not see one answer 700 times
	ada, bob := h.person("ada"), h.person("bob")
	a := ada.listen("/public")
	slow, err := net.Dial("tcp", strings.TrimPrefix(h.address(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if err := slow.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(slow, "GET /api/v1/streaming/public HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer %s\r\n\r\n", ada.token)
	if _, err := io.ReadFull(slow, make([]byte, len("HTTP/1.1 200 OK"))); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("soup ", post.MaxText/5)
	for n := 0; h.feeds.Watching() > 1; n++ {
		if n == 10_000 {
			t.Fatal("one who reads nothing was told of 10,000 posts")
		}
		a.hears("update", bob.write(text))
	}
}

// Over HTTP/2 there is no connection to take, and a deadline that is over resets
// the stream even when nothing is being written.
func TestStream_HTTP2(t *testing.T) {
	h := open(t, dbtest.Open(t, db.SQLite), false)
	const patience = 50 * time.Millisecond
	h.door.Impatient(patience)
	h.served = httptest.NewUnstartedServer(h.mux)
	h.served.EnableHTTP2 = true
	h.served.StartTLS()
	h.closes(h.served)
	ada := h.person("ada")
	a := ada.listenBy(h.served.Client(), "/user")
	<-time.After(3 * patience) // which it outlives
	ada.post("/api/v1/statuses", "status", "still there").ok()
	a.hears("update", "still there")
}

// Streams come and go by turns, so that often the last one leaves while another
// comes: one writer is left, or none.
func TestStream_comesAndGoes(t *testing.T) {
	h := open(t, dbtest.Open(t, db.SQLite), false)
	ada := h.person("ada")
	for range 50 {
		a := ada.connect("?stream=user").settle()
		a.stop()
	}
	a := ada.connect("?stream=user").settle()
	ada.post("/api/v1/statuses", "status", "once").ok()
	a.hears("update", "once")
}

func TestStream_Limits(t *testing.T) {
	h := open(t, dbtest.Open(t, db.SQLite), true)
	ada, bob := h.person("ada"), h.person("bob")
	var apps []*app
	for range 50 {
		apps = append(apps, ada.connect("?stream=user").settle())
	}
	if _, answer, err := ada.dial("?stream=user"); err == nil || answer.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the fifty-first stream is answered %v, %v", answer, err)
	}
	bob.listen("/user")
	apps[0].stop()
	for h.feeds.Watching() > 50 { // the server sees it in a moment
		select {
		case <-t.Context().Done():
			t.Fatal("a stream that its app has left goes on")
		case <-time.After(time.Millisecond):
		}
	}
	ada.connect("?stream=user").settle()
}

// list makes a list of those whom p follows.
func (p person) list(title string, members ...person) *relation.List {
	p.h.t.Helper()
	l, err := p.h.Relations.CreateList(context.Background(), account.As(p.Account), relation.ListDraft{Title: &title})
	if err != nil {
		p.h.t.Fatal(err)
	}
	for _, m := range members {
		if err := p.h.Relations.AddToList(context.Background(), account.As(p.Account), l.ID, []id.ID{m.ID}); err != nil {
			p.h.t.Fatal(err)
		}
	}
	return l
}

func TestStream_List(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		seed.Follow(t, h.Ground, ada.Account, bob.Account)
		seed.Follow(t, h.Ground, ada.Account, cem.Account)
		l := ada.list("Cooks", bob).ID.String()
		a := open(ada, "/list?list="+l, "list&list="+l)
		cem.write("Not of the list")
		s := a.hears("update", bob.write("Soup"))
		if a.socket != nil && s.stream != "list "+l {
			t.Errorf("told on %q", s.stream)
		}
	})
}

func TestStream_Direct(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob := h.person("ada"), h.person("bob")
		a := open(ada, "/direct", "direct")
		bob.write("For all")
		i := bob.write("@ada between us", "visibility", "direct")
		c := a.hears("conversation", i).entity(t)
		with := c["accounts"].([]any)[0].(map[string]any)
		if c["unread"] != true || with["username"] != "bob" || c["last_status"].(map[string]any)["id"] != i {
			t.Errorf("told of %v", c)
		}
	})
}

// What waits in a request disturbs nobody; once it is let in, the app is told to
// read anew.
func TestStream_Merged(t *testing.T) {
	both(t, func(t *testing.T, h *house, open func(p person, path, stream string) *app) {
		ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
		seed.Follow(t, h.Ground, ada.Account, cem.Account)
		ada.json("PATCH", "/api/v2/notifications/policy", map[string]string{"for_not_following": "filter"}).ok()
		a := open(ada, "/user/notification", "user:notification")
		bob.write("@ada hello")
		cem.write("@ada good morning")
		a.hears("notification", "good morning") // and so nothing of what bob wrote before
		ada.post("/api/v1/notifications/requests/" + ada.get("/api/v1/notifications/requests").ids()[0] + "/accept").ok()
		a.hears("notifications_merged", "1")
	})
}
