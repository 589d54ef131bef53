package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func petitionRoutes() []route {
	return []route{
		{"POST /calls/{id}/sign", (*visit).signPetition},
		{"POST /calls/{id}/unsign", (*visit).unsignPetition},
		{"GET /calls/{id}/signed", (*visit).signedPage},
		{"GET /calls/{id}/texts", (*visit).textsPage},
		{"GET /signatures/confirm", (*visit).confirmSignaturePage},
		{"POST /signatures/confirm", (*visit).confirmSignature},
		{"GET /signatures/withdraw", (*visit).withdrawSignaturePage},
		{"POST /signatures/withdraw", (*visit).withdrawSignature},
		{"GET /signatures/stop", (*visit).stopNewsPage},
		{"POST /signatures/stop", (*visit).stopNews},
		{"GET /petitions/{id}", (*visit).petitionOf},
	}
}

// petitionView is what a petition's page shows beside what all calls show.
type petitionView struct {
	URL          string
	Signed, Step int64
	Takes        bool // signatures
	Recent       []string
	Mine         *mineView // what the reader signed
	Form         formView
	SignIn       string // where a stranger who has an account goes
	Organiser    bool
	OrganiseLink *look.Link
	Addressees   []addresseeView
	Deliveries   []deliveryView
	Texts        int64 // versions
	Answers      []answerView
	Commitments  []commitmentView
}

func (v petitionView) recent() string { return strings.Join(v.Recent, ", ") }

type mineView struct {
	URL     string
	Private bool
	At      time.Time
}

// recentMost is how many names of those who signed lately stand on the page.
const recentMost = 8

// petitionParts are the sections of a petition's page.
func (x *visit) petitionParts(c theCall) ([]templ.Component, error) {
	v := petitionView{URL: callPath(c.ID), Takes: c.Takes() == nil, Organiser: c.organiser}
	ctx := x.r.Context()
	progress, err := x.Calls.Progress(ctx, []*call.Call{c.Call})
	if err != nil {
		return nil, err
	}
	v.Signed = progress[c.ID].Done
	v.Step = petition.Step(v.Signed, c.Goal)
	if v.Recent, err = x.recentSigners(c); err != nil {
		return nil, err
	}
	if v.Texts, err = x.Petitions.Version(ctx, c.ID); err != nil {
		return nil, err
	}
	mine, err := x.Petitions.Mine(ctx, x.v, c.ID)
	if err != nil {
		return nil, err
	}
	if mine != nil {
		v.Mine = &mineView{URL: actPath(mine.ID), Private: mine.Visibility != act.Public, At: mine.DoneAt}
	}
	v.Form = x.signForm(c, v.Texts)
	if x.me == nil {
		v.SignIn = toward("/sign-in", x.here())
	}
	if c.organiser {
		v.OrganiseLink = &look.Link{Text: x.p.T("Look after it"), URL: v.URL + "/petition"}
	}
	if err := x.petitionRecord(c, &v); err != nil {
		return nil, err
	}
	return components(petitionSign(x.p, v), petitionTo(x.p, v)), nil
}

// recentSigners are names of those who signed in public lately.
func (x *visit) recentSigners(c theCall) ([]string, error) {
	list, err := x.Petitions.Signatures(x.r.Context(), x.v, c.ID, false, db.Page{Limit: recentMost})
	if err != nil {
		return nil, err
	}
	cards, err := x.actCards(list)
	if err != nil {
		return nil, err
	}
	var names []string
	for i, card := range cards {
		if list[i].Visibility == act.Public {
			names = append(names, card.Doer.Shown())
		}
	}
	return names, nil
}

// signForm is how one signs: as a member by its button alone, from outside by a
// name and an address.
func (x *visit) signForm(c theCall, version int64) formView {
	values := c.sent
	if values == nil {
		values = url.Values{"inspired_by": {x.r.URL.Query().Get("via")}}
	}
	f := x.filled(values, c.wrong)
	hidden := map[string]string{"version": strconv.FormatInt(version, 10), "inspired_by": values.Get("inspired_by")}
	v := formView{Action: callPath(c.ID) + "/sign", Wrong: c.wrong, Submit: x.p.T("Sign the petition"), Hidden: hidden}
	if x.me == nil {
		v.Fields = components(
			f.line(look.Field{Name: "name", Label: x.p.T("Your name"), Autocomplete: "name", Required: true, MaxLength: petition.NameMost}),
			f.line(look.Field{Name: "address", Label: x.p.T("Mail address"), Type: "email", Autocomplete: "email", Required: true,
				Hint: x.p.T("A letter with a link comes to it, to confirm. Nobody sees it, and it is erased once you did.")}),
		)
	} else {
		hidden["key"] = keyed(values)["key"]
	}
	v.Fields = append(v.Fields,
		f.area(look.Field{Name: "reason", Label: x.p.T("Why do you sign?"), Optional: true, Rows: 3, MaxLength: petition.ReasonMost}),
		f.yes(look.Field{Name: "private", Label: x.p.T("Sign in private"), Hint: x.p.T("You are counted, and not named.")}),
	)
	if x.me == nil {
		v.Fields = append(v.Fields, f.yes(look.Field{Name: "updates", Label: x.p.T("Write to me when something comes of it"),
			Hint: x.p.T("Your address is kept for that, for two years at most, and erased when you say so.")}))
	}
	return v
}

// signPetition signs as who has signed in, or sends a letter to who has not.
func (x *visit) signPetition() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	c, err := x.theCall()
	if err != nil {
		return err
	}
	version, source := readVersion(form.Get("version")), act.Source{}
	if said, ok := readSource(form.Get("inspired_by")); ok {
		source = said
	}
	ctx, private := x.r.Context(), form.Get("private") != ""
	if x.me == nil {
		err = x.Petitions.SignOutside(ctx, c.ID, petition.OutsideDraft{Name: form.Get("name"), Address: form.Get("address"), Reason: form.Get("reason"),
			Private: private, Updates: form.Get("updates") != "", Version: version, InspiredBy: source, Language: x.p.Tag(), From: door.Addr(x.r)})
	} else {
		_, err = x.Petitions.Sign(ctx, x.v, c.ID, petition.Draft{Reason: form.Get("reason"), Private: private, Version: version, InspiredBy: source, Key: form.Get("key")})
		if p, ok := problem.Of(err); ok && p.Field == "inspired_by" {
			form.Set("inspired_by", "") // what led here is gone; the form comes again without it
		}
	}
	if err != nil {
		if c.wrong, err = x.refused(err); err != nil {
			return err
		}
		for i, w := range c.wrong {
			if w.Field == "call_id" || w.Field == "version" || w.Field == "call" || w.Field == "inspired_by" || w.Field == "Idempotency-Key" {
				c.wrong[i].Field = ""
			}
		}
		c.sent = form
		return x.showCall(c)
	}
	if x.me == nil {
		page := x.page(x.p.T("Look into your mail"))
		return x.render(page, askedPage(x.p, page.Title, x.Petitions.Delivers(), callPath(c.ID)))
	}
	return x.redirect(callPath(c.ID) + "/signed")
}

func (x *visit) unsignPetition() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	callID, err := x.id("id", "call")
	if err != nil {
		return err
	}
	if err := x.Petitions.Withdraw(x.r.Context(), x.v, callID); err != nil {
		return x.told(err, callPath(callID))
	}
	x.flash(x.p.T("Your signature is taken back."))
	return x.redirect(x.whereSigned(callID))
}

// whereSigned leads back to a petition, or home where it is not shown any more.
func (x *visit) whereSigned(callID id.ID) string {
	if _, err := x.Calls.Get(x.r.Context(), x.v, callID); err != nil {
		return "/"
	}
	return callPath(callID)
}

// signedView is the page after signing.
type signedView struct {
	Title, Words     string
	Post, Mail, Back string
	More             []look.Call
}

// signedPage thanks, and offers to pass it on; the link says who moved whom where
// a member passes it on.
func (x *visit) signedPage() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	if c.Kind != call.Petition {
		return problem.NotFound("page")
	}
	link := x.URL + callPath(c.ID)
	mine, err := x.Petitions.Mine(x.r.Context(), x.v, c.ID)
	if err != nil {
		return err
	}
	if mine != nil && mine.Visibility == act.Public {
		link += "?via=" + act.Source{Kind: act.FromAct, ID: mine.ID}.String()
	}
	v := signedView{Words: x.p.T("I signed “%s”. Would you?", c.Title) + " " + link, Back: callPath(c.ID)}
	v.Post = "/compose?text=" + url.QueryEscape(v.Words+" #"+c.movement.Hashtag)
	v.Mail = "mailto:?subject=" + url.PathEscape(c.Title) + "&body=" + url.PathEscape(v.Words)
	others, err := x.Calls.Of(x.r.Context(), x.v, c.MovementID, call.StateOpen, db.Page{Limit: 4})
	if err != nil {
		return err
	}
	var more []*call.Call
	for _, o := range others {
		if o.ID != c.ID && len(more) < 3 {
			more = append(more, o)
		}
	}
	if v.More, err = x.callCards(more, false); err != nil {
		return err
	}
	page := x.page(x.p.T("You signed"))
	v.Title, page.NoIndex = page.Title, true
	return x.render(page, signedPage(x.p, v))
}

// confirmSignaturePage is where the link of a mail leads; only its POST counts.
func (x *visit) confirmSignaturePage() error {
	token := x.r.URL.Query().Get("token")
	n, err := x.Petitions.Signing(x.r.Context(), token)
	if err != nil {
		return err
	}
	c, err := x.Calls.Get(x.r.Context(), account.Nobody, n.CallID)
	if err != nil {
		return err
	}
	shown := x.p.T("Your name and your reason will be shown with it, and handed to the addressee.")
	if n.Private {
		shown = x.p.T("It is private: you are counted, and not named.")
	}
	intro := []string{c.Title, x.p.T("Signed as: %s", n.Name)}
	if n.Reason != "" {
		intro = append(intro, x.p.T("Your reason: %s", n.Reason))
	}
	return x.secretPage(formView{Title: x.p.T("Confirm your signature"), Action: "/signatures/confirm", Hidden: map[string]string{"token": token},
		Intro: append(intro, shown), Submit: x.p.T("Yes, I sign")})
}

// secretPage is a form whose address holds a secret: nobody keeps it.
func (x *visit) secretPage(v formView) error {
	x.w.Header().Set("Cache-Control", "no-store")
	x.w.Header().Set("Referrer-Policy", "no-referrer")
	page := x.page(v.Title)
	page.NoIndex = true
	return x.render(page, formPage(x.p, v))
}

func (x *visit) confirmSignature() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	callID, already, err := x.Petitions.Confirm(x.r.Context(), form.Get("token"))
	if err != nil {
		return err
	}
	if already {
		x.flash(x.p.T("You have signed this already, so it counts once."))
		return x.redirect(callPath(callID))
	}
	return x.redirect(callPath(callID) + "/signed")
}

func (x *visit) withdrawSignaturePage() error {
	token := x.r.URL.Query().Get("token")
	what, err := x.Petitions.Withdrawal(x.r.Context(), token)
	if err != nil {
		return err
	}
	say := x.p.T("All that was filled in is erased, your address too. It was not counted.")
	if what.Confirmed {
		say = x.p.T("It no longer counts, and your name, your reason and your address are erased.")
	}
	return x.secretPage(formView{Title: x.p.T("Take the signature back?"), Action: "/signatures/withdraw", Hidden: map[string]string{"token": token},
		Intro: []string{what.Title, say}, Submit: x.p.T("Take it back"), Danger: true, Beside: &look.Link{Text: x.p.T("Keep it"), URL: x.whereSigned(what.CallID)}})
}

func (x *visit) withdrawSignature() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	callID, err := x.Petitions.WithdrawByLink(x.r.Context(), form.Get("token"))
	if err != nil {
		return err
	}
	x.flash(x.p.T("Your signature is taken back."))
	return x.redirect(x.whereSigned(callID))
}

func (x *visit) stopNewsPage() error {
	return x.secretPage(formView{Title: x.p.T("No more news of this petition?"), Action: "/signatures/stop", Hidden: map[string]string{"token": x.r.URL.Query().Get("token")},
		Intro: []string{x.p.T("Your address is erased. Your signature stays.")}, Submit: x.p.T("No more news")})
}

// stopNews is also what a mail program sends by itself (RFC 8058), with the token
// in the address.
func (x *visit) stopNews() error {
	form, err := x.form()
	if err != nil {
		return err
	}
	token := form.Get("token")
	if token == "" {
		token = x.r.URL.Query().Get("token")
	}
	if err := x.Petitions.Stop(x.r.Context(), token); err != nil {
		return err
	}
	x.flash(x.p.T("You hear no more of it, and your address is erased."))
	return x.redirect("/")
}

// petitionOf leads from an answer, a commitment or what became of one to where it
// stands.
func (x *visit) petitionOf() error {
	i, err := x.id("id", "page")
	if err != nil {
		return err
	}
	callID, err := x.Petitions.CallOf(x.r.Context(), x.v, i)
	if err != nil {
		return err
	}
	return x.redirect(callPath(callID) + "#answers")
}

// readVersion is 0 for what is none.
func readVersion(s string) int64 {
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return v
}
