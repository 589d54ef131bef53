package web

import (
	"context"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func noticeRequestRoutes() []route {
	return []route{
		{"GET /notices/requests", (*visit).noticeRequests},
		{"POST /notices/requests/{id}/accept", func(x *visit) error { return x.settleRequest(x.Notices.Accept) }},
		{"POST /notices/requests/{id}/dismiss", func(x *visit) error { return x.settleRequest(x.Notices.DismissRequests) }},
		{"GET /settings/notices", (*visit).noticeSettings},
		{"POST /settings/notices", (*visit).setNotices},
	}
}

// requestsLink leads to what waits, nil if nothing does.
func (x *visit) requestsLink() (*look.Link, error) {
	_, waiting, err := x.Notices.Policy(x.r.Context(), x.v)
	if err != nil || waiting.Requests == 0 {
		return nil, err
	}
	return &look.Link{Text: x.p.N("%d person waits to be heard", "%d people wait to be heard", waiting.Requests), URL: "/notices/requests"}, nil
}

// noticeRequests is the page of those whose notices wait.
func (x *visit) noticeRequests() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Notices.Requests(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Who waits to be heard"))
	page.NoIndex = true
	view := noticesView{Empty: emptyView{Title: x.p.T("Nobody waits"), Text: x.p.T("What strangers send you waits here, where your settings say so."),
		Next: &look.Link{Text: x.p.T("Your settings"), URL: "/settings/notices"}}}
	for _, r := range list {
		to := "/notices/requests/" + r.ID.String()
		row := noticeView{Notice: look.Notice{ID: r.ID.String(), Kind: "mention", Who: x.person(r.From), At: r.ChangedAt, URL: accountPath(r.From),
			Text: x.p.N("sent you %d notice", "sent you %d notices", r.Notices)}}
		if r.Last != nil {
			row.Excerpt = excerpt(r.Last.Of().Post, 160)
		}
		row.Do = []rowButton{{Text: x.p.T("Hear them"), Action: to + "/accept", Main: true}, {Text: x.p.T("Let it go"), Action: to + "/dismiss"}}
		view.Rows = append(view.Rows, row)
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, noticeRequestsPage(x.p, page.Title, view))
}

// settleRequest accepts or dismisses the one in the path.
func (x *visit) settleRequest(do func(context.Context, account.Viewer, []id.ID) (int, error)) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "request")
	if err != nil {
		return err
	}
	n, err := do(x.r.Context(), x.v, []id.ID{i})
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.NotFound("request")
	}
	return x.redirect("/notices/requests")
}

// policyFields are from whom notices may be held back, with how that is said.
var policyFields = []struct {
	name, label, hint string
	of                func(*notice.Policy) notice.Verdict
	set               func(*notice.PolicyChange, *notice.Verdict)
}{
	{"not_following", lang.Mark("From people whom you do not follow"), "",
		func(p *notice.Policy) notice.Verdict { return p.NotFollowing }, func(c *notice.PolicyChange, v *notice.Verdict) { c.NotFollowing = v }},
	{"not_followers", lang.Mark("From people who do not follow you"), lang.Mark("Or for less than three days."),
		func(p *notice.Policy) notice.Verdict { return p.NotFollowers }, func(c *notice.PolicyChange, v *notice.Verdict) { c.NotFollowers = v }},
	{"new_accounts", lang.Mark("From new accounts"), lang.Mark("Made in the last thirty days."),
		func(p *notice.Policy) notice.Verdict { return p.NewAccounts }, func(c *notice.PolicyChange, v *notice.Verdict) { c.NewAccounts = v }},
	{"private_mentions", lang.Mark("Private words that you did not ask for"), lang.Mark("Answers to your own, and people whom you follow, always reach you."),
		func(p *notice.Policy) notice.Verdict { return p.PrivateMentions }, func(c *notice.PolicyChange, v *notice.Verdict) { c.PrivateMentions = v }},
	{"limited_accounts", lang.Mark("From accounts that moderators limited"), "",
		func(p *notice.Policy) notice.Verdict { return p.LimitedAccounts }, func(c *notice.PolicyChange, v *notice.Verdict) { c.LimitedAccounts = v }},
}

// verdictLabels are what can be done with a notice, by its number.
var verdictLabels = [...]string{
	notice.Accept: lang.Mark("Tell me"), notice.Hold: lang.Mark("Let it wait until I look"), notice.Drop: lang.Mark("Never tell me"),
}

func (x *visit) noticeSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	policy, _, err := x.Notices.Policy(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	var fields []templ.Component
	for _, f := range policyFields {
		var choices []look.Choice
		for v, label := range verdictLabels {
			choices = append(choices, look.Choice{Value: strconv.Itoa(v), Label: x.p.T(label), Chosen: notice.Verdict(v) == f.of(&policy)})
		}
		field := look.Field{Name: f.name, Label: x.p.T(f.label)}
		if f.hint != "" {
			field.Hint = x.p.T(f.hint)
		}
		fields = append(fields, look.Select(x.p, field, choices))
	}
	return x.showSettings("notices", formView{
		Title: x.p.T("Notices"), Intro: []string{x.p.T("What movements tell you always reaches you.")}, Action: "/settings/notices",
		Fields: fields, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Who waits to be heard"), URL: "/notices/requests"},
	})
}

func (x *visit) setNotices() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	change, err := policyOf(form)
	if err != nil {
		return err
	}
	if err := x.Notices.SetPolicy(x.r.Context(), x.v, change); err != nil {
		return err
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/settings/notices")
}

func policyOf(form url.Values) (c notice.PolicyChange, err error) {
	for _, f := range policyFields {
		if !form.Has(f.name) {
			continue
		}
		n, err := strconv.Atoi(form.Get(f.name))
		if err != nil {
			return c, problem.Invalid(f.name, "Choose one of these.")
		}
		verdict := notice.Verdict(n)
		f.set(&c, &verdict)
	}
	return c, nil
}
