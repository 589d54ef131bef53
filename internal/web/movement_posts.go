package web

import (
	"net/url"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// topMost is how many posts "most liked" shows.
const topMost = 20

// movementPosts is what a movement carries: the newest, or what is liked most
// lately.
func (x *visit) movementPosts() error {
	m, role, err := x.theMovement()
	if err != nil {
		return err
	}
	x.saw(m.ID)
	f, err := x.frame(m, role, "/posts")
	if err != nil {
		return err
	}
	path := movementPath(m) + "/posts"
	liked := x.r.URL.Query().Get("order") == "liked"
	v := movementPostsView{URL: path, Liked: liked, Tabs: []look.Tab{
		{Text: x.p.T("Newest"), URL: path, Current: !liked}, {Text: x.p.T("Most liked"), URL: path + "?order=liked", Current: liked}}}
	var items []feed.Item
	var page db.Page
	if liked {
		items, err = x.Feeds.TopOfMovement(x.r.Context(), x.v, m.ID, topMost)
	} else {
		if page, err = x.paged(); err != nil {
			return err
		}
		items, err = x.Feeds.Movement(x.r.Context(), x.v, m.ID, page)
	}
	if err != nil {
		return err
	}
	x.place = filter.Public
	if v.Posts, err = x.posts(items); err != nil {
		return err
	}
	if role.Organises() {
		for i, item := range items {
			v.Posts[i].Menu = append(v.Posts[i].Menu, look.MenuItem{Text: x.p.T("Take it out of the movement"),
				URL: path + "/" + item.Entry.Of().Post.ID.String() + "/uncarry", Post: true})
		}
	}
	if n := len(items); n > 0 && !liked {
		v.Newer, v.Older = x.newer(page, items[0].Entry.Post.ID), x.older(page, n, items[n-1].Entry.Post.ID)
	}
	if role.Joined() && m.State == movement.StateOpen {
		c := x.composer(x.p.T("What would you like to tell?"))
		c.Text, c.Visibility, c.Back = "#"+m.Hashtag+" ", string(post.Public), path
		v.Composer = &c
	}
	return x.showMovement(m, f, x.p.T("Posts"), movementPostsPage(x.p, v))
}

// movementPostsView is a movement's feed.
type movementPostsView struct {
	URL          string
	Liked        bool
	Tabs         []look.Tab
	Composer     *look.Composer
	Posts        []look.Post
	Newer, Older string
}

// carryView is where organisers take posts in.
type carryView struct {
	Title  string
	Tabs   []look.Tab
	Action string
	URL    string
	Name   filled
	Wrong  []look.Wrong
	Posts  []look.Post // with the hashtag, and not carried lately
}

// carryPage shows organisers what people wrote with the hashtag who have not
// joined, to be taken in.
func (x *visit) carryPage() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	return x.showCarry(m, url.Values{}, nil)
}

func (x *visit) showCarry(m *movement.Movement, values url.Values, wrong []look.Wrong) error {
	v := carryView{Title: x.p.T("Posts of %s", m.Name), Tabs: x.organiserTabs(m, "/carry"), Action: movementPath(m) + "/carry", URL: movementPath(m) + "/posts/",
		Name: x.filled(values, wrong), Wrong: wrong}
	ctx := x.r.Context()
	carried, err := x.Feeds.Movement(ctx, x.v, m.ID, db.Page{Limit: 40})
	if err != nil {
		return err
	}
	has := make(map[id.ID]bool, len(carried))
	for _, item := range carried {
		has[item.Entry.Of().Post.ID] = true
	}
	tagged, err := x.Feeds.Tag(ctx, x.v, m.Hashtag, db.Page{Limit: 40}, feed.Only{})
	if err != nil {
		return err
	}
	var items []feed.Item
	for _, item := range tagged {
		p := item.Entry.Of().Post
		if !has[p.ID] && p.ReplyTo == 0 && p.Visibility == post.Public {
			items = append(items, item)
		}
	}
	if v.Posts, err = x.posts(items); err != nil {
		return err
	}
	return x.render(x.page(v.Title), carryPage(x.p, v))
}

// carryNamed takes a post in by its address.
func (x *visit) carryNamed() error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	address := strings.TrimRight(strings.TrimSpace(form.Get("post")), "/")
	postID, err := id.Parse(address[strings.LastIndex(address, "/")+1:])
	if err != nil {
		err = problem.Invalid("post", "This is not the address of a post here.")
	} else {
		err = x.Movements.Carry(x.r.Context(), x.v, m.ID, postID)
	}
	if problem.Is(err, problem.KindNotFound) {
		err = problem.Invalid("post", "This is not the address of a post here.")
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showCarry(m, form, wrong)
	}
	x.flash(x.p.T("The movement carries it now."))
	return x.redirect(movementPath(m) + "/posts")
}

func (x *visit) carry() error {
	return x.ofPost(func(m *movement.Movement, postID id.ID) error {
		if err := x.Movements.Carry(x.r.Context(), x.v, m.ID, postID); err != nil {
			return err
		}
		x.flash(x.p.T("The movement carries it now."))
		return nil
	})
}

func (x *visit) uncarry() error {
	return x.ofPost(func(m *movement.Movement, postID id.ID) error {
		if err := x.Movements.Uncarry(x.r.Context(), x.v, m.ID, postID); err != nil {
			return err
		}
		x.flash(x.p.T("The movement carries it no longer. Its author keeps it."))
		return nil
	})
}

func (x *visit) ofPost(do func(m *movement.Movement, postID id.ID) error) error {
	m, err := x.organised()
	if err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	postID, err := x.id("id", "post")
	if err != nil {
		return err
	}
	if err := do(m, postID); err != nil {
		return x.told(err, movementPath(m)+"/posts")
	}
	return x.back(movementPath(m) + "/posts")
}
