// Package safety is in charge of keeping trolls out and talk open: what people
// report, what moderators decide about accounts and other servers, who may sign
// up from where, and that every decision is on record, is told to whom it is
// about, can be answered, and can be undone.
//
// What a decision does lies where it is read: an account's state and curbs in
// package account, so that they come with it in memory.
package safety

import (
	"time"

	"goodturn/internal/id"
)

// Action is what a moderator decided.
type Action string

// The actions. Those up to Suspend can be chosen for an account; each of the
// next four takes one of them back.
const (
	Warn      Action = "none"      // a word, nothing else
	Sensitive Action = "sensitive" // all posts are marked as sensitive
	Disable   Action = "disable"   // nobody can sign in
	Limit     Action = "silence"   // seen by followers, and by who asks for it
	Suspend   Action = "suspend"   // gone from every reader

	Unsensitive Action = "unsensitive"
	Enable      Action = "enable"
	Unlimit     Action = "unsilence"
	Unsuspend   Action = "unsuspend"

	Approve Action = "approve" // a sign-up
	Reject  Action = "reject"
	Delete  Action = "delete" // of a suspended account, for good

	MakeAdmin     Action = "make admin"
	MakeModerator Action = "make moderator"
	TakeRole      Action = "take role"

	BlockDomain      Action = "block domain"
	ChangeDomain     Action = "change domain"
	UnblockDomain    Action = "unblock domain"
	AllowDomain      Action = "allow domain"
	DisallowDomain   Action = "disallow domain"
	BlockMailDomain  Action = "block mail domain"
	UnblockMail      Action = "unblock mail domain"
	BlockMail        Action = "block mail address"
	UnblockMailOne   Action = "unblock mail address"
	BlockAddress     Action = "block network address"
	ChangeAddress    Action = "change network address"
	UnblockAddress   Action = "unblock network address"
	AcceptAppeal     Action = "accept appeal"
	RejectAppeal     Action = "reject appeal"
	ResolveReport    Action = "resolve report"
	ReopenReport     Action = "reopen report"
	AssignReport     Action = "assign report"
	UnassignReport   Action = "unassign report"
	ChangeReportKind Action = "change report"
	RefuseTrend      Action = "refuse trend" // keep a hashtag, post, link or publisher from what moves people
	AllowTrend       Action = "allow trend"
)

// undo is what takes an action back; those without one cannot be.
var undo = map[Action]Action{Sensitive: Unsensitive, Disable: Enable, Limit: Unlimit, Suspend: Unsuspend}

// Undoes is what takes an action back, "" for what cannot be or need not.
func (a Action) Undoes() Action { return undo[a] }

// Chosen says whether a moderator can choose it for an account.
func (a Action) Chosen() bool { return a == Warn || undo[a] != "" }

// Category is why somebody reports.
type Category string

// The categories, in Mastodon's words.
const (
	Spam      Category = "spam"
	Legal     Category = "legal"
	Violation Category = "violation" // of the server's rules
	Other     Category = "other"
)

// Limits of what is sent.
const (
	MaxComment    = 1000 // characters of a report
	MaxReason     = 2000 // characters of a decision's
	MaxAppeal     = 2000 // characters of an answer
	maxPosts      = 100
	maxRules      = 50
	maxRuleID     = 20 // bytes
	reportsMost   = 100
	reportsWithin = 24 * time.Hour
)

// Report is what somebody told the moderators of an account.
type Report struct {
	ID         id.ID
	AccountID  id.ID // who told; 0 once deleted
	TargetID   id.ID
	Category   Category
	Comment    string
	PostIDs    []id.ID // of the target; some may be gone
	RuleIDs    []string
	Forward    bool
	AssignedID id.ID
	DoneBy     id.ID
	DoneAt     time.Time // zero while it is open
	CreatedAt  time.Time
	ChangedAt  time.Time
}

// Decision is one line of the record.
type Decision struct {
	ID          id.ID
	ModeratorID id.ID // 0: the server itself
	TargetID    id.ID // 0 of what is about no account
	Subject     string
	Action      Action
	ReportID    id.ID
	PostIDs     []id.ID
	RuleIDs     []string
	Reason      string
	Told        bool // the account sees it
	CreatedAt   time.Time
	Appeal      *Appeal // nil while nobody answered
}

// Appeal is a person's answer to a decision, given once.
type Appeal struct {
	DecisionID id.ID
	AccountID  id.ID
	Text       string
	State      AppealState
	CreatedAt  time.Time
}

// AppealState is what became of an appeal.
type AppealState string

// The states.
const (
	AppealPending  AppealState = "pending"
	AppealAccepted AppealState = "approved"
	AppealRejected AppealState = "rejected"
)

// Reported tells of a new report.
type Reported struct {
	ReportID, AccountID, TargetID id.ID
	At                            time.Time
}

// Decided tells that an account is to be told of a decision about it.
type Decided struct {
	DecisionID, AccountID id.ID
	Action                Action
	At                    time.Time
}

// AddressesChanged tells that the blocks of network addresses did.
type AddressesChanged struct{}
