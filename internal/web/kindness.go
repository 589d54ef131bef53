package web

import (
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/web/look"
)

// What people do of their own accord: ideas for today, and a journal that nobody else
// reads.
func kindnessRoutes() []route {
	return []route{
		{"GET /kindness", (*visit).kindnessPage},
		{"POST /kindness", (*visit).writeDown},
		{"GET /acts/{id}/note", (*visit).notePage},
		{"POST /acts/{id}/note", (*visit).setNote},
		{"GET /settings/kindness", (*visit).weeksSettings},
		{"POST /settings/kindness", (*visit).setWeeks},
	}
}

// ideasView are today's ideas.
type ideasView struct {
	Ideas []ideaView
	More  string     // where others are; "" for no more
	Next  *look.Link // to the reader's own page, nil on it and for strangers
}

// ideaView is one.
type ideaView struct {
	Words, Takes, URL string
}

// ideas are today's for the reader. do is where one is told that was done.
func (x *visit) ideas(do string) (ideasView, error) {
	var v ideasView
	turn, err := strconv.Atoi(x.r.URL.Query().Get("ideas"))
	if err != nil || turn < 0 || turn > deed.TurnsMost {
		turn = 0
	}
	list, err := x.Deeds.Today(x.r.Context(), x.v, turn)
	if err != nil {
		return v, err
	}
	for _, p := range list {
		v.Ideas = append(v.Ideas, ideaView{Words: x.p.T(p.Words), Takes: x.p.N("%d minute", "%d minutes", p.Minutes), URL: do + "?idea=" + url.QueryEscape(p.Key)})
	}
	if turn < deed.TurnsMost {
		v.More = x.r.URL.Path + "?ideas=" + strconv.Itoa(turn+1) + "#ideas"
	}
	return v, nil
}

// ideaWords are an idea's words, for a story to begin with; "" for none.
func (x *visit) ideaWords(key string) string {
	p, ok := deed.PromptByKey(key)
	if !ok {
		return ""
	}
	return x.p.T(p.Words) + "\n\n"
}

// ideasPart is the section of a deed call's page.
func (x *visit) ideasPart(c theCall) ([]templ.Component, error) {
	if c.Takes() != nil {
		return nil, nil
	}
	v, err := x.ideas(callPath(c.ID) + "/act")
	if err != nil {
		return nil, err
	}
	if x.me != nil {
		v.Next = &look.Link{Text: x.p.T("Your kindness"), URL: "/kindness"}
	}
	return components(ideasSection(x.p, v)), nil
}

// kindnessView is the reader's own page.
type kindnessView struct {
	Title   string
	Ideas   ideasView
	Weeks   weeksView
	Write   formView
	Entries []journalEntry
	Newer   string
	Older   string
}

// journalEntry is an act with what its doer noted.
type journalEntry struct {
	Act     look.Act
	Note    string
	NoteURL string
}

func (x *visit) kindnessPage() error { return x.showKindness(nil, nil) }

func (x *visit) showKindness(values url.Values, wrong []look.Wrong) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	at, err := x.paged()
	if err != nil {
		return err
	}
	page := x.page(x.p.T("Your kindness"))
	page.NoIndex = true
	v := kindnessView{Title: page.Title}
	if v.Ideas, err = x.ideas("/acts/new"); err != nil {
		return err
	}
	if v.Weeks, err = x.weeks(); err != nil {
		return err
	}
	f := x.filled(values, wrong)
	v.Write = formView{Action: "/kindness", Hidden: keyed(values), Wrong: wrong, Submit: x.p.T("Keep it"), Fields: components(
		f.area(look.Field{Name: "story", Label: x.p.T("What did you do?"), Required: true, Rows: 3, MaxLength: act.StoryMost, Hint: x.p.T("Only you see it. You can show it later.")}),
		f.line(look.Field{Name: "done_at", Label: x.p.T("When?"), Type: "datetime-local", Optional: true, Hint: x.p.T("Leave it empty for just now.")}),
		f.line(x.zoneField(f.values)))}
	list, err := x.Deeds.Journal(x.r.Context(), x.v, at)
	if err != nil {
		return err
	}
	acts := make([]*act.Act, len(list))
	for i, e := range list {
		acts[i] = e.Act
	}
	cards, err := x.actCards(acts)
	if err != nil {
		return err
	}
	for i, card := range cards {
		v.Entries = append(v.Entries, journalEntry{Act: card, Note: list[i].Note, NoteURL: actPath(acts[i].ID) + "/note"})
	}
	if n := len(acts); n > 0 {
		v.Newer, v.Older = x.newer(at, acts[0].ID), x.older(at, n, acts[n-1].ID)
	}
	return x.render(page, kindnessPage(x.p, v))
}

// writeDown keeps what no call asked for, for the reader alone.
func (x *visit) writeDown() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	zone, err := readZone("zone", form.Get("zone"))
	if err == nil {
		at, wrongTime := x.readDone(form.Get("done_at"), zone)
		if err = wrongTime; err == nil {
			_, err = x.Deeds.WriteDown(x.r.Context(), x.v, form.Get("story"), at, form.Get("key"))
		}
	}
	if err != nil {
		wrong, err := x.wrong(err, "Idempotency-Key", "")
		if err != nil {
			return err
		}
		return x.showKindness(form, wrong)
	}
	if err := x.Deeds.LearnZone(x.r.Context(), x.v, zone); err != nil {
		return err
	}
	x.flash(x.p.T("It is in your journal."))
	return x.redirect("/kindness")
}

// notePage is what the reader writes of an act for themselves.
func (x *visit) notePage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	note, err := x.Deeds.Note(x.r.Context(), x.v, a.ID)
	if err != nil {
		return err
	}
	return x.showNote(a, url.Values{"note": {note}}, nil)
}

func (x *visit) showNote(a *act.Act, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("A note to yourself"))
	page.NoIndex = true
	return x.render(page, formPage(x.p, formView{Title: page.Title, Action: actPath(a.ID) + "/note", Wrong: wrong, Submit: x.p.T("Save"),
		Intro:  []string{x.p.T("Nobody else reads it, whoever may see what you did. Leave it empty to erase it.")},
		Fields: components(x.filled(values, wrong).area(look.Field{Name: "note", Label: x.p.T("What was it like?"), Optional: true, Rows: 6, MaxLength: deed.NoteMost})),
		Beside: &look.Link{Text: x.p.T("Back"), URL: "/kindness"}}))
}

func (x *visit) setNote() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	if err := x.Deeds.SetNote(x.r.Context(), x.v, a.ID, x.sent.Get("note")); err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showNote(a, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect("/kindness")
}
