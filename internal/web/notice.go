package web

import (
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/notice"
	"goodturn/internal/web/look"
)

func noticeRoutes() []route {
	return []route{
		{"GET /notices", (*visit).notices},
		{"GET /notices/count", (*visit).noticeCount},
		{"POST /notices/read", (*visit).readNotices},
		{"GET /notices/clear", (*visit).clearNoticesPage},
		{"POST /notices/clear", (*visit).clearNotices},
		{"POST /notices/{id}/dismiss", (*visit).dismissNotice},
	}
}

// noticeView is one row, with what can be done at once.
type noticeView struct {
	look.Notice
	Do []rowButton
}

// noticesView is the page of notices.
type noticesView struct {
	Tabs         []look.Tab
	Rows         []noticeView
	Newest       string // the id that "read" is about
	Unread       bool
	LeftOut      int // by filters
	Newer, Older string
	Waiting      *look.Link // to those who wait to be heard, nil if nobody does
	Empty        emptyView
}

// talk are the kinds of notices that are words to the reader.
var talk = []notice.Kind{notice.Reply, notice.Mention}

func (x *visit) notices() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	only := x.r.URL.Query().Get("show") == "talk"
	var kinds notice.Filter
	if only {
		kinds.Kinds = talk
	}
	list, err := x.Notices.List(x.r.Context(), x.v, kinds, at)
	if err != nil {
		return err
	}
	waiting, err := x.requestsLink()
	if err != nil {
		return err
	}
	rows, leftOut, err := x.noticeRows(list)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Notices"))
	view := noticesView{
		Rows: rows, LeftOut: leftOut,
		Tabs:    x.noticeTabs(map[bool]string{false: "/notices", true: "/notices?show=talk"}[only]),
		Waiting: waiting,
		Empty:   emptyView{Title: x.p.T("No notices yet"), Text: x.p.T("When somebody answers you, follows you or passes you the turn, it will be here."), Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}},
	}
	for _, n := range list {
		view.Unread = view.Unread || n.Unread
	}
	if n := len(list); n > 0 {
		view.Newest = list[0].ID.String()
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(page, noticesPage(x.p, page.Title, view))
}

func (x *visit) noticeTabs(now string) []look.Tab {
	tabs := []look.Tab{{Text: x.p.T("All"), URL: "/notices"}, {Text: x.p.T("Words to you"), URL: "/notices?show=talk"},
		{Text: x.p.T("Conversations"), URL: "/conversations"}, {Text: x.p.T("Nominations"), URL: "/nominations"}, {Text: x.p.T("Dates"), URL: "/dates"}}
	for i := range tabs {
		tabs[i].Current = tabs[i].URL == now
	}
	return tabs
}

// noticeRows are notices as people read them: likes of one post, shares of one
// post and new followers in a row are one. leftOut is how many the reader's
// filters keep from them.
func (x *visit) noticeRows(list []*notice.Notice) (out []noticeView, leftOut int, err error) {
	set, err := x.Filters.Of(x.r.Context(), x.v)
	if err != nil {
		return nil, 0, err
	}
	var last *notice.Notice
	for _, n := range list {
		hidden, folded := heeded(set, n)
		if hidden {
			leftOut++
			continue
		}
		if last != nil && grouped(last, n) {
			out[len(out)-1].Others++
			continue
		}
		last = n
		row := x.noticeRow(n)
		row.Filtered = folded
		out = append(out, row)
	}
	return out, leftOut, nil
}

// heeded is what filters say of a notice's post: that it is left out, or the
// title beneath which it is folded.
func heeded(set *filter.Set, n *notice.Notice) (hidden bool, folded string) {
	if n.Post == nil {
		return false, ""
	}
	for _, r := range filter.In(filter.Notices, set.Results(n.Post)) {
		switch r.Filter.Action {
		case filter.Hide:
			return true, ""
		case filter.Warn:
			folded = r.Filter.Title
		}
	}
	return false, folded
}

func grouped(a, b *notice.Notice) bool {
	switch a.Kind {
	case notice.Like, notice.Share, notice.Follow, notice.SignedUp:
		return a.Kind == b.Kind && a.Subject == b.Subject && a.Unread == b.Unread
	}
	return false
}

// noticeSays are the kinds that package look has no sentence for.
var noticeSays = map[notice.Kind]string{
	notice.Reminder:         lang.Mark("passed the turn to you, and half of the time is over. A no is fine, too."),
	notice.WitnessOffered:   lang.Mark("was there and offers to be a witness of your act"),
	notice.Witness:          lang.Mark("is a witness of your act"),
	notice.WitnessAccepted:  lang.Mark("names you as a witness of what they did"),
	notice.SignedUp:         lang.Mark("joined this server"),
	notice.Applied:          lang.Mark("has somebody who would like to join and waits to be let in"),
	notice.Reported:         lang.Mark("told the moderators of somebody"),
	notice.Warning:          lang.Mark("decided something about your account"),
	notice.Cancelled:        lang.Mark("cancelled a call that you answered"),
	notice.Spent:            lang.Mark("says what your gift was spent on"),
	notice.NewPost:          lang.Mark("posted something"),
	notice.Update:           lang.Mark("changed a post that you shared"),
	notice.Handover:         lang.Mark("asks you to organise a movement in their place"),
	notice.OrganiserAsked:   lang.Mark("asks you to help organise a call"),
	notice.CallUpdate:       lang.Mark("tells what came of a call that you answered"),
	notice.Step:             lang.Mark("has a next step for you, if you wish. Only you see this."),
	notice.ActOffered:       lang.Mark("asks whether what you showed could be told as an act"),
	notice.PetitionAnswer:   lang.Mark("tells you of an answer to a petition that you signed"),
	notice.CommitmentKept:   lang.Mark("says that a commitment to a petition that you signed was kept"),
	notice.CommitmentBroken: lang.Mark("says that a commitment to a petition that you signed was broken"),
	notice.CommitmentDue:    lang.Mark("reminds you of a commitment whose day has come: what became of it?"),
	notice.Thanks:           lang.Mark("brings you the thanks of somebody whom you helped"),
	notice.Attested:         lang.Mark("tells you that somebody whom you helped says that it happened"),
	notice.Lowered:          lang.Mark("counts what you did as told for now: see why, and what you can do"),
	notice.DateReminder:     lang.Mark("reminds you of a date that you come to"),
	notice.DateMoved:        lang.Mark("has another time or place for a date that you come to"),
	notice.DateCancelled:    lang.Mark("cancelled a date that you come to"),
	notice.DatePlace:        lang.Mark("has a place for you: you waited, and now you come"),
	notice.HoursDisputed:    lang.Mark("has a question about the hours that you logged"),
	notice.HoursLogged:      lang.Mark("has hours that wait for you to confirm them"),
	notice.DateYours:        lang.Mark("asks you to look after a date"),
	notice.DateOffList:      lang.Mark("took you off the list of a date, and says why"),
	notice.DateUndone:       lang.Mark("took back that you were checked in at a date"),
}

// noticeLooks are what package look calls the kinds whose names differ.
var noticeLooks = map[notice.Kind]string{
	notice.FollowRequest: "follow request", notice.Acceptance: "accepted", notice.NotThisTime: "not this time",
	notice.WitnessAsked: "witness", notice.WitnessOffered: "witness", notice.WitnessAccepted: "witness", notice.Reminder: "nomination",
	notice.SignedUp: "follow", notice.Applied: "follow request", notice.Cancelled: "confirmation", notice.Handover: "act", notice.Step: "act", notice.ActOffered: "act", notice.NewPost: "mention",
	notice.OrganiserAsked: "act", notice.CallUpdate: "confirmation", notice.Spent: "confirmation",
	notice.PetitionAnswer: "reply", notice.CommitmentKept: "confirmation", notice.CommitmentBroken: "confirmation", notice.CommitmentDue: "nomination",
	notice.Poll: "act", notice.Update: "reply",
	notice.DateReminder: "act", notice.DateMoved: "act", notice.DateCancelled: "confirmation", notice.DatePlace: "act", notice.HoursDisputed: "confirmation",
	notice.HoursLogged: "confirmation", notice.DateYours: "act", notice.DateUndone: "confirmation", notice.DateOffList: "confirmation",
	notice.Thanks: "like", notice.Attested: "witness", notice.Lowered: "witness",
}

func (x *visit) noticeRow(n *notice.Notice) noticeView {
	row := noticeView{Notice: look.Notice{ID: n.ID.String(), Kind: string(n.Kind), Who: x.person(n.From), At: n.CreatedAt, Unread: n.Unread, URL: x.noticePath(n)}}
	if kind, ok := noticeLooks[n.Kind]; ok {
		row.Kind = kind
	}
	if say, ok := noticeSays[n.Kind]; ok {
		row.Text = x.p.T(say)
	}
	if n.Kind == notice.Poll {
		row.Text = x.p.T("asked something that you voted on; here is what came of it")
		if x.v.Is(n.From.ID) {
			row.Text = x.p.T("asked something; here is what came of it")
		}
	}
	if n.Post != nil && !n.Kind.Posted() {
		row.Excerpt = excerpt(n.Post.Of().Post, 160)
	}
	if n.Kind == notice.FollowRequest {
		to := "/follow-requests/" + n.From.ID.String()
		row.Do = []rowButton{{Text: x.p.T("Let them"), Action: to + "/accept", Main: true}, {Text: x.p.T("No"), Action: to + "/reject"}}
	}
	return row
}

// noticePath is where a notice leads.
func (x *visit) noticePath(n *notice.Notice) string {
	actOr := func(fallback string) string {
		if n.ActID != 0 {
			return "/acts/" + n.ActID.String()
		}
		return fallback
	}
	switch n.Kind {
	case notice.Like, notice.Share, notice.Reply, notice.Mention, notice.NewPost, notice.Poll, notice.Update:
		return postPath(n.Subject)
	case notice.Reported:
		return "/moderation/reports/" + n.Subject.String()
	case notice.Applied:
		return signUpsPath
	case notice.Warning:
		return "/decisions/" + n.Subject.String()
	case notice.FollowRequest:
		return "/follow-requests"
	case notice.Nomination, notice.Reminder, notice.Acceptance, notice.NotThisTime:
		return actOr("/nominations")
	case notice.CallUpdate:
		return updatePath(n.Subject)
	case notice.Cancelled, notice.Step, notice.OrganiserAsked:
		return "/calls/" + n.Subject.String()
	case notice.Spent:
		return "/calls/" + n.Subject.String() + "/spending"
	case notice.PetitionAnswer, notice.CommitmentKept, notice.CommitmentBroken, notice.CommitmentDue:
		return "/petitions/" + n.Subject.String()
	case notice.HoursLogged:
		return datePath(n.Subject) + "/people"
	case notice.DateReminder, notice.DateMoved, notice.DateCancelled, notice.DatePlace, notice.HoursDisputed, notice.DateYours, notice.DateUndone, notice.DateOffList:
		return datePath(n.Subject)
	case notice.Thanks:
		return actOr("/notices") + "/reached"
	case notice.ActOffered:
		return postPath(n.Subject)
	case notice.Follow, notice.SignedUp:
		return accountPath(n.From)
	}
	return actOr(accountPath(n.From))
}

// noticeCount is the nav's entry for notices, with the number of unread ones.
func (x *visit) noticeCount() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	page := x.page("")
	page.Path = "" // it is no page of its own
	return x.part(look.NavNotices(page))
}

func (x *visit) readNotices() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	last, err := id.Parse(form.Get("last"))
	if err != nil {
		return x.redirect("/notices")
	}
	if _, err := x.Notices.MarkRead(x.r.Context(), x.v, last); err != nil {
		return err
	}
	return x.back("/notices")
}

// clearNoticesPage asks first.
func (x *visit) clearNoticesPage() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	page := x.page(x.p.T("Take all notices away?"))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: "/notices/clear", Danger: true, Submit: x.p.T("Take all notices away"),
		Intro:  []string{x.p.T("They are gone for good, here and in your apps. What they told of stays.")},
		Beside: &look.Link{Text: x.p.T("Keep them"), URL: "/notices"}}))
}

func (x *visit) clearNotices() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if err := x.Notices.Clear(x.r.Context(), x.v); err != nil {
		return err
	}
	x.flash(x.p.T("All notices are gone."))
	return x.redirect("/notices")
}

func (x *visit) dismissNotice() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	i, err := x.id("id", "notice")
	if err != nil {
		return err
	}
	if err := x.Notices.Dismiss(x.r.Context(), x.v, i); err != nil {
		return err
	}
	return x.redirect("/notices")
}
