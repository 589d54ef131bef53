package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
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
