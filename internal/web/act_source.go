package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// formSource is what a form says inspired an act; an address that was typed
// comes before what was chosen.
func formSource(form url.Values) (act.Source, error) {
	for _, field := range []string{"inspired_link", "inspired_by"} {
		s := form.Get(field)
		if s == "" {
			continue
		}
		src, ok := readSource(s)
		if !ok {
			return src, problem.Invalid(field, "This is not the address of a post or an act here.")
		}
		return src, nil
	}
	return act.Source{}, nil
}

// How many of the reader's own things to choose from.
const (
	likedToChoose     = 6
	nominatedToChoose = 4
)

// moved asks what moved the reader, where there is something to choose from.
func (f filled) moved(sources []look.Choice) templ.Component {
	if len(sources) == 1 {
		return templ.NopComponent
	}
	return f.radios(look.Field{Name: "inspired_by", Label: f.p.T("What moved you?"), Hint: f.p.T("Only what you say; nothing is guessed. You can take it back at any time.")}, sources)
}

// sourceChoices are what could have moved the reader: what led here, nominations
// that wait for them, and what they liked lately.
func (x *visit) sourceChoices(chosen string) ([]look.Choice, error) {
	out := []look.Choice{{Value: "", Label: x.p.T("Nothing in particular"), Hint: x.p.T("That is a beginning, too.")}}
	add := func(value, label string) {
		if label != "" && !slices.ContainsFunc(out, func(c look.Choice) bool { return c.Value == value }) {
			out = append(out, look.Choice{Value: value, Label: label})
		}
	}
	ctx := x.r.Context()
	if src, ok := readSource(chosen); ok {
		label, err := x.sourceLabel(src)
		if err != nil {
			return nil, err
		}
		add(src.String(), label)
	}
	nominations, err := x.Acts.Mine(ctx, x.v, db.Page{Limit: nominatedToChoose})
	if err != nil {
		return nil, err
	}
	for _, n := range nominations {
		if n.State == act.NominationAnswered || n.State == act.NominationWithdrawn {
			continue
		}
		label, err := x.sourceLabel(act.Source{Kind: act.FromNomination, ID: n.ID})
		if err != nil {
			return nil, err
		}
		add("nomination-"+n.ID.String(), label)
	}
	liked, err := x.Posts.Liked(ctx, x.v, db.Page{Limit: likedToChoose})
	if err != nil {
		return nil, err
	}
	for _, l := range liked {
		src := act.Source{Kind: act.FromPost, ID: l.Item.Of().Post.ID}
		label, err := x.postLabel(l.Item.Of())
		if err != nil {
			return nil, err
		}
		add(src.String(), label)
	}
	return out, nil
}

// sourceLabel names a source; "" where the reader may not see it.
func (x *visit) sourceLabel(src act.Source) (string, error) {
	ctx := x.r.Context()
	label, err := "", error(nil)
	switch src.Kind {
	case act.FromPost:
		var e *post.Entry
		if e, err = x.Posts.Get(ctx, x.v, src.ID); err == nil {
			label, err = x.postLabel(e.Of())
		}
	case act.FromAct:
		var a *act.Act
		if a, err = x.Acts.Get(ctx, x.v, src.ID); err == nil {
			label, err = x.actLabel(a)
		}
	case act.FromNomination:
		var n *act.Nomination
		if n, err = x.Acts.Nomination(ctx, x.v, src.ID); err == nil {
			label, err = x.nominatedBy(n.NominatorID)
		}
	}
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
		return "", nil
	}
	return label, err
}

func (x *visit) postLabel(e *post.Entry) (string, error) {
	people, err := x.people([]id.ID{e.Post.AccountID})
	if err != nil {
		return "", err
	}
	who := x.person(people[e.Post.AccountID]).Shown()
	if e.Post.ActID != 0 {
		return x.p.T("%s told of an act: %s", who, summary(e.Post.Text, 70)), nil
	}
	return x.p.T("%s wrote: %s", who, summary(e.Post.Text, 70)), nil
}

func (x *visit) actLabel(a *act.Act) (string, error) {
	named, err := x.doers([]*act.Act{a})
	if err != nil {
		return "", err
	}
	return a.Says(x.p, x.doer(named, a).Shown()), nil
}

func (x *visit) nominatedBy(who id.ID) (string, error) {
	people, err := x.people([]id.ID{who})
	if err != nil {
		return "", err
	}
	return x.p.T("%s passed the turn to me", x.person(people[who]).Shown()), nil
}

// sourcePage changes or removes what inspired an act.
func (x *visit) sourcePage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	return x.showSource(a, url.Values{"inspired_by": {a.Via.String()}}, nil)
}

func (x *visit) showSource(a *act.Act, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("What moved you?"))
	f := x.filled(values, wrong)
	v := formView{Title: page.Title, Action: actPath(a.ID) + "/source", Wrong: wrong, Submit: x.p.T("Save"), Beside: &look.Link{Text: x.p.T("Back"), URL: actPath(a.ID)}}
	beneath, err := x.Ripples.Children(x.r.Context(), []id.ID{a.ID})
	if err != nil {
		return err
	}
	if beneath[a.ID] > 0 {
		v.Intro = []string{x.p.T("Others were inspired by this act, so what inspired it can be removed, and not changed.")}
		v.Submit, v.Danger = x.p.T("Remove it"), true
		return x.render(page, formPage(x.p, v))
	}
	sources, err := x.sourceChoices(values.Get("inspired_by"))
	if err != nil {
		return err
	}
	v.Fields = components(f.radios(look.Field{Name: "inspired_by", Label: x.p.T("It was …")}, sources),
		f.line(look.Field{Name: "inspired_link", Label: x.p.T("A post or an act here that moved you"), Hint: x.p.T("The address of a post or an act."), Optional: true}))
	return x.render(page, formPage(x.p, v))
}

func (x *visit) setSource() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	src, err := formSource(x.sent)
	if err == nil && src.None() {
		_, err = x.Acts.RemoveSource(x.r.Context(), x.v, a.ID)
	} else if err == nil {
		_, err = x.Acts.ChangeSource(x.r.Context(), x.v, a.ID, src)
	}
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showSource(a, x.sent, wrong)
	}
	x.flash(x.p.T("Saved."))
	return x.redirect(actPath(a.ID))
}
