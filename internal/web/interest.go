package web

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func interestRoutes() []route {
	return []route{
		{"GET /welcome", (*visit).welcomePage},
		{"POST /welcome", (*visit).welcome},
		{"GET /settings/interests", (*visit).interestsPage},
		{"POST /settings/interests", (*visit).setInterests},
		{"POST /settings/interests/delete", (*visit).forgetInterests},
	}
}

// welcomePage asks somebody new what matters to them; nobody has to say.
func (x *visit) welcomePage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	in, err := x.Accounts.Interests(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	return x.showWelcome(in, nil)
}

func (x *visit) showWelcome(in account.Interests, wrong []look.Wrong) error {
	page := x.page(x.p.T("What matters to you?"))
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Intro: []string{
			x.p.T("So that we can offer you a next step that fits. Everything here is optional and private: nobody else sees it, and you can delete it at any time."),
		},
		Action: "/welcome", Wrong: wrong, Fields: x.interestFields(in, wrong), Submit: x.p.T("Find movements"),
		Beside: &look.Link{Text: x.p.T("Skip this"), URL: "/movements"},
	}))
}

func (x *visit) welcome() error {
	in, wrong, err := x.takeInterests()
	switch {
	case err != nil:
		return err
	case wrong != nil:
		return x.showWelcome(in, wrong)
	}
	x.flash(x.p.T("Thank you. Here are movements to begin with."))
	if len(in.Causes) > 0 {
		return x.redirect("/movements?" + fittingQuery)
	}
	return x.redirect("/movements")
}

func (x *visit) interestsPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	in, err := x.Accounts.Interests(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	return x.showInterests(in, nil)
}

func (x *visit) showInterests(in account.Interests, wrong []look.Wrong) error {
	f := formView{
		Title:  x.p.T("What matters to you"),
		Intro:  []string{x.p.T("Next steps are chosen by this. Nobody but you can see it.")},
		Action: "/settings/interests", Wrong: wrong, Fields: x.interestFields(in, wrong), Submit: x.p.T("Save"),
	}
	if !in.Empty() {
		f.More = titled(x.p.T("Delete it"), form(x.p, formView{Action: "/settings/interests/delete", Submit: x.p.T("Delete what I told"), Danger: true}))
	}
	return x.showSettings("interests", f)
}

func (x *visit) setInterests() error {
	in, wrong, err := x.takeInterests()
	switch {
	case err != nil:
		return err
	case wrong != nil:
		return x.showInterests(in, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/settings/interests")
}

func (x *visit) forgetInterests() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if err := x.Accounts.ForgetInterests(x.r.Context(), x.v); err != nil {
		return err
	}
	x.flash(x.p.T("Deleted. Nothing of it is left here."))
	return x.redirect("/settings/interests")
}

// takeInterests keeps what the form says, and gives it back with what is wrong.
func (x *visit) takeInterests() (account.Interests, []look.Wrong, error) {
	var in account.Interests
	if err := x.signedIn(); err != nil {
		return in, nil, err
	}
	form, err := x.form()
	if err != nil {
		return in, nil, err
	}
	in = account.Interests{Causes: form["causes"], Town: form.Get("town"), Mode: account.Mode(form.Get("mode"))}
	if s := form.Get("minutes"); s != "" {
		if in.Minutes, err = strconv.Atoi(s); err != nil {
			err = problem.Invalid("minutes", "Choose one of these.")
		}
	}
	if err == nil {
		err = x.Accounts.SetInterests(x.r.Context(), x.v, in)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		return in, wrong, err
	}
	return in, nil, nil
}

// times are the times at hand to choose from, in minutes a week.
var times = []struct {
	minutes int
	label   string
}{
	{0, lang.Mark("I would rather not say")},
	{15, lang.Mark("A quarter of an hour")},
	{60, lang.Mark("An hour")},
	{180, lang.Mark("A few hours")},
	{600, lang.Mark("More than that")},
}

func (x *visit) interestFields(in account.Interests, wrong []look.Wrong) []templ.Component {
	causes := make([]look.Choice, 0, len(account.Causes))
	for _, c := range account.Causes {
		causes = append(causes, look.Choice{Value: c.Slug, Label: x.p.T(c.Name), Chosen: slices.Contains(in.Causes, c.Slug)})
	}
	minutes := make([]look.Choice, 0, len(times))
	for i, t := range times {
		value := strconv.Itoa(t.minutes)
		fits := t.minutes <= in.Minutes && (i+1 == len(times) || in.Minutes < times[i+1].minutes)
		minutes = append(minutes, look.Choice{Value: value, Label: x.p.T(t.label), Chosen: fits})
	}
	modes := []look.Choice{
		{Value: string(account.AnyMode), Label: x.p.T("Either is fine"), Chosen: in.Mode == account.AnyMode},
		{Value: string(account.Online), Label: x.p.T("Online"), Chosen: in.Mode == account.Online},
		{Value: string(account.Together), Label: x.p.T("With others, in one place"), Chosen: in.Mode == account.Together},
	}
	return []templ.Component{
		look.Checkboxes(x.p, look.Field{Name: "causes", Label: x.p.T("Causes"), Optional: true, Hint: x.p.T("Up to %d.", account.MaxCauses), Error: wrongOf(wrong, "causes")}, causes),
		look.Select(x.p, look.Field{Name: "minutes", Label: x.p.T("Time at hand in a week"), Error: wrongOf(wrong, "minutes")}, minutes),
		look.Input(x.p, look.Field{Name: "town", Label: x.p.T("Your town"), Optional: true, Value: in.Town, MaxLength: account.MaxTown, Error: wrongOf(wrong, "town"), Hint: x.p.T("The town is enough, no street.")}),
		look.Radios(x.p, look.Field{Name: "mode", Label: x.p.T("How do you like to help?"), Error: wrongOf(wrong, "mode")}, modes),
	}
}
