package web

import (
	"net/url"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/deed"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// reachedView is a link as whoever holds it sees it.
type reachedView struct {
	Title   string
	Token   string
	Did     string
	Doer    *look.Person // nil where it is not told
	Story   string       // as HTML
	On      time.Time
	ActURL  string // "" where they may not see it
	Mine    bool
	Thank   *formView // nil where no thanks can be said
	Thanks  *saidThanks
	Attest  bool // they can say that it happened
	Witness bool // they did
	Pass    string
	Join    string // where a stranger gets an account first; "" for who has one
}

// reachedPage asks whoever holds a link whether it reached them. It changes nothing.
func (x *visit) reachedPage() error {
	return x.showReached(x.r.URL.Query().Get("token"), url.Values{}, nil)
}

func (x *visit) showReached(token string, values url.Values, wrong []look.Wrong) error {
	x.unseen()
	n, err := x.Deeds.Look(x.r.Context(), x.v, token)
	if err != nil {
		return err
	}
	a := n.Act
	page := x.page(x.p.T("Did this reach you?"))
	page.NoIndex = true
	v := reachedView{Title: page.Title, Token: token, Did: x.p.T("did a good turn"), On: a.DoneAt, Mine: n.Mine, Attest: n.MayAttest, Witness: n.Witness}
	if n.Tells {
		doer, err := x.doerOf(a)
		if err != nil {
			return err
		}
		v.Doer, v.Story = &doer, paragraphs(a.Story)
		v.Did = x.did(a)
	}
	if n.Seen {
		v.ActURL = actPath(a.ID)
	}
	if n.Thanks != nil {
		t := viewOf(*n.Thanks)
		v.Thanks = &t
	}
	if n.MayThank {
		f := x.filled(values, wrong)
		v.Thank = &formView{Action: "/reached", Hidden: map[string]string{"token": token, "do": "thank"}, Wrong: wrong, Submit: x.p.T("Say thanks"), Fields: components(
			f.area(look.Field{Name: "words", Label: x.p.T("Your words"), Required: true, Rows: 3, MaxLength: deed.ThanksMost, Hint: x.p.T("They read it alone, until they choose to show it with what they did. You can take it back by this link.")}),
			f.line(look.Field{Name: "name", Label: x.p.T("Your first name"), Optional: true, Autocomplete: "given-name", MaxLength: deed.NameMost}))}
	}
	v.Pass = reachedAt("/reached/pass", token)
	if x.me == nil {
		v.Join, v.Pass = toward("/join", v.Pass), toward("/sign-in", v.Pass)
	}
	return x.render(page, reachedPage(x.p, v))
}

// answerReached says thanks or that it happened, or takes either back.
func (x *visit) answerReached() error {
	x.unseen()
	form, err := x.form()
	if err != nil {
		return err
	}
	ctx, token := x.r.Context(), form.Get("token")
	said := ""
	switch form.Get("do") {
	case "thank":
		err, said = x.Deeds.Thank(ctx, x.v, token, form.Get("words"), form.Get("name")), x.p.T("Your thanks are on their way.")
		if p, ok := problem.Of(err); ok && p.Kind == problem.KindInvalid {
			wrong, err := x.wrong(err)
			if err != nil {
				return err
			}
			return x.showReached(token, form, wrong)
		}
	case "attest":
		err, said = x.Deeds.Attest(ctx, x.v, token), x.p.T("Thank you. It stands with what they did that somebody says so.")
	case "unthank":
		err, said = x.Deeds.TakeThanksBack(ctx, token), x.p.T("Your words are erased.")
	case "unattest":
		err, said = x.Deeds.TakeAttestBack(ctx, token), x.p.T("That is taken back.")
	default:
		err = problem.NotFound("page")
	}
	here := reachedAt("/reached", token)
	if err != nil {
		return x.told(err, here)
	}
	if _, err := x.Deeds.Look(ctx, x.v, token); problem.Is(err, problem.KindGone) { // nothing is left by it
		here = "/"
	}
	x.flash(said)
	return x.redirect(here)
}

// passOnPage asks what somebody did in turn.
func (x *visit) passOnPage() error {
	return x.showPassOn(x.r.URL.Query().Get("token"), url.Values{"visibility": {string(act.Public)}, "there": {"1"}}, nil)
}

func (x *visit) showPassOn(token string, values url.Values, wrong []look.Wrong) error {
	if err := x.signedIn(); err != nil {
		return err
	}
	x.unseen()
	n, err := x.Deeds.Look(x.r.Context(), x.v, token)
	if err != nil {
		return err
	}
	if n.Mine {
		return x.redirect(reachedAt("/reached", token))
	}
	page := x.page(x.p.T("Pass it on"))
	page.NoIndex = true
	f, where := x.filled(values, wrong), ""
	hidden := keyed(values)
	hidden["token"] = token
	v := formView{Title: page.Title, Action: "/reached/pass", Hidden: hidden, Wrong: wrong, Submit: x.p.T("Tell it"),
		Beside: &look.Link{Text: x.p.T("Not now"), URL: reachedAt("/reached", token)},
		Intro:  []string{x.p.T("A good turn cannot be paid back. Do one for somebody else, whenever it comes, and tell it here: then the chain goes on, and it is kept who moved whom.")},
		Fields: components(f.area(look.Field{Name: "story", Label: x.p.T("What did you do?"), Hint: x.p.T("Two sentences are plenty."), Required: true, Rows: 5, MaxLength: act.StoryMost}))}
	if where, err = x.placeOf(n.Act.MovementID); err != nil {
		return err
	}
	if where != "" {
		v.Fields = append(v.Fields, f.yes(look.Field{Name: "there", Label: x.p.T("It belongs to %s, too", where)}))
	}
	v.Fields = append(v.Fields, f.choose(look.Field{Name: "visibility", Label: x.p.T("Who may see that you did it?")}, x.whoSees(doing{})))
	return x.render(page, formPage(x.p, v))
}

// placeOf is a movement's hashtag, "" where there is none that its reader sees.
func (x *visit) placeOf(movementID id.ID) (string, error) {
	if movementID == 0 {
		return "", nil
	}
	all, err := x.Movements.Many(x.r.Context(), x.v, []id.ID{movementID})
	if err != nil || all[movementID] == nil {
		return "", err
	}
	return "#" + all[movementID].Hashtag, nil
}

func (x *visit) passOn() error {
	if err := x.signedIn(); err != nil {
		return err
	}
	form, err := x.form()
	if err != nil {
		return err
	}
	token := form.Get("token")
	a, err := x.Deeds.PassOn(x.r.Context(), x.v, token, deed.PassDraft{Story: form.Get("story"), Visibility: act.Visibility(form.Get("visibility")),
		There: form.Get("there") != "", Key: form.Get("key")})
	if err != nil {
		wrong, err := x.wrong(err, "call_id", "", "movement_id", "there", "inspired_by", "")
		if err != nil {
			return err
		}
		return x.showPassOn(token, form, wrong)
	}
	x.flash(x.p.T("Thank you. It is told, and the chain goes on."))
	return x.redirect(actPath(a.ID))
}
