package journey

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// TestJourneys walks them all in one browser, side by side, each on a server of
// its own.
func TestJourneys(t *testing.T) {
	browser := openBrowser(t)
	for name, walk := range map[string]func(*testing.T, *place){
		"Stranger":            stranger,
		"Newcomer":            newcomer,
		"Organiser":           organiser,
		"WithoutScript":       withoutScript,
		"KeepingApart":        keepingApart,
		"OwnAccount":          ownAccount,
		"Mistakes":            mistakes,
		"LetsAppsIn":          letsAppsIn,
		"LooksAfterTheServer": looksAfterTheServer,
		"ListsWithoutScript":  listsWithoutScript,
		"Turns":               turns,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(t, newPlace(t, browser))
		})
	}
}

// openBrowser starts Chromium, or leaves the test out.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		const leftOut = "left out: browser journeys, chromium is not installed"
		if os.Getenv("GOODTURN_TEST_REQUIRE") == "1" {
			t.Fatal(leftOut)
		}
		t.Skip(leftOut)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	// A deadline on this first context would end the browser.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return ctx
}

// place is a server that people visit.
type place struct {
	*servertest.Server
	t       *testing.T
	browser context.Context
	config  server.Config
}

func newPlace(t *testing.T, browser context.Context) *place {
	t.Helper()
	c := servertest.Config(t, db.SQLite)
	c.Stripe = newTill(t).stripe()
	return &place{Server: servertest.Run(t, c), t: t, browser: browser, config: c}
}

// in is the same place in a test beneath.
func (s *place) in(t *testing.T) *place {
	there := *s
	there.t = t
	return &there
}

// patience is how long a person waits for one page on a busy machine.
const patience = 30 * time.Second

// visitor comes with a browser of their own: no cookies, nothing kept.
func (s *place) visitor(name string) *person {
	s.t.Helper()
	ctx, end := chromedp.NewContext(s.browser, chromedp.WithNewBrowserContext())
	s.t.Cleanup(end)
	p := &person{t: s.t, name: name, ctx: ctx, base: s.URL(), seen: map[string]bool{}}
	p.begin()
	return p
}

// member has an account and is signed in.
func (s *place) member(username string) *person {
	s.t.Helper()
	return s.enter(s.Person(username))
}

// enter signs somebody in who has an account.
func (s *place) enter(a *account.Account) *person {
	s.t.Helper()
	p := s.visitor(a.Username)
	p.account = a
	p.open("/sign-in?next=/about")
	p.signIn(a.Username, servertest.Password)
	return p
}

// moderator lets people in.
func (s *place) moderator(username string) *person {
	s.t.Helper()
	a, err := s.Auth.CreateByCommand(context.Background(), auth.NewLogin{
		Username: username, Email: username + "@example.org", Password: servertest.Password, Role: account.RoleModerator,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return s.enter(a)
}

// eventually waits for what neither the browser nor the server tells of.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline, tick := time.After(patience), time.NewTicker(20*time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited %s for %s", patience, what)
		case <-tick.C:
		}
	}
}
