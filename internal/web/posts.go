package web

import (
	"net/http"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/web/look"
)

// posts are the lines of a timeline as their reader sees them. What they need
// beside the entries is asked for all of them at once.
func (x *visit) posts(items []feed.Item) ([]look.Post, error) {
	around, err := x.around(items)
	if err != nil {
		return nil, err
	}
	out := make([]look.Post, 0, len(items))
	for i, item := range items {
		out = append(out, x.card(item, around, around.flags[i]))
	}
	if x.place != 0 {
		set, err := x.Filters.Of(x.r.Context(), x.v)
		if err != nil {
			return nil, err
		}
		x.heed(out, func(n int) []filter.Result { return set.Results(items[n].Entry) })
	}
	x.offer(out)
	x.saw(around.posts...)
	x.saw(around.carriers...)
	return out, nil
}

// offer puts the step that waits since a like beneath the post that was liked.
func (x *visit) offer(cards []look.Post) {
	if x.me == nil || x.r.Method != http.MethodGet || x.cookie(stepCookie) == "" {
		return
	}
	kept, ok := x.takeStep()
	for i := range cards {
		if ok && cards[i].ID == kept.Post.String() {
			cards[i].NextStep = &kept.Step
		}
	}
}

// post is one post with nothing around it.
func (x *visit) post(e *post.Entry) (look.Post, error) {
	all, err := x.posts([]feed.Item{{Entry: e}})
	if err != nil {
		return look.Post{}, err
	}
	return all[0], nil
}

// entries are posts that come without a reason why they are here.
func (x *visit) entries(list []*post.Entry) ([]look.Post, error) {
	items := make([]feed.Item, len(list))
	for i, e := range list {
		items[i] = feed.Item{Entry: e}
	}
	return x.posts(items)
}

// around is what cards say beside the posts themselves.
type around struct {
	people    map[id.ID]*account.Account
	movements map[id.ID]*movement.Movement
	acts      map[id.ID]*act.Act
	flags     []post.Flags
	ballots   map[id.ID]post.Choices
	muted     post.Threads
	posts     []id.ID
	carriers  []id.ID // movements that carry some of them
	back      string
}

func (x *visit) around(items []feed.Item) (around, error) {
	ctx := x.r.Context()
	var who, acts, polls []id.ID
	a := around{back: x.here()}
	posts := make([]id.ID, 0, len(items))
	for _, item := range items {
		p, line := item.Entry.Of().Post, item.Entry.Post
		posts = append(posts, p.ID)
		who = append(who, p.AccountID, line.AccountID)
		who = append(who, item.Likers...)
		if p.ReplyToAccount != 0 {
			who = append(who, p.ReplyToAccount)
		}
		if line.MovementID != 0 {
			a.carriers = append(a.carriers, line.MovementID)
		}
		if p.ActID != 0 {
			acts = append(acts, p.ActID)
		}
		if p.Poll != nil {
			polls = append(polls, p.Poll.ID)
		}
	}
	a.posts = posts
	var err error
	if a.people, err = x.people(who); err != nil {
		return a, err
	}
	if len(a.carriers) > 0 {
		if a.movements, err = x.Movements.Many(ctx, x.v, a.carriers); err != nil {
			return a, err
		}
	}
	if len(acts) > 0 {
		if a.acts, err = x.Acts.Many(ctx, x.v, acts); err != nil {
			return a, err
		}
	}
	if x.me == nil {
		a.flags = make([]post.Flags, len(posts))
		return a, nil
	}
	if a.ballots, err = x.ballots(polls); err != nil {
		return a, err
	}
	if a.muted, err = x.Posts.Muted(ctx, x.me.ID); err != nil {
		return a, err
	}
	a.flags, err = x.Posts.Flags(ctx, x.me.ID, posts)
	return a, err
}

// card is one line of a timeline.
func (x *visit) card(item feed.Item, a around, did post.Flags) look.Post {
	e, line := item.Entry.Of(), item.Entry.Post
	n := e.Post
	counts := e.Counts()
	out := look.Post{
		ID: n.ID.String(), URL: postPath(n.ID), Author: x.person(a.people[n.AccountID]), At: n.CreatedAt,
		Edited: n.EditedAt, EditsURL: postPath(n.ID) + "/history", Visibility: string(n.Visibility), Language: postLanguage(x.p, n.Language),
		HTML: n.HTML(), Warning: n.Warning, Sensitive: n.Sensitive, Media: mediaOf(n.Media), Poll: x.poll(e, a),
		Likes: counts.Likes, Shares: counts.Shares, Replies: counts.Replies,
		Liked: did.Liked, Shared: did.Shared, Bookmarked: did.Bookmarked,
		NoShare: !n.Visibility.Open() && !(n.Visibility == post.Private && x.v.Is(n.AccountID)),
		Menu:    x.postMenu(n, a, did), Back: a.back,
	}
	if n.Card.Shown() {
		out.Card = x.linkCard(n.Linked(), !out.Sensitive)
	}
	if line.ID != n.ID {
		out.Line = line.ID.String()
	}
	switch {
	case line.ID == n.ID:
	case line.MovementID != 0:
		if m := a.movements[line.MovementID]; m != nil {
			out.Carried = &look.Link{Text: "#" + m.Hashtag, URL: "/movements/" + m.Slug}
		}
	default:
		by := x.person(a.people[line.AccountID])
		out.SharedBy = &by
	}
	if n.ReplyTo != 0 {
		out.ReplyTo = &look.Link{Text: x.person(a.people[n.ReplyToAccount]).Shown(), URL: postPath(n.ReplyTo)}
	}
	if done := a.acts[n.ActID]; done != nil {
		out.Act = &look.ActMark{URL: "/acts/" + done.ID.String(), Text: x.did(done), Proof: done.Proof.String()}
	}
	out.Why = x.why(item, a)
	return out
}

// why says why a line is here, where it is not for whom it is by.
func (x *visit) why(item feed.Item, a around) string {
	switch {
	case item.Why == feed.WhyLikes:
		return x.p.T("Lifted by its likes")
	case item.Why == feed.WhyTag:
		return x.followedTag(item.Entry.Post)
	case item.Why != feed.WhyLiked:
		return ""
	case len(item.Likers) == 0:
		return x.p.T("Several people you follow like this")
	}
	names := make([]string, len(item.Likers))
	for n, i := range item.Likers {
		names[n] = x.person(a.people[i]).Shown()
	}
	return x.p.T("Liked by %s", strings.Join(names, ", "))
}

// followedTag says which hashtag that the reader follows brought a post.
func (x *visit) followedTag(n *post.Post) string {
	set, err := x.Relations.Of(x.r.Context(), x.v.ID())
	if err != nil {
		return ""
	}
	for _, t := range n.Tags {
		if set.FollowsTag(db.Fold(t)) {
			return x.p.T("You follow #%s", t)
		}
	}
	return ""
}

// postMenu is what else may be done with a post.
func (x *visit) postMenu(n *post.Post, a around, did post.Flags) look.Menu {
	path := postPath(n.ID)
	menu := look.Menu{{Text: x.p.T("Who likes it"), URL: path + "/likers"}, {Text: x.p.T("Who shared it"), URL: path + "/sharers"}}
	if x.me == nil {
		return menu
	}
	toggle := func(on bool, set, unset, verb string) {
		item := look.MenuItem{Text: set, URL: path + "/" + verb, Post: true, Back: a.back}
		if on {
			item.Text, item.URL = unset, path+"/un"+verb
		}
		menu = append(menu, item)
	}
	mine := x.v.Is(n.AccountID)
	if mine {
		menu = append(menu, look.MenuItem{Text: x.p.T("Edit"), URL: path + "/edit"})
	}
	if did.Pinned || mine && n.Visibility != post.Direct {
		toggle(did.Pinned, x.p.T("Pin to your page"), x.p.T("Unpin from your page"), "pin")
	}
	if muted := a.muted.Has(n); muted || mine || n.Tells(x.me.ID) || n.ReplyToAccount == x.me.ID {
		toggle(muted, x.p.T("Mute this conversation"), x.p.T("Unmute this conversation"), "mute")
	}
	if !mine {
		menu = append(menu, look.MenuItem{Text: x.p.T("Report"), URL: path + "/report"})
	}
	if mine || x.v.Moderates() {
		menu = append(menu, look.MenuItem{Text: x.p.T("Delete"), URL: path + "/delete", Danger: true})
	}
	return menu
}

func mediaOf(list []media.Media) []look.Media {
	out := make([]look.Media, 0, len(list))
	for i := range list {
		out = append(out, pictureView(&list[i]))
	}
	return out
}

// kindOf is how a page shows a medium: what moves, moves when it is asked to.
func kindOf(m *media.Media) string {
	if m.Kind == media.Moving {
		return string(media.Video)
	}
	return string(m.Kind)
}

func postPath(i id.ID) string { return "/posts/" + i.String() }

// did says in a few words what somebody did, after their name.
func (x *visit) did(a *act.Act) string { return a.Did(x.p) }
