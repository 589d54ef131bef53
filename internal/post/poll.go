package post

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Limits of a poll.
const (
	MinOptions = 2
	MaxOptions = 4
	MaxOption  = 50 // runes of each option
	MinPoll    = 5 * time.Minute
	MaxPoll    = 2629746 * time.Second // a month
)

// Poll is what a post asks. It never changes: an edit that changes its options
// makes another poll, with another id and no votes.
type Poll struct {
	ID         id.ID
	Options    []string
	Multiple   bool // one may choose several
	HideTotals bool // until it ends
	EndsAt     time.Time
}

// Ended says whether nobody can vote any more.
func (p *Poll) Ended(now time.Time) bool { return !now.Before(p.EndsAt) }

// Hidden says whether nobody may know yet how many chose what.
func (p *Poll) Hidden(now time.Time) bool { return p.HideTotals && !p.Ended(now) }

// pollID is 0 where there is no poll.
func (p *Post) pollID() id.ID {
	if p.Poll == nil {
		return 0
	}
	return p.Poll.ID
}

// options are a poll's options; none where there is no poll.
func (p *Poll) options() []string {
	if p == nil {
		return nil
	}
	return p.Options
}

// PollDraft is what an author gives for a poll.
type PollDraft struct {
	Options    []string
	Lasts      time.Duration // from when the post is published, or edited
	Multiple   bool
	HideTotals bool
}

// poll makes a poll of a draft, as of at.
func (d PollDraft) poll(i id.ID, at time.Time) (*Poll, error) {
	p := &Poll{ID: i, Multiple: d.Multiple, HideTotals: d.HideTotals, EndsAt: db.Time(db.Millis(at.Add(d.Lasts)))}
	for _, o := range d.Options {
		if len(o) > maxBytes {
			return nil, problem.TooLarge("poll", "This has more than %d kB.", maxBytes>>10)
		}
		option, err := text.Line("poll", o, MaxOption)
		if err != nil {
			return nil, err
		}
		if option == "" {
			continue
		}
		if slices.Contains(p.Options, option) {
			return nil, problem.Invalid("poll", "The options of a poll differ from each other.")
		}
		if p.Options = append(p.Options, option); len(p.Options) > MaxOptions {
			break
		}
	}
	switch n := len(p.Options); {
	case n < MinOptions || n > MaxOptions:
		return nil, problem.Invalid("poll", "A poll has %d to %d options.", MinOptions, MaxOptions)
	case d.Lasts < MinPoll:
		return nil, problem.Invalid("poll", "A poll lasts %d minutes at least.", int(MinPoll/time.Minute))
	case d.Lasts > MaxPoll:
		return nil, problem.Invalid("poll", "A poll lasts %d days at most.", int(MaxPoll/(24*time.Hour)))
	}
	return p, nil
}

func insertPoll(tx *db.Tx, post id.ID, p *Poll) error {
	options, err := json.Marshal(p.Options)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO poll (id, post_id, options, multiple, hide_totals, ends_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			p.ID, post, string(options), p.Multiple, p.HideTotals, db.Millis(p.EndsAt))
	}
	if err != nil {
		return fmt.Errorf("insert a poll: %w", err)
	}
	return nil
}

// editPoll puts the poll of an edit in the place of the old one, either of which
// may be nil, and gives its id. The same question keeps its votes.
func (s *Service) editPoll(tx *db.Tx, post id.ID, old, now *Poll) (id.ID, error) {
	if old != nil && now != nil && old.Multiple == now.Multiple && slices.Equal(old.Options, now.Options) {
		_, err := tx.Exec(`UPDATE poll SET hide_totals = $1, ends_at = $2, told = FALSE WHERE id = $3`, now.HideTotals, db.Millis(now.EndsAt), old.ID)
		if err != nil {
			return 0, fmt.Errorf("edit a poll: %w", err)
		}
		return old.ID, nil
	}
	if old != nil {
		if err := s.erasePoll(tx, old.ID); err != nil {
			return 0, err
		}
	}
	if now == nil {
		return 0, nil
	}
	return now.ID, insertPoll(tx, post, now)
}

// addPolls reads the polls of posts that have one.
func addPolls(r db.Reader, posts []*Post) error {
	if len(posts) == 0 {
		return nil
	}
	asking := make(map[id.ID]*Post, len(posts))
	for _, p := range posts {
		asking[p.ID] = p
	}
	list, args := db.In(1, idsOf(posts))
	_, err := db.All(r, func(row db.Row) (p *Poll, err error) {
		var post id.ID
		var options string
		var ends int64
		p = &Poll{}
		if err := row.Scan(&post, &p.ID, &options, &p.Multiple, &p.HideTotals, &ends); err != nil {
			return nil, err
		}
		p.EndsAt = db.Time(ends)
		asking[post].Poll = p
		return p, json.Unmarshal([]byte(options), &p.Options)
	}, `SELECT post_id, id, options, multiple, hide_totals, ends_at FROM poll WHERE post_id IN `+list, args...)
	if err != nil {
		return fmt.Errorf("read polls: %w", err)
	}
	return nil
}

// Asking is the post with that poll, if the viewer may see it, else
// problem.NotFound.
func (s *Service) Asking(ctx context.Context, v account.Viewer, poll id.ID) (*Entry, error) {
	var post id.ID
	err := s.d.Read(ctx).QueryRow(`SELECT post_id FROM poll WHERE id = $1`, poll).Scan(&post)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("poll")
	}
	if err != nil {
		return nil, fmt.Errorf("look for a poll: %w", err)
	}
	e, err := s.Get(ctx, v, post)
	if err != nil {
		return nil, err
	}
	if e.Post.Poll == nil || e.Post.Poll.ID != poll {
		return nil, problem.NotFound("poll") // edited just now
	}
	return e, nil
}
