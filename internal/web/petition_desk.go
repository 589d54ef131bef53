package web

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

func petitionDeskRoutes() []route {
	return []route{
		{"GET /calls/{id}/petition", (*visit).petitionPage},
		{"POST /calls/{id}/addressees", (*visit).addAddressee},
		{"POST /calls/{id}/addressees/{row}/remove", (*visit).removeAddressee},
		{"POST /calls/{id}/deliveries", (*visit).addDelivery},
		{"POST /calls/{id}/deliveries/{row}/remove", (*visit).removeDelivery},
		{"GET /calls/{id}/answers/{row}", (*visit).answerPage},
		{"POST /calls/{id}/answers/{row}", (*visit).addAnswer},
		{"POST /calls/{id}/answers/{row}/remove", (*visit).removeAnswer},
		{"POST /calls/{id}/promises/{row}", (*visit).addCommitment},
		{"GET /calls/{id}/commitments/{row}", (*visit).rulingPage},
		{"POST /calls/{id}/commitments/{row}", (*visit).ruleCommitment},
		{"POST /calls/{id}/reasons/{row}/hide", (*visit).hideReason},
		{"POST /calls/{id}/reasons/{row}/show", (*visit).showReason},
		{"GET /calls/{id}/signatures.csv", (*visit).signatureSheet},
		{"GET /calls/{id}/signatures.pdf", (*visit).signaturePaper},
	}
}

// petitionDesk is where organisers look after a petition.
type petitionDesk struct {
	URL                       string
	Addressees, Deliveries    []deskLine
	AddAddressee, AddDelivery formView
	Speakers                  []look.Link // for whom the reader notes answers and commitments
	Answers                   []deskLine
	Commitments               []commitmentView
	Reasons                   []deskLine
	OlderReasons              string
	OtherReasons              look.Link
	NoReasons                 string
}

// deskLine is a line with what can be done about it.
type deskLine struct{ Text, Note, Action, Do string }

// deskForm is which of the desk's forms comes again, with what was typed.
type deskForm struct {
	addressee, delivery bool
	values              url.Values
	wrong               []look.Wrong
}

func (x *visit) petitionPage() error {
	c, err := x.organisedPetition()
	if err != nil {
		return err
	}
	return x.showDesk(c, deskForm{})
}

func (x *visit) organisedPetition() (theCall, error) {
	c, err := x.organisedCall()
	if err == nil && c.Kind != call.Petition {
		err = problem.NotFound("page")
	}
	return c, err
}

func (x *visit) showDesk(c theCall, again deskForm) error {
	r, err := x.readRecord(c)
	if err != nil {
		return err
	}
	path := callPath(c.ID)
	v := petitionDesk{URL: path, Commitments: x.commitments(c, r)}
	whom := []look.Choice{{Value: "", Label: x.p.T("All of them")}}
	for _, a := range r.addressees {
		name := x.spokenTo(c, r, a.ID)
		v.Addressees = append(v.Addressees, deskLine{Text: name, Note: a.Role, Action: path + "/addressees/" + a.ID.String() + "/remove", Do: x.p.T("Remove")})
		whom = append(whom, look.Choice{Value: a.ID.String(), Label: name})
		if to := x.addressee(c, r, a).AnswerURL; to != "" {
			v.Speakers = append(v.Speakers, look.Link{Text: x.p.T("Note what %s said", name), URL: to})
		}
	}
	for _, d := range r.deliveries {
		v.Deliveries = append(v.Deliveries, deskLine{Text: x.p.Date(d.On) + " · " + x.p.Number(d.Signatures), Note: d.How,
			Action: path + "/deliveries/" + d.ID.String() + "/remove", Do: x.p.T("Remove")})
	}
	for _, a := range r.answers {
		line := deskLine{Text: x.spokenTo(c, r, a.AddresseeID), Note: summary(a.Body, 120)}
		if a.Source != "" || x.v.Is(a.By) {
			line.Action, line.Do = path+"/answers/"+a.ID.String()+"/remove", x.p.T("Remove")
		}
		v.Answers = append(v.Answers, line)
	}
	v.AddAddressee, v.AddDelivery = x.addresseeForm(c, again), x.deliveryForm(c, again, whom)
	if err := x.deskReasons(c, &v); err != nil {
		return err
	}
	page := x.page(x.p.T("Look after the petition"))
	return x.render(page, petitionPage(x.p, page.Title, look.Link{Text: c.Title, URL: path}, v))
}

// deskReasons lists what can be hidden, or what is.
func (x *visit) deskReasons(c theCall, v *petitionDesk) error {
	at, err := x.paged()
	if err != nil {
		return err
	}
	path := callPath(c.ID) + "/petition"
	if x.r.URL.Query().Has("hidden") {
		v.OtherReasons, v.NoReasons = look.Link{Text: x.p.T("Those that are shown"), URL: path}, x.p.T("No reason is hidden.")
		hidden, err := x.Petitions.HiddenReasons(x.r.Context(), x.v, c.ID, at)
		if err != nil {
			return err
		}
		for _, h := range hidden {
			v.Reasons = append(v.Reasons, deskLine{Text: h.Reason, Note: x.p.T("hidden"), Action: callPath(c.ID) + "/reasons/" + h.ActID.String() + "/show", Do: x.p.T("Show it")})
		}
		if n := len(hidden); n > 0 {
			v.OlderReasons = x.older(at, n, hidden[n-1].ActID)
		}
		return nil
	}
	v.OtherReasons, v.NoReasons = look.Link{Text: x.p.T("Those that are hidden"), URL: path + "?hidden=1"}, x.p.T("No reason is shown here.")
	list, err := x.Petitions.Signatures(x.r.Context(), x.v, c.ID, true, at)
	if err != nil {
		return err
	}
	for _, a := range list {
		if a.Visibility != act.Me {
			v.Reasons = append(v.Reasons, deskLine{Text: a.Story, Action: callPath(c.ID) + "/reasons/" + a.ID.String() + "/hide", Do: x.p.T("Hide it")})
		}
	}
	if n := len(list); n > 0 {
		v.OlderReasons = x.older(at, n, list[n-1].ID)
	}
	return nil
}

func (x *visit) addresseeForm(c theCall, again deskForm) formView {
	values, wrong := url.Values{}, []look.Wrong(nil)
	if again.addressee {
		values, wrong = again.values, again.wrong
	}
	f := x.filled(values, wrong)
	return formView{Action: callPath(c.ID) + "/addressees", Wrong: wrong, Submit: x.p.T("Name them"), Fields: components(
		f.line(look.Field{Name: "handle", Label: x.p.T("Somebody here"), Prefix: "@", Optional: true, Hint: x.p.T("They answer for themselves.")}),
		f.line(look.Field{Name: "name", Label: x.p.T("Or an office or person elsewhere"), Optional: true, MaxLength: petition.NameMost, Hint: x.p.T("Like “The city council of Riverside”.")}),
		f.line(look.Field{Name: "role", Label: x.p.T("Why they?"), Optional: true, MaxLength: petition.RoleMost, Hint: x.p.T("Their part in it, like “decides on school meals”.")}),
	)}
}

func (x *visit) deliveryForm(c theCall, again deskForm, whom []look.Choice) formView {
	values, wrong := url.Values{"on": {x.Now().In(c.Location()).Format(time.DateOnly)}}, []look.Wrong(nil)
	if again.delivery {
		values, wrong = again.values, again.wrong
	}
	f := x.filled(values, wrong)
	return formView{Action: callPath(c.ID) + "/deliveries", Wrong: wrong, Submit: x.p.T("Note the day"), Fields: components(
		f.line(look.Field{Name: "on", Label: x.p.T("Handed over on"), Type: "date", Required: true}),
		f.choose(look.Field{Name: "addressee", Label: x.p.T("To whom?")}, whom),
		f.line(look.Field{Name: "how", Label: x.p.T("How?"), Optional: true, MaxLength: petition.HowMost, Hint: x.p.T("Like “in person, at the town hall”.")}),
	)}
}

func (x *visit) addAddressee() error {
	c, err := x.organisedPetition()
	if err != nil {
		return err
	}
	_, err = x.Petitions.AddAddressee(x.r.Context(), x.v, c.ID, petition.AddresseeDraft{Handle: trimHandle(x.sent.Get("handle")), Name: x.sent.Get("name"), Role: x.sent.Get("role")})
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showDesk(c, deskForm{addressee: true, values: x.sent, wrong: wrong})
	}
	return x.redirect(callPath(c.ID) + "/petition")
}

func (x *visit) addDelivery() error {
	c, err := x.organisedPetition()
	if err != nil {
		return err
	}
	d := petition.DeliveryDraft{How: x.sent.Get("how")}
	if to := x.sent.Get("addressee"); to != "" {
		if d.AddresseeID, err = id.Parse(to); err != nil {
			return problem.NotFound("addressee")
		}
	}
	if d.On, err = readTime("on", x.sent.Get("on"), time.UTC); err == nil {
		_, err = x.Petitions.AddDelivery(x.r.Context(), x.v, c.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showDesk(c, deskForm{delivery: true, values: x.sent, wrong: wrong})
	}
	x.flash(x.p.T("It is on record."))
	return x.redirect(callPath(c.ID) + "/petition")
}

// deskDo runs what a button of the desk does with its row.
func (x *visit) deskDo(do func(callID, row id.ID) error) error {
	c, err := x.organisedPetition()
	if err != nil {
		return err
	}
	row, err := x.id("row", "page")
	if err != nil {
		return err
	}
	if err := do(c.ID, row); err != nil {
		return x.told(err, callPath(c.ID)+"/petition")
	}
	return x.redirect(callPath(c.ID) + "/petition")
}

func (x *visit) removeAddressee() error {
	return x.deskDo(func(c, row id.ID) error { return x.Petitions.RemoveAddressee(x.r.Context(), x.v, c, row) })
}

func (x *visit) removeDelivery() error {
	return x.deskDo(func(c, row id.ID) error { return x.Petitions.RemoveDelivery(x.r.Context(), x.v, c, row) })
}

// removeAnswer is for organisers, and for who wrote it.
func (x *visit) removeAnswer() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	if _, err := x.form(); err != nil {
		return err
	}
	c, err := x.theCall()
	if err != nil {
		return err
	}
	row, err := x.id("row", "answer")
	if err != nil {
		return err
	}
	if err := x.Petitions.RemoveAnswer(x.r.Context(), x.v, c.ID, row); err != nil {
		return err
	}
	x.flash(x.p.T("Taken back."))
	return x.redirect(callPath(c.ID))
}

func (x *visit) hideReason() error {
	return x.deskDo(func(c, row id.ID) error { return x.Petitions.HideReason(x.r.Context(), x.v, c, row) })
}

func (x *visit) showReason() error {
	return x.deskDo(func(c, row id.ID) error { return x.Petitions.ShowReason(x.r.Context(), x.v, c, row) })
}

func (x *visit) signatureSheet() error {
	return x.handOver("text/csv; charset=utf-8", "csv", func(c theCall, w io.Writer) error {
		return x.Petitions.Sheet(x.r.Context(), x.v, c.ID, w)
	})
}

func (x *visit) signaturePaper() error {
	return x.handOver("application/pdf", "pdf", func(c theCall, w io.Writer) error {
		return x.Petitions.Paper(x.r.Context(), x.v, c.ID, x.p, w)
	})
}

// handOver answers with a file as it is written. Once it has begun, an error can
// only break it off.
func (x *visit) handOver(kind, ending string, write func(c theCall, w io.Writer) error) error {
	c, err := x.organisedPetition()
	if err != nil {
		return err
	}
	h := x.w.Header()
	out := &attachment{w: x.w, prolong: x.prolong, begin: func() {
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", `attachment; filename="`+petition.PaperName(c.ID, x.Now())+"."+ending+`"`)
		h.Set("Cache-Control", "private, no-store")
	}}
	err = write(c, out)
	if err == nil || out.begin != nil {
		return err
	}
	if !errors.Is(err, x.r.Context().Err()) {
		door.Fault(x.Log, x.r, err)
	}
	panic(http.ErrAbortHandler)
}

// attachment says what it is with its first bytes, and has another minute with each
// part.
type attachment struct {
	w       io.Writer
	begin   func() // nil once it has begun
	prolong func() error
}

func (a *attachment) Write(b []byte) (int, error) {
	if a.begin != nil {
		a.begin()
		a.begin = nil
	}
	if err := a.prolong(); err != nil {
		return 0, err
	}
	return a.w.Write(b)
}
