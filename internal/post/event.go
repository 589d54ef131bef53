package post

import (
	"time"

	"goodturn/internal/id"
)

// The names of counters in tally: Likes, Shares and Replies of posts, Posts of
// accounts (what they wrote for more than those mentioned; no shares), and
// Voters of polls, beside one counter for each option.
const (
	TallyLikes   = "likes"
	TallyShares  = "shares"
	TallyReplies = "replies"
	TallyPosts   = "posts"
	TallyVoters  = "voters"
)

// Created tells of a new post or share.
type Created struct {
	PostID         id.ID
	AccountID      id.ID
	Visibility     Visibility
	Tags           []string // folded
	Mentions       []id.ID  // accounts
	Media          int      // how many
	ReplyTo        id.ID
	ReplyToAccount id.ID
	ShareOf        id.ID
	SharedAccount  id.ID // whose post was shared
	ActID          id.ID
	MovementID     id.ID // a movement's account carries ShareOf
	Thread         id.ID
	Meta           Meta
	Sample         bool // filled in by the sample or an import: tell nobody
	At             time.Time

	counted bool
}

// Edited tells of a new version. Tags and Mentions are those that hold now,
// NewMentions those that were not there before.
type Edited struct {
	PostID      id.ID
	AccountID   id.ID
	Version     int64
	Visibility  Visibility
	Tags        []string
	OldTags     []string
	Mentions    []id.ID
	NewMentions []id.ID
	ReplyTo     id.ID
	Thread      id.ID
	Media       int
	At          time.Time
}

// Deleted tells that a post or share is gone for good.
type Deleted struct {
	PostID     id.ID
	AccountID  id.ID
	Visibility Visibility
	ShareOf    id.ID
	ReplyTo    id.ID
	Thread     id.ID
	ActID      id.ID
	MovementID id.ID
	Tags       []string // folded
	At         time.Time
}

// Liked tells of a like.
type Liked struct {
	PostID    id.ID
	AuthorID  id.ID
	AccountID id.ID // who likes
	At        time.Time

	counted bool // it was announced to this node's memory, which is why it is not on the wire
}

// Unliked tells that a like was taken back.
type Unliked struct {
	PostID    id.ID
	AuthorID  id.ID
	AccountID id.ID

	counted bool
}

// LikesErased tells that likes of a deleted account are gone: a batch of them.
type LikesErased struct {
	AccountID id.ID
	PostIDs   []id.ID
}

// LikesLost tells that N likes of a post that is being deleted are gone: a batch
// of them. It comes before the post's Deleted.
type LikesLost struct {
	PostID id.ID
	N      int64
}

// Bookmarked and Unbookmarked keep the memory of other nodes; nobody is told.
type Bookmarked struct{ PostID, AccountID id.ID }

// Unbookmarked takes a Bookmarked back.
type Unbookmarked struct{ PostID, AccountID id.ID }

// Voted tells of a vote, which is nobody's business but the voter's: rooms take
// its numbers from it alone.
type Voted struct {
	PollID    id.ID
	PostID    id.ID
	AccountID id.ID // who voted
	Choices   Choices

	counted bool
}

// VotesErased tells that votes of a deleted account are gone: a batch of them.
type VotesErased struct{ PostIDs []id.ID }

// PollEnded tells, once, that nobody can vote any more; At is when that was
// noticed.
type PollEnded struct {
	PollID    id.ID
	PostID    id.ID
	AccountID id.ID // who asked
	At        time.Time
}

// Pinned tells that an account pinned a post of its own, or unpinned it.
type Pinned struct{ PostID, AccountID id.ID }

// ThreadMuted tells that an account muted a thread, or unmuted it.
type ThreadMuted struct{ AccountID, Thread id.ID }
