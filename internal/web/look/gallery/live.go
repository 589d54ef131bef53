package main

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/a-h/templ"

	"goodturn/internal/lang"
	"goodturn/internal/web/look"
)

// react answers a post's buttons with the post as it is then.
func react(w http.ResponseWriter, r *http.Request) {
	for _, n := range posts() {
		if n.ID != r.PathValue("id") {
			continue
		}
		switch r.PathValue("verb") {
		case "like":
			n.Liked = true
			n.Likes++
			n.NextStep = posts()[0].NextStep
		case "unlike":
			n.Liked = false
			n.Likes--
		case "vote":
			n.Poll.Open = false
			n.Poll.Voters++
		}
		templ.Handler(look.PostCard(lang.Match("", ""), n)).ServeHTTP(w, r)
		return
	}
	http.NotFound(w, r)
}

// numbers is a count of acts that all open pages follow.
type numbers struct {
	mu   sync.Mutex
	acts int
	came chan struct{} // closed, and made anew, at each act
}

func (l *numbers) act(w http.ResponseWriter, _ *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acts++
	close(l.came)
	l.came = make(chan struct{})
	w.WriteHeader(http.StatusNoContent)
}

func (l *numbers) show(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	acts := l.acts
	l.mu.Unlock()
	templ.Handler(look.Figures([]look.Figure{{Text: fmt.Sprint(2417 + acts), Label: "acts"}})).ServeHTTP(w, r)
}

func (l *numbers) stream(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	for {
		l.mu.Lock()
		came := l.came
		l.mu.Unlock()
		if err := out.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-came:
			fmt.Fprint(w, "event: act.Created\ndata: {}\n\n") // a reader that left ends the context
		}
	}
}
