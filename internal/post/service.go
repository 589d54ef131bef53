package post

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/relation"
	"goodturn/internal/tally"
)

// Service is the room's door. Its methods check what the viewer may do; those
// that end in In do not, and are for rooms that act in a transaction of theirs.
type Service struct{}

// New wires the room.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time,
	accounts *account.Service, relations *relation.Service, pictures *media.Service) *Service {
	panic("being written")
}

// Truths tells the book how the room's counters are counted from the rows.
func (s *Service) Truths(b *tally.Book) { panic("being written") }

// Create writes a post of the viewer.
func (s *Service) Create(ctx context.Context, v account.Viewer, d Draft) (*Entry, error) {
	panic("being written")
}

// CreateIn writes a post of author in the caller's transaction, as of at.
func (s *Service) CreateIn(tx *db.Tx, author *account.Account, d Draft, at time.Time) (*Post, error) {
	panic("being written")
}

// Get is one post or share that the viewer may see, else problem.NotFound.
func (s *Service) Get(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}

// Edit changes the viewer's own post; the older text stays in its history.
func (s *Service) Edit(ctx context.Context, v account.Viewer, i id.ID, d Draft) (*Entry, error) {
	panic("being written")
}

// Delete erases a post or takes back a share: the viewer's own, or any for a
// moderator. The entry is what it was.
func (s *Service) Delete(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}

// DeleteIn erases a post in the caller's transaction; nothing if there is none.
func (s *Service) DeleteIn(tx *db.Tx, i id.ID, at time.Time) error { panic("being written") }

// History is every version, oldest first, the present one last.
func (s *Service) History(ctx context.Context, v account.Viewer, i id.ID) ([]Version, error) {
	panic("being written")
}

// Context is what stands around a post.
func (s *Service) Context(ctx context.Context, v account.Viewer, i id.ID) (*Thread, error) {
	panic("being written")
}

// Like is idempotent, as are all of the following. Each answers the post.
func (s *Service) Like(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}
func (s *Service) Unlike(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}

// Share answers the share; vis is Public ("" too), Unlisted or Private.
func (s *Service) Share(ctx context.Context, v account.Viewer, i id.ID, vis Visibility) (*Entry, error) {
	panic("being written")
}

// Unshare answers the post that was shared.
func (s *Service) Unshare(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}

// ShareIn makes by share a post, or carry it where movement is set; it answers
// the share, the one that was there before if there was one, and 0 when the
// post is gone or not open to everyone.
func (s *Service) ShareIn(tx *db.Tx, by *account.Account, i, movement id.ID, at time.Time) (id.ID, error) {
	panic("being written")
}

// UnshareIn takes by's share of the post back, if there is one.
func (s *Service) UnshareIn(tx *db.Tx, by, i id.ID, at time.Time) error { panic("being written") }

func (s *Service) Bookmark(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}
func (s *Service) Unbookmark(ctx context.Context, v account.Viewer, i id.ID) (*Entry, error) {
	panic("being written")
}

// Likers lists who likes it: all of them to its author, to others those who
// chose to be seen, and themselves.
func (s *Service) Likers(ctx context.Context, v account.Viewer, i id.ID, p db.Page) ([]Listed[*account.Account], error) {
	panic("being written")
}

// Sharers lists who shared it for everyone to see; no movements.
func (s *Service) Sharers(ctx context.Context, v account.Viewer, i id.ID, p db.Page) ([]Listed[*account.Account], error) {
	panic("being written")
}

// Liked lists what the viewer likes, Bookmarks what they keep, newest first.
func (s *Service) Liked(ctx context.Context, v account.Viewer, p db.Page) ([]Listed[*Entry], error) {
	panic("being written")
}
func (s *Service) Bookmarks(ctx context.Context, v account.Viewer, p db.Page) ([]Listed[*Entry], error) {
	panic("being written")
}

// Cached gives the entries of those ids that exist, in their order, a share
// with what it shares; it asks nobody who is reading (Entry.Visible does).
func (s *Service) Cached(ctx context.Context, ids []id.ID) ([]*Entry, error) {
	panic("being written")
}

// Flags are what viewer did with each of the posts, in their order; a share's
// id gives the flags of that row, so ask for the post that it shares.
func (s *Service) Flags(ctx context.Context, viewer id.ID, ids []id.ID) ([]Flags, error) {
	panic("being written")
}

// OnAccountGone erases what a deleted account wrote, liked and kept.
func (s *Service) OnAccountGone(tx *db.Tx, e account.Gone) error { panic("being written") }

// Slots is how many fragments an entry can keep; doors share them out.
const Slots = 8

// Entry is a post in memory, shared by all who read it.
type Entry struct{ Post *Post }

// Counts are the post's numbers now.
func (e *Entry) Counts() Counts { panic("being written") }

// Shared is the post that this one shares, nil if it is no share.
func (e *Entry) Shared() *Entry { panic("being written") }

// Of is what is read: the post that a share shares, else the entry itself.
func (e *Entry) Of() *Entry { panic("being written") }

// Fragment is what build makes of this version, built once for each slot.
func (e *Entry) Fragment(slot int, build func(*Post) []byte) []byte { panic("being written") }

// Visible says whether the viewer, with its relations, may see the entry, and
// the post that it shares. set is nil for account.Nobody and System.
func (e *Entry) Visible(v account.Viewer, set *relation.Set) bool { panic("being written") }

// Visible is the one rule of who may see a post. shared is what p shares, nil
// if it is no share.
func Visible(v account.Viewer, set *relation.Set, p, shared *Post) bool { panic("being written") }

// VisibleSQL is the same rule as a condition on the post row named alias, its
// arguments numbered from next. What blocks and follows say is read from rows.
func VisibleSQL(alias string, next int, v account.Viewer) (cond string, args []any) {
	panic("being written")
}
