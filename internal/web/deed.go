package web

import (
	"net/url"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/problem"
	"goodturn/internal/safety"
	"goodturn/internal/web/look"
)

// A doer asks by a link whether a good turn reached somebody. The pages for whoever
// holds one are /reached; see reached.go.
func deedRoutes() []route {
	return []route{
		{"GET /acts/{id}/reached", (*visit).deedLinksPage},
		{"POST /acts/{id}/reached", (*visit).makeDeedLink},
		{"POST /reached/{id}", (*visit).mendDeedLink},
		{"GET /reached/{id}/report", (*visit).reportThanksPage},
		{"POST /reached/{id}/report", (*visit).reportThanks},
		{"GET /reached", (*visit).reachedPage},
		{"POST /reached", (*visit).answerReached},
		{"GET /reached/pass", (*visit).passOnPage},
		{"POST /reached/pass", (*visit).passOn},
	}
}

// saidView is what those who were helped said, as an act's page shows it.
type saidView struct {
	Thanks   []saidThanks
	Attested []time.Time
	AskURL   string // where the doer asks by a link; "" for others
}

// saidThanks is somebody's thanks.
type saidThanks struct {
	Words, Name string
	At          time.Time
	Shown       bool
}

func viewOf(t deed.Thanks) saidThanks {
	return saidThanks{Words: t.Words, Name: t.Name, At: t.At, Shown: t.Shown}
}

// saidOf is what was said of an act, of thanks only what everybody who sees it may
// read.
func (x *visit) saidOf(a *act.Act) (saidView, error) {
	var v saidView
	said, err := x.Deeds.Said(x.r.Context(), x.v, a.ID)
	if err != nil {
		return v, err
	}
	v.Attested = said.Attested
	for _, t := range said.Thanks {
		if t.Shown {
			v.Thanks = append(v.Thanks, viewOf(t))
		}
	}
	if x.didIt(a) && a.MayAttest() == nil {
		v.AskURL = actPath(a.ID) + "/reached"
	}
	return v, nil
}

// deedLinksView are the links of an act, for its doer.
type deedLinksView struct {
	Title, Back string
	Make        formView
	Links       []deedLinkView
}

// deedLinkView is one link.
type deedLinkView struct {
	ID        string
	Action    string // where what is done about it is sent
	Link      string // to hand over; "" once nothing more can be said by it
	Tells     bool
	Says      string
	Path      string // of a QR code, a unit a module
	Size      int
	Thanks    *saidThanks
	Witness   bool
	Witnessed time.Time
}

func (x *visit) deedLinksPage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	return x.showDeedLinks(a, nil, nil)
}

func (x *visit) showDeedLinks(a *act.Act, values url.Values, wrong []look.Wrong) error {
	links, err := x.Deeds.Links(x.r.Context(), x.v, a.ID)
	if err != nil {
		return err
	}
	x.unseen()
	page := x.page(x.p.T("Did it reach somebody?"))
	page.NoIndex, page.Islands = true, []string{"copy"}
	if values == nil {
		values = url.Values{"tells": {"1"}}
	}
	f := x.filled(values, wrong)
	v := deedLinksView{Title: page.Title, Back: actPath(a.ID)}
	v.Make = formView{Action: actPath(a.ID) + "/reached", Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("Make a link"), Fields: components(
		f.yes(look.Field{Name: "tells", Label: x.p.T("It shows my name and what I told"), Hint: x.p.T("Whoever may see the act anyway sees both. Without it, others see only that it was a good turn.")}))}
	for _, l := range links {
		one, err := x.deedLinkView(l)
		if err != nil {
			return err
		}
		v.Links = append(v.Links, one)
	}
	return x.render(page, deedLinksPage(x.p, v))
}

func (x *visit) deedLinkView(l *deed.Link) (deedLinkView, error) {
	v := deedLinkView{ID: l.ID.String(), Action: "/reached/" + l.ID.String(), Link: x.Deeds.URL(l), Tells: l.Tells, Witness: l.Witness, Witnessed: l.Witnessed}
	switch l.State {
	case deed.Withdrawn:
		v.Says = x.p.T("You took this link back. What was said by it stays until you delete it.")
	case deed.Expired:
		v.Says = x.p.T("The time of this link is over.")
	default:
		v.Says = x.p.T("Open until %s.", x.p.DateTime(l.ExpiresAt))
	}
	if l.Thanks != nil {
		t := viewOf(*l.Thanks)
		v.Thanks = &t
	}
	if v.Link == "" {
		return v, nil
	}
	var err error
	v.Path, v.Size, err = qrPath(v.Link)
	return v, err
}

func (x *visit) makeDeedLink() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	here := actPath(a.ID) + "/reached"
	_, err = x.Deeds.Make(x.r.Context(), x.v, a.ID, deed.Draft{Tells: x.sent.Get("tells") != "", Key: x.sent.Get("key")})
	if p, ok := problem.Of(err); ok && p.Kind == problem.KindTooMany {
		x.keepFlash(look.Flash{Text: x.sentence(p), Bad: true})
		return x.redirect(here)
	}
	if err != nil {
		return x.told(err, here)
	}
	x.flash(x.p.T("Here is your link. Give it to the person whom it reached."))
	return x.redirect(here)
}

// mendDeedLink does what a button of a link's maker says.
func (x *visit) mendDeedLink() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	i, err := x.id("id", "link")
	if err != nil {
		return err
	}
	ctx := x.r.Context()
	l, err := x.Deeds.ByID(ctx, x.v, i)
	if err != nil {
		return err
	}
	said := ""
	switch form.Get("do") {
	case "withdraw":
		err, said = x.Deeds.Withdraw(ctx, x.v, i), x.p.T("The link is taken back.")
	case "show":
		err, said = x.Deeds.Show(ctx, x.v, i, true), x.p.T("The thanks stand with what you did now.")
	case "hide":
		err, said = x.Deeds.Show(ctx, x.v, i, false), x.p.T("Only you see these thanks now.")
	case "delete":
		err, said = x.Deeds.DeleteThanks(ctx, x.v, i), x.p.T("Deleted. No more thanks come by this link.")
	case "unwitness":
		err, said = x.Deeds.RefuseWitness(ctx, x.v, i), x.p.T("That is taken back.")
	default:
		err = problem.NotFound("page")
	}
	if err != nil {
		return err
	}
	x.flash(said)
	return x.redirect(actPath(l.ActID) + "/reached")
}

// theThanks are those that came by a link of the reader's.
func (x *visit) theThanks() (*deed.Link, error) {
	if err := x.signedIn(); err != nil {
		return nil, err
	}
	i, err := x.id("id", "link")
	if err != nil {
		return nil, err
	}
	l, err := x.Deeds.ByID(x.r.Context(), x.v, i)
	if err == nil && l.Thanks == nil {
		err = problem.NotFound("link")
	}
	return l, err
}

// reportThanksPage tells the moderators of thanks that are none.
func (x *visit) reportThanksPage() error {
	l, err := x.theThanks()
	if err != nil {
		return err
	}
	return x.showReportThanks(l, url.Values{}, nil)
}

func (x *visit) showReportThanks(l *deed.Link, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Tell the moderators"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: "/reached/" + l.ID.String() + "/report", Wrong: wrong, Submit: x.p.T("Tell the moderators"),
		Intro:  []string{x.p.T("“%s”", l.Thanks.Words), x.p.T("These words go along, so that moderators have them even if they are taken back. Nobody can know who wrote them: they came by your link.")},
		Fields: components(x.filled(values, wrong).area(look.Field{Name: "comment", Label: x.p.T("What should we know?"), Optional: true, Rows: 4, MaxLength: safety.MaxComment})),
		Beside: &look.Link{Text: x.p.T("Leave it"), URL: actPath(l.ActID) + "/reached"}}))
}

func (x *visit) reportThanks() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	l, err := x.theThanks()
	if err != nil {
		return err
	}
	words := safety.WordsDraft{At: x.URL + actPath(l.ActID), Words: l.Thanks.Words, Name: l.Thanks.Name, Comment: form.Get("comment")}
	if _, err := x.Safety.ReportWords(x.r.Context(), x.v, words); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showReportThanks(l, form, wrong)
	}
	x.flash(x.p.T("Thank you. A moderator looks at it. You can delete the words here, and no more come by this link."))
	return x.redirect(actPath(l.ActID) + "/reached")
}

// reachedAt is an address of the pages for whoever holds a link.
func reachedAt(path, token string) string { return path + "?token=" + url.QueryEscape(token) }

// doerOf is who did one act.
func (x *visit) doerOf(a *act.Act) (look.Person, error) {
	named, err := x.doers([]*act.Act{a})
	if err != nil {
		return look.Person{}, err
	}
	return x.doer(named, a), nil
}
