// Package relation is in charge of what accounts are to each other: who follows
// whom, who asks to, who blocks, who mutes and who keeps a whole server away; of
// what they note about others and whom they recommend; of the lists that people
// keep of those they follow; and of the hashtags that they follow. It keeps what is asked
// on every page, a viewer's own relations, in memory (Set, List).
//
// What a relation hides or shows is decided by the rooms that show things.
package relation

import (
	"time"

	"goodturn/internal/id"
)

// Relationship is how the viewer and one account stand to each other.
type Relationship struct {
	ID            id.ID // the account's
	Following     bool
	ShowingShares bool     // sees what it shares; true only when Following or Requested
	Notifying     bool     // hears of each post; true only when Following or Requested
	Languages     []string // in which it sees its posts; nil: all
	FollowedBy    bool
	Blocking      bool
	BlockedBy     bool
	Muting        bool
	MutingNotices bool
	MuteExpiresAt time.Time // zero: until it is undone
	Requested     bool      // the viewer asked to follow
	RequestedBy   bool      // the account asked to follow the viewer

	DomainBlocking bool   // the viewer keeps the account's server away
	Endorsed       bool   // the viewer recommends the account
	Note           string // what the viewer noted about it, for themselves
}

// FollowOptions change how the viewer follows; nil leaves it as it is, and is
// shares, no notices and all languages for a new follow.
type FollowOptions struct {
	Shares    *bool
	Notify    *bool
	Languages *[]string // ISO 639 codes of those to see; none: all
}

// MuteOptions say what a mute hides and for how long.
type MuteOptions struct {
	Notices  bool          // hides notices too
	Duration time.Duration // 0: until it is undone
}

// Followed tells that FollowerID now follows FolloweeID, or changed how.
type Followed struct {
	FollowerID, FolloweeID id.ID
	New                    bool // false when only the options changed
	Accepted               bool // it was asked for first
	At                     time.Time
}

// Unfollowed tells of the end of a follow, whoever ended it.
type Unfollowed struct{ FollowerID, FolloweeID id.ID }

// Requested tells that FollowerID asks to follow FolloweeID.
type Requested struct {
	FollowerID, FolloweeID id.ID
	At                     time.Time
}

// RequestEnded tells that a request was rejected or taken back; one that was
// accepted is told as Followed.
type RequestEnded struct{ FollowerID, FolloweeID id.ID }

// Blocked tells that AccountID blocks TargetID; neither follows the other now.
type Blocked struct{ AccountID, TargetID id.ID }

// Unblocked undoes Blocked.
type Unblocked struct{ AccountID, TargetID id.ID }

// Muted tells that AccountID mutes TargetID, or changed how.
type Muted struct{ AccountID, TargetID id.ID }

// Unmuted tells that a mute was undone or ran out.
type Unmuted struct{ AccountID, TargetID id.ID }

// DomainBlocked tells that AccountID keeps a server away, or no more (Ended).
type DomainBlocked struct {
	AccountID id.ID
	Domain    string
	Ended     bool
}

// Erased tells that relations of these accounts with a deleted one are gone: a
// batch of them.
type Erased struct {
	AccountID id.ID   // who was deleted
	Others    []id.ID // whose relations changed
}
