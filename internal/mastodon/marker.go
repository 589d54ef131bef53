package mastodon

import (
	"slices"
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/notice"
	"goodturn/internal/problem"
)

func markerRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/markers", scopes: "read:statuses", do: (*Door).markers},
		{method: "POST", path: "/api/v1/markers", scopes: "write:statuses", do: (*Door).mark},
	}
}

// markerNames are what Mastodon calls the marks.
var markerNames = map[notice.What]string{notice.Home: "home", notice.Notices: "notifications"}

func (d *Door) markers(q *request) error {
	all, err := d.Notices.Marks(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	asked := q.all("timeline")
	all = slices.DeleteFunc(all, func(m notice.Mark) bool { return !slices.Contains(asked, markerNames[m.What]) })
	q.out = appendMarks(q.out, all)
	return nil
}

func (d *Door) mark(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	var marks []notice.Mark
	for _, what := range []notice.What{notice.Home, notice.Notices} {
		field := markerNames[what] + "[last_read_id]"
		if !q.has(field) {
			continue
		}
		i, err := id.Parse(q.get(field))
		if err != nil {
			return problem.Invalid(field, "This is not an id: use one from an answer of this server.")
		}
		m, err := d.Notices.Mark(q.Context(), q.viewer, what, i)
		if err != nil {
			return err
		}
		marks = append(marks, m)
	}
	q.out = appendMarks(q.out, marks)
	return nil
}

func appendMarks(b []byte, marks []notice.Mark) []byte {
	b = append(b, '{')
	for n, m := range marks {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, markerNames[m.What]), `:{"last_read_id":`...)
		b = appendID(b, m.LastID)
		b = strconv.AppendInt(append(b, `,"version":`...), m.Version, 10)
		b = append(appendTime(append(b, `,"updated_at":`...), m.At), '}')
	}
	return append(b, '}')
}
