package mastodon

import (
	"fmt"
	"strconv"
	"strings"

	"goodturn/internal/door"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

func mediaRoutes() []route {
	uploads := func(l *limits) *door.Limit { return l.uploads }
	return []route{
		{method: "POST", path: "/api/v2/media", scopes: "write:media", do: (*Door).uploadMedia, limit: uploads},
		{method: "POST", path: "/api/v1/media", scopes: "write:media", do: (*Door).uploadMedia, limit: uploads},
		{method: "GET", path: "/api/v1/media/{id}", scopes: "write:media", do: (*Door).oneMedia},
		{method: "PUT", path: "/api/v1/media/{id}", scopes: "write:media", do: (*Door).describeMedia},
	}
}

// uploadMedia takes a picture in, at once: pictures are all that there is yet.
func (d *Door) uploadMedia(q *request) error {
	if err := q.upload(1); err != nil {
		return err
	}
	if q.MultipartForm == nil || len(q.MultipartForm.File["file"]) == 0 {
		return problem.Invalid("file", "Send a picture as the file of a multipart form.")
	}
	u := media.Upload{Description: q.get("description")}
	var err error
	if u.FocusX, u.FocusY, err = focus(q.get("focus")); err != nil {
		return err
	}
	f, err := q.MultipartForm.File["file"][0].Open()
	if err != nil {
		return fmt.Errorf("open an upload: %w", err)
	}
	m, err := d.Media.Upload(q.Context(), q.viewer, f, u)
	if e := f.Close(); err == nil && e != nil {
		err = fmt.Errorf("close an upload: %w", e)
	}
	if err != nil {
		return err
	}
	q.out = d.appendMedia(q.out, m)
	return nil
}

func (d *Door) oneMedia(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	m, err := d.Media.Get(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = d.appendMedia(q.out, m)
	return nil
}

func (d *Door) describeMedia(q *request) error {
	if err := q.upload(1); err != nil {
		return err
	}
	i, err := q.id()
	if err != nil {
		return err
	}
	m, err := d.Media.Get(q.Context(), q.viewer, i)
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
	if m, err = d.Media.Update(q.Context(), q.viewer, i, u); err != nil {
		return err
	}
	q.out = d.appendMedia(q.out, m)
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
