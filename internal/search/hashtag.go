package search

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// historyDays is how far back a hashtag's use is told.
const historyDays = 7

// Hashtag is one that was found, with its use in the last days.
type Hashtag struct {
	Tag     string // folded
	Display string // as first written
	History []Use  // today first, seven days
}

// Use is how a hashtag was used in public on a day, in UTC.
type Use struct {
	Day      time.Time
	Posts    int64
	Accounts int64
}

// hashtags finds those that begin as the query does: the one of exactly that
// name first, then by alphabet.
func (s *Service) hashtags(ctx context.Context, query Query) ([]Hashtag, error) {
	begin := db.Fold(strings.TrimPrefix(query.Text, "#"))
	if begin == "" || strings.ContainsFunc(begin, func(r rune) bool { return !isWord(r) }) {
		return nil, nil
	}
	found, err := db.All(s.d.Read(ctx), func(r db.Row) (h Hashtag, err error) {
		return h, r.Scan(&h.Tag, &h.Display)
	}, `SELECT tag, display FROM hashtag WHERE tag >= $1 AND tag < $2
		AND EXISTS (SELECT 1 FROM post_tag JOIN post ON post.id = post_tag.post_id WHERE post_tag.tag = hashtag.tag AND post.visibility = 'public')
		ORDER BY tag LIMIT `+strconv.Itoa(query.Limit)+` OFFSET `+strconv.Itoa(query.Offset), begin, begin+"\U0010ffff")
	if err != nil {
		return nil, fmt.Errorf("search hashtags: %w", err)
	}
	return found, s.history(ctx, found)
}

// history adds the use of hashtags.
func (s *Service) history(ctx context.Context, found []Hashtag) error {
	today := s.now().UTC().Truncate(24 * time.Hour)
	at, tags := map[string]*Hashtag{}, []string{}
	for n := range found {
		h := &found[n]
		for back := range historyDays {
			h.History = append(h.History, Use{Day: today.AddDate(0, 0, -back)})
		}
		at[h.Tag], tags = h, append(tags, h.Tag)
	}
	if len(tags) == 0 {
		return nil
	}
	type use struct {
		tag             string
		day             int64
		posts, accounts int64
	}
	list, args := db.InStrings(3, tags)
	const day = int64(24 * time.Hour / time.Millisecond)
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (u use, err error) {
		return u, r.Scan(&u.tag, &u.day, &u.posts, &u.accounts)
	}, `SELECT post_tag.tag, post.created_at / `+strconv.FormatInt(day, 10)+` AS day, count(*), count(DISTINCT post.account_id)
		FROM post_tag JOIN post ON post.id = post_tag.post_id
		WHERE post_tag.post_id >= $1 AND post.visibility = $2 AND post_tag.tag IN `+list+` GROUP BY post_tag.tag, day`,
		append([]any{id.Floor(today.AddDate(0, 0, 1-historyDays)), "public"}, args...)...)
	if err != nil {
		return fmt.Errorf("read how hashtags were used: %w", err)
	}
	for _, u := range rows {
		if back := today.UnixMilli()/day - u.day; back >= 0 && back < historyDays {
			use := &at[u.tag].History[back]
			use.Posts, use.Accounts = u.posts, u.accounts
		}
	}
	return nil
}
