package trend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/safety"
)

// row is one line of the table trend.
type row struct {
	subject string
	people  int64
	usual   int64 // in tenths
}

func (r row) normal() float64 { return float64(r.usual) / 10 }

// recent are the newest public posts, no more than a sweep looks at, from an id
// on. Only they are counted, however many there are.
const recentPosts = `(SELECT post.id, post.account_id, post.sensitive, post.warning, post.meta, post.act_id FROM post
	WHERE post.visibility = 'public' AND post.share_of IS NULL AND post.reply_to IS NULL AND post.id >= $1
	ORDER BY post.id DESC LIMIT `

// apt are those of the posts that may be among what moves people, and those of
// the authors; eligible is their twin in memory.
const apt = ` JOIN account ON account.id = recent.account_id AND account.state = 'active' AND account.discoverable
		AND NOT account.limited AND NOT account.sensitized AND account.kind <> 'server'
	WHERE NOT recent.sensitive AND recent.warning = '' AND (recent.meta = '{}' OR recent.act_id IS NOT NULL)`

// counted are the authors who count as people: no machines, and no movements,
// whose posts their organisers write.
const counted = ` AND NOT account.bot AND account.kind <> 'movement'`

// Sweep finds what moves people now, and keeps it.
func (s *Service) Sweep(ctx context.Context) error {
	for _, find := range []struct {
		kind safety.TrendKind
		rows func(context.Context) ([]row, error)
	}{{safety.TrendTag, s.sweepTags}, {safety.TrendLink, s.sweepLinks}, {safety.TrendPost, s.sweepPosts}} {
		rows, err := find.rows(ctx)
		if err == nil {
			err = s.keep(ctx, find.kind, rows)
		}
		if err != nil {
			return fmt.Errorf("find the %ss that move people: %w", find.kind, err)
		}
	}
	return nil
}

// sweepTags holds the people who used a hashtag in the last day against those of
// the five days before it began, as the hashtag's own history tells them.
func (s *Service) sweepTags(ctx context.Context) ([]row, error) {
	used, err := s.used(ctx, `SELECT post_tag.tag, count(DISTINCT recent.account_id) AS people
		FROM `+recentPosts+strconv.Itoa(scanMost)+`) recent JOIN post_tag ON post_tag.post_id = recent.id`+apt+counted+`
		GROUP BY post_tag.tag`, "post_tag.tag")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(used))
	for n, r := range used {
		names[n] = r.subject
	}
	history, err := s.rooms.Posts.Hashtags(ctx, names)
	if err != nil {
		return nil, err
	}
	usual := map[string]int64{}
	for _, h := range history {
		usual[h.Folded] = usualOf(h.Days)
	}
	for n := range used {
		used[n].usual = usual[used[n].subject]
	}
	return ranked(used), nil
}

// sweepLinks is sweepTags for the pages elsewhere that posts link to.
func (s *Service) sweepLinks(ctx context.Context) ([]row, error) {
	used, err := s.used(ctx, `SELECT CAST(post_card.card_id AS TEXT), count(DISTINCT recent.account_id) AS people
		FROM `+recentPosts+strconv.Itoa(scanMost)+`) recent JOIN post_card ON post_card.post_id = recent.id
		JOIN card ON card.id = post_card.card_id AND card.state = 'ready' AND card.account_id IS NULL`+apt+counted+`
		GROUP BY post_card.card_id`, "post_card.card_id")
	if err != nil {
		return nil, err
	}
	for n := range used {
		i, err := id.Parse(used[n].subject)
		if err != nil {
			return nil, err
		}
		days, err := s.rooms.Posts.LinkDays(ctx, i)
		if err != nil {
			return nil, err
		}
		used[n].usual = usualOf(days)
	}
	return ranked(used), nil
}

// used are the subjects that enough people used in the last day, most people
// first. The query selects a subject and its people.
func (s *Service) used(ctx context.Context, query, subject string) ([]row, error) {
	return db.All(s.d.Read(ctx), func(r db.Row) (x row, err error) {
		return x, r.Scan(&x.subject, &x.people)
	}, query+` HAVING count(DISTINCT recent.account_id) >= `+strconv.Itoa(fewest)+`
		ORDER BY people DESC, `+subject+` LIMIT `+strconv.Itoa(weighMost), id.Floor(s.now().Add(-lately)))
}

// usualOf are the people a day, in tenths, in the days of a history that end
// before the last 24 hours begin: all but today and yesterday.
func usualOf(days []post.TagDay) int64 {
	const before = 2
	if len(days) <= before {
		return 0
	}
	sum := int64(0)
	for _, d := range days[before:] {
		sum += d.Accounts
	}
	return int64(math.Round(10 * float64(sum) / float64(len(days)-before)))
}

// ranked are the rows that more people used than usual, the farthest above it
// first.
func ranked(rows []row) []row {
	rows = slices.DeleteFunc(rows, func(r row) bool { return usage(r.people, r.normal()) == 0 })
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(usage(b.people, b.normal()), usage(a.people, a.normal())), cmp.Compare(a.subject, b.subject))
	})
	return rows[:min(len(rows), keepTags)]
}

// sweepPosts ranks the posts of the last days by their likes and shares, which
// fade; of each account the first.
func (s *Service) sweepPosts(ctx context.Context) ([]row, error) {
	type liked struct {
		post, author id.ID
		reactions    int64
	}
	list, err := db.All(s.d.Read(ctx), func(r db.Row) (l liked, err error) {
		return l, r.Scan(&l.post, &l.author, &l.reactions)
	}, `SELECT recent.id, recent.account_id, CAST(SUM(tally.base) AS BIGINT)
		FROM `+recentPosts+strconv.Itoa(scanMost)+`) recent
		JOIN tally ON tally.subject = recent.id AND tally.name IN ('`+post.TallyLikes+`', '`+post.TallyShares+`')`+apt+`
		GROUP BY recent.id, recent.account_id HAVING SUM(tally.base) >= `+strconv.Itoa(fewest), id.Floor(s.now().Add(-postAge)))
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(a, b liked) int {
		return cmp.Or(rank(b.post.Time(), b.reactions).Compare(rank(a.post.Time(), a.reactions)), cmp.Compare(b.post, a.post))
	})
	var rows []row
	had := map[id.ID]bool{}
	for _, l := range list {
		if had[l.author] || len(rows) == keepPosts {
			continue
		}
		had[l.author] = true
		rows = append(rows, row{subject: l.post.String(), people: l.reactions})
	}
	return rows, nil
}

// keep writes what was found of a kind, unless it is kept already.
func (s *Service) keep(ctx context.Context, kind safety.TrendKind, rows []row) error {
	before, err := s.kept(ctx, kind)
	if err != nil || slices.Equal(before, rows) {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(`DELETE FROM trend WHERE kind = $1`, string(kind)); err != nil {
			return err
		}
		for place, r := range rows {
			if _, err := tx.Exec(`INSERT INTO trend (kind, subject, place, people, usual) VALUES ($1, $2, $3, $4, $5)`,
				string(kind), r.subject, place, r.people, r.usual); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, Swept{})
	})
}

// kept are the rows of a kind, the first first.
func (s *Service) kept(ctx context.Context, kind safety.TrendKind) ([]row, error) {
	return db.All(s.d.Read(ctx), func(r db.Row) (x row, err error) {
		return x, r.Scan(&x.subject, &x.people, &x.usual)
	}, `SELECT subject, people, usual FROM trend WHERE kind = $1 ORDER BY place`, string(kind))
}

// written is when a post was, by its id.
func (r row) written() time.Time {
	i, err := id.Parse(r.subject)
	if err != nil {
		return time.Time{}
	}
	return i.Time()
}
