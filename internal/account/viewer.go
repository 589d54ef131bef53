package account

import "goodturn/internal/id"

type viewerKind uint8

const (
	viewerNobody viewerKind = iota + 1
	viewerAccount
	viewerSystem
)

// Viewer is who is asking. It is passed to whatever decides what may be seen or
// done. Its zero value means that somebody forgot to say, and panics when used;
// a request without a sign-in is Nobody.
type Viewer struct {
	kind    viewerKind
	account *Account
	reason  string
}

// Nobody is a reader who has not signed in.
var Nobody = Viewer{kind: viewerNobody}

// As is a reader who has signed in as a.
func As(a *Account) Viewer {
	if a == nil {
		panic("account: As(nil); say account.Nobody")
	}
	return Viewer{kind: viewerAccount, account: a}
}

// System is this server itself: a command, a sweep, the sample. It may do what
// an administrator may. The reason is for the log.
func System(reason string) Viewer {
	if reason == "" {
		panic("account: System needs a reason")
	}
	return Viewer{kind: viewerSystem, reason: reason}
}

func (v Viewer) checked() viewerKind {
	if v.kind == 0 {
		panic("account: a Viewer that nobody set; say account.Nobody, As or System")
	}
	return v.kind
}

// ID is the account's, and 0 for Nobody and System.
func (v Viewer) ID() id.ID {
	if v.checked() != viewerAccount {
		return 0
	}
	return v.account.ID
}

// Account is who has signed in; nil for Nobody and System.
func (v Viewer) Account() *Account {
	v.checked()
	return v.account
}

// SignedIn says whether the viewer is an account.
func (v Viewer) SignedIn() bool { return v.checked() == viewerAccount }

// Is says whether the viewer is that account.
func (v Viewer) Is(i id.ID) bool { return i != 0 && v.ID() == i }

// System says whether the viewer is this server itself.
func (v Viewer) System() bool { return v.checked() == viewerSystem }

// Reason is why System acts; "" for others.
func (v Viewer) Reason() string {
	v.checked()
	return v.reason
}

// Moderates says whether the viewer may take care of others' things.
func (v Viewer) Moderates() bool {
	return v.System() || v.account != nil && (v.account.Role == RoleModerator || v.account.Role == RoleAdmin)
}

// Admin says whether the viewer may do everything.
func (v Viewer) Admin() bool {
	return v.System() || v.account != nil && v.account.Role == RoleAdmin
}

// Sees says whether the viewer is shown that account: everybody active ones,
// moderators also those that are not, as long as they are not deleted. nil is
// nobody's.
func (v Viewer) Sees(a *Account) bool {
	return a != nil && (a.Shown() || a.State != StateDeleted && (v.Moderates() || v.Is(a.ID)))
}
