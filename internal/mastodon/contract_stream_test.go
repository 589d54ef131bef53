package mastodon_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"goodturn/internal/mastodon"
)

// walkStreams has every stream begin; what they say is for the other tests.
func walkStreams(t *testing.T, h *house) {
	ada := h.person("ada")
	for _, rt := range mastodon.Routes() {
		if !rt.Raw {
			continue
		}
		switch path, _ := strings.CutPrefix(rt.Path, "/api/v1/streaming"); path {
		case "", "/{rest...}":
			ada.connect(strings.Replace(path, "{rest...}", "any", 1)).subscribe("user")
		case "/health":
			answer, err := http.Get(h.address() + rt.Path)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || string(body) != "OK" {
				t.Errorf("health answers %d %q, %v", answer.StatusCode, body, err)
			}
		case "/list":
			ada.listen(path + "?list=" + ada.list("Cooks").ID.String())
		default:
			ada.listen(path + "?tag=soup")
		}
		h.answered[rt.Method+" "+rt.Path] = true
	}
}
