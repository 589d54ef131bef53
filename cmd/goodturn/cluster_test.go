package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/bus/bustest"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// holdsWithin is how long what was done on one node may take to hold on another:
// three seconds if no event comes, and as much again and more for a machine that
// is busy.
const holdsWithin = 10 * time.Second

// TestServe_Cluster runs two nodes on one database: what is done on one holds on
// the other, also while they do not hear each other; and when one is killed the
// other goes on, with everything that was answered.
func TestServe_Cluster(t *testing.T) {
	c := newCluster(t)
	s := newStorm(c.first)
	c.moveIn()

	a := c.first.serve()
	a.await("the mail that was due is sent", s.mailed)
	leases := c.leases()
	c.passesBy(a)
	b := c.second.serve()
	c.acquaint(a, b)

	c.holds(a, b)
	c.holds(b, a)
	c.sharesPictures(a, b, s.people[0])

	c.cable.Cut()
	c.holds(a, b)
	c.holdsAtOnce(a, b)
	c.cable.Mend()
	c.acquaint(a, b)

	s.blowOver(a, b, 150, 150)
	s.repeat(b)
	c.whole(s, b)
	c.age(leases)
	b.await("the other node sweeps", func() bool { return c.leases()["sweeps"] != leases["sweeps"] })
	b.await("the files of deleted posts are gone", func() bool { return !s.anyFileLeft() })

	a = c.first.serve()
	c.acquaint(a, b)
	c.holds(a, b)
	c.holds(b, a)
	c.signsOut(a, b)
	c.whole(s, a)
	for _, p := range []*process{a, b} {
		if code := p.stop(); code != 0 {
			t.Errorf("a node ended with %d", code)
		}
	}
}

// cluster is two nodes on one database with one place for pictures. The second
// reaches the first over a cable. Ada follows Ben.
type cluster struct {
	t             *testing.T
	first, second *house
	cable         *bustest.Cable
	d             *db.DB
	ada, ben      resident
	session       string // Ada's, as a cookie
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	first := newHouse(t, db.Postgres)
	beside := first.config
	beside.Data, beside.Listen = t.TempDir(), free(t)
	c := &cluster{t: t, first: first, second: &house{t: t, config: beside},
		d: dbtest.Reopen(t, db.Config{DSN: first.config.Database, Readers: 1})}
	with, address := bustest.Cluster(t), free(t)
	c.cable = bustest.NewCable(t, address)
	for _, h := range []*house{c.first, c.second} {
		h.flags = []string{
			"--data", h.config.Data, "--database", h.config.Database, "--blobs", first.config.Data + "/files",
			"--url", "http://" + first.config.Listen,
			"--cluster-cert", with.Cert, "--cluster-key", with.Key, "--cluster-ca", with.CA, "--cluster-secret", with.Secret,
		}
	}
	c.first.flags = append(c.first.flags, "--cluster-listen", address)
	c.second.flags = append(c.second.flags, "--cluster-listen", "127.0.0.1:0", "--cluster-routes", c.cable.Addr())
	return c
}

// free is an address on which nobody listened a moment ago.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// leases are the names that are held, with their holders.
func (c *cluster) leases() map[string]string {
	c.t.Helper()
	held := map[string]string{}
	_, err := db.All(c.d.Read(c.t.Context()), func(row db.Row) (struct{}, error) {
		var name, holder string
		err := row.Scan(&name, &holder)
		held[name] = holder
		return struct{}{}, err
	}, "SELECT name, holder FROM lease")
	if err != nil {
		c.t.Fatal(err)
	}
	return held
}

// age lets those leases end now that somebody else would wait for.
func (c *cluster) age(leases map[string]string) {
	c.t.Helper()
	err := c.d.Update(c.t.Context(), func(tx *db.Tx) error {
		for _, holder := range leases {
			if _, err := tx.Exec("UPDATE lease SET until = 0 WHERE holder = $1", holder); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

// moveIn makes the people who look from one node at what the other does.
func (c *cluster) moveIn() {
	c.first.arrange(func(s *server.Server) {
		c.ada, c.ben = c.first.resident(s, "ada"), c.first.resident(s, "ben")
		_, secret, err := s.Auth.SignIn(c.t.Context(), "ada", servertest.Password, auth.Client{})
		if err != nil {
			c.t.Fatal(err)
		}
		c.session = "goodturn=" + secret
	})
}

// does sends what somebody does on a node, which must be answered well.
func (c *cluster) does(p *process, who resident, method, path string, body any) string {
	c.t.Helper()
	status, answer := p.ask(method, path, who.token, body)
	var made struct{ ID string }
	if err := json.Unmarshal(answer, &made); err != nil || status != http.StatusOK {
		c.t.Fatalf("%s, %s %s: %d %s", who.Username, method, path, status, answer)
	}
	return made.ID
}

func (c *cluster) posts(p *process, who resident) string {
	c.t.Helper()
	return c.does(p, who, http.MethodPost, "/api/v1/statuses", map[string]any{"status": "Soup is ready."})
}

// The places where a post is seen, all but the last with Ada's eyes.
var everywhere = []string{"the API", "her home by the API", "its page", "her home", "its page without her"}

// sees are the places on p where a post of Ben is seen.
func (c *cluster) sees(p *process, post string) (where []string) {
	shows := func(path string, in string, token string, headers ...string) bool {
		status, body := p.ask(http.MethodGet, path, token, nil, headers...)
		return status == http.StatusOK && strings.Contains(string(body), in)
	}
	for n, is := range []bool{
		shows("/api/v1/statuses/"+post, "", c.ada.token),
		shows("/api/v1/timelines/home?limit=40", post, c.ada.token),
		shows("/posts/"+post, "", "", "Cookie", c.session),
		shows("/", "/posts/"+post, "", "Cookie", c.session),
		shows("/posts/"+post, "", ""),
	} {
		if is {
			where = append(where, everywhere[n])
		}
	}
	return where
}

// shows waits until a node shows Ada a post of Ben in exactly those places.
func (c *cluster) shows(p *process, post string, want []string) {
	c.t.Helper()
	var where []string
	defer func() {
		if c.t.Failed() {
			c.t.Logf("the post is seen on %q", where)
		}
	}()
	p.within(holdsWithin, fmt.Sprintf("the post is seen on %q", want), func() bool {
		where = c.sees(p, post)
		return slices.Equal(where, want)
	})
}

// holds checks that what is done on one node holds on the other in time, with
// every cache warm.
func (c *cluster) holds(from, to *process) {
	c.t.Helper()
	ben := "/api/v1/accounts/" + c.ben.ID.String()
	c.does(from, c.ada, http.MethodPost, ben+"/follow", nil)
	post := c.posts(from, c.ben)
	c.shows(to, post, everywhere)

	c.does(from, c.ada, http.MethodPost, "/api/v1/statuses/"+post+"/favourite", nil)
	to.within(holdsWithin, "a like is counted", func() bool {
		var p struct {
			Favourited      bool
			FavouritesCount int `json:"favourites_count"`
		}
		to.read("/api/v1/statuses/"+post, c.ada.token, &p)
		return p.Favourited && p.FavouritesCount == 1
	})

	c.does(from, c.ada, http.MethodPost, ben+"/block", nil)
	c.shows(to, post, everywhere[len(everywhere)-1:])
	c.does(from, c.ada, http.MethodPost, ben+"/unblock", nil)
	c.does(from, c.ada, http.MethodPost, ben+"/follow", nil)
	c.shows(to, post, everywhere)

	c.does(from, c.ben, http.MethodDelete, "/api/v1/statuses/"+post, nil)
	c.shows(to, post, nil)
}

// passesBy checks that a node notices what another one did that it never heard:
// one that came and went, and could not reach it.
func (c *cluster) passesBy(a *process) {
	c.t.Helper()
	c.does(a, c.ada, http.MethodPost, "/api/v1/accounts/"+c.ben.ID.String()+"/follow", nil)
	post := c.posts(a, c.ben)
	c.shows(a, post, everywhere)
	c.cable.Cut()
	b := c.second.serve()
	c.does(b, c.ben, http.MethodDelete, "/api/v1/statuses/"+post, nil)
	if code := b.stop(); code != 0 {
		c.t.Errorf("the node that passed by ended with %d", code)
	}
	c.cable.Mend()
	c.shows(a, post, nil)
}

// holdsAtOnce checks that a node that cannot hear the other asks the database:
// what is answered on one is true on the other from then on.
func (c *cluster) holdsAtOnce(from, to *process) {
	c.t.Helper()
	post := c.posts(from, c.ben)
	if where := c.sees(to, post); !slices.Equal(where, everywhere) {
		c.t.Errorf("without the bus, a new post is seen on %q", where)
	}
	c.does(from, c.ben, http.MethodDelete, "/api/v1/statuses/"+post, nil)
	if where := c.sees(to, post); len(where) > 0 {
		c.t.Errorf("without the bus, a post that was deleted is seen on %q", where)
	}
}

// acquaint waits until each node tells those who look there what is done on the
// other.
func (c *cluster) acquaint(a, b *process) {
	c.t.Helper()
	c.does(a, c.ada, http.MethodPost, "/api/v1/accounts/"+c.ben.ID.String()+"/follow", nil)
	for _, way := range [][2]*process{{a, b}, {b, a}} {
		way[1].await("its streams tell of the other node", func() bool { return c.tells(way[0], way[1]) })
	}
}

// tells says whether a stream on one node soon tells of a post made on the other.
func (c *cluster) tells(from, to *process) bool {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, to.base+"/live?home=1", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Cookie", c.session)
	stream, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	if !lines.Scan() || stream.StatusCode != http.StatusOK { // its first line comes when it listens
		return false
	}
	c.posts(from, c.ben)
	for lines.Scan() {
		if lines.Text() == "event: post.Created" {
			return true
		}
	}
	return false
}

// sharesPictures checks that what is uploaded on one node is there on the other.
func (c *cluster) sharesPictures(from, to *process, w *writer) {
	c.t.Helper()
	up, ok := w.upload(from)
	if !ok {
		c.t.Fatal("the picture is not taken")
	}
	c.does(from, w.resident, http.MethodPost, "/api/v1/statuses", map[string]any{"status": "Look", "media_ids": []string{up.ID}})
	_, path, _ := strings.Cut(up.URL, "/media/")
	if status, _ := to.ask(http.MethodGet, "/media/"+path, "", nil); status != http.StatusOK {
		c.t.Errorf("a picture from the other node is answered %d", status)
	}
}

// signsOut checks that a session that ends on one node ends on the other.
func (c *cluster) signsOut(from, to *process) {
	c.t.Helper()
	if status, _ := from.ask(http.MethodPost, "/sign-out", "", nil, "Cookie", c.session); status != http.StatusOK {
		c.t.Fatalf("signing out is answered %d", status)
	}
	to.within(holdsWithin, "the session has ended", func() bool {
		status, _ := to.ask(http.MethodGet, "/live?home=1", "", nil, "Cookie", c.session)
		return status == http.StatusForbidden
	})
}

// whole checks that everything that was answered is on that node, and that every
// counter equals its rows.
func (c *cluster) whole(s *storm, p *process) {
	c.t.Helper()
	var lost []string
	defer func() {
		for _, l := range lost {
			c.t.Log(l)
		}
	}()
	p.within(holdsWithin, "everything that was answered is there", func() bool {
		lost = s.lost(p)
		return len(lost) == 0
	})
	if o := c.second.command("recount", "--check"); o.code != 0 {
		c.t.Errorf("recount --check ended with %d: %s%s", o.code, o.out, o.err)
	}
}

// blowOver has half of the people write on each node, and kills the first once
// so many writes were answered; its people go on with the other until it
// answered so many more.
func (s *storm) blowOver(doomed, survivor *process, before, after int) {
	s.h.t.Helper()
	var over atomic.Bool
	var all sync.WaitGroup
	enough := s.more(before)
	for n, w := range s.people {
		at := []*process{doomed, survivor}[n%2]
		all.Go(func() {
			for !over.Load() {
				if w.write(at) {
					continue
				}
				if at == survivor {
					s.h.t.Errorf("%s is not answered by the node that was not killed", w.Username)
					return
				}
				at = survivor
			}
		})
	}
	answered := func(of <-chan struct{}) {
		select {
		case <-of:
		case <-survivor.ended:
			s.h.t.Errorf("a node ended by itself: %v", survivor.err)
		case <-time.After(patience):
			s.h.t.Error("the nodes answer too slowly")
		}
	}
	answered(enough)
	doomed.kill()
	answered(s.more(after))
	over.Store(true)
	all.Wait()
}
