package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/server"
)

// TestServe_Killed kills a server under load, again and again: whatever was
// answered is there after a restart, every counter equals its rows, and jobs
// that were due run.
func TestServe_Killed(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		s := newStorm(h)
		for round := range 3 {
			p := h.serve()
			s.blow(p, 60+s.rng.IntN(200))
			t.Logf("round %d: %d writes were answered so far", round, s.answered)
			p = h.serve()
			s.repeat(p)
			s.check(p)
			if o := h.command("recount", "--check"); o.code != 0 {
				t.Errorf("round %d: recount --check ended with %d: %s%s", round, o.code, o.out, o.err)
			}
			p.kill()
		}
	})
}

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

// blow has everybody write, and kills the server once so many writes were
// answered.
func (s *storm) blow(p *process, writes int) {
	s.h.t.Helper()
	enough := s.more(writes)
	var all sync.WaitGroup
	for _, w := range s.people {
		all.Go(func() {
			for w.write(p) {
			}
		})
	}
	select {
	case <-enough:
	case <-p.ended:
		s.h.t.Errorf("the server ended by itself: %v", p.err)
	}
	p.kill()
	all.Wait()
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

// picture posts one and deletes the post: its files go by a job.
func (w *writer) picture(p *process) bool {
	up, ok := w.upload(p)
	var made struct{ ID string }
	if !ok || !w.send(p, "/api/v1/statuses", map[string]any{"status": "Look", "media_ids": []string{up.ID}}, &made) {
		return false
	}
	status, body := p.ask(http.MethodDelete, "/api/v1/statuses/"+made.ID, w.token, nil)
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

// check looks for everything that was answered, and for what jobs do of it.
func (s *storm) check(p *process) {
	s.h.t.Helper()
	for _, lost := range s.lost(p) {
		s.h.t.Error(lost)
	}
	p.await("the files of deleted posts are gone", func() bool { return !s.anyFileLeft() })
	p.await("the mail that was due is sent", s.mailed)
}

// lost is what was answered and is not found on p by its writer, in words; and
// what is there twice.
func (s *storm) lost(p *process) (lost []string) {
	s.h.t.Helper()
	for _, w := range s.people {
		found := map[string]string{}
		w.pages(p, "/api/v1/accounts/"+w.ID.String()+"/statuses", found, func(e entry) string { return e.ID })
		lost = append(lost, w.lost("post", found, w.posts)...)

		found = map[string]string{}
		w.pages(p, "/api/v1/favourites", found, func(e entry) string { return e.ID })
		lost = append(lost, w.lost("like", found, set(w.likes))...)

		found = map[string]string{}
		w.pages(p, "/api/v1/accounts/"+w.ID.String()+"/following", found, func(e entry) string { return e.ID })
		lost = append(lost, w.lost("follow", found, set(w.follows))...)

		found = map[string]string{}
		w.pages(p, "/api/goodturn/v1/acts?doer="+w.Username, found, func(e entry) string { return e.ID })
		lost = append(lost, w.lost("act", found, w.acts)...)
		stories := map[string]int{}
		for _, story := range found {
			if stories[story]++; stories[story] > 1 {
				lost = append(lost, fmt.Sprintf("%s told %q twice", w.Username, story))
			}
		}

		found = map[string]string{}
		w.pages(p, "/api/goodturn/v1/nominations?side=given", found, func(e entry) string { return e.ActID + " " + e.Nominee.Username })
		lost = append(lost, w.lost("nomination", found, w.nominated)...)
	}
	return lost
}

// mailed says whether a mail was sent.
func (s *storm) mailed() bool {
	mails, err := filepath.Glob(filepath.Join(s.h.config.Data, "mail", "*"))
	return err == nil && len(mails) > 0
}

func (s *storm) anyFileLeft() (left bool) {
	err := filepath.WalkDir(filepath.Join(s.h.config.Data, "files"), func(path string, _ os.DirEntry, err error) error {
		for _, w := range s.people {
			for key := range w.gone {
				left = left || strings.HasPrefix(filepath.Base(path), key)
			}
		}
		return err
	})
	return left || err != nil
}

func set(m map[string]bool) map[string]string {
	out := map[string]string{}
	for k := range m {
		out[k] = ""
	}
	return out
}

// lost names each of want that is not in found; a text that is wanted must be
// the one found.
func (w *writer) lost(what string, found, want map[string]string) (lost []string) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		got, there := found[key]
		if !there || want[key] != "" && !strings.Contains(got, strings.TrimSuffix(want[key], " #Soup")) {
			lost = append(lost, fmt.Sprintf("%s lost a %s that was answered: %s %q, found %q", w.Username, what, key, want[key], got))
		}
	}
	return lost
}

// entry is what lists of both APIs have in common.
type entry struct {
	ID      string
	Content string
	Story   string
	ActID   string `json:"act_id"`
	Nominee struct{ Username string }
}

// pages reads a whole list.
func (w *writer) pages(p *process, path string, into map[string]string, key func(entry) string) {
	w.s.h.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	for next := path + sep + "limit=40"; next != ""; {
		r, err := http.NewRequest(http.MethodGet, p.base+next, nil)
		if err != nil {
			w.s.h.t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+w.token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			w.s.h.t.Fatal(err)
		}
		var list []entry
		err = json.NewDecoder(res.Body).Decode(&list)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			w.s.h.t.Fatalf("GET %s: %d %v", next, res.StatusCode, err)
		}
		for _, e := range list {
			into[key(e)] = e.Content + e.Story
		}
		next = nextPage(res.Header.Get("Link"))
	}
}

// nextPage is the path of the link of that relation, "" if there is none.
func nextPage(header string) string {
	for part := range strings.SplitSeq(header, ",") {
		target, rel, _ := strings.Cut(part, ";")
		if !strings.Contains(rel, `rel="next"`) {
			continue
		}
		if u, err := url.Parse(strings.Trim(strings.TrimSpace(target), "<>")); err == nil {
			return u.RequestURI()
		}
	}
	return ""
}
