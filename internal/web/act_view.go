package web

import (
	"html"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/ripple"
	"goodturn/internal/web/look"
)

// mediaFile shortens the names of its methods where an address is asked for.
type mediaFile = media.Media

func actPath(i id.ID) string { return "/acts/" + i.String() }

// doers are the people behind acts, as their reader may know them.
type doers struct {
	accounts map[id.ID]*account.Account
	outside  map[id.ID]string
}

func (x *visit) doers(acts []*act.Act, more ...id.ID) (doers, error) {
	var outside []id.ID
	ids := more
	for _, a := range acts {
		switch {
		case a == nil:
		case a.Outside:
			outside = append(outside, a.DoerID)
		default:
			ids = append(ids, a.DoerID)
		}
	}
	var d doers
	var err error
	if d.accounts, err = x.people(ids); err != nil {
		return d, err
	}
	d.outside, err = x.Acts.Outsiders(x.r.Context(), outside)
	return d, err
}

// doer is who did an act; nil is an act that its reader may not see.
func (x *visit) doer(d doers, a *act.Act) look.Person {
	switch {
	case a == nil:
		return x.someone()
	case a.Outside:
		if d.outside[a.DoerID] == "" {
			return look.Person{Name: x.p.T("Anonymous")}
		}
		return look.Person{Name: d.outside[a.DoerID]}
	case d.accounts[a.DoerID] == nil:
		return x.someone()
	}
	return x.person(d.accounts[a.DoerID])
}

// someone did an act that is not for its reader to see.
func (x *visit) someone() look.Person { return look.Person{Name: x.p.T("someone")} }

// actCards are acts with their doers, calls, movements, sources and what they
// moved; a query or two for each of these, however many acts there are.
func (x *visit) actCards(acts []*act.Act) ([]look.Act, error) {
	if len(acts) == 0 {
		return nil, nil
	}
	ctx := x.r.Context()
	ids, calls, movements, parents := make([]id.ID, len(acts)), []id.ID{}, []id.ID{}, []id.ID{}
	for i, a := range acts {
		ids[i] = a.ID
		if a.CallID != 0 {
			calls = append(calls, a.CallID)
		}
		if a.MovementID != 0 {
			movements = append(movements, a.MovementID)
		}
		if a.Parent != 0 {
			parents = append(parents, a.Parent)
		}
	}
	var all actsAround
	var err error
	if all.calls, err = x.Calls.Many(ctx, x.v, calls); err != nil {
		return nil, err
	}
	if all.movements, err = x.Movements.Many(ctx, x.v, movements); err != nil {
		return nil, err
	}
	if all.parents, err = x.Acts.Many(ctx, x.v, parents); err != nil {
		return nil, err
	}
	named := acts
	for _, parent := range all.parents {
		named = append(named[:len(named):len(named)], parent)
	}
	if all.doers, err = x.doers(named); err != nil {
		return nil, err
	}
	if all.moved, err = x.Ripples.Moved(ctx, ids); err != nil {
		return nil, err
	}
	if all.evidence, err = x.Acts.Evidence(ctx, x.v, acts); err != nil {
		return nil, err
	}
	if all.places, err = x.Acts.Places(ctx, x.v, acts); err != nil {
		return nil, err
	}
	out := make([]look.Act, len(acts))
	for i, a := range acts {
		out[i] = x.actCard(a, all)
	}
	return out, nil
}

// actsAround is what cards say beside the acts themselves.
type actsAround struct {
	doers     doers
	calls     map[id.ID]*call.Call
	movements map[id.ID]*movement.Movement
	parents   map[id.ID]*act.Act
	moved     map[id.ID]ripple.Moved
	evidence  map[id.ID]act.Evidence
	places    map[id.ID]act.Place
}

func (x *visit) actCard(a *act.Act, all actsAround) look.Act {
	path := actPath(a.ID)
	out := look.Act{
		ID: a.ID.String(), URL: path, Doer: x.doer(all.doers, a), At: a.DoneAt, Kind: string(a.Kind), Did: x.did(a),
		StoryHTML: post.TextHTML(a.Story, x.Accounts.Host()), Place: all.places[a.ID].String(), Visibility: string(a.Visibility), Proof: a.Proof.String(),
		PassedTo: a.Nominated, Moved: all.moved[a.ID].People, Beneath: all.moved[a.ID].Acts, MovedURL: path + "#moved",
	}
	out.Media, out.Links = mediaOf(all.evidence[a.ID].Media), linkViews(all.evidence[a.ID].Links)
	if c := all.calls[a.CallID]; c != nil {
		out.Call = &look.Link{Text: c.Title, URL: callPath(c.ID)}
		out.At = a.DoneAt.In(c.Location())
	}
	if m := all.movements[a.MovementID]; m != nil {
		out.Movement = &look.Link{Text: "#" + m.Hashtag, URL: movementPath(m)}
	}
	if a.Parent != 0 {
		out.InspiredBy = x.inspiration(all, a.Parent)
	} else if a.Via.Kind == act.FromPost {
		out.InspiredBy = &look.Inspiration{Text: x.p.T("a post"), URL: postPath(a.Via.ID)}
	}
	return out
}

// inspiration names the act that moved somebody; its doer is someone where the
// reader may not see it.
func (x *visit) inspiration(all actsAround, parent id.ID) *look.Inspiration {
	p := all.parents[parent]
	if p == nil {
		return &look.Inspiration{Who: x.someone()}
	}
	return &look.Inspiration{Who: x.doer(all.doers, p), Text: x.p.T("on %s", x.p.Date(p.DoneAt)), URL: actPath(p.ID)}
}

func pictureView(m *media.Media) look.Media {
	return look.Media{Kind: kindOf(m), URL: m.URL(), Preview: m.SmallURL(), Alt: m.Description, Width: m.SmallWidth, Height: m.SmallHeight}
}

// paragraphs is a plain text as HTML.
func paragraphs(text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	var out strings.Builder
	for part := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if part = strings.TrimSpace(part); part != "" {
			out.WriteString("<p>" + strings.ReplaceAll(html.EscapeString(part), "\n", "<br>") + "</p>")
		}
	}
	return out.String()
}
