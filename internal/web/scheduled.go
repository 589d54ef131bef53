package web

import (
	"net/url"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func scheduledRoutes() []route {
	return []route{
		{"GET /scheduled", (*visit).scheduled},
		{"POST /scheduled/{id}", (*visit).reschedule},
		{"GET /scheduled/{id}/cancel", (*visit).unschedulePage},
		{"POST /scheduled/{id}/cancel", (*visit).unschedule},
	}
}

const scheduledPath = "/scheduled"

// scheduledView is the page of posts that wait.
type scheduledView struct {
	Title        string
	Rows         []scheduledRow
	Empty        emptyView
	Newer, Older string
}

// scheduledRow is one of them, with the form that moves it.
type scheduledRow struct {
	ID         string
	Text       string
	Warning    string
	Visibility string // in the reader's words
	Media      []look.Media
	Options    []string // of its poll
	ReplyTo    string   // the address of what it answers, "" for nothing
	At         time.Time
	Later      look.Later
}

func (x *visit) scheduled() error { return x.showScheduled(0, look.Later{}) }

// showScheduled is the page, with what was typed for one of the posts.
func (x *visit) showScheduled(typedFor id.ID, typed look.Later) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Posts.AllScheduled(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Scheduled posts"))
	view := scheduledView{Title: page.Title, Empty: emptyView{Title: x.p.T("Nothing is waiting"),
		Text: x.p.T("Write a post and choose “Publish later”: it waits here until its time."), Next: &look.Link{Text: x.p.T("Write a post"), URL: "/compose"}}}
	for i := range list {
		row := x.scheduledRow(&list[i])
		if list[i].ID == typedFor {
			row.Later = typed
		}
		view.Rows = append(view.Rows, row)
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, scheduledPage(x.p, view))
}

func (x *visit) scheduledRow(s *post.Scheduled) scheduledRow {
	row := scheduledRow{ID: s.ID.String(), Text: s.Draft.Text, Warning: s.Draft.Warning, Media: mediaOf(s.Media), At: s.At,
		Later: look.Later{At: s.At.UTC().Format(localTime), Zone: "UTC", Then: s.At.UTC().Format(time.RFC3339)}}
	for _, v := range look.Visibilities(x.p, string(s.Draft.Visibility)) {
		if v.Chosen {
			row.Visibility = v.Label
		}
	}
	if s.Draft.Poll != nil {
		row.Options = s.Draft.Poll.Options
	}
	if s.Draft.ReplyTo != 0 {
		row.ReplyTo = postPath(s.Draft.ReplyTo)
	}
	return row
}

// readLater is when a form says to publish, zero if it says nothing.
func readLater(form url.Values) (time.Time, error) {
	zone, err := readZone("publish_at", form.Get("zone"))
	if err != nil {
		return time.Time{}, err
	}
	return readTime("publish_at", form.Get("publish_at"), zone)
}

// later is the part of a form with what was typed. A time that lies too near is
// said in words for people.
func (x *visit) later(form url.Values, wrong []look.Wrong) look.Later {
	l := look.Later{ID: "f-publish_at", At: form.Get("publish_at"), Zone: form.Get("zone"), Typed: form.Get("publish_at") != "", Error: wrongOf(wrong, "publish_at")}
	if wrongOf(wrong, "scheduled_at") != "" {
		l.Error = x.p.T("Choose a time that is at least %d minutes ahead.", int(post.ScheduleAhead/time.Minute))
	}
	if l.Zone == "" {
		l.Zone = "UTC"
	}
	return l
}

func (x *visit) reschedule() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "post")
	if err != nil {
		return err
	}
	at, err := readLater(form)
	if err == nil && at.IsZero() {
		err = problem.Invalid("publish_at", "This is not a date with a time, like 2026-05-17T18:30.")
	}
	if err == nil {
		_, err = x.Posts.Reschedule(x.r.Context(), x.v, i, at)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		typed := x.later(form, wrong)
		typed.ID, typed.Typed = "", true
		if typed.Error == "" {
			typed.Error = wrong[0].Text
		}
		return x.showScheduled(i, typed)
	}
	x.flash(x.p.T("It will be published at this time: %s", x.p.DateTime(at)))
	return x.redirect(scheduledPath)
}

// unschedulePage asks first: the words are gone with it.
func (x *visit) unschedulePage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "post")
	if err != nil {
		return err
	}
	s, err := x.Posts.ScheduledBy(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Take this post back?"))
	return x.render(page, unschedulePage(x.p, x.scheduledRow(s), formView{
		Title: page.Title, Intro: []string{x.p.T("It is not published, and its words are gone.")}, Action: scheduledPath + "/" + i.String() + "/cancel",
		Submit: x.p.T("Take it back"), Danger: true, Beside: &look.Link{Text: x.p.T("Leave it as it is"), URL: scheduledPath},
	}))
}

func (x *visit) unschedule() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "post")
	if err != nil {
		return err
	}
	if err := x.Posts.Unschedule(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("It is taken back, and will not be published."))
	return x.redirect(scheduledPath)
}
