package web

import (
	"context"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// kindsView is the choice of what a call asks for.
type kindsView struct {
	Title string
	Back  string
	Kinds []kindChoice
}

type kindChoice struct{ Kind, Name, Text, URL string }

// newCallPage asks for the kind first, then for what that kind needs.
func (x *visit) newCallPage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	kind := call.Kind(x.r.URL.Query().Get("kind"))
	if !kind.Valid() {
		page := x.page(x.p.T("What do you ask for?"))
		return x.render(page, kindsPage(x.p, kindsView{Title: page.Title, Back: movementPath(m), Kinds: x.kindChoices(m)}))
	}
	nominees := kind.Nominees()
	usual := call.Draft{Kind: kind, Nominees: &nominees, Answer: 24 * time.Hour, Visibility: call.Public, CountsFrom: kind.CountsFrom(), Online: !asks[kind].place}
	if kind == call.Fundraiser {
		usual.Unit = "EUR"
	}
	if usual, err = x.startFrom(m, usual); err != nil {
		return err
	}
	return x.showNewCall(m, kind, x.callValues(usual), nil)
}

// startFrom is the draft that the form begins with: a template's words, or those of
// an earlier call of the movement.
func (x *visit) startFrom(m *movement.Movement, usual call.Draft) (call.Draft, error) {
	q := x.r.URL.Query()
	if t, ok := call.TemplateNamed(q.Get("template")); ok && t.Kind == usual.Kind {
		d := t.Draft(x.p)
		usual.Title, usual.Body, usual.Minutes, usual.Online = d.Title, d.Body, d.Minutes, d.Online
		return usual, nil
	}
	earlier, err := id.Parse(q.Get("like"))
	if err != nil {
		return usual, nil
	}
	c, err := x.Calls.Get(x.r.Context(), x.v, earlier)
	switch {
	case problem.Is(err, problem.KindNotFound), err == nil && (c.MovementID != m.ID || c.Kind != usual.Kind):
		return usual, nil
	case err != nil:
		return usual, err
	}
	return c.Copy(), nil
}

// earlierMost is how many earlier calls there are to start from.
const earlierMost = 5

// beginnings are what a new call of a kind can start from.
func (x *visit) beginnings(m *movement.Movement, kind call.Kind) ([]look.Link, error) {
	path := movementPath(m) + "/calls/new?kind=" + string(kind)
	var out []look.Link
	for _, t := range call.Templates {
		if t.Kind == kind {
			out = append(out, look.Link{Text: x.p.T(t.Title), URL: path + "&template=" + t.Slug})
		}
	}
	list, err := x.Calls.Of(x.r.Context(), x.v, m.ID, "", db.Page{Limit: db.PageMost})
	for _, c := range list {
		if c.Kind == kind && c.State != call.StateDraft && len(out) < earlierMost+2 {
			out = append(out, look.Link{Text: x.p.T("As before: %s", c.Title), URL: path + "&like=" + c.ID.String()})
		}
	}
	return out, err
}

func (x *visit) kindChoices(m *movement.Movement) []kindChoice {
	texts := map[call.Kind]string{
		call.Deed:         x.p.T("A good deed, as often as one likes."),
		call.Challenge:    x.p.T("Once for each person, and passed on to others with a deadline."),
		call.Event:        x.p.T("Come together at a place and a time."),
		call.Volunteering: x.p.T("Give hours of help."),
		call.Petition:     x.p.T("Put one's name under something."),
		call.Fundraiser:   x.p.T("Give money, toward a goal."),
	}
	out := make([]kindChoice, len(call.Kinds))
	for i, k := range call.Kinds {
		out[i] = kindChoice{Kind: string(k), Name: look.KindName(x.p, string(k)), Text: texts[k], URL: movementPath(m) + "/calls/new?kind=" + string(k)}
	}
	return out
}

func (x *visit) showNewCall(m *movement.Movement, kind call.Kind, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("A new call: %s", look.KindName(x.p, string(kind))))
	starts, err := x.beginnings(m, kind)
	if err != nil {
		return err
	}
	f := x.filled(values, wrong)
	hidden := keyed(values)
	hidden["kind"] = string(kind)
	for field, asked := range map[string]bool{"place": asks[kind].place, "minutes": asks[kind].minutes} {
		if !asked { // what a template or an earlier call says beyond the form
			hidden[field] = values.Get(field)
		}
	}
	fields := append(x.callFields(kind, true, f), f.yes(look.Field{Name: "draft", Label: x.p.T("Keep it as a draft"), Hint: x.p.T("Only organisers see it until it is opened.")}))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: movementPath(m) + "/calls/new", Hidden: hidden, Wrong: wrong, Fields: fields,
		Before: beginningsPart(x.p, starts),
		Submit: x.p.T("Open the call"), Beside: &look.Link{Text: x.p.T("Another kind"), URL: movementPath(m) + "/calls/new"}}))
}

func (x *visit) newCall() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	kind := call.Kind(form.Get("kind"))
	if !kind.Valid() {
		return problem.Invalid("kind", "“%s” is not a kind of call; there are petition, fundraiser, volunteering, event, challenge and deed.", string(kind))
	}
	d := call.Draft{Kind: kind, Unpublished: form.Get("draft") != "", Key: form.Get("key"), Place: form.Get("place")}
	d.Minutes, err = readOptional("minutes", form.Get("minutes"), "")
	if err == nil {
		d, err = x.callDraft(form, d)
	}
	var c *call.Call
	if err == nil {
		c, err = x.Calls.Create(x.r.Context(), x.v, m.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showNewCall(m, kind, form, wrong)
	}
	if c.State == call.StateDraft {
		x.flash(x.p.T("Kept as a draft."))
		if !c.OpensAt.IsZero() {
			x.flash(x.p.T("Kept as a draft, which opens by itself."))
		}
	} else {
		x.flash(x.p.T("The call is open."))
	}
	return x.redirect(callPath(c.ID))
}

func (x *visit) editCallPage() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	values := x.callValues(c.Draft())
	if c.Beneficiary != 0 {
		people, err := x.people([]id.ID{c.Beneficiary})
		if err != nil {
			return err
		}
		if a := people[c.Beneficiary]; a != nil {
			values.Set("beneficiary", a.Handle())
		}
	}
	return x.showEditCall(c, values, nil)
}

func (x *visit) showEditCall(c theCall, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Edit “%s”", c.Title))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: callPath(c.ID) + "/edit", Wrong: wrong, Fields: x.callFields(c.Kind, c.State == call.StateDraft, x.filled(values, wrong)),
		Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: callPath(c.ID)}}))
}

func (x *visit) editCall() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	d, err := x.callDraft(x.sent, c.Draft())
	if err == nil {
		_, err = x.Calls.Edit(x.r.Context(), x.v, c.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showEditCall(c, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(callPath(c.ID))
}

func (x *visit) publishCall() error { return x.changeCall(x.Calls.Publish, x.p.T("The call is open.")) }

func (x *visit) closeCall() error {
	return x.changeCall(x.Calls.Close, x.p.T("The call is closed. What was done stays and counts."))
}

func (x *visit) reopenCall() error {
	return x.changeCall(x.Calls.Reopen, x.p.T("The call is open again."))
}

// changeCall does one thing with the call of the path for its organisers.
func (x *visit) changeCall(do func(context.Context, account.Viewer, id.ID) error, done string) error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	if err := do(x.r.Context(), x.v, c.ID); err != nil {
		return x.told(err, callPath(c.ID))
	}
	x.flash(done)
	return x.back(callPath(c.ID))
}

func (x *visit) discardCall() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	if err := x.Calls.Discard(x.r.Context(), x.v, c.ID); err != nil {
		return x.told(err, callPath(c.ID))
	}
	x.flash(x.p.T("The draft is gone."))
	return x.redirect(movementPath(c.movement) + "/calls")
}

// cancelPage asks why, since those who took part are told.
func (x *visit) cancelPage() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	return x.showCancel(c, url.Values{}, nil)
}

func (x *visit) showCancel(c theCall, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Cancel “%s”?", c.Title))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: callPath(c.ID) + "/cancel", Wrong: wrong, Danger: true,
		Intro:  []string{x.p.T("It ends for good, and those who took part are told why. What they did stays.")},
		Fields: []templ.Component{x.filled(values, wrong).area(look.Field{Name: "reason", Label: x.p.T("Why?"), Required: true, MaxLength: call.ReasonMost})},
		Submit: x.p.T("Cancel the call"), Beside: &look.Link{Text: x.p.T("Keep it"), URL: callPath(c.ID)}}))
}

func (x *visit) cancelCall() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	if err := x.Calls.Cancel(x.r.Context(), x.v, c.ID, x.sent.Get("reason")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showCancel(c, x.sent, wrong)
	}
	x.flash(x.p.T("The call is cancelled, and those who took part are told."))
	return x.redirect(callPath(c.ID))
}
