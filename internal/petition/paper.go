package petition

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"golang.org/x/image/font/sfnt"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/lang"
)

// What a paper holds at most; the sheet holds all.
const (
	paperNames   = 20_000
	paperReasons = 500
)

// Sizes of a paper in millimetres and points.
const (
	margin  = 20.0
	columns = 2
	line    = 5.5
	bodyPt  = 10.0
)

// Paper writes the petition as a PDF for the addressee: its text, to whom it is
// addressed, how many signed, and the names and reasons of those who signed in
// public; p is the language of what stands between them. Organisers may. Letters
// of Latin, Greek, Cyrillic, Armenian and Georgian are drawn. A name in others
// stands in the sheet, under the number that the paper gives it; of a text in others
// the paper says where it stands. One is drawn at a time: another waits its turn as
// long as ctx lasts.
func (s *Service) Paper(ctx context.Context, v account.Viewer, callID id.ID, p *lang.Printer, w io.Writer) error {
	c, err := s.deliverable(ctx, v, callID)
	if err != nil {
		return err
	}
	select {
	case s.press <- struct{}{}:
		defer func() { <-s.press }()
	case <-ctx.Done():
		return fmt.Errorf("wait to draw a paper: %w", ctx.Err())
	}
	list, more, err := s.onPaper(ctx, c)
	if err != nil {
		return err
	}
	to, err := s.spokenTo(ctx, v, callID)
	if err != nil {
		return err
	}
	totals, err := call.TotalsOf(s.d.Read(ctx), []id.ID{c.ID})
	if err != nil {
		return err
	}
	all := totals[c.ID].Amount(c.Unit, c.CountsFrom)
	o := newPaper(p, c.Title)
	o.text("bold", 18, o.read(c.Title, s.url(c.ID)))
	for _, name := range to {
		o.text("", 11, p.T("To: %s", o.read(name, s.url(c.ID))))
	}
	on, count := p.Date(s.now().In(c.Location())), p.N("%d signature", "%d signatures", int(all))
	if more {
		o.text("", bodyPt, p.T("As of %s: %s.", on, count))
	} else {
		o.text("", bodyPt, p.T("As of %s: %s, of which %s in private.", on, count, p.Number(max(0, all-int64(len(list))))))
	}
	o.gap()
	o.text("", bodyPt, o.read(c.Body, s.url(c.ID)))
	o.gap()
	o.names(list, more)
	o.reasons(list)
	return o.pdf.Output(w)
}

// onPaper are the signatures that a paper names, and whether there are more.
func (s *Service) onPaper(ctx context.Context, c *call.Call) (list []signed, more bool, err error) {
	err = s.each(ctx, c, openSQL, func(n signed) error {
		switch {
		case n.name == "": // of an account that is not shown
			return nil
		case len(list) == paperNames:
			more = true
			return errEnough
		}
		list = append(list, n)
		return nil
	})
	return list, more, err
}

// spokenTo are the addressees' names with their roles.
func (s *Service) spokenTo(ctx context.Context, v account.Viewer, callID id.ID) ([]string, error) {
	list, err := s.Addressees(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, a := range list {
		name := a.Name
		if a.AccountID != 0 {
			who, err := s.Accounts.Get(ctx, a.AccountID)
			if err != nil {
				return nil, err
			}
			name = who.Title()
		}
		if name != "" && a.Role != "" {
			name += ", " + a.Role
		}
		if name != "" {
			names = append(names, name)
		}
	}
	return names, nil
}

// paper is a PDF under way.
type paper struct {
	pdf *fpdf.Fpdf
	p   *lang.Printer
}

func newPaper(p *lang.Printer, title string) *paper {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes("sans", "", dejavusans.TTF)
	pdf.AddUTF8FontFromBytes("sans", "B", dejavusansbold.TTF)
	pdf.SetTitle(title, true)
	pdf.SetLang(p.Tag())
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(true, margin)
	pdf.AliasNbPages("{pages}")
	pdf.SetFooterFunc(func() {
		pdf.SetY(-15)
		pdf.SetFont("sans", "", 8)
		pdf.CellFormat(0, 8, strconv.Itoa(pdf.PageNo())+" / {pages}", "", 0, "C", false, 0, "")
	})
	pdf.AddPage()
	return &paper{pdf, p}
}

func (o *paper) text(style string, points float64, s string) {
	if style == "bold" {
		style = "B"
	}
	o.pdf.SetFont("sans", style, points)
	o.pdf.MultiCell(0, points*0.5, drawable(s), "", "L", false)
	o.pdf.Ln(1)
}

func (o *paper) gap() { o.pdf.Ln(4) }

// names are numbered, in columns.
func (o *paper) names(list []signed, more bool) {
	if len(list) == 0 {
		return
	}
	o.text("bold", 13, o.p.T("Who signed in public"))
	width, height := o.pdf.GetPageSize()
	width = (width - 2*margin) / columns
	o.pdf.SetFont("sans", "", bodyPt)
	for i, n := range list {
		if i%columns == 0 && o.pdf.GetY()+line > height-margin {
			o.pdf.AddPage()
			o.pdf.SetFont("sans", "", bodyPt)
		}
		name := n.name
		if !covered(name) {
			name = o.p.T("(in the sheet)")
		}
		o.pdf.CellFormat(width, line, o.fit(fmt.Sprintf("%d  %s", i+1, name), width), "", 0, "L", false, 0, "")
		if i%columns == columns-1 {
			o.pdf.Ln(line)
		}
	}
	o.pdf.Ln(line)
	if more {
		o.text("", bodyPt, o.p.T("The sheet has all names."))
	}
}

// fit cuts a name that is wider than its column.
func (o *paper) fit(s string, width float64) string {
	if o.pdf.GetStringWidth(s) < width-2 {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && o.pdf.GetStringWidth(string(runes)+"…") >= width-2 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

func (o *paper) reasons(list []signed) {
	said := 0
	for i, n := range list {
		if n.reason == "" || !covered(n.reason) {
			continue
		}
		if said++; said > paperReasons {
			return
		}
		if said == 1 {
			o.gap()
			o.text("bold", 13, o.p.T("Their reasons"))
		}
		o.text("", bodyPt, strconv.Itoa(i+1)+"  "+n.reason)
	}
}

// read is a text as the paper sets it, or where it can be read.
func (o *paper) read(s, url string) string {
	if readable(s) {
		return s
	}
	return o.p.T("(in letters that cannot be drawn here: see %s)", url)
}

// readable says whether all letters of a text are covered; a sign that is none, like
// a face, may be missing.
func readable(s string) bool {
	for _, r := range s {
		if (unicode.IsLetter(r) || unicode.IsMark(r)) && !covered(string(r)) {
			return false
		}
	}
	return true
}

var letters = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(dejavusans.TTF) })

// covered says whether the paper can set a text rightly: it has its letters, and
// they run from left to right, each by itself.
func covered(s string) bool {
	font, err := letters()
	if err != nil {
		return false
	}
	var buf sfnt.Buffer
	for _, r := range s {
		if r == '\n' {
			continue
		}
		glyph, err := font.GlyphIndex(&buf, r)
		if err != nil || glyph == 0 || r > 0xFFFF || !plain(r) {
			return false
		}
	}
	return true
}

// plain says whether a letter needs nothing of its neighbours.
func plain(r rune) bool {
	return !unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Lao)
}

// drawable is a text with what the paper cannot set left out.
func drawable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if covered(string(r)) {
			out = append(out, r)
		} else {
			out = append(out, '□')
		}
	}
	return string(out)
}

// PaperName is what the files of a petition are called, without their endings.
func PaperName(callID id.ID, at time.Time) string {
	return "petition-" + callID.String() + "-" + at.UTC().Format(time.DateOnly)
}
