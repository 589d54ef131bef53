package web

import (
	"net/url"

	"github.com/a-h/templ"

	"goodturn/internal/deed"
	"goodturn/internal/web/look"
)

// weeksView are the weeks in which the reader did something, for them alone.
type weeksView struct {
	Says   []string
	Lately []weekView // the oldest first; empty where there are none
}

// weekView is one week.
type weekView struct {
	Says string
	Acts int
}

// weeks says what there is and never what is missing: a week without an act rests.
func (x *visit) weeks() (weeksView, error) {
	var v weeksView
	w, err := x.Deeds.Weeks(x.r.Context(), x.v)
	if err != nil || w.Off {
		return v, err
	}
	if w.N == 0 {
		v.Says = []string{x.p.T("The weeks in which you do something gather here. There is no hurry.")}
	} else {
		v.Says = []string{x.p.N("You did something in %d week, since %s.", "You did something in %d weeks, since %s.", w.N, x.p.Date(w.Since))}
	}
	if w.ThisWeek() {
		v.Says = append(v.Says, x.p.T("This week is one of them."))
	} else if w.N > 0 {
		v.Says = append(v.Says, x.p.T("This week is still open. It may also rest: the others stay."))
	}
	if w.N == 0 {
		return v, nil // a row of nothing would look like something to fill
	}
	for _, week := range w.Lately {
		v.Lately = append(v.Lately, x.week(week))
	}
	return v, nil
}

func (x *visit) week(w deed.Week) weekView {
	day := x.p.Date(w.From)
	if w.Acts == 0 {
		return weekView{Says: x.p.T("The week from %s rested", day)}
	}
	return weekView{Says: x.p.N("%d act in the week from %s", "%d acts in the week from %s", w.Acts, day), Acts: w.Acts}
}

func (x *visit) weeksSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	w, err := x.Deeds.Weeks(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	return x.showWeeksSettings(url.Values{"weeks": {on(!w.Off)}, "zone": {w.Zone.String()}}, nil)
}

func (x *visit) showWeeksSettings(values url.Values, wrong []look.Wrong) error {
	f := x.filled(values, wrong)
	return x.showSettings("kindness", formView{Title: x.p.T("Your kindness"), Action: "/settings/kindness", Wrong: wrong, Submit: x.p.T("Save"),
		Fields: []templ.Component{
			f.yes(look.Field{Name: "weeks", Label: x.p.T("Count the weeks in which I do something"), Hint: x.p.T("Only you see them. A week without anything rests; nothing is lost by it.")}),
			f.line(x.zoneField(f.values)),
		}, Beside: &look.Link{Text: x.p.T("Your kindness"), URL: "/kindness"}})
}

func (x *visit) setWeeks() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.Deeds.CountWeeks(x.r.Context(), x.v, form.Get("weeks") != "", form.Get("zone")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showWeeksSettings(form, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/settings/kindness")
}
