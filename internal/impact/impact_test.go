package impact_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"net/netip"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// world is a movement and some people.
type world struct {
	*seed.Mission
	Impact        *impact.Service
	org, ada, ben *account.Account
	soup          *movement.Movement
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	g := seed.NewGround(t, d)
	w := &world{Mission: seed.NewMission(t, g)}
	event.On(g.Hub, w.Posts.OnAccountDeleted)
	w.Impact = seed.Impact(t, w.Mission)
	w.org, w.ada, w.ben = seed.Account(t, g, "olga"), seed.Account(t, g, "ada"), seed.Account(t, g, "ben")
	w.soup = seed.Movement(t, w.Movements, w.org, "SoupForAll")
	return w
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// reach reads as another node would that has just started.
func (w *world) reach(t testing.TB, subject id.ID, from, to time.Time) int64 {
	t.Helper()
	fresh := impact.New(w.D, w.Hub, w.Clock.Now, w.Log, w.Calls)
	reach, err := fresh.Reach(ctx, []id.ID{subject}, from, to)
	ok(t, err)
	return reach[subject]
}

func near(t *testing.T, what string, got, want int64) {
	t.Helper()
	if math.Abs(float64(got-want)) > 0.03*float64(want) {
		t.Errorf("%s: %d, want %d within 3 %%", what, got, want)
	}
}

func TestService_Reach(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		now := w.Clock.Now()
		see := func(s *impact.Service, from, to int) {
			for i := from; i < to; i++ {
				s.Saw(s.Account(id.ID(1000+i)), w.soup.ID, p.ID)
			}
		}
		see(w.Impact, 0, 10)
		see(w.Impact, 0, 10)
		ok(t, w.Impact.Flush(ctx))
		if n := w.reach(t, p.ID, time.Time{}, now); n != 10 {
			t.Errorf("10 viewers, seen twice, are %d", n)
		}

		// Another node, with the same secret, sees some of the same people.
		other := impact.New(d, w.Hub, w.Clock.Now, w.Log, w.Calls)
		ok(t, other.Start(ctx))
		see(w.Impact, 0, 30_000)
		see(other, 20_000, 50_000)
		errs := seed.AtOnce(2, func(i int) error { return []*impact.Service{w.Impact, other}[i].Flush(ctx) })
		ok(t, errs[0])
		ok(t, errs[1])
		near(t, "two nodes", w.reach(t, w.soup.ID, time.Time{}, now), 50_000)

		w.Clock.Add(24 * time.Hour)
		see(w.Impact, 40_000, 60_000)
		ok(t, w.Impact.Flush(ctx))
		tomorrow := w.Clock.Now()
		near(t, "the first day", w.reach(t, w.soup.ID, now, now), 50_000)
		near(t, "the second day", w.reach(t, w.soup.ID, tomorrow, tomorrow), 20_000)
		near(t, "both", w.reach(t, w.soup.ID, time.Time{}, tomorrow), 60_000)

		see(other, 0, 5)
		ok(t, other.Stop(ctx)) // and what was seen is written

		w.Impact.Saw(w.Impact.Account(1), p.ID)
		_, err := w.Posts.Delete(ctx, account.As(w.ada), p.ID)
		ok(t, err)
		w.Impact.Saw(w.Impact.Account(1), p.ID, 12345)
		ok(t, w.Impact.Flush(ctx))
		if n := w.reach(t, p.ID, time.Time{}, tomorrow); n != 0 {
			t.Errorf("a deleted post has a reach of %d", n)
		}
	})
}

// Strangers are told apart by address and browser, and for one day.
func TestService_Stranger(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
		first := w.Impact.Stranger(a, "Mozilla")
		for _, same := range []struct {
			v    impact.Viewer
			want bool
		}{
			{w.Impact.Stranger(a, "Mozilla"), true},
			{w.Impact.Stranger(netip.AddrFrom16(a.As16()), "Mozilla"), true},
			{w.Impact.Stranger(b, "Mozilla"), false},
			{w.Impact.Stranger(a, "Lynx"), false},
		} {
			if (same.v == first) != same.want {
				t.Errorf("%v and %v", same.v, first)
			}
		}
		w.Clock.Add(24 * time.Hour)
		if w.Impact.Stranger(a, "Mozilla") == first {
			t.Error("a stranger is known the next day")
		}
	})
}

// What cannot be written is kept; what was not written is all that a kill loses.
func TestService_Flush_ErrKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		now := w.Clock.Now()
		see := func(from, to int) {
			for i := from; i < to; i++ {
				w.Impact.Saw(w.Impact.Account(id.ID(1000+i)), w.soup.ID)
			}
		}
		see(0, 50)
		ok(t, w.Impact.Flush(ctx))
		see(50, 100)
		gone, cancel := context.WithCancel(ctx)
		cancel()
		if err := w.Impact.Flush(gone); err == nil {
			t.Fatal("flushed without a database")
		}
		see(90, 120)
		if n := w.reach(t, w.soup.ID, now, now); n != 50 {
			t.Errorf("%d are written", n) // so much is there after a kill at this moment
		}
		ok(t, w.Impact.Flush(ctx))
		if n := w.reach(t, w.soup.ID, now, now); n < 119 || n > 121 {
			t.Errorf("%d after all", n)
		}
	})
}

// No row holds a viewer: neither as text nor as a number.
func TestPrivacy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p := seed.Post(t, w.Posts, w.ada, "Good morning")
		viewer := id.ID(7_777_777_777_777_777)
		addr := netip.MustParseAddr("198.51.100.77")
		w.Impact.Saw(w.Impact.Account(viewer), p.ID, w.soup.ID)
		w.Impact.Saw(w.Impact.Stranger(addr, "Netscape Navigator"), p.ID, w.soup.ID)
		ok(t, w.Impact.Flush(ctx))

		raw4, raw16 := addr.As4(), addr.As16()
		hidden := [][]byte{
			[]byte(viewer.String()), []byte(addr.String()), []byte("Netscape"), raw4[:], raw16[:],
			binary.BigEndian.AppendUint64(nil, uint64(viewer)), binary.LittleEndian.AppendUint64(nil, uint64(viewer)),
		}
		for _, table := range tables(t, d) {
			rows, err := d.Read(ctx).Query(`SELECT * FROM ` + table)
			ok(t, err)
			columns, err := rows.Columns()
			ok(t, err)
			for rows.Next() {
				row, into := make([]any, len(columns)), make([]any, len(columns))
				for i := range row {
					into[i] = &row[i]
				}
				ok(t, rows.Scan(into...))
				for i, value := range row {
					text, isBytes := value.([]byte)
					if !isBytes {
						text = fmt.Append(nil, value)
					}
					for _, h := range hidden {
						if bytes.Contains(text, h) {
							t.Errorf("%s.%s holds %q", table, columns[i], h)
						}
					}
				}
			}
			ok(t, rows.Err())
			ok(t, rows.Close())
		}
	})
}

func tables(t *testing.T, d *db.DB) []string {
	t.Helper()
	q := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if d.Engine() == db.Postgres {
		q = `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`
	}
	names, err := db.All(d.Read(ctx), func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, q)
	ok(t, err)
	return names
}

func (w *world) posts(t *testing.T, likes, shares, replies int64) {
	t.Helper()
	f, err := w.Impact.Funnel(ctx, w.soup.ID)
	ok(t, err)
	if f.Likes != likes || f.Shares != shares || f.Replies != replies {
		t.Errorf("%d likes, %d shares, %d replies; want %d, %d, %d", f.Likes, f.Shares, f.Replies, likes, shares, replies)
	}
	w.Counted(t)
}

func TestService_Funnel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.Work(t)
		ben, org := account.As(w.ben), account.As(w.org)
		seed.Join(t, w.Movements, w.soup, w.ada)
		p := seed.Post(t, w.Posts, w.ada, "Made some #SoupForAll")
		seed.Like(t, w.Posts, w.ben, p)
		seed.Share(t, w.Posts, w.ben, p)
		reply := seed.Post(t, w.Posts, w.ben, "Lovely", seed.To(p))
		seed.Post(t, w.Posts, w.ben, "For friends", seed.To(p), seed.For(post.Private))
		seed.Like(t, w.Posts, w.ben, reply) // which it does not carry
		w.posts(t, 1, 1, 1)

		ok(t, w.Movements.Uncarry(ctx, org, w.soup.ID, p.ID))
		w.posts(t, 0, 0, 0)
		seed.Like(t, w.Posts, w.org, p)
		ok(t, w.Movements.Carry(ctx, org, w.soup.ID, p.ID))
		w.posts(t, 2, 1, 1)

		_, err := w.Posts.Unlike(ctx, org, p.ID)
		ok(t, err)
		_, err = w.Posts.Unshare(ctx, ben, p.ID)
		ok(t, err)
		_, err = w.Posts.Delete(ctx, ben, reply.ID)
		ok(t, err)
		w.posts(t, 1, 0, 0)

		// A post with more than one transaction erases.
		fans := seed.Crowd(t, w.Ground, "fan", 250)
		w.Update(t, func(tx *db.Tx) error {
			for i, fan := range fans {
				if err := w.Posts.LikeIn(tx, fan.ID, p.ID, w.Clock.Now()); err != nil {
					return err
				}
				if i < 30 {
					if _, err := w.Posts.ShareIn(tx, fan, p.ID, 0, w.Clock.Now()); err != nil {
						return err
					}
				}
			}
			return nil
		})
		w.posts(t, 251, 30, 0)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ben.ID, w.Clock.Now()) })
		w.posts(t, 250, 30, 0)
		_, err = w.Posts.Delete(ctx, account.As(w.ada), p.ID)
		ok(t, err)
		f, err := w.Impact.Funnel(ctx, w.soup.ID)
		ok(t, err)
		if f.Likes != 0 || f.Shares != 0 || f.Replies != 0 {
			t.Errorf("of a deleted post it has %+v", f)
		}
	})
}

func TestService_Funnel_Acts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		deeds := seed.Call(t, w.Calls, w.org, w.soup, call.Deed)
		w.Do(t, w.ada, deeds)
		a := w.Do(t, w.ada, deeds)
		w.Do(t, w.ben, deeds, func(d *act.Draft) { d.Witnesses = []string{"ada"} })
		_, err := w.Acts.Confirm(ctx, account.As(w.org), a.ID, "")
		ok(t, err)
		w.Impact.Saw(w.Impact.Account(w.ada.ID), w.soup.ID)
		ok(t, w.Impact.Flush(ctx))
		f, err := w.Impact.Funnel(ctx, w.soup.ID)
		ok(t, err)
		if want := (impact.Funnel{Reach: 1, Told: 2, Confirmed: 1, People: 2}); f != want {
			t.Errorf("%+v, want %+v", f, want)
		}
	})
}

// Likes and their opposites while an organiser takes the post out and in: the
// funnel is exact in the end.
func TestService_Funnel_AtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		seed.Join(t, w.Movements, w.soup, w.ada)
		p := seed.Post(t, w.Posts, w.ada, "Made some #SoupForAll")
		fans := seed.Crowd(t, w.Ground, "fan", 31)
		for _, err := range seed.AtOnce(32, func(i int) error {
			for n := range 6 {
				var err error
				switch {
				case i == 31 && n%2 == 0:
					err = w.Movements.Uncarry(ctx, account.As(w.org), w.soup.ID, p.ID)
				case i == 31:
					err = w.Movements.Carry(ctx, account.As(w.org), w.soup.ID, p.ID)
				case n%2 == 0:
					_, err = w.Posts.Like(ctx, account.As(fans[i]), p.ID)
				default:
					_, err = w.Posts.Unlike(ctx, account.As(fans[i]), p.ID)
				}
				if err != nil {
					return err
				}
			}
			_, err := w.Posts.Like(ctx, account.As(fans[i%31]), p.ID)
			return err
		}) {
			ok(t, err)
		}
		w.posts(t, 31, 0, 0)
	})
}
