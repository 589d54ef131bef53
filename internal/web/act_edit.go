package web

import (
	"net/http"
	"net/url"
	"strings"

	"goodturn/internal/act"
	"goodturn/internal/web/look"
)

func (x *visit) editActPage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	places, err := x.Acts.Places(x.r.Context(), x.v, []*act.Act{a})
	if err != nil {
		return err
	}
	values := url.Values{"story": {a.Story}, "quantity": {writeAmount(a.Quantity, a.Unit)}, "visibility": {string(a.Visibility)}, "evidence_visibility": {string(a.EvidenceVisibility)}}
	placeValues(values, places[a.ID])
	evidence, err := x.Acts.Evidence(x.r.Context(), x.v, []*act.Act{a})
	if err != nil {
		return err
	}
	for _, m := range evidence[a.ID].Media {
		values.Add("kept", m.ID.String())
	}
	values.Set("links", strings.Join(evidence[a.ID].Links, "\n"))
	return x.showEditAct(a, values, nil, "")
}

func (x *visit) showEditAct(a *act.Act, values url.Values, wrong []look.Wrong, note string) error {
	page := x.page(x.p.T("Edit what you told"))
	f := x.filled(values, wrong)
	seen := look.ActVisibilities(x.p, "")
	if a.MovementID == 0 {
		seen = x.whoSees(doing{})
	}
	evidence, err := x.evidenceFields(f)
	if err != nil {
		return err
	}
	v := formView{Title: page.Title, Action: actPath(a.ID) + "/edit", Files: true, Hidden: map[string]string{"evidence": "on"}, Wrong: wrong, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: actPath(a.ID)}}
	v.Fields = components(f.area(look.Field{Name: "story", Label: x.p.T("What did you do?"), Optional: true, Rows: 5, MaxLength: act.StoryMost}))
	switch field, ok := x.quantityField(a.Kind, a.Unit); {
	case ok && a.Settled:
		v.Intro = []string{x.p.T("This gift was paid here: what came of the payment says what it counts for.")}
	case ok && a.Proof != act.Confirmed:
		v.Fields = append(v.Fields, f.line(field))
	case ok:
		v.Intro = []string{x.p.T("How much it was is confirmed, so it stays: it was somebody else’s word, too.")}
	}
	if x.r.URL.Query().Has("date") {
		v.Intro = append(v.Intro, x.p.T("Pictures show on the page of the date if everybody may see them, and that you did it: choose both below."))
	}
	if note != "" {
		v.Intro = append(v.Intro, note)
	}
	v.Fields = append(v.Fields, evidence, f.choose(look.Field{Name: "visibility", Label: x.p.T("Who may see that you did it?")}, seen),
		f.choose(look.Field{Name: "evidence_visibility", Label: x.p.T("Who may see files and links?")}, look.ActVisibilities(x.p, "")), x.placeFields(f, seen))
	return x.render(page, formPage(x.p, v))
}

func (x *visit) editAct() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	story, visibility, evidence := x.sent.Get("story"), act.Visibility(x.sent.Get("visibility")), act.Visibility(x.sent.Get("evidence_visibility"))
	place := readPlace(x.sent)
	change := act.Change{Story: &story, Visibility: &visibility, EvidenceVisibility: &evidence, Place: &place}
	if x.sent.Has("evidence") {
		files, _, err := x.takeEvidence(x.sent)
		if err != nil {
			return x.editActAgain(a, err)
		}
		if waits(files) {
			x.status = http.StatusAccepted
			return x.showEditAct(a, x.sent, nil, x.stillMade())
		}
		all, links := idsOf(files), linesOf(x.sent.Get("links"))
		change.MediaIDs, change.Links = &all, &links
	}
	if change.Quantity, err = readOptional("quantity", x.sent.Get("quantity"), a.Unit); err == nil {
		_, err = x.Acts.Edit(x.r.Context(), x.v, a.ID, change)
	}
	if err != nil {
		return x.editActAgain(a, err)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(actPath(a.ID))
}

// editActAgain shows the form once more with what is wrong.
func (x *visit) editActAgain(a *act.Act, err error) error {
	wrong, err := x.wrong(err, "media_ids", "files", "file", "files", "kept", "files")
	if err != nil {
		return err
	}
	return x.showEditAct(a, x.sent, wrong, "")
}
