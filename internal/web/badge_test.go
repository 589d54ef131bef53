package web_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/server/servertest"
)

// The doer of a confirmed act, and nobody else, takes it away as a picture or as a
// file that says of them what they chose.
func TestBadge(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, ben := s.Person("ada"), s.Person("ben")
		m := startMovement(t, s, ada, "WarmSoup")
		c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Ladle soup"})
		a, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{CallID: c.ID, Story: "I ladled."})
		if err != nil {
			t.Fatal(err)
		}
		page := "/acts/" + a.ID.String()
		doer, organiser := newBrowser(t, s).signIn(ben), newBrowser(t, s).signIn(ada)

		doer.get(page).shows(200, "Nobody else has said so yet").lacks("Take it away as a badge")
		doer.get(page+"/badge").shows(200, "Once an organiser")
		doer.post(page+"/badge", "named_by", "profile", "as", "jwt").shows(409, "Only a confirmed act makes a badge.")
		organiser.post(page+"/confirm", "how", "I saw it").shows(200)
		doer.get(page).shows(200, "Take it away as a badge")
		doer.get(page+"/badge").shows(200, "How does it know you?")
		organiser.get(page + "/badge").shows(403)
		organiser.post(page+"/badge", "named_by", "profile", "as", "jwt").shows(403)
		newBrowser(t, s).get(page+"/badge").shows(200, "Sign in")
		doer.post(page+"/badge", "named_by", "passport", "as", "jwt").shows(422, "A badge knows you by your profile or by your address.")

		said := func() string {
			t.Helper()
			parts := strings.Split(doer.page, ".")
			if len(parts) != 3 {
				t.Fatalf("no badge: %.200s", doer.page)
			}
			body, err := base64.RawURLEncoding.DecodeString(parts[1])
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
		doer.post(page+"/badge", "named_by", "profile", "as", "jwt")
		if !strings.Contains(said(), "/@ben") {
			t.Errorf("it does not name who chose to be named: %s", said())
		}
		doer.post(page+"/badge", "named_by", "address", "as", "jwt")
		if strings.Contains(said(), "@ben") || strings.Contains(said(), "ben@") || !strings.Contains(said(), "sha256$") {
			t.Errorf("it says more than was chosen: %s", said())
		}
		doer.post(page+"/badge", "named_by", "profile", "as", "png")
		if !strings.HasPrefix(doer.page, "\x89PNG") || !strings.Contains(doer.page, "openbadgecredential") {
			t.Errorf("no picture: %.40q", doer.page)
		}
	})
}
