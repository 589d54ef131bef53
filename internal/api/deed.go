package api

import (
	"time"

	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

// ThanksLink is a link by which you ask the person whom you helped.
type ThanksLink struct {
	ID          id.ID      `json:"id"`
	ActID       id.ID      `json:"act_id"`
	Link        string     `json:"link" about:"What to hand to one person; empty once nothing more can be said by it." example:"https://goodturn.example/reached?token=117104873472131072.q1w2"`
	Tells       bool       `json:"tells" about:"Its holder sees your name and the story, whoever else may see the act." example:"true"`
	State       deed.State `json:"state" enum:"open expired withdrawn" example:"open"`
	CreatedAt   Time       `json:"created_at"`
	ExpiresAt   Time       `json:"expires_at"`
	Thanks      *Thanks    `json:"thanks" about:"null while there are none."`
	WitnessedAt *Time      `json:"witnessed_at" about:"When its holder said that it happened; null if they did not, or it was taken back."`
}

// Thanks are somebody's words to a doer.
type Thanks struct {
	ID    id.ID  `json:"id" about:"Of the link by which they came."`
	Words string `json:"words" example:"You made my week."`
	Name  string `json:"name" about:"As they call themselves; may be empty." example:"Rosa"`
	At    Time   `json:"at"`
	Shown bool   `json:"shown" about:"With the act, to whoever may see it." example:"true"`
}

// ThanksLinkDraft makes a link.
type ThanksLinkDraft struct {
	Tells bool `json:"tells,omitempty" example:"true"`
}

// ThanksChange says whether thanks are shown.
type ThanksChange struct {
	Shown bool `json:"shown" example:"true"`
}

// ThanksReport says what is wrong with thanks.
type ThanksReport struct {
	Comment string `json:"comment,omitempty" max:"1000" example:"They threaten me."`
}

// Said is what those who were helped said of an act.
type Said struct {
	Thanks    []Thanks `json:"thanks" about:"Newest first; to the doer all, to others what the doer shows."`
	Witnessed []Time   `json:"witnessed" about:"When somebody without an account said by a link that it happened. Who that is, nobody can know: say so beside it."`
}

// LinkToken is what a link carries.
type LinkToken struct {
	Token string `json:"token" example:"117104873472131072.q1w2"`
}

// Reached is a link as whoever holds it sees it.
type Reached struct {
	Act     *Act    `json:"act" about:"null where neither the act nor the link shows it."`
	DoneAt  Time    `json:"done_at"`
	Mine    bool    `json:"mine" about:"You did it yourself: then you can say nothing."`
	Thanks  *Thanks `json:"thanks" about:"What was said by this link; null if nothing was."`
	Witness bool    `json:"witness" about:"Its holder says that it happened."`
	Thank   bool    `json:"may_thank"`
	Attest  bool    `json:"may_witness"`
}

// ThanksDraft says thanks.
type ThanksDraft struct {
	LinkToken
	Words string `json:"words" max:"500" example:"You made my week."`
	Name  string `json:"name,omitempty" max:"60" example:"Rosa"`
}

// PassDraft tells of a good turn that passes another on.
type PassDraft struct {
	LinkToken
	Story      string         `json:"story" max:"5000" example:"I paid the bus for somebody who was short of a coin."`
	Visibility act.Visibility `json:"visibility,omitempty" enum:"public movement organisers me" about:"me unless said." example:"public"`
	There      bool           `json:"there,omitempty" about:"It belongs to what the good turn belongs to: its call while that is open, or its movement."`
}

func deedRoutes() []route {
	token := param{name: "token", about: "What the link carries.", example: "117104873472131072.q1w2"}
	return []route{
		{method: "GET", path: "/acts/{id}/thanks", group: groupThanks, summary: "What those who were helped said of an act", scope: "read:statuses", open: true, do: gives((*Door).said)},
		{method: "GET", path: "/acts/{id}/links", group: groupThanks, summary: "The links of your act, newest first", scope: "read:statuses", do: gives((*Door).listThanksLinks)},
		{method: "POST", path: "/acts/{id}/links", group: groupThanks, summary: "Make a link for the person whom you helped", scope: "write:statuses", creates: true,
			about: "For one person and 60 days. Five of an act can be open, and twenty made in a day.", do: takes((*Door).makeThanksLink)},
		{method: "PATCH", path: "/acts/{id}/links/{row}", group: groupThanks, summary: "Show the thanks that came by a link with your act, or no longer", scope: "write:statuses",
			do: takes((*Door).showThanks)},
		{method: "DELETE", path: "/acts/{id}/links/{row}", group: groupThanks, summary: "Take a link back", scope: "write:statuses",
			about: "What was said by it stays.", do: does((*Door).withdrawThanksLink)},
		{method: "DELETE", path: "/acts/{id}/links/{row}/thanks", group: groupThanks, summary: "Delete the thanks that came by a link", scope: "write:statuses",
			about: "It takes no others.", do: does((*Door).deleteThanks)},
		{method: "POST", path: "/acts/{id}/links/{row}/thanks/report", group: groupThanks, summary: "Tell the moderators of thanks that came by your link", scope: "write:reports",
			about: "The words go along, so that moderators have them even if they are taken back.", do: hears((*Door).reportThanks)},
		{method: "DELETE", path: "/acts/{id}/links/{row}/witness", group: groupThanks, summary: "Take back that your act was witnessed by a link", scope: "write:statuses", do: does((*Door).refuseWitness)},
		{method: "GET", path: "/reached", group: groupThanks, summary: "What a link is of", scope: "read:statuses", open: true,
			about: "For whoever holds it; it changes nothing.", query: []param{token}, do: gives((*Door).reached)},
		{method: "POST", path: "/reached/thanks", group: groupThanks, summary: "Say thanks", scope: "write:statuses", open: true, do: takes((*Door).thank)},
		{method: "POST", path: "/reached/thanks/withdraw", group: groupThanks, summary: "Take your thanks back", scope: "write:statuses", open: true,
			about: "At any time.", do: hears((*Door).unthank)},
		{method: "POST", path: "/reached/witness", group: groupThanks, summary: "Say that it happened", scope: "write:statuses", open: true,
			about: "For the person for whom it was done, once by each link; whoever is signed in as the doer cannot. The act is witnessed then, unless its call counts witnessed acts alone: there it takes the word of an account.", do: takes((*Door).attest)},
		{method: "POST", path: "/reached/witness/withdraw", group: groupThanks, summary: "Take that back", scope: "write:statuses", open: true,
			about: "At any time.", do: hears((*Door).unattest)},
		{method: "POST", path: "/reached/acts", group: groupThanks, summary: "Pass the good turn on", scope: "write:statuses", creates: true,
			about: "Tells of a deed of yours that was inspired by it.", do: takes((*Door).passOn)},
	}
}

func (d *Door) said(q *request) (*Said, error) {
	i, err := q.id("id", "act")
	if err != nil {
		return nil, err
	}
	said, err := d.Deeds.Said(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return &Said{Thanks: each(said.Thanks, func(t deed.Thanks) Thanks { return *thanks(&t) }), Witnessed: each(said.Attested, func(t time.Time) Time { return Time(t) })}, nil
}

func thanks(t *deed.Thanks) *Thanks {
	if t == nil {
		return nil
	}
	return &Thanks{ID: t.LinkID, Words: t.Words, Name: t.Name, At: Time(t.At), Shown: t.Shown}
}

func (d *Door) thanksLink(l *deed.Link) *ThanksLink {
	out := &ThanksLink{ID: l.ID, ActID: l.ActID, Link: d.Deeds.URL(l), Tells: l.Tells, State: l.State, CreatedAt: Time(l.CreatedAt), ExpiresAt: Time(l.ExpiresAt), Thanks: thanks(l.Thanks)}
	if l.Witness {
		out.WitnessedAt = when(l.Witnessed)
	}
	return out
}

func (d *Door) listThanksLinks(q *request) ([]*ThanksLink, error) {
	i, err := q.id("id", "act")
	if err != nil {
		return nil, err
	}
	list, err := d.Deeds.Links(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return each(list, d.thanksLink), nil
}

func (d *Door) makeThanksLink(q *request, in ThanksLinkDraft) (*ThanksLink, error) {
	i, err := q.id("id", "act")
	if err != nil {
		return nil, err
	}
	l, err := d.Deeds.Make(q.Context(), q.viewer, i, deed.Draft{Tells: in.Tells, Key: q.key()})
	if err != nil {
		return nil, err
	}
	return d.thanksLink(l), nil
}

// rowOf is the link of the path.
func (d *Door) rowOf(q *request) (id.ID, error) { return q.id("row", "link") }

func (d *Door) showThanks(q *request, in ThanksChange) (*ThanksLink, error) {
	i, err := d.rowOf(q)
	if err != nil {
		return nil, err
	}
	if err := d.Deeds.Show(q.Context(), q.viewer, i, in.Shown); err != nil {
		return nil, err
	}
	l, err := d.Deeds.ByID(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	return d.thanksLink(l), nil
}

func (d *Door) withdrawThanksLink(q *request) error {
	i, err := d.rowOf(q)
	if err != nil {
		return err
	}
	return d.Deeds.Withdraw(q.Context(), q.viewer, i)
}

func (d *Door) deleteThanks(q *request) error {
	i, err := d.rowOf(q)
	if err != nil {
		return err
	}
	return d.Deeds.DeleteThanks(q.Context(), q.viewer, i)
}

func (d *Door) reportThanks(q *request, in ThanksReport) error {
	i, err := d.rowOf(q)
	if err != nil {
		return err
	}
	l, err := d.Deeds.ByID(q.Context(), q.viewer, i)
	if err == nil && l.Thanks == nil {
		err = problem.NotFound("link")
	}
	if err != nil {
		return err
	}
	_, err = d.Safety.ReportWords(q.Context(), q.viewer, safety.WordsDraft{At: d.URL + "/acts/" + l.ActID.String(), Words: l.Thanks.Words, Name: l.Thanks.Name, Comment: in.Comment})
	return err
}

func (d *Door) refuseWitness(q *request) error {
	i, err := d.rowOf(q)
	if err != nil {
		return err
	}
	return d.Deeds.RefuseWitness(q.Context(), q.viewer, i)
}

func (d *Door) reached(q *request) (*Reached, error) { return d.reachedBy(q, q.param("token")) }

func (d *Door) reachedBy(q *request, token string) (*Reached, error) {
	n, err := d.Deeds.Look(q.Context(), q.viewer, token)
	if err != nil {
		return nil, err
	}
	out := &Reached{DoneAt: Time(n.Act.DoneAt), Mine: n.Mine, Thanks: thanks(n.Thanks), Witness: n.Witness, Thank: n.MayThank, Attest: n.MayAttest}
	if !n.Tells {
		return out, nil
	}
	shown := *n.Act
	if !n.Seen { // what the link tells, and no more
		shown.Parent, shown.Via = 0, act.Source{}
	}
	out.Act, err = d.oneAct(q, &shown)
	return out, err
}

func (d *Door) thank(q *request, in ThanksDraft) (*Reached, error) {
	if err := d.Deeds.Thank(q.Context(), q.viewer, in.Token, in.Words, in.Name); err != nil {
		return nil, err
	}
	return d.reachedBy(q, in.Token)
}

func (d *Door) unthank(q *request, in LinkToken) error {
	return d.Deeds.TakeThanksBack(q.Context(), in.Token)
}

func (d *Door) attest(q *request, in LinkToken) (*Reached, error) {
	if err := d.Deeds.Attest(q.Context(), q.viewer, in.Token); err != nil {
		return nil, err
	}
	return d.reachedBy(q, in.Token)
}

func (d *Door) unattest(q *request, in LinkToken) error {
	return d.Deeds.TakeAttestBack(q.Context(), in.Token)
}

func (d *Door) passOn(q *request, in PassDraft) (*Act, error) {
	a, err := d.Deeds.PassOn(q.Context(), q.viewer, in.Token, deed.PassDraft{Story: in.Story, Visibility: in.Visibility, There: in.There, Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/acts/"+a.ID.String())
	return d.oneAct(q, a)
}
