package web

import (
	"net/url"

	"github.com/a-h/templ"

	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

const (
	adminDomains = adminPath + "/domains"
	adminAllowed = adminPath + "/allowed"
	adminMail    = adminPath + "/mail"
)

func adminDomainRoutes() []route {
	return []route{
		{"GET " + adminDomains, governed(func(x *visit) error { return x.showDomains(url.Values{}, nil) })},
		{"POST " + adminDomains, governed((*visit).blockDomain)},
		{"GET " + adminDomains + "/{id}", governed((*visit).editDomainBlock)},
		{"POST " + adminDomains + "/{id}", governed((*visit).changeDomainBlock)},
		{"POST " + adminDomains + "/{id}/unblock", governed(func(x *visit) error {
			return x.adminRemoved("domain", adminDomains, func(i id.ID) error { return x.Safety.UnblockDomain(x.r.Context(), x.v, i) })
		})},
		{"GET " + adminAllowed, governed(func(x *visit) error { return x.showAllowed(url.Values{}, nil) })},
		{"POST " + adminAllowed, governed((*visit).allowDomain)},
		{"POST " + adminAllowed + "/{id}/disallow", governed(func(x *visit) error {
			return x.adminRemoved("domain", adminAllowed, func(i id.ID) error {
				_, err := x.Safety.DisallowDomain(x.r.Context(), x.v, i)
				return err
			})
		})},
		{"GET " + adminMail, governed(func(x *visit) error { return x.showBarredMail(url.Values{}, nil) })},
		{"POST " + adminMail, governed((*visit).barMailDomain)},
		{"POST " + adminMail + "/{id}/unbar", governed(func(x *visit) error {
			return x.adminRemoved("block", adminMail, func(i id.ID) error {
				_, err := x.Safety.UnbarMail(x.r.Context(), x.v, safety.MailDomains, i)
				return err
			})
		})},
	}
}

// domainSeverities are how far a block of another server goes.
var domainSeverities = []struct {
	is          safety.Severity
	label, hint string
}{
	{safety.DomainLimit, lang.Mark("Limit it"), lang.Mark("Only those who follow its people see what they write.")},
	{safety.DomainSuspend, lang.Mark("Block it"), lang.Mark("Nothing of it is taken in or shown.")},
	{safety.DomainNoop, lang.Mark("Neither"), lang.Mark("Only what is ticked below.")},
}

// domainSwitches are what a block says beside.
var domainSwitches = []struct {
	name, label string
	of          func(*safety.DomainRule) *bool
}{
	{"reject_media", lang.Mark("Take no pictures and films from it"), func(d *safety.DomainRule) *bool { return &d.RejectMedia }},
	{"reject_reports", lang.Mark("Take no reports from it"), func(d *safety.DomainRule) *bool { return &d.RejectReports }},
	{"obfuscate", lang.Mark("Show its name with stars in it to everybody"), func(d *safety.DomainRule) *bool { return &d.Obfuscate }},
}

func (x *visit) showDomains(typed url.Values, wrong []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.DomainBlocks(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	view := linesView{Empty: emptyView{Title: x.p.T("No server is blocked"), Text: x.p.T("Block one when its people harm others and its moderators do nothing.")}}
	for _, d := range list {
		row := lineRow{Title: d.Domain, URL: adminDomains + "/" + d.ID.String(), At: d.CreatedAt}
		for _, s := range domainSeverities {
			if s.is == d.Severity {
				row.Text = append(row.Text, x.p.T(s.label))
			}
		}
		for _, words := range []string{d.PublicComment, d.PrivateComment} {
			if words != "" {
				row.Text = append(row.Text, words)
			}
		}
		view.Rows = append(view.Rows, row)
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	fields := append([]templ.Component{
		look.Input(x.p, look.Field{Name: "domain", Label: x.p.T("Domain"), Value: typed.Get("domain"), Placeholder: "other.example", MaxLength: 253, Required: true, Error: wrongOf(wrong, "domain"), Inputmode: "url", Autocomplete: "off"}),
	}, x.domainFields(typed, wrong)...)
	return x.showAdmin(adminDomains, adminView{Title: x.p.T("Blocked servers"), Intro: []string{x.p.T("A block holds for a domain and all beneath it, and can be undone. What this changes is on record.")},
		Parts: []templ.Component{section(x.p.T("Blocked now"), lines(x.p, view)),
			titled(x.p.T("Block a server"), form(x.p, formView{Action: adminDomains, Wrong: wrong, Fields: fields, Submit: x.p.T("Block")}))}})
}

func (x *visit) domainFields(typed url.Values, wrong []look.Wrong) []templ.Component {
	var severities []look.Choice
	chosen := typed.Get("severity")
	if chosen == "" {
		chosen = string(safety.DomainLimit)
	}
	for _, s := range domainSeverities {
		severities = append(severities, look.Choice{Value: string(s.is), Label: x.p.T(s.label), Hint: x.p.T(s.hint), Chosen: string(s.is) == chosen})
	}
	fields := []templ.Component{look.Radios(x.p, look.Field{Name: "severity", Label: x.p.T("What shall hold?"), Error: wrongOf(wrong, "severity")}, severities)}
	for _, s := range domainSwitches {
		fields = append(fields, look.Checkbox(x.p, look.Field{Name: s.name, Label: x.p.T(s.label)}, typed.Has(s.name)))
	}
	return append(fields,
		look.TextArea(x.p, look.Field{Name: "public_comment", Label: x.p.T("Why, for everybody"), Optional: true, Rows: 2, Value: typed.Get("public_comment"), MaxLength: safety.MaxComment, Error: wrongOf(wrong, "public_comment")}),
		look.TextArea(x.p, look.Field{Name: "private_comment", Label: x.p.T("Why, for moderators"), Optional: true, Rows: 2, Value: typed.Get("private_comment"), MaxLength: safety.MaxComment, Error: wrongOf(wrong, "private_comment")}))
}

// domainRule puts what the form says into a rule.
func domainRule(form url.Values, d *safety.DomainRule) {
	d.Severity, d.PublicComment, d.PrivateComment = safety.Severity(form.Get("severity")), form.Get("public_comment"), form.Get("private_comment")
	for _, s := range domainSwitches {
		*s.of(d) = form.Has(s.name)
	}
}

func (x *visit) blockDomain() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	d := safety.DomainRule{Domain: form.Get("domain")}
	domainRule(form, &d)
	_, err = x.Safety.BlockDomain(x.r.Context(), x.v, d)
	return x.adminSaved(err, adminDomains, func(wrong []look.Wrong) error { return x.showDomains(form, wrong) })
}

// domainBlock is the one of the path.
func (x *visit) domainBlock() (*safety.DomainRule, error) {
	i, err := x.id("id", "domain")
	if err != nil {
		return nil, err
	}
	return x.Safety.DomainBlock(x.r.Context(), x.v, i)
}

func (x *visit) editDomainBlock() error {
	d, err := x.domainBlock()
	if err != nil {
		return err
	}
	typed := url.Values{"severity": {string(d.Severity)}, "public_comment": {d.PublicComment}, "private_comment": {d.PrivateComment}}
	for _, s := range domainSwitches {
		if *s.of(d) {
			typed.Set(s.name, "on")
		}
	}
	return x.showDomainBlock(d, typed, nil)
}

func (x *visit) showDomainBlock(d *safety.DomainRule, typed url.Values, wrong []look.Wrong) error {
	to := adminDomains + "/" + d.ID.String()
	return x.showAdmin(adminDomains, adminView{Title: d.Domain, Parts: []templ.Component{
		paper(form(x.p, formView{Action: to, Wrong: wrong, Fields: x.domainFields(typed, wrong), Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: adminDomains}})),
		buttonsAlone([]rowButton{{Text: x.p.T("Unblock this server"), Action: to + "/unblock"}}, adminDomains),
	}})
}

func (x *visit) changeDomainBlock() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	d, err := x.domainBlock()
	if err != nil {
		return err
	}
	_, err = x.Safety.ChangeDomainBlock(x.r.Context(), x.v, d.ID, func(d *safety.DomainRule) { domainRule(form, d) })
	return x.adminSaved(err, adminDomains, func(wrong []look.Wrong) error { return x.showDomainBlock(d, form, wrong) })
}

func (x *visit) showAllowed(typed url.Values, wrong []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.DomainAllows(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	view := linesView{Empty: emptyView{Title: x.p.T("No server is named"), Text: x.p.T("Where only named servers are let in, those stand here.")}}
	for _, d := range list {
		view.Rows = append(view.Rows, lineRow{Title: d.Domain, At: d.CreatedAt,
			Do: []rowButton{{Text: x.p.T("Remove"), Said: x.p.T("Remove %s", d.Domain), Action: adminAllowed + "/" + d.ID.String() + "/disallow"}}})
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.showDomainList(adminAllowed, x.p.T("Allowed servers"), x.p.T("Servers that are let in where others are not."), x.p.T("Allow a server"), x.p.T("Allow"), typed, wrong, view)
}

// showDomainList is a list of domains, and a form that takes one more.
func (x *visit) showDomainList(at, title, intro, more, submit string, typed url.Values, wrong []look.Wrong, view linesView) error {
	domain := look.Input(x.p, look.Field{Name: "domain", Label: x.p.T("Domain"), Value: typed.Get("domain"), Placeholder: "other.example", MaxLength: 253, Required: true, Error: wrongOf(wrong, "domain"), Inputmode: "url", Autocomplete: "off"})
	return x.showAdmin(at, adminView{Title: title, Intro: []string{intro}, Parts: []templ.Component{
		titled(more, form(x.p, formView{Action: at, Wrong: wrong, Fields: []templ.Component{domain}, Submit: submit})), lines(x.p, view)}})
}

func (x *visit) allowDomain() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	_, err = x.Safety.AllowDomain(x.r.Context(), x.v, form.Get("domain"))
	return x.adminSaved(err, adminAllowed, func(wrong []look.Wrong) error { return x.showAllowed(form, wrong) })
}

func (x *visit) showBarredMail(typed url.Values, wrong []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.MailBlocks(x.r.Context(), x.v, safety.MailDomains, at)
	if err != nil {
		return err
	}
	view := linesView{Empty: emptyView{Title: x.p.T("No mail domain is barred"), Text: x.p.T("Bar those that hand out addresses for a minute, when they are misused here.")}}
	for _, b := range list {
		view.Rows = append(view.Rows, lineRow{Title: b.Domain, At: b.CreatedAt,
			Do: []rowButton{{Text: x.p.T("Remove"), Said: x.p.T("Remove %s", b.Domain), Action: adminMail + "/" + b.ID.String() + "/unbar"}}})
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.showDomainList(adminMail, x.p.T("Blocked mail"), x.p.T("Nobody can sign up with an address of these domains, or of those beneath them."), x.p.T("Bar a mail domain"), x.p.T("Bar it"), typed, wrong, view)
}

func (x *visit) barMailDomain() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	_, err = x.Safety.BarMailDomain(x.r.Context(), x.v, form.Get("domain"))
	return x.adminSaved(err, adminMail, func(wrong []look.Wrong) error { return x.showBarredMail(form, wrong) })
}
