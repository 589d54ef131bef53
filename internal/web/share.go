package web

import (
	"fmt"
	"net/url"
	"strings"

	qrcode "github.com/skip2/go-qrcode"

	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/web/look"
)

func shareRoutes() []route {
	return []route{
		{"GET /calls/{id}/share", (*visit).shareCall},
		{"GET /acts/{id}/share", (*visit).shareAct},
		{"GET /calls/{id}/qr.png", (*visit).callCode},
		{"GET /acts/{id}/qr.png", (*visit).actCode},
		{"GET /calls/{id}/export", (*visit).exportActs},
		{"GET /calls/{id}/picture.png", (*visit).callPicture},
		{"GET /acts/{id}/picture.png", (*visit).actPicture},
		{"GET /movements/{slug}/picture.png", (*visit).movementPicture},
	}
}

// shareView is what somebody needs to tell others: words, a link, its code to
// point a camera at, and the picture that goes with it.
type shareView struct {
	Title   string
	Intro   string
	Text    string     // ready to be sent, the link at its end
	Link    string     // absolute; "" where there is nothing to tell
	Code    string     // the address of the link's QR code
	ToCall  bool       // where the link leads: to a call, else to an act
	Picture string     // "" where there is none that everybody may see
	Open    *look.Link // where its doer lets more people see it, so that the link can name it
	PostURL string     // where a post begins with the text
	MailURL string
	Back    look.Link
}

// shareCall is the share kit of a call. The link carries what inspires whoever
// follows it: the reader's own act for the call, or else what led them here.
func (x *visit) shareCall() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	via, err := x.carries(c.Call)
	if err != nil {
		return err
	}
	v := shareView{Title: x.p.T("Share “%s”", c.Title), Intro: x.p.T("Tell somebody who would like it. Words of your own are the best."),
		Link: x.URL + callPath(c.ID) + via, Code: callPath(c.ID) + "/qr.png" + via, ToCall: true, Back: look.Link{Text: x.p.T("Back to the call"), URL: callPath(c.ID)}}
	if via != "" {
		v.Intro += " " + x.p.T("The link remembers what moved them, so that the ripple shows it.")
	}
	v.Text = c.Words(x.p, c.movement.Hashtag)
	if c.State != call.StateDraft {
		v.Picture = callPath(c.ID) + "/picture.png"
	}
	return x.showShare(v)
}

// carries is the query of a shared link: what inspires whoever follows it.
func (x *visit) carries(c *call.Call) (string, error) {
	led, _ := readSource(x.r.URL.Query().Get("via"))
	from, err := x.Acts.Carries(x.r.Context(), x.v, c.ID, led)
	if err != nil || from.None() {
		return "", err
	}
	return "?via=" + from.String(), nil
}

// shareAct is the share kit of an act: its link leads to its call, and says that
// the act inspired whoever comes. Where not everybody may see the act, it is the
// call's.
func (x *visit) shareAct() error {
	a, err := x.theAct()
	if err != nil {
		return err
	}
	v := shareView{Title: x.p.T("Share what was done"), Link: x.URL + actPath(a.ID), Code: actPath(a.ID) + "/qr.png", Back: look.Link{Text: x.p.T("Back to the act"), URL: actPath(a.ID)}}
	calls, err := x.Calls.Many(x.r.Context(), x.v, []id.ID{a.CallID})
	if err != nil {
		return err
	}
	c := calls[a.CallID]
	if !a.Nameable() {
		return x.shareNothingOf(a, c, v)
	}
	if a.Visibility == act.Public {
		v.Picture = actPath(a.ID) + "/picture.png"
	}
	if c != nil {
		via := "?via=" + act.Source{Kind: act.FromAct, ID: a.ID}.String()
		v.Intro = x.p.T("The link remembers what moved them, so that the ripple shows it.")
		v.ToCall, v.Link, v.Code = true, x.URL+callPath(c.ID)+via, callPath(c.ID)+"/qr.png"+via
	}
	named, err := x.doers([]*act.Act{a})
	if err != nil {
		return err
	}
	v.Text = a.Words(x.p, x.v, x.doer(named, a).Shown(), c)
	return x.showShare(v)
}

// shareNothingOf says why nothing of an act is told on, and gives what its call has to
// be told.
func (x *visit) shareNothingOf(a *act.Act, c *call.Call, v shareView) error {
	v.Intro = x.p.T("Not everybody may see what was done, so there is nothing of it to share.")
	if a.DoneBy(x.v.ID()) {
		v.Open = &look.Link{Text: x.p.T("Choose who sees it"), URL: actPath(a.ID) + "/edit"}
	}
	if c == nil {
		v.Link, v.Code = "", ""
		return x.showShare(v)
	}
	m, err := x.Movements.ByID(x.r.Context(), x.v, c.MovementID)
	if err != nil {
		return err
	}
	v.Intro += " " + x.p.T("What it was done for can be told.")
	v.ToCall, v.Text, v.Link, v.Code = true, c.Words(x.p, m.Hashtag), x.URL+callPath(c.ID)+x.via(), callPath(c.ID)+"/qr.png"+x.via()
	return x.showShare(v)
}

func (x *visit) showShare(v shareView) error {
	if v.Link != "" {
		v.Text += " " + v.Link
		v.PostURL = "/compose?text=" + url.QueryEscape(v.Text)
		v.MailURL = "mailto:?subject=" + percent(v.Title) + "&body=" + percent(v.Text)
	}
	page := x.page(v.Title)
	page.NoIndex, page.Islands = true, []string{"copy"}
	return x.render(page, sharePage(x.p, v))
}

// percent writes s for the query of a mail's address (RFC 6068), where a plus is
// a plus.
func percent(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// codeSize is a QR code's width in pixels: large enough for a poster on a wall.
const codeSize = 768

// callCode is the QR code of a call's link.
func (x *visit) callCode() error {
	c, err := x.theCall()
	if err != nil {
		return err
	}
	return x.writeCode(callPath(c.ID) + x.via())
}

// actCode is that of an act's own page.
func (x *visit) actCode() error {
	a, err := x.theAct()
	if err != nil {
		return err
	}
	return x.writeCode(actPath(a.ID))
}

func (x *visit) writeCode(path string) error {
	png, err := qrcode.Encode(x.URL+path, qrcode.Medium, codeSize)
	if err != nil {
		return fmt.Errorf("draw a QR code: %w", err)
	}
	return x.write(pngType, png)
}

var pngType = []string{"image/png"}
