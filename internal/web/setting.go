package web

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func settingRoutes() []route {
	return []route{
		{"GET /settings", func(x *visit) error { return x.redirect("/settings/profile") }},
		{"GET /settings/profile", (*visit).profileSettings},
		{"POST /settings/profile", withFiles((*visit).setProfile)},
		{"GET /settings/privacy", (*visit).privacySettings},
		{"POST /settings/privacy", (*visit).setPrivacy},
		{"GET /settings/language", (*visit).languageSettings},
		{"POST /settings/language", (*visit).setAccountLanguage},
	}
}

const profileSettingsPath = "/settings/profile"

// settings are the pages of settings, in the order of their tabs.
var settings = []struct{ name, label string }{
	{"profile", lang.Mark("Profile")},
	{"privacy", lang.Mark("Privacy")},
	{"notices", lang.Mark("Notices")},
	{"interests", lang.Mark("What matters to you")},
	{"kindness", lang.Mark("Your kindness")},
	{"filters", lang.Mark("Filters")},
	{"language", lang.Mark("Language")},
	{"password", lang.Mark("Password")},
	{"mail", lang.Mark("Mail address")},
	{"sessions", lang.Mark("Where you are signed in")},
	{"apps", lang.Mark("Apps")},
	{"delete", lang.Mark("Delete your account")},
}

// showSettings is one page of settings with its form.
func (x *visit) showSettings(name string, f formView) error {
	f.Tabs, f.TabsLabel = x.settingTabs(name), x.p.T("Settings")
	page := x.page(f.Title)
	page.NoIndex = true
	return x.render(page, formPage(x.p, f))
}

func (x *visit) settingTabs(name string) []look.Tab {
	tabs := make([]look.Tab, 0, len(settings))
	for _, s := range settings {
		tabs = append(tabs, look.Tab{Text: x.p.T(s.label), URL: "/settings/" + s.name, Current: s.name == name})
	}
	return tabs
}

func (x *visit) profileSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	featured, err := x.featuredSection("", nil)
	if err != nil {
		return err
	}
	return x.showProfileSettings(x.profileValues(), nil, featured)
}

// profileValues are what the form of the reader's profile holds at first.
func (x *visit) profileValues() url.Values {
	form := url.Values{"name": {x.me.Name}, "note": {x.me.Note}}
	for i, f := range x.me.Fields {
		n := strconv.Itoa(i)
		form.Set("field_name_"+n, f.Name)
		form.Set("field_value_"+n, f.Value)
	}
	return form
}

// showProfileSettings is the form, with the hashtags of the profile beneath it.
func (x *visit) showProfileSettings(form url.Values, wrong []look.Wrong, featured templ.Component) error {
	fields := []templ.Component{
		look.Input(x.p, look.Field{Name: "name", Label: x.p.T("Name"), Value: form.Get("name"), MaxLength: account.MaxName, Error: wrongOf(wrong, "name"), Autocomplete: "name"}),
		look.TextArea(x.p, look.Field{Name: "note", Label: x.p.T("About you"), Value: form.Get("note"), MaxLength: account.MaxNote, Error: wrongOf(wrong, "note"), Rows: 5}),
	}
	fields = append(fields, x.portraitFields(x.me, x.p.T("Portrait"), x.p.T("Take the portrait away"), wrong)...)
	for i := range account.MaxFields {
		n := strconv.Itoa(i)
		fields = append(fields, fieldPair(x.p, n, form.Get("field_name_"+n), form.Get("field_value_"+n)))
	}
	return x.showSettings("profile", formView{
		Title: x.p.T("Profile"), Intro: []string{x.p.T("Everybody sees this.")}, Action: profileSettingsPath, Files: true, More: featured,
		Wrong: wrong, Fields: fields, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("See your page"), URL: accountPath(x.me)},
	})
}

func (x *visit) setProfile() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	name, note := form.Get("name"), form.Get("note")
	lines := make([]account.Field, 0, account.MaxFields)
	for i := range account.MaxFields {
		n := strconv.Itoa(i)
		lines = append(lines, account.Field{Name: form.Get("field_name_" + n), Value: form.Get("field_value_" + n)})
	}
	change := account.Change{Name: &name, Note: &note, Fields: &lines}
	if change.AvatarID, change.HeaderID, err = x.takePortraits(form); err == nil {
		_, err = x.Accounts.Update(x.r.Context(), x.v, change)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		featured, err := x.featuredSection("", nil)
		if err != nil {
			return err
		}
		return x.showProfileSettings(form, wrong, featured)
	}
	x.flashLink(x.p.T("Saved."), &look.Link{Text: x.p.T("See your page"), URL: accountPath(x.me)})
	return x.redirect("/settings/profile")
}

// portraitFields take an account's two pictures, or take them away; portrait is
// what the small one is called.
func (x *visit) portraitFields(a *account.Account, portrait, away string, wrong []look.Wrong) []templ.Component {
	var fields []templ.Component
	for _, f := range []struct {
		name, label, away string
		has               bool
	}{{"avatar", portrait, away, a.AvatarID != 0}, {"header", x.p.T("Wide picture"), x.p.T("Take the wide picture away"), a.HeaderID != 0}} {
		fields = append(fields, look.Input(x.p, look.Field{Name: f.name, Label: f.label, Type: "file", Optional: true,
			Accept: "image/jpeg,image/png,image/webp,image/gif", Error: wrongOf(wrong, f.name)}))
		if f.has {
			fields = append(fields, look.Checkbox(x.p, look.Field{Name: "no_" + f.name, Label: f.away}, false))
		}
	}
	return fields
}

// takePortraits are the two pictures of a form, as takePortrait gives them.
func (x *visit) takePortraits(form url.Values) (avatar, header *id.ID, err error) {
	if avatar, err = x.takePortrait("avatar", form.Has("no_avatar")); err == nil {
		header, err = x.takePortrait("header", form.Has("no_header"))
	}
	return avatar, header, err
}

// takePortrait is the picture of a field as a change: nil when there is none,
// 0 when it is to be taken away.
func (x *visit) takePortrait(field string, away bool) (*id.ID, error) {
	m, err := x.takePicture(field, media.Upload{})
	var p *problem.Error
	if errors.As(err, &p) {
		at := *p
		at.Field = field
		return nil, &at
	}
	switch {
	case err != nil:
		return nil, err
	case m != nil:
		return &m.ID, nil
	case away:
		return new(id.ID), nil
	}
	return nil, nil
}

// privacySwitches are yes or no, with what each means.
var privacySwitches = []struct {
	name, label, hint string
	of                func(*account.Account) bool
	set               func(*account.Change, *bool)
}{
	{"locked", lang.Mark("Ask me before somebody follows me"), lang.Mark("Posts for followers are then for those whom you let in."),
		func(a *account.Account) bool { return a.Locked }, func(c *account.Change, b *bool) { c.Locked = b }},
	{"discoverable", lang.Mark("Let people find me"), lang.Mark("In lists here, and by search engines."),
		func(a *account.Account) bool { return a.Discoverable }, func(c *account.Change, b *bool) { c.Discoverable = b }},
	{"indexable", lang.Mark("Let people find my public posts by their words"), lang.Mark("With the search here and in apps."),
		func(a *account.Account) bool { return a.Indexable }, func(c *account.Change, b *bool) { c.Indexable = b }},
	{"hides_network", lang.Mark("Keep to myself whom I follow and who follows me"), lang.Mark("The numbers stay public."),
		func(a *account.Account) bool { return a.HidesNetwork }, func(c *account.Change, b *bool) { c.HidesNetwork = b }},
	{"shows_featured", lang.Mark("Show on my page whom and which hashtags I recommend"), lang.Mark("You choose them in an app, or on their pages."),
		func(a *account.Account) bool { return a.ShowsFeatured }, func(c *account.Change, b *bool) { c.ShowsFeatured = b }},
	{"shows_media", lang.Mark("Show a list of my pictures on my page"), lang.Mark("Whoever may see the posts sees the pictures with them, in any case."),
		func(a *account.Account) bool { return a.ShowsMedia }, func(c *account.Change, b *bool) { c.ShowsMedia = b }},
	{"shows_media_replies", lang.Mark("Show the pictures of my replies there too"), lang.Mark("Without it, only those of posts of your own."),
		func(a *account.Account) bool { return a.ShowsMediaReplies }, func(c *account.Change, b *bool) { c.ShowsMediaReplies = b }},
	{"default_sensitive", lang.Mark("Hide my pictures until somebody asks to see them"), lang.Mark("Apps let you say otherwise with each post."),
		func(a *account.Account) bool { return a.DefaultSensitive }, func(c *account.Change, b *bool) { c.DefaultSensitive = b }},
	{"shows_likes", lang.Mark("Show my followers what I like"), lang.Mark("Off unless you turn it on. A like needs no audience."),
		func(a *account.Account) bool { return a.ShowsLikes }, func(c *account.Change, b *bool) { c.ShowsLikes = b }},
	{"seen_liking", lang.Mark("Name me among those who like a post"), lang.Mark("The author always sees who likes; others see you only with this."),
		func(a *account.Account) bool { return a.SeenLiking }, func(c *account.Change, b *bool) { c.SeenLiking = b }},
	{"nominable", lang.Mark("Let people pass the turn to me"), lang.Mark("Without it nobody's nomination reaches you, and nobody can tell why."),
		func(a *account.Account) bool { return a.Nominable }, func(c *account.Change, b *bool) { c.Nominable = b }},
	{"next_steps", lang.Mark("Offer me a next step after a like"), lang.Mark("One step that fits, for your eyes alone."),
		func(a *account.Account) bool { return a.NextSteps }, func(c *account.Change, b *bool) { c.NextSteps = b }},
}

func (x *visit) privacySettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	var fields []templ.Component
	for _, s := range privacySwitches {
		fields = append(fields, look.Checkbox(x.p, look.Field{Name: s.name, Label: x.p.T(s.label), Hint: x.p.T(s.hint)}, s.of(x.me)))
	}
	fields = append(fields, look.Select(x.p, look.Field{Name: "default_visibility", Label: x.p.T("Who may see what you post, unless you say otherwise")},
		look.Visibilities(x.p, x.usual())))
	updates, err := x.quietSwitch()
	if err != nil {
		return err
	}
	fields = append(fields, updates)
	return x.showSettings("privacy", formView{Title: x.p.T("Privacy"), Action: "/settings/privacy", Fields: fields, Submit: x.p.T("Save")})
}

func (x *visit) setPrivacy() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	visibility := form.Get("default_visibility")
	if !post.Visibility(visibility).Valid() {
		return problem.Invalid("default_visibility", "Choose one of these.")
	}
	change := account.Change{DefaultVisibility: &visibility}
	for _, s := range privacySwitches {
		on := form.Get(s.name) != ""
		s.set(&change, &on)
	}
	if _, err := x.Accounts.Update(x.r.Context(), x.v, change); err != nil {
		return err
	}
	if err := x.Calls.SetQuiet(x.r.Context(), x.v, call.AllCalls, form.Get("call_updates") == ""); err != nil {
		return err
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/settings/privacy")
}

func (x *visit) languageSettings() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	var offered []look.Choice
	for _, p := range lang.All() {
		offered = append(offered, look.Choice{Value: p.Tag(), Label: p.Name(), Chosen: p.Tag() == x.p.Tag()})
	}
	return x.showSettings("language", formView{Title: x.p.T("Language"), Intro: []string{x.p.T("Of these pages, and of the mails that you get from here.")},
		Action: "/settings/language", Submit: x.p.T("Save"), Fields: []templ.Component{look.Radios(x.p, look.Field{Name: "lang", Label: x.p.T("Language")}, offered)}})
}

func (x *visit) setAccountLanguage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	chosen := lang.Match("", form.Get("lang"))
	if err := x.keepLanguage(x.r.Context(), chosen); err != nil {
		return err
	}
	x.flash(chosen.T("Saved."))
	return x.redirect("/settings/language")
}

// keepLanguage is a choice for this browser, and for the account behind it.
func (x *visit) keepLanguage(ctx context.Context, chosen *lang.Printer) error {
	x.setCookie(languageCookie, chosen.Tag(), languageFor)
	if x.me == nil {
		return nil
	}
	tag := chosen.Tag()
	_, err := x.Accounts.Update(ctx, x.v, account.Change{Language: &tag})
	return err
}

// passwordHint says what a new password must have.
func (x *visit) passwordHint() string { return x.p.T("At least %d characters.", auth.MinPassword) }
