package web

import (
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

// evidenceFields ask for pictures, a film and links that show an act.
func (x *visit) evidenceFields(f filled) (templ.Component, error) {
	files, err := x.filesField(f, x.p.T("What shows it"), x.Media.Converter != nil)
	if err != nil {
		return nil, err
	}
	links := f.area(look.Field{Name: "links", Label: x.p.T("Links that show it"), Hint: x.p.T("Up to %d addresses, each on a line of its own.", act.LinksMost), Optional: true, Rows: 2})
	return templ.Join(files, links), nil
}

// filesField asks for files, beside those that the form was sent with before.
func (x *visit) filesField(f filled, label string, films bool) (templ.Component, error) {
	files := look.Files{Max: act.MediaMost, Films: films, Open: wrongOf(f.wrong, "files") != ""}
	var taken []*media.Media
	for _, s := range f.values["kept"] {
		i, err := id.Parse(s)
		if err != nil {
			continue // nobody's file
		}
		m, err := x.Media.Get(x.r.Context(), x.v, i)
		if problem.Is(err, problem.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		taken = append(taken, m)
		if len(files.Kept) < files.Max {
			files.Kept = append(files.Kept, look.Kept{ID: s, Media: pictureView(m), Waiting: m.State == media.Waiting})
		}
	}
	files.Alts = lostAlts(f.values, taken)
	files.Open = files.Open || len(files.Alts) > 0
	return fileFields(x.p, label, files, wrongOf(f.wrong, "files")), nil
}

// takeEvidence is takeFiles for an act, where what a post of the reader's shows is
// copied, and what hangs on an act can stay there. The form keeps what was taken in;
// fresh says that it is other than what it was sent with.
func (x *visit) takeEvidence(form url.Values) (files []*media.Media, fresh bool, err error) {
	sent := slices.Clone(form["kept"])
	for i, s := range sent {
		if form["kept"][i], err = x.loose(s); err != nil {
			return nil, fresh, err
		}
		if form.Has("alt_" + s) {
			form.Set("alt_"+form["kept"][i], form.Get("alt_"+s))
		}
	}
	files, err = x.takeFiles(form)
	form["kept"] = nil
	for _, m := range files {
		form.Add("kept", m.ID.String())
	}
	return files, !slices.Equal(form["kept"], sent), err
}

// loose is a file that can hang on an act: that one, or a copy where it hangs on a
// post of the reader's.
func (x *visit) loose(file string) (string, error) {
	i, err := id.Parse(file)
	if err != nil {
		return file, nil // takeFiles says what is wrong with it
	}
	m, err := x.Media.Get(x.r.Context(), x.v, i)
	if problem.Is(err, problem.KindNotFound) || err == nil && m.OwnerKind != media.OnPost {
		return file, nil
	}
	if err == nil {
		m, err = x.Media.Copy(x.r.Context(), x.v, i)
	}
	if err != nil {
		return file, err
	}
	return m.ID.String(), nil
}

// stillMade is what to know while a film is not ready.
func (x *visit) stillMade() string {
	return x.p.T("Your file is still being made ready for all screens. Nothing is lost: wait a moment, then send the form once more.")
}

// linesOf are the lines of a field that are not empty.
func linesOf(s string) []string {
	return slices.DeleteFunc(strings.Split(s, "\n"), func(line string) bool { return strings.TrimSpace(line) == "" })
}

// linkViews are links as a page shows them.
func linkViews(links []string) []look.Link {
	var out []look.Link
	for _, link := range links {
		out = append(out, look.Link{Text: text.Shown(link), URL: link})
	}
	return out
}
