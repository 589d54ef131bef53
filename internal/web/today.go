package web

import (
	"goodturn/internal/filter"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/trend"
	"goodturn/internal/web/look"
)

func todayRoutes() []route {
	return []route{
		{"GET /today", (*visit).today},
		{"POST /today/{kind}/{subject}/refuse", governed(func(x *visit) error { return x.ruleTrend(false) })},
		{"POST /today/{kind}/{subject}/allow", governed(func(x *visit) error { return x.ruleTrend(true) })},
	}
}

// How much of each kind the page shows.
const (
	todayMovements = 3
	todayTags      = 8
	todayLinks     = 5
	todayPosts     = 10
	refusedMost    = trend.PageMost // that moderators see
)

// todayView is what moves people, each with its reason.
type todayView struct {
	Tabs      []look.Tab
	Movements []look.Movement
	Tags      []trendRow
	Links     []trendRow
	Posts     []look.Post
	Refused   []trendRow // for moderators: what they keep out
}

// trendRow is one thing in a line, with why it is there.
type trendRow struct {
	Link look.Link
	Tag  bool   // a hashtag
	Away bool   // leads elsewhere
	Site string // that it leads to
	Why  string
	Do   []rowButton
}

func (v *todayView) empty() bool { return len(v.Movements)+len(v.Tags)+len(v.Links)+len(v.Posts) == 0 }

func (x *visit) today() error {
	view := todayView{Tabs: x.timelines("/today")}
	for _, fill := range []func(*todayView) error{x.movingMovements, x.movingTags, x.movingLinks, x.movingPosts, x.refusedTrends} {
		if err := fill(&view); err != nil {
			return err
		}
	}
	page := x.page(x.p.T("What moves people today"))
	page.URL = x.URL + "/today"
	return x.render(page, todayPage(x.p, &view))
}

// movingMovements are those in which most people did something lately.
func (x *visit) movingMovements(view *todayView) error {
	ctx := x.r.Context()
	list, err := x.Movements.List(ctx, x.v, movement.Filter{Limit: todayMovements})
	if err != nil {
		return err
	}
	moved, err := x.Movements.Moved(ctx)
	if err != nil {
		return err
	}
	rows, err := x.movementRows(list)
	if err != nil {
		return err
	}
	for n, m := range list {
		if people := moved[m.ID]; people > 0 {
			rows[n].Why = x.p.N("%d person did something in the last two weeks.", "%d people did something in the last two weeks.", int(people))
			view.Movements = append(view.Movements, rows[n])
		}
	}
	return nil
}

func (x *visit) movingTags(view *todayView) error {
	tags, err := x.Trends.Tags(x.r.Context(), trend.Page{Limit: todayTags})
	if err != nil {
		return err
	}
	view.Tags, err = x.trendTags(tags, "refuse")
	return err
}

// trendTags are hashtags as they are written; moderators may refuse or allow them.
func (x *visit) trendTags(tags []trend.Tag, may string) ([]trendRow, error) {
	names := make([]string, len(tags))
	why := map[string]trend.Why{}
	for n, t := range tags {
		names[n], why[t.Tag] = t.Tag, t.Why
	}
	all, err := x.Posts.Hashtags(x.r.Context(), names)
	if err != nil {
		return nil, err
	}
	rows := make([]trendRow, len(all))
	for n, h := range all {
		rows[n] = trendRow{Link: look.Link{Text: h.Name, URL: tagPath(h.Folded)}, Tag: true, Why: why[h.Folded].Says(x.p), Do: x.trendButton(tagPath(h.Folded), "#"+h.Name, may)}
	}
	return rows, nil
}

// trendButton lets a moderator refuse or allow what lies at a path.
func (x *visit) trendButton(path, name, may string) []rowButton {
	if !x.v.Moderates() {
		return nil
	}
	b := rowButton{Text: x.p.T("Keep out"), Said: x.p.T("Keep %s out of what moves people", name), Action: "/today" + path + "/" + may}
	if may == "allow" {
		b.Text, b.Said = x.p.T("Allow"), x.p.T("Allow %s among what moves people", name)
	}
	return []rowButton{b}
}

func (x *visit) movingLinks(view *todayView) error {
	links, err := x.Trends.Links(x.r.Context(), trend.Page{Limit: todayLinks})
	if err != nil {
		return err
	}
	for _, l := range links {
		view.Links = append(view.Links, x.trendLink(l, "refuse"))
	}
	return nil
}

// trendLink is a page elsewhere; moderators may refuse or allow it.
func (x *visit) trendLink(l trend.Link, may string) trendRow {
	return trendRow{Link: look.Link{Text: l.Card.Title, URL: l.Card.URL}, Away: true, Site: l.Card.ProviderName, Why: l.Why.Says(x.p),
		Do: x.trendButton("/links/"+l.Card.ID.String(), l.Card.Title, may)}
}

func (x *visit) movingPosts(view *todayView) error {
	list, err := x.Trends.Posts(x.r.Context(), x.v, x.p.Tag(), trend.Page{Limit: todayPosts})
	if err != nil {
		return err
	}
	entries, why := make([]*post.Entry, len(list)), map[string]trend.Why{}
	for n, t := range list {
		entries[n], why[t.Entry.Post.ID.String()] = t.Entry, t.Why
	}
	x.place = filter.Public
	if view.Posts, err = x.entries(entries); err != nil {
		return err
	}
	for n := range view.Posts {
		p := &view.Posts[n]
		p.Why = why[p.ID].Says(x.p)
		if x.v.Moderates() {
			p.Menu = append(p.Menu, look.MenuItem{Text: x.p.T("Keep out of “Today”"), URL: "/today" + p.URL + "/refuse", Post: true, Back: p.Back})
		}
	}
	return nil
}

// refusedTrends are, for moderators, what would be here if they had not refused
// it.
func (x *visit) refusedTrends(view *todayView) error {
	if !x.v.Moderates() {
		return nil
	}
	tags, err := x.Trends.ReviewTags(x.r.Context(), x.v, trend.Page{Limit: refusedMost})
	if err != nil {
		return err
	}
	var refused []trend.Tag
	for _, t := range tags {
		if t.Refused {
			refused = append(refused, t)
		}
	}
	if view.Refused, err = x.trendTags(refused, "allow"); err != nil {
		return err
	}
	links, err := x.Trends.ReviewLinks(x.r.Context(), x.v, trend.Page{Limit: refusedMost})
	if err != nil {
		return err
	}
	for _, l := range links {
		if l.Refused {
			view.Refused = append(view.Refused, x.trendLink(l, "allow"))
		}
	}
	posts, err := x.Trends.ReviewPosts(x.r.Context(), x.v, trend.Page{Limit: refusedMost})
	if err != nil {
		return err
	}
	for _, t := range posts {
		if t.Refused {
			p := t.Entry.Post
			says := excerpt(p, 80)
			view.Refused = append(view.Refused, trendRow{Link: look.Link{Text: says, URL: postPath(p.ID)}, Why: t.Why.Says(x.p), Do: x.trendButton(postPath(p.ID), says, "allow")})
		}
	}
	return nil
}

// trendKinds are what the paths of things call their kinds.
var trendKinds = map[string]safety.TrendKind{"tags": safety.TrendTag, "links": safety.TrendLink, "posts": safety.TrendPost}

func (x *visit) ruleTrend(allow bool) error {
	if _, err := x.form(); err != nil {
		return err
	}
	kind, known := trendKinds[x.r.PathValue("kind")]
	if !known {
		return problem.NotFound("page")
	}
	if err := x.Safety.RuleTrend(x.r.Context(), x.v, kind, x.r.PathValue("subject"), allow); err != nil {
		return err
	}
	said := lang.Mark("It is kept out, and that is on record.")
	if allow {
		said = lang.Mark("It may be here again, and that is on record.")
	}
	x.flash(x.p.T(said))
	return x.back("/today")
}

// welcomeTags are the hashtags that a stranger is shown first.
func (x *visit) welcomeTags() ([]look.Link, error) {
	var view todayView
	if err := x.movingTags(&view); err != nil {
		return nil, err
	}
	tags := make([]look.Link, len(view.Tags))
	for n, row := range view.Tags {
		tags[n] = row.Link
	}
	return tags, nil
}
