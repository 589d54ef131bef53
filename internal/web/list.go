package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/web/look"
)

const listsPath = "/lists"

func listRoutes() []route {
	return []route{
		{"GET " + listsPath, func(x *visit) error { return x.showLists("", nil) }},
		{"POST " + listsPath, (*visit).makeList},
		{"GET " + listsPath + "/{id}", (*visit).readList},
		{"GET " + listsPath + "/{id}/edit", (*visit).editList},
		{"POST " + listsPath + "/{id}/edit", (*visit).changeList},
		{"POST " + listsPath + "/{id}/delete", (*visit).deleteList},
		{"POST " + listsPath + "/{id}/members", (*visit).addToList},
		{"POST " + listsPath + "/{id}/members/{account}/remove", (*visit).removeFromList},
		{"GET " + profilePath + "{handle}/lists", (*visit).listsWith},
		{"POST /accounts/{id}/lists", (*visit).setListsWith},
	}
}

// listReplies are which replies a list shows.
var listReplies = []struct {
	is    relation.Replies
	label string
}{
	{relation.RepliesList, lang.Mark("To people in this list")}, {relation.RepliesFollowed, lang.Mark("To everybody whom I follow")}, {relation.RepliesNone, lang.Mark("No replies")},
}

func listPath(i id.ID) string { return listsPath + "/" + i.String() }

// showLists are the reader's lists, and a form to make one more.
func (x *visit) showLists(title string, wrong []look.Wrong) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	all, err := x.Relations.Lists(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	rows := make([]lineRow, len(all))
	for n, l := range all {
		rows[n] = lineRow{Title: l.Title, URL: listPath(l.ID), Text: []string{x.p.N("%d person", "%d people", len(l.Members()))}}
	}
	page := x.page(x.p.T("Lists"))
	page.NoIndex = true
	make := titled(x.p.T("Make a list"), form(x.p, formView{Action: listsPath, Wrong: wrong, Submit: x.p.T("Make it"), Fields: []templ.Component{
		look.Input(x.p, look.Field{Name: "title", Label: x.p.T("Title"), Value: title, MaxLength: 256, Required: true, Error: wrongOf(wrong, "title"), Autocomplete: "off"})}}))
	return x.render(page, parts([]templ.Component{
		linesPage(x.p, linesView{Title: page.Title, Tabs: x.timelines(listsPath), TabsLabel: x.p.T("Home"), Rows: rows,
			Empty: emptyView{Title: x.p.T("No lists yet"), Text: x.p.T("A list is a home of its own for some of those whom you follow. Nobody else knows of it.")}}), make}))
}

func (x *visit) makeList() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	title := form.Get("title")
	l, err := x.Relations.CreateList(x.r.Context(), x.v, relation.ListDraft{Title: &title})
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showLists(title, wrong)
	}
	x.flash(x.p.T("The list is there. Put people into it."))
	return x.redirect(listPath(l.ID) + "/edit")
}

// list is the reader's list of the path.
func (x *visit) list() (*relation.List, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	i, err := x.id("id", "list")
	if err != nil {
		return nil, err
	}
	return x.Relations.List(x.r.Context(), x.v, i)
}

// readList is what those in a list write.
func (x *visit) readList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	items, err := x.Feeds.List(x.r.Context(), x.v, l.ID, at)
	if err != nil {
		return err
	}
	x.place = filter.Home
	cards, err := x.posts(items)
	if err != nil {
		return err
	}
	page := x.page(l.Title)
	page.NoIndex = true
	view := timelineView{Title: l.Title, Tabs: x.timelines(listsPath), Posts: cards, More: &look.Link{Text: x.p.T("Change this list"), URL: listPath(l.ID) + "/edit"},
		Empty: emptyView{Title: x.p.T("It is quiet here"), Text: x.p.T("What people in this list write comes here."), Next: &look.Link{Text: x.p.T("Put people into it"), URL: listPath(l.ID) + "/edit"}}}
	view.Newer, view.Older = x.beside(at, items)
	return x.render(page, timelinePage(x.p, view))
}

func (x *visit) editList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	typed := url.Values{"title": {l.Title}, "replies": {string(l.Replies)}}
	if l.Exclusive {
		typed.Set("exclusive", "on")
	}
	return x.showList(l, typed, nil, "", nil)
}

// showList is the form of a list with who is in it; handle is who is to be put
// into it, and noHandle what is wrong with that.
func (x *visit) showList(l *relation.List, typed url.Values, wrong []look.Wrong, handle string, noHandle []look.Wrong) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	members, err := x.Relations.InList(x.r.Context(), x.v, l.ID, at)
	if err != nil {
		return err
	}
	people := peopleView{Empty: emptyView{Title: x.p.T("Nobody is in this list yet"), Text: x.p.T("Put in somebody whom you follow, here or from their page.")}}
	for _, m := range members {
		people.Rows = append(people.Rows, personRow{Who: x.person(m.Account), Back: listPath(l.ID) + "/edit", Do: []rowButton{
			{Text: x.p.T("Remove"), Said: x.p.T("Remove %s", m.Account.Title()), Action: listPath(l.ID) + "/members/" + m.Account.ID.String() + "/remove"}}})
	}
	if n := len(members); n > 0 {
		people.Newer, people.Older = x.newer(at, members[0].ID), x.older(at, n, members[n-1].ID)
	}
	var replies []look.Choice
	for _, r := range listReplies {
		replies = append(replies, look.Choice{Value: string(r.is), Label: x.p.T(r.label), Chosen: typed.Get("replies") == string(r.is)})
	}
	add := formView{Action: listPath(l.ID) + "/members", Wrong: noHandle, Submit: x.p.T("Put into the list"), Fields: []templ.Component{
		look.Input(x.p, look.Field{Name: "handle", Label: x.p.T("Somebody whom you follow"), Prefix: "@", Value: handle, MaxLength: 300, Required: true, Error: wrongOf(noHandle, "handle"), Autocomplete: "off"})}}
	page := x.page(x.p.T("Change “%s”", l.Title))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Tabs: x.timelines(listsPath), TabsLabel: x.p.T("Home"), Action: listPath(l.ID) + "/edit", Wrong: wrong, Submit: x.p.T("Save"),
		Beside: &look.Link{Text: x.p.T("Read it"), URL: listPath(l.ID)},
		Fields: []templ.Component{
			look.Input(x.p, look.Field{Name: "title", Label: x.p.T("Title"), Value: typed.Get("title"), MaxLength: 256, Required: true, Error: wrongOf(wrong, "title"), Autocomplete: "off"}),
			look.Radios(x.p, look.Field{Name: "replies", Label: x.p.T("Which replies of theirs it shows"), Error: wrongOf(wrong, "replies")}, replies),
			look.Checkbox(x.p, look.Field{Name: "exclusive", Label: x.p.T("Show what they write here, and not at home")}, typed.Has("exclusive")),
		},
		More: parts([]templ.Component{titled(x.p.T("Put somebody in"), form(x.p, add)), section(x.p.T("Who is in it"), peopleList(x.p, people)),
			section(x.p.T("Delete the list"), buttonsAlone([]rowButton{{Text: x.p.T("Delete this list"), Action: listPath(l.ID) + "/delete"}}, listsPath))}),
	}))
}

func (x *visit) changeList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	title, replies, exclusive := form.Get("title"), relation.Replies(form.Get("replies")), form.Has("exclusive")
	if _, err := x.Relations.ChangeList(x.r.Context(), x.v, l.ID, relation.ListDraft{Title: &title, Replies: &replies, Exclusive: &exclusive}); err != nil {
		wrong, err := x.wrong(err, "replies_policy", "replies")
		if err != nil {
			return err
		}
		return x.showList(l, form, wrong, "", nil)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(listPath(l.ID))
}

func (x *visit) deleteList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	if err := x.Relations.DeleteList(x.r.Context(), x.v, l.ID); err != nil {
		return err
	}
	x.flash(x.p.T("The list is gone. You follow everybody in it as before."))
	return x.redirect(listsPath)
}

// errNotFollowed is why somebody cannot be put into a list.
var errNotFollowed = problem.Invalid("handle", "You can put people into a list whom you follow.")

func (x *visit) addToList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	handle := form.Get("handle")
	a, err := x.Accounts.ByHandle(x.r.Context(), handle)
	switch {
	case problem.Is(err, problem.KindNotFound):
		err = problem.Invalid("handle", "There is no account called %s.", handle)
	case err == nil:
		err = x.putIntoList(l.ID, a.ID)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		wrong[0].Field = "handle"
		return x.showList(l, url.Values{"title": {l.Title}, "replies": {string(l.Replies)}}, nil, handle, wrong)
	}
	x.flash(x.p.T("%s is in the list.", a.Title()))
	return x.redirect(listPath(l.ID) + "/edit")
}

func (x *visit) putIntoList(list, account id.ID) error {
	err := x.Relations.AddToList(x.r.Context(), x.v, list, []id.ID{account})
	if problem.Is(err, problem.KindNotFound) {
		return errNotFollowed
	}
	return err
}

func (x *visit) removeFromList() error {
	l, err := x.list()
	if err != nil {
		return err
	}
	account, err := x.id("account", "account")
	if err != nil {
		return err
	}
	if err := x.Relations.RemoveFromList(x.r.Context(), x.v, l.ID, []id.ID{account}); err != nil {
		return err
	}
	x.flash(x.p.T("Removed."))
	return x.redirect(listPath(l.ID) + "/edit")
}

// listsWith says in which of the reader's lists somebody is.
func (x *visit) listsWith() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	a, err := x.whose()
	if err != nil {
		return err
	}
	all, err := x.Relations.Lists(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Lists with %s", a.Title()))
	page.NoIndex = true
	if len(all) == 0 {
		return x.render(page, look.Note(page.Title, x.p.T("You have no list yet."), &look.Link{Text: x.p.T("Make a list"), URL: listsPath}))
	}
	choices := make([]look.Choice, len(all))
	for n, l := range all {
		choices[n] = look.Choice{Value: l.ID.String(), Label: l.Title, Chosen: l.Has(a.ID)}
	}
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: "/accounts/" + a.ID.String() + "/lists", Submit: x.p.T("Save"),
		Beside: &look.Link{Text: x.p.T("Back to %s", a.Title()), URL: accountPath(a)},
		Fields: []templ.Component{look.Checkboxes(x.p, look.Field{Name: "list", Label: x.p.T("Lists")}, choices)}}))
}

// setListsWith puts somebody into the lists of the form, and takes them out of
// the reader's others.
func (x *visit) setListsWith() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	a, err := x.byID()
	if err != nil {
		return err
	}
	all, err := x.Relations.Lists(x.r.Context(), x.v)
	if err != nil {
		return err
	}
	for _, l := range all {
		switch chosen := slices.Contains(form["list"], l.ID.String()); {
		case chosen && !l.Has(a.ID):
			err = x.putIntoList(l.ID, a.ID)
		case !chosen && l.Has(a.ID):
			err = x.Relations.RemoveFromList(x.r.Context(), x.v, l.ID, []id.ID{a.ID})
		}
		if err != nil {
			return x.told(err, accountPath(a))
		}
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(accountPath(a))
}
