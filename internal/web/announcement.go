package web

import (
	"slices"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

const announcementsPath = "/announcements"

func announcementRoutes() []route {
	return []route{
		{"GET " + announcementsPath, (*visit).announcements},
		{"POST " + announcementsPath + "/{id}/dismiss", (*visit).dismissAnnouncement},
		{"POST " + announcementsPath + "/{id}/react", (*visit).reactToAnnouncement},
	}
}

// announcementView is one as its reader sees it.
type announcementView struct {
	ID, HTML  string
	When      string // of what it tells of
	At        time.Time
	Reactions []reactionView
	Offered   []reactionView // to be the first with
	Read      bool
	Back      string
}

// reactionView is an emoji that people answer with.
type reactionView struct {
	Name  string // see about.Reaction
	Image string // of a custom one
	Count int
	Mine  bool
}

// announced are what is told now, the oldest first; without what the reader put
// away, unless all are asked for.
func (x *visit) announced(all bool) ([]announcementView, error) {
	told, mine, err := x.About.Announcements(x.r.Context(), x.v)
	if err != nil {
		return nil, err
	}
	var views []announcementView
	for n := range slices.Backward(told) {
		if mine[n].Read && !all {
			continue
		}
		v, err := x.announcement(&told[n], mine[n])
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// commonReactions are offered beside the emojis of this server.
var commonReactions = []string{"👍", "❤️", "🎉", "🙏", "😄", "😢"}

// offeredMost is how many reactions are offered.
const offeredMost = 12

func (x *visit) announcement(a *about.Announcement, mine about.Mine) (announcementView, error) {
	words, err := x.Posts.Words(x.r.Context(), a.Text)
	if err != nil {
		return announcementView{}, err
	}
	v := announcementView{ID: a.ID.String(), HTML: words.HTML, When: x.span(a), At: a.PublishedAt, Read: mine.Read, Back: x.here()}
	emojis := x.About.Emojis()
	view := func(name string) reactionView {
		r := reactionView{Name: name, Mine: slices.Contains(mine.Names, name)}
		if e := emojis.ByShortcode(name); e != nil {
			r.Image = e.Media.SmallURL()
		}
		return r
	}
	had := map[string]bool{}
	for _, one := range a.Reactions {
		had[one.Name] = true
		r := view(one.Name)
		r.Count = one.Count
		v.Reactions = append(v.Reactions, r)
	}
	if len(v.Reactions) >= about.ReactionsMost {
		return v, nil
	}
	for _, name := range commonReactions {
		if !had[name] {
			v.Offered = append(v.Offered, view(name))
		}
	}
	for _, e := range emojis.All {
		if len(v.Offered) < offeredMost && e.Picker && !e.Disabled && !had[e.Shortcode] {
			v.Offered = append(v.Offered, view(e.Shortcode))
		}
	}
	return v, nil
}

// span says when what an announcement tells of is.
func (x *visit) span(a *about.Announcement) string {
	at := x.p.DateTime
	if a.AllDay {
		at = x.p.Date
	}
	switch {
	case a.StartsAt.IsZero() && a.EndsAt.IsZero():
		return ""
	case a.StartsAt.IsZero():
		return x.p.T("Until %s", at(a.EndsAt))
	case a.EndsAt.IsZero() || at(a.StartsAt) == at(a.EndsAt):
		return at(a.StartsAt)
	}
	return x.p.T("%s to %s", at(a.StartsAt), at(a.EndsAt))
}

// announcements are all that are told now, those put away too.
func (x *visit) announcements() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	all, err := x.announced(true)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Announcements"))
	page.NoIndex = true
	return x.render(page, announcementsPage(x.p, page.Title, all, emptyView{Title: x.p.T("Nothing announced"), Text: x.p.T("What concerns everybody here is told in this place."),
		Next: &look.Link{Text: x.p.T("To your home"), URL: "/"}}))
}

func (x *visit) dismissAnnouncement() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	i, err := x.id("id", "announcement")
	if err != nil {
		return err
	}
	if err := x.About.Dismiss(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flashLink(x.p.T("Put away."), &look.Link{Text: x.p.T("All announcements"), URL: announcementsPath})
	return x.back("/")
}

// reactToAnnouncement adds the reader's reaction, or takes it back.
func (x *visit) reactToAnnouncement() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "announcement")
	if err != nil {
		return err
	}
	if form.Has("off") {
		err = x.About.Unreact(x.r.Context(), x.v, i, form.Get("off"))
	} else {
		err = x.About.React(x.r.Context(), x.v, i, form.Get("name"))
	}
	if problem.Is(err, problem.KindInvalid) {
		return x.told(err, "/")
	}
	if err != nil {
		return err
	}
	return x.redirect(x.backTo("/") + "#announcement-" + i.String())
}
