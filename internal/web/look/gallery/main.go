// Command gallery shows every component of the pages with invented data, for
// looking at while working on styles: `make gallery`.
package main

import (
	"flag"
	"log"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/lang"
	"goodturn/internal/web/assets"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8091", "address to show the gallery on")
	flag.Parse()
	log.Printf("gallery: http://%s/home http://%s/movement http://%s/forms http://%s/parts http://%s/act http://%s/welcome", *listen, *listen, *listen, *listen, *listen, *listen)
	server := &http.Server{Addr: *listen, Handler: handler(), ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ListenAndServe())
}

// policy is the content security policy that the real pages have.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, assets.Handler())
	mux.HandleFunc("/ripple.json", deeper)
	mux.HandleFunc("POST /posts/{id}/{verb}", react)
	live := &numbers{came: make(chan struct{})}
	mux.HandleFunc("GET /events", live.stream)
	mux.HandleFunc("GET /numbers", live.show)
	mux.HandleFunc("POST /act", live.act)
	for name, page := range pages {
		mux.HandleFunc("/"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			p := lang.Match(r.Header.Get("Accept-Language"), r.FormValue("lang"))
			templ.Handler(page(p)).ServeHTTP(w, r)
		})
	}
	return mux
}
