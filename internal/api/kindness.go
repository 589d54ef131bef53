package api

import (
	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/id"
	"goodturn/internal/lang"
)

// Idea is a small good turn to do.
type Idea struct {
	Key     string   `json:"key" about:"Names it for good." example:"carry-pram"`
	Words   string   `json:"words" about:"In your account's language, or the one that Accept-Language asks for." example:"Let the person behind you in the queue go first."`
	Minutes int      `json:"minutes" about:"That it takes." example:"2"`
	Mode    string   `json:"mode" about:"Online, with others, or empty for either." example:"together"`
	Causes  []string `json:"causes" about:"Slugs." example:"everyday-kindness"`
}

// Entry is an act in your journal.
type Entry struct {
	Act  *Act   `json:"act"`
	Note string `json:"note" about:"Yours; nobody else reads it." example:"She laughed."`
}

// NoteChange is what you write of an act for yourself.
type NoteChange struct {
	Note string `json:"note" max:"2000" about:"Empty erases it." example:"She laughed."`
}

func kindnessRoutes() []route {
	return []route{
		{method: "GET", path: "/ideas", group: groupKindness, summary: "Three ideas for today", scope: "read:statuses", open: true,
			about: "The same all day (UTC), those first that fit what you told to be matched, and none that you told of in the last month. To a stranger they are the same as to all.",
			query: []param{{name: "turn", about: "From 1 to 20: others.", number: true, example: "1"}}, do: gives((*Door).ideas)},
		{method: "GET", path: "/me/journal", group: groupKindness, summary: "Your acts of all visibilities with your notes, newest first", scope: "read:statuses",
			about: "Acts under another name are not among them.", query: paging(), do: gives((*Door).journal)},
		{method: "PUT", path: "/acts/{id}/note", group: groupKindness, summary: "Write a note to yourself about your act", scope: "write:statuses", do: takes((*Door).setNote)},
	}
}

func (d *Door) ideas(q *request) ([]Idea, error) {
	turn, err := q.number("turn")
	if err != nil {
		return nil, err
	}
	list, err := d.Deeds.Today(q.Context(), q.viewer, turn)
	if err != nil {
		return nil, err
	}
	chosen := ""
	if q.viewer.SignedIn() {
		chosen = q.viewer.Account().Language
	}
	in := lang.Match(q.Header.Get("Accept-Language"), chosen)
	return each(list, func(p deed.Prompt) Idea {
		return Idea{Key: p.Key, Words: in.T(p.Words), Minutes: p.Minutes, Mode: string(p.Mode), Causes: p.Causes}
	}), nil
}

func (d *Door) journal(q *request) ([]*Entry, error) {
	p, err := q.page()
	if err != nil {
		return nil, err
	}
	list, err := d.Deeds.Journal(q.Context(), q.viewer, p)
	if err != nil {
		return nil, err
	}
	link(d, q, list, func(e deed.Entry) id.ID { return e.Act.ID })
	acts, err := d.acts(q, each(list, func(e deed.Entry) *act.Act { return e.Act }))
	if err != nil {
		return nil, err
	}
	out := make([]*Entry, len(list))
	for i, e := range list {
		out[i] = &Entry{Act: acts[i], Note: e.Note}
	}
	return out, nil
}

func (d *Door) setNote(q *request, in NoteChange) (*Entry, error) {
	a, err := d.act(q)
	if err != nil {
		return nil, err
	}
	if err := d.Deeds.SetNote(q.Context(), q.viewer, a.ID, in.Note); err != nil {
		return nil, err
	}
	note, err := d.Deeds.Note(q.Context(), q.viewer, a.ID)
	if err != nil {
		return nil, err
	}
	shown, err := d.oneAct(q, a)
	if err != nil {
		return nil, err
	}
	return &Entry{Act: shown, Note: note}, nil
}
