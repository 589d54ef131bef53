package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

// The pages of moderators.
func moderationRoutes() []route {
	return []route{
		{"GET /moderation", governed((*visit).reportQueue)},
		{"GET /moderation/done", governed((*visit).reportQueue)},
		{"GET /moderation/reports/{id}", governed((*visit).moderatedReport)},
		{"POST /moderation/reports/{id}/resolve", governed(func(x *visit) error { return x.settle((*safety.Service).Resolve) })},
		{"POST /moderation/reports/{id}/reopen", governed(func(x *visit) error { return x.settle((*safety.Service).Reopen) })},
		{"POST /moderation/reports/{id}/assign", governed(func(x *visit) error { return x.settle((*safety.Service).Assign) })},
		{"POST /moderation/reports/{id}/unassign", governed(func(x *visit) error { return x.settle((*safety.Service).Unassign) })},
		{"GET /moderation/accounts", governed((*visit).moderatedAccounts)},
		{"GET /moderation/accounts/{id}", governed((*visit).moderatedAccount)},
		{"POST /moderation/accounts/{id}/decide", governed((*visit).decideAccount)},
		{"POST /moderation/accounts/{id}/undo/{action}", governed((*visit).undoDecision)},
		{"POST /moderation/accounts/{id}/role", governed((*visit).giveRole)},
		{"GET /moderation/accounts/{id}/delete", governed((*visit).deleteModeratedPage)},
		{"POST /moderation/accounts/{id}/delete", governed((*visit).deleteModerated)},
		{"GET /moderation/appeals", governed((*visit).appeals)},
		{"POST /moderation/appeals/{id}/accept", governed(func(x *visit) error { return x.answerAppeal(true) })},
		{"POST /moderation/appeals/{id}/reject", governed(func(x *visit) error { return x.answerAppeal(false) })},
		{"GET /moderation/record", governed((*visit).moderationRecord)},
	}
}

// governed is a page for moderators alone.
func governed(do func(*visit) error) func(*visit) error {
	return func(x *visit) error {
		if err := x.signedIn(); err != nil {
			return err
		}
		if !x.v.Moderates() {
			return problem.Forbidden("Only moderators may do this.")
		}
		return do(x)
	}
}

// Where moderators find what waits for them.
const (
	openReports = "/moderation"
	signUpsPath = "/moderation/sign-ups" // who would like to join
)

// moderationItem is the entry of a moderator's menu: how much waits, and the way to it.
func (x *visit) moderationItem() (look.MenuItem, error) {
	item := look.MenuItem{Text: x.p.T("Moderation"), URL: openReports}
	waits, err := x.Safety.Waits(x.r.Context(), x.v)
	if n := waits.Sum(); n > 0 {
		item.Text = x.p.T("Moderation (%s)", x.p.Number(n))
	}
	if waits.Reports == 0 && waits.SignUps > 0 {
		item.URL = signUpsPath
	}
	return item, err
}

// moderationTabs say how much waits behind each. Where that cannot be counted, the
// pages are there all the same.
func (x *visit) moderationTabs(at string) []look.Tab {
	waits, err := x.Safety.Waits(x.r.Context(), x.v)
	if err != nil {
		x.Log.WarnContext(x.r.Context(), "web: could not count what waits for moderators", "err", err)
	}
	tabs := []look.Tab{{Text: x.p.T("Open reports"), URL: openReports, Count: waits.Reports}, {Text: x.p.T("Done"), URL: "/moderation/done"},
		{Text: x.p.T("Appeals"), URL: "/moderation/appeals", Count: waits.Appeals}, {Text: x.p.T("Accounts"), URL: "/moderation/accounts"},
		{Text: x.p.T("Who would like to join"), URL: signUpsPath, Count: waits.SignUps}, {Text: x.p.T("Record"), URL: "/moderation/record"},
		{Text: x.p.T("This server"), URL: adminPath}}
	for n := range tabs {
		tabs[n].Current = tabs[n].URL == at
	}
	return tabs
}

// actionNames are what moderators call the actions.
var actionNames = map[safety.Action]string{
	safety.Warn: lang.Mark("A word"), safety.Sensitive: lang.Mark("Mark all posts as sensitive"), safety.Disable: lang.Mark("Switch off signing in"),
	safety.Limit: lang.Mark("Limit"), safety.Suspend: lang.Mark("Suspend"),
	safety.Unsensitive: lang.Mark("No longer mark posts as sensitive"), safety.Enable: lang.Mark("Switch signing in on"),
	safety.Unlimit: lang.Mark("End the limit"), safety.Unsuspend: lang.Mark("Restore"),
	safety.Approve: lang.Mark("Let in"), safety.Reject: lang.Mark("Turned down"), safety.Delete: lang.Mark("Deleted for good"),
	safety.MakeAdmin: lang.Mark("Made an administrator"), safety.MakeModerator: lang.Mark("Made a moderator"), safety.TakeRole: lang.Mark("Role taken back"),
	safety.BlockDomain: lang.Mark("Block a domain"), safety.ChangeDomain: lang.Mark("Change a domain’s block"), safety.UnblockDomain: lang.Mark("Unblock a domain"),
	safety.AllowDomain: lang.Mark("Allow a domain"), safety.DisallowDomain: lang.Mark("No longer allow a domain"),
	safety.BlockMailDomain: lang.Mark("Bar a mail domain"), safety.UnblockMail: lang.Mark("No longer bar a mail domain"),
	safety.BlockMail: lang.Mark("Bar a mail address"), safety.UnblockMailOne: lang.Mark("No longer bar a mail address"),
	safety.BlockAddress: lang.Mark("Block a part of the network"), safety.ChangeAddress: lang.Mark("Change a block of the network"),
	safety.UnblockAddress: lang.Mark("Unblock a part of the network"),
	safety.AcceptAppeal:   lang.Mark("Accept an appeal"), safety.RejectAppeal: lang.Mark("Reject an appeal"),
	safety.ResolveReport: lang.Mark("Close a report"), safety.ReopenReport: lang.Mark("Open a report again"),
	safety.AssignReport: lang.Mark("Take a report on"), safety.UnassignReport: lang.Mark("Put a report back"), safety.ChangeReportKind: lang.Mark("Mend a report"),
	safety.RefuseTrend: lang.Mark("Keep out of “Today”"), safety.AllowTrend: lang.Mark("Allow in “Today”"),
}

func (x *visit) moderationPage(title string) look.Page {
	page := x.page(title)
	page.NoIndex = true
	return page
}

func (x *visit) reportQueue() error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	done := strings.HasSuffix(x.r.URL.Path, "/done")
	list, err := x.Safety.Reports(x.r.Context(), x.v, safety.ReportFilter{Done: done}, at)
	if err != nil {
		return err
	}
	rows, err := x.reportRows(list)
	if err != nil {
		return err
	}
	title, tab := x.p.T("Open reports"), openReports
	if done {
		title, tab = x.p.T("Reports that are done"), "/moderation/done"
	}
	view := linesView{Title: title, Tabs: x.moderationTabs(tab), Rows: rows, Empty: emptyView{Title: x.p.T("Nothing to look at"), Text: x.p.T("What people report appears here.")}}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	for _, tab := range view.Tabs {
		if !done && tab.URL == signUpsPath && tab.Count > 0 {
			view.Empty.Next = &look.Link{Text: x.p.T("Somebody would like to join"), URL: signUpsPath}
		}
	}
	return x.render(x.moderationPage(title), linesPage(x.p, view))
}

func (x *visit) reportRows(list []*safety.Report) ([]lineRow, error) {
	var ids []id.ID
	for _, r := range list {
		ids = append(ids, r.AccountID, r.TargetID)
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, err
	}
	var rows []lineRow
	for _, r := range list {
		row := lineRow{Title: x.p.T("About %s", x.called(people[r.TargetID])), URL: "/moderation/reports/" + r.ID.String(), At: r.CreatedAt,
			Who: x.p.T("told by %s", x.called(people[r.AccountID])), Text: []string{x.p.T(categorySays(r.Category))}}
		if ofNobody(people[r.TargetID]) {
			row.Title = x.p.T("About somebody without an account")
		}
		rules, err := x.Safety.RulesOf(x.r.Context(), r.RuleIDs)
		if err != nil {
			return nil, err
		}
		for n := range rules {
			row.Text = append(row.Text, x.p.T("Rule: %s", rules[n].In(x.p.Tag()).Text))
		}
		if r.Comment != "" {
			row.Text = append(row.Text, x.p.T("“%s”", r.Comment))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// ofNobody says whether a report is of words that nobody with an account left: then
// there is no account to decide about.
func ofNobody(target *account.Account) bool {
	return target != nil && target.Kind == account.KindServer
}

// called is how moderators read an account.
func (x *visit) called(a *account.Account) string {
	if a == nil || a.State == account.StateDeleted {
		return x.p.T("Someone who left")
	}
	return "@" + a.Handle()
}

// moderatedReport is one report: what was told, the posts, what may be done, and
// what was decided about the account before.
func (x *visit) moderatedReport() error {
	i, err := x.id("id", "report")
	if err != nil {
		return err
	}
	r, err := x.Safety.OneReport(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	rows, err := x.reportRows([]*safety.Report{r})
	if err != nil {
		return err
	}
	told := rows[0]
	told.URL = ""
	var about []templ.Component
	if r.TargetID != x.Accounts.Server().ID { // else it is of words that are nobody's
		told.URL = "/moderation/accounts/" + r.TargetID.String()
		if about, err = x.aboutAccount(r.TargetID, i); err != nil {
			return err
		}
	}
	to := "/moderation/reports/" + i.String()
	told.Do, told.Back = []rowButton{{Text: x.p.T("Take it on"), Action: to + "/assign", Main: true}, {Text: x.p.T("Close it"), Action: to + "/resolve"}}, to
	if r.AssignedID != 0 {
		told.Do[0] = rowButton{Text: x.p.T("Put it back"), Action: to + "/unassign"}
	}
	if !r.DoneAt.IsZero() {
		told.Do = []rowButton{{Text: x.p.T("Open it again"), Action: to + "/reopen"}}
	}
	all := []templ.Component{linesPage(x.p, linesView{Title: x.p.T("A report"), Tabs: x.moderationTabs(""), Rows: []lineRow{told}})}
	posts, err := x.evidence(r)
	if err != nil {
		return err
	}
	if len(posts) > 0 {
		all = append(all, section(x.p.T("What it is about"), lines(x.p, linesView{Rows: posts})))
	}
	return x.render(x.moderationPage(x.p.T("A report")), parts(append(all, about...)))
}

func (x *visit) evidence(r *safety.Report) ([]lineRow, error) {
	entries, err := x.Safety.Evidence(x.r.Context(), x.v, []*safety.Report{r})
	if err != nil {
		return nil, err
	}
	var rows []lineRow
	for _, e := range entries {
		p := e.Of().Post
		row := lineRow{Title: x.p.T("A post"), URL: postPath(p.ID), At: p.CreatedAt, Text: []string{excerpt(p, 2000)}}
		for _, m := range p.Media {
			row.Text = append(row.Text, x.p.T("A picture: %s", m.Description))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// aboutAccount is what may be decided about an account, and what was.
func (x *visit) aboutAccount(i, report id.ID) ([]templ.Component, error) {
	person, err := x.Safety.Person(x.r.Context(), x.v, i)
	if err != nil {
		return nil, err
	}
	var all []templ.Component
	if account.MayModerate(x.v, person.Account) == nil && !x.v.Is(i) && person.State != account.StateDeleted {
		all = append(all, x.decisionForms(person, report)...)
	}
	record, err := x.Safety.Record(x.r.Context(), x.v, i, db.Page{})
	if err != nil {
		return nil, err
	}
	rows, err := x.recordRows(record)
	if err != nil {
		return nil, err
	}
	before := linesView{Rows: rows, Empty: emptyView{Title: x.p.T("Nothing yet"), Text: x.p.T("Nobody has decided anything about this account.")}}
	return append(all, section(x.p.T("What was decided before"), lines(x.p, before))), nil
}

func (x *visit) decisionForms(person *safety.Person, report id.ID) []templ.Component {
	to := "/moderation/accounts/" + person.ID.String()
	holds := map[safety.Action]bool{safety.Sensitive: person.Curbs.Sensitive, safety.Disable: person.Curbs.Disabled, safety.Limit: person.Curbs.Limited,
		safety.Suspend: person.State == account.StateSuspended}
	var choices []look.Choice
	var undo []rowButton
	for _, a := range []safety.Action{safety.Warn, safety.Sensitive, safety.Limit, safety.Disable, safety.Suspend} {
		if a == safety.Suspend && person.Waits() {
			continue
		}
		if holds[a] {
			undo = append(undo, rowButton{Text: x.p.T(actionNames[a.Undoes()]), Action: to + "/undo/" + string(a.Undoes())})
			continue
		}
		choices = append(choices, look.Choice{Value: string(a), Label: x.p.T(actionNames[a]), Hint: x.p.T(a.Says()), Chosen: a == safety.Warn})
	}
	hidden := map[string]string{"back": x.here()}
	if report != 0 {
		hidden["report"] = report.String()
	}
	all := []templ.Component{titled(x.p.T("Decide"), form(x.p, formView{Action: to + "/decide", Hidden: hidden, Submit: x.p.T("Decide and tell them"),
		Fields: []templ.Component{
			look.Radios(x.p, look.Field{Name: "action", Label: x.p.T("What shall hold?"), Hint: x.p.T("They read the sentence beside it.")}, choices),
			look.TextArea(x.p, look.Field{Name: "reason", Label: x.p.T("Why?"), Hint: x.p.T("They read this, too. It stays on record."), MaxLength: safety.MaxReason}),
		}}))}
	if len(undo) > 0 {
		all = append(all, section(x.p.T("What holds now"), buttonsAlone(undo, x.here())))
	}
	if holds[safety.Suspend] {
		all = append(all, linkAlone(look.Link{Text: x.p.T("Delete it for good"), URL: to + "/delete"}))
	}
	return all
}

func (x *visit) recordRows(record []*safety.Decision) ([]lineRow, error) {
	var ids []id.ID
	for _, d := range record {
		ids = append(ids, d.ModeratorID, d.TargetID)
	}
	people, err := x.people(ids)
	if err != nil {
		return nil, err
	}
	var rows []lineRow
	for _, d := range record {
		row := lineRow{Title: x.p.T(actionNames[d.Action]), At: d.CreatedAt, Who: x.Name}
		if d.ModeratorID != 0 {
			row.Who = x.called(people[d.ModeratorID])
		}
		if d.TargetID != 0 {
			row.Text, row.URL = append(row.Text, x.called(people[d.TargetID])), "/moderation/accounts/"+d.TargetID.String()
		}
		for _, s := range []string{d.Subject, d.Reason} {
			if s != "" {
				row.Text = append(row.Text, s)
			}
		}
		if d.Appeal != nil {
			row.Text = append(row.Text, x.p.T("They answer: %s", d.Appeal.Text))
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// settle changes a report and comes back to it.
func (x *visit) settle(do func(*safety.Service, context.Context, account.Viewer, id.ID) (*safety.Report, error)) error {
	i, err := x.id("id", "report")
	if err != nil {
		return err
	}
	if _, err := do(x.Safety, x.r.Context(), x.v, i); err != nil {
		return err
	}
	return x.redirect("/moderation/reports/" + i.String())
}

func (x *visit) appeals() error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.Appealed(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	rows, err := x.recordRows(list)
	if err != nil {
		return err
	}
	for n, d := range list {
		to := "/moderation/appeals/" + d.ID.String()
		rows[n].Do, rows[n].Back = []rowButton{{Text: x.p.T("They are right: take it back"), Action: to + "/accept", Main: true}, {Text: x.p.T("It stays"), Action: to + "/reject"}}, "/moderation/appeals"
	}
	title := x.p.T("Appeals")
	view := linesView{Title: title, Tabs: x.moderationTabs("/moderation/appeals"), Rows: rows, Empty: emptyView{Title: x.p.T("No appeals"), Text: x.p.T("Who disagrees with a decision can answer it once; the answers appear here.")}}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(x.moderationPage(title), linesPage(x.p, view))
}

func (x *visit) answerAppeal(accept bool) error {
	i, err := x.id("id", "appeal")
	if err != nil {
		return err
	}
	if err := x.Safety.AnswerAppeal(x.r.Context(), x.v, i, accept); err != nil {
		return err
	}
	x.flash(x.p.T("Decided, and on record."))
	return x.redirect("/moderation/appeals")
}

func (x *visit) moderationRecord() error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	list, err := x.Safety.Record(x.r.Context(), x.v, 0, at)
	if err != nil {
		return err
	}
	rows, err := x.recordRows(list)
	if err != nil {
		return err
	}
	title := x.p.T("Record")
	view := linesView{Title: title, Tabs: x.moderationTabs("/moderation/record"), Rows: rows, Empty: emptyView{Title: x.p.T("Nothing yet"), Text: x.p.T("What moderators decide is kept here: who, what, when and why.")}}
	if n := len(list); n > 0 {
		view.Newer, view.Older = x.newer(at, list[0].ID), x.older(at, n, list[n-1].ID)
	}
	return x.render(x.moderationPage(title), linesPage(x.p, view))
}
