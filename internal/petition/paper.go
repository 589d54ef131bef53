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
// of Latin, Greek, Cyrillic, Armenian and Georgian are drawn; a name in others
// stands in the sheet, under the number that the paper gives it.
func (s *Service) Paper(ctx context.Context, v account.Viewer, callID id.ID, p *lang.Printer, w io.Writer) error {
	c, err := s.deliverable(ctx, v, callID)
	if err != nil {
		return err
	}
	var list []signed
	number, private := 0, 0
	err = s.each(ctx, c, func(n signed) error {
		if n.name == "" {
			private++
			return nil
		}
		if number++; number <= paperNames {
			list = append(list, n)
		}
		return nil
	})
	if err != nil {
		return err
	}
	to, err := s.spokenTo(ctx, v, callID)
	if err != nil {
		return err
	}
	o := newPaper(p, c.Title)
	o.text("bold", 18, c.Title)
	for _, name := range to {
		o.text("", 11, p.T("To: %s", name))
	}
	o.text("", bodyPt, p.T("As of %s: %s, of which %s in private.", p.Date(s.now().In(c.Location())),
		p.N("%d signature", "%d signatures", number+private), p.Number(int64(private))))
	o.gap()
	o.text("", bodyPt, c.Body)
	o.gap()
	o.names(list, number)
	o.reasons(list)
	return o.pdf.Output(w)
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
func (o *paper) names(list []signed, all int) {
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
	if all > len(list) {
		o.text("", bodyPt, o.p.T("The sheet has all %s names.", o.p.Number(int64(all))))
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
	return !unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko)
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
