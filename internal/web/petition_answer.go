package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/petition"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// spokenFor is the addressee of the path, with the petition, for who answers for
// them: they themselves, or organisers for who is not here.
func (x *visit) spokenFor() (c theCall, r record, to addresseeView, row id.ID, err error) {
	if err = x.signedIn(); err != nil {
		return c, r, to, 0, err
	}
	if _, err = x.form(); err != nil {
		return c, r, to, 0, err
	}
	if c, err = x.theCall(); err != nil {
		return c, r, to, 0, err
	}
	if c.Kind != call.Petition {
		return c, r, to, 0, problem.NotFound("page")
	}
	if row, err = x.id("row", "addressee"); err != nil {
		return c, r, to, 0, err
	}
	if r, err = x.readRecord(c); err != nil {
		return c, r, to, 0, err
	}
	i := slices.IndexFunc(r.addressees, func(a petition.Addressee) bool { return a.ID == row })
	if i < 0 {
		return c, r, to, 0, problem.NotFound("addressee")
	}
	if to = x.addressee(c, r, r.addressees[i]); to.AnswerURL == "" {
		return c, r, to, 0, problem.Forbidden("The addressee speaks for themselves here.")
	}
	return c, r, to, row, nil
}

func (x *visit) answerPage() error {
	c, _, to, row, err := x.spokenFor()
	if err != nil {
		return err
	}
	return x.showAnswer(c, to, row, url.Values{}, nil, false)
}

// showAnswer is the form of an answer with that of a commitment beneath; promise
// says that the second one comes again.
func (x *visit) showAnswer(c theCall, to addresseeView, row id.ID, values url.Values, wrong []look.Wrong, promise bool) error {
	page := x.page(x.p.T("Answer the petition"))
	intro := x.p.T("Everyone can read it, and those who signed are told.")
	forms := [2]filled{x.filled(values, wrong), x.filled(url.Values{}, nil)}
	if promise {
		forms[0], forms[1] = forms[1], forms[0]
	}
	answer := components(forms[0].area(look.Field{Name: "body", Label: x.p.T("The answer"), Hint: x.p.T("Markdown works."), Required: true, Rows: 6, MaxLength: petition.AnswerMost}))
	commit := components(
		forms[1].area(look.Field{Name: "promise", Label: x.p.T("What is promised?"), Required: true, Rows: 2, MaxLength: petition.PromiseMost}),
		forms[1].line(look.Field{Name: "due", Label: x.p.T("By which day?"), Type: "date", Required: true}))
	if to.Who == nil {
		page.Title, intro = x.p.T("Note what %s said", to.Name), x.p.T("Everyone can read it, with its source, and those who signed are told.")
		source := look.Field{Name: "source", Label: x.p.T("Where did they say it?"), Hint: x.p.T("A link, or a name and a date."), Required: true, MaxLength: petition.SourceMost}
		answer, commit = append(answer, forms[0].line(source)), append(commit, forms[1].line(source))
	}
	path := callPath(c.ID)
	first := formView{Title: page.Title, Intro: []string{c.Title, intro}, Action: path + "/answers/" + row.String(), Fields: answer, Submit: x.p.T("Answer"),
		Beside: &look.Link{Text: x.p.T("Back"), URL: path}}
	second := formView{Action: path + "/promises/" + row.String(), Fields: commit, Submit: x.p.T("Put the commitment on record")}
	if promise {
		second.Wrong = wrong
	} else {
		first.Wrong = wrong
	}
	first.More = commitForm(x.p, second)
	return x.render(page, formPage(x.p, first))
}

func (x *visit) addAnswer() error {
	c, _, to, row, err := x.spokenFor()
	if err != nil {
		return err
	}
	_, err = x.Petitions.AddAnswer(x.r.Context(), x.v, c.ID, petition.AnswerDraft{AddresseeID: row, Body: x.sent.Get("body"), Source: x.sent.Get("source")})
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showAnswer(c, to, row, x.sent, wrong, false)
	}
	x.flash(x.p.T("It is on record."))
	return x.redirect(callPath(c.ID) + "#answers")
}

func (x *visit) addCommitment() error {
	c, _, to, row, err := x.spokenFor()
	if err != nil {
		return err
	}
	d := petition.CommitmentDraft{AddresseeID: row, Promise: x.sent.Get("promise"), Source: x.sent.Get("source")}
	if d.Due, err = readTime("due", x.sent.Get("due"), time.UTC); err == nil {
		_, err = x.Petitions.AddCommitment(x.r.Context(), x.v, c.ID, d)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showAnswer(c, to, row, x.sent, wrong, true)
	}
	x.flash(x.p.T("It is on record."))
	return x.redirect(callPath(c.ID) + "#answers")
}

// commitment is the one of the path, for organisers.
func (x *visit) commitment() (c theCall, m petition.Commitment, err error) {
	if c, err = x.organisedPetition(); err != nil {
		return c, m, err
	}
	list, err := x.Petitions.Commitments(x.r.Context(), x.v, c.ID)
	if err != nil {
		return c, m, err
	}
	i := slices.IndexFunc(list, func(m petition.Commitment) bool { return m.ID.String() == x.r.PathValue("row") })
	if i < 0 {
		return c, m, problem.NotFound("commitment")
	}
	return c, list[i], nil
}

func (x *visit) rulingPage() error {
	c, m, err := x.commitment()
	if err != nil {
		return err
	}
	return x.showRuling(c, m, url.Values{"state": {string(m.State)}}, nil)
}

func (x *visit) showRuling(c theCall, m petition.Commitment, values url.Values, wrong []look.Wrong) error {
	f := x.filled(values, wrong)
	page := x.page(x.p.T("What became of it?"))
	return x.render(page, formPage(x.p, formView{Title: page.Title, Intro: []string{m.Promise, x.p.T("It stays on record that it was you who said so, and when.")},
		Action: callPath(c.ID) + "/commitments/" + m.ID.String(), Wrong: wrong, Submit: x.p.T("Put it on record"), Beside: &look.Link{Text: x.p.T("Back"), URL: callPath(c.ID)},
		Fields: components(
			f.radios(look.Field{Name: "state", Label: x.p.T("The commitment is"), Required: true}, []look.Choice{
				{Value: string(petition.Kept), Label: stateName(x.p, petition.Kept)}, {Value: string(petition.Broken), Label: stateName(x.p, petition.Broken)},
				{Value: string(petition.Open), Label: stateName(x.p, petition.Open)}}),
			f.area(look.Field{Name: "evidence", Label: x.p.T("What shows it?"), Hint: x.p.T("A link, or what you saw."), Required: true, Rows: 2, MaxLength: petition.EvidenceMost}))}))
}

func (x *visit) ruleCommitment() error {
	c, m, err := x.commitment()
	if err != nil {
		return err
	}
	if err := x.Petitions.Rule(x.r.Context(), x.v, c.ID, m.ID, petition.State(x.sent.Get("state")), x.sent.Get("evidence")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showRuling(c, m, x.sent, wrong)
	}
	x.flash(x.p.T("It is on record."))
	return x.redirect(callPath(c.ID) + "#answers")
}

// textView is a version of the text, line by line beside the one before.
type textView struct {
	Title string
	Since time.Time
	Lines []textLine
}

type textLine struct {
	Change rune // '+', '-', or ' '
	Text   string
}

func (x *visit) textsPage() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	before := readVersion(x.r.URL.Query().Get("before"))
	texts, err := x.Petitions.Texts(x.r.Context(), x.v, c.ID, before, textsShown+1)
	if err != nil {
		return err
	}
	shown, older := texts, ""
	if len(texts) > textsShown {
		shown = texts[:textsShown]
		older = x.with("before", strconv.FormatInt(shown[textsShown-1].Version, 10))
	}
	views := make([]textView, len(shown))
	for i, t := range shown {
		was := ""
		if i+1 < len(texts) {
			was = whole(texts[i+1])
		}
		views[i] = textView{Title: x.p.T("Version %d", int(t.Version)), Since: t.Since, Lines: changedLines(was, whole(t))}
	}
	page := x.page(x.p.T("The versions of the text"))
	return x.render(page, textsPage(x.p, page.Title, look.Link{Text: c.Title, URL: callPath(c.ID)}, views, older))
}

// textsShown is how many versions stand on one page, beside what each changed.
const textsShown = 10

func whole(t petition.Text) string { return t.Title + "\n" + t.Body }

// linesMost bounds what is compared line by line; a longer text stands as it is.
const linesMost = 400

// changedLines are the lines of a text with what went and what came since the
// one before: the longest common subsequence stays. Of the first, before which was
// nothing, and of long ones all lines stand as they are.
func changedLines(before, now string) []textLine {
	was, is := strings.Split(before, "\n"), strings.Split(now, "\n")
	var out []textLine
	add := func(change rune, s string) {
		if strings.TrimSpace(s) != "" {
			out = append(out, textLine{change, s})
		}
	}
	if before == "" || len(was) > linesMost || len(is) > linesMost {
		for _, l := range is {
			add(' ', l)
		}
		return out
	}
	common := make([][]int, len(was)+1)
	for i := range common {
		common[i] = make([]int, len(is)+1)
	}
	for i := len(was) - 1; i >= 0; i-- {
		for j := len(is) - 1; j >= 0; j-- {
			if was[i] == is[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && was[i] == is[j]:
			add(' ', is[j])
			i, j = i+1, j+1
		case i < len(was) && (j == len(is) || common[i+1][j] >= common[i][j+1]):
			add('-', was[i])
			i++
		default:
			add('+', is[j])
			j++
		}
	}
	return out
}
