package sample

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Post is what somebody wrote in a movement, with what came back.
type Post struct {
	Movement string // its slug
	At       time.Time
	Author   int // a person
	Text     string
	Likes    []int // persons, none twice, none of them the author
	Shares   []int
	Replies  []Reply // by time
}

// Reply is an answer to a post.
type Reply struct {
	At     time.Time
	Author int
	Text   string
}

const (
	postSeed = 1414
	// crowd is how many persons take part in the talk: the first of People.
	crowd = 600
)

// Posts returns the talk around the movements at now, by time. Its authors are among the first 600 of
// People and write English.
func Posts(now time.Time) []Post {
	rng := rand.New(rand.NewPCG(postSeed, postSeed))
	words := NewWords(postSeed)
	people := People(crowd)
	var english []int
	for i, p := range people {
		if p.Language == "en" {
			english = append(english, i)
		}
	}
	var posts []Post
	for _, m := range Movements(now) {
		length := now.Sub(m.Started)
		for _, text := range postsAround[m.Slug] {
			// The later of two draws leans towards today: there is more talk as a movement grows.
			at := now.Add(-time.Duration((1 - max(rng.Float64(), rng.Float64())) * float64(length-time.Hour))).Add(-4 * time.Minute)
			p := Post{Movement: m.Slug, At: at.UTC().Truncate(time.Second), Author: pick(rng, english), Text: text}
			answer(rng, words, people, &p, now)
			posts = append(posts, p)
		}
	}
	slices.SortStableFunc(posts, func(a, b Post) int { return a.At.Compare(b.At) })
	return posts
}

func answer(rng *rand.Rand, words *Words, people []Person, p *Post, now time.Time) {
	others := slices.DeleteFunc(rng.Perm(len(people)), func(i int) bool { return i == p.Author })
	p.Likes = others[:3+int(rng.ExpFloat64()*18)%120]
	p.Shares = others[200 : 200+int(rng.ExpFloat64()*3)%30]
	for _, who := range others[400 : 400+rng.IntN(5)] {
		at := p.At.Add(time.Duration(rng.ExpFloat64() * float64(5*time.Hour))).Truncate(time.Second)
		if at.Before(now) {
			p.Replies = append(p.Replies, Reply{At: at, Author: who, Text: words.Reply(people[who].Language)})
		}
	}
	slices.SortStableFunc(p.Replies, func(a, b Reply) int { return a.At.Compare(b.At) })
}
