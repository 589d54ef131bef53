package mastodon_test

import (
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"goodturn/internal/mastodon"
)

// otherDoors are parts of the contract that are answered by other doors of this
// server, or by a route that answers for two.
var otherDoors = map[string]string{
	"GET /oauth/authorize": "a page, tested with the pages",

	"GET /api/v2/filters/{filter_id}/keywords": "one route with filters/keywords/{id}, for the mux cannot tell them apart",
	"GET /api/v2/filters/{filter_id}/statuses": "one route with filters/statuses/{id}",
	"GET /api/v2/filters/keywords/{id}":        "one route with filters/{filter_id}/keywords",
	"GET /api/v2/filters/statuses/{id}":        "one route with filters/{filter_id}/statuses",
}

// declined are the parts of the contract that this server does not have, with
// the reason. Each answers as Mastodon does where the feature is off.
var declined = map[string]struct {
	why    string
	status int
}{
	"POST /api/v1/statuses/{id}/quotes/{quoting_status_id}/revoke": {"there are no quote posts: a post is shared or answered", http.StatusNotFound},
	"POST /api/v1/statuses/{id}/translate":                         {"no translation service is on the machine, and nothing is sent to one outside", http.StatusNotFound},

	"GET /api/v1/annual_reports/{year}":           {"nobody is summed up by the year", http.StatusNotFound},
	"POST /api/v1/annual_reports/{year}/generate": {"nobody is summed up by the year", http.StatusNotFound},
	"POST /api/v1/annual_reports/{year}/read":     {"nobody is summed up by the year", http.StatusNotFound},
	"GET /api/v1_alpha/async_refreshes/{id}":      {"nothing is fetched in the background for an answer", http.StatusNotFound},
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// TestContract_Coverage has every path and method of the contract served or
// declined, and says which.
func TestContract_Coverage(t *testing.T) {
	path := os.Getenv(contractVariable)
	if path == "" {
		t.Skip("left out: the Mastodon contract, " + contractVariable + " is not set")
	}
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for _, rt := range mastodon.Routes() {
		served[parameter.ReplaceAllString(rt.Method+" "+rt.Path, "{}")] = true
	}
	known, off := 0, 0
	for path, item := range doc.Paths.Map() {
		for method := range item.Operations() {
			name := method + " " + path
			_, isDeclined := declined[name]
			_, isOthers := otherDoors[name]
			isServed := served[parameter.ReplaceAllString(name, "{}")]
			switch {
			case isServed && (isDeclined || isOthers), isDeclined && isOthers:
				t.Errorf("%s is listed twice", name)
			case isDeclined:
				t.Logf("declined  %s: %s", name, declined[name].why)
				off++
			case isServed, isOthers:
				t.Logf("served    %s", name)
			default:
				t.Errorf("%s is neither served nor declined", name)
			}
			known++
		}
	}
	if known < 200 || off != len(declined) {
		t.Errorf("%d operations in the contract, %d of %d declined ones among them", known, off, len(declined))
	}
}

// TestDeclined asks for each declined thing as somebody who may do everything.
func TestDeclined(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ada := h.person("ada")
		p := ada.post("/api/v1/statuses", "status", "Good morning").ok()
		for name, d := range declined {
			method, path, _ := strings.Cut(name, " ")
			path = parameter.ReplaceAllString(strings.Replace(path, "{id}", p.id(), 1), "1")
			if got := ada.raw(method, path, "", nil); got.Status != d.status {
				t.Errorf("%s answers %d: %s", name, got.Status, got.Raw)
			}
		}
	})
}
