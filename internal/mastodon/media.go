package mastodon

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/door"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

func mediaRoutes() []route {
	uploads := func(l *limits) *door.Limit { return l.uploads }
	return []route{
		{method: "POST", path: "/api/v2/media", scopes: "write:media", do: (*Door).uploadMedia, limit: uploads},
		{method: "POST", path: "/api/v1/media", scopes: "write:media", do: (*Door).uploadMediaAndWait, limit: uploads},
		{method: "GET", path: "/api/v1/media/{id}", scopes: "write:media", do: (*Door).oneMedia},
		{method: "PUT", path: "/api/v1/media/{id}", scopes: "write:media", do: (*Door).describeMedia},
		{method: "DELETE", path: "/api/v1/media/{id}", scopes: "write:media", do: (*Door).removeMedia},
	}
}

// uploadMedia takes a file in. Pictures are ready at once; for films and sound,
// the app asks again (GET /api/v1/media/{id}) until they are.
func (d *Door) uploadMedia(q *request) error {
	m, err := d.receive(q)
	if err != nil {
		return err
	}
	if m.State == media.Waiting {
		q.status = http.StatusAccepted
	}
	q.out = d.appendMedia(q.out, m)
	return nil
}

// waitForMedia is how long an app that knows only the old way is kept waiting.
const waitForMedia = 5 * time.Minute

// uploadMediaAndWait is uploadMedia in the old way, whose answer is ready.
func (d *Door) uploadMediaAndWait(q *request) error {
	m, err := d.receive(q)
	if err == nil {
		m, err = d.Media.Finished(q.Context(), q.viewer, m.ID, waitForMedia)
	}
	if err == nil {
		err = m.Trouble()
	}
	if err != nil {
		return err
	}
	q.out = d.appendMedia(q.out, m)
	return nil
}

// receive reads the file of an upload, and what comes with it.
func (d *Door) receive(q *request) (*media.Media, error) {
	if err := q.upload(d.Media.FilmBytes() + media.MaxBytes); err != nil {
		return nil, err
	}
	if q.MultipartForm == nil || len(q.MultipartForm.File["file"]) == 0 {
		return nil, problem.Invalid("file", "Send a picture as the file of a multipart form.")
	}
	u := media.Upload{Description: q.get("description")}
	var err error
	if u.FocusX, u.FocusY, err = focus(q.get("focus")); err != nil {
		return nil, err
	}
	var m *media.Media
	err = q.withFile("thumbnail", func(thumbnail io.Reader) error {
		u.Preview = thumbnail
		return q.withFile("file", func(file io.Reader) error {
			m, err = d.Media.Receive(q.Context(), q.viewer, file, u)
			return err
		})
	})
	return m, err
}

// countFiles counts a request that brought pictures beside other things with the
// uploads.
func (d *Door) countFiles(q *request) error {
	if q.MultipartForm == nil || len(q.MultipartForm.File) == 0 || d.count(q, d.limits.uploads) {
		return nil
	}
	return errTooMany
}

// withFile has do read the uploaded file of that name; nil if there is none.
func (q *request) withFile(name string, do func(io.Reader) error) error {
	if q.MultipartForm == nil || len(q.MultipartForm.File[name]) == 0 {
		return do(nil)
	}
	f, err := q.MultipartForm.File[name][0].Open()
	if err != nil {
		return fmt.Errorf("open an upload: %w", err)
	}
	err = do(f)
	if e := f.Close(); err == nil && e != nil {
		err = fmt.Errorf("close an upload: %w", e)
	}
	return err
}

// mine is the medium of the path, unless it failed: that is said as Mastodon
// says it, when asked for.
func (d *Door) mine(q *request) (*media.Media, error) {
	i, err := q.id()
	if err != nil {
		return nil, err
	}
	m, err := d.Media.Get(q.Context(), q.viewer, i)
	if err == nil && m.State != media.Waiting {
		err = m.Trouble()
	}
	return m, err
}

func (d *Door) oneMedia(q *request) error {
	m, err := d.mine(q)
	if err != nil {
		return err
	}
	q.answerMedia(d, m)
	return nil
}

// answerMedia says by the status whether it is ready.
func (q *request) answerMedia(d *Door, m *media.Media) {
	if m.State == media.Waiting {
		q.status = http.StatusPartialContent
	}
	q.out = d.appendMedia(q.out, m)
}

func (d *Door) describeMedia(q *request) error {
	if err := q.upload(media.MaxBytes); err != nil {
		return err
	}
	if err := d.countFiles(q); err != nil {
		return err
	}
	m, err := d.mine(q)
	if err != nil {
		return err
	}
	u := media.Upload{Description: m.Description, FocusX: m.FocusX, FocusY: m.FocusY}
	if q.has("description") {
		u.Description = q.get("description")
	}
	if q.has("focus") {
		if u.FocusX, u.FocusY, err = focus(q.get("focus")); err != nil {
			return err
		}
	}
	err = q.withFile("thumbnail", func(thumbnail io.Reader) error {
		u.Preview = thumbnail
		m, err = d.Media.Update(q.Context(), q.viewer, m.ID, u)
		return err
	})
	if err != nil {
		return err
	}
	q.answerMedia(d, m)
	return nil
}

// removeMedia takes back what no post shows.
func (d *Door) removeMedia(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if err := d.Media.Remove(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

// focus reads "x,y", each from -1 to 1; "" is the middle.
func focus(s string) (x, y float64, err error) {
	if s == "" {
		return 0, 0, nil
	}
	left, right, _ := strings.Cut(s, ",")
	x, errX := strconv.ParseFloat(strings.TrimSpace(left), 64)
	y, errY := strconv.ParseFloat(strings.TrimSpace(right), 64)
	if errX != nil || errY != nil {
		return 0, 0, problem.Invalid("focus", "The focus is two numbers with a comma between them.")
	}
	return x, y, nil
}
