// Package movement is in charge of movements: what they stand for, whom they
// belong to, their hashtags, their people, their resources, and which posts
// they carry. It knows nothing of calls and acts.
package movement

import (
	"time"

	"goodturn/internal/account"
	"goodturn/internal/id"
)

// Movement is a purpose and a hashtag, with people around it. It shares its id
// with its own account (kind movement), whose username is its slug; plain
// clients and other servers see that account, which shares the posts that the
// movement carries. Organisers change it; everyone may see it, archived or not,
// unless moderators suspended its account. Values are shared between readers:
// nobody changes one.
type Movement struct {
	ID        id.ID
	Account   *account.Account // never nil
	Slug      string           // the account's username
	Name      string           // the account's name, or its slug
	Hashtag   string           // the main one, as written, without '#'
	Aliases   []string         // other hashtags, as written, by alphabet
	Purpose   string           // one sentence
	Story     string           // Markdown
	Rules     string           // Markdown
	Causes    []string         // slugs of account.Causes
	Town      string
	Online    bool
	State     State
	Sample    bool
	CreatedBy id.ID
	CreatedAt time.Time
	ChangedAt time.Time
}

// State says whether a movement goes on.
type State string

// An archived movement is read only: nobody joins it, it carries nothing new,
// and no call opens in it.
const (
	StateOpen     State = "open"
	StateArchived State = "archived"
)

// Role is what an account is to a movement; "" when it has nothing to do with it.
type Role string

// The roles. Removed bars from joining again until an organiser lets them in.
const (
	NoRole     Role = ""
	Member     Role = "member"
	Organiser  Role = "organiser"
	Ambassador Role = "ambassador" // speaks for it, with what links them disclosed
	Partner    Role = "partner"    // an organisation behind it, with what links them disclosed
	Removed    Role = "removed"
)

// Joined says whether the role is one of the movement's people.
func (r Role) Joined() bool { return r != NoRole && r != Removed }

// Organises says whether the role changes the movement.
func (r Role) Organises() bool { return r == Organiser }

// Person is one of a movement's people.
type Person struct {
	ID        id.ID // of the membership: what lists are paged by
	AccountID id.ID
	Role      Role
	Disclosed string // what links an ambassador or partner to it
	JoinedAt  time.Time
}

// Counts are a movement's numbers.
type Counts struct {
	Members   int64
	Followers int64
	Carried   int64 // posts it carries now
}

// Resource is something to learn before acting, with its source.
type Resource struct {
	ID         id.ID
	MovementID id.ID
	Title      string
	Body       string // Markdown
	URL        string
	Source     string
	ChangedAt  time.Time
}

// Handover is an organiser's offer to be followed by somebody else.
type Handover struct {
	MovementID id.ID
	From, To   id.ID // accounts
	At         time.Time
}

// The events of this room.
type (
	// Started is a new movement.
	Started struct {
		MovementID, AccountID id.ID // AccountID started it
		At                    time.Time
	}
	// Changed is any change to what Get shows: words, hashtags, state.
	Changed struct{ MovementID id.ID }
	// Joined is somebody new among its people.
	Joined struct {
		MovementID, AccountID id.ID
		At                    time.Time
	}
	// Left is somebody no longer among its people.
	Left struct {
		MovementID, AccountID id.ID
		Removed               bool // by an organiser
	}
	// RoleChanged is another role for one of its people.
	RoleChanged struct {
		MovementID, AccountID id.ID
		Role                  Role
	}
	// HandoverOffered asks To to organise it instead of From.
	HandoverOffered struct{ MovementID, From, To id.ID }
	// Carried is a post that it shares from now on.
	Carried struct {
		MovementID, PostID, ShareID, AuthorID id.ID
		By                                    id.ID // the organiser who took it in, 0 when it came by itself
	}
	// Uncarried is a post that it shares no longer.
	Uncarried struct{ MovementID, PostID, ShareID id.ID }
)
