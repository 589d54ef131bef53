package web

import (
	"github.com/a-h/templ"

	"goodturn/internal/web/look"
)

// timelineView is a page of posts one beneath the other.
type timelineView struct {
	Title    string
	Hidden   bool // the title is for the ear: tabs or a head say it for the eye
	Intro    string
	Do       []rowButton
	More     *look.Link // to what can be changed about it
	Tabs     []look.Tab
	Told     []announcementView
	Composer *look.Composer
	Fresh    string // where to ask for what came since; "" for a page that does not
	Posts    []look.Post
	Empty    emptyView
	Newer    string
	Older    string
}

// emptyView says that there is nothing yet, and what to do next.
type emptyView struct {
	Title, Text string
	Next        *look.Link
}

// formView is a page with one form.
type formView struct {
	Title     string
	Intro     []string        // sentences above it
	Before    templ.Component // between these and the form; nil for none
	Tabs      []look.Tab
	TabsLabel string
	Action    string
	Files     bool // takes files
	Hidden    map[string]string
	Wrong     []look.Wrong
	Fields    []templ.Component
	Submit    string
	Preview   string      // on a second button, which sends "preview" and changes nothing; "" is without
	Danger    bool        // what it does cannot be undone
	Beside    *look.Link  // next to the button: the way out
	After     []look.Link // below it: where else to go
	More      templ.Component
}

// peopleView is a page of accounts.
type peopleView struct {
	Title string
	Intro string
	Tabs  []look.Tab
	Rows  []personRow
	Empty emptyView
	Newer string
	Older string
}

// personRow is an account with what can be done about it.
type personRow struct {
	Who  look.Person
	Note string
	Do   []rowButton
	Back string
}

// rowButton is a form of one button.
type rowButton struct {
	Text, Action string
	Said         string // Text for the ear, where that alone does not say of what
	Main         bool   // what most will want
}
