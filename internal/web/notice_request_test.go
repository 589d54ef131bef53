package web_test

import (
	"net/http"
	"testing"

	"goodturn/internal/server/servertest"
)

func TestNoticeRequests(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, berta, carl := s.Person("ada"), s.Person("berta"), s.Person("carl")
		b := newBrowser(t, s).signIn(ada)
		b.get("/settings/notices").shows(200, "From people whom you do not follow", "Let it wait until I look")
		b.post("/settings/notices", "not_following", "1", "new_accounts", "1").shows(200, "Saved.")
		b.post("/settings/notices", "not_following", "7").shows(http.StatusUnprocessableEntity)

		write(t, s, berta, "@ada Is there soup?")
		write(t, s, carl, "@ada Buy my spoons!")
		b.get("/notices").shows(200, "2 people wait to be heard").lacks("Is there soup?", "spoons")
		b.get("/notices/requests").shows(200, "Is there soup?", "spoons", "sent you 1 notice")
		spoons := regexpFind(t, b.page, `/notices/requests/\d+/accept`) // the newest is first
		other := newBrowser(t, s).signIn(berta)
		other.post(spoons).shows(http.StatusNotFound)
		b.post(spoons[:len(spoons)-len("accept")]+"dismiss").shows(200, "Is there soup?").lacks("spoons")
		b.post(regexpFind(t, b.page, `/notices/requests/\d+/accept`)).shows(200, "Nobody waits")
		b.get("/notices").shows(200, "Is there soup?").lacks("spoons", "wait to be heard")
	})
}
