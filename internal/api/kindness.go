package api

import (
	"time"

	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/id"
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

// Weeks are those in which you did something.
type Weeks struct {
	Counted bool    `json:"counted" about:"Whether you wish it; else nothing more is told."`
	Zone    string  `json:"zone" about:"In which the days begin." example:"Europe/Vienna"`
	Weeks   int     `json:"weeks" about:"With an act of yours, since the first. A week without one rests: it ends nothing." example:"9"`
	Since   *string `json:"since" about:"The Monday of the first of them." example:"2026-03-02"`
	Lately  []Week  `json:"lately" about:"The last twelve, the present one last."`
}

// Week is one, from Monday to Sunday.
type Week struct {
	From string `json:"from" about:"Its Monday." example:"2026-05-11"`
	Acts int    `json:"acts" example:"2"`
}

// WeeksChange says how weeks are counted.
type WeeksChange struct {
	Counted bool   `json:"counted"`
	Zone    string `json:"zone,omitempty" max:"64" about:"A name of the IANA time zone database; UTC unless said." example:"Europe/Vienna"`
}

func kindnessRoutes() []route {
	return []route{
		{method: "GET", path: "/ideas", group: groupKindness, summary: "Three ideas for today", scope: "read:statuses", open: true,
			about: "The same all day (UTC), those first that fit what you told to be matched, and none that you told of in the last month. To a stranger they are the same as to all.",
			query: []param{{name: "turn", about: "From 1 to 20: others.", number: true, example: "1"}}, do: gives((*Door).ideas)},
		{method: "GET", path: "/me/journal", group: groupKindness, summary: "Your acts of all visibilities with your notes, newest first", scope: "read:statuses",
			about: "Acts under another name are not among them.", query: paging(), do: gives((*Door).journal)},
		{method: "GET", path: "/me/weeks", group: groupKindness, summary: "The weeks in which you did something", scope: "read:statuses",
			about: "For you alone, counted from the acts of your journal.", do: gives((*Door).weeks)},
		{method: "PUT", path: "/me/weeks", group: groupKindness, summary: "Say whether your weeks are counted, and in which time zone", scope: "write:accounts", do: takes((*Door).countWeeks)},
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
	in := q.printer()
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

func (d *Door) weeks(q *request) (*Weeks, error) {
	w, err := d.Deeds.Weeks(q.Context(), q.viewer)
	if err != nil {
		return nil, err
	}
	out := &Weeks{Counted: !w.Off, Zone: w.Zone.String(), Weeks: w.N,
		Lately: each(w.Lately, func(w deed.Week) Week { return Week{From: w.From.Format(time.DateOnly), Acts: w.Acts} })}
	if !w.Since.IsZero() {
		since := w.Since.Format(time.DateOnly)
		out.Since = &since
	}
	return out, nil
}

func (d *Door) countWeeks(q *request, in WeeksChange) (*Weeks, error) {
	if err := d.Deeds.CountWeeks(q.Context(), q.viewer, in.Counted, in.Zone); err != nil {
		return nil, err
	}
	return d.weeks(q)
}
