package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func postRoutes() []route {
	return []route{
		{"GET /posts/{id}", (*visit).postPage},
		{"GET /posts/{id}/card", (*visit).postCard},
		{"GET /posts/{id}/replies", (*visit).postReplies},
		{"GET /posts/{id}/edit", (*visit).editPostPage},
		{"POST /posts/{id}/edit", (*visit).editPost},
		{"GET /posts/{id}/delete", (*visit).deletePostPage},
		{"POST /posts/{id}/delete", (*visit).deletePost},
		{"GET /posts/{id}/history", (*visit).postHistory},
		{"GET /posts/{id}/likers", (*visit).likers},
		{"GET /posts/{id}/sharers", (*visit).sharers},
	}
}

// entry is the post of the address, as far as the reader may see it.
func (x *visit) entry() (*post.Entry, error) {
	i, err := x.id("id", "post")
	if err != nil {
		return nil, err
	}
	return x.Posts.Get(x.r.Context(), x.v, i)
}

// postPage is a post with what it answers and what answers it.
func (x *visit) postPage() error {
	e, err := x.entry()
	if err != nil {
		return err
	}
	if e.Of() != e {
		return x.redirect(postPath(e.Of().Post.ID))
	}
	thread, err := x.Posts.Context(x.r.Context(), x.v, e.Post.ID)
	if err != nil {
		return err
	}
	all := slices.Concat(thread.Ancestors, []*post.Entry{e}, thread.Descendants)
	x.place = filter.Thread
	cards, err := x.entries(all)
	if err != nil {
		return err
	}
	at := len(thread.Ancestors)
	cards[at].Whole = true
	unfiltered(&cards[at])
	view := threadView{Above: cards[:at], Post: cards[at], Below: cards[at+1:], SignIn: x.signInPath()}
	authors, err := x.people([]id.ID{e.Post.AccountID})
	if err != nil {
		return err
	}
	if x.me != nil {
		view.Reply = x.replyComposer(e.Post, authors)
	}
	page := x.page(x.p.T("%s: “%s”", cards[at].Author.Shown(), excerpt(e.Post, 60)))
	page.Stream = x.stream("post=" + e.Post.ID.String())
	page.NoIndex = e.Post.Visibility != post.Public || !findable(authors[e.Post.AccountID])
	if e.Post.Visibility == post.Public {
		page.URL, page.Kind, page.Description = x.URL+postPath(e.Post.ID), "article", excerpt(e.Post, 200)
		if len(e.Post.Media) > 0 && e.Post.Media[0].SmallWidth > 0 && e.Post.Warning == "" && !e.Post.Sensitive {
			page.Image, page.ImageAlt = x.URL+e.Post.Media[0].SmallURL(), e.Post.Media[0].Description
		}
	}
	if !page.NoIndex {
		if page.Data, err = x.postThing(e.Post, authors[e.Post.AccountID]).data(); err != nil {
			return err
		}
	}
	return x.render(page, threadPage(x.p, view))
}

// threadView is a post's page.
type threadView struct {
	Above  []look.Post
	Post   look.Post
	Below  []look.Post
	Reply  *look.Composer // nil when nobody has signed in
	SignIn string
}

// excerpt is the beginning of a post on one line, its warning where it has one.
func excerpt(n *post.Post, most int) string {
	text := n.Text
	if n.Warning != "" {
		text = n.Warning
	}
	return firstWords(text, most)
}

// postCard is the post of a page alone, for its numbers to be live.
func (x *visit) postCard() error {
	e, err := x.entry()
	if err != nil {
		return err
	}
	x.place = filter.Thread
	card, err := x.post(e.Of())
	if err != nil {
		return err
	}
	card.Whole = true
	unfiltered(&card)
	card.LeadBack(postPath(e.Of().Post.ID))
	return x.part(livePost(x.p, card))
}

// postReplies are what answers the post of a page, for new ones to appear.
func (x *visit) postReplies() error {
	e, err := x.entry()
	if err != nil {
		return err
	}
	thread, err := x.Posts.Context(x.r.Context(), x.v, e.Post.ID)
	if err != nil {
		return err
	}
	x.place = filter.Thread
	cards, err := x.entries(thread.Descendants)
	if err != nil {
		return err
	}
	for i := range cards {
		cards[i].LeadBack(postPath(e.Post.ID))
	}
	return x.part(liveReplies(x.p, e.Post.ID.String(), cards))
}

// mine is the post of the address for its author, and for moderators where they
// may too.
func (x *visit) mine(moderators bool) (*post.Entry, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	e, err := x.entry()
	if err != nil {
		return nil, err
	}
	if !x.v.Is(e.Post.AccountID) && !(moderators && x.v.Moderates()) {
		return nil, problem.Forbidden("Only who wrote this can do that.")
	}
	return e, nil
}

func (x *visit) editPostPage() error {
	e, err := x.mine(false)
	if err != nil {
		return err
	}
	return x.showEditPost(e.Post, url.Values{"text": {e.Post.Text}, "warning": {e.Post.Warning}, "language": {e.Post.Language}, "folded": {on(e.Post.Sensitive)}}, nil)
}

func (x *visit) showEditPost(n *post.Post, form url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Edit your post"))
	fields := []templ.Component{
		look.TextArea(x.p, look.Field{Name: "text", Label: x.p.T("Text"), Value: form.Get("text"), Rows: 8, MaxLength: post.MaxText, Error: wrongOf(wrong, "text")}),
		look.Input(x.p, look.Field{Name: "warning", Label: x.p.T("Content warning"), Optional: true, Value: form.Get("warning"), MaxLength: post.MaxWarning,
			Hint: x.p.T("What should people know before they read it?"), Error: wrongOf(wrong, "warning")}),
		look.Select(x.p, look.Field{Name: "language", Label: x.p.T("Language"), Error: wrongOf(wrong, "language")}, x.languages(form.Get("language"))),
	}
	if len(n.Media) > 0 {
		fields = append(fields, look.Checkbox(x.p, look.Field{Name: "folded", Label: x.p.T("Hide the pictures until somebody asks to see them")}, form.Get("folded") != ""))
	}
	for i, m := range mediaOf(n.Media) {
		fields = append(fields, editFile(x.p, m, n.Media[i].ID.String()))
	}
	intro := []string{x.p.T("What it said before stays in its history, for everyone who may see the post.")}
	if n.Poll != nil {
		intro = append(intro, x.p.T("Its poll stays as it is, with all votes."))
	}
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Intro: intro,
		Action: postPath(n.ID) + "/edit", Wrong: wrong, Fields: fields, Submit: x.p.T("Save"),
		Beside: &look.Link{Text: x.p.T("Leave it as it is"), URL: postPath(n.ID)},
	}))
}

func (x *visit) editPost() error {
	e, err := x.mine(false)
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	draft := post.Draft{Text: form.Get("text"), Warning: form.Get("warning"), Sensitive: form.Get("warning") != "" || form.Get("folded") != "", Language: form.Get("language"), KeepPoll: true}
	for i := range e.Post.Media {
		m := &e.Post.Media[i]
		if !slices.Contains(form["keep"], m.ID.String()) {
			continue
		}
		draft.MediaIDs = append(draft.MediaIDs, m.ID)
		alt := form.Get("alt_" + m.ID.String())
		if err == nil && alt != m.Description {
			_, err = x.Media.Update(x.r.Context(), x.v, m.ID, media.Upload{Description: alt, FocusX: m.FocusX, FocusY: m.FocusY})
		}
	}
	if err == nil {
		_, err = x.Posts.Edit(x.r.Context(), x.v, e.Post.ID, draft)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showEditPost(e.Post, form, wrong)
	}
	return x.redirect(postPath(e.Post.ID))
}

// deletePostPage asks first.
func (x *visit) deletePostPage() error {
	e, err := x.mine(true)
	if err != nil {
		return err
	}
	card, err := x.post(e)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Delete this post?"))
	return x.render(page, askPage(x.p, page.Title, card, formView{
		Intro:  []string{x.p.T("Its text, its pictures and all likes are gone for good. Answers to it stay.")},
		Action: postPath(e.Post.ID) + "/delete", Submit: x.p.T("Delete it"), Danger: true,
		Beside: &look.Link{Text: x.p.T("Keep it"), URL: postPath(e.Post.ID)},
	}))
}

func (x *visit) deletePost() error {
	e, err := x.mine(true)
	if err != nil {
		return err
	}
	if _, err := x.Posts.Delete(x.r.Context(), x.v, e.Post.ID); err != nil {
		return err
	}
	x.flash(x.p.T("The post is gone."))
	return x.redirect("/")
}

// postHistory is what a post said, the newest version first.
func (x *visit) postHistory() error {
	e, err := x.entry()
	if err != nil {
		return err
	}
	versions, err := x.Posts.History(x.r.Context(), x.v, e.Post.ID)
	if err != nil {
		return err
	}
	slices.Reverse(versions)
	page := x.page(x.p.T("What it said before"))
	page.NoIndex = true
	return x.render(page, historyPage(x.p, page.Title, postPath(e.Post.ID), versions))
}

// likers are those whom the reader may know to like a post.
func (x *visit) likers() error {
	return x.reactors(x.p.T("Who likes it"), x.p.T("Whoever likes something is seen here only if they chose so. The author sees everyone."), x.Posts.Likers,
		emptyView{Title: x.p.T("Nobody to show"), Text: x.p.T("A like needs no audience. The number counts everyone.")})
}

func (x *visit) sharers() error {
	return x.reactors(x.p.T("Who shared it"), "", x.Posts.Sharers,
		emptyView{Title: x.p.T("Nobody shared it yet"), Text: x.p.T("Be the first, if it moves you.")})
}

func (x *visit) reactors(title, intro string, list listing[*account.Account], empty emptyView) error {
	e, err := x.entry()
	if err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	found, err := list(x.r.Context(), x.v, e.Of().Post.ID, at)
	if err != nil {
		return err
	}
	page := x.page(title)
	page.NoIndex = true
	empty.Next = &look.Link{Text: x.p.T("Back to the post"), URL: postPath(e.Of().Post.ID)}
	view := peopleView{Title: title, Intro: intro, Empty: empty}
	for _, f := range found {
		view.Rows = append(view.Rows, personRow{Who: x.person(f.Item)})
	}
	if n := len(found); n > 0 {
		view.Newer, view.Older = x.newer(at, found[0].Cursor), x.older(at, n, found[n-1].Cursor)
	}
	return x.render(page, peoplePage(x.p, view))
}

// line is the place in a timeline that a card stood on, so that it can be drawn
// again as it was: as a share, say.
func (x *visit) line(text string, e *post.Entry) (feed.Item, error) {
	i, err := id.Parse(text)
	if err != nil || i == e.Post.ID {
		return feed.Item{Entry: e}, nil
	}
	line, err := x.Posts.Get(x.r.Context(), x.v, i)
	if problem.Is(err, problem.KindNotFound) {
		return feed.Item{Entry: e}, nil // the share was taken back meanwhile
	}
	if err != nil || line.Of().Post.ID != e.Post.ID {
		return feed.Item{Entry: e}, err
	}
	return feed.Item{Entry: line}, nil
}
