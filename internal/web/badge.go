package web

import (
	"net/url"

	"goodturn/internal/act"
	"goodturn/internal/badge"
	"goodturn/internal/poster"
	"goodturn/internal/web/look"
)

func badgeRoutes() []route {
	return []route{
		{"GET /acts/{id}/badge", (*visit).badgePage},
		{"POST /acts/{id}/badge", (*visit).takeBadge},
	}
}

// The two things that a badge can be taken away as.
const (
	badgePicture = "png"
	badgeFile    = "jwt"
)

// badgePage asks the doer of a confirmed act what a badge of it is to tell.
func (x *visit) badgePage() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	return x.showBadge(a, url.Values{"named_by": {string(badge.Profile)}, "as": {badgePicture}}, nil)
}

func (x *visit) showBadge(a *act.Act, values url.Values, wrong []look.Wrong) error {
	page := x.page(x.p.T("Take it away as a badge"))
	page.NoIndex = true
	back := &look.Link{Text: x.p.T("Back"), URL: actPath(a.ID)}
	if !badge.OpenTo(a) && len(wrong) == 0 {
		intro := x.p.T("Once an organiser, the beneficiary or this server has confirmed the act, you can take it away as a badge.")
		if a.Outside {
			intro = x.p.T("A gift under another name makes no badge: it would show whose the name is.")
		}
		return x.render(page, words(page.Title, []string{intro}))
	}
	f := x.filled(values, wrong)
	return x.render(page, formPage(x.p, formView{
		Title: page.Title, Action: actPath(a.ID) + "/badge", Wrong: wrong, Submit: x.p.T("Take it away"), Beside: back,
		Intro: []string{
			x.p.T("A badge (Open Badges 3.0) is a signed word of this server that you did this. Whoever you give it to can check it, and we do not learn whose they checked."),
			x.p.T("It tells them what the call was, when the act was done and confirmed, how many hours of help it was, and what you choose here; of the act itself only what everybody may see. If the act is taken back, or no longer confirmed, the badge says that it holds no more."),
		},
		Fields: components(
			f.radios(look.Field{Name: "named_by", Label: x.p.T("How does it know you?")}, []look.Choice{
				{Value: string(badge.Profile), Label: x.p.T("By your profile: anybody who sees the badge finds you here")},
				{Value: string(badge.Address), Label: x.p.T("By a digest of your mail address: only who knows the address sees that it is you")},
			}),
			f.radios(look.Field{Name: "as", Label: x.p.T("As what?")}, []look.Choice{
				{Value: badgePicture, Label: x.p.T("A picture to show, with the badge inside (PNG)")},
				{Value: badgeFile, Label: x.p.T("The badge alone, for a wallet (JWT)")},
			}),
		),
	}))
}

// takeBadge answers with the file.
func (x *visit) takeBadge() error {
	a, err := x.ownAct()
	if err != nil {
		return err
	}
	b, err := x.Badges.Issue(x.r.Context(), x.v, a.ID, badge.NamedBy(x.sent.Get("named_by")), x.p)
	if err != nil {
		wrong, err := x.wrong(err)
		if err != nil {
			return err
		}
		return x.showBadge(a, x.sent, wrong)
	}
	kind, ending, body := []string{"text/plain; charset=utf-8"}, badgeFile, []byte(b.JWT)
	if x.sent.Get("as") != badgeFile {
		drawn, err := x.press.PNG(x.r.Context(), x.badgePoster(b))
		if err != nil {
			return err
		}
		if body, err = badge.Bake(drawn, b.JWT); err != nil {
			return err
		}
		kind, ending = pngType, badgePicture
	}
	h := x.w.Header()
	h.Set("Content-Disposition", `attachment; filename="badge-`+a.ID.String()+`.`+ending+`"`)
	h.Set("Cache-Control", "private, no-store")
	return x.write(kind, body)
}

// badgePoster says what was done and that it is confirmed; by whom it was done is
// in the badge alone.
func (x *visit) badgePoster(b *badge.Badge) poster.Poster {
	p := poster.Poster{Title: b.Title, Figure: x.p.T("Confirmed on %s", x.p.Date(b.ConfirmedAt)), Part: -1, Foot: x.site()}
	if b.Hashtag != "" {
		p.Over = "#" + b.Hashtag
	}
	return p
}
