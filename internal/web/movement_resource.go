package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// resourceRow is a resource with what an organiser can do about it.
type resourceRow struct {
	Title, Note, URL string
	First            bool
}

// resourcesPage is where organisers keep what there is to learn.
func (x *visit) resourcesPage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	return x.showResources(m, url.Values{}, nil)
}

func (x *visit) showResources(m *movement.Movement, values url.Values, wrong []look.Wrong) error {
	list, err := x.Movements.Resources(x.r.Context(), m.ID)
	if err != nil {
		return err
	}
	rows := make([]resourceRow, len(list))
	for i, r := range list {
		rows[i] = resourceRow{Title: r.Title, Note: summary(r.Body, 120), URL: movementPath(m) + "/resources/" + r.ID.String(), First: i == 0}
	}
	page := x.page(x.p.T("What to learn before acting"))
	return x.render(page, resourcesPage(x.p, page.Title, x.organiserTabs(m, "/resources"), rows, formView{
		Action: movementPath(m) + "/resources", Hidden: keyed(values), Wrong: wrong, Fields: x.resourceFields(x.filled(values, wrong)), Submit: x.p.T("Add it"),
	}))
}

func (x *visit) resourceFields(f filled) []templ.Component {
	return []templ.Component{
		f.line(look.Field{Name: "title", Label: x.p.T("Title"), Required: true, MaxLength: movement.TitleMost}),
		f.area(look.Field{Name: "body", Label: x.p.T("What to know"), Hint: x.p.T("Markdown works."), Optional: true, Rows: 6}),
		f.line(look.Field{Name: "url", Label: x.p.T("Link"), Type: "url", Placeholder: "https://", Optional: true}),
		f.line(look.Field{Name: "source", Label: x.p.T("Who says so?"), Hint: x.p.T("The source, by name or link."), Optional: true, MaxLength: movement.PurposeMost}),
	}
}

func resourceDraft(form url.Values) movement.ResourceDraft {
	return movement.ResourceDraft{Title: form.Get("title"), Body: form.Get("body"), URL: form.Get("url"), Source: form.Get("source"), Key: form.Get("key")}
}

func (x *visit) addResource() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if _, err := x.Movements.AddResource(x.r.Context(), x.v, m.ID, resourceDraft(form)); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showResources(m, form, wrong)
	}
	x.flash(x.p.T("Added."))
	return x.redirect(movementPath(m) + "/resources")
}

// resource is the movement and the resource of the path, for organisers.
func (x *visit) resource() (*movement.Movement, []movement.Resource, int, error) {
	m, err := x.organised()
	if err != nil {
		return nil, nil, 0, err
	}
	if _, err := x.form(); err != nil {
		return nil, nil, 0, err
	}
	list, err := x.Movements.Resources(x.r.Context(), m.ID)
	if err != nil {
		return nil, nil, 0, err
	}
	i := slices.IndexFunc(list, func(r movement.Resource) bool { return r.ID.String() == x.r.PathValue("id") })
	if i < 0 {
		return nil, nil, 0, problem.NotFound("resource")
	}
	return m, list, i, nil
}

func (x *visit) resourcePage() error {
	m, list, i, err := x.resource()
	if err != nil {
		return err
	}
	r := list[i]
	return x.showResource(m, r.ID, url.Values{"title": {r.Title}, "body": {r.Body}, "url": {r.URL}, "source": {r.Source}}, nil)
}

func (x *visit) showResource(m *movement.Movement, r id.ID, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Edit what to learn"))
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Action: movementPath(m) + "/resources/" + r.String(), Wrong: wrong,
		Fields: x.resourceFields(x.filled(values, wrong)), Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: movementPath(m) + "/resources"},
	}))
}

func (x *visit) editResource() error {
	m, list, i, err := x.resource()
	if err != nil {
		return err
	}
	if err := x.Movements.EditResource(x.r.Context(), x.v, m.ID, list[i].ID, resourceDraft(x.sent)); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showResource(m, list[i].ID, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(movementPath(m) + "/resources")
}

func (x *visit) removeResource() error {
	m, list, i, err := x.resource()
	if err != nil {
		return err
	}
	if err := x.Movements.RemoveResource(x.r.Context(), x.v, m.ID, list[i].ID); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(movementPath(m) + "/resources")
}

// raiseResource moves a resource before the one above it.
func (x *visit) raiseResource() error {
	m, list, i, err := x.resource()
	if err != nil {
		return err
	}
	if i > 0 {
		list[i-1], list[i] = list[i], list[i-1]
	}
	order := make([]id.ID, len(list))
	for i, r := range list {
		order[i] = r.ID
	}
	if err := x.Movements.OrderResources(x.r.Context(), x.v, m.ID, order); err != nil {
		return x.told(err, movementPath(m)+"/resources")
	}
	return x.redirect(movementPath(m) + "/resources")
}
