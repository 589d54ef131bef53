package web

import (
	"net/url"
	"strconv"

	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// datePageView is a date on its own page.
type datePageView struct {
	Date     dateView
	Manage   []look.Link
	Steps    bool // the reader coordinates it, and may step down
	People   []personRow
	More     bool   // than those
	Names    string // who sees the names
	Pictures []datePicture
	Add      string // where the reader, who came, adds pictures; "" is nowhere
	Hours    *hoursView
	Answer   *formView // what one may say beside coming, or say otherwise; nil where one cannot
}

// dateSent is what was sent from a date's page and could not be taken.
type dateSent struct {
	hours, answer url.Values
	wrong         []look.Wrong
}

// datePicture leads to the act that it shows.
type datePicture struct {
	URL   string
	Media look.Media
}

// hoursView is where the reader's hours stand.
type hoursView struct {
	Said   string
	Reason string
	Form   *formView // nil once they are confirmed
}

func (x *visit) datePage() error { return x.showDate(dateSent{}) }

func (x *visit) showDate(sent dateSent) error {
	d, err := x.theDate()
	if err != nil {
		return err
	}
	x.saw(d.MovementID)
	v := datePageView{Date: x.dateOf(d, datePath(d.ID)), Manage: x.manageDate(d), Steps: x.v.Is(d.Coordinator)}
	v.Date.NoteHTML = text.Prose(d.Note)
	if v.Date.Can || v.Date.Leave {
		v.Answer = x.answerForm(d, v.Date, sent)
	}
	if v.People, v.Names, err = x.whoComes(d); err != nil {
		return err
	}
	v.More = len(v.People) >= meet.PeopleMost
	if v.Pictures, err = x.datePictures(d); err != nil {
		return err
	}
	if d.AsksPictures(x.Now()) {
		v.Add = actPath(d.Mine.ActID) + "/edit?date#f-files"
	}
	if d.Coordinator != 0 {
		people, err := x.people([]id.ID{d.Coordinator})
		if err != nil {
			return err
		}
		if a := people[d.Coordinator]; x.v.Sees(a) {
			who := x.person(a)
			v.Date.Coordinator = &who
		}
	}
	v.Hours = x.hoursOf(d, sent)
	page := x.page(d.Heading())
	page.Description, page.NoIndex = v.Date.When, !d.EndsAt.After(x.Now())
	if err := x.previewDate(&page, d); err != nil {
		return err
	}
	return x.render(page, datePage(x.p, v))
}

// manageDate are the pages of who is responsible for a date.
func (x *visit) manageDate(d *meet.Seen) []look.Link {
	if !d.Responsible {
		return nil
	}
	path := datePath(d.ID)
	links := []look.Link{{Text: x.p.T("Who comes"), URL: path + "/people"}}
	if d.State == meet.On {
		links = append(links, look.Link{Text: x.p.T("Check-in code"), URL: path + "/code"})
	}
	if d.Organises && d.State == meet.On {
		links = append(links, look.Link{Text: x.p.T("Edit"), URL: path + "/edit"})
		if d.EndsAt.After(x.Now()) {
			links = append(links, look.Link{Text: x.p.T("Cancel it"), URL: path + "/cancel"})
		}
	}
	return links
}

// whoComes are the names that the reader may see.
func (x *visit) whoComes(d *meet.Seen) ([]personRow, string, error) {
	names := x.p.T("Only those who come, and the organisers, see the names.")
	if d.Names == meet.ToOrganisers {
		names = x.p.T("Only the organisers see the names.")
	}
	if !d.Comes() || d.Names != meet.ToComers {
		return nil, names, nil
	}
	list, err := x.Meets.People(x.r.Context(), x.v, d.ID, 0)
	if err != nil {
		return nil, "", err
	}
	ids := make([]id.ID, len(list))
	for i, c := range list {
		ids[i] = c.AccountID
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, "", err
	}
	var rows []personRow
	for _, c := range list {
		if a := people[c.AccountID]; a != nil && c.Standing == meet.Comes {
			rows = append(rows, personRow{Who: x.person(a)})
		}
	}
	return rows, names, nil
}

// datePicturesMost is how many pictures stand on a date's page.
const datePicturesMost = 12

// datePictures are the pictures of public acts that came of a date.
func (x *visit) datePictures(d *meet.Seen) ([]datePicture, error) {
	ctx := x.r.Context()
	ids, err := x.Meets.Pictured(ctx, d.ID)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	seen, err := x.Acts.Many(ctx, x.v, ids)
	if err != nil {
		return nil, err
	}
	var public []*act.Act
	for _, i := range ids {
		if a := seen[i]; a != nil {
			public = append(public, a)
		}
	}
	evidence, err := x.Acts.Evidence(ctx, x.v, public)
	if err != nil {
		return nil, err
	}
	var out []datePicture
	for _, a := range public {
		for _, m := range mediaOf(evidence[a.ID].Media) {
			if len(out) < datePicturesMost && m.Preview != "" {
				out = append(out, datePicture{URL: actPath(a.ID), Media: m})
			}
		}
	}
	return out, nil
}

// answerForm is what one may say beside coming, or say otherwise.
func (x *visit) answerForm(d *meet.Seen, is dateView, sent dateSent) *formView {
	values := sent.answer
	if values == nil {
		values = url.Values{"guests": {strconv.FormatInt(is.Guests, 10)}, "visibility": {string(act.Organisers)}}
		if c := d.Mine; c != nil {
			values.Set("visibility", string(c.Visibility))
			values.Set("hidden", on(!c.Shown))
		}
	}
	f := x.filled(values, sent.wrong)
	v := &formView{Action: is.URL + "/come", Hidden: map[string]string{"details": "on", "inspired_by": is.Source}, Submit: x.p.T("I come")}
	if values.Has("details") { // it was sent
		v.Wrong, v.Hidden["inspired_by"] = sent.wrong, values.Get("inspired_by")
	}
	if is.Leave {
		v.Submit = x.p.T("Save")
	}
	if d.GuestsMost > 0 {
		v.Fields = components(f.line(look.Field{Name: "guests", Label: x.p.T("Guests beside me"), Inputmode: "numeric"}))
	}
	v.Fields = append(v.Fields,
		f.choose(look.Field{Name: "visibility", Label: x.p.T("When I was there, who may see that?")}, look.ActVisibilities(x.p, "")),
		f.yes(look.Field{Name: "hidden", Label: x.p.T("Only the organisers see my name")}))
	return v
}
