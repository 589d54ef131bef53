package deed

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
)

const (
	promptsADay = 3
	poolSize    = 24                  // of those that fit best: the same comes again after eight days
	lately      = 30 * 24 * time.Hour // what was done in it is not offered again
	latelyMost  = 40                  // acts looked at for that

	// TurnsMost is how often others can be asked for.
	TurnsMost = 20
)

// Today are three ideas for v: the same all day (in UTC), others with each turn from
// 0 on, first those that fit what v told to be matched, and none that v told of in the
// last month. To a stranger they are the same as to all strangers.
func (s *Service) Today(ctx context.Context, v account.Viewer, turn int) ([]Prompt, error) {
	now := s.now()
	if !v.SignedIn() {
		return Choose(0, now, turn, account.Interests{}, nil), nil
	}
	in, err := s.rooms.Accounts.Interests(ctx, v)
	if err != nil {
		return nil, err
	}
	acts, err := s.rooms.Acts.Of(ctx, v, act.Filter{Doer: v.ID(), Told: true}, db.Page{Limit: latelyMost})
	if err != nil {
		return nil, err
	}
	var stories []string
	for _, a := range acts {
		if now.Sub(a.CreatedAt) < lately {
			stories = append(stories, a.Story)
		}
	}
	return Choose(v.ID(), now, turn, in, stories), nil
}

// Choose are the ideas of a day for a person, without those whose words, in any
// language of the pages, stand in a story of theirs.
func Choose(person id.ID, day time.Time, turn int, in account.Interests, stories []string) []Prompt {
	pool := slices.DeleteFunc(slices.Clone(Prompts), func(p Prompt) bool { return toldOf(p, stories) })
	slices.SortStableFunc(pool, func(a, b Prompt) int {
		return cmp.Or(cmp.Compare(b.fit(in), a.fit(in)), cmp.Compare(a.place(person), b.place(person)))
	})
	pool = pool[:min(poolSize, len(pool))]
	// Within the pool the order is the person's own, so that the days differ evenly.
	slices.SortFunc(pool, func(a, b Prompt) int { return cmp.Compare(a.place(person), b.place(person)) })
	first := day.UTC().Unix()/(24*60*60) + int64(min(max(turn, 0), TurnsMost))
	var chosen []Prompt
	for i := range min(promptsADay, len(pool)) {
		chosen = append(chosen, pool[(int(first)*promptsADay+i)%len(pool)])
	}
	return chosen
}

// fit says how well an idea fits what somebody told.
func (p Prompt) fit(in account.Interests) (n int) {
	for _, c := range p.Causes {
		if slices.Contains(in.Causes, c) {
			n += 2
			break
		}
	}
	if in.Mode != account.AnyMode && p.Mode != account.AnyMode && p.Mode != in.Mode {
		n -= 4
	}
	if in.Minutes > 0 && p.Minutes > in.Minutes {
		n -= 4
	}
	return n
}

// place orders ideas in another way for each person.
func (p Prompt) place(person id.ID) uint64 {
	h := fnv.New64a()
	h.Write([]byte(person.String() + "\x00" + p.Key))
	return h.Sum64()
}

func toldOf(p Prompt, stories []string) bool {
	return slices.ContainsFunc(stories, func(story string) bool {
		return slices.ContainsFunc(lang.All(), func(in *lang.Printer) bool { return strings.Contains(story, in.T(p.Words)) })
	})
}
