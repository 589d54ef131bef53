package web_test

import (
	"crypto/sha256"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

func TestFront(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	t.Run("OK/a stranger is welcomed", func(t *testing.T) {
		newBrowser(t, s).get("/").shows(200, "From a like to an act of kindness", "Join")
	})
	t.Run("OK/somebody new is told what to do next", func(t *testing.T) {
		newBrowser(t, s).signIn(ada).get("/").shows(200, "It is quiet here", "Find a movement", "What good did you see or do?")
	})
	t.Run("OK/pages about this place", func(t *testing.T) {
		b := newBrowser(t, s)
		b.get("/about").shows(200, "likes into acts of kindness")
		b.get("/about/privacy").shows(200, "Nothing is tracked")
		b.get("/about/api").shows(200, "POST /api/goodturn/v1/movements")
	})
	t.Run("OK/German", func(t *testing.T) {
		b := newBrowser(t, s)
		b.post("/language", "lang", "de", "back", "/about/privacy").shows(200, "Hier wird nichts verfolgt")
		b.get("/").shows(200, "Vom „Gefällt mir“ zur guten Tat")
	})
	t.Run("ErrNotFound", func(t *testing.T) {
		b := newBrowser(t, s)
		for _, path := range []string{"/nowhere", "/@nobody", "/@", "/posts/1", "/posts/x", "/@ada/nothing", "/media/none"} {
			if b.get(path); b.status != http.StatusNotFound {
				t.Errorf("%s answered %d", path, b.status)
			}
		}
	})
}

// Every page says what browsers may do with it.
func TestHeaders(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	answer, err := http.Get(s.URL() + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'self'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if got := answer.Header.Get(name); !strings.Contains(got, want) {
			t.Errorf("%s is %q", name, got)
		}
	}
	if policy := answer.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") {
		t.Error(policy)
	}
}

// What is sent from another site does nothing.
func TestForms_ErrOtherSite(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
		r, err := http.NewRequest(http.MethodPost, b.base+"/posts", strings.NewReader("text=taken+over&visibility=public"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(name, value)
		b.do(r).shows(http.StatusForbidden, "from another site")
	}
	b.get("/@ada").lacks("taken over")
}

// A form that leads back leads nowhere else.
func TestBack(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	b := newBrowser(t, s).signIn(ada)
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, evil := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "evil"} {
		r, err := http.NewRequest(http.MethodPost, b.base+"/accounts/"+berta.ID.String()+"/follow", strings.NewReader("back="+strings.ReplaceAll(evil, "\t", "%09")))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := b.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if to := answer.Header.Get("Location"); to != "/@berta" {
			t.Errorf("%q leads to %q", evil, to)
		}
	}
}

func TestForms_ErrNotUTF8(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	b.post("/posts", "text", "\xff\xfe", "visibility", "public").shows(http.StatusUnprocessableEntity, "UTF-8")
}

// Only who has signed in sends files, and only where a page takes them; nobody
// else can fill the disk.
func TestForms_ErrTooLarge(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	stranger, ada := newBrowser(t, s), newBrowser(t, s).signIn(s.Person("ada"))
	large := make([]byte, 2<<20)
	for _, path := range []string{"/sign-in", "/join", "/reset", "/language"} {
		stranger.upload(path, "media_0", large, "name", "ada").shows(http.StatusRequestEntityTooLarge, "This is more than 1,048,576 bytes.")
	}
	stranger.upload("/posts", "media_0", large, "text", "hello", "back", "/public").shows(http.StatusOK, "Sign in")
	ada.upload("/language", "media_0", large).shows(http.StatusRequestEntityTooLarge)
	ada.upload("/posts", "media_0", large, "text", "hello", "visibility", "public").shows(http.StatusUnprocessableEntity)
}

// What PostgreSQL keeps in no text reaches no room.
func TestAddress_ErrNotText(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		b := newBrowser(t, s).signIn(s.Person("ada"))
		for _, path := range []string{"/tags/%00", "/tags/%ff", "/media/%00", "/@%00", "/movements/%00", "/movements/a%ff/calls"} {
			b.get(path).shows(http.StatusNotFound)
		}
		for _, path := range []string{"/movements?q=%00", "/movements?cause=%ff", "/acts/new?movement=%00", "/?max_id=%00"} {
			b.get(path).shows(http.StatusUnprocessableEntity)
		}
		b.post("/posts", "text", "hello", "visibility", "public", "key", "a\x00b").shows(http.StatusUnprocessableEntity, "UTF-8")
		newBrowser(t, s).post("/sign-in", "name", "a\x00da", "password", "a good password").shows(http.StatusUnprocessableEntity, "UTF-8")
	})
}

// A browser's wishes are remembered, a stranger's pages full of them are not.
func TestLanguage_Long(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s)
	r, err := http.NewRequest(http.MethodGet, b.base+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "de,"+strings.Repeat("xx;q=0.1,", 5000))
	answer, err := b.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || !strings.Contains(string(page), `lang="de"`) {
		t.Errorf("a long header was answered %d, %v", answer.StatusCode, err)
	}
}

// Somebody signs up without mail: a moderator lets them in.
func TestJoin(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		mona := s.Person("mona")
		if err := s.Safety.SetRole(t.Context(), account.System("test"), mona.ID, account.RoleModerator); err != nil {
			t.Fatal(err)
		}
		b := newBrowser(t, s)
		b.get("/join").shows(200, "Username", "What brings you here?")

		b.post("/join", "username", "mona", "name", "New Person", "email", "new@example.org", "password", "a good password", "kind", "person")
		b.shows(http.StatusConflict, "One thing to mend", "[name=New Person]", "[email=new@example.org]").lacks("a good password")

		b.post("/join", "username", "newcomer", "name", "New Person", "email", "new@example.org", "password", "a good password", "kind", "organisation", "reason", "I bake bread.")
		b.shows(200, "with the moderators")
		b.post("/sign-in", "name", "newcomer", "password", "a good password")
		if b.status != http.StatusForbidden {
			t.Errorf("somebody who waits signed in with %d", b.status)
		}

		m := newBrowser(t, s).signIn(mona)
		m.get("/@mona").shows(200, "Moderation (1)")
		regexpFind(t, m.page, `href="/moderation/sign-ups"`)
		m.get("/notices").shows(200, "would like to join")
		regexpFind(t, m.page, `href="/moderation/sign-ups"`)
		m.get("/moderation").shows(200, "Nothing to look at", "Somebody would like to join")
		m.get("/moderation/sign-ups").shows(200, "New Person", "I bake bread.", "new@example.org", "Organisation")
		path := regexpFind(t, m.page, `/moderation/sign-ups/\d+/approve`)
		newBrowser(t, s).post(path).shows(200, "Sign in")
		b.post(path)
		m.post(path).shows(200, "They are in.", "Nobody is waiting")
		m.get("/@mona").shows(200).lacks("Moderation (")
		m.get("/moderation").shows(200).lacks("Somebody would like")

		b.post("/sign-in", "name", "newcomer", "password", "a good password").shows(200, "What matters to you?", "Zero hunger")
		b.post("/welcome", "causes", "zero-hunger", "causes", "health", "minutes", "60", "town", "Riverside", "mode", "online")
		b.get("/settings/interests").shows(200, "[town=Riverside]")
		if !strings.Contains(b.page, `value="zero-hunger" checked`) {
			t.Error("what was told is not shown again")
		}
		b.post("/settings/interests/delete").shows(200, "Nothing of it is left").lacks("Riverside")
	})
}

// What a problem's type links to is there.
func TestDocs_Problems(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s)
	b.get("/api/goodturn/v1/movements/nowhere").shows(404)
	name := regexpFind(t, b.page, `/api#[a-z-]+`)[len("/api#"):]
	b.get("/api").shows(200, "not-found", "There is no such thing, or it is not yours to see")
	if !strings.Contains(b.page, `id="`+name+`"`) {
		t.Errorf("the page explains no %s", name)
	}
}

// Whoever joins on their way to a page comes to it in the end, whether by the
// cookie, once a moderator let them in, or by the link of the mail.
func TestJoin_Next(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	const next = "/acts/new?via=act-1"
	b := newBrowser(t, s)
	b.get(next).shows(200, "Sign in")
	join := html.UnescapeString(regexpFind(t, b.page, `/join\?next=[^"]+`))
	if b.get(join); b.field("next") != next {
		t.Fatalf("%s leads to %q", join, b.field("next"))
	}
	b.post("/join", "username", "mona", "email", "new@example.org", "password", "short", "next", next)
	if b.field("next") != next {
		t.Error("a mistake loses the way")
	}
	b.post("/join", "username", "newcomer", "email", "new@example.org", "password", "a good password", "next", next).shows(200, "Nearly there")
	waiting, err := s.Auth.Pending(t.Context(), account.System("test"), db.Page{})
	if err != nil || len(waiting) != 1 {
		t.Fatalf("%v wait, %v", waiting, err)
	}
	if err := s.Safety.Approve(t.Context(), account.System("test"), waiting[0].ID); err != nil {
		t.Fatal(err)
	}
	if b.post("/sign-in", "name", "newcomer", "password", "a good password").shows(200); b.at != next {
		t.Errorf("signing in leads to %s", b.at)
	}
	b.post("/sign-out")
	if b.post("/sign-in", "name", "newcomer", "password", "a good password"); b.at == next {
		t.Error("the way is gone twice")
	}

	other := newBrowser(t, s)
	if other.get("/confirm?token=x&next=" + url.QueryEscape(next)).shows(200); other.field("next") != next {
		t.Error("the link of the mail leads nowhere")
	}
	if other.get("/join?next=//evil.example"); strings.Contains(other.page, "sign-in?next=%2F%2Fevil") {
		t.Error("the way leads elsewhere")
	}
}

// Who opens a link a second time, or while signed in, is told how to go on.
func TestConfirm(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s)
	b.post("/confirm", "token", "spent").shows(http.StatusGone, "used already", "Sign in: if your address").lacks("Ask for a new one")
	regexpFind(t, b.page, `href="/sign-in"`)
	if strings.Contains(b.page, `name="token"`) {
		t.Error("the spent link has a button")
	}
	ada := s.Person("ada")
	b.signIn(ada)
	b.post("/confirm", "token", "spent").shows(http.StatusGone, "You are signed in")
	regexpFind(t, b.page, `href="/settings/mail"`)
	if err := s.DB.Update(t.Context(), func(tx *db.Tx) error { // as it is by a sign-up that a moderator let in first
		hash := sha256.Sum256([]byte("fresh"))
		_, err := tx.Exec(`INSERT INTO mail_token (hash, purpose, account_id, email, expires_at) VALUES ($1, 'confirm', $2, 'ada@example.org', $3)`,
			hash[:], ada.ID, time.Now().Add(time.Hour).UnixMilli())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	b.post("/confirm", "token", "fresh", "next", "/movements").shows(200, "Your address is confirmed.").lacks("Sign in to go on")
	if b.at != "/movements" {
		t.Errorf("led to %s", b.at)
	}
}

func TestSignIn(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	s.Person("ada")
	b := newBrowser(t, s)
	b.get("/bookmarks").shows(200, "Sign in")
	if !strings.HasPrefix(b.at, "/sign-in?next=%2Fbookmarks") {
		t.Errorf("led to %s", b.at)
	}
	b.post("/sign-in", "name", "ada", "password", "wrong password", "next", "/bookmarks")
	b.shows(http.StatusUnauthorized, "[name=ada]", "[next=/bookmarks]").lacks("wrong password")
	b.post("/sign-in", "name", "ada", "password", servertest.Password, "next", "/bookmarks").shows(200, "Nothing saved yet")
	b.post("/sign-in", "name", "ada", "password", servertest.Password, "next", "//evil.example").shows(200)

	b.post("/settings/password", "old", "not it", "password", "another good one").shows(http.StatusForbidden)
	b.post("/settings/password", "old", servertest.Password, "password", "another good one").shows(200, "Your new password holds")
	b.get("/bookmarks").shows(200, "Sign in")
	b.post("/sign-in", "name", "ada", "password", "another good one", "next", "/").shows(200)

	b.get("/settings/sessions").shows(200, "this one")
	b.post("/sign-out").shows(200, "You are signed out", "From a like")
	b.get("/").shows(200).lacks("You are signed out")

	b.post("/sign-in", "name", "ada", "password", "another good one", "next", "/").shows(200)
	b.post("/settings/delete", "password", "no").shows(http.StatusForbidden, "Delete your account")
	b.post("/settings/delete", "password", "another good one").shows(200, "Your account is deleted")
	if b.get("/@ada"); b.status != http.StatusGone {
		t.Errorf("a deleted account answers %d", b.status)
	}
}

// Who shares the server's address shows its name.
func TestFront_SharedTitle(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s)
	if b.get("/").shows(200); !strings.Contains(b.page, `<meta property="og:title" content="Goodturn"`) {
		t.Error("a shared link has no title")
	}
	r, err := http.Get(s.URL() + "/favicon.ico")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("/favicon.ico is %d, %s", r.StatusCode, r.Header.Get("Content-Type"))
	}
}

// The composer takes as long a warning as a post may have.
func TestCompose_Warning(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	b := newBrowser(t, s).signIn(s.Person("ada"))
	if b.get("/").shows(200); !strings.Contains(b.page, fmt.Sprintf(`name="warning" maxlength="%d"`, post.MaxWarning)) {
		t.Error("a content warning is cut short")
	}
}
