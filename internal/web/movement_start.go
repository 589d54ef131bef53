package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/movement"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// startPage is the form that starts a movement.
func (x *visit) startPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	return x.showStart(url.Values{"hashtag": {x.r.URL.Query().Get("hashtag")}, "online": {"on"}}, nil, nil)
}

func (x *visit) showStart(values url.Values, wrong []look.Wrong, similar []look.Movement) error {
	page := x.page(x.p.T("Start a movement"))
	f := x.filled(values, wrong)
	hidden := keyed(values)
	submit := x.p.T("Start it")
	fields := append(x.movementFields(f), f.line(look.Field{Name: "slug", Label: x.p.T("Address"), Prefix: "/movements/", Optional: true, MaxLength: 30,
		Hint: x.p.T("Letters, digits and _. It takes the hashtag if you leave it empty, and stays.")}))
	if len(similar) > 0 {
		hidden["seen"] = values.Get("hashtag")
		submit = x.p.T("Start it all the same")
		fields = append([]templ.Component{similarMovements(x.p, similar)}, fields...)
	}
	return x.render(page, formPage(x.p, formView{
		Title:  page.Title,
		Intro:  []string{x.p.T("A purpose and a hashtag are enough to begin. Everything else can come later.")},
		Action: "/movements/new", Hidden: hidden, Wrong: wrong, Fields: fields, Submit: submit,
		Beside: &look.Link{Text: x.p.T("Not now"), URL: "/movements"},
	}))
}

// movementFields are what an organiser says of a movement.
func (x *visit) movementFields(f filled) []templ.Component {
	return []templ.Component{
		f.line(look.Field{Name: "hashtag", Label: x.p.T("Hashtag"), Prefix: "#", Required: true, MaxLength: text.TagMost,
			Hint: x.p.T("One word, without spaces. Words can begin with capitals, so that it reads well.")}),
		f.line(look.Field{Name: "name", Label: x.p.T("Name"), Optional: true, MaxLength: movement.NameMost}),
		f.line(look.Field{Name: "purpose", Label: x.p.T("What is it for?"), Hint: x.p.T("One sentence."), Required: true, MaxLength: movement.PurposeMost}),
		f.area(look.Field{Name: "story", Label: x.p.T("Its story"), Hint: x.p.T("How it began, and what it hopes for. Markdown works."), Optional: true, Rows: 6}),
		f.area(look.Field{Name: "rules", Label: x.p.T("Its rules"), Hint: x.p.T("What belongs here and what does not. Markdown works."), Optional: true}),
		f.boxes(look.Field{Name: "causes", Label: x.p.T("Causes"), Hint: x.p.T("Up to %d.", movement.CausesMost), Optional: true}, x.causeChoices()),
		f.line(look.Field{Name: "aliases", Label: x.p.T("More hashtags"), Hint: x.p.T("Other spellings that people use, with spaces between them."), Optional: true}),
		f.line(look.Field{Name: "town", Label: x.p.T("Town"), Hint: x.p.T("If it belongs to one place."), Optional: true, MaxLength: movement.TownMost}),
		f.yes(look.Field{Name: "online", Label: x.p.T("One can take part from anywhere")}),
	}
}

// movementDraft is what a form says.
func movementDraft(form url.Values) movement.Draft {
	return movement.Draft{
		Slug: strings.TrimSpace(form.Get("slug")), Name: form.Get("name"), Hashtag: form.Get("hashtag"),
		Aliases: strings.FieldsFunc(form.Get("aliases"), func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\r' || r == '\t' }),
		Purpose: form.Get("purpose"), Story: form.Get("story"), Rules: form.Get("rules"), Causes: form["causes"],
		Town: form.Get("town"), Online: form.Get("online") != "", Key: form.Get("key"),
	}
}

// start begins a movement. Where people could take its hashtag for another's,
// that is shown first, and the form is to be sent once more.
func (x *visit) start() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	d := movementDraft(form)
	if form.Get("seen") != d.Hashtag {
		similar, err := x.Movements.Similar(x.r.Context(), x.v, d.Hashtag)
		if err != nil {
			return x.startAgain(form, err)
		}
		if len(similar) > 0 {
			cards, err := x.movementRows(similar)
			if err != nil {
				return err
			}
			x.status = http.StatusConflict
			return x.showStart(form, nil, cards)
		}
	}
	m, err := x.Movements.Start(x.r.Context(), x.v, d)
	if err != nil {
		return x.startAgain(form, err)
	}
	x.flashLink(x.p.T("It has begun. Next: tell people what they can do."), &look.Link{Text: x.p.T("Open a call"), URL: movementPath(m) + "/calls/new"})
	return x.redirect(movementPath(m))
}

func (x *visit) startAgain(form url.Values, err error) error {
	wrong, err := x.wrong(err)
	if err != nil {
		return err
	}
	return x.showStart(form, wrong, nil)
}

func (x *visit) editMovementPage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	d := m.Draft()
	return x.showEditMovement(m, url.Values{
		"hashtag": {d.Hashtag}, "name": {d.Name}, "purpose": {d.Purpose}, "story": {d.Story}, "rules": {d.Rules}, "causes": d.Causes,
		"aliases": {strings.Join(d.Aliases, " ")}, "town": {d.Town}, "online": {on(d.Online)},
	}, nil)
}

func (x *visit) showEditMovement(m *movement.Movement, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Edit %s", m.Name))
	fields := append(x.movementFields(x.filled(values, wrong)),
		x.portraitFields(m.Account, x.p.T("Picture"), x.p.T("Take the picture away"), wrong)...)
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Tabs: x.organiserTabs(m, "/edit"), TabsLabel: x.p.T("Organise"), Action: movementPath(m) + "/edit", Files: true,
		Wrong: wrong, Fields: fields, Submit: x.p.T("Save"),
		Beside: &look.Link{Text: x.p.T("Back"), URL: movementPath(m) + "/organise"},
	}))
}

func (x *visit) editMovement() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	d := movementDraft(form)
	d.Slug, d.Key = m.Slug, ""
	if d.Avatar, d.Header, err = x.takePortraits(form); err == nil {
		_, err = x.Movements.Edit(x.r.Context(), x.v, m.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showEditMovement(m, form, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(movementPath(m))
}
