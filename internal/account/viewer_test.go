package account_test

import (
	"testing"

	"goodturn/internal/account"
)

func TestViewer_zeroValuePanics(t *testing.T) {
	var v account.Viewer
	for name, use := range map[string]func(){
		"ID":        func() { v.ID() },
		"Account":   func() { v.Account() },
		"SignedIn":  func() { v.SignedIn() },
		"Is":        func() { v.Is(1) },
		"Moderates": func() { v.Moderates() },
		"Admin":     func() { v.Admin() },
		"System":    func() { v.System() },
		"Reason":    func() { v.Reason() },
		"As(nil)":   func() { account.As(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("went on without knowing who asks")
				}
			}()
			use()
		})
	}
}

func TestViewer(t *testing.T) {
	ada := &account.Account{ID: 7}
	mod := &account.Account{ID: 8, Role: account.RoleModerator}
	admin := &account.Account{ID: 9, Role: account.RoleAdmin}
	for name, c := range map[string]struct {
		v                           account.Viewer
		in, moderates, admin, isAda bool
	}{
		"nobody":    {v: account.Nobody},
		"ada":       {v: account.As(ada), in: true, isAda: true},
		"moderator": {v: account.As(mod), in: true, moderates: true},
		"admin":     {v: account.As(admin), in: true, moderates: true, admin: true},
		"system":    {v: account.System("test"), moderates: true, admin: true},
	} {
		t.Run(name, func(t *testing.T) {
			if c.v.SignedIn() != c.in || c.v.Moderates() != c.moderates || c.v.Admin() != c.admin || c.v.Is(7) != c.isAda || c.v.Is(0) {
				t.Errorf("signed in %v, moderates %v, admin %v, is Ada %v, is no account %v",
					c.v.SignedIn(), c.v.Moderates(), c.v.Admin(), c.v.Is(7), c.v.Is(0))
			}
		})
	}
}
