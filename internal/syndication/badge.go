package syndication

import (
	"encoding/json"
	"net/http"

	"goodturn/internal/door"
	"goodturn/internal/problem"
)

// badgeFiles are what a program reads that verifies a badge: the keys, who speaks,
// and what was revoked. None says whose a badge is.
func (d *Door) badgeFiles() map[string]func(*http.Request) (any, error) {
	return map[string]func(*http.Request) (any, error){
		"GET /badges/keys":             func(r *http.Request) (any, error) { return d.Badges.Keys(r.Context()) },
		"GET /badges/keys/{key}":       func(r *http.Request) (any, error) { return d.Badges.Key(r.Context(), r.PathValue("key")) },
		"GET /badges/issuers/{issuer}": func(r *http.Request) (any, error) { return d.Badges.Issuer(r.Context(), r.PathValue("issuer")) },
		"GET /badges/issuers/{issuer}/revoked/{month}": func(r *http.Request) (any, error) {
			return d.Badges.Revocations(r.Context(), r.PathValue("issuer"), r.PathValue("month"))
		},
	}
}

// serveJSON answers with JSON that a page of any site may read.
func (d *Door) serveJSON(of func(*http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		err := door.Caught(w, func() error {
			if u := d.limit.Use(door.AddrKey(door.Addr(r))); !u.OK {
				u.Header(w)
				return problem.TooMany("You asked too often. Wait as long as Retry-After says.")
			}
			found, err := of(r)
			if err == nil {
				body, err = json.Marshal(found)
			}
			return err
		})
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*")
		if err != nil {
			door.Fault(d.Log, r, err)
			h.Set("Cache-Control", "no-store")
			http.Error(w, http.StatusText(door.Status(err)), door.Status(err))
			return
		}
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", publicCache)
		if _, err := w.Write(body); err != nil {
			d.Log.Debug("file not delivered", "route", r.Pattern, "error", err)
		}
	}
}
