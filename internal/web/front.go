package web

import (
	"context"
	"net/url"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

func frontRoutes() []route {
	return []route{
		{"GET /{$}", (*visit).front},
		{"GET /home/new", (*visit).homeNew},
		{"GET /public", (*visit).public},
		{"GET /tags/{tag}", (*visit).tag},
		{"POST /tags/{tag}/follow", func(x *visit) error { return x.changeTag((*relation.Service).FollowTag) }},
		{"POST /tags/{tag}/unfollow", func(x *visit) error { return x.changeTag((*relation.Service).UnfollowTag) }},
		{"GET /bookmarks", (*visit).bookmarks},
		{"POST /language", (*visit).setLanguage},
	}
}

// front is the reader's home, or a welcome to who has not signed in.
func (x *visit) front() error {
	if x.me == nil {
		return x.welcomeStranger()
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	items, err := x.Feeds.Home(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	x.place = filter.Home
	cards, err := x.posts(items)
	if err != nil {
		return err
	}
	page := x.page("")
	page.Stream = x.stream("home=1")
	view := timelineView{
		Title: x.p.T("Home"), Hidden: true, Tabs: x.timelines("/"), Posts: cards,
		Empty: emptyView{Title: x.p.T("It is quiet here"), Text: x.p.T("Follow people and movements, and what they do comes here."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}},
	}
	view.Newer, view.Older = x.beside(at, items)
	if at == (db.Page{}) {
		c := x.composer(x.p.T("What good did you see or do?"))
		view.Composer = &c
		if view.Told, err = x.announced(false); err != nil {
			return err
		}
		if len(items) > 0 {
			view.Fresh = "/home/new?since_id=" + items[0].Entry.Post.ID.String()
		}
	}
	return x.render(page, timelinePage(x.p, view))
}

func (x *visit) timelines(now string) []look.Tab {
	tabs := []look.Tab{{Text: x.p.T("Following"), URL: "/"}, {Text: x.p.T("Everyone here"), URL: "/public"}, {Text: x.p.T("Today"), URL: "/today"}, {Text: x.p.T("Saved"), URL: "/bookmarks"},
		{Text: x.p.T("Lists"), URL: listsPath}}
	if x.me == nil {
		tabs = tabs[1:3]
	}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == now
	}
	return tabs
}

// homeNew says how much came to the reader's home since the page was made.
func (x *visit) homeNew() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	items, err := x.Feeds.Home(x.r.Context(), x.v, db.Page{Since: at.Since})
	if err != nil {
		return err
	}
	said := ""
	switch n := len(items); {
	case n >= db.PageDefault:
		said = x.p.T("There are many new posts. Show them.")
	case n > 0:
		said = x.p.N("%d new post. Show it.", "%d new posts. Show them.", n)
	}
	return x.part(freshPosts(said, "/"))
}

// liveliest is how many movements the welcome shows.
const liveliest = 4

func (x *visit) welcomeStranger() error {
	ctx := x.r.Context()
	movements, err := x.Movements.List(ctx, x.v, movement.Filter{Limit: liveliest})
	if err != nil {
		return err
	}
	cards, err := x.movementRows(movements)
	if err != nil {
		return err
	}
	tags, err := x.welcomeTags()
	if err != nil {
		return err
	}
	page := x.page("")
	page.Title, page.URL, page.Wide = "", x.URL+"/", true
	page.Description = x.p.T("Find a movement that matters to you, do something real, pass it on, and see what came of it.")
	return x.render(page, look.WelcomePage(x.p, look.Welcome{JoinURL: "/join", FindURL: "/movements", TodayURL: "/today", Movements: cards, Tags: tags}))
}

func (x *visit) public() error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	items, err := x.Feeds.Public(x.r.Context(), x.v, at, feed.Only{})
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Everyone here"))
	return x.timeline(page, timelineView{
		Title: page.Title, Hidden: x.me != nil, Tabs: x.timelines("/public"),
		Empty: emptyView{Title: x.p.T("Nobody has written yet"), Text: x.p.T("The first post is the hardest, and the one that counts."), Next: &look.Link{Text: x.p.T("Write a post"), URL: "/compose"}},
	}, at, items)
}

// timeline fills a page with items.
func (x *visit) timeline(page look.Page, view timelineView, at db.Page, items []feed.Item) error {
	x.place = filter.Public
	cards, err := x.posts(items)
	if err != nil {
		return err
	}
	view.Posts = cards
	view.Newer, view.Older = x.beside(at, items)
	return x.render(page, timelinePage(x.p, view))
}

// tag is every public post with a hashtag, the newest or what is liked most
// lately; one that belongs to a movement says so.
func (x *visit) tag() error {
	tag := strings.TrimPrefix(x.r.PathValue("tag"), "#")
	if x.r.URL.Query().Get("order") == "liked" {
		return x.topOfTag(tag)
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	items, err := x.Feeds.Tag(x.r.Context(), x.v, tag, at, feed.Only{})
	if err != nil {
		return err
	}
	page := x.page("#" + tag)
	view := timelineView{Title: page.Title, Empty: emptyView{Title: x.p.T("No posts yet with #%s", tag), Text: x.p.T("Write the first one, or look at what others are moved by."),
		Next: &look.Link{Text: x.p.T("Write a post"), URL: "/compose?text=" + url.QueryEscape("#"+tag+" ")}}}
	if len(items) > 0 {
		view.Tabs = x.tagOrders(tag, false)
	}
	if view.Do, err = x.tagButtons(tag); err != nil {
		return err
	}
	m, err := x.Movements.ByTag(x.r.Context(), x.v, tag)
	switch {
	case err == nil:
		cards, err := x.movementRows([]*movement.Movement{m})
		if err != nil {
			return err
		}
		page.Aside = tagAside(x.p, cards[0])
	case !problem.Is(err, problem.KindNotFound) && !problem.Is(err, problem.KindInvalid):
		return err
	}
	return x.timeline(page, view, at, items)
}

// topOfTag is what is liked most lately of a hashtag.
func (x *visit) topOfTag(tag string) error {
	items, err := x.Feeds.TopOfTag(x.r.Context(), x.v, tag, topMost)
	if err != nil {
		return err
	}
	x.place = filter.Public
	cards, err := x.posts(items)
	if err != nil {
		return err
	}
	page := x.page("#" + tag)
	return x.render(page, timelinePage(x.p, timelineView{Title: page.Title, Tabs: x.tagOrders(tag, true), Posts: cards,
		Intro: x.p.T("Of its latest posts: newer ones stand higher, and each doubling of likes lifts a post as if it came six hours later. Nothing else counts; who likes does not."),
		Empty: emptyView{Title: x.p.T("No posts yet with #%s", tag), Text: x.p.T("Write the first one, or look at what others are moved by.")}}))
}

func (x *visit) tagOrders(tag string, liked bool) []look.Tab {
	return []look.Tab{{Text: x.p.T("Newest"), URL: tagPath(tag), Current: !liked},
		{Text: x.p.T("Most liked"), URL: tagPath(tag) + "?order=liked", Current: liked}}
}

func tagPath(tag string) string { return "/tags/" + url.PathEscape(tag) }

// tagButtons let the reader follow a hashtag, or no more.
func (x *visit) tagButtons(name string) ([]rowButton, error) {
	tag, ok := text.Tag(name)
	if x.me == nil || !ok {
		return nil, nil
	}
	set, err := x.Relations.Of(x.r.Context(), x.me.ID)
	if err != nil {
		return nil, err
	}
	if set.FollowsTag(db.Fold(tag)) {
		return []rowButton{{Text: x.p.T("Unfollow #%s", tag), Action: tagPath(tag) + "/unfollow"}}, nil
	}
	return []rowButton{{Text: x.p.T("Follow #%s", tag), Action: tagPath(tag) + "/follow", Main: true}}, nil
}

// changeTag is what the buttons do.
func (x *visit) changeTag(do func(*relation.Service, context.Context, account.Viewer, string) error) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	tag := x.r.PathValue("tag")
	if err := do(x.Relations, x.r.Context(), x.v, tag); err != nil {
		return err
	}
	return x.redirect(tagPath(tag))
}

// bookmarks are what the reader keeps.
func (x *visit) bookmarks() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	kept, err := x.Posts.Bookmarks(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	items := make([]feed.Item, len(kept))
	for i, k := range kept {
		items[i] = feed.Item{Entry: k.Item}
	}
	cards, err := x.posts(items)
	if err != nil {
		return err
	}
	view := timelineView{Title: x.p.T("Saved"), Hidden: true, Tabs: x.timelines("/bookmarks"), Posts: cards,
		Empty: emptyView{Title: x.p.T("Nothing saved yet"), Text: x.p.T("Use the bookmark beneath a post to keep it here. Nobody else sees that."), Next: &look.Link{Text: x.p.T("To your home"), URL: "/"}}}
	if n := len(kept); n > 0 {
		view.Newer, view.Older = x.newer(at, kept[0].Cursor), x.older(at, n, kept[n-1].Cursor)
	}
	return x.render(x.page(view.Title), timelinePage(x.p, view))
}

// setLanguage keeps the language that was chosen at the foot of a page.
func (x *visit) setLanguage() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	if err := x.keepLanguage(x.r.Context(), lang.Match("", form.Get("lang"))); err != nil {
		return err
	}
	return x.back("/")
}
