package mastodon

import (
	"context"
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

func adminAccountRoutes() []route {
	const noun = "accounts"
	routes := []route{
		governed(noun, "GET", "accounts", func(d *Door, q *request) error { return d.adminAccounts(q, q.peopleV1) }),
		governed(noun, "GET", "/api/v2/admin/accounts", func(d *Door, q *request) error { return d.adminAccounts(q, q.peopleV2) }),
		governed(noun, "GET", "accounts/{id}", byID((*Door).adminAccount)),
		governed(noun, "POST", "accounts/{id}/action", byID((*Door).adminAction)),
		governed(noun, "POST", "accounts/{id}/approve", byID(func(d *Door, q *request, i id.ID) error {
			if err := d.Safety.Approve(q.Context(), q.viewer, i); err != nil {
				return allowedAlready(err)
			}
			return d.adminAccount(q, i)
		})),
		governed(noun, "POST", "accounts/{id}/reject", byID(func(d *Door, q *request, i id.ID) error { return d.adminLast(q, i, d.Safety.Reject) })),
		governed(noun, "DELETE", "accounts/{id}", byID(func(d *Door, q *request, i id.ID) error { return d.adminLast(q, i, d.Safety.Delete) })),
	}
	for _, action := range []safety.Action{safety.Enable, safety.Unlimit, safety.Unsuspend, safety.Unsensitive} {
		routes = append(routes, governed(noun, "POST", "accounts/{id}/"+string(action), byID(func(d *Door, q *request, i id.ID) error {
			if err := d.Safety.Undo(q.Context(), q.viewer, i, action); err != nil {
				return err
			}
			return d.adminAccount(q, i)
		})))
	}
	return routes
}

// allowedAlready is Mastodon's answer about somebody who does not wait.
func allowedAlready(err error) error {
	if problem.Is(err, problem.KindNotFound) {
		return errNotAllowed
	}
	return err
}

// peopleV1 reads the flags of the first version of the list; none says that
// nobody can be meant.
func (q *request) peopleV1() (f safety.PeopleFilter, none bool) {
	f = q.peopleTexts()
	f.Local, f.Remote, f.Staff = q.yes("local"), q.yes("remote"), q.yes("staff")
	for name, standing := range map[string]safety.Standing{"active": safety.Active, "pending": safety.Pending, "disabled": safety.Disabled,
		"silenced": safety.Limited, "suspended": safety.Suspended, "sensitized": safety.Sensitized} {
		if q.yes(name) {
			none = none || f.Standing != safety.Anyhow // Mastodon asks for one that is both, which is hardly meant
			f.Standing = standing
		}
	}
	return f, none || q.get("ip") != ""
}

// peopleV2 is the same of the second version.
func (q *request) peopleV2() (f safety.PeopleFilter, none bool) {
	f = q.peopleTexts()
	f.Local, f.Remote = q.get("origin") == "local", q.get("origin") == "remote"
	f.Standing, f.Staff = safety.Standing(q.get("status")), q.get("permissions") == "staff"
	for _, i := range q.all("role_ids") {
		for role, json := range roles {
			if role != account.RoleNone && roleID(json) == i {
				f.Roles = append(f.Roles, role)
			}
		}
	}
	none = len(q.all("role_ids")) > 0 && len(f.Roles) == 0
	return f, none || q.get("ip") != "" || q.get("invited_by") != ""
}

// peopleTexts are the parameters that both know. Nobody is invited, and where
// requests come from is not kept.
func (q *request) peopleTexts() safety.PeopleFilter {
	return safety.PeopleFilter{Username: q.get("username"), Name: q.get("display_name"), Domain: q.get("by_domain"), Email: q.get("email")}
}

func (d *Door) adminAccounts(q *request, read func() (safety.PeopleFilter, bool)) error {
	f, none := read()
	p, err := q.adminPage()
	if err != nil {
		return err
	}
	var people []*safety.Person
	if !none {
		if people, err = d.Safety.People(q.Context(), q.viewer, f, p); err != nil {
			return err
		}
	}
	linked(d, q, people, func(p *safety.Person) id.ID { return p.ID })
	ids := make([]id.ID, len(people))
	for n, p := range people {
		ids[n] = p.ID
	}
	faces, err := d.look(q.Context(), ids, nil, false)
	if err != nil {
		return err
	}
	q.out = append(q.out, '[')
	for n, p := range people {
		if len(q.out) > 1 {
			q.out = append(q.out, ',')
		}
		q.out = d.appendPerson(q.out, p, faces[n])
	}
	q.out = append(q.out, ']')
	return nil
}

func (d *Door) adminAccount(q *request, i id.ID) error {
	p, err := d.Safety.Person(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	f, err := d.face(q.Context(), i)
	if err != nil {
		return err
	}
	q.out = d.appendPerson(q.out, p, f)
	return nil
}

// adminLast answers with an account as it was before it went.
func (d *Door) adminLast(q *request, i id.ID, leave func(context.Context, account.Viewer, id.ID) error) error {
	if err := d.adminAccount(q, i); err != nil {
		return err
	}
	return allowedAlready(leave(q.Context(), q.viewer, i))
}

func (d *Door) adminAction(q *request, i id.ID) error {
	o := safety.Order{Action: safety.Action(q.get("type")), Reason: q.get("text")}
	if mail := q.flag("send_email_notification"); mail != nil {
		o.NoMail = !*mail
	}
	if s := q.get("report_id"); s != "" {
		var err error
		if o.ReportID, err = id.Parse(s); err != nil {
			return problem.NotFound("report")
		}
	}
	return nothing(q, d.Safety.Decide(q.Context(), q.viewer, i, o))
}

// appendPerson appends Mastodon's entity Admin::Account; null for nobody. This
// server does not keep where requests come from.
func (d *Door) appendPerson(b []byte, p *safety.Person, f *face) []byte {
	if p == nil || f == nil {
		return append(b, "null"...)
	}
	b = appendID(append(b, `{"id":`...), p.ID)
	b = appendText(append(b, `,"username":`...), p.Username)
	b = appendTextOr(append(b, `,"domain":`...), p.Domain)
	b = appendTime(append(b, `,"created_at":`...), p.CreatedAt)
	b = appendText(append(b, `,"email":`...), p.Login.Email)
	b = appendText(append(b, `,"ip":null,"ips":[],"locale":`...), p.Language)
	b = appendTextOr(append(b, `,"invite_request":`...), p.Login.Reason)
	b = append(append(b, `,"role":`...), roles[p.Role]...)
	b = strconv.AppendBool(append(b, `,"confirmed":`...), p.Login.Confirmed || p.Login.Email == "" && p.State != account.StateUnconfirmed)
	b = strconv.AppendBool(append(b, `,"approved":`...), p.State != account.StatePending)
	b = strconv.AppendBool(append(b, `,"disabled":`...), p.Curbs.Disabled)
	b = strconv.AppendBool(append(b, `,"silenced":`...), p.Curbs.Limited)
	b = strconv.AppendBool(append(b, `,"suspended":`...), p.State == account.StateSuspended)
	b = strconv.AppendBool(append(b, `,"sensitized":`...), p.Curbs.Sensitive)
	b = append(append(b, `,"account":`...), f.json()...)
	return append(b, `,"created_by_application_id":null,"invited_by_account_id":null}`...)
}
