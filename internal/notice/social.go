package notice

import (
	"context"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// OnLiked tells the author. In the storm of a post that goes round the world
// this is one statement more in each like.
func (s *Service) OnLiked(tx *db.Tx, e post.Liked) error {
	if s.past(e.At) {
		return nil
	}
	_, err := s.make(tx, told{kind: Like, to: e.AuthorID, from: e.AccountID, subject: e.PostID, post: e.PostID, at: e.At})
	return err
}

// OnUnliked takes it back.
func (s *Service) OnUnliked(tx *db.Tx, e post.Unliked) error {
	return s.takeOne(tx, told{kind: Like, to: e.AuthorID, from: e.AccountID, subject: e.PostID})
}

// OnPostCreated tells whom a post answers and mentions, and whose post was
// shared. A movement that carries a post tells nobody, and a notice's own
// direct post is told by its notice.
func (s *Service) OnPostCreated(tx *db.Tx, e post.Created) error {
	switch {
	case s.past(e.At) || e.Meta.Notice() || e.MovementID != 0:
		return nil
	case e.ShareOf != 0:
		_, err := s.make(tx, told{kind: Share, to: e.SharedAccount, from: e.AccountID, subject: e.ShareOf, post: e.ShareOf, at: e.At})
		return err
	}
	if err := s.onPosted(tx, e); err != nil {
		return err
	}
	answered, err := s.reply(tx, e)
	if err != nil {
		return err
	}
	if err := s.offerAct(tx, e); err != nil {
		return err
	}
	for _, to := range e.Mentions {
		if to == answered {
			continue
		}
		n := told{kind: Mention, to: to, from: e.AccountID, subject: e.PostID, post: e.PostID, private: e.Visibility == post.Direct, at: e.At}
		if _, err := s.make(tx, n); err != nil {
			return err
		}
	}
	return nil
}

// reply tells whom a post answers, if they may see it, and says who that is.
func (s *Service) reply(tx *db.Tx, e post.Created) (to id.ID, err error) {
	to = e.ReplyToAccount
	if to == 0 {
		return 0, nil
	}
	sees := e.Visibility.Open()
	for _, m := range e.Mentions {
		sees = sees || m == to
	}
	if !sees && e.Visibility == post.Private {
		err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM follow WHERE follower_id = $1 AND followee_id = $2)`, to, e.AccountID).Scan(&sees)
		if err != nil {
			return 0, err
		}
	}
	if !sees {
		return 0, nil
	}
	_, err = s.make(tx, told{kind: Reply, to: to, from: e.AccountID, subject: e.PostID, post: e.PostID, private: e.Visibility == post.Direct, at: e.At})
	return to, err
}

// OnPostEdited tells those whom the post mentions only now, and those who shared
// what it said before.
func (s *Service) OnPostEdited(tx *db.Tx, e post.Edited) error {
	for _, to := range e.NewMentions {
		var known bool // as the one whom it answers
		err := tx.QueryRow(`SELECT EXISTS (SELECT 1 FROM notice WHERE account_id = $1 AND kind = 'reply' AND from_id = $2 AND subject = $3)`,
			to, e.AccountID, e.PostID).Scan(&known)
		if err != nil {
			return err
		}
		if known {
			continue
		}
		n := told{kind: Mention, to: to, from: e.AccountID, subject: e.PostID, post: e.PostID, private: e.Visibility == post.Direct, at: e.At}
		if _, err := s.make(tx, n); err != nil {
			return err
		}
	}
	return s.updated(tx, e)
}

// OnPostDeleted takes back what was told of a post, or of a share.
func (s *Service) OnPostDeleted(tx *db.Tx, e post.Deleted) error {
	switch {
	case e.MovementID != 0:
		return nil
	case e.ShareOf != 0:
		_, err := s.take(tx, `account_id = (SELECT account_id FROM post WHERE id = $1) AND kind = 'share' AND from_id = $2 AND subject = $3`,
			e.ShareOf, e.AccountID, e.ShareOf)
		return err
	}
	return s.erase(tx, eraseArgs{Post: e.PostID})
}

// OnFollowed tells of a new follower; one whom the account itself let in is no
// news, and its request is settled.
func (s *Service) OnFollowed(tx *db.Tx, e relation.Followed) error {
	n := told{kind: Follow, to: e.FolloweeID, from: e.FollowerID, at: e.At}
	switch {
	case e.Accepted:
		n.kind = FollowRequest
		return s.takeOne(tx, n)
	case !e.New || s.past(e.At):
		return nil
	}
	_, err := s.make(tx, n)
	return err
}

// OnUnfollowed takes it back.
func (s *Service) OnUnfollowed(tx *db.Tx, e relation.Unfollowed) error {
	return s.takeOne(tx, told{kind: Follow, to: e.FolloweeID, from: e.FollowerID})
}

// OnRequested tells of a request to follow.
func (s *Service) OnRequested(tx *db.Tx, e relation.Requested) error {
	if s.past(e.At) {
		return nil
	}
	_, err := s.make(tx, told{kind: FollowRequest, to: e.FolloweeID, from: e.FollowerID, at: e.At})
	return err
}

// OnRequestEnded takes it back.
func (s *Service) OnRequestEnded(tx *db.Tx, e relation.RequestEnded) error {
	return s.takeOne(tx, told{kind: FollowRequest, to: e.FolloweeID, from: e.FollowerID})
}

// OnBlocked takes back what the two were told of each other, and whom the one
// had accepted. What a large number of notices leaves behind is hidden by the
// block itself.
func (s *Service) OnBlocked(tx *db.Tx, e relation.Blocked) error {
	if _, err := tx.Exec(`DELETE FROM notice_permission WHERE account_id = $1 AND from_id = $2`, e.AccountID, e.TargetID); err != nil {
		return fmt.Errorf("take a permission back: %w", err)
	}
	for _, pair := range [][2]id.ID{{e.AccountID, e.TargetID}, {e.TargetID, e.AccountID}} {
		if _, err := s.takeSome(tx, `from_id = $1 AND account_id = $2`, int64(pair[0]), int64(pair[1])); err != nil {
			return err
		}
	}
	return nil
}

// eraseArgs is the job that erases what is left of the notices about something
// that is gone; one of the fields is set.
type eraseArgs struct {
	Account, Post, Act, Update, Record id.ID
}

// Kind names the job.
func (eraseArgs) Kind() string { return "notice_erase" }

// erase takes a batch at once, and leaves the rest to the job.
func (s *Service) erase(tx *db.Tx, e eraseArgs) error {
	more, err := s.eraseSome(tx, e)
	if err != nil || !more {
		return err
	}
	return s.jobs.Enqueue(tx, e)
}

func (s *Service) eraseRest(ctx context.Context, e eraseArgs) error {
	return s.jobs.Until(ctx, func(tx *db.Tx) (bool, error) { return s.eraseSome(tx, e) })
}

func (s *Service) eraseSome(tx *db.Tx, e eraseArgs) (more bool, err error) {
	switch {
	case e.Post != 0:
		return s.takeSome(tx, `post_id = $1`, e.Post)
	case e.Act != 0:
		return s.takeSome(tx, `act_id = $1`, e.Act)
	case e.Update != 0:
		return s.takeSome(tx, `subject = $1 AND kind = 'call_update'`, e.Update)
	case e.Record != 0:
		return s.takeSome(tx, `subject = $1 AND kind IN ('petition_answer', 'commitment_kept', 'commitment_broken', 'commitment_due')`, e.Record)
	}
	from, err := s.takeSome(tx, `from_id = $1`, e.Account)
	if err != nil {
		return false, err
	}
	to, err := s.takeSome(tx, `account_id = $1`, e.Account)
	return from || to, err
}

// OnAccountDeleted erases what the account was told and what others were told
// of it, the first of it at once.
func (s *Service) OnAccountDeleted(tx *db.Tx, e account.Deleted) error {
	for _, of := range []string{"read_mark WHERE account_id", "step_day WHERE account_id", "notice_policy WHERE account_id",
		"notice_permission WHERE account_id", "notice_permission WHERE from_id"} {
		if _, err := tx.Exec(`DELETE FROM `+of+` = $1`, e.ID); err != nil {
			return fmt.Errorf("erase how an account wished to be told: %w", err)
		}
	}
	return s.erase(tx, eraseArgs{Account: e.ID})
}
