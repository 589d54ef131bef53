package web

import (
	"context"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/web/look"
)

// Portraits are read with every name on a page. A picture never changes; an
// account that takes another has another id.
const (
	picturesBytes = 4 << 20
	pictureBytes  = 400
	picturesIdle  = time.Hour
)

func (d *Door) newPictures() cache.Cache[id.ID, media.Media] {
	return cache.New(cache.Options[id.ID, media.Media]{
		Bytes: picturesBytes, Idle: picturesIdle,
		Size: func(_ id.ID, m media.Media) int { return pictureBytes + len(m.Description) },
		Load: func(ctx context.Context, ids []id.ID) (map[id.ID]media.Media, error) {
			return d.Media.Portraits(ctx, ids)
		},
	})
}

// person is an account as pages name it; nil is somebody who left, and so is who
// is not shown to the reader.
func (x *visit) person(a *account.Account) look.Person {
	if !x.v.Sees(a) {
		return look.Person{Name: x.p.T("Someone who left")}
	}
	who := look.Person{Name: a.Name, Handle: a.Handle(), URL: accountPath(a), Kind: string(a.Kind)}
	if a.AvatarID != 0 {
		who.Avatar = x.picture(a.AvatarID, (*media.Media).SmallURL)
	}
	return who
}

// findable says whether search engines may keep what tells of somebody: they
// wish to be found.
func findable(a *account.Account) bool { return a != nil && a.Discoverable }

// picture is the address of a portrait, "" when there is none.
func (x *visit) picture(i id.ID, url func(*media.Media) string) string {
	if i == 0 {
		return ""
	}
	m, ok, err := x.pictures.Get(x.r.Context(), i)
	if err != nil {
		door.Fault(x.Log, x.r, err) // initials stand in for it
	}
	if !ok {
		return ""
	}
	return url(&m)
}

// people are accounts by their ids, with their portraits at hand; each of the
// two is one query at most.
func (x *visit) people(ids []id.ID) (map[id.ID]*account.Account, error) {
	all, err := x.Accounts.Many(x.r.Context(), ids)
	if err != nil {
		return nil, err
	}
	portraits := make([]id.ID, 0, len(all))
	for _, a := range all {
		if a.AvatarID != 0 {
			portraits = append(portraits, a.AvatarID)
		}
	}
	if len(portraits) > 0 {
		if _, err := x.pictures.Many(x.r.Context(), portraits); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// accountPath is where an account's page lies: a movement's is the movement's.
func accountPath(a *account.Account) string {
	if a.Kind == account.KindMovement && a.Local() {
		return "/movements/" + a.Username
	}
	return "/@" + a.Handle()
}

// byID is the account whose id the path holds.
func (x *visit) byID() (*account.Account, error) {
	i, err := x.id("id", "account")
	if err != nil {
		return nil, err
	}
	return x.Accounts.Get(x.r.Context(), i)
}
