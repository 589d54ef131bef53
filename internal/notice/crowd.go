package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/post"
)

// crowd is how many are told of one thing in one transaction; where there are
// more, a job tells the rest.
const crowd = 50

// walk tells accounts of something, in the order of their ids from after on: some
// tells those that come next, and answers the last of them, 0 when there are no
// more. For jobs, which may begin anew: who was told is told once (make).
func (s *Service) walk(ctx context.Context, after id.ID, some func(tx *db.Tx, after id.ID) (last id.ID, err error)) error {
	return s.jobs.Until(ctx, func(tx *db.Tx) (more bool, err error) {
		last, err := some(tx, after)
		tx.AfterCommit(func() { after = last })
		return last != 0, err
	})
}

// tellEach tells those of a list, of which one query gives so many, and answers
// the last of them, 0 when there are no more.
func tellEach(accounts []id.ID, atOnce int, tell func(to id.ID) error) (last id.ID, err error) {
	for _, to := range accounts {
		if err := tell(to); err != nil {
			return 0, err
		}
	}
	if len(accounts) < atOnce {
		return 0, nil
	}
	return accounts[len(accounts)-1], nil
}

// votersTold is the job that tells the rest of those who voted that a poll is
// over.
type votersTold struct {
	Poll, Post, Author, After id.ID
	At                        time.Time
}

// Kind names the job.
func (votersTold) Kind() string { return "notice_voters" }

// OnPollEnded tells who asked, and who voted.
func (s *Service) OnPollEnded(tx *db.Tx, e post.PollEnded) error {
	if _, err := s.make(tx, told{kind: Poll, to: e.AccountID, from: e.AccountID, subject: e.PostID, post: e.PostID, at: e.At}); err != nil {
		return err
	}
	rest := votersTold{Poll: e.PollID, Post: e.PostID, Author: e.AccountID, At: e.At}
	last, err := s.tellSomeVoters(tx, rest, 0)
	if err != nil || last == 0 {
		return err
	}
	rest.After = last
	return s.jobs.Enqueue(tx, rest)
}

func (s *Service) tellVoters(ctx context.Context, e votersTold) error {
	return s.walk(ctx, e.After, func(tx *db.Tx, after id.ID) (id.ID, error) { return s.tellSomeVoters(tx, e, after) })
}

func (s *Service) tellSomeVoters(tx *db.Tx, e votersTold, after id.ID) (last id.ID, err error) {
	voters, err := s.Posts.VotersIn(tx, e.Poll, after, crowd)
	if err != nil {
		return 0, err
	}
	return tellEach(voters, crowd, func(to id.ID) error {
		_, err := s.make(tx, told{kind: Poll, to: to, from: e.Author, subject: e.Post, post: e.Post, at: e.At})
		return err
	})
}

// sharersTold is the job that tells those who shared a post that it was edited, and
// were not told at once.
type sharersTold struct{ Post, Author id.ID }

// Kind names the job.
func (sharersTold) Kind() string { return "notice_sharers" }

// editPause is how long a post is let be once those who shared it were told that it
// was edited: whoever mends one word mends another.
const editPause = time.Minute

// updated tells those who shared a post that it was edited.
func (s *Service) updated(tx *db.Tx, e post.Edited) error {
	if s.past(e.At) {
		return nil
	}
	rest := sharersTold{Post: e.PostID, Author: e.AccountID}
	var before id.ID
	err := tx.QueryRow(`SELECT COALESCE(MAX(id), 0) FROM notice WHERE post_id = $1 AND kind = $2`, e.PostID, string(Update)).Scan(&before)
	if err != nil {
		return fmt.Errorf("ask when an edit was told last: %w", err)
	}
	if due := before.Time().Add(editPause); before != 0 && due.After(s.now()) {
		return s.jobs.Enqueue(tx, rest, jobs.At(due), jobs.Unique())
	}
	last, err := s.tellSomeSharers(tx, rest, 0)
	if err != nil || last == 0 {
		return err
	}
	return s.jobs.Enqueue(tx, rest, jobs.Unique())
}

func (s *Service) tellSharers(ctx context.Context, e sharersTold) error {
	return s.walk(ctx, 0, func(tx *db.Tx, after id.ID) (id.ID, error) { return s.tellSomeSharers(tx, e, after) })
}

// tellSomeSharers tells those that come next; what they were told of an earlier
// edit makes room.
func (s *Service) tellSomeSharers(tx *db.Tx, e sharersTold, after id.ID) (last id.ID, err error) {
	var edited int64
	err = tx.QueryRow(`SELECT edited_at FROM post WHERE id = $1 AND edited_at IS NOT NULL`, e.Post).Scan(&edited)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil // deleted since
	}
	if err != nil {
		return 0, fmt.Errorf("ask when a post was edited: %w", err)
	}
	sharers, err := db.All(tx, db.ScanID, `SELECT account_id FROM post
		WHERE share_of = $1 AND movement_id IS NULL AND account_id > $2 ORDER BY account_id LIMIT `+strconv.Itoa(crowd), e.Post, int64(after))
	if err != nil {
		return 0, fmt.Errorf("list who shared a post: %w", err)
	}
	return tellEach(sharers, crowd, func(to id.ID) error {
		n := told{kind: Update, to: to, from: e.Author, subject: e.Post, post: e.Post, at: s.now()}
		if err := s.takeBefore(tx, n, edited); err != nil {
			return err
		}
		_, err := s.make(tx, n)
		return err
	})
}
