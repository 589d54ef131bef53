package mastodon

import (
	"fmt"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

func credentialRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/accounts/verify_credentials", scopes: "profile read:accounts", do: (*Door).verifyCredentials},
		{method: "PATCH", path: "/api/v1/accounts/update_credentials", scopes: "write:accounts", do: (*Door).updateCredentials},
	}
}

func (d *Door) verifyCredentials(q *request) error {
	a, err := d.Accounts.Get(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	return d.credentials(q, a)
}

// credentials answers with the viewer's own account, and with what of it is for
// them alone (Mastodon's entity CredentialAccount).
func (d *Door) credentials(q *request, a *account.Account) error {
	if err := d.account(q, a.ID); err != nil {
		return err
	}
	asking, err := d.Relations.CountRequests(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	b := appendText(append(q.out[:len(q.out)-1], `,"source":{"note":`...), a.Note)
	b = appendList(append(b, `,"fields":`...), a.Fields, appendPlainField)
	b = appendText(append(b, `,"privacy":`...), a.DefaultVisibility)
	b = strconv.AppendBool(append(b, `,"sensitive":`...), a.DefaultSensitive)
	b = appendTextOr(append(b, `,"language":`...), a.Language)
	b = strconv.AppendBool(append(b, `,"discoverable":`...), a.Discoverable)
	b = strconv.AppendBool(append(b, `,"indexable":`...), a.Indexable)
	b = strconv.AppendBool(append(b, `,"hide_collections":`...), a.HidesNetwork)
	b = appendList(append(b, `,"attribution_domains":`...), a.CreditedBy, appendText)
	b = strconv.AppendInt(append(b, `,"quote_policy":"nobody","follow_requests_count":`...), int64(asking), 10)
	q.out = append(append(b, `},"role":`...), roles[a.Role]...)
	q.out = append(q.out, '}')
	return nil
}

// roles are what a role is to clients, with Mastodon's bits of permissions:
// a moderator sees the figures and the record and looks after accounts, reports,
// appeals, blocks, other servers and hashtags; an administrator may do all.
var roles = map[account.Role]string{
	account.RoleNone:      `{"id":"-99","name":"","color":"","permissions":"0","highlighted":false}`,
	account.RoleModerator: `{"id":"1","name":"Moderator","color":"","permissions":"1980","highlighted":true}`,
	account.RoleAdmin:     `{"id":"2","name":"Admin","color":"","permissions":"1048575","highlighted":true}`,
}

// roleID is the id of a role in its JSON.
func roleID(json string) string {
	_, rest, _ := strings.Cut(json, `"id":"`)
	i, _, _ := strings.Cut(rest, `"`)
	return i
}

// appendPlainField appends a labelled line as it was written.
func appendPlainField(b []byte, f account.Field) []byte {
	b = appendText(append(b, `{"name":`...), f.Name)
	b = appendText(append(b, `,"value":`...), f.Value)
	return append(appendTimeOr(append(b, `,"verified_at":`...), f.VerifiedAt), '}')
}

func (d *Door) updateCredentials(q *request) error {
	a, err := d.changeProfile(q)
	if err != nil {
		return err
	}
	return d.credentials(q, a)
}

// changeProfile takes in what the request says of the viewer's own account.
func (d *Door) changeProfile(q *request) (*account.Account, error) {
	if err := q.upload(2 * media.MaxBytes); err != nil {
		return nil, err
	}
	if err := d.countFiles(q); err != nil {
		return nil, err
	}
	c := account.Change{
		Name: q.word("display_name"), Note: q.word("note"), Locked: q.flag("locked"), Bot: q.flag("bot"), Discoverable: q.flag("discoverable"),
		Indexable: q.flag("indexable"), HidesNetwork: q.flag("hide_collections"), ShowsMedia: q.flag("show_media"),
		ShowsMediaReplies: q.flag("show_media_replies"), ShowsFeatured: q.flag("show_featured"), CreditedBy: q.words("attribution_domains"),
		DefaultVisibility: q.word("source[privacy]"), DefaultSensitive: q.flag("source[sensitive]"), Language: q.word("source[language]"), Fields: q.fields(),
	}
	var err error
	if c.AvatarID, err = d.portrait(q, "avatar"); err != nil {
		return nil, err
	}
	if c.HeaderID, err = d.portrait(q, "header"); err != nil {
		return nil, err
	}
	a, err := d.Accounts.Update(q.Context(), q.viewer, c)
	if err != nil {
		return nil, err
	}
	for _, p := range [...]struct {
		name string
		new  *id.ID
		of   id.ID
	}{{"avatar", c.AvatarID, a.AvatarID}, {"header", c.HeaderID, a.HeaderID}} {
		if err := d.describePortrait(q, p.name+"_description", p.new, p.of); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// describePortrait says what a picture shows that stays as it is; one that came
// with the request came with its description.
func (d *Door) describePortrait(q *request, name string, new *id.ID, i id.ID) error {
	if !q.has(name) || new != nil || i == 0 {
		return nil
	}
	m, err := d.Media.Get(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	_, err = d.Media.Update(q.Context(), q.viewer, i, media.Upload{Description: q.get(name), FocusX: m.FocusX, FocusY: m.FocusY})
	return err
}

// word is a parameter that may be left out: nil.
func (q *request) word(name string) *string {
	if !q.has(name) {
		return nil
	}
	s := q.get(name)
	return &s
}

// words are a list that may be left out: nil.
func (q *request) words(name string) *[]string {
	if !q.has(name) && !q.has(name+"[]") {
		return nil
	}
	list := q.all(name)
	return &list
}

// fields are the labelled lines of a profile, which clients send as a list or by
// their place; nil if they send none.
func (q *request) fields() *[]account.Field {
	var fields []account.Field
	names, values := q.values["fields_attributes[][name]"], q.values["fields_attributes[][value]"]
	for n := range max(len(names), len(values)) {
		var f account.Field
		if n < len(names) {
			f.Name = names[n]
		}
		if n < len(values) {
			f.Value = values[n]
		}
		fields = append(fields, f)
	}
	given := fields != nil
	for n := range 4 * account.MaxFields { // more than are possible, so that too many are refused
		name, value := fmt.Sprintf("fields_attributes[%d][name]", n), fmt.Sprintf("fields_attributes[%d][value]", n)
		if q.has(name) || q.has(value) {
			fields, given = append(fields, account.Field{Name: q.get(name), Value: q.get(value)}), true
		}
	}
	if !given {
		return nil
	}
	return &fields
}

// portrait takes a picture of the profile in, nil if there is none; an empty
// value takes it away.
func (d *Door) portrait(q *request, name string) (*id.ID, error) {
	if q.MultipartForm == nil || len(q.MultipartForm.File[name]) == 0 {
		if q.has(name) && q.get(name) == "" {
			return new(id.ID), nil
		}
		if q.has(name) {
			return nil, problem.Invalid(name, "Send the picture as a file of a multipart form.")
		}
		return nil, nil
	}
	f, err := q.MultipartForm.File[name][0].Open()
	if err != nil {
		return nil, fmt.Errorf("open an upload: %w", err)
	}
	m, err := d.Media.Upload(q.Context(), q.viewer, f, media.Upload{Description: q.get(name + "_description")})
	if e := f.Close(); err == nil && e != nil {
		err = fmt.Errorf("close an upload: %w", e)
	}
	if err != nil {
		return nil, err
	}
	return &m.ID, nil
}
