package api

import (
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
)

// Template is a call to start from.
type Template struct {
	Slug     string    `json:"slug" example:"neighbour"`
	Kind     call.Kind `json:"kind" enum:"petition fundraiser volunteering event challenge deed" example:"deed"`
	Title    string    `json:"title" example:"Do one small thing for a neighbour"`
	Body     string    `json:"body" about:"Markdown." example:"Carry something up the stairs, bring soup, water the plants."`
	CountsAs string    `json:"counts_as_done" about:"What counts as done, of a challenge." example:""`
	Minutes  *int64    `json:"minutes" about:"What it asks of a person; null when not said." example:"30"`
}

// ExportedAct is an act as organisers take it out.
type ExportedAct struct {
	ID   id.ID  `json:"id"`
	Doer string `json:"doer" about:"A handle, or the name of an outside person; empty for somebody unknown by now." example:"ada"`
	Unit
	Outside    bool            `json:"outside" about:"Whether the doer is an outside person."`
	At         Time            `json:"at" about:"When it was done."`
	ToldAt     Time            `json:"told_at"`
	InspiredBy *id.ID          `json:"inspired_by" about:"The act that inspired it; null for none."`
	Quantity   int64           `json:"quantity" about:"In the smallest unit." example:"1"`
	Story      string          `json:"story" example:"She laughed."`
	Place      string          `json:"place" about:"As precisely as the doer tells organisers, the finest name first; empty for none." example:"Graz, Austria"`
	Links      []string        `json:"links" about:"The evidence's, where the doer shows it to organisers." example:"https://news.example/soup"`
	Proof      call.Proof      `json:"proof" enum:"told witnessed confirmed" example:"told"`
	Visibility call.Visibility `json:"visibility" enum:"public movement organisers" example:"public"`
}

func callWordsRoutes() []route {
	return []route{
		{method: "GET", path: "/call-templates", group: groupCalls, summary: "Words to start a call from", scope: "read:statuses", open: true,
			about: "In the language that Accept-Language asks for. They are a beginning: send them to the movement's calls, changed to fit.",
			query: []param{{name: "kind", about: "Only those of this kind.", choices: kindWords(), example: "deed"}},
			do:    gives((*Door).listTemplates)},
		{method: "GET", path: "/calls/{id}/export", group: groupCalls, summary: "A call's acts, to be taken elsewhere", scope: "read:statuses",
			about: "For those who organise the call: all acts that they may see, the oldest first, 500 at once, with links as their only evidence. An act that is its doer's alone is never among them. The header Link leads on.",
			query: []param{{name: "after", about: "Only acts after the one with this id.", example: "117104873472131072"}},
			do:    gives((*Door).exportActs)},
	}
}

func kindWords() []string {
	words := make([]string, len(call.Kinds))
	for i, k := range call.Kinds {
		words[i] = string(k)
	}
	return words
}

func (d *Door) listTemplates(q *request) ([]Template, error) {
	kind, err := q.choice("kind")
	if err != nil {
		return nil, err
	}
	p := q.printer()
	out := []Template{}
	for _, t := range call.Templates {
		if kind == "" || t.Kind == call.Kind(kind) {
			draft := t.Draft(p)
			out = append(out, Template{Slug: t.Slug, Kind: t.Kind, Title: draft.Title, Body: draft.Body, CountsAs: draft.CountsAs, Minutes: draft.Minutes})
		}
	}
	return out, nil
}

func (d *Door) exportActs(q *request) ([]ExportedAct, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	var after id.ID
	if s := q.param("after"); s != "" {
		if after, err = id.Parse(s); err != nil {
			return nil, errNotID("after")
		}
	}
	list, err := d.Acts.Export(q.Context(), q.viewer, c.ID, after)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		q.w.Header().Set("Link", "<"+d.URL+q.URL.Path+"?after="+list[len(list)-1].ID.String()+`>; rel="next"`)
	}
	return each(list, func(a act.Exported) ExportedAct {
		return ExportedAct{ID: a.ID, Doer: a.Doer, Outside: a.Outside, Unit: unit(a.Unit), At: Time(a.At), ToldAt: Time(a.ToldAt), InspiredBy: some(a.InspiredBy),
			Quantity: a.Quantity, Story: a.Story, Place: a.Place, Links: a.Links, Proof: a.Proof, Visibility: a.Visibility}
	}), nil
}
