// Package account is in charge of who there is: people, organisations, the own
// actors of movements and of this server, here and elsewhere; what they say of
// themselves, what they wish to be matched by, and how they go.
//
// How somebody proves to be an account is package auth's; whom they follow is
// package relation's.
package account

import (
	"strings"
	"time"

	"goodturn/internal/id"
)

// Kind is what an account stands for.
type Kind string

// The kinds.
const (
	KindPerson       Kind = "person"
	KindOrganisation Kind = "organisation"
	KindMovement     Kind = "movement" // a movement's own actor; has the movement's id
	KindServer       Kind = "server"   // this server's own actor, there is one
)

// Role is what an account may do for the whole server.
type Role string

// The roles; an admin may do all that a moderator may.
const (
	RoleNone      Role = ""
	RoleModerator Role = "moderator"
	RoleAdmin     Role = "admin"
)

// State is where an account is in its life.
type State string

// The states. Only active accounts sign in, act, and are shown.
const (
	StateActive      State = "active"
	StateUnconfirmed State = "unconfirmed" // signed up, address not confirmed
	StatePending     State = "pending"     // waits for a moderator's approval
	StateSuspended   State = "suspended"
	StateDeleted     State = "deleted" // a tombstone that keeps the name taken
)

// Curbs are what moderators may lay on an active account.
type Curbs struct {
	Limited   bool // shown to strangers only where they ask for it; its follows wait for consent
	Sensitive bool // all that it posts is marked as sensitive
	Disabled  bool // nobody may sign in or act as it; what it wrote stays
}

// Field is one of the up to four labelled lines on a profile.
type Field struct {
	Name       string    `json:"name"`
	Value      string    `json:"value"`
	VerifiedAt time.Time `json:"verified_at,omitzero"` // when the page it names was found to link back; zero: it was not
}

// Account is one row, as all may see it: nothing here is secret. Accounts from
// the Service are shared; nobody changes one.
type Account struct {
	ID       id.ID
	Kind     Kind
	Username string // as written; "" once deleted
	Domain   string // "" here
	URI      string // remote accounts only
	URL      string // remote accounts only

	Name     string // what to call them, may be ""
	Note     string // about them, plain text of several lines
	Fields   []Field
	AvatarID id.ID // media, or 0
	HeaderID id.ID // media, or 0

	Locked            bool     // follows wait for their consent
	Bot               bool     // posts by machine
	Discoverable      bool     // wishes to be found
	Indexable         bool     // its public posts may be found by their words
	HidesNetwork      bool     // whom it follows and who follows it is for itself
	ShowsMedia        bool     // its page has a list of pictures,
	ShowsMediaReplies bool     // with those in replies
	ShowsFeatured     bool     // its page names the accounts and hashtags it features
	ShowsLikes        bool     // followers see what it likes
	SeenLiking        bool     // others see it among a post's likers
	Nominable         bool     // may be nominated
	NextSteps         bool     // is offered a step after a like
	DefaultVisibility string   // of its posts: public, unlisted, private or direct
	DefaultSensitive  bool     // its pictures are hidden unless it says otherwise
	Language          string   // BCP 47, or ""
	CreditedBy        []string // domains of sites that may name it as an author

	Role      Role
	State     State
	Curbs     Curbs
	Sample    bool // invented, for the demo
	CreatedAt time.Time
	ChangedAt time.Time // strictly later with each change: the version
	DeletedAt time.Time // zero while it lives
}

// Local says whether the account lives on this server.
func (a *Account) Local() bool { return a.Domain == "" }

// Shown says whether the account may be seen by everybody.
func (a *Account) Shown() bool { return a.State == StateActive }

// Handle is the name to mention it by: "ada" here, "ada@example.org" elsewhere.
func (a *Account) Handle() string {
	if a.Domain == "" {
		return a.Username
	}
	return a.Username + "@" + a.Domain
}

// Title is what to call it: its name, else its username.
func (a *Account) Title() string {
	if strings.TrimSpace(a.Name) != "" {
		return a.Name
	}
	return a.Username
}

// Spoken are the texts in which the account speaks of itself.
func (a *Account) Spoken() []string {
	texts := make([]string, 0, 2+2*MaxFields)
	texts = append(texts, a.Name, a.Note)
	for _, f := range a.Fields {
		texts = append(texts, f.Name, f.Value)
	}
	return texts
}

// Counts are an account's counters.
type Counts struct {
	Posts, Followers, Following int64
}

// Created tells of a new account.
type Created struct {
	ID     id.ID
	Kind   Kind
	State  State
	Domain string
	At     time.Time
}

// Changed tells that anything in an account's row changed, its state included.
type Changed struct {
	ID     id.ID
	State  State
	Curbed bool // its Curbs changed
}

// Arrived tells that somebody who signed up is let in: their address is
// confirmed, or a moderator said yes.
type Arrived struct {
	ID id.ID
	At time.Time
}

// UnderWay is how long after an account was deleted something that it began
// before may still come to be written. Rooms that do not lock the account as they
// write erase what is its own once more after that.
const UnderWay = 2 * time.Minute

// Lined tells that somebody saved the labelled lines of an account, whether or
// not they changed.
type Lined struct{ ID id.ID }

// Deleted tells that an account was deleted: every room erases what is its own,
// in this transaction up to a handful of rows, else by a job.
type Deleted struct {
	ID   id.ID
	Kind Kind
	At   time.Time
}
