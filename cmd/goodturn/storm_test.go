package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"path/filepath"
	"slices"
	"sync"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/server"
)

const (
	writers  = 6
	nominees = 40
)

// storm is a handful of people who write at once, and what they were answered.
type storm struct {
	h       *house
	rng     *rand.Rand
	call    *call.Call
	people  []*writer
	invited []string // whom to nominate

	mu       sync.Mutex
	answered int
	until    int           // how many answers are waited for
	enough   chan struct{} // closed when there are
	posts    []string      // ids of posts to like
	acts     []string      // ids of acts to be inspired by
}

// writer is one of them; its own fields are its own goroutine's during a storm.
type writer struct {
	resident
	s   *storm
	rng *rand.Rand

	posts     map[string]string // id → text
	likes     map[string]bool   // post
	follows   map[string]bool   // account
	acts      map[string]string // id → story
	nominated map[string]string // "act nominee" → ""
	tried     map[string]int    // nominations from an act, answered or not; and 1 for "act nominee"
	gone      map[string]bool   // keys of pictures whose posts were deleted
	open      []telling         // acts that were sent and not answered
}

// telling is the request of an act.
type telling struct {
	key  string
	body map[string]any
}

func newStorm(h *house) *storm {
	h.t.Helper()
	s := &storm{h: h, rng: rand.New(rand.NewPCG(7, uint64(len(h.config.Database))))}
	h.arrange(func(srv *server.Server) {
		ctx := context.Background()
		for i := range writers {
			w := &writer{resident: h.resident(srv, fmt.Sprintf("writer%d", i)), s: s, rng: rand.New(rand.NewPCG(11, uint64(i))),
				posts: map[string]string{}, likes: map[string]bool{}, follows: map[string]bool{}, acts: map[string]string{},
				nominated: map[string]string{}, tried: map[string]int{}, gone: map[string]bool{}}
			s.people = append(s.people, w)
		}
		founder := account.As(s.people[0].Account)
		m, err := srv.Movements.Start(ctx, founder, movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."})
		if err != nil {
			h.t.Fatal(err)
		}
		ten := 10
		if s.call, err = srv.Calls.Create(ctx, founder, m.ID, call.Draft{Kind: call.Deed, Title: "Bring a pot", Nominees: &ten}); err != nil {
			h.t.Fatal(err)
		}
		for i := range nominees {
			s.invited = append(s.invited, h.resident(srv, fmt.Sprintf("guest%d", i)).Username)
		}
		first, err := srv.Posts.Create(ctx, founder, post.Draft{Text: "Here we go #Soup"})
		if err != nil {
			h.t.Fatal(err)
		}
		s.posts = append(s.posts, first.Post.ID.String())
		// A mail that is due before the server ever ran.
		if err := srv.Auth.RequestReset(ctx, "writer1@example.org", auth.Client{}); err != nil {
			h.t.Fatal(err)
		}
	})
	return s
}

// more is closed once so many more writes were answered.
func (s *storm) more(writes int) <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.until, s.enough = s.answered+writes, make(chan struct{})
	return s.enough
}

func (s *storm) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered++; s.answered == s.until {
		close(s.enough)
	}
}

// write does one thing; it is false when the server answered no more.
func (w *writer) write(p *process) bool {
	if !w.writeOne(p) {
		return false
	}
	w.s.count()
	return true
}

func (w *writer) writeOne(p *process) bool {
	switch n := w.rng.IntN(20); {
	case n < 8:
		return w.like(p)
	case n < 13:
		return w.post(p)
	case n < 16:
		return w.act(p)
	case n < 17:
		return w.nominate(p)
	case n < 19:
		return w.follow(p)
	default:
		return w.picture(p)
	}
}

func (w *writer) like(p *process) bool {
	i := w.pick(func(s *storm) []string { return s.posts })
	ok := w.send(p, "/api/v1/statuses/"+i+"/favourite", nil, nil)
	if ok {
		w.likes[i] = true
	}
	return ok
}

func (w *writer) post(p *process) bool {
	text := fmt.Sprintf("A word of %s, %d #Soup", w.Username, w.rng.Uint64())
	var made struct{ ID string }
	if !w.send(p, "/api/v1/statuses", map[string]any{"status": text}, &made) {
		return false
	}
	w.posts[made.ID] = text
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.posts = append(w.s.posts, made.ID)
	return true
}

// act tells of one, half of the time inspired by another.
func (w *writer) act(p *process) bool {
	key := fmt.Sprintf("%s-%d", w.Username, w.rng.Uint64())
	body := map[string]any{"story": "I did " + key}
	if source := w.pick(func(s *storm) []string { return s.acts }); source != "" && w.rng.IntN(2) == 0 {
		body["inspired_by"] = map[string]any{"kind": "act", "id": source}
	}
	w.open = append(w.open, telling{key, body})
	return w.tell(p, telling{key, body})
}

func (w *writer) tell(p *process, said telling) bool {
	var made struct{ ID string }
	if !w.send(p, "/api/goodturn/v1/calls/"+w.s.call.ID.String()+"/acts", said.body, &made, "Idempotency-Key", said.key) {
		return false
	}
	w.open = slices.DeleteFunc(w.open, func(o telling) bool { return o.key == said.key })
	w.acts[made.ID] = said.body["story"].(string)
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	w.s.acts = append(w.s.acts, made.ID)
	return true
}

func (w *writer) nominate(p *process) bool {
	for a := range w.acts {
		who := w.s.invited[w.rng.IntN(len(w.s.invited))]
		if w.tried[a] == 3 || w.tried[a+" "+who] > 0 {
			continue
		}
		w.tried[a]++
		w.tried[a+" "+who]++
		ok := w.send(p, "/api/goodturn/v1/nominations", map[string]any{"act_id": a, "nominees": []string{who}}, nil)
		if ok {
			w.nominated[a+" "+who] = ""
		}
		return ok
	}
	return w.act(p)
}

func (w *writer) follow(p *process) bool {
	other := w.s.people[w.rng.IntN(len(w.s.people))]
	if other == w {
		return w.like(p)
	}
	ok := w.send(p, "/api/v1/accounts/"+other.ID.String()+"/follow", nil, nil)
	if ok {
		w.follows[other.ID.String()] = true
	}
	return ok
}

// picture posts one and deletes both: the files go by a job.
func (w *writer) picture(p *process) bool {
	up, ok := w.upload(p)
	var made struct{ ID string }
	if !ok || !w.send(p, "/api/v1/statuses", map[string]any{"status": "Look", "media_ids": []string{up.ID}}, &made) {
		return false
	}
	status, body := p.ask(http.MethodDelete, "/api/v1/statuses/"+made.ID+"?delete_media=true", w.token, nil)
	if !w.took(status, body)(nil) {
		return false
	}
	for _, u := range []string{up.URL, up.PreviewURL} {
		w.gone[filepath.Base(u)] = true
	}
	return true
}

// uploaded is a picture, not on a post yet.
type uploaded struct {
	ID         string
	URL        string
	PreviewURL string `json:"preview_url"`
}

func (w *writer) upload(p *process) (up uploaded, ok bool) {
	var img, form bytes.Buffer
	if err := png.Encode(&img, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		panic(err)
	}
	m := multipart.NewWriter(&form)
	part, err := m.CreateFormFile("file", "grey.png")
	if err != nil {
		panic(err)
	}
	if _, err := part.Write(img.Bytes()); err != nil {
		panic(err)
	}
	if err := m.Close(); err != nil {
		panic(err)
	}
	r, err := http.NewRequest(http.MethodPost, p.base+"/api/v2/media", &form)
	if err != nil {
		panic(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+w.token)
	ok = w.took(send(r))(&up)
	return up, ok
}

// pick is one of a list that all share, "" of none.
func (w *writer) pick(of func(*storm) []string) string {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	if list := of(w.s); len(list) > 0 {
		return list[w.rng.IntN(len(list))]
	}
	return ""
}

// send posts, and is false when no answer came.
func (w *writer) send(p *process, path string, body, into any, headers ...string) bool {
	return w.took(p.ask(http.MethodPost, path, w.token, body, headers...))(into)
}

// took reads an answer; one that is not a success fails the test.
func (w *writer) took(status int, body []byte) func(into any) bool {
	return func(into any) bool {
		switch {
		case status == 0:
			return false
		case status >= 300:
			w.s.h.t.Errorf("%s was answered %d %s", w.Username, status, body)
		case into != nil:
			if err := json.Unmarshal(body, into); err != nil {
				w.s.h.t.Errorf("%s was answered %s: %v", w.Username, body, err)
			}
		}
		return true
	}
}

// repeat sends once more what was not answered, as a client does.
func (s *storm) repeat(p *process) {
	for _, w := range s.people {
		for _, said := range slices.Clone(w.open) {
			if !w.tell(p, said) {
				s.h.t.Fatal("the server does not answer")
			}
		}
	}
}
