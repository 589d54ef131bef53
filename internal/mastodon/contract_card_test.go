package mastodon_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"goodturn/internal/card"
	"goodturn/internal/event"
)

// walkCards posts a link, sees its card, and reads who else posted it.
func walkCards(t *testing.T, h *house) {
	picture := pngOf(t, 120, 60)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pot.png" {
			w.Header().Set("Content-Type", "image/png")
			if _, err := w.Write(picture); err != nil {
				t.Error(err)
			}
			return
		}
		fmt.Fprint(w, `<!doctype html><html lang=en><title>Soup &lt;b&gt;for all</title><meta name=description content="How to cook">
			<meta property=og:site_name content="The Ladle"><meta name=author content="Mara Lind"><meta property=article:published_time content="2026-03-01T10:00:00Z">
			<meta property=og:image content="/pot.png"><meta property=og:image:alt content="A pot">`)
	}))
	defer site.Close()
	shown := make(chan card.Changed, 10)
	event.After(h.Hub, func(e card.Changed) { shown <- e })
	h.Work(t)
	ada, bob, cem := h.person("ada"), h.person("bob"), h.person("cem")
	cem.form("PATCH", "/api/v1/accounts/update_credentials", "discoverable", "false").ok()

	one := ada.post("/api/v1/statuses", "status", "Try "+site.URL+"/soup").ok().is(nil, "card").id()
	heard := func() {
		t.Helper()
		select {
		case <-shown:
		case <-time.After(20 * time.Second):
			t.Fatal("no card came")
		}
	}
	heard()
	at := site.URL + "/soup"
	ada.get("/api/v1/statuses/"+one).ok().is(at, "card", "url").is("Soup <b>for all", "card", "title").is("How to cook", "card", "description").
		is("link", "card", "type").is("The Ladle", "card", "provider_name").is("Mara Lind", "card", "authors", 0, "name").is("", "card", "html").
		is("2026-03-01T10:00:00.000Z", "card", "published_at").is(120.0, "card", "width").is(60.0, "card", "height").is("A pot", "card", "image_description")

	two := bob.write("Yes! " + at)
	three := cem.write("Quietly " + at)
	bob.post("/api/v1/statuses", "status", "For few "+at, "visibility", "unlisted").ok()
	link := "/api/v1/timelines/link?url=" + url.QueryEscape(at)
	list := h.nobody().get(link).ok().is("Soup <b>for all", 0, "card", "title")
	if got := fmt.Sprint(list.ids()); got != fmt.Sprint([]string{two, one}) {
		t.Errorf("%s, and not of %s", got, three)
	}
	for path, want := range map[string][]string{
		link + "&limit=1": {two}, link + "&max_id=" + two: {one}, link + "&min_id=" + one: {two}, link + "&since_id=" + one: {two}, link + "&max_id=" + one: {},
	} {
		if got := fmt.Sprint(ada.get(path).ids()); got != fmt.Sprint(want) {
			t.Errorf("%s: %s instead of %s", path, got, want)
		}
	}
	ada.post("/api/v1/accounts/" + bob.ID.String() + "/mute").ok()
	if got := fmt.Sprint(ada.get(link).ids()); got != fmt.Sprint([]string{one}) {
		t.Errorf("%s with a mute", got)
	}
	for _, unknown := range []string{"", "nonsense", "https://nobody.example/", "javascript:alert(1)"} {
		ada.get("/api/v1/timelines/link?url="+url.QueryEscape(unknown)).refused(404, "Record not found")
	}

	// What is for few is not told of to others, not even that it was posted.
	plan := bob.post("/api/v1/statuses", "status", "@ada "+site.URL+"/plan", "visibility", "direct").ok().id()
	heard()
	ada.get("/api/v1/statuses/"+plan).ok().is("The Ladle", "card", "provider_name")
	ada.get("/api/v1/timelines/link?url="+url.QueryEscape(site.URL+"/plan")).refused(404, "Record not found")
}
