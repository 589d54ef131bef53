package mastodon

import (
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func (d *Door) keywords(q *request, of id.ID) error {
	f, err := d.Filters.Get(q.Context(), q.viewer, of)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, f.Keywords, appendKeyword)
	return nil
}

// keywordDraft reads one keyword.
func (q *request) keywordDraft() (filter.KeywordDraft, error) {
	err := q.form()
	return filter.KeywordDraft{Text: q.text("keyword"), WholeWord: q.flag("whole_word")}, err
}

func (d *Door) addKeyword(q *request) error {
	of, err := q.id()
	if err != nil {
		return err
	}
	draft, err := q.keywordDraft()
	if err != nil {
		return err
	}
	if draft.WholeWord == nil {
		draft.WholeWord = new(true)
	}
	k, err := d.Filters.AddKeyword(q.Context(), q.viewer, of, draft)
	if err != nil {
		return err
	}
	q.out = appendKeyword(q.out, k)
	return nil
}

func (d *Door) keyword(q *request, i id.ID) error {
	_, k, err := d.Filters.Keyword(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendKeyword(q.out, k)
	return nil
}

func (d *Door) changeKeyword(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	draft, err := q.keywordDraft()
	if err != nil {
		return err
	}
	if err := d.Filters.ChangeKeyword(q.Context(), q.viewer, i, draft, filter.Draft{}); err != nil {
		return err
	}
	return d.keyword(q, i)
}

func (d *Door) deleteKeyword(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return d.Filters.DeleteKeyword(q.Context(), q.viewer, i, false)
}

func (d *Door) filteredPosts(q *request, of id.ID) error {
	f, err := d.Filters.Get(q.Context(), q.viewer, of)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, f.Posts, appendPick)
	return nil
}

func (d *Door) addFilteredPost(q *request) error {
	of, err := q.id()
	if err != nil {
		return err
	}
	if err := q.form(); err != nil {
		return err
	}
	post, err := id.Parse(q.get("status_id"))
	if err != nil {
		return problem.NotFound("post")
	}
	p, err := d.Filters.AddPost(q.Context(), q.viewer, of, post)
	if err != nil {
		return err
	}
	q.out = appendPick(q.out, p)
	return nil
}

func (d *Door) filteredPost(q *request, i id.ID) error {
	_, p, err := d.Filters.Pick(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendPick(q.out, p)
	return nil
}

func (d *Door) deleteFilteredPost(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	p, err := d.Filters.DeletePost(q.Context(), q.viewer, i)
	if err != nil {
		return err
	}
	q.out = appendPick(q.out, p)
	return nil
}
