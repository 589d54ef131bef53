package mastodon

import (
	"strconv"

	"goodturn/internal/problem"
	"goodturn/internal/safety"
)

// keysMost bounds how many figures one request asks for.
const keysMost = 30

func adminFigureRoutes() []route {
	routes := []route{governed("", "POST", "measures", (*Door).measures), governed("", "POST", "dimensions", (*Door).dimensions), governed("", "POST", "retention", (*Door).retention)}
	for n := range routes {
		routes[n].scopes = "admin:read" // they are posted, and read all the same
	}
	return routes
}

// asked reads which figures are asked for, over which days.
func (q *request) asked() (keys []string, span safety.Span, err error) {
	if keys = q.all("keys"); len(keys) > keysMost {
		return nil, span, problem.Invalid("keys", "At most %d keys are possible.", keysMost)
	}
	from, err := q.day("start_at")
	if err != nil {
		return nil, span, err
	}
	to, err := q.day("end_at")
	if err != nil {
		return nil, span, err
	}
	span, err = safety.SpanOf(from, to)
	return keys, span, err
}

// about is what a figure is about, a parameter of the figure's own.
func (q *request) about(key, parameter string) string { return q.get(key + "[" + parameter + "]") }

func (d *Door) measures(q *request) error {
	keys, span, err := q.asked()
	if err != nil {
		return err
	}
	list, err := d.Safety.Measures(q.Context(), q.viewer, keys, span, q.about)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, list, func(b []byte, m *safety.Measure) []byte {
		b = appendText(append(b, `{"key":`...), m.Key)
		b = appendTextOr(append(b, `,"unit":`...), m.Unit)
		b = appendNumber(append(b, `,"total":`...), m.Total)
		b = appendNumber(append(b, `,"previous_total":`...), m.Previous)
		b = appendList(append(b, `,"data":`...), m.Days, func(b []byte, v safety.DayValue) []byte {
			b = appendTime(append(b, `{"date":`...), v.Day)
			return append(appendNumber(append(b, `,"value":`...), v.Value), '}')
		})
		return append(b, '}')
	})
	return nil
}

func (d *Door) dimensions(q *request) error {
	keys, span, err := q.asked()
	if err != nil {
		return err
	}
	limit, err := strconv.Atoi(q.get("limit"))
	if err != nil {
		limit = 0
	}
	list, err := d.Safety.Dimensions(q.Context(), q.viewer, keys, span, limit, q.about)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, list, func(b []byte, m *safety.Dimension) []byte {
		b = appendText(append(b, `{"key":`...), m.Key)
		b = appendList(append(b, `,"data":`...), m.Parts, func(b []byte, p safety.Part) []byte {
			b = appendText(append(b, `{"key":`...), p.Key)
			b = appendText(append(b, `,"human_key":`...), p.Name)
			if p.Text != "" {
				b = appendText(append(b, `,"value":`...), p.Text)
				return append(appendText(append(b, `,"human_value":`...), p.Text), '}')
			}
			b = appendNumber(append(b, `,"value":`...), p.Value)
			if p.Unit != "" {
				b = appendText(append(b, `,"unit":`...), p.Unit)
			}
			return append(b, '}')
		})
		return append(b, '}')
	})
	return nil
}

func (d *Door) retention(q *request) error {
	_, span, err := q.asked()
	if err != nil {
		return err
	}
	frequency := "day"
	if q.get("frequency") == "month" {
		frequency = "month"
	}
	list, err := d.Safety.Retention(q.Context(), q.viewer, span, frequency == "month")
	if err != nil {
		return err
	}
	q.out = appendList(q.out, list, func(b []byte, c safety.Cohort) []byte {
		b = appendTime(append(b, `{"period":`...), c.Period)
		b = appendText(append(b, `,"frequency":`...), frequency)
		b = appendList(append(b, `,"data":`...), c.Data, func(b []byte, v safety.CohortValue) []byte {
			b = appendTime(append(b, `{"date":`...), v.Period)
			b = strconv.AppendFloat(append(b, `,"rate":`...), v.Rate, 'f', -1, 64)
			return append(appendNumber(append(b, `,"value":`...), v.Value), '}')
		})
		return append(b, '}')
	})
	return nil
}

// appendNumber appends a number as text, as these entities have them.
func appendNumber(b []byte, n int64) []byte {
	return append(strconv.AppendInt(append(b, '"'), n, 10), '"')
}
