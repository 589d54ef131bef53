package sample

import (
	"math"
	"math/rand/v2"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// story is a post that tells of an act, by a person.
type story struct {
	post   id.ID
	author int
	at     time.Time
}

// keep notes the post that tells of an act, where one does.
func (f *filler) keep(a *act.Act, author int, at time.Time) {
	if a.PostID != 0 {
		f.stories = append(f.stories, story{a.PostID, author, at})
	}
}

const (
	echoSeed = 57721
	// echoFor is how far back stories are answered: further back few look.
	echoFor = 10 * 24 * time.Hour
)

// Echo is how much came back to a story.
type Echo struct{ Likes, Shares, Replies int }

// NewEcho draws what came back to a story of that age. Most get little and few get
// much (a Pareto law), and two thirds of it come within an hour and a half.
func NewEcho(rng *rand.Rand, age time.Duration) Echo {
	const least, tail, most = 1.5, 1.2, 160
	heard := 1 - math.Exp(-age.Hours()/1.5)
	e := Echo{Likes: int(heard * min(most, least*math.Pow(1-rng.Float64(), -1/tail)))}
	for range e.Likes {
		switch roll := rng.Float64(); {
		case roll < 0.12:
			e.Replies = min(e.Replies+1, 9)
		case roll < 0.18:
			e.Shares++
		}
	}
	return e
}

// echo has people like, share and answer the stories of the last days.
func (f *filler) echo() error {
	rng, words := rand.New(rand.NewPCG(echoSeed, echoSeed)), NewWords(echoSeed)
	return f.inBatches(len(f.stories), func(tx *db.Tx, i int) error {
		s := f.stories[i]
		age := f.now.Sub(s.at)
		if age > echoFor {
			return nil
		}
		e := NewEcho(rng, age)
		who := others(rng, s.author, e.Likes)
		for _, n := range who {
			if err := f.Posts.LikeIn(tx, f.crowd[n].ID, s.post, f.between(s.at)); err != nil {
				return err
			}
		}
		for _, n := range who[:e.Shares] {
			if _, err := f.Posts.ShareIn(tx, f.crowd[n], s.post, 0, f.between(s.at)); err != nil {
				return err
			}
		}
		for _, n := range who[e.Likes-e.Replies:] {
			_, err := f.Posts.CreateIn(tx, f.crowd[n], post.Draft{Text: words.Reply(f.crowd[n].Language), Visibility: post.Public,
				Language: f.crowd[n].Language, ReplyTo: s.post}, f.between(s.at))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// others draws n of those who talk, none twice and none of them the author.
func others(rng *rand.Rand, author, n int) []int {
	seen := map[int]bool{author: true}
	drawn := make([]int, 0, n)
	for len(drawn) < n {
		if p := rng.IntN(crowd); !seen[p] {
			seen[p] = true
			drawn = append(drawn, p)
		}
	}
	return drawn
}
