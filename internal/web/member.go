package web

import (
	"net/url"

	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func memberRoutes() []route {
	return []route{
		{"GET /movements/{slug}/members", (*visit).membersPage},
		{"GET /movements/{slug}/members/{account}", (*visit).memberPage},
		{"POST /movements/{slug}/members/{account}", (*visit).setRole},
		{"POST /movements/{slug}/members/{account}/remove", (*visit).removeMember},
		{"POST /movements/{slug}/members/{account}/let-in", (*visit).letIn},
	}
}

// membersView is a movement's people.
type membersView struct {
	URL          string
	Tabs         []look.Tab
	Members      []memberView
	Organiser    bool
	Removed      bool // those whom organisers removed are shown
	Newer, Older string
}

// membersPage lists a movement's people, all of them or one role.
func (x *visit) membersPage() error {
	m, mine, err := x.theMovement()
	if err != nil {
		return err
	}
	f, err := x.frame(m, mine, "/members")
	if err != nil {
		return err
	}
	page, err := x.paged()
	if err != nil {
		return err
	}
	role := movement.Role(x.r.URL.Query().Get("role"))
	if _, known := roleNames[role]; !known {
		role = movement.NoRole
	}
	list, err := x.Movements.Members(x.r.Context(), x.v, m.ID, role, page)
	if err != nil {
		return err
	}
	v := membersView{URL: movementPath(m) + "/members", Organiser: mine.Organises(), Removed: role == movement.Removed}
	v.Tabs = x.memberTabs(v.URL, role, v.Organiser || x.v.Moderates())
	if v.Members, err = x.members(list); err != nil {
		return err
	}
	if n := len(list); n > 0 {
		v.Newer, v.Older = x.newer(page, list[0].ID), x.older(page, n, list[n-1].ID)
	}
	return x.showMovement(m, f, x.p.T("People"), membersPage(x.p, v))
}

func (x *visit) memberTabs(path string, here movement.Role, all bool) []look.Tab {
	tabs := []look.Tab{
		{Text: x.p.T("Everyone"), URL: path, Current: here == movement.NoRole},
		{Text: x.p.T("Organisers"), URL: path + "?role=organiser", Current: here == movement.Organiser},
		{Text: x.p.T("Partners"), URL: path + "?role=partner", Current: here == movement.Partner},
		{Text: x.p.T("Ambassadors"), URL: path + "?role=ambassador", Current: here == movement.Ambassador},
	}
	if all {
		tabs = append(tabs, look.Tab{Text: x.p.T("Removed"), URL: path + "?role=removed", Current: here == movement.Removed})
	}
	return tabs
}

// aMember is the movement and the person of the path, for its organisers and
// for moderators.
func (x *visit) aMember() (*movement.Movement, id.ID, movement.Role, error) {
	if err := x.signedIn(); err != nil {
		return nil, 0, "", err
	}
	if _, err := x.form(); err != nil {
		return nil, 0, "", err
	}
	m, mine, err := x.theMovement()
	if err != nil {
		return nil, 0, "", err
	}
	if !mine.Organises() && !x.v.Moderates() {
		return nil, 0, "", problem.Forbidden("Only the movement's organisers can do this.")
	}
	who, err := x.id("account", "account")
	if err != nil {
		return nil, 0, "", err
	}
	roles, err := x.Movements.Roles(x.r.Context(), who, []id.ID{m.ID})
	if err != nil {
		return nil, 0, "", err
	}
	if roles[m.ID] == movement.NoRole {
		return nil, 0, "", problem.NotFound("member")
	}
	return m, who, roles[m.ID], nil
}

// memberPage is where organisers change what somebody is to the movement.
func (x *visit) memberPage() error {
	m, who, role, err := x.aMember()
	if err != nil {
		return err
	}
	return x.showMember(m, who, role, url.Values{"role": {string(role)}}, nil)
}

func (x *visit) showMember(m *movement.Movement, who id.ID, role movement.Role, values url.Values, wrong []look.Wrong) error {
	people, err := x.people([]id.ID{who})
	if err != nil {
		return err
	}
	name := x.person(people[who]).Shown()
	path := movementPath(m) + "/members/" + who.String()
	page := x.page(x.p.T("%s in %s", name, m.Name))
	f := x.filled(values, wrong)
	v := formView{Title: page.Title, Action: path, Wrong: wrong, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: movementPath(m) + "/members"}}
	v.Fields = components(
		f.radios(look.Field{Name: "role", Label: x.p.T("What are they to the movement?")}, []look.Choice{
			{Value: string(movement.Member), Label: x.p.T("Member")},
			{Value: string(movement.Organiser), Label: x.p.T("Organiser"), Hint: x.p.T("Changes everything here, as you do.")},
			{Value: string(movement.Ambassador), Label: x.p.T("Ambassador"), Hint: x.p.T("Speaks for it, with what links them disclosed.")},
			{Value: string(movement.Partner), Label: x.p.T("Partner"), Hint: x.p.T("An organisation that stands behind it, with what links them disclosed.")},
		}),
		f.line(look.Field{Name: "disclosed", Label: x.p.T("What links them to it?"), Hint: x.p.T("Needed for ambassadors and partners; everybody sees it."), Optional: true, MaxLength: movement.DisclosedMost}),
	)
	if role != movement.Organiser {
		v.More = memberRemoval(x.p, name, path+"/remove")
	}
	return x.render(page, formPage(x.p, v))
}

func (x *visit) setRole() error {
	m, who, role, err := x.aMember()
	if err != nil {
		return err
	}
	err = x.Movements.SetRole(x.r.Context(), x.v, m.ID, who, movement.Role(x.sent.Get("role")), x.sent.Get("disclosed"))
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showMember(m, who, role, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(movementPath(m) + "/members")
}

func (x *visit) removeMember() error {
	return x.withMember(func(m *movement.Movement, who id.ID) error {
		if err := x.Movements.RemoveMember(x.r.Context(), x.v, m.ID, who); err != nil {
			return err
		}
		x.flash(x.p.T("Removed. They cannot join again until you let them in; their posts and acts stay."))
		return nil
	})
}

func (x *visit) letIn() error {
	return x.withMember(func(m *movement.Movement, who id.ID) error {
		if err := x.Movements.LetIn(x.r.Context(), x.v, m.ID, who); err != nil {
			return err
		}
		x.flash(x.p.T("They can join again."))
		return nil
	})
}

func (x *visit) withMember(do func(m *movement.Movement, who id.ID) error) error {
	m, who, _, err := x.aMember()
	if err != nil {
		return err
	}
	if err := do(m, who); err != nil {
		return x.told(err, movementPath(m)+"/members")
	}
	return x.redirect(movementPath(m) + "/members")
}
