package post

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/tally"
)

// How many rows of a kind are erased in one transaction; each share and post
// that is erased tells of itself, each like is one row.
const (
	eraseShares = 20
	eraseLikes  = 200
)

// postErased is the job that erases what is left of a post with many likes.
type postErased struct {
	PostID id.ID `json:"post"`
}

// Kind names the job.
func (postErased) Kind() string { return "post_rest" }

// pollErased is the job that erases what is left of the votes in a poll that is
// gone.
type pollErased struct {
	PollID id.ID `json:"poll"`
}

// Kind names the job.
func (pollErased) Kind() string { return "post_votes" }

// accountErased is the job that erases what a deleted account wrote and did.
type accountErased struct {
	AccountID id.ID `json:"account"`
}

// Kind names the job.
func (accountErased) Kind() string { return "post_account" }

// Delete erases a post or takes a share back: the viewer's own, or anyone's for
// a moderator. It answers what it was. Everything that hung on it is gone, and
// its shares; replies stay, and say that what they answer is gone.
func (s *Service) Delete(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	return s.delete(ctx, v, i, false)
}

// Redraft is Delete of a post that its author means to write anew: its pictures
// are loose for a day, for another draft of theirs and for nobody else.
func (s *Service) Redraft(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	return s.delete(ctx, v, i, true)
}

func (s *Service) delete(ctx context.Context, v account.Viewer, i id.ID, redraft bool) (*Entry, error) {
	entries, err := s.Cached(ctx, []id.ID{i})
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 || !v.Is(entries[0].Post.AccountID) && !v.Moderates() {
		return nil, problem.NotFound("post")
	}
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		if redraft && v.Is(entries[0].Post.AccountID) {
			if err := s.media.LoosenIn(tx, media.OnPost, i); err != nil {
				return err
			}
		}
		return s.DeleteIn(tx, i, s.now())
	})
	if err != nil {
		return nil, err
	}
	return entries[0], nil
}

// DeleteIn erases a post or share in the caller's transaction; nothing if there
// is none.
func (s *Service) DeleteIn(tx *db.Tx, i id.ID, at time.Time) error {
	p := &Post{}
	err := scanInto(tx.QueryRow(`DELETE FROM post WHERE id = $1 RETURNING `+columns, i), p)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete a post: %w", err)
	}
	gone := Deleted{PostID: i, AccountID: p.AccountID, Visibility: p.Visibility, ShareOf: p.ShareOf, ReplyTo: p.ReplyTo,
		Thread: p.Thread, ActID: p.ActID, MovementID: p.MovementID, At: at}
	if p.ShareOf != 0 {
		if p.MovementID == 0 {
			if err := tally.Add(tx, p.ShareOf, TallyShares, -1); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, gone)
	}
	if gone.Tags, err = s.eraseAround(tx, p); err != nil {
		return err
	}
	if p.Visibility != Direct {
		if err := tally.Add(tx, p.AccountID, TallyPosts, -1); err != nil {
			return err
		}
	}
	if p.ReplyTo != 0 && p.Visibility.Open() {
		if err := tally.Add(tx, p.ReplyTo, TallyReplies, -1); err != nil {
			return err
		}
	}
	return event.Emit(s.hub, tx, gone)
}

// eraseAround erases what hangs on a post that is gone, and says which hashtags
// it had.
func (s *Service) eraseAround(tx *db.Tx, p *Post) (tags []string, err error) {
	if tags, err = takeTags(tx, p.ID); err != nil {
		return nil, err
	}
	for _, q := range []string{`DELETE FROM mention WHERE post_id = $1`, `DELETE FROM post_edit WHERE post_id = $1`, `DELETE FROM pin WHERE post_id = $1`} {
		if _, err := tx.Exec(q, p.ID); err != nil {
			return nil, fmt.Errorf("delete a post: %w", err)
		}
	}
	if err := s.media.EraseIn(tx, media.OnPost, p.ID); err != nil {
		return nil, err
	}
	if strings.Contains(p.Text, "://") {
		if err := s.cards.UnlinkIn(tx, p.ID); err != nil {
			return nil, err
		}
	}
	if p.converses() {
		if err := s.unconverse(tx, p.ID); err != nil {
			return nil, err
		}
	}
	if p.Poll != nil {
		if err := s.erasePoll(tx, p.Poll.ID); err != nil {
			return nil, err
		}
	}
	more, err := s.eraseReactions(tx, p.ID)
	if err == nil && more {
		err = s.jobs.Enqueue(tx, postErased{p.ID})
	}
	return tags, err
}

// eraseReactions erases likes, bookmarks and shares of a post that is gone, up
// to a number of each, and says whether there may be more.
func (s *Service) eraseReactions(tx *db.Tx, post id.ID) (more bool, err error) {
	limit := strconv.Itoa(eraseLikes)
	likes, err := remove(tx, `DELETE FROM liked WHERE post_id = $1 AND account_id IN (
		SELECT account_id FROM liked WHERE post_id = $2 ORDER BY account_id LIMIT `+limit+`)`, post, post)
	if err != nil {
		return false, err
	}
	if err := tally.Add(tx, post, TallyLikes, -likes); err != nil {
		return false, err
	}
	if likes > 0 {
		if err := event.Emit(s.hub, tx, LikesLost{PostID: post, N: likes}); err != nil {
			return false, err
		}
	}
	bookmarks, err := remove(tx, `DELETE FROM bookmark WHERE post_id = $1 AND account_id IN (
		SELECT account_id FROM bookmark WHERE post_id = $2 ORDER BY account_id LIMIT `+limit+`)`, post, post)
	if err != nil {
		return false, err
	}
	shares, err := s.erasePosts(tx, `share_of = $1`, post)
	return likes == eraseLikes || bookmarks == eraseLikes || shares == eraseShares, err
}

// erasePoll erases a poll, and its votes: the first of them at once.
func (s *Service) erasePoll(tx *db.Tx, poll id.ID) error {
	if _, err := tx.Exec(`DELETE FROM poll WHERE id = $1`, poll); err != nil {
		return fmt.Errorf("delete a poll: %w", err)
	}
	more, err := s.eraseVotes(tx, poll)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, pollErased{poll})
}

func (s *Service) eraseVotesOf(ctx context.Context, e pollErased) error {
	return s.jobs.Until(ctx, func(tx *db.Tx) (bool, error) { return s.eraseVotes(tx, e.PollID) })
}

// eraseVotes erases votes in a poll that is gone, up to a number of them.
func (s *Service) eraseVotes(tx *db.Tx, poll id.ID) (more bool, err error) {
	gone, err := takeVotes(tx, `poll_id = $1 AND account_id IN (
		SELECT account_id FROM vote WHERE poll_id = $2 ORDER BY account_id LIMIT `+strconv.Itoa(eraseLikes)+`)`, poll, poll)
	return len(gone) == eraseLikes, err
}

// takeVotes deletes the votes that a condition names, with what they count, and
// gives the polls they were given in.
func takeVotes(tx *db.Tx, where string, args ...any) ([]id.ID, error) {
	var deltas []tally.Delta
	polls, err := db.All(tx, func(row db.Row) (poll id.ID, err error) {
		var c int64
		err = row.Scan(&poll, &c)
		deltas = append(deltas, Choices(c).counted(poll, -1)...)
		return poll, err
	}, `DELETE FROM vote WHERE `+where+` RETURNING poll_id, choices`, args...)
	if err != nil {
		return nil, fmt.Errorf("delete votes: %w", err)
	}
	return polls, tally.AddAll(tx, deltas...)
}

// erasePosts deletes up to eraseShares of the posts that a condition with one
// argument names.
func (s *Service) erasePosts(tx *db.Tx, where string, arg id.ID) (int, error) {
	ids, err := db.All(tx, db.ScanID, `SELECT id FROM post WHERE `+where+` ORDER BY id LIMIT `+strconv.Itoa(eraseShares), arg)
	if err != nil {
		return 0, fmt.Errorf("look for posts to delete: %w", err)
	}
	for _, i := range ids {
		if err := s.DeleteIn(tx, i, s.now()); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (s *Service) eraseRest(ctx context.Context, e postErased) error {
	return s.jobs.Until(ctx, func(tx *db.Tx) (bool, error) { return s.eraseReactions(tx, e.PostID) })
}

// OnAccountDeleted erases what a deleted account wrote, meant to publish, shared,
// liked, voted for and kept: the first of it at once, the rest by a job. Its posts
// are withheld from the same moment. Once more when nothing can be under way any
// more that began while the account lived.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	more, err := s.eraseSomeOf(tx, e.ID)
	if err != nil {
		return err
	}
	if more {
		if err := s.jobs.Enqueue(tx, accountErased{e.ID}); err != nil {
			return err
		}
	}
	return s.jobs.Enqueue(tx, accountErased{e.ID}, jobs.At(s.now().Add(account.UnderWay)))
}

func (s *Service) eraseAccount(ctx context.Context, e accountErased) error {
	return s.jobs.Until(ctx, func(tx *db.Tx) (bool, error) { return s.eraseSomeOf(tx, e.AccountID) })
}

func (s *Service) eraseSomeOf(tx *db.Tx, gone id.ID) (more bool, err error) {
	for _, q := range []string{`DELETE FROM scheduled WHERE account_id = $1`, `DELETE FROM muted_thread WHERE account_id = $1`, `DELETE FROM featured_tag WHERE account_id = $1`} {
		if _, err := tx.Exec(q, gone); err != nil {
			return false, fmt.Errorf("erase what an account kept: %w", err)
		}
	}
	posts, err := s.erasePosts(tx, `account_id = $1`, gone)
	if err != nil {
		return false, err
	}
	limit := strconv.Itoa(eraseLikes)
	liked, err := db.All(tx, db.ScanID, `DELETE FROM liked WHERE account_id = $1 AND post_id IN (
		SELECT post_id FROM liked WHERE account_id = $2 ORDER BY id LIMIT `+limit+`) RETURNING post_id`, gone, gone)
	if err != nil {
		return false, fmt.Errorf("erase likes: %w", err)
	}
	for _, post := range liked {
		if err := tally.Add(tx, post, TallyLikes, -1); err != nil {
			return false, err
		}
	}
	if len(liked) > 0 {
		if err := event.Emit(s.hub, tx, LikesErased{AccountID: gone, PostIDs: liked}); err != nil {
			return false, err
		}
	}
	bookmarks, err := remove(tx, `DELETE FROM bookmark WHERE account_id = $1 AND post_id IN (
		SELECT post_id FROM bookmark WHERE account_id = $2 ORDER BY id LIMIT `+limit+`)`, gone, gone)
	if err != nil {
		return false, err
	}
	votes, err := s.eraseVotesBy(tx, gone)
	if err != nil {
		return false, err
	}
	conversations, err := s.eraseConversations(tx, gone)
	return posts == eraseShares || max(len(liked), int(bookmarks), votes, conversations) == eraseLikes, err
}

// eraseVotesBy erases votes that a deleted account gave, up to a number of them.
func (s *Service) eraseVotesBy(tx *db.Tx, gone id.ID) (int, error) {
	polls, err := takeVotes(tx, `account_id = $1 AND poll_id IN (
		SELECT poll_id FROM vote WHERE account_id = $2 ORDER BY poll_id LIMIT `+strconv.Itoa(eraseLikes)+`)`, gone, gone)
	if err != nil || len(polls) == 0 {
		return 0, err
	}
	list, args := db.In(1, polls)
	posts, err := db.All(tx, db.ScanID, `SELECT post_id FROM poll WHERE id IN `+list, args...)
	if err != nil {
		return 0, fmt.Errorf("look for polls: %w", err)
	}
	return len(polls), event.Emit(s.hub, tx, VotesErased{PostIDs: posts})
}
