package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// ask writes a post with a poll of two answers, tea and coffee.
func ask(t testing.TB, s *servertest.Server, by *account.Account, with ...func(*post.PollDraft)) *post.Post {
	t.Helper()
	q := &post.PollDraft{Options: []string{"Tea", "Coffee"}, Lasts: time.Hour}
	for _, f := range with {
		f(q)
	}
	e, err := s.Posts.Create(t.Context(), account.As(by), post.Draft{Text: "What shall we bring?", Poll: q})
	if err != nil {
		t.Fatal(err)
	}
	return e.Post
}

// later is a server whose clock can be put forward.
func later(t *testing.T) (s *servertest.Server, forward func(time.Duration)) {
	t.Helper()
	var ahead atomic.Int64
	s = servertest.Start(t, db.SQLite, func(c *server.Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	return s, func(d time.Duration) { ahead.Add(int64(d)) }
}

// Somebody asks, others answer, all without script.
func TestPoll(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, berta := s.Person("ada"), s.Person("berta")
		b := newBrowser(t, s).signIn(ada)
		b.post("/posts", "text", "What shall we bring?", "visibility", "public", "poll_option", "Tea", "poll_option", "", "poll_option", "Coffee",
			"poll_lasts", "3600", "key", "k1", "back", "/@ada").shows(200, "Your post is out", "Tea", "Coffee", "0 people voted")
		if strings.Contains(b.page, `name="choice"`) {
			t.Error("its author can vote")
		}
		path := regexpFind(t, b.page, `/posts/\d+`)

		stranger := newBrowser(t, s)
		stranger.get(path).shows(200, "Tea", "Sign in to vote.")
		c := newBrowser(t, s).signIn(berta)
		c.get(path).shows(200, "Choose one.", "Vote", "Ends in")
		c.post(path+"/vote", "choice", "1", "back", "/@ada").shows(200, "1 person voted", "Coffee (your vote)", "100%")
		if c.at != "/@ada" {
			t.Errorf("led back to %s", c.at)
		}
		c.post(path+"/vote", "choice", "0").shows(200, "already voted", "Coffee (your vote)")
		b.post(path+"/vote", "choice", "0").shows(200, "cannot vote in your own")
		stranger.post(path+"/vote", "choice", "0", "back", path).shows(200, "Sign in")
	})
}

// A script gets the card alone, with what it has to say.
func TestPoll_Script(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	n := ask(t, s, ada, func(q *post.PollDraft) { q.Multiple = true })
	part := "post-" + n.ID.String()
	b := newBrowser(t, s).signIn(berta)
	vote := func(form string) *browser {
		r, err := http.NewRequest(http.MethodPost, b.base+"/posts/"+n.ID.String()+"/vote", strings.NewReader(form))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Goodturn-Part", part)
		return b.do(r)
	}
	vote("back=%2Fpublic").shows(200, "Choose an option.", "Vote").lacks("already voted")
	vote("back=%2Fpublic&choice=7").shows(200, "does not exist")
	vote("back=%2Fpublic&choice=x").shows(200, "does not exist")
	vote("back=%2Fpublic&choice=0&choice=1").shows(200, "Tea (your vote)", "Coffee (your vote)", "1 person voted")
	if strings.Contains(b.page, "<html") || !strings.Contains(b.page, `id="`+part+`"`) {
		t.Errorf("a script got %s", b.page)
	}
	b.post("/posts/"+write(t, s, ada, "No question.").ID.String()+"/vote", "choice", "0").shows(http.StatusNotFound)
	b.post("/posts/12345/vote", "choice", "0").shows(http.StatusNotFound)
}

func TestPoll_Ended(t *testing.T) {
	s, forward := later(t)
	ada, berta := s.Person("ada"), s.Person("berta")
	path := "/posts/" + ask(t, s, ada, func(q *post.PollDraft) { q.HideTotals = true }).ID.String()
	b := newBrowser(t, s).signIn(berta)
	b.post(path+"/vote", "choice", "0", "back", path).shows(200, "Tea (your vote)", "The numbers are shown when it ends.").lacks("100%", "1 vote")
	forward(2 * time.Hour)
	b.get(path).shows(200, "Ended 1 hour ago", "100%", "1 vote").lacks("The numbers are shown")
	newBrowser(t, s).get(path).shows(200, "100%").lacks("Sign in to vote")
	c := newBrowser(t, s).signIn(s.Person("carl"))
	c.get(path).shows(200, "100%")
	c.post(path+"/vote", "choice", "0", "back", path).shows(200, "already ended")
}

// What was typed comes back, with what is wrong beside it.
func TestPoll_ErrInvalid(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.post("/posts", "text", "What now?", "visibility", "public", "poll_option", "Only this", "poll_lasts", "3600", "poll_multiple", "on", "poll_hide_totals", "on").
		shows(http.StatusUnprocessableEntity, "A poll has 2 to 4 options.", "What now?", "[poll_option=Only this]")
	for _, want := range []string{`href="#f-poll"`, `id="f-poll"`, `value="3600" selected`, `name="poll_multiple" checked`, `name="poll_hide_totals" checked`} {
		if !strings.Contains(b.page, want) {
			t.Errorf("the form lacks %s", want)
		}
	}
	b.post("/posts", "text", "What now?", "visibility", "public", "poll_option", "A", "poll_option", "B", "poll_lasts", "soon").
		shows(http.StatusUnprocessableEntity, "A poll lasts 5 minutes at least.")
	b.post("/posts", "text", "No poll at all.", "visibility", "public", "poll_option", " ", "poll_lasts", "3600", "back", "/").
		shows(200, "Your post is out").lacks("people voted")
}

// An edit of the text keeps the poll and its votes.
func TestPoll_Edit(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	n := ask(t, s, ada)
	if _, err := s.Posts.Vote(t.Context(), account.As(berta), n.Poll.ID, []int{1}); err != nil {
		t.Fatal(err)
	}
	path := "/posts/" + n.ID.String()
	b := newBrowser(t, s).signIn(ada)
	b.get(path+"/edit").shows(200, "Its poll stays as it is")
	b.post(path+"/edit", "text", "What shall we bring on Sunday?", "language", "en").shows(200, "on Sunday", "Coffee", "1 person voted")
}

// Whoever looks at the post sees the numbers move.
func TestPoll_Live(t *testing.T) {
	s, forward := later(t)
	ada, berta := s.Person("ada"), s.Person("berta")
	n := ask(t, s, ada)
	b := newBrowser(t, s)
	said := b.listen("post=" + n.ID.String())
	if _, err := s.Posts.Vote(t.Context(), account.As(berta), n.Poll.ID, []int{0}); err != nil {
		t.Fatal(err)
	}
	hears(t, said, "post.Counted")
	b.get("/posts/"+n.ID.String()+"/card").shows(200, "1 person voted")
	forward(2 * time.Hour)
	if err := s.Posts.EndPolls(t.Context()); err != nil {
		t.Fatal(err)
	}
	hears(t, said, "post.Counted")
}

// Posts that were pinned come first on their author's page, each once.
func TestPin(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, berta := s.Person("ada"), s.Person("berta")
		first := write(t, s, ada, "The oldest words.")
		write(t, s, ada, "The newest words.")
		path := "/posts/" + first.ID.String()
		b, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s)
		stranger.get("/@ada").shows(200).lacks("Pinned")
		b.get("/@ada").shows(200, "Pin to your page")
		b.post(path+"/pin", "back", "/@ada").shows(200, "It stands first on your page now.", "Pinned", "Unpin from your page")
		stranger.get("/@ada").shows(200, "Pinned")
		if text := stranger.text(); strings.Index(text, "The oldest words.") > strings.Index(text, "The newest words.") || strings.Count(text, "The oldest words.") != 1 {
			t.Errorf("it does not come first, and once: %s", text)
		}
		b.get("/@ada/replies").lacks("Pinned")
		c := newBrowser(t, s).signIn(berta)
		c.get("/@ada").shows(200, "Pinned").lacks("Unpin", "Pin to your page")
		c.post(path+"/pin").shows(200, "cannot be pinned")
		c.post(path+"/unpin").shows(200, "cannot be pinned")
		for i := range post.MaxPins - 1 {
			b.post("/posts/"+write(t, s, ada, "One more "+strconv.Itoa(i)).ID.String()+"/pin").shows(200, "It stands first")
		}
		b.post("/posts/"+write(t, s, ada, "One too many").ID.String()+"/pin", "back", "/public").shows(200, "already pinned the maximum", "Your page")
		b.post(path+"/unpin", "back", "/@ada").shows(200, "among your other posts again")
		stranger.post(path+"/pin", "back", "/@ada").shows(200, "Sign in")
	})
}

// Who is in a conversation can have their peace from it.
func TestMuteConversation(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	n := write(t, s, ada, "A good day.")
	path := "/posts/" + n.ID.String()
	b := newBrowser(t, s).signIn(ada)
	b.get(path).shows(200, "Mute this conversation")
	newBrowser(t, s).signIn(berta).get(path).shows(200).lacks("Mute this conversation")
	b.post(path+"/mute", "back", path).shows(200, "You get no more notices of this conversation.", "Unmute this conversation")
	answer := func(text string) {
		t.Helper()
		if _, err := s.Posts.Create(t.Context(), account.As(berta), post.Draft{Text: text, ReplyTo: n.ID}); err != nil {
			t.Fatal(err)
		}
	}
	answer("@ada unheard")
	b.get("/notices").lacks("unheard")
	b.post(path+"/unmute", "back", path).shows(200, "You get notices of this conversation again.", "Mute this conversation")
	answer("@ada heard again")
	b.get("/notices").shows(200, "heard again")
}
