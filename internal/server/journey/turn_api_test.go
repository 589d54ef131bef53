package journey

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/api"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// A turn is the way from a post to an act that somebody else confirms, and on to
// the next person's. TestTurns walks it for each kind of call as programs do, by
// Mastodon's API and Goodturn's: one server for all kinds, a movement for each.
func TestTurns(t *testing.T) {
	till := newTill(t)
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		walks := map[string]*apiTurn{}
		for kind, is := range apiTurns {
			walks[kind] = newAPITurn(s, till, kind, is)
		}
		walked := t.Run("walk", func(t *testing.T) {
			for kind, w := range walks {
				t.Run(kind, func(t *testing.T) {
					t.Parallel()
					w.walk(t)
				})
			}
		})
		if !walked {
			return
		}
		for kind, w := range walks {
			t.Run("ripple/"+kind, w.ripples)
		}
		drifts, err := s.Book.Recount(context.Background(), false)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range drifts {
			t.Errorf("the counter %s of %s is %d and should be %d", d.Name, d.Subject, d.Is, d.Should)
		}
	}, func(c *server.Config) { c.Stripe = till.stripe() })
}

// apiKind is what is special about a kind.
type apiKind struct {
	call    object                                    // what its organiser asks for, beside a title
	setUp   func(*apiTurn)                            // what else the organiser prepares; nil for nothing
	does    func(w *apiTurn, who app, from any) reply // somebody does it, and says what inspired them
	proves  func(w *apiTurn, who app, act string)     // somebody else confirms it; nil where that came with the act
	passes  func(w *apiTurn) reply                    // how the first doer's act leads to the next one's; nil for a post with its link
	each    int64                                     // how much one act counts
	counted object                                    // what of
}

// apiTurn is one kind's turn on a server: Ida organises, Anna acts, then Ben.
type apiTurn struct {
	*testing.T
	apiKind
	s              *servertest.Server
	till           *till
	kind, hashtag  string
	ida, anna, ben app
	kitchen        app    // whom a fundraiser is for
	call           string // ids
	date           string
	first, second  reply // Anna's act, and Ben's
}

func newAPITurn(s *servertest.Server, till *till, kind string, is apiKind) *apiTurn {
	return &apiTurn{apiKind: is, s: s, till: till, kind: kind, hashtag: "Turn" + kind}
}

func (w *apiTurn) walk(t *testing.T) {
	w.T = t
	w.ida, w.anna, w.ben = w.app("ida_"+w.kind), w.app("anna_"+w.kind), w.app("ben_"+w.kind)
	if w.kind == "fundraiser" {
		w.kitchen = w.app(payee)
	}
	w.opens()
	liked := w.isLed(w.writes(w.ida, "We begin today. Will you? "+w.link("")+" #"+w.hashtag))
	w.first = w.does(w, w.anna, liked)
	act := w.first.text("id")
	w.first.has("inspired_by.kind", "post", "generation", 0)
	w.confirmed(w.anna, act)

	if w.passes != nil {
		w.second = w.passes(w)
	} else {
		w.writes(w.anna, "I did. You, too? "+w.link("?via=act-"+act)+" #"+w.hashtag)
		w.second = w.does(w, w.ben, w.follows(w.ben))
	}
	w.second.has("parent_id", act, "root_id", act, "generation", 1)
	w.confirmed(w.ben, w.second.text("id"))
	w.anna.own("GET", "/acts?parent="+act, nil, 200).has("#", 1, "0.id", w.second.text("id"))
}

// opens starts the movement and the call.
func (w *apiTurn) opens() {
	w.Helper()
	w.ida.own("POST", "/movements", object{"hashtag": w.hashtag, "name": "Turn by turn", "purpose": "One moves the next.", "causes": []string{"everyday-kindness"}}, 201)
	draft := object{"kind": w.kind, "title": "Our " + w.kind, "goal": 10 * w.each}
	for name, value := range w.apiKind.call {
		draft[name] = value
	}
	w.call = w.ida.own("POST", "/movements/"+w.hashtag+"/calls", draft, 201).text("id")
	if w.setUp != nil {
		w.setUp(w)
	}
	for _, who := range []app{w.anna, w.ben} {
		who.own("POST", "/movements/"+w.hashtag+"/join", nil, 200)
	}
}

func (w *apiTurn) link(query string) string { return w.s.URL() + "/calls/" + w.call + query }

// writes posts as any app does.
func (w *apiTurn) writes(who app, words string) (post string) {
	w.Helper()
	return who.ask("POST", "/api/v1/statuses", object{"status": words}, 200).text("id")
}

// isLed is Anna liking the post: the movement writes to her alone with a next
// step, whose link carries what moved her.
func (w *apiTurn) isLed(post string) object {
	w.Helper()
	read := w.anna.ask("GET", "/api/v1/timelines/tag/"+w.hashtag, nil, 200).has("0.id", post).text("0.content")
	w.anna.ask("POST", "/api/v1/statuses/"+post+"/favourite", nil, 200).has("favourited", true)
	told := w.anna.ask("GET", "/api/v1/notifications", nil, 200).has("0.goodturn.kind", "step", "0.status.visibility", "direct")
	from := object{"kind": "post", "id": post}
	for where, content := range map[string]string{"the post": read, "the step after a like": told.text("0.status.content")} {
		if said := w.sourceIn(content); !reflect.DeepEqual(said, from) {
			w.Errorf("the link in %s says that it came by %v, not %v", where, said, from)
		}
	}
	return from
}

// follows is somebody reading the hashtag, and following the newest link there.
func (w *apiTurn) follows(who app) object {
	w.Helper()
	return w.sourceIn(who.ask("GET", "/api/v1/timelines/tag/"+w.hashtag, nil, 200).text("0.content"))
}

var carried = regexp.MustCompile(`href="[^"]*/calls/([0-9]+)\?via=(post|act)-([0-9]+)"`)

// sourceIn is what the link to the call in a post's words says that it came by.
func (w *apiTurn) sourceIn(content string) object {
	w.Helper()
	found := carried.FindStringSubmatch(content)
	if found == nil || found[1] != w.call {
		w.Fatalf("there is no link to the call %s with what led there in %s", w.call, content)
	}
	return object{"kind": found[2], "id": found[3]}
}

// confirmed has somebody else say that the act was done, and its doer hear of it.
func (w *apiTurn) confirmed(who app, act string) {
	w.Helper()
	if w.proves != nil {
		w.ida.own("GET", "/acts/"+act, nil, 200).has("proof", "told")
		w.proves(w, who, act)
		w.hears(who, "confirmation")
	}
	who.own("GET", "/acts/"+act, nil, 200).has("proof", "confirmed")
}

// hears is that somebody has a notice of that kind, in any app.
func (w *apiTurn) hears(who app, kind string) {
	w.Helper()
	list, _ := who.ask("GET", "/api/v1/notifications", nil, 200).body.([]any)
	var heard []any
	for _, n := range list {
		if own, ok := n.(object)["goodturn"].(object); ok {
			heard = append(heard, own["kind"])
		}
	}
	if !slices.Contains(heard, any(kind)) {
		w.Errorf("%s is told of %v, and not of “%s”", who.name, heard, kind)
	}
}

// ripples is what everybody sees of it afterwards, once what was moved is counted.
func (w *apiTurn) ripples(t *testing.T) {
	nobody := app{t: t, base: w.s.URL(), name: "nobody"}
	first, second := w.first.text("id"), w.second.text("id")
	eventually(t, "the act that was moved", func() bool { return nobody.own("GET", "/acts/"+first, nil, 200).at("moved.acts") == 1.0 })
	nobody.own("GET", "/movements/"+w.hashtag+"/ripple", nil, 200).has("acts", 2, "people", 2, "generations", 2, "by_generation.0", 1, "by_generation.1", 1)
	nobody.own("GET", "/movements/"+w.hashtag+"/ripple/tree", nil, 200).has("more", 0, "roots.#", 1, "roots.0.act_id", first, "roots.0.doer.username", w.anna.name,
		"roots.0.moved.people", 1, "roots.0.below.#", 1, "roots.0.below.0.act_id", second, "roots.0.below.0.doer.username", w.ben.name,
		"roots.0.below.0.proof", "confirmed")
	nobody.own("GET", "/acts/"+second+"/ripple", nil, 200).has("chain.#", 1, "chain.0.act_id", first)

	total := []any{"#", 1, "0.proof", "confirmed", "0.amount", 2 * w.each, "0.acts", 2, "0.people", 2}
	for name, value := range w.counted {
		total = append(total, "0."+name, value)
	}
	call := nobody.own("GET", "/calls/"+w.call, nil, 200).has("progress.done", 2*w.each, "progress.percent", 20, "progress.acts", 2, "progress.people", 2)
	call.in("progress.totals").has(total...)
	nobody.own("GET", "/movements/"+w.hashtag, nil, 200).in("totals").has(total...)
	nobody.own("GET", "/calls/"+w.call+"/acts?proof=confirmed", nil, 200).has("#", 2)
}

// app is somebody's program, with their token.
type app struct {
	t           *testing.T
	base, token string
	name        string
	account     *account.Account
}

func (w *apiTurn) app(name string) app {
	w.Helper()
	a := w.s.Person(name)
	return app{t: w.T, base: w.s.URL(), token: w.s.Token(a, ""), name: name, account: a}
}

type object = map[string]any

// own asks Goodturn's API.
func (a app) own(method, path string, body object, status int) reply {
	a.t.Helper()
	return a.ask(method, api.Base+path, body, status)
}

// ask sends a request and reads the answer, which has that status.
func (a app) ask(method, path string, body object, status int) reply {
	a.t.Helper()
	var raw bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&raw).Encode(body); err != nil {
			a.t.Fatal(err)
		}
	}
	return a.send(method, path, "application/json", &raw, status)
}

func (a app) send(method, path, kind string, body io.Reader, status int) reply {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, body)
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	out := reply{t: a.t, what: fmt.Sprintf("%s: %s %s", a.name, method, path)}
	if answer.StatusCode != status {
		a.t.Fatalf("%s answers %d, not %d: %.2000s", out.what, answer.StatusCode, status, raw)
	}
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &out.body); err != nil {
			a.t.Fatalf("%s: %v in %.2000s", out.what, err, raw)
		}
	}
	return out
}

// upload gives a picture to the server, and answers its id.
func (a app) upload(file string) string {
	a.t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "receipt.png")
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return a.send("POST", "/api/v2/media", form.FormDataContentType(), &body, 200).text("id")
}

// reply is what came back.
type reply struct {
	t    *testing.T
	what string
	body any
}

// at is what lies at a path of names and indices; # is how long a list is.
func (r reply) at(path string) any {
	r.t.Helper()
	v := r.body
	for name := range strings.SplitSeq(path, ".") {
		switch is := v.(type) {
		case object:
			v = is[name]
		case []any:
			if name == "#" {
				return float64(len(is))
			}
			var i int
			if err := json.Unmarshal([]byte(name), &i); err != nil || i >= len(is) {
				r.t.Fatalf("%s has no %s in %v", r.what, path, r.body)
			}
			v = is[i]
		default:
			r.t.Fatalf("%s has no %s in %v", r.what, path, r.body)
		}
	}
	return v
}

func (r reply) in(path string) reply {
	r.t.Helper()
	return reply{t: r.t, what: r.what + " " + path, body: r.at(path)}
}

func (r reply) text(path string) string {
	r.t.Helper()
	s, ok := r.at(path).(string)
	if !ok {
		r.t.Fatalf("%s has %v at %s", r.what, r.at(path), path)
	}
	return s
}

// has checks that these paths have these values.
func (r reply) has(pairs ...any) reply {
	r.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		path, want := pairs[i].(string), pairs[i+1]
		switch n := want.(type) {
		case int:
			want = float64(n)
		case int64:
			want = float64(n)
		}
		if got := r.at(path); got != want {
			r.t.Errorf("%s has %v at %s, not %v", r.what, got, path, pairs[i+1])
		}
	}
	return r
}
