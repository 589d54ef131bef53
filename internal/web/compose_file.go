package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/web/look"
)

// uploadWithin is how long a slow line may take to send its files, and to be
// answered.
const uploadWithin = 10 * time.Minute

// uploadMost is how many bytes a form with files may have: a post's pictures, one
// of them a film.
func (x *visit) uploadMost() int64 {
	most := int64(4*media.MaxBytes + formMost)
	if x.me != nil {
		most += x.Media.FilmBytes() - media.MaxBytes
	}
	return most
}

// patient lets whoever is signed in take their time to send files.
func (x *visit) patient() error {
	if x.me == nil {
		return nil
	}
	line, until := http.NewResponseController(x.w), time.Now().Add(uploadWithin)
	err := errors.Join(line.SetReadDeadline(until), line.SetWriteDeadline(until))
	if errors.Is(err, http.ErrNotSupported) {
		return nil // there is no connection to cut
	}
	return err
}

// takeFiles takes in the files of a post's form: those kept since it came before
// ("kept", each with its "alt_" and id), then media_0 to media_3, with alt_0 to
// alt_3. They are loose until a post takes them, and are given whatever else is
// wrong, but for those that can never be shown. A film may still wait.
func (x *visit) takeFiles(form url.Values) (taken []*media.Media, err error) {
	add := func(m *media.Media, e error) {
		if err == nil {
			err = e
		}
		if m != nil && e == nil {
			taken = append(taken, m)
		}
	}
	kept := form["kept"]
	for _, s := range kept[:min(len(kept), post.MaxMedia)] {
		add(x.keptFile(s, form))
	}
	for i := range post.MaxMedia {
		n := strconv.Itoa(i)
		add(x.takeFile("media_"+n, form.Get("alt_"+n)))
	}
	if x.Media.Converter == nil {
		return taken, err
	}
	until := time.Now().Add(x.Media.Converter.Patience)
	taken = slices.DeleteFunc(taken, func(m *media.Media) bool {
		shown, e := x.finished(m, until)
		if err == nil {
			err = e
		}
		return !shown
	})
	return taken, err
}

// keptFile is a file that came with the form before, with what is said of it now.
func (x *visit) keptFile(s string, form url.Values) (*media.Media, error) {
	i, err := id.Parse(s)
	if err == nil {
		var m *media.Media
		if m, err = x.Media.Get(x.r.Context(), x.v, i); err == nil && form.Has("alt_"+s) && m.Description != form.Get("alt_"+s) && (m.OwnerKind == "" || m.OwnerKind == media.OnAct) {
			m, err = x.Media.Update(x.r.Context(), x.v, i, media.Upload{Description: form.Get("alt_" + s), FocusX: m.FocusX, FocusY: m.FocusY})
		}
		if err == nil || !problem.Is(err, problem.KindNotFound) {
			return m, err
		}
	}
	return nil, problem.Invalid("kept", "A file that you sent before is not here any more. Choose it again.")
}

// takeFile takes in the file of one field, nil if none was chosen.
func (x *visit) takeFile(field, alt string) (*media.Media, error) {
	file, err := x.sentFile(field)
	if file == nil || err != nil {
		return nil, err
	}
	m, err := x.Media.Receive(x.r.Context(), x.v, file, media.Upload{Description: alt})
	return m, orClose(err, file)
}

// finished waits for a film until then, and says whether it is shown, or may yet be.
// What never can be is erased.
func (x *visit) finished(m *media.Media, until time.Time) (shown bool, err error) {
	now, err := x.Media.Finished(x.r.Context(), x.v, m.ID, time.Until(until))
	if err != nil {
		return false, err
	}
	*m = *now
	if m.State == media.Ready || m.State == media.Waiting {
		return true, nil
	}
	if err := x.Media.Remove(x.r.Context(), x.v, m.ID); err != nil {
		return false, err
	}
	return false, m.Trouble()
}

func waits(files []*media.Media) bool {
	return slices.ContainsFunc(files, func(m *media.Media) bool { return m.State == media.Waiting })
}

func idsOf(files []*media.Media) []id.ID {
	var ids []id.ID
	for _, m := range files {
		ids = append(ids, m.ID)
	}
	return ids
}

// keptFiles are files that come back with the form.
func keptFiles(files []*media.Media) []look.Kept {
	var kept []look.Kept
	for _, m := range files {
		if m.OwnerKind == "" {
			kept = append(kept, look.Kept{ID: m.ID.String(), Media: mediaOf([]media.Media{*m})[0], Waiting: m.State == media.Waiting})
		}
	}
	return kept
}

// lostAlts are what a form says of files that were not taken, so that it need not be
// said again of the next.
func lostAlts(form url.Values, taken []*media.Media) (lost []string) {
	for i := range post.MaxMedia {
		alt := strings.TrimSpace(form.Get("alt_" + strconv.Itoa(i)))
		if alt != "" && !slices.ContainsFunc(taken, func(m *media.Media) bool { return m.Description == alt }) {
			lost = append(lost, alt)
		}
	}
	return lost
}

// mended is wrong for a form that holds what somebody wrote: it comes back when
// there is no room for a file just now, too.
func (x *visit) mended(err error) ([]look.Wrong, error) {
	p, ok := problem.Of(err)
	if !ok || p.Kind != problem.KindTooMany && p.Kind != problem.KindUnavailable {
		return x.wrong(err)
	}
	x.status = door.Status(err)
	return []look.Wrong{{Text: x.p.T(p.Format, p.Args...)}}, nil
}
