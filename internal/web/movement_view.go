package web

import (
	"net/url"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

func movementPath(m *movement.Movement) string { return "/movements/" + m.Slug }

// movementRows are movements in a list, with what their reader is to them.
func (x *visit) movementRows(list []*movement.Movement) ([]look.Movement, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ctx, ids := x.r.Context(), make([]id.ID, len(list))
	for i, m := range list {
		ids[i] = m.ID
	}
	counts, err := x.Movements.Counts(ctx, ids)
	if err != nil {
		return nil, err
	}
	done, err := x.Calls.Totals(ctx, ids)
	if err != nil {
		return nil, err
	}
	roles := map[id.ID]movement.Role{}
	if x.me != nil {
		if roles, err = x.Movements.Roles(ctx, x.me.ID, ids); err != nil {
			return nil, err
		}
	}
	out := make([]look.Movement, len(list))
	for i, m := range list {
		out[i] = look.Movement{
			Slug: m.Slug, Name: m.Name, Hashtag: m.Hashtag, URL: movementPath(m), Purpose: m.Purpose,
			Avatar: x.picture(m.Account.AvatarID, (*mediaFile).SmallURL),
			People: counts[m.ID].Members, Acts: done[m.ID].Acts, Joined: roles[m.ID].Joined(), Back: x.here(),
		}
	}
	return out, nil
}

// movementHead is the top of a movement's pages.
func (x *visit) movementHead(m *movement.Movement, role movement.Role) (look.Movement, error) {
	head := look.Movement{
		Slug: m.Slug, Name: m.Name, Hashtag: m.Hashtag, URL: movementPath(m), Purpose: m.Purpose,
		Avatar: x.picture(m.Account.AvatarID, (*mediaFile).SmallURL), Header: x.picture(m.Account.HeaderID, (*mediaFile).URL),
		Joined: role.Joined(), Organiser: role.Organises(), Back: x.here(),
		EditURL: movementPath(m) + "/organise", Closed: m.State != movement.StateOpen,
		ShareURL: "/compose?text=" + url.QueryEscape("#"+m.Hashtag+" "+x.URL+movementPath(m)),
	}
	for _, slug := range m.Causes {
		if cause, ok := account.CauseBySlug(slug); ok {
			head.Causes = append(head.Causes, look.Link{Text: x.p.T(cause.Name), URL: "/movements?cause=" + cause.Slug})
		}
	}
	if role == movement.Removed {
		head.OrganisersURL = movementPath(m) + "/members?role=" + string(movement.Organiser)
	}
	if x.me != nil && !head.Joined {
		set, err := x.Relations.Of(x.r.Context(), x.me.ID)
		if err != nil {
			return head, err
		}
		head.Followed = set.Follows(m.ID)
	}
	return head, nil
}

// movementTabs are the pages about one movement; here is the one that is shown.
func (x *visit) movementTabs(m *movement.Movement, here string) []look.Tab {
	tabs := []look.Tab{
		{Text: x.p.T("Overview"), URL: movementPath(m)},
		{Text: x.p.T("Posts"), URL: movementPath(m) + "/posts"},
		{Text: x.p.T("Calls"), URL: movementPath(m) + "/calls"},
		{Text: x.p.T("Acts"), URL: movementPath(m) + "/acts"},
		{Text: x.p.T("Ripple"), URL: movementPath(m) + "/ripple"},
		{Text: x.p.T("People"), URL: movementPath(m) + "/members"},
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == movementPath(m)+here
	}
	return tabs
}

// movementFigures are its numbers, each of which opens what it counts.
func (x *visit) movementFigures(m *movement.Movement) ([]look.Figure, error) {
	ctx := x.r.Context()
	counts, err := x.Movements.Counts(ctx, []id.ID{m.ID})
	if err != nil {
		return nil, err
	}
	done, err := x.Calls.Totals(ctx, []id.ID{m.ID})
	if err != nil {
		return nil, err
	}
	n, totals := counts[m.ID], done[m.ID]
	figures := []look.Figure{
		{Text: x.p.Number(totals.Acts), Label: x.p.N("act", "acts", int(totals.Acts)), URL: movementPath(m) + "/acts"},
		{Text: x.p.Number(totals.People), Label: x.p.N("person acted", "people acted", int(totals.People)), URL: movementPath(m) + "/acts"},
		{Text: x.p.Number(n.Members), Label: x.p.N("person joined", "people joined", int(n.Members)), URL: movementPath(m) + "/members"},
		{Text: x.p.Number(n.Followers), Label: x.p.N("follower", "followers", int(n.Followers)), URL: "/@" + m.Slug + "/followers"},
	}
	return append(figures, x.sums(totals, movementPath(m)+"/acts")...), nil
}

// sums are what was given and how long was helped; never added across units.
func (x *visit) sums(t call.Totals, url string) []look.Figure {
	var out []look.Figure
	seen := map[string]bool{}
	for _, each := range t.Each {
		switch {
		case seen[each.Unit]:
		case call.IsCurrency(each.Unit):
			out = append(out, x.given(t, each.Unit, actsOfUnit(url, each.Unit))...)
		case each.Unit == call.Volunteering.Unit():
			out = append(out, look.Figure{Text: look.Amount{N: t.Amount(each.Unit, call.Told), Unit: each.Unit}.Say(x.p), Label: x.p.T("of help"), URL: actsOfUnit(url, each.Unit)})
		}
		seen[each.Unit] = true
	}
	return out
}

// given is what came, as who receives it confirmed, apart from what people told of.
func (x *visit) given(t call.Totals, currency, url string) []look.Figure {
	var out []look.Figure
	for _, each := range []struct {
		proof call.Proof
		label string
	}{{call.Confirmed, x.p.T("given here")}, {call.Witnessed, x.p.T("given, with a witness")}, {call.Told, x.p.T("told of as given")}} {
		if sum := t.Of(currency, each.proof); sum > 0 {
			out = append(out, look.Figure{Text: look.Amount{N: sum, Unit: currency}.Say(x.p), Label: each.label, URL: actsOfProof(url, each.proof)})
		}
	}
	return out
}

// peopleIn are a few of a movement's people in a role.
func (x *visit) peopleIn(m *movement.Movement, role movement.Role, most int) ([]memberView, error) {
	list, err := x.Movements.Members(x.r.Context(), x.v, m.ID, role, db.Page{Limit: most})
	if err != nil {
		return nil, err
	}
	return x.members(list)
}

func (x *visit) resources(m *movement.Movement) ([]look.Resource, error) {
	list, err := x.Movements.Resources(x.r.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	out := make([]look.Resource, len(list))
	for i, r := range list {
		out[i] = look.Resource{Title: r.Title, URL: r.URL, NoteHTML: text.Prose(r.Body)}
		if r.Source != "" {
			out[i].Sources = []look.Link{sourceLink(r.Source)}
		}
	}
	return out, nil
}

// sourceLink is where something was published: a link if it is one.
func sourceLink(source string) look.Link {
	if u, err := url.Parse(source); err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" {
		return look.Link{Text: strings.TrimPrefix(u.Host, "www."), URL: source}
	}
	return look.Link{Text: source}
}
