package web

import (
	"net/url"
	"slices"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

// Telling the moderators, for everybody.
func reportRoutes() []route {
	return []route{
		{"GET /posts/{id}/report", (*visit).reportPost},
		{"GET /acts/{id}/report", (*visit).reportAct},
		{"GET " + profilePath + "{handle}/report", (*visit).reportAccount},
		{"POST /accounts/{id}/report", (*visit).tellModerators},
	}
}

// linesView is a list of things with a title, a few words and a time.
type linesView struct {
	Title        string
	Intro        []string
	Tabs         []look.Tab
	TabsLabel    string          // "" is moderation
	Search       templ.Component // nil without
	SearchAt     string
	Rows         []lineRow
	Empty        emptyView
	Newer, Older string
}

type lineRow struct {
	Title, URL string
	Text       []string
	Who        string
	At         time.Time
	Do         []rowButton
	Back       string
}

// categories are why somebody reports, in the order of the form.
var categories = []struct {
	of   safety.Category
	says string
}{
	{safety.Other, lang.Mark("It hurts or worries me, or something else")},
	{safety.Spam, lang.Mark("It is advertising, fraud or made by a machine")},
	{safety.Violation, lang.Mark("It breaks a rule of this place")},
	{safety.Legal, lang.Mark("It is against the law")},
}

func categorySays(c safety.Category) string {
	for _, known := range categories {
		if known.of == c {
			return known.says
		}
	}
	return ""
}

func (x *visit) reportPost() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	e, err := x.entry()
	if err != nil {
		return err
	}
	p := e.Of().Post
	a, err := x.Accounts.Get(x.r.Context(), p.AccountID)
	if err != nil {
		return err
	}
	return x.showReportForm(a, url.Values{"post": {p.ID.String()}, "back": {postPath(p.ID)}}, nil)
}

// reportAct reports who did it, with the act named in what the moderators read.
func (x *visit) reportAct() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	done, err := x.theAct()
	if err != nil {
		return err
	}
	if done.Outside {
		return problem.NotFound("page")
	}
	a, err := x.Accounts.Get(x.r.Context(), done.DoerID)
	if err != nil {
		return err
	}
	path := actPath(done.ID)
	return x.showReportForm(a, url.Values{"back": {path}, "comment": {x.URL + path + "\n"}}, nil)
}

func (x *visit) reportAccount() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	a, err := x.whose()
	if err != nil {
		return err
	}
	return x.showReportForm(a, url.Values{"back": {accountPath(a)}}, nil)
}

func (x *visit) showReportForm(a *account.Account, form url.Values, wrong []look.Wrong) error {
	var why []look.Choice
	chosen := form.Get("category")
	if chosen == "" {
		chosen = string(safety.Other)
	}
	for _, c := range categories {
		why = append(why, look.Choice{Value: string(c.of), Label: x.p.T(c.says), Chosen: string(c.of) == chosen})
	}
	also := []look.Choice{{Value: "", Label: x.p.T("Nothing else"), Chosen: form.Get("also") == ""},
		{Value: "mute", Label: x.p.T("Mute them: I no longer see what they write"), Chosen: form.Get("also") == "mute"},
		{Value: "block", Label: x.p.T("Block them: neither of us sees the other"), Chosen: form.Get("also") == "block"}}
	title := x.p.T("Report @%s", a.Handle())
	if form.Get("post") != "" {
		title = x.p.T("Report a post by @%s", a.Handle())
	}
	rules, err := x.ruleChoices(form["rule_ids"])
	if err != nil {
		return err
	}
	page := x.page(title)
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{
		Title: title, Action: "/accounts/" + a.ID.String() + "/report", Wrong: wrong, Submit: x.p.T("Tell the moderators"),
		Intro:  []string{x.p.T("Thank you for looking after this place. Only moderators read what you write here; whom it is about is not told who told us.")},
		Hidden: map[string]string{"post": form.Get("post"), "back": form.Get("back")},
		Fields: []templ.Component{
			look.Radios(x.p, look.Field{Name: "category", Label: x.p.T("What is wrong?"), Error: wrongOf(wrong, "category")}, why),
			look.Checkboxes(x.p, look.Field{Name: "rule_ids", Label: x.p.T("Which rules does it break?"), Hint: x.p.T("If it breaks one."), Optional: true, Error: wrongOf(wrong, "rule_ids")}, rules),
			look.TextArea(x.p, look.Field{Name: "comment", Label: x.p.T("What should we know?"), Optional: true, Value: form.Get("comment"), MaxLength: safety.MaxComment, Error: wrongOf(wrong, "comment")}),
			look.Radios(x.p, look.Field{Name: "also", Label: x.p.T("And for you?")}, also),
		},
		Beside: &look.Link{Text: x.p.T("Leave it"), URL: x.backTo(accountPath(a))},
	}))
}

// ruleChoices are the rules of this server, to say which of them is broken.
func (x *visit) ruleChoices(chosen []string) ([]look.Choice, error) {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return nil, err
	}
	choices := make([]look.Choice, len(a.Rules))
	for n := range a.Rules {
		r := a.Rules[n].In(x.p.Tag())
		value := a.Rules[n].ID.String()
		choices[n] = look.Choice{Value: value, Label: r.Text, Hint: r.Hint, Chosen: slices.Contains(chosen, value)}
	}
	return choices, nil
}

func (x *visit) tellModerators() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	a, err := x.byID()
	if err != nil {
		return err
	}
	n := safety.ReportDraft{TargetID: a.ID, Comment: form.Get("comment"), Category: safety.Category(form.Get("category")), RuleIDs: form["rule_ids"]}
	if post, err := id.Parse(form.Get("post")); err == nil {
		n.PostIDs = []id.ID{post}
	}
	if _, err := x.Safety.Report(x.r.Context(), x.v, n); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showReportForm(a, form, wrong)
	}
	switch form.Get("also") {
	case "mute":
		_, err = x.Relations.Mute(x.r.Context(), x.v, a.ID, relation.MuteOptions{Notices: true})
	case "block":
		_, err = x.Relations.Block(x.r.Context(), x.v, a.ID)
	}
	if err != nil {
		return err
	}
	x.flash(x.p.T("Thank you. A moderator will look at it."))
	if form.Get("also") == "block" {
		return x.redirect(accountPath(a))
	}
	return x.back(accountPath(a))
}
