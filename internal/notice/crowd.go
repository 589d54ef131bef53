package notice

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// crowd is how many are told of one thing in one transaction; where there are
// more, a job tells the rest.
const crowd = 50

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
	more, err := s.tellSomeVoters(tx, &rest)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, rest)
}

func (s *Service) tellVoters(ctx context.Context, rest votersTold) error {
	for more := true; more; {
		var next votersTold // the function may run again
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			next = rest
			more, err = s.tellSomeVoters(tx, &next)
			return err
		})
		if err != nil {
			return err
		}
		rest = next
	}
	return nil
}

// tellSomeVoters tells those that come next, and says whether there may be more.
func (s *Service) tellSomeVoters(tx *db.Tx, rest *votersTold) (more bool, err error) {
	voters, err := s.Posts.VotersIn(tx, rest.Poll, rest.After, crowd)
	if err != nil {
		return false, err
	}
	for _, to := range voters {
		if _, err := s.make(tx, told{kind: Poll, to: to, from: rest.Author, subject: rest.Post, post: rest.Post, at: rest.At}); err != nil {
			return false, err
		}
		rest.After = to
	}
	return len(voters) == crowd, nil
}

// sharersTold is the job that tells the rest of those who shared a post that it
// was edited.
type sharersTold struct {
	Post, Author, After id.ID
	At                  time.Time
}

// Kind names the job.
func (sharersTold) Kind() string { return "notice_sharers" }

// updated tells those who shared a post that it was edited.
func (s *Service) updated(tx *db.Tx, e post.Edited) error {
	if s.past(e.At) {
		return nil
	}
	rest := sharersTold{Post: e.PostID, Author: e.AccountID, At: e.At}
	more, err := s.tellSomeSharers(tx, &rest)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, rest)
}

func (s *Service) tellSharers(ctx context.Context, rest sharersTold) error {
	for more := true; more; {
		var next sharersTold
		err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
			next = rest
			more, err = s.tellSomeSharers(tx, &next)
			return err
		})
		if err != nil {
			return err
		}
		rest = next
	}
	return nil
}

// tellSomeSharers tells those that come next; what they were told of an earlier
// edit makes room.
func (s *Service) tellSomeSharers(tx *db.Tx, rest *sharersTold) (more bool, err error) {
	sharers, err := db.All(tx, func(r db.Row) (i id.ID, err error) { return i, r.Scan(&i) }, `SELECT account_id FROM post
		WHERE share_of = $1 AND movement_id IS NULL AND account_id > $2 ORDER BY account_id LIMIT `+strconv.Itoa(crowd), rest.Post, int64(rest.After))
	if err != nil {
		return false, fmt.Errorf("list who shared a post: %w", err)
	}
	for _, to := range sharers {
		n := told{kind: Update, to: to, from: rest.Author, subject: rest.Post, post: rest.Post, at: rest.At}
		if err := s.takeOne(tx, n); err != nil {
			return false, err
		}
		if _, err := s.make(tx, n); err != nil {
			return false, err
		}
		rest.After = to
	}
	return len(sharers) == crowd, nil
}
