package server_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/mattn/go-mastodon"

	"goodturn/internal/server/servertest"
)

// browser is as much of one as signing in to an app takes.
type browser struct {
	t    *testing.T
	base string
	http.Client
}

func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, base: base, Client: http.Client{Jar: jar}}
	b.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return b
}

// open reads a page, and where it leads.
func (b *browser) open(method, path string, form url.Values) (page, location string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := b.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(body), strings.TrimPrefix(res.Header.Get("Location"), b.base)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// fields are what a page's form carries along.
func fields(page string) url.Values {
	v := url.Values{}
	for _, f := range hidden.FindAllStringSubmatch(page, -1) {
		v.Set(f[1], strings.ReplaceAll(f[2], "&amp;", "&"))
	}
	return v
}

// An app that has never heard of Goodturn, made with a client library that has
// not either: it registers, has its person sign in, and reads and posts as them.
func TestApp(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx := context.Background()
		ada := s.Person("ada")
		app, err := mastodon.RegisterApp(ctx, &mastodon.AppConfig{Server: s.URL(), ClientName: "Tooter", Scopes: "read write follow", Website: "https://tooter.example"})
		if err != nil {
			t.Fatal(err)
		}
		authorize := strings.TrimPrefix(app.AuthURI, s.URL())

		b := newBrowser(t, s.URL())
		_, at := b.open("GET", authorize, nil)
		if !strings.HasPrefix(at, "/sign-in?") {
			t.Fatalf("who has not signed in is sent to %q", at)
		}
		page, _ := b.open("GET", at, nil)
		form := fields(page)
		form.Set("name", "ada")
		form.Set("password", servertest.Password)
		_, at = b.open("POST", "/sign-in", form)
		page, _ = b.open("GET", at, nil)
		if !strings.Contains(page, "May Tooter act as you?") || !strings.Contains(page, "Act as you in everything") {
			t.Fatalf("this does not ask: %.3000s", page)
		}
		form = fields(page)
		form.Set("answer", "yes")
		page, _ = b.open("POST", "/oauth/authorize", form)
		code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(page)
		if code == nil {
			t.Fatalf("no code: %.3000s", page)
		}

		c := mastodon.NewClient(&mastodon.Config{Server: s.URL(), ClientID: app.ClientID, ClientSecret: app.ClientSecret})
		if err := c.AuthenticateToken(ctx, code[1], app.RedirectURI); err != nil {
			t.Fatal(err)
		}
		me, err := c.GetAccountCurrentUser(ctx)
		if err != nil || string(me.ID) != ada.ID.String() {
			t.Fatalf("got %+v, %v", me, err)
		}
		said, err := c.PostStatus(ctx, &mastodon.Toot{Status: "Hello from an app."})
		if err != nil {
			t.Fatal(err)
		}
		home, err := c.GetTimelineHome(ctx, nil)
		if err != nil || len(home) != 1 || home[0].ID != said.ID {
			t.Errorf("home is %+v, %v", home, err)
		}

		itself := mastodon.NewClient(&mastodon.Config{Server: s.URL(), ClientID: app.ClientID, ClientSecret: app.ClientSecret})
		if err := itself.AuthenticateApp(ctx); err != nil {
			t.Fatal(err)
		}
		if seen, err := itself.GetTimelinePublic(ctx, true, nil); err != nil || len(seen) != 1 {
			t.Errorf("the app itself sees %+v, %v", seen, err)
		}
		if _, err := itself.GetTimelineHome(ctx, nil); err == nil || !strings.Contains(err.Error(), "422") {
			t.Errorf("the app itself has a home: %v", err)
		}

		page, _ = b.open("GET", "/settings/apps", nil)
		revoke := regexp.MustCompile(`/settings/apps/\d+/revoke`).FindString(page)
		if revoke == "" {
			t.Fatalf("the app is not listed: %.3000s", page)
		}
		b.open("POST", revoke, url.Values{})
		if _, err := c.GetAccountCurrentUser(ctx); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("its leave was taken back: %v", err)
		}
	})
}
