package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"goodturn/internal/api"
)

func TestDocument(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(api.Document())
	if err != nil {
		t.Fatal(err)
	}
	if !doc.IsOpenAPI31OrLater() {
		t.Errorf("it is OpenAPI %s", doc.OpenAPI)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Error(err)
	}
	for _, r := range api.Routes() {
		item := doc.Paths.Value(r.Path)
		if item == nil || item.GetOperation(r.Method) == nil {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
	operations := 0
	for _, item := range doc.Paths.Map() {
		operations += len(item.Operations())
	}
	if operations != len(api.Routes()) {
		t.Errorf("the document has %d operations of %d routes", operations, len(api.Routes()))
	}
}

// Everything in the document is answered by the mux, and by the route that it
// names.
func TestDocument_Routes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, r := range api.Routes() {
			a := h.nobody().raw(r.Method, strings.NewReplacer("{", "", "}", "").Replace(r.Path), nil)
			if open := a.Status != http.StatusUnauthorized; open != r.Open {
				t.Errorf("%s %s without a token answers %d", r.Method, r.Path, a.Status)
			}
			if a.Status == http.StatusMethodNotAllowed {
				t.Errorf("%s %s is not served", r.Method, r.Path)
			}
		}
		w := httptest.NewRecorder()
		h.mux.ServeHTTP(w, httptest.NewRequest("GET", api.Base+"/openapi.json", nil))
		if w.Code != 200 || w.Body.String() != string(api.Document()) {
			t.Errorf("the document answers %d", w.Code)
		}
	})
}
