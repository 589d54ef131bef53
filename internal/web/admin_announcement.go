package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/about"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

const adminAnnouncements = adminPath + "/announcements"

func adminAnnouncementRoutes() []route {
	return []route{
		{"GET " + adminAnnouncements, administered((*visit).adminAnnouncements)},
		{"GET " + adminAnnouncements + "/new", administered(func(x *visit) error {
			return x.showAdminAnnouncement(0, url.Values{"publish": {"on"}, "zone": {"UTC"}}, nil)
		})},
		{"POST " + adminAnnouncements + "/new", administered(func(x *visit) error { return x.announce(0) })},
		{"GET " + adminAnnouncements + "/{id}", administered((*visit).editAnnouncement)},
		{"POST " + adminAnnouncements + "/{id}", administered((*visit).changeAnnouncement)},
		{"POST " + adminAnnouncements + "/{id}/withdraw", administered((*visit).withdrawAnnouncement)},
	}
}

func (x *visit) adminAnnouncements() error {
	all, err := x.About.Written(x.r.Context())
	if err != nil {
		return err
	}
	rows := make([]lineRow, len(all))
	for n := range all {
		one := &all[n]
		rows[n] = lineRow{Title: firstWords(one.Text, 120), URL: adminAnnouncements + "/" + one.ID.String(), At: one.ChangedAt, Text: []string{x.toldState(one)}}
		answers := 0
		for _, r := range one.Reactions {
			answers += r.Count
		}
		if answers > 0 {
			rows[n].Text = append(rows[n].Text, x.p.N("%d reaction", "%d reactions", answers))
		}
	}
	return x.showAdmin(adminAnnouncements, adminView{Title: x.p.T("Announcements"), New: &look.Link{Text: x.p.T("Write an announcement"), URL: adminAnnouncements + "/new"},
		Intro: []string{x.p.T("Everybody who is signed in sees them at home, and in apps, until they put them away.")},
		Parts: []templ.Component{lines(x.p, linesView{Rows: rows, Empty: emptyView{Title: x.p.T("Nothing announced"), Text: x.p.T("Tell of what concerns everybody here: a break for repairs, a festival, a new rule.")}})}})
}

// toldState says who hears an announcement now.
func (x *visit) toldState(a *about.Announcement) string {
	switch {
	case a.PublishedAt.IsZero():
		return x.p.T("A draft: nobody sees it")
	case !a.Shown(x.Now()):
		return x.p.T("Over since %s", x.p.DateTime(a.EndsAt))
	case !a.EndsAt.IsZero():
		return x.p.T("Told until %s", x.p.DateTime(a.EndsAt))
	}
	return x.p.T("Told to everybody")
}

// announcementOf is the one of the path, drafts too.
func (x *visit) announcementOf() (*about.Announcement, error) {
	i, err := x.id("id", "announcement")
	if err != nil {
		return nil, err
	}
	all, err := x.About.Written(x.r.Context())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(one about.Announcement) bool { return one.ID == i })
	if at < 0 {
		return nil, problem.NotFound("announcement")
	}
	return &all[at], nil
}

func (x *visit) editAnnouncement() error {
	a, err := x.announcementOf()
	if err != nil {
		return err
	}
	form := url.Values{"text": {a.Text}, "zone": {"UTC"}}
	for name, at := range map[string]time.Time{"starts_at": a.StartsAt, "ends_at": a.EndsAt} {
		if !at.IsZero() {
			form.Set(name, at.UTC().Format(localTime))
		}
	}
	if a.AllDay {
		form.Set("all_day", "on")
	}
	if !a.PublishedAt.IsZero() {
		form.Set("publish", "on")
	}
	return x.showAdminAnnouncement(a.ID, form, nil)
}

// showAdminAnnouncement is the form of an announcement, 0 for a new one.
func (x *visit) showAdminAnnouncement(i id.ID, typed url.Values, wrong []look.Wrong) error {
	v := adminView{Title: x.p.T("A new announcement")}
	f := formView{Action: adminAnnouncements + "/new", Wrong: wrong, Submit: x.p.T("Save"), Preview: x.p.T("Preview"), Beside: &look.Link{Text: x.p.T("Back"), URL: adminAnnouncements}}
	at := func(name, label, hint string) templ.Component {
		return look.Input(x.p, look.Field{Name: name, Label: label, Hint: hint, Type: "datetime-local", Optional: true, Value: typed.Get(name), Error: wrongOf(wrong, name)})
	}
	f.Fields = []templ.Component{
		look.TextArea(x.p, look.Field{Name: "text", Label: x.p.T("Text"), Hint: x.p.T("As in a post: hashtags, @names and addresses become links."), Value: typed.Get("text"), Rows: 5,
			MaxLength: about.MaxAnnouncement, Required: true, Error: wrongOf(wrong, "text")}),
		at("starts_at", x.p.T("What it tells of begins"), x.p.T("In the time zone below.")),
		at("ends_at", x.p.T("And ends"), x.p.T("Then the announcement goes, too.")),
		look.Input(x.p, look.Field{Name: "zone", Label: x.p.T("Time zone"), Optional: true, Placeholder: "UTC", Value: typed.Get("zone"), Error: wrongOf(wrong, "zone"), Hint: x.p.T("By its place, like Europe/Vienna; UTC if you leave it empty.")}),
		look.Checkbox(x.p, look.Field{Name: "all_day", Label: x.p.T("All day: the days alone are shown")}, typed.Has("all_day")),
		look.Checkbox(x.p, look.Field{Name: "publish", Label: x.p.T("Tell it to everybody"), Hint: x.p.T("Without it, this is a draft.")}, typed.Has("publish")),
	}
	if i != 0 {
		v.Title, f.Action = x.p.T("Change an announcement"), adminAnnouncements+"/"+i.String()
	}
	v.Parts = []templ.Component{paper(form(x.p, f))}
	if i != 0 {
		v.Parts = append(v.Parts, buttonsAlone([]rowButton{{Text: x.p.T("Delete this announcement"), Action: f.Action + "/withdraw"}}, adminAnnouncements))
	}
	if typed.Has("preview") && len(wrong) == 0 {
		words, err := x.Posts.Words(x.r.Context(), typed.Get("text"))
		if err != nil {
			return err
		}
		v.Preview = words.HTML
	}
	return x.showAdmin(adminAnnouncements, v)
}

func (x *visit) changeAnnouncement() error {
	a, err := x.announcementOf()
	if err != nil {
		return err
	}
	return x.announce(a.ID)
}

// announce keeps the announcement of the form; 0 makes one.
func (x *visit) announce(i id.ID) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if form.Has("preview") {
		return x.showAdminAnnouncement(i, form, nil)
	}
	n := about.AnnouncementDraft{ID: i, Text: form.Get("text"), AllDay: form.Has("all_day"), Publish: form.Has("publish")}
	if n.StartsAt, n.EndsAt, err = readSpan(form); err == nil {
		err = x.About.Announce(x.r.Context(), x.v, n)
	}
	return x.adminSaved(err, adminAnnouncements, func(wrong []look.Wrong) error { return x.showAdminAnnouncement(i, form, wrong) })
}

// readSpan reads when something starts and ends, in the zone that the form names.
func readSpan(form url.Values) (starts, ends time.Time, err error) {
	name := strings.TrimSpace(form.Get("zone"))
	zone, err := time.LoadLocation(name) // "" is UTC
	if err != nil || name == "Local" {
		return starts, ends, problem.Invalid("zone", "“%s” is not a time zone; they have names like Europe/Vienna.", name)
	}
	if starts, err = readTime("starts_at", form.Get("starts_at"), zone); err == nil {
		ends, err = readTime("ends_at", form.Get("ends_at"), zone)
	}
	return starts, ends, err
}

func (x *visit) withdrawAnnouncement() error {
	return x.adminRemoved("announcement", adminAnnouncements, func(i id.ID) error { return x.About.Withdraw(x.r.Context(), x.v, i) })
}
