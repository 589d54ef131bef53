package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/web/look"
)

func profileRoutes() []route {
	at := "GET " + profilePath + "{handle}"
	return []route{
		{at, func(x *visit) error { return x.profileFeed("", feed.Of{ExcludeReplies: true}) }},
		{at + "/replies", func(x *visit) error { return x.profileFeed("/replies", feed.Of{ExcludeShares: true}) }},
		{at + "/media", func(x *visit) error { return x.profileFeed("/media", feed.Of{OnlyMedia: true}) }},
		{at + "/acts", (*visit).profileActs},
		{at + "/followers", func(x *visit) error {
			return x.followList(x.p.T("Followers of %s"), "/followers", x.Relations.Followers)
		}},
		{at + "/following", func(x *visit) error {
			return x.followList(x.p.T("Whom %s follows"), "/following", x.Relations.Following)
		}},
		{"POST /accounts/{id}/follow", func(x *visit) error { return x.relate(follow) }},
		{"POST /accounts/{id}/unfollow", func(x *visit) error { return x.relate((*relation.Service).Unfollow) }},
		{"POST /accounts/{id}/block", func(x *visit) error { return x.relate((*relation.Service).Block) }},
		{"POST /accounts/{id}/unblock", func(x *visit) error { return x.relate((*relation.Service).Unblock) }},
		{"POST /accounts/{id}/mute", func(x *visit) error { return x.relate(mute) }},
		{"POST /accounts/{id}/unmute", func(x *visit) error { return x.relate((*relation.Service).Unmute) }},
		{"POST /accounts/{id}/recommend", func(x *visit) error { return x.relate((*relation.Service).Endorse) }},
		{"POST /accounts/{id}/unrecommend", func(x *visit) error { return x.relate((*relation.Service).Unendorse) }},
		{"POST /accounts/{id}/note", func(x *visit) error { return x.relate(x.note) }},
		{"POST /accounts/{id}/remove-follower", func(x *visit) error { return x.relate((*relation.Service).RemoveFollower) }},
		{"GET /follow-requests", (*visit).followRequests},
		{"POST /follow-requests/{id}/accept", func(x *visit) error { return x.relate((*relation.Service).AcceptRequest) }},
		{"POST /follow-requests/{id}/reject", func(x *visit) error { return x.relate((*relation.Service).RejectRequest) }},
	}
}

// relating changes how the reader and another account stand to each other.
type relating func(*relation.Service, context.Context, account.Viewer, id.ID) (relation.Relationship, error)

func follow(s *relation.Service, ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
	return s.Follow(ctx, v, i, relation.FollowOptions{})
}

func mute(s *relation.Service, ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
	return s.Mute(ctx, v, i, relation.MuteOptions{Notices: true})
}

// note keeps what the form says of an account, for the reader alone.
func (x *visit) note(s *relation.Service, ctx context.Context, v account.Viewer, i id.ID) (relation.Relationship, error) {
	return s.Note(ctx, v, i, x.r.PostForm.Get("comment"))
}

// relate is what all buttons about another account do.
func (x *visit) relate(do relating) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	i, err := x.id("id", "account")
	if err != nil {
		return err
	}
	if _, err := do(x.Relations, x.r.Context(), x.v, i); err != nil {
		return err
	}
	a, err := x.Accounts.Get(x.r.Context(), i)
	if err != nil {
		return err
	}
	return x.back(accountPath(a))
}

// whose is the account of the address. A movement's account is its movement.
func (x *visit) whose() (*account.Account, error) {
	return x.Accounts.ByHandle(x.r.Context(), x.r.PathValue("handle"))
}

// profileFeed is an account's page with one of its lists of posts.
func (x *visit) profileFeed(tab string, of feed.Of) error {
	a, err := x.whose()
	if err != nil {
		return err
	}
	if a.Kind == account.KindMovement {
		return x.redirect(accountPath(a))
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	view, err := x.profile(a, tab)
	if err != nil {
		return err
	}
	of.ExcludeReplies = of.ExcludeReplies || of.OnlyMedia && !a.ShowsMediaReplies
	items, err := x.Feeds.Account(x.r.Context(), x.v, a.ID, at, of)
	if err != nil {
		return err
	}
	x.place = filter.Profile
	newer, older := x.beside(at, items)
	var pins []feed.Item
	if tab == "" && at == (db.Page{}) {
		if pins, items, err = x.pinsFirst(a.ID, items); err != nil {
			return err
		}
	}
	cards, err := x.posts(slices.Concat(pins, items))
	if err != nil {
		return err
	}
	for i := range pins {
		cards[i].Pinned = true
	}
	empty := emptyView{Title: x.p.T("Nothing here yet"), Text: x.p.T("%s has not written anything that you may see here.", view.Head.Shown())}
	if view.Head.Mine {
		empty.Text = x.p.T("What you write appears here.")
		empty.Next = &look.Link{Text: x.p.T("Write a post"), URL: "/compose"}
	}
	return x.renderProfile(a, view, postList(x.p, view.Head.Shown(), cards, empty, newer, older))
}

// pinsFirst are the posts that an account shows first, and the others of its
// newest, without those.
func (x *visit) pinsFirst(of id.ID, items []feed.Item) (pins, rest []feed.Item, err error) {
	pinned, err := x.Posts.Pins(x.r.Context(), x.v, of)
	if err != nil {
		return nil, nil, err
	}
	ids := make(map[id.ID]bool, len(pinned))
	for _, e := range pinned {
		ids[e.Post.ID] = true
		pins = append(pins, feed.Item{Entry: e})
	}
	return pins, slices.DeleteFunc(slices.Clone(items), func(i feed.Item) bool { return ids[i.Entry.Post.ID] }), nil
}

// beside are the addresses of the timeline's parts above and below.
func (x *visit) beside(at db.Page, items []feed.Item) (newer, older string) {
	n := len(items)
	if n == 0 {
		return "", ""
	}
	return x.newer(at, items[0].Entry.Post.ID), x.older(at, n, items[n-1].Entry.Post.ID)
}

// profileView is the head of an account's pages.
type profileView struct {
	Head     look.Profile
	Fields   []account.Field
	Tabs     []look.Tab
	Featured []look.Link   // hashtags that the account shows
	Endorsed []look.Person // whom it recommends
	NoteTo   string        // where to send what the reader notes, "" where nothing can be noted
	Note     string        // what the reader noted
}

// profile is what all pages about an account begin with; tab is the end of the
// page's own path.
func (x *visit) profile(a *account.Account, tab string) (profileView, error) {
	ctx := x.r.Context()
	counts, err := x.Accounts.Counts(ctx, a.ID)
	if err != nil {
		return profileView{}, err
	}
	moved, err := x.Ripples.OfAccount(ctx, a.ID)
	if err != nil {
		return profileView{}, err
	}
	path := accountPath(a)
	view := profileView{Fields: a.Fields}
	head := look.Profile{
		ID: a.ID.String(), Person: x.person(a), Header: x.picture(a.HeaderID, (*media.Media).URL), BioHTML: paragraphs(a.Note),
		Joined: a.CreatedAt, Mine: x.v.Is(a.ID), EditURL: "/settings/profile", Locked: a.Locked, SignedIn: x.me != nil, Back: x.here(),
		Figures: []look.Figure{
			{Text: x.p.Number(counts.Posts), Label: x.p.T("posts")},
			{Text: x.p.Number(counts.Followers), Label: x.p.T("followers"), URL: path + "/followers"},
			{Text: x.p.Number(counts.Following), Label: x.p.T("following"), URL: path + "/following"},
			{Text: x.p.Number(moved.People), Label: x.p.T("people moved"), URL: path + "/acts"},
		},
	}
	if x.me != nil && !head.Mine {
		rel, err := x.Relations.Relationship(ctx, x.v, a.ID)
		if err != nil {
			return profileView{}, err
		}
		head.Following, head.Asked, head.FollowsMe, head.Blocked = rel.Following, rel.Requested, rel.FollowedBy, rel.Blocking
		head.Menu = x.relationMenu(a, rel)
		view.NoteTo, view.Note = "/accounts/"+a.ID.String()+"/note", rel.Note
	}
	if head.Mine {
		head.Menu = look.Menu{{Text: x.p.T("Saved posts"), URL: "/bookmarks"}, {Text: x.p.T("Scheduled posts"), URL: scheduledPath},
			{Text: x.p.T("Your kindness"), URL: "/kindness"}, {Text: x.p.T("Settings"), URL: "/settings"}, {Text: x.p.T("What moderators decided about you"), URL: "/decisions"}, {Text: x.p.T("Sign out"), URL: "/sign-out", Post: true}}
		if x.v.Moderates() {
			waits, err := x.moderationItem()
			if err != nil {
				return profileView{}, err
			}
			head.Menu = append(look.Menu{waits, {Text: x.p.T("This server"), URL: adminPath}}, head.Menu...)
		}
	}
	tabs := []look.Tab{{Text: x.p.T("Posts"), URL: path}, {Text: x.p.T("With replies"), URL: path + "/replies"}}
	if a.ShowsMedia || tab == "/media" {
		tabs = append(tabs, look.Tab{Text: x.p.T("Pictures"), URL: path + "/media"})
	}
	did := look.Tab{Text: x.p.T("Acts"), URL: path + "/acts"}
	if head.Mine {
		did.Text = x.p.T("What I did")
	}
	tabs = append(tabs, did)
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == path+tab
	}
	view.Head, view.Tabs = head, tabs
	return view, x.feature(a, &view)
}

// endorsedShown is how many of those whom an account recommends its page names.
const endorsedShown = 12

// feature adds the hashtags and accounts that an account shows on its page.
func (x *visit) feature(a *account.Account, view *profileView) error {
	if !a.ShowsFeatured {
		return nil
	}
	tags, err := x.Posts.FeaturedBy(x.r.Context(), x.v, a.ID)
	if problem.Is(err, problem.KindNotFound) {
		return nil // it blocks the reader
	}
	if err != nil {
		return err
	}
	for _, t := range tags {
		view.Featured = append(view.Featured, look.Link{Text: "#" + t.Name, URL: "/tags/" + url.PathEscape(t.Folded)})
	}
	endorsed, err := x.Relations.Endorsed(x.r.Context(), x.v, a.ID, db.Page{Limit: endorsedShown})
	if err != nil {
		return err
	}
	for _, e := range endorsed {
		view.Endorsed = append(view.Endorsed, x.person(e.Account))
	}
	return nil
}

func (x *visit) relationMenu(a *account.Account, rel relation.Relationship) look.Menu {
	do := func(text, verb string, danger bool) look.MenuItem {
		return look.MenuItem{Text: text, URL: "/accounts/" + a.ID.String() + "/" + verb, Post: true, Danger: danger}
	}
	menu := look.Menu{{Text: x.p.T("Write to @%s", a.Handle()), URL: "/compose?text=%40" + a.Handle() + "%20"}}
	if rel.FollowedBy {
		menu = append(menu, do(x.p.T("Remove as a follower"), "remove-follower", false))
	}
	if rel.Endorsed {
		menu = append(menu, do(x.p.T("Recommend no more"), "unrecommend", false))
	} else if rel.Following {
		menu = append(menu, do(x.p.T("Recommend"), "recommend", false))
	}
	if rel.Following {
		menu = append(menu, look.MenuItem{Text: x.p.T("Put into lists"), URL: "/@" + a.Handle() + "/lists"})
	}
	if rel.Muting {
		menu = append(menu, do(x.p.T("Unmute"), "unmute", false))
	} else {
		menu = append(menu, do(x.p.T("Mute"), "mute", false))
	}
	if rel.Blocking {
		menu = append(menu, do(x.p.T("Unblock"), "unblock", false))
	} else {
		menu = append(menu, do(x.p.T("Block"), "block", true))
	}
	menu = append(menu, look.MenuItem{Text: x.p.T("Report"), URL: "/@" + a.Handle() + "/report"})
	if x.v.Moderates() {
		menu = append(menu, look.MenuItem{Text: x.p.T("Moderation"), URL: "/moderation/accounts/" + a.ID.String()})
	}
	return menu
}

func (x *visit) renderProfile(a *account.Account, view profileView, content templ.Component) error {
	page := x.page(view.Head.Shown())
	page.URL, page.Kind, page.Description = x.URL+accountPath(a), "profile", firstWords(a.Note, 200)
	page.NoIndex = !findable(a)
	if view.Head.Avatar != "" {
		page.Image, page.ImageAlt = x.URL+view.Head.Avatar, view.Head.Shown()
	}
	return x.render(page, profilePage(x.p, view, content))
}

// firstWords is the beginning of a text on one line.
func firstWords(text string, most int) string {
	line := []rune(strings.Join(strings.Fields(text), " "))
	if len(line) <= most {
		return string(line)
	}
	return strings.TrimSpace(string(line[:most-1])) + "…"
}

// followList is who follows an account, or whom it follows. title has a place
// for its name.
func (x *visit) followList(title, tab string, list func(context.Context, account.Viewer, id.ID, db.Page) ([]relation.Entry, error)) error {
	a, err := x.whose()
	if err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	found, err := list(x.r.Context(), x.v, a.ID, at)
	if err != nil {
		return err
	}
	name := a.Title()
	page := x.page(strings.ReplaceAll(title, "%s", name))
	page.NoIndex = true
	view := peopleView{Title: page.Title, Empty: emptyView{Title: x.p.T("Nobody yet"), Text: x.p.T("That can change."),
		Next: &look.Link{Text: x.p.T("Back to %s", name), URL: accountPath(a)}}}
	if a.HidesNetwork && !x.v.Is(a.ID) {
		view.Empty.Title, view.Empty.Text = x.p.T("Nothing to see"), x.p.T("%s keeps that to themselves.", name)
	}
	for _, f := range found {
		view.Rows = append(view.Rows, personRow{Who: x.person(f.Account), Note: firstWords(f.Account.Note, 100)})
	}
	if n := len(found); n > 0 {
		view.Newer, view.Older = x.newer(at, found[0].ID), x.older(at, n, found[n-1].ID)
	}
	path := "/@" + a.Handle() // a movement's lists lie beneath its account, too
	view.Tabs = []look.Tab{{Text: name, URL: accountPath(a)}, {Text: x.p.T("Followers"), URL: path + "/followers", Current: tab == "/followers"},
		{Text: x.p.T("Following"), URL: path + "/following", Current: tab == "/following"}}
	return x.render(page, peoplePage(x.p, view))
}

// followRequests are those who wait for the reader's consent.
func (x *visit) followRequests() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	found, err := x.Relations.Requests(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Who would like to follow you"))
	view := peopleView{Title: page.Title, Intro: x.p.T("Nobody is told when you say no."), Empty: emptyView{Title: x.p.T("Nobody is waiting"),
		Text: x.p.T("When somebody asks to follow you, you decide here."), Next: &look.Link{Text: x.p.T("To your notices"), URL: "/notices"}}}
	for _, f := range found {
		to := "/follow-requests/" + f.Account.ID.String()
		view.Rows = append(view.Rows, personRow{Who: x.person(f.Account), Note: firstWords(f.Account.Note, 100), Back: "/follow-requests",
			Do: []rowButton{{Text: x.p.T("Let them"), Action: to + "/accept", Main: true}, {Text: x.p.T("No"), Action: to + "/reject"}}})
	}
	if n := len(found); n > 0 {
		view.Newer, view.Older = x.newer(at, found[0].ID), x.older(at, n, found[n-1].ID)
	}
	return x.render(page, peoplePage(x.p, view))
}

// webAddress says whether a field of a profile is an address to link to.
func webAddress(s string) bool {
	return strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " \t\n\"<>")
}
