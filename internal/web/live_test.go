package web_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// listen opens a page's stream; the lines that say something come on the
// channel, which is closed when the stream ends.
func (b *browser) listen(topics string) <-chan string {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	b.t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.base+"/live?"+topics, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Fatalf("the stream answered %d with %v", answer.StatusCode, answer.Header)
	}
	said := make(chan string, 64)
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() && lines.Text() != "" { // until after "retry"
	}
	go func() {
		defer close(said)
		for lines.Scan() {
			if name, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
				said <- name
			}
		}
	}()
	return said
}

// hears waits for an event of that name.
func hears(t testing.TB, said <-chan string, name string) {
	t.Helper()
	late := time.After(20 * time.Second)
	for {
		select {
		case got, ok := <-said:
			if !ok {
				t.Fatalf("the stream ended before %s", name)
			}
			if got == name {
				return
			}
		case <-late:
			t.Fatalf("%s was not told", name)
		}
	}
}

func TestLive(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	if _, err := s.Relations.Follow(t.Context(), account.As(berta), ada.ID, relation.FollowOptions{}); err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t, s).signIn(berta)
	said := b.listen("home=1&notices=1")
	n := write(t, s, ada, "A good day.")
	hears(t, said, "post.Created")
	b.get("/home/new?since_id=1").shows(200, "1 new post")

	whole := newBrowser(t, s).listen("post=" + n.ID.String())
	if _, err := s.Posts.Create(t.Context(), account.As(ada), post.Draft{Text: "@berta hello"}); err != nil {
		t.Fatal(err)
	}
	hears(t, said, "notice.Made")
	b.get("/notices/count").shows(200, "1 unread")
	if _, err := s.Posts.Like(t.Context(), account.As(berta), n.ID); err != nil {
		t.Fatal(err)
	}
	hears(t, whole, "post.Counted")
	b.get("/posts/"+n.ID.String()+"/card").shows(200, "1 like")
}

// A like of a carried post moves its movement's funnel where that is being looked at.
func TestLive_Funnel(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	m := startMovement(t, s, ada, "SoupDay")
	n := write(t, s, ada, "Soup for all! #SoupDay")
	b := newBrowser(t, s)
	if b.get("/movements/SoupDay").shows(200); !strings.Contains(b.page, "impact.Counted") {
		t.Error("the page does not listen to what moves its funnel")
	}
	said := b.listen("movement=" + m.ID.String())
	if _, err := s.Posts.Like(t.Context(), account.As(berta), n.ID); err != nil {
		t.Fatal(err)
	}
	hears(t, said, "impact.Counted")
	if b.get("/movements/SoupDay/part/funnel").shows(200); !strings.Contains(b.page, `order=liked">1</a>`) {
		t.Errorf("the funnel shows no like: %s", b.page)
	}
}

func TestLive_ErrNotSignedIn(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s)
	for path, status := range map[string]int{
		"/live?home=1": http.StatusForbidden, "/live?notices=1": http.StatusForbidden,
		"/live": http.StatusUnprocessableEntity, "/live?post=x": http.StatusUnprocessableEntity,
	} {
		if b.get(path); b.status != status {
			t.Errorf("%s answered %d instead of %d", path, b.status, status)
		}
	}
}

func TestLive_Limits(t *testing.T) {
	s := servertest.Start(t, db.SQLite, func(c *server.Config) { c.NoRateLimits = false })
	b := newBrowser(t, s).signIn(s.Person("ada"))
	for range door.StreamsOfAccount {
		b.listen("notices=1")
	}
	b.get("/live?notices=1").shows(http.StatusTooManyRequests)
	newBrowser(t, s).listen("movement=1")
}

// Who asks for the head alone gets it, and takes no connection.
func TestLive_Head(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	answer, err := newBrowser(t, s).client.Head(s.URL() + "/live?movement=1")
	if err != nil {
		t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "text/event-stream" || s.Feeds.Watching() != 0 {
		t.Errorf("answered %d with %v, and %d listen", answer.StatusCode, answer.Header, s.Feeds.Watching())
	}
}
