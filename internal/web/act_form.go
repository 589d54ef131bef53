package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/invite"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// doing is what an act is told for: a call, or a movement, or nothing at all.
type doing struct {
	call      *call.Call         // nil for a free deed
	movement  *movement.Movement // nil for one that belongs to none
	movements []*movement.Movement
	action    string
	back      string
}

func (d doing) kind() call.Kind {
	if d.call == nil {
		return call.Deed
	}
	return d.call.Kind
}

func (d doing) unit() string {
	if d.call == nil {
		return call.Deed.Unit()
	}
	return d.call.Unit
}

// zoned says whether the call names the zone of its times; else the form asks.
func (d doing) zoned() bool { return d.call != nil && d.call.Zone != "" }

// zone is where the clock stands that a time in the form was read from.
func (d doing) zone(form url.Values) (*time.Location, error) {
	if d.zoned() {
		return d.call.Location(), nil
	}
	return readZone("zone", form.Get("zone"))
}

// doCall is what the form of a call's acts is for.
func (x *visit) doCall() (doing, error) {
	if err := x.signedIn(); err != nil {
		return doing{}, err
	}
	c, err := x.theCall()
	if err != nil {
		return doing{}, err
	}
	if err := c.Takes(); err != nil {
		return doing{}, err
	}
	return doing{call: c.Call, movement: c.movement, action: callPath(c.ID) + "/act", back: callPath(c.ID)}, nil
}

// doFreely is what the form of a free deed is for.
func (x *visit) doFreely() (doing, error) {
	if err := x.signedIn(); err != nil {
		return doing{}, err
	}
	mine, err := x.Movements.JoinedBy(x.r.Context(), x.v, x.me.ID)
	if err != nil {
		return doing{}, err
	}
	mine = slices.DeleteFunc(mine, func(m *movement.Movement) bool { return m.State != movement.StateOpen })
	return doing{movements: mine, action: "/acts/new", back: "/movements"}, nil
}

func (x *visit) actFormPage() error {
	d, err := x.doCall()
	if err != nil {
		return err
	}
	if d.kind() == call.Petition {
		return x.redirect(d.back + x.via() + "#sign")
	}
	if d.kind().OneOnly() {
		first, err := x.Acts.First(x.r.Context(), x.v, []id.ID{d.call.ID})
		if err != nil {
			return err
		}
		if i := first[d.call.ID]; i != 0 {
			x.flash(x.p.T("You did this already. Here it is."))
			return x.redirect(actPath(i))
		}
	}
	q := x.r.URL.Query()
	if d.call.Kind == call.Fundraiser {
		return x.redirect(callPath(d.call.ID) + "/give?" + q.Encode())
	}
	if meet.Kind(d.call.Kind) && !q.Has("told") && !q.Has("of") {
		ahead, err := x.Meets.Of(x.r.Context(), x.v, d.call.ID, meet.Ahead, meet.Page{Limit: 1})
		if err != nil {
			return err
		}
		if len(ahead) > 0 {
			return x.redirect(callPath(d.call.ID) + "/dates" + x.via())
		}
	}
	if err := x.Acts.Begun(x.r.Context(), d.call); err != nil {
		return err
	}
	values := url.Values{"visibility": {string(d.call.Visibility)}, "evidence_visibility": {string(act.Organisers)}, "inspired_by": {q.Get("via")}, "story": {x.ideaWords(q.Get("idea"))}}
	if err := x.shown(q.Get("of"), values); err != nil {
		return err
	}
	return x.showActForm(d, values, nil, "")
}

// shown fills a form with what the reader's own post showed of it: its words but
// for whom it spoke to, and its files.
func (x *visit) shown(of string, values url.Values) error {
	i, err := id.Parse(of)
	if err != nil {
		return nil
	}
	e, err := x.Posts.Get(x.r.Context(), x.v, i)
	if problem.Is(err, problem.KindNotFound) || err == nil && !x.v.Is(e.Post.AccountID) {
		return nil // it is gone, or was never theirs: an empty form is no harm
	}
	if err != nil {
		return err
	}
	words := strings.Fields(e.Post.Text)
	for len(words) > 0 && strings.HasPrefix(words[0], "@") {
		words = words[1:]
	}
	if len(words) > 0 {
		values.Set("story", e.Post.Text[strings.Index(e.Post.Text, words[0]):])
	}
	for _, m := range e.Post.Media {
		values.Add("kept", m.ID.String())
	}
	return nil
}

func (x *visit) deedFormPage() error {
	d, err := x.doFreely()
	if err != nil {
		return err
	}
	q := x.r.URL.Query()
	values := url.Values{"visibility": {string(act.Public)}, "evidence_visibility": {string(act.Organisers)}, "inspired_by": {q.Get("via")}, "movement": {q.Get("movement")}, "story": {x.ideaWords(q.Get("idea"))}}
	return x.showActForm(d, values, nil, "")
}

// showActForm asks what was done; note is what to know before it is sent again.
func (x *visit) showActForm(d doing, values url.Values, wrong []look.Wrong, note string) error {
	f := x.filled(values, wrong)
	title := x.p.T("Tell of a good deed")
	if d.call != nil {
		title = d.call.Title
	}
	page := x.page(title)
	sources, err := x.sourceChoices(values.Get("inspired_by"))
	if err != nil {
		return err
	}
	evidence, err := x.evidenceFields(f)
	if err != nil {
		return err
	}
	v := formView{Title: title, Action: d.action, Files: true, Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("Tell it"), Beside: &look.Link{Text: x.p.T("Not now"), URL: d.back}}
	if d.call != nil && d.call.CountsAs != "" {
		v.Intro = []string{x.p.T("What counts as done: %s", d.call.CountsAs)}
	}
	if note != "" {
		v.Intro = append(v.Intro, note)
	}
	v.Fields = append(v.Fields, x.whatFields(d, f)...)
	v.Fields = append(v.Fields,
		x.placeFields(f, x.whoSees(d)),
		f.moved(sources),
		f.line(look.Field{Name: "inspired_link", Label: x.p.T("A post or an act here that moved you"), Hint: x.p.T("The address of a post or an act."), Optional: true}),
		evidence,
		f.choose(look.Field{Name: "evidence_visibility", Label: x.p.T("Who may see files and links?")}, x.whoSees(d)),
		f.choose(look.Field{Name: "visibility", Label: x.p.T("Who may see that you did it?")}, x.whoSees(d)),
		f.yes(look.Field{Name: "tell", Label: x.p.T("Tell it as a post, too"), Hint: x.p.T("For everyone, in your words above. Only if everyone may see the act.")}),
		f.line(look.Field{Name: "witnesses", Label: x.p.T("Who was there?"), Hint: x.p.T("Names with spaces between them. They are asked, and can say no."), Optional: true, Placeholder: "@mara @tomas"}),
	)
	if d.call != nil && d.call.Nominees > 0 {
		v.Fields = append(v.Fields, f.line(look.Field{Name: "nominees", Label: x.p.T("Who is next?"), Optional: true, Placeholder: "@mara @tomas",
			Hint: x.p.N("Up to %d person. They have %s to answer; only you and they see it until they accept.", "Up to %d people, with spaces between them. They have %s to answer; only you and they see it until they accept.",
				d.call.Nominees, x.p.Duration(d.call.Answer)) + " " + x.p.T("On another server: @ana@example.social, whom you send a link.")}))
	}
	return x.render(page, actFormPage(x.p, x.actIntro(d), v))
}

// actIntro is what stands above the form.
func (x *visit) actIntro(d doing) look.Link {
	switch {
	case d.call != nil:
		return look.Link{Text: "#" + d.movement.Hashtag, URL: movementPath(d.movement)}
	}
	return look.Link{}
}

// whatFields ask what was done, how much, and when.
func (x *visit) whatFields(d doing, f filled) []templ.Component {
	var fields []templ.Component
	if d.call == nil && len(d.movements) > 0 {
		choices := []look.Choice{{Value: "", Label: x.p.T("None")}}
		for _, m := range d.movements {
			choices = append(choices, look.Choice{Value: m.Slug, Label: m.Name})
		}
		fields = append(fields, f.choose(look.Field{Name: "movement", Label: x.p.T("For which movement?")}, choices))
	}
	fields = append(fields, f.area(look.Field{Name: "story", Label: x.p.T("What did you do?"), Hint: x.p.T("Two sentences are plenty."), Optional: d.call != nil, Rows: 5, MaxLength: act.StoryMost}))
	if field, ok := x.quantityField(d.kind(), d.unit()); ok {
		fields = append(fields, f.line(field))
	}
	when := look.Field{Name: "done_at", Label: x.p.T("When?"), Type: "datetime-local", Optional: true, Hint: x.p.T("Leave it empty for just now.")}
	if d.zoned() {
		when.Hint = x.p.T("Leave it empty for just now. The time zone is %s.", d.call.Zone)
		return append(fields, f.line(when))
	}
	return append(fields, f.line(when), f.line(x.zoneField(f.values)))
}

// quantityField asks how much, in a unit for people; false for what one does
// once.
func (x *visit) quantityField(kind call.Kind, unit string) (look.Field, bool) {
	switch kind {
	case call.Fundraiser:
		return look.Field{Name: "quantity", Label: x.p.T("How much, in %s?", unit), Hint: x.p.T("Like 20 or 12.50."), Inputmode: "decimal", Required: true}, true
	case call.Volunteering:
		return look.Field{Name: "quantity", Label: x.p.T("How long?"), Hint: x.p.T("Hours and minutes, like 1:30."), Required: true}, true
	case call.Event:
		return look.Field{Name: "quantity", Label: x.p.T("How many came with you, yourself included?"), Inputmode: "numeric", Optional: true}, true
	case call.Deed:
		return look.Field{Name: "quantity", Label: x.p.T("How many?"), Inputmode: "numeric", Optional: true}, true
	}
	return look.Field{}, false
}

// whoSees are the visibilities of an act; a deed that belongs to no movement
// has two.
func (x *visit) whoSees(d doing) []look.Choice {
	all := look.ActVisibilities(x.p, "")
	if d.call == nil && len(d.movements) == 0 {
		return slices.DeleteFunc(all, func(c look.Choice) bool { return c.Value != string(act.Public) && c.Value != string(act.Me) })
	}
	return all
}

func (x *visit) doAct() error {
	d, err := x.doCall()
	if err != nil {
		return err
	}
	return x.tellAct(d)
}

func (x *visit) doDeed() error {
	d, err := x.doFreely()
	if err != nil {
		return err
	}
	return x.tellAct(d)
}

// tellAct takes an act in. Sent twice with the same key, it is one act.
func (x *visit) tellAct(d doing) error {
	form, err := x.form()
	if err != nil {
		return err
	}
	files, fresh, err := x.takeEvidence(form)
	var a *act.Act
	var elsewhere []invite.Given
	var draft act.Draft
	if err == nil {
		draft, err = x.actDraft(d, form)
	}
	switch {
	case err != nil:
	case waits(files):
		x.status = http.StatusAccepted
		return x.showActForm(d, form, nil, x.stillMade())
	default:
		draft.MediaIDs = idsOf(files)
		a, elsewhere, err = x.Invites.Tell(x.r.Context(), x.v, draft)
	}
	if err != nil {
		return x.actAgain(d, form, fresh, err)
	}
	switch {
	case len(elsewhere) > 0:
		x.flash(x.p.T("Thank you. It is told. Send the link to those on other servers yourself."))
		return x.redirect(invitationsOf(elsewhere))
	case a.Nominated > 0:
		x.flash(x.p.N("Thank you. It is told, and passed on to %d person.", "Thank you. It is told, and passed on to %d people.", a.Nominated))
	default:
		x.flash(x.p.T("Thank you. It is told."))
	}
	return x.redirect(actPath(a.ID))
}

// actAgain shows the form once more, with all that was typed and the files
// that were taken in already; or leads to the act if it was told before.
func (x *visit) actAgain(d doing, form url.Values, fresh bool, err error) error {
	p, ok := problem.Of(err)
	switch {
	case ok && p.Field == "call_id" && p.Kind == problem.KindConflict && len(p.Args) == 1:
		if first, isID := p.Args[0].(id.ID); isID {
			if written := x.written(); written != nil {
				x.status = http.StatusConflict
				page := x.page(d.call.Title)
				return x.render(page, templ.Join(look.Note(page.Title, x.p.T("You did this already."), &look.Link{Text: x.p.T("Look at what I did"), URL: actPath(first)}), written))
			}
			x.flash(x.p.T("You did this already. Here it is."))
			return x.redirect(actPath(first))
		}
	case ok && p.Field == "Idempotency-Key" && fresh:
		// The same form once more: its files were taken in again and are not
		// those of the first time.
		x.flash(x.p.T("This was told already."))
		return x.redirect(d.back)
	}
	wrong, err := x.wrong(err, "tell_as", "tell", "media_ids", "files", "file", "files", "kept", "files", "call_id", "", "movement_id", "", "Idempotency-Key", "")
	if err != nil {
		return err
	}
	return x.showActForm(d, form, wrong, "")
}

// actDraft reads the form, but for its files.
func (x *visit) actDraft(d doing, form url.Values) (draft act.Draft, err error) {
	draft = act.Draft{Story: form.Get("story"), Visibility: act.Visibility(form.Get("visibility")), EvidenceVisibility: act.Visibility(form.Get("evidence_visibility")),
		Witnesses: handlesOf(form.Get("witnesses")), Nominees: handlesOf(form.Get("nominees")), Place: readPlace(form), Links: linesOf(form.Get("links")), Key: form.Get("key")}
	if d.call != nil {
		draft.CallID = d.call.ID
	} else if slug := form.Get("movement"); slug != "" {
		m, err := x.Movements.Get(x.r.Context(), x.v, slug)
		if err != nil {
			return draft, err
		}
		draft.MovementID = m.ID
	}
	if draft.Quantity, err = readOptional("quantity", form.Get("quantity"), d.unit()); err != nil {
		return draft, err
	}
	zone, err := d.zone(form)
	if err != nil {
		return draft, err
	}
	if draft.DoneAt, err = x.readDone(form.Get("done_at"), zone); err != nil {
		return draft, err
	}
	if form.Get("tell") != "" {
		draft.TellAs = post.Public
	}
	draft.InspiredBy, err = formSource(form)
	return draft, err
}

// readDone reads when something was done, to the minute: what happened in that
// minute comes before it, and it is never later than now.
func (x *visit) readDone(s string, zone *time.Location) (time.Time, error) {
	at, err := readTime("done_at", s, zone)
	if err != nil || at.IsZero() {
		return at, err
	}
	end, now := at.Add(time.Minute-time.Millisecond), x.Now()
	if end.After(now) && !at.After(now) {
		return now, nil
	}
	return end, nil
}
