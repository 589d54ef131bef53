package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/about"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// adminPath is where the pages lie on which a server is looked after. What it
// says of itself is for administrators, whom it keeps out for moderators too, as
// the rooms behind them have it.
const adminPath = "/admin"

func adminRoutes() []route {
	return slices.Concat([]route{
		{"GET " + adminPath, governed((*visit).adminTexts)},
		{"POST " + adminPath, administered((*visit).setTexts)},
		{"POST " + adminPath + "/picture", administered(withFiles((*visit).setServerPicture))},
		{"GET " + adminPath + "/terms", administered((*visit).adminTerms)},
		{"POST " + adminPath + "/terms", administered((*visit).setTerms)},
		{"POST " + adminPath + "/terms/{on}/drop", administered((*visit).dropTerms)},
	}, adminRuleRoutes(), adminAnnouncementRoutes(), adminEmojiRoutes(), adminDomainRoutes(), adminNetworkRoutes())
}

// administered is a page for administrators alone.
func administered(do func(*visit) error) func(*visit) error {
	return func(x *visit) error {
		if err := x.signedIn(); err != nil {
			return err
		}
		if !x.v.Admin() {
			return problem.Forbidden("Only an administrator may do this.")
		}
		return do(x)
	}
}

// adminView is one of these pages.
type adminView struct {
	Title   string
	Tabs    []look.Tab
	Intro   []string
	New     *look.Link // to the page that makes one more
	Preview string     // HTML, of what was typed; "" is without
	Parts   []templ.Component
}

// showAdmin is a page under the tab with that path.
func (x *visit) showAdmin(at string, v adminView) error {
	v.Tabs = x.adminTabs(at)
	return x.render(x.moderationPage(v.Title), adminPage(x.p, v))
}

func (x *visit) adminTabs(at string) []look.Tab {
	var tabs []look.Tab
	if x.v.Admin() {
		tabs = []look.Tab{{Text: x.p.T("Texts"), URL: adminPath}, {Text: x.p.T("Terms of service"), URL: adminPath + "/terms"},
			{Text: x.p.T("Rules"), URL: adminRules}, {Text: x.p.T("Announcements"), URL: adminAnnouncements}, {Text: x.p.T("Emojis"), URL: adminEmojis}}
	}
	tabs = append(tabs, look.Tab{Text: x.p.T("Blocked servers"), URL: adminDomains}, look.Tab{Text: x.p.T("Allowed servers"), URL: adminAllowed},
		look.Tab{Text: x.p.T("Blocked mail"), URL: adminMail}, look.Tab{Text: x.p.T("Blocked networks"), URL: adminNetworks},
		look.Tab{Text: x.p.T("Moderation"), URL: openReports})
	for n := range tabs {
		tabs[n].Current = tabs[n].URL == at
	}
	return tabs
}

// adminSaved leads on after a change; when something is wrong, again shows the
// form with it.
func (x *visit) adminSaved(err error, to string, again func([]look.Wrong) error) error {
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return again(wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(to)
}

// adminRemoved takes the thing away whose id is in the path, and leads on.
func (x *visit) adminRemoved(what, to string, remove func(id.ID) error) error {
	i, err := x.id("id", what)
	if err != nil {
		return err
	}
	if err := remove(i); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(to)
}

func (x *visit) adminTexts() error {
	if !x.v.Admin() {
		return x.redirect(adminDomains) // moderators look after those
	}
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	form := url.Values{"description": {a.Description.In(x.p)}, "story": {a.Story.In(x.p)}, "privacy": {a.Privacy.In(x.p)},
		"message": {a.Message.Value}, "email": {a.Email}}
	if a.ContactID != 0 {
		people, err := x.Accounts.Many(x.r.Context(), []id.ID{a.ContactID})
		if err != nil {
			return err
		}
		if who := people[a.ContactID]; who != nil {
			form.Set("contact", "@"+who.Handle())
		}
	}
	return x.showTexts(form, nil)
}

func (x *visit) showTexts(typed url.Values, wrong []look.Wrong) error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	markdown := x.p.T("You can use Markdown.")
	area := func(name, label, hint string, rows, most int) templ.Component {
		return look.TextArea(x.p, look.Field{Name: name, Label: label, Hint: hint, Value: typed.Get(name), Rows: rows, MaxLength: most, Optional: true, Error: wrongOf(wrong, name)})
	}
	fields := []templ.Component{
		area("description", x.p.T("What this server is, in a sentence"), x.p.T("Apps and other servers show it beside the name."), 2, about.MaxDescription),
		area("story", x.p.T("What this server is, at length"), markdown, 8, about.MaxProse),
		area("privacy", x.p.T("What is kept of people, and who sees it"), markdown, 8, about.MaxProse),
		area("message", x.p.T("To who would like to join and cannot"), "", 2, about.MaxMessage),
		look.Input(x.p, look.Field{Name: "email", Label: x.p.T("Mail address for questions"), Type: "email", Optional: true, Value: typed.Get("email"), Error: wrongOf(wrong, "email"), Autocomplete: "off"}),
		look.Input(x.p, look.Field{Name: "contact", Label: x.p.T("Account to write to"), Optional: true, Value: typed.Get("contact"), Error: wrongOf(wrong, "contact"), Placeholder: "@name", Autocomplete: "off"}),
	}
	v := adminView{Title: x.p.T("Texts"), Intro: []string{x.p.T("What this server says of itself. A text that you leave empty is the one that comes with Goodturn.")}}
	if typed.Has("preview") && len(wrong) == 0 {
		v.Preview = text.Prose(typed.Get("story")) + "<hr>" + text.Prose(typed.Get("privacy"))
	}
	v.Parts = []templ.Component{
		paper(form(x.p, formView{Action: adminPath, Wrong: wrong, Fields: fields, Submit: x.p.T("Save"), Preview: x.p.T("Preview"),
			Beside: &look.Link{Text: x.p.T("See the page"), URL: "/about"}})),
		titled(x.p.T("The picture of this server"), x.serverPictureForm(a.Thumbnail)),
	}
	return x.showAdmin(adminPath, v)
}

func (x *visit) setTexts() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if form.Has("preview") {
		return x.showTexts(form, nil)
	}
	err = x.About.SetTexts(x.r.Context(), x.v, about.Texts{Description: form.Get("description"), Story: form.Get("story"), Privacy: form.Get("privacy"),
		Message: form.Get("message"), Email: form.Get("email"), Contact: form.Get("contact")})
	return x.adminSaved(err, adminPath, func(wrong []look.Wrong) error { return x.showTexts(form, wrong) })
}

// serverPictureForm takes the picture that others show for this server.
func (x *visit) serverPictureForm(now *media.Media) templ.Component {
	fields := []templ.Component{
		look.Input(x.p, look.Field{Name: "file", Label: x.p.T("Picture"), Type: "file", Required: true, Accept: pictureTypes}),
		look.Input(x.p, look.Field{Name: "alt", Label: x.p.T("What does it show?"), MaxLength: media.MaxDescription}),
	}
	f := formView{Action: adminPath + "/picture", Files: true, Fields: fields, Submit: x.p.T("Use this picture")}
	if now == nil {
		return form(x.p, f)
	}
	away := rowButtons([]rowButton{{Text: x.p.T("Take the picture away"), Action: adminPath + "/picture"}}, "")
	return parts([]templ.Component{shownPicture(now.SmallURL(), now.Description), form(x.p, f), away})
}

func (x *visit) setServerPicture() error {
	if _, err := x.form(); err != nil {
		return err
	}
	file, err := x.sentFile("file")
	if err != nil {
		return err
	}
	if file == nil {
		err = x.About.SetThumbnail(x.r.Context(), x.v, nil, "")
	} else {
		err = x.About.SetThumbnail(x.r.Context(), x.v, file, x.sent.Get("alt"))
		err = orClose(err, file)
	}
	if err != nil {
		return x.told(err, adminPath)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(adminPath)
}

func (x *visit) adminTerms() error {
	form := url.Values{"on": {x.Now().UTC().Format(about.Day)}}
	if on := x.r.URL.Query().Get("on"); on != "" {
		a, err := x.About.Now(x.r.Context())
		if err != nil {
			return err
		}
		t, _ := a.TermsOf(on)
		if t == nil {
			return problem.NotFound("page")
		}
		form = url.Values{"on": {t.On}, "text": {t.Text}}
	}
	return x.showAdminTerms(form, nil)
}

func (x *visit) showAdminTerms(typed url.Values, wrong []look.Wrong) error {
	a, err := x.About.Now(x.r.Context())
	if err != nil {
		return err
	}
	today := x.Now().UTC().Format(about.Day)
	holds, _ := a.TermsAt(x.Now())
	var rows []lineRow
	for _, t := range a.Terms {
		row := lineRow{Title: x.p.T("From %s on", t.On), URL: "/terms/" + t.On, At: t.At}
		switch {
		case t.On > today:
			row.URL = adminPath + "/terms?on=" + t.On
			row.Text = []string{x.p.T("Still to come: you can change them.")}
			row.Do = []rowButton{{Text: x.p.T("Take them back"), Said: x.p.T("Take back the terms from %s on", t.On), Action: adminPath + "/terms/" + t.On + "/drop"}}
		case holds != nil && holds.On == t.On:
			row.Text = []string{x.p.T("They hold now.")}
		}
		rows = append(rows, row)
	}
	v := adminView{Title: x.p.T("Terms of service"), Intro: []string{x.p.T("What has held once stays as it was, for people to see what they agreed to.")}}
	if typed.Has("preview") && len(wrong) == 0 {
		v.Preview = text.Prose(typed.Get("text"))
	}
	v.Parts = []templ.Component{
		paper(form(x.p, formView{Action: adminPath + "/terms", Wrong: wrong, Submit: x.p.T("Publish"), Preview: x.p.T("Preview"), Fields: []templ.Component{
			look.Input(x.p, look.Field{Name: "on", Label: x.p.T("The day from which on they hold"), Type: "date", Value: typed.Get("on"), Min: today, Required: true, Error: wrongOf(wrong, "on")}),
			look.TextArea(x.p, look.Field{Name: "text", Label: x.p.T("Text"), Hint: x.p.T("You can use Markdown."), Value: typed.Get("text"), Rows: 12, MaxLength: about.MaxProse, Required: true, Error: wrongOf(wrong, "text")}),
		}})),
		section(x.p.T("Published"), lines(x.p, linesView{Rows: rows, Empty: emptyView{Title: x.p.T("No terms yet"), Text: x.p.T("A server can do without. The rules hold in any case.")}})),
	}
	return x.showAdmin(adminPath+"/terms", v)
}

func (x *visit) setTerms() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if form.Has("preview") {
		return x.showAdminTerms(form, nil)
	}
	err = x.About.SetTerms(x.r.Context(), x.v, about.Terms{On: form.Get("on"), Text: form.Get("text")})
	return x.adminSaved(err, adminPath+"/terms", func(wrong []look.Wrong) error { return x.showAdminTerms(form, wrong) })
}

func (x *visit) dropTerms() error {
	if err := x.About.DropTerms(x.r.Context(), x.v, x.r.PathValue("on")); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(adminPath + "/terms")
}
