package post

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/once"
	"goodturn/internal/problem"
)

// Limits of posts that wait.
const (
	ScheduleAhead = 5 * time.Minute // at least
	ScheduledMost = 300             // of an account
	ScheduledADay = 25              // of an account, by the day (UTC) on which they are published
)

// Scheduled is a post that waits to be published. Its draft is kept as JSON, so
// the fields of Draft keep their names.
type Scheduled struct {
	ID    id.ID
	At    time.Time
	Draft Draft
	Media []media.Media
}

// Schedule keeps a draft of the viewer and publishes it at that time, as if it
// were written then; its pictures are kept for it. problem.Invalid names the
// field to mend; problem.NotFound says that what it answers is not there.
func (s *Service) Schedule(ctx context.Context, v account.Viewer, d Draft, at time.Time) (*Scheduled, error) {
	author, err := s.author(ctx, v)
	if err != nil {
		return nil, err
	}
	w, err := s.compose(author, d, at)
	if err != nil {
		return nil, err
	}
	if err := s.ahead(at); err != nil {
		return nil, err
	}
	if d.ReplyTo != 0 {
		if _, err := s.Get(ctx, v, d.ReplyTo); err != nil {
			return nil, err
		}
	}
	asked := struct {
		Draft
		At time.Time
	}{d, at}
	d.Visibility, d.Language, d.Sensitive = w.Visibility, w.Language, w.Sensitive // as the author's settings are now
	var i id.ID
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		i, err = once.Do(tx, author.ID, "post", d.Key, asked, func() (id.ID, error) {
			new := s.ids.New()
			return new, s.insertScheduled(tx, author.ID, Scheduled{ID: new, Draft: d, At: at})
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.ScheduledBy(ctx, v, i)
}

func (s *Service) ahead(at time.Time) error {
	if at.Before(s.now().Add(ScheduleAhead)) {
		return problem.Invalid("scheduled_at", "The scheduled date must be in the future")
	}
	return nil
}

func (s *Service) insertScheduled(tx *db.Tx, author id.ID, p Scheduled) error {
	if err := room(tx, author, p.ID, p.At); err != nil {
		return err
	}
	draft, err := json.Marshal(p.Draft)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO scheduled (id, account_id, draft, publish_at) VALUES ($1, $2, $3, $4)`,
			p.ID, author, string(draft), db.Millis(p.At))
	}
	if err != nil {
		return fmt.Errorf("schedule a post: %w", err)
	}
	if len(p.Draft.MediaIDs) == 0 {
		return nil
	}
	_, err = s.media.AttachIn(tx, author, p.Draft.MediaIDs, media.OnScheduled, p.ID)
	return err
}

// room says whether one more of the author's posts may wait, apart from that one.
func room(tx *db.Tx, author, but id.ID, at time.Time) error {
	if err := alone(tx, author); err != nil {
		return err
	}
	day := at.UTC().Truncate(24 * time.Hour)
	var all, then int
	err := tx.QueryRow(`SELECT COUNT(*), COUNT(*) FILTER (WHERE publish_at >= $1 AND publish_at < $2) FROM scheduled WHERE account_id = $3 AND id <> $4`,
		db.Millis(day), db.Millis(day.Add(24*time.Hour)), author, but).Scan(&all, &then)
	switch {
	case err != nil:
		return fmt.Errorf("count scheduled posts: %w", err)
	case all >= ScheduledMost:
		return problem.Invalid("base", "You have exceeded the limit of %d scheduled posts", ScheduledMost)
	case then >= ScheduledADay:
		return problem.Invalid("base", "You have exceeded the limit of %d scheduled posts for today", ScheduledADay)
	}
	return nil
}

// AllScheduled lists the viewer's posts that wait, those made last first.
func (s *Service) AllScheduled(ctx context.Context, v account.Viewer, p db.Page) ([]Scheduled, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your lists.")
	}
	cond, args, tail := p.SQL("id", 2)
	list, err := s.scheduled(ctx, `account_id = $1 AND `+cond+tail, append([]any{int64(v.ID())}, args...)...)
	return db.Newest(p, list), err
}

// ScheduledBy is one of the viewer's posts that wait, else problem.NotFound.
func (s *Service) ScheduledBy(ctx context.Context, v account.Viewer, i id.ID) (*Scheduled, error) {
	list, err := s.scheduled(ctx, `id = $1 AND account_id = $2`, i, int64(v.ID()))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, problem.NotFound("post")
	}
	return &list[0], nil
}

func (s *Service) scheduled(ctx context.Context, where string, args ...any) ([]Scheduled, error) {
	r := s.d.Read(ctx)
	var ids []id.ID
	list, err := db.All(r, func(row db.Row) (p Scheduled, err error) {
		var draft string
		var at int64
		if err := row.Scan(&p.ID, &draft, &at); err != nil {
			return p, err
		}
		ids, p.At = append(ids, p.ID), db.Time(at)
		return p, json.Unmarshal([]byte(draft), &p.Draft)
	}, `SELECT id, draft, publish_at FROM scheduled WHERE `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("read scheduled posts: %w", err)
	}
	pictures, err := s.media.Of(r, media.OnScheduled, ids)
	for n := range list {
		list[n].Media = pictures[list[n].ID]
	}
	return list, err
}

// Reschedule publishes one of the viewer's posts that wait at another time.
func (s *Service) Reschedule(ctx context.Context, v account.Viewer, i id.ID, at time.Time) (*Scheduled, error) {
	if _, err := s.ScheduledBy(ctx, v, i); err != nil {
		return nil, err
	}
	if err := s.ahead(at); err != nil {
		return nil, err
	}
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := room(tx, v.ID(), i, at); err != nil {
			return err
		}
		_, err := tx.Exec(`UPDATE scheduled SET publish_at = $1 WHERE id = $2 AND account_id = $3`, db.Millis(at), i, v.ID())
		if err != nil {
			return fmt.Errorf("schedule a post anew: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s.ScheduledBy(ctx, v, i) // not there if it was published just now
}

// Unschedule takes one of the viewer's posts back before it is published. Its
// pictures are loose again, so that another draft can have them.
func (s *Service) Unschedule(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := remove(tx, `DELETE FROM scheduled WHERE id = $1 AND account_id = $2`, i, int64(v.ID()))
		if err == nil && n == 0 {
			err = problem.NotFound("post")
		}
		if err != nil {
			return err
		}
		return s.media.LoosenIn(tx, media.OnScheduled, i)
	})
}

// dueMost is how many posts are published between two looks at what is due.
const dueMost = 50

// Publish publishes what is due, each post once whoever else does it too; called
// every few seconds. What cannot be published stays, and is told in the error.
func (s *Service) Publish(ctx context.Context) error {
	var failed []error
	after := id.ID(0)
	for {
		due, err := db.All(s.d.Read(ctx), db.ScanID, `SELECT scheduled.id FROM scheduled JOIN account ON account.id = scheduled.account_id
			WHERE publish_at <= $1 AND account.state = 'active' AND scheduled.id > $2 ORDER BY scheduled.id LIMIT `+strconv.Itoa(dueMost),
			db.Millis(s.now()), int64(after))
		if err != nil {
			return fmt.Errorf("look for posts to publish: %w", err)
		}
		for _, i := range due {
			if err := s.publish(ctx, i); err != nil {
				failed = append(failed, fmt.Errorf("publish %s: %w", i, err))
			}
			after = i
		}
		if len(due) < dueMost {
			return errors.Join(failed...)
		}
	}
}

func (s *Service) publish(ctx context.Context, i id.ID) error {
	var by, answers id.ID
	var draft string
	err := s.d.Read(ctx).QueryRow(`SELECT account_id, draft FROM scheduled WHERE id = $1`, i).Scan(&by, &draft)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var d Draft
	if err := json.Unmarshal([]byte(draft), &d); err != nil {
		return err
	}
	author, err := s.accounts.Get(ctx, by)
	if err != nil {
		return err
	}
	if d.ReplyTo != 0 {
		e, err := s.Get(ctx, account.As(author), d.ReplyTo)
		switch {
		case err == nil:
			answers = e.Of().Post.ID
		case !problem.Is(err, problem.KindNotFound): // else it stands by itself, as it would if what it answers went later
			return err
		}
	}
	d.ReplyTo, d.Key = answers, ""
	return s.d.Update(ctx, func(tx *db.Tx) error {
		n, err := remove(tx, `DELETE FROM scheduled WHERE id = $1 AND publish_at <= $2`, i, db.Millis(s.now()))
		if err != nil || n == 0 {
			return err // published, taken back or put off meanwhile
		}
		if err := s.media.LoosenIn(tx, media.OnScheduled, i); err != nil {
			return err
		}
		_, err = s.CreateIn(tx, author, d, s.now())
		return err
	})
}
