package web

import (
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/web/look"
)

func conversationRoutes() []route {
	return []route{
		{"GET /conversations", (*visit).conversations},
		{"POST /conversations/{id}/read", (*visit).readConversation},
		{"POST /conversations/{id}/forget", (*visit).forgetConversation},
	}
}

// conversationsView is the page of conversations.
type conversationsView struct {
	Tabs         []look.Tab
	Rows         []noticeView
	Newer, Older string
	Empty        emptyView
}

// excerptMost is how much of a post is shown in a row, in characters.
const excerptMost = 200

// conversations are the direct posts to and from the reader, by who is in them.
func (x *visit) conversations() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Posts.Conversations(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Conversations"))
	view := conversationsView{Tabs: x.noticeTabs("/conversations"), Empty: emptyView{Title: x.p.T("No conversations yet"),
		Text: x.p.T("A direct post is seen by those whom it mentions, and by nobody else. It will be here."), Next: &look.Link{Text: x.p.T("Write a post"), URL: "/compose"}}}
	for _, c := range list {
		view.Rows = append(view.Rows, x.conversationRow(c))
	}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].Last.Post.ID), x.older(at, n, list[n-1].Last.Post.ID)
	}
	return x.render(page, conversationsPage(x.p, page.Title, view))
}

func (x *visit) conversationRow(c post.Conversation) noticeView {
	n := c.Last.Post
	row := noticeView{Notice: look.Notice{ID: c.ID.String(), Kind: "mention", Others: max(0, len(c.With)-1), Text: x.p.T("Read the conversation"),
		Excerpt: firstWords(n.Text, excerptMost), URL: postPath(n.ID), At: n.CreatedAt, Unread: c.Unread}}
	if n.Warning != "" {
		row.Excerpt = n.Warning
	}
	if len(c.With) > 0 {
		row.Who = x.person(c.With[0])
	}
	path := "/conversations/" + c.ID.String()
	if c.Unread {
		row.Do = append(row.Do, rowButton{Text: x.p.T("I have read it"), Action: path + "/read"})
	}
	row.Do = append(row.Do, rowButton{Text: x.p.T("Take it away from here"), Action: path + "/forget"})
	return row
}

// aConversation is the one that a form is about.
func (x *visit) aConversation() (id.ID, error) {
	if err := x.signedIn(); err != nil {
		return 0, err
	}
	if _, err := x.form(); err != nil {
		return 0, err
	}
	return x.id("id", "conversation")
}

func (x *visit) readConversation() error {
	i, err := x.aConversation()
	if err != nil {
		return err
	}
	if _, err := x.Posts.ReadConversation(x.r.Context(), x.v, i); err != nil {
		return err
	}
	return x.back("/conversations")
}

func (x *visit) forgetConversation() error {
	i, err := x.aConversation()
	if err != nil {
		return err
	}
	if err := x.Posts.DeleteConversation(x.r.Context(), x.v, i); err != nil {
		return err
	}
	x.flash(x.p.T("It is gone from here. Its posts stay, and the next one brings it back."))
	return x.back("/conversations")
}
