package seed

import (
	"context"
	"fmt"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/relation"
)

// Account makes an active account; a person unless a with says otherwise.
func Account(t testing.TB, g *Ground, username string, with ...func(*account.Draft)) *account.Account {
	t.Helper()
	draft := account.Draft{Kind: account.KindPerson, Username: username}
	for _, f := range with {
		f(&draft)
	}
	var a *account.Account
	g.Update(t, func(tx *db.Tx) (err error) {
		a, err = g.Accounts.CreateIn(tx, draft)
		return err
	})
	return a
}

// Locked, for Account, lets follows wait for consent.
func Locked(d *account.Draft) { d.Locked = true }

// Moderator, for Account, gives it that role.
func Moderator(d *account.Draft) { d.Role = account.RoleModerator }

// Admin, for Account, gives it that role.
func Admin(d *account.Draft) { d.Role = account.RoleAdmin }

// Suspend keeps an active account from being shown, as moderators do.
func Suspend(t testing.TB, g *Ground, a *account.Account) {
	t.Helper()
	move(t, g, a, account.StateActive, account.StateSuspended)
}

// Restore undoes Suspend.
func Restore(t testing.TB, g *Ground, a *account.Account) {
	t.Helper()
	move(t, g, a, account.StateSuspended, account.StateActive)
}

func move(t testing.TB, g *Ground, a *account.Account, from, to account.State) {
	t.Helper()
	g.Update(t, func(tx *db.Tx) error {
		moved, err := g.Accounts.MoveIn(tx, a.ID, from, to, g.Clock.Now())
		if err == nil && !moved {
			err = fmt.Errorf("%s is not %s", a.Username, from)
		}
		return err
	})
}

// Crowd makes n active accounts: name1, name2 and so on.
func Crowd(t testing.TB, g *Ground, name string, n int) []*account.Account {
	t.Helper()
	crowd := make([]*account.Account, 0, n)
	g.Update(t, func(tx *db.Tx) error {
		crowd = crowd[:0]
		for i := range n {
			a, err := g.Accounts.CreateIn(tx, account.Draft{Kind: account.KindPerson, Username: fmt.Sprintf("%s%d", name, i+1)})
			if err != nil {
				return err
			}
			crowd = append(crowd, a)
		}
		return nil
	})
	return crowd
}

// Follow makes one account follow another, or ask to.
func Follow(t testing.TB, g *Ground, follower, followee *account.Account) {
	t.Helper()
	if _, err := g.Relations.Follow(context.Background(), account.As(follower), followee.ID, relation.FollowOptions{}); err != nil {
		t.Fatal(err)
	}
}

// Block makes one account block another.
func Block(t testing.TB, g *Ground, by, target *account.Account) {
	t.Helper()
	if _, err := g.Relations.Block(context.Background(), account.As(by), target.ID); err != nil {
		t.Fatal(err)
	}
}
