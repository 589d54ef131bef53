package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"os"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/server"
)

// filler fills a house in this process, before the real one starts on its data.
// What the rooms do in a transaction it has them do; follows and sessions, a
// million rows, it writes as sets, and has their counters recounted.
type filler struct {
	*server.Server
	ctx   context.Context
	rng   *mathrand.Rand
	sizes sizes
	start time.Time // everything happened after it
	w     *world

	readers  []*account.Account
	followed int // follows written so far
}

// fillBatch is how many things one transaction makes.
const fillBatch = 500

// fill makes the data of a house of that size.
func fill(ctx context.Context, z sizes, data string) (w *world, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	// Nothing is lost that could not be filled anew.
	s, err := server.Open(ctx, server.Config{Data: data, Sync: "OFF", Log: log})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	began := time.Now()
	f := &filler{
		Server: s, ctx: ctx, rng: mathrand.New(mathrand.NewPCG(2026, 11)), sizes: z,
		start: began.Add(-30 * 24 * time.Hour), w: &world{Sizes: z},
	}
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"readers, and whom they follow", f.people},
		{"authors and their followers", f.authors},
		{"a movement", f.movement},
		{"posts", f.posts},
		{"a ripple of ten acts", func() error { return f.ripple(&f.w.Small, smallSlug, 10) }},
		{"the large ripple", func() error { return f.ripple(&f.w.Large, largeSlug, z.Ripple) }},
		{"counters", f.count},
		{"what was left to do", f.rest},
	} {
		say(began, "filling: %s", step.what)
		if err := step.do(); err != nil {
			return nil, fmt.Errorf("%s: %w", step.what, err)
		}
	}
	say(began, "filled")
	return f.w, nil
}

// inBatches runs do for 0 to n-1, a batch a transaction.
func (f *filler) inBatches(n int, do func(tx *db.Tx, i int) error) error {
	return f.DB.UpdateEach(f.ctx, n, fillBatch, do)
}

// crowd makes n people.
func (f *filler) crowd(name string, n int) ([]*account.Account, error) {
	people := make([]*account.Account, n)
	err := f.inBatches(n, func(tx *db.Tx, i int) (err error) {
		people[i], err = f.Accounts.CreateIn(tx, account.Draft{
			Kind: account.KindPerson, Username: fmt.Sprintf("%s%d", name, i), Name: fmt.Sprintf("%s %d", strings.ToTitle(name[:1])+name[1:], i),
			Note: "I cook soup for whoever is cold.", Language: "en", At: f.start,
		})
		return err
	})
	return people, err
}

// insert writes rows of a set, many a statement.
func (f *filler) insert(into string, columns, rows int, row func(i int) []any) error {
	const most = 200
	one := "(" + strings.TrimSuffix(strings.Repeat("?,", columns), ",") + ")"
	for from := 0; from < rows; from += most {
		n := min(most, rows-from)
		args := make([]any, 0, n*columns)
		for i := from; i < from+n; i++ {
			args = append(args, row(i)...)
		}
		values := strings.TrimSuffix(strings.Repeat(one+",", n), ",")
		err := f.DB.Update(f.ctx, func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO "+into+" VALUES "+values, args...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// follows lets followers follow, as pairs.
func (f *filler) follows(pairs [][2]id.ID) error {
	at := f.start.Add(time.Hour)
	first := id.Floor(at) + id.ID(f.followed)
	f.followed += len(pairs)
	return f.insert("follow (id, follower_id, followee_id, created_at)", 4, len(pairs), func(i int) []any {
		return []any{int64(first) + int64(i), int64(pairs[i][0]), int64(pairs[i][1]), db.Millis(at)}
	})
}

func (f *filler) people() (err error) {
	z := f.sizes
	if f.readers, err = f.crowd("reader", z.Readers); err != nil {
		return err
	}
	pairs := make([][2]id.ID, 0, z.Readers*z.Follows)
	for i, reader := range f.readers {
		for _, k := range draw(f.rng, z.Follows, z.Readers, i) {
			pairs = append(pairs, [2]id.ID{reader.ID, f.readers[k].ID})
		}
	}
	if err := f.follows(pairs); err != nil {
		return err
	}
	for _, reader := range f.readers {
		token, err := f.token(reader)
		if err != nil {
			return err
		}
		f.w.Readers = append(f.w.Readers, token)
	}
	return nil
}

func (f *filler) token(a *account.Account) (string, error) {
	scopes, err := auth.ParseScopes("read write follow")
	if err != nil {
		return "", err
	}
	secret, _, err := f.Auth.CreateToken(f.ctx, a.ID, "bench", scopes)
	return secret, err
}

// authors makes those whose posts are measured, and their followers with a
// session and a token each.
func (f *filler) authors() error {
	authors, err := f.crowd("author", 2)
	if err != nil {
		return err
	}
	for i, token := range []*string{&f.w.Heard, &f.w.Famous} {
		if *token, err = f.token(authors[i]); err != nil {
			return err
		}
	}
	followers, err := f.crowd("follower", f.sizes.Connected)
	if err != nil {
		return err
	}
	if f.w.Follower, err = f.token(followers[0]); err != nil {
		return err
	}
	var pairs [][2]id.ID
	for i, follower := range followers {
		pairs = append(pairs, [2]id.ID{follower.ID, authors[1].ID})
		if i < f.sizes.Some {
			pairs = append(pairs, [2]id.ID{follower.ID, authors[0].ID})
		}
	}
	if err := f.follows(pairs); err != nil {
		return err
	}
	if err := f.sessions(followers); err != nil {
		return err
	}
	return f.tokens(followers)
}

// tokens let people's apps in, as auth would have.
func (f *filler) tokens(people []*account.Account) error {
	now := db.Millis(time.Now())
	first := int64(id.Floor(f.start.Add(2 * time.Hour)))
	f.w.Tokens = make([]string, len(people))
	return f.insert("token (id, account_id, hash, name, scopes, created_at, seen_at)", 7, len(people), func(i int) []any {
		f.w.Tokens[i] = rand.Text()
		hash := sha256.Sum256([]byte(f.w.Tokens[i]))
		return []any{first + int64(i), int64(people[i].ID), hash[:], "bench", "read", now, now}
	})
}

// sessions signs people in, as auth would have.
func (f *filler) sessions(people []*account.Account) error {
	now := time.Now()
	first := int64(id.Floor(f.start.Add(time.Hour)))
	f.w.Sessions = make([]string, len(people))
	return f.insert("session (id, account_id, hash, created_at, seen_at, expires_at)", 6, len(people), func(i int) []any {
		f.w.Sessions[i] = rand.Text()
		hash := sha256.Sum256([]byte(f.w.Sessions[i]))
		return []any{first + int64(i), int64(people[i].ID), hash[:], db.Millis(now), db.Millis(now), db.Millis(now.Add(24 * time.Hour))}
	})
}

// movement starts the one whose page is read, with a few calls and members.
func (f *filler) movement() error {
	f.w.Movement = "soupforall"
	return f.DB.Update(f.ctx, func(tx *db.Tx) error {
		founder := f.readers[0]
		i, err := f.Movements.StartIn(tx, founder, movement.Draft{
			Hashtag: "SoupForAll", Name: "Soup for all", Purpose: "Nobody on our street eats alone.", Online: true,
			Story: strings.Repeat("It began with one pot too many. ", 20), Rules: "- Ask before you bring.\n- Take your pot home.",
		}, f.start)
		if err != nil {
			return err
		}
		for _, kind := range []call.Kind{call.Deed, call.Volunteering, call.Petition} {
			if _, err := f.Calls.CreateIn(tx, i, founder.ID, call.Draft{Kind: kind, Title: "Bring soup to a neighbour", Online: true}, f.start); err != nil {
				return err
			}
		}
		for _, reader := range f.readers[:len(f.readers)/4] {
			if err := f.Movements.JoinIn(tx, i, reader, movement.Member, f.start); err != nil {
				return err
			}
		}
		return nil
	})
}

// posts has everybody write, in turns; one in ten posts carries the movement's
// hashtag, one in five a link.
func (f *filler) posts() error {
	n := f.sizes.Readers * f.sizes.Posts
	every := 20 * 24 * time.Hour / time.Duration(n)
	f.w.Posts = make([]id.ID, n)
	return f.inBatches(n, func(tx *db.Tx, i int) error {
		text := fmt.Sprintf("Good turn number %d. Today I carried a pot of soup up four floors, and stayed for two hours, because its receiver had stories to tell "+
			"that nobody had asked for in years. Who lives above you? Ring, and find out, for there is nothing to lose by it.", i)
		if i%5 == 1 {
			text += fmt.Sprintf(" https://goodturn.example/soup/%d", i)
		}
		if i%10 == 0 {
			text += " #SoupForAll"
		}
		p, err := f.Posts.CreateIn(tx, f.readers[i%len(f.readers)], post.Draft{Text: text, Visibility: post.Public, Language: "en"},
			f.start.Add(24*time.Hour+time.Duration(i)*every))
		if err == nil {
			f.w.Posts[i] = p.ID
		}
		return err
	})
}

// rest forgets the jobs that filling left: a house of a month has long looked
// at the links of its posts, and does not do so while it is measured.
func (f *filler) rest() error {
	return f.DB.Update(f.ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM river_job")
		return err
	})
}

// count puts right what sets of rows left uncounted. The imported ripples are
// whole, so they are counted at once rather than folded act by act.
func (f *filler) count() error {
	err := f.DB.Update(f.ctx, func(tx *db.Tx) error {
		_, err := tx.Exec("DELETE FROM ripple_due")
		return err
	})
	if err != nil {
		return err
	}
	if _, err := f.Ripples.Recount(f.ctx, true); err != nil {
		return err
	}
	for _, sweep := range []func(context.Context) error{f.Book.Fold, f.Ripples.Refresh, f.Search.Index} {
		if err := sweep(f.ctx); err != nil {
			return err
		}
	}
	_, err = f.Book.Recount(f.ctx, true)
	return err
}
