package api

import (
	"goodturn/internal/call"
	"goodturn/internal/id"
)

// Update is what a call's organisers tell those who took part.
type Update struct {
	ID        id.ID    `json:"id"`
	CallID    id.ID    `json:"call_id"`
	Author    *Account `json:"author" about:"Null once the account is gone."`
	Title     string   `json:"title" example:"Forty bowls"`
	Body      string   `json:"body" about:"Markdown." example:"We cooked forty bowls of soup. Next time we need more bread."`
	URL       string   `json:"url" example:"https://goodturn.example/updates/117104873472131072"`
	CreatedAt Time     `json:"created_at"`
	EditedAt  *Time    `json:"edited_at"`
}

// UpdateDraft is what an organiser writes.
type UpdateDraft struct {
	Title string `json:"title" max:"120" example:"Forty bowls"`
	Body  string `json:"body" max:"10000" about:"Markdown." example:"We cooked forty bowls of soup. Next time we need more bread."`
}

// Quiet says whether somebody wants no updates.
type Quiet struct {
	Quiet bool `json:"quiet" about:"Whether you are not told of this call's updates." example:"true"`
	All   bool `json:"all" about:"Whether you are told of no call's updates, by your settings."`
}

// QuietDraft changes the first.
type QuietDraft struct {
	Quiet bool `json:"quiet" about:"Whether you are not to be told of this call's updates." example:"true"`
}

func callUpdateRoutes() []route {
	return []route{
		{method: "GET", path: "/calls/{id}/updates", group: groupUpdates, summary: "A call's updates, newest first", scope: "read:statuses", open: true,
			query: paging(), do: gives((*Door).listUpdates)},
		{method: "POST", path: "/calls/{id}/updates", group: groupUpdates, summary: "Tell those who took part", scope: "write:statuses", creates: true,
			about: "For those who organise the call, as is to change and to remove; at most three a day. Everybody with an act for the call is told once, unless they wish for quiet.",
			do:    takes((*Door).tellUpdate)},
		{method: "GET", path: "/updates/{id}", group: groupUpdates, summary: "One update", scope: "read:statuses", open: true, do: gives((*Door).getUpdate)},
		{method: "PATCH", path: "/updates/{id}", group: groupUpdates, summary: "Change an update", scope: "write:statuses",
			about: "Nobody is told again. What is left out stays as it is.", do: changes((*Door).updateDraft, (*Door).editUpdate)},
		{method: "DELETE", path: "/updates/{id}", group: groupUpdates, summary: "Remove an update, and what was told of it", scope: "write:statuses",
			do: does((*Door).removeUpdate)},
		{method: "GET", path: "/calls/{id}/quiet", group: groupUpdates, summary: "Whether you are told of a call's updates", scope: "read:notifications",
			do: gives((*Door).getQuiet)},
		{method: "PUT", path: "/calls/{id}/quiet", group: groupUpdates, summary: "Say whether you want to be", scope: "write:notifications",
			do: takes((*Door).setQuiet)},
	}
}

func (d *Door) listUpdates(q *request) ([]Update, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Calls.Updates(q.Context(), q.viewer, c.ID, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(u *call.Update) id.ID { return u.ID })
	return d.updates(q, list)
}

func (d *Door) tellUpdate(q *request, in UpdateDraft) (*Update, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	i, err := d.Calls.Tell(q.Context(), q.viewer, c.ID, call.UpdateDraft{Title: in.Title, Body: in.Body, Key: q.key()})
	if err != nil {
		return nil, err
	}
	d.located(q, "/updates/"+i.String())
	return d.update(q, i)
}

func (d *Door) getUpdate(q *request) (*Update, error) {
	i, err := q.id("id", "update")
	if err != nil {
		return nil, err
	}
	return d.update(q, i)
}

func (d *Door) update(q *request, i id.ID) (*Update, error) {
	u, err := d.Calls.Update(q.Context(), q.viewer, i)
	if err != nil {
		return nil, err
	}
	list, err := d.updates(q, []*call.Update{u})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (d *Door) updates(q *request, list []*call.Update) ([]Update, error) {
	people, err := d.shown(q.Context(), each(list, func(u *call.Update) id.ID { return u.AuthorID }))
	if err != nil {
		return nil, err
	}
	return each(list, func(u *call.Update) Update {
		return Update{ID: u.ID, CallID: u.CallID, Author: people[u.AuthorID], Title: u.Title, Body: u.Body,
			URL: d.URL + "/updates/" + u.ID.String(), CreatedAt: Time(u.CreatedAt), EditedAt: when(u.EditedAt)}
	}), nil
}

func (d *Door) updateDraft(q *request) (UpdateDraft, error) {
	u, err := d.getUpdate(q)
	if err != nil {
		return UpdateDraft{}, err
	}
	return UpdateDraft{Title: u.Title, Body: u.Body}, nil
}

func (d *Door) editUpdate(q *request, in UpdateDraft) (*Update, error) {
	i, err := q.id("id", "update")
	if err != nil {
		return nil, err
	}
	if err := d.Calls.EditUpdate(q.Context(), q.viewer, i, call.UpdateDraft{Title: in.Title, Body: in.Body}); err != nil {
		return nil, err
	}
	return d.update(q, i)
}

func (d *Door) removeUpdate(q *request) error {
	i, err := q.id("id", "update")
	if err != nil {
		return err
	}
	return d.Calls.RemoveUpdate(q.Context(), q.viewer, i)
}

func (d *Door) getQuiet(q *request) (*Quiet, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	of, all, err := d.Calls.Quiet(q.Context(), q.viewer, c.ID)
	if err != nil {
		return nil, err
	}
	return &Quiet{Quiet: of, All: all}, nil
}

func (d *Door) setQuiet(q *request, in QuietDraft) (*Quiet, error) {
	c, err := d.call(q)
	if err != nil {
		return nil, err
	}
	if err := d.Calls.SetQuiet(q.Context(), q.viewer, c.ID, in.Quiet); err != nil {
		return nil, err
	}
	return d.getQuiet(q)
}
