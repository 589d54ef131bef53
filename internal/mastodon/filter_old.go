package mastodon

import (
	"goodturn/internal/filter"
	"goodturn/internal/id"
)

// The older API of filters knows no titles: each keyword is a filter there. What
// it makes is a filter with one keyword, whose title that is. Its apps look at
// posts themselves, and leave it to the server to drop what is irreversible.
func oldFilterRoutes() []route {
	const all, one = "/api/v1/filters", "/api/v1/filters/{id}"
	return []route{
		{method: "GET", path: all, scopes: "read:filters", do: (*Door).oldFilters},
		{method: "POST", path: all, scopes: "write:filters", do: (*Door).createOldFilter},
		{method: "GET", path: one, scopes: "read:filters", do: (*Door).oldFilter},
		{method: "PUT", path: one, scopes: "write:filters", do: (*Door).changeOldFilter},
		{method: "DELETE", path: one, scopes: "write:filters", do: (*Door).deleteOldFilter},
	}
}

func (d *Door) oldFilters(q *request) error {
	all, err := d.Filters.All(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	q.out = append(q.out, '[')
	for _, f := range all {
		for _, k := range f.Keywords {
			if q.out[len(q.out)-1] != '[' {
				q.out = append(q.out, ',')
			}
			q.out = appendOldFilter(q.out, f, k)
		}
	}
	q.out = append(q.out, ']')
	return nil
}

// oldDraft reads a filter of the older API.
func (d *Door) oldDraft(q *request) (f filter.Draft, k filter.KeywordDraft, err error) {
	if err := q.form(); err != nil {
		return f, k, err
	}
	k = filter.KeywordDraft{Text: q.text("phrase"), WholeWord: q.flag("whole_word")}
	if k.Text != nil {
		f.Title = new(titleOf(*k.Text))
	}
	if q.get("irreversible") != "" {
		f.Action, f.Drops = new(filter.Warn), q.flag("irreversible")
		if *f.Drops {
			*f.Action = filter.Hide
		}
	}
	if f.Contexts, err = q.contexts(); err != nil {
		return f, k, err
	}
	f.ExpiresAt, err = q.expires(d.Now())
	return f, k, err
}

// titleOf is as much of a phrase as a title can hold.
func titleOf(phrase string) string {
	runes := []rune(phrase)
	return string(runes[:min(len(runes), filter.TitleMost)])
}

func (d *Door) createOldFilter(q *request) error {
	f, k, err := d.oldDraft(q)
	if err != nil {
		return err
	}
	f.Keywords = []filter.KeywordDraft{k}
	made, err := d.Filters.Create(q.Context(), q.viewer, f)
	if err != nil {
		return err
	}
	q.out = appendOldFilter(q.out, made, made.Keywords[0])
	return nil
}

func (d *Door) oldFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	return d.answerOldFilter(q, i)
}

func (d *Door) answerOldFilter(q *request, i id.ID) error {
	f, k, err := d.Filters.Keyword(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendOldFilter(q.out, f, k)
	return nil
}

func (d *Door) changeOldFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	f, k, err := d.oldDraft(q)
	if err != nil {
		return err
	}
	if err := d.Filters.ChangeKeyword(q.Context(), q.viewer, i, k, f); err != nil {
		return err
	}
	return d.answerOldFilter(q, i)
}

func (d *Door) deleteOldFilter(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Filters.DeleteKeyword(q.Context(), q.viewer, i, true)
}
