package journey

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"goodturn/internal/server/servertest"
)

const verifier = "a-verifier-that-nobody-but-the-app-itself-knows"

// phoneApp is an app that people let in; the browser comes back to a page of it.
type phoneApp struct {
	t            *testing.T
	s            *place
	id, secret   string
	redirect     string
	name, scopes string
}

func (s *place) app(redirect string) *phoneApp {
	s.t.Helper()
	a := &phoneApp{t: s.t, s: s, redirect: redirect, name: "Tooter", scopes: "read write:statuses push"}
	out := a.post("/api/v1/apps", url.Values{"client_name": {a.name}, "redirect_uris": {redirect}, "scopes": {a.scopes}, "website": {"https://tooter.example"}})
	a.id, a.secret = out["client_id"], out["client_secret"]
	return a
}

// post sends a form to the server, and gives what is text in the answer.
func (a *phoneApp) post(path string, form url.Values) map[string]string {
	a.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), "POST", a.s.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer res.Body.Close()
	var all map[string]any
	if err := json.NewDecoder(res.Body).Decode(&all); err != nil || res.StatusCode != http.StatusOK {
		a.t.Fatalf("%s: %d %v %v", path, res.StatusCode, all, err)
	}
	texts := map[string]string{}
	for name, v := range all {
		if s, ok := v.(string); ok {
			texts[name] = s
		}
	}
	return texts
}

// asks is where the app sends its person.
func (a *phoneApp) asks() string {
	sum := sha256.Sum256([]byte(verifier))
	return "/oauth/authorize?" + url.Values{"client_id": {a.id}, "redirect_uri": {a.redirect}, "response_type": {"code"}, "scope": {a.scopes}, "state": {"soup"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"}}.Encode()
}

// acts checks that a code lets the app act as somebody.
func (a *phoneApp) acts(code string) {
	a.t.Helper()
	token := a.post("/oauth/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {a.id}, "client_secret": {a.secret},
		"redirect_uri": {a.redirect}, "code": {code}, "code_verifier": {verifier}})
	if _, err := a.s.Auth.Token(context.Background(), token["access_token"]); err != nil {
		a.t.Error(err)
	}
}

// letsAppsIn: Rosa signs in to an app by way of its page and by a code that she
// copies, says no to a third, and takes it all back.
func letsAppsIn(t *testing.T, s *place) {
	s.Person("rosa")
	came := make(chan url.Values, 10)
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/back" {
			came <- r.URL.Query()
			http.Redirect(w, r, s.URL()+"/about", http.StatusSeeOther)
		}
	}))
	t.Cleanup(there.Close)

	rosa := s.visitor("rosa")
	rosa.watch.goesTo(strings.TrimPrefix(there.URL, "http://"))
	web := s.app(there.URL + "/back")
	rosa.open(web.asks())
	rosa.isAt("/sign-in\\?.*")
	rosa.signIn("rosa", servertest.Password)
	rosa.sees("main", "May Tooter act as you?", "rosa", "See all that you see here", "Post and share as you", "Tell you of your notices", "https://tooter.example")
	rosa.seesNot("main", "Change your profile")
	rosa.press("main", "Yes, it may")
	rosa.isAt("/about")
	answer := <-came
	if answer.Get("state") != "soup" {
		t.Errorf("the app was told %v", answer)
	}
	web.acts(answer.Get("code"))

	rosa.open(web.asks())
	rosa.press("main", "No")
	if answer := <-came; answer.Get("error") != "access_denied" || answer.Has("code") {
		t.Errorf("the app was told %v", answer)
	}

	terminal := s.app("urn:ietf:wg:oauth:2.0:oob")
	rosa.open(terminal.asks() + "&lang=de")
	rosa.sees("main", "Darf Tooter für dich handeln?", "Danach bekommst du einen Code")
	rosa.press("main", "Ja, sie darf")
	terminal.acts(ask[string](rosa, "value", "main", "code"))

	rosa.open(strings.Replace(web.asks(), "back", "elsewhere", 1))
	rosa.answered(422)
	rosa.sees("main", "an address that it did not name before")

	rosa.open("/settings/apps")
	rosa.sees("main", "Tooter", "last used")
	rosa.press("main", "Take its leave back")
	rosa.press("main", "Take its leave back")
	rosa.sees("main", "No app may act as you")
}
