package mastodon

import (
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/id"
)

func profileRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/profile", scopes: "profile read:accounts", do: (*Door).profile},
		{method: "PATCH", path: "/api/v1/profile", scopes: "write:accounts", do: (*Door).updateProfile},
		{method: "DELETE", path: "/api/v1/profile/avatar", scopes: "write:accounts", do: func(d *Door, q *request) error {
			return d.withoutPortrait(q, account.Change{AvatarID: new(id.ID)})
		}},
		{method: "DELETE", path: "/api/v1/profile/header", scopes: "write:accounts", do: func(d *Door, q *request) error {
			return d.withoutPortrait(q, account.Change{HeaderID: new(id.ID)})
		}},
		{method: "GET", path: "/api/v1/preferences", scopes: "read:accounts", do: (*Door).preferences},
		{method: "GET", path: "/api/v1/accounts/{id}/identity_proofs", do: (*Door).identityProofs},
	}
}

func (d *Door) profile(q *request) error {
	a, err := d.Accounts.Get(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	return d.ownProfile(q, a)
}

func (d *Door) updateProfile(q *request) error {
	a, err := d.changeProfile(q)
	if err != nil {
		return err
	}
	return d.ownProfile(q, a)
}

// ownProfile answers with what the viewer can change of their own page (Mastodon's
// entity Profile).
func (d *Door) ownProfile(q *request, a *account.Account) error {
	pictures, err := d.Media.Portraits(q.Context(), []id.ID{a.AvatarID, a.HeaderID})
	if err != nil {
		return err
	}
	b := appendID(append(q.out, `{"id":`...), a.ID)
	b = appendText(append(b, `,"display_name":`...), a.Name)
	b = appendText(append(b, `,"note":`...), a.Note)
	b = appendList(append(b, `,"fields":`...), a.Fields, appendPlainField)
	for _, p := range [...]struct {
		name  string
		id    id.ID
		small bool
	}{{"avatar", a.AvatarID, true}, {"header", a.HeaderID, false}} {
		at, text := "", ""
		if m, ok := pictures[p.id]; ok {
			if at, text = d.URL+m.URL(), m.Description; p.small {
				at = d.URL + m.SmallURL()
			}
		}
		b = appendTextOr(append(b, `,"`+p.name+`":`...), at)
		b = appendTextOr(append(b, `,"`+p.name+`_static":`...), at)
		b = appendText(append(b, `,"`+p.name+`_description":`...), text)
	}
	for _, f := range [...]struct {
		name string
		yes  bool
	}{
		{`,"locked":`, a.Locked}, {`,"bot":`, a.Bot}, {`,"discoverable":`, a.Discoverable},
		{`,"indexable":`, a.Indexable}, {`,"hide_collections":`, a.HidesNetwork},
	} {
		b = strconv.AppendBool(append(b, f.name...), f.yes)
	}
	b = appendShows(b, a)
	b = appendList(append(b, `,"attribution_domains":`...), a.CreditedBy, appendText)
	q.out = append(b, '}')
	return nil
}

func (d *Door) withoutPortrait(q *request, c account.Change) error {
	a, err := d.Accounts.Update(q.Context(), q.viewer, c)
	if err != nil {
		return err
	}
	return d.credentials(q, a)
}

// preferences are those of an account that this server knows (Mastodon's entity
// Preferences); how much a client unfolds is the client's to remember.
func (d *Door) preferences(q *request) error {
	a, err := d.Accounts.Get(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	b := appendText(append(q.out, `{"posting:default:visibility":`...), a.DefaultVisibility)
	b = strconv.AppendBool(append(b, `,"posting:default:sensitive":`...), a.DefaultSensitive)
	b = appendTextOr(append(b, `,"posting:default:language":`...), a.Language)
	q.out = append(b, `,"posting:default:quote_policy":"nobody","reading:expand:media":"default","reading:expand:spoilers":false,"reading:autoplay:gifs":false}`...)
	return nil
}

// identityProofs are none, as with Mastodon since 3.5.
func (d *Door) identityProofs(q *request) error {
	if _, err := d.accountNamed(q); err != nil {
		return err
	}
	q.out = append(q.out, "[]"...)
	return nil
}
