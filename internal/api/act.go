package api

import (
	"slices"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/ripple"
)

// Act is what somebody did.
type Act struct {
	ID          id.ID        `json:"id"`
	URL         string       `json:"url" example:"https://goodturn.example/acts/117104873472131072"`
	Doer        *Account     `json:"doer" about:"null for somebody without an account here."`
	OutsideName *string      `json:"outside_name" about:"What to call a doer without an account here, or who gave under another name; empty for an anonymous gift."`
	Movement    *MovementRef `json:"movement" about:"null for a deed that belongs to none."`
	Call        *CallRef     `json:"call" about:"null when done freely."`
	Kind        call.Kind    `json:"kind" enum:"petition fundraiser volunteering event challenge deed" example:"volunteering"`
	DoneAt      Time         `json:"done_at"`
	CreatedAt   Time         `json:"created_at" about:"When it was told."`
	EditedAt    *Time        `json:"edited_at"`
	Unit
	Quantity           int64          `json:"quantity" about:"In the smallest unit: cents, minutes, pieces." example:"90"`
	Story              string         `json:"story" example:"I peeled potatoes and heard three life stories."`
	Visibility         act.Visibility `json:"visibility" enum:"public movement organisers me"`
	EvidenceVisibility act.Visibility `json:"evidence_visibility" enum:"public movement organisers me" example:"organisers"`
	Place              *Place         `json:"place" about:"As far as you may see it; null for none."`
	Evidence           []Picture      `json:"evidence" about:"Pictures, films and sound, as far as you may see them."`
	Links              []string       `json:"links" about:"Evidence on the web, as far as you may see it. This server never opens it." example:"https://news.example/soup"`
	Proof              act.Proof      `json:"proof" enum:"told witnessed confirmed" about:"By the doer alone, by somebody who was there, or by an organiser, the beneficiary or the system." example:"confirmed"`
	Confirmed          *Confirmed     `json:"confirmed"`
	InspiredBy         *Source        `json:"inspired_by" about:"What moved the doer, as they say; null for nothing named."`
	ParentID           *id.ID         `json:"parent_id" about:"The act that inspired it, directly or through a post or nomination." example:"117104873472131072"`
	RootID             id.ID          `json:"root_id" about:"The first act of its tree."`
	Generation         int            `json:"generation" about:"How many acts lie between it and its root; 0 for a first act." example:"2"`
	Nominated          int            `json:"nominated" about:"How many people the turn was passed to." example:"3"`
	PostID             *id.ID         `json:"post_id" about:"The post that tells of it."`
	Moved              Moved          `json:"moved"`
}

// Place is where an act was done, only as precisely as its doer chose.
type Place struct {
	Precision  act.Precision  `json:"precision" enum:"country region town spot" about:"How exactly it is kept. Finer names are dropped before anything is written." example:"town"`
	Country    string         `json:"country,omitempty" max:"80" about:"Words, as the others: coordinates and links of maps are refused." example:"Austria"`
	Region     string         `json:"region,omitempty" max:"80" example:"Styria"`
	Town       string         `json:"town,omitempty" max:"80" example:"Graz"`
	Spot       string         `json:"spot,omitempty" max:"80" example:"The kitchen in the parish hall"`
	Visibility act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"organisers unless said; never more people than see the act." example:"organisers"`
}

// place is none for nil.
func (p *Place) place() act.Place {
	if p == nil {
		return act.Place{}
	}
	return act.Place{Precision: p.Precision, Country: p.Country, Region: p.Region, Town: p.Town, Spot: p.Spot, Visibility: p.Visibility}
}

// placed is nil for none.
func placed(p act.Place) *Place {
	if p.None() {
		return nil
	}
	return &Place{Precision: p.Precision, Country: p.Country, Region: p.Region, Town: p.Town, Spot: p.Spot, Visibility: p.Visibility}
}

// Picture is evidence: a picture, a film or sound.
type Picture struct {
	ID          id.ID      `json:"id"`
	Type        media.Kind `json:"type" enum:"image gifv video audio" about:"As in Mastodon's media attachments: gifv is a short film without sound."`
	URL         string     `json:"url" example:"https://goodturn.example/media/3f9c"`
	PreviewURL  string     `json:"preview_url" about:"Empty for sound without a picture." example:"https://goodturn.example/media/77ab"`
	Description string     `json:"description" about:"Alternative text." example:"An empty bowl."`
	Width       int        `json:"width" about:"0 of sound." example:"1280"`
	Height      int        `json:"height" example:"960"`
}

// Confirmed says who checked an act.
type Confirmed struct {
	By  *Account `json:"by" about:"null for the system."`
	At  Time     `json:"at"`
	How string   `json:"how" about:"How it is known; may be empty." example:"I was in the kitchen."`
}

// Source is the one thing that inspired an act.
type Source struct {
	Kind act.SourceKind `json:"kind" enum:"post act nomination" example:"act"`
	ID   Ref            `json:"id"`
}

// Moved is what lies beneath something: it is exact within two seconds.
type Moved struct {
	Acts   int64 `json:"acts" example:"9"`
	People int64 `json:"people" about:"Different people other than the doer." example:"8"`
}

// ActDraft is what a doer tells of an act for a call.
type ActDraft struct {
	DoneAt             *Time           `json:"done_at,omitempty" about:"Now unless said; never in the future."`
	Quantity           *int64          `json:"quantity,omitempty" about:"In the call's smallest unit: cents, minutes, pieces. Needed for money and minutes; 1 for the rest unless said." example:"90"`
	Story              string          `json:"story,omitempty" max:"5000" example:"I peeled potatoes and heard three life stories."`
	Visibility         act.Visibility  `json:"visibility,omitempty" enum:"public movement organisers me" about:"What is usual for the call unless said." example:"public"`
	EvidenceVisibility act.Visibility  `json:"evidence_visibility,omitempty" enum:"public movement organisers me" about:"organisers unless said." example:"organisers"`
	Place              *Place          `json:"place,omitempty"`
	MediaIDs           []Ref           `json:"media_ids,omitempty" about:"The evidence: at most 4 pictures of yours, one of which may be a film or sound, uploaded through Mastodon's /api/v2/media and ready by now."`
	Links              []string        `json:"links,omitempty" about:"Evidence on the web: at most 4 addresses that start with https:// or http://, of 2000 characters." example:"https://news.example/soup"`
	InspiredBy         *Source         `json:"inspired_by,omitempty"`
	Witnesses          []string        `json:"witnesses,omitempty" about:"Handles of people who were there; they are asked." example:"grace"`
	Nominees           []string        `json:"nominees,omitempty" about:"Handles of people to pass the turn on to, as many as the call allows. Who is on another server gets a link from you, see /nominations?side=given." example:"tove"`
	TellAs             post.Visibility `json:"tell_as,omitempty" enum:"public unlisted private direct" about:"Tells a public act in a post of this visibility; no post unless said." example:"public"`
}

// DeedDraft is what a doer tells of an act that no call asked for.
type DeedDraft struct {
	Movement *string `json:"movement,omitempty" about:"The slug or id of a movement that it belongs to." example:"soupforall"`
	ActDraft
}

// ActChange is what a doer changes.
type ActChange struct {
	Quantity           *int64          `json:"quantity,omitempty" about:"Not once it is confirmed." example:"120"`
	Story              *string         `json:"story,omitempty" max:"5000" example:"I peeled potatoes and heard three life stories."`
	Visibility         *act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"Stays public while a post tells of it." example:"public"`
	EvidenceVisibility *act.Visibility `json:"evidence_visibility,omitempty" enum:"public movement organisers me" example:"organisers"`
	MediaIDs           []Ref           `json:"media_ids,omitempty" about:"All pictures and films of the evidence from then on: those that stay, and new ones as in a draft. Those left out are erased; an empty list erases all."`
	Links              []string        `json:"links,omitempty" about:"All links of the evidence from then on; an empty list erases them." example:"https://news.example/soup"`
	Place              *Place          `json:"place,omitempty" about:"In place of what was told."`
	NoPlace            bool            `json:"no_place,omitempty" about:"Erases the place."`
}

func actRoutes() []route {
	proof := param{name: "proof", about: "Only those of this proof.", choices: []string{"told", "witnessed", "confirmed"}, example: "confirmed"}
	return []route{
		{method: "GET", path: "/movements/{slug}/acts", group: groupActs, summary: "A movement's acts, by when they were told, newest first", scope: "read:statuses", open: true,
			about: "Those that you may see, here and below.", query: paging(proof, ofUnit), do: gives((*Door).listMovementActs)},
		{method: "GET", path: "/calls/{id}/acts", group: groupActs, summary: "The acts for a call", scope: "read:statuses", open: true,
			query: paging(proof, ofUnit), do: gives((*Door).listCallActs)},
		{method: "POST", path: "/calls/{id}/acts", group: groupActs, summary: "Tell of what you did for a call", scope: "write:statuses", creates: true,
			about: "The call is open. A petition or challenge is done once by each person.", do: takes((*Door).doForCall)},
		{method: "GET", path: "/acts", group: groupActs, summary: "Acts", scope: "read:statuses", open: true,
			query: paging(proof, param{name: "doer", about: "Only those of this account: a handle or an id.", example: "ada"},
				param{name: "parent", about: "Only those inspired by the act with this id.", example: "117104873472131072"}),
			do: gives((*Door).listActs)},
		{method: "POST", path: "/acts", group: groupActs, summary: "Tell of a deed that no call asked for", scope: "write:statuses", creates: true,
			about: "In words, or with evidence that shows it.", do: takes((*Door).doFreely)},
		{method: "GET", path: "/acts/{id}", group: groupActs, summary: "One act", scope: "read:statuses", open: true,
			about: "One that was withdrawn is 410.", do: gives((*Door).getAct)},
		{method: "PATCH", path: "/acts/{id}", group: groupActs, summary: "Change an act", scope: "write:statuses",
			about: "For its doer. What is left out stays as it is.", do: takes((*Door).editAct)},
		{method: "DELETE", path: "/acts/{id}", group: groupActs, summary: "Withdraw an act", scope: "write:statuses",
			about: "For its doer. Its content is gone at once; a link without content stays, which counts in the ripple as someone's.", do: does((*Door).withdrawAct)},
		{method: "PUT", path: "/acts/{id}/source", group: groupActs, summary: "Say what inspired an act", scope: "write:statuses",
			about: "For its doer, while nothing is beneath it. A source is older than what it inspired, so there are no cycles.", do: takes((*Door).changeSource)},
		{method: "DELETE", path: "/acts/{id}/source", group: groupActs, summary: "Take back what inspired an act", scope: "write:statuses",
			about: "For its doer, at any time: it and all beneath it become a tree of their own.", do: gives((*Door).removeSource)},
	}
}

func (d *Door) listMovementActs(q *request) ([]*Act, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	unit, err := unitAsked(q)
	if err != nil {
		return nil, err
	}
	return d.listed(q, act.Filter{Movement: m.ID, Unit: unit})
}

func (d *Door) listCallActs(q *request) ([]*Act, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	unit, err := unitAsked(q)
	if err != nil {
		return nil, err
	}
	return d.listed(q, act.Filter{Call: c.ID, Unit: unit})
}

func (d *Door) listActs(q *request) ([]*Act, error) {
	var f act.Filter
	if who := q.param("doer"); who != "" {
		a, err := d.accountIn(q, "doer", who)
		if err != nil {
			return nil, err
		}
		f.Doer = a.ID
	}
	if parent := q.param("parent"); parent != "" {
		var err error
		if f.Parent, err = id.Parse(parent); err != nil {
			return nil, errNotID("parent")
		}
	}
	return d.listed(q, f)
}

func (d *Door) listed(q *request, f act.Filter) ([]*Act, error) {
	f, err := narrowed(q, f)
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Acts.Of(q.Context(), q.viewer, f, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(a *act.Act) id.ID { return a.ID })
	return d.acts(q, list)
}

func (d *Door) doForCall(q *request, in ActDraft) (*Act, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	draft := in.draft()
	draft.CallID = c.ID
	return d.done(q, draft)
}

func (d *Door) doFreely(q *request, in DeedDraft) (*Act, error) {
	draft := in.draft()
	if in.Movement != nil {
		m, err := d.movementNamed(q, *in.Movement)
		if isNotFound(err) {
			return nil, problem.Invalid("movement", "There is no movement called %s here.", *in.Movement)
		}
		if err != nil {
			return nil, err
		}
		draft.MovementID = m.ID
	}
	return d.done(q, draft)
}

func (d *Door) done(q *request, draft act.Draft) (*Act, error) {
	draft.Key = q.key()
	a, _, err := d.Invites.Tell(q.Context(), q.viewer, draft)
	if err != nil {
		return nil, err
	}
	d.located(q, "/acts/"+a.ID.String())
	return d.oneAct(q, a)
}

func (in ActDraft) draft() act.Draft {
	return act.Draft{DoneAt: moment(in.DoneAt), Quantity: in.Quantity, Story: in.Story, Visibility: in.Visibility,
		EvidenceVisibility: in.EvidenceVisibility, Place: in.Place.place(), MediaIDs: ids(in.MediaIDs), Links: in.Links, InspiredBy: in.InspiredBy.source(),
		Witnesses: in.Witnesses, Nominees: in.Nominees, TellAs: in.TellAs}
}

// source is none for nil; what is there names a kind.
func (s *Source) source() act.Source {
	if s == nil {
		return act.Source{}
	}
	kind := s.Kind
	if kind == act.FromNothing {
		kind = "none"
	}
	return act.Source{Kind: kind, ID: id.ID(s.ID)}
}

func (d *Door) getAct(q *request) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	return d.oneAct(q, a)
}

func (d *Door) editAct(q *request, in ActChange) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	change := act.Change{Quantity: in.Quantity, Story: in.Story, Visibility: in.Visibility, EvidenceVisibility: in.EvidenceVisibility}
	if in.MediaIDs != nil {
		all := ids(in.MediaIDs)
		change.MediaIDs = &all
	}
	if in.Links != nil {
		change.Links = &in.Links
	}
	if in.Place != nil || in.NoPlace {
		place := in.Place.place()
		if in.NoPlace {
			place = act.Place{}
		}
		change.Place = &place
	}
	if a, err = d.Acts.Edit(q.Context(), q.viewer, a.ID, change); err != nil {
		return nil, err
	}
	return d.oneAct(q, a)
}

func (d *Door) withdrawAct(q *request) error {
	a, err := d.act(q)
	if err != nil {
		return err
	}
	return d.Acts.Withdraw(q.Context(), q.viewer, a.ID)
}

func (d *Door) changeSource(q *request, in Source) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if a, err = d.Acts.ChangeSource(q.Context(), q.viewer, a.ID, in.source()); err != nil {
		if !slices.Contains([]act.SourceKind{act.FromPost, act.FromAct, act.FromNomination}, in.Kind) {
			return nil, sentAs(err, "inspired_by", "kind")
		}
		return nil, sentAs(err, "inspired_by", "id")
	}
	return d.oneAct(q, a)
}

func (d *Door) removeSource(q *request) (*Act, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if a, err = d.Acts.RemoveSource(q.Context(), q.viewer, a.ID); err != nil {
		return nil, err
	}
	return d.oneAct(q, a)
}

// act is the one that the path names.
func (d *Door) act(q *request) (*act.Act, error) {
	i, err := q.id("id", "act")
	if err != nil {
		return nil, err
	}
	return d.Acts.Get(q.Context(), q.viewer, i)
}

func (d *Door) oneAct(q *request, a *act.Act) (*Act, error) {
	list, err := d.acts(q, []*act.Act{a})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// acts are acts as the API gives them, with what belongs to them.
func (d *Door) acts(q *request, list []*act.Act) ([]*Act, error) {
	doers, outsiders, err := d.doers(q, list)
	if err != nil {
		return nil, err
	}
	movements, err := d.Movements.Many(q.Context(), q.viewer, each(list, func(a *act.Act) id.ID { return a.MovementID }))
	if err != nil {
		return nil, err
	}
	calls, err := d.Calls.Many(q.Context(), q.viewer, each(list, func(a *act.Act) id.ID { return a.CallID }))
	if err != nil {
		return nil, err
	}
	moved, err := d.Ripples.Moved(q.Context(), each(list, func(a *act.Act) id.ID { return a.ID }))
	if err != nil {
		return nil, err
	}
	evidence, err := d.Acts.Evidence(q.Context(), q.viewer, list)
	if err != nil {
		return nil, err
	}
	places, err := d.Acts.Places(q.Context(), q.viewer, list)
	if err != nil {
		return nil, err
	}
	return each(list, func(a *act.Act) *Act {
		out := d.actWith(a, moved[a.ID], evidence[a.ID])
		out.Place = placed(places[a.ID])
		out.Doer, out.OutsideName = doer(a, doers, outsiders)
		if m := movements[a.MovementID]; m != nil {
			out.Movement = d.movementRef(m)
		}
		if c := calls[a.CallID]; c != nil {
			out.Call = d.callRef(c)
		}
		if out.Confirmed != nil && a.ConfirmedBy != 0 {
			out.Confirmed.By = doers[a.ConfirmedBy]
		}
		return out
	}), nil
}

func (d *Door) actWith(a *act.Act, moved ripple.Moved, evidence act.Evidence) *Act {
	out := &Act{ID: a.ID, URL: d.URL + "/acts/" + a.ID.String(), Kind: a.Kind, DoneAt: Time(a.DoneAt), CreatedAt: Time(a.CreatedAt),
		EditedAt: when(a.EditedAt), Unit: unit(a.Unit), Quantity: a.Quantity, Story: a.Story, Visibility: a.Visibility,
		EvidenceVisibility: a.EvidenceVisibility, Proof: a.Proof, ParentID: some(a.Parent), RootID: a.Root, Generation: a.Generation,
		Nominated: a.Nominated, PostID: some(a.PostID), Moved: Moved(moved)}
	out.Evidence, out.Links = d.pictures(evidence.Media), append([]string{}, evidence.Links...)
	if a.Proof == act.Confirmed {
		out.Confirmed = &Confirmed{At: Time(a.ConfirmedAt), How: a.ConfirmedHow}
	}
	if !a.Via.None() {
		out.InspiredBy = &Source{Kind: a.Via.Kind, ID: Ref(a.Via.ID)}
	} else if a.Parent != 0 {
		out.InspiredBy = &Source{Kind: act.FromAct, ID: Ref(a.Parent)}
	}
	return out
}

func (d *Door) pictures(list []media.Media) []Picture {
	return each(list, func(m media.Media) Picture {
		p := Picture{ID: m.ID, Type: m.Kind, URL: d.URL + m.URL(), Description: m.Description, Width: m.Width, Height: m.Height}
		if small := m.SmallURL(); small != "" {
			p.PreviewURL = d.URL + small
		}
		return p
	})
}

// doers are who did the acts or confirmed them, and the names of doers without
// an account.
func (d *Door) doers(q *request, list []*act.Act) (map[id.ID]*Account, map[id.ID]string, error) {
	var here, outside []id.ID
	for _, a := range list {
		if a.Outside {
			outside = append(outside, a.DoerID)
		} else if a.DoerID != 0 {
			here = append(here, a.DoerID)
		}
		if a.ConfirmedBy != 0 {
			here = append(here, a.ConfirmedBy)
		}
	}
	accounts, err := d.shown(q.Context(), here)
	if err != nil {
		return nil, nil, err
	}
	names, err := d.Acts.Outsiders(q.Context(), outside)
	return accounts, names, err
}

func doer(a *act.Act, accounts map[id.ID]*Account, outsiders map[id.ID]string) (*Account, *string) {
	if !a.Outside {
		return accounts[a.DoerID], nil
	}
	name := outsiders[a.DoerID]
	return nil, &name
}
