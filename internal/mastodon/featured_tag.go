package mastodon

import (
	"net/url"
	"strconv"

	"goodturn/internal/id"
	"goodturn/internal/post"
)

func featuredTagRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/featured_tags", scopes: "read:accounts", do: func(d *Door, q *request) error { return d.featured(q, q.viewer.ID()) }},
		{method: "POST", path: "/api/v1/featured_tags", scopes: "write:accounts", do: (*Door).feature},
		{method: "DELETE", path: "/api/v1/featured_tags/{id}", scopes: "write:accounts", do: (*Door).unfeature},
		{method: "GET", path: "/api/v1/featured_tags/suggestions", scopes: "read:accounts", do: (*Door).featureNext},
		{method: "GET", path: "/api/v1/accounts/{id}/featured_tags", scopes: "read:accounts", open: true, do: (*Door).featuredBy},
		{method: "POST", path: "/api/v1/tags/{tag}/feature", scopes: "write:accounts", do: (*Door).featureTag},
		{method: "POST", path: "/api/v1/tags/{tag}/unfeature", scopes: "write:accounts", do: (*Door).unfeatureTag},
	}
}

func (d *Door) featuredBy(q *request) error {
	a, err := d.accountNamed(q)
	if err != nil {
		return err
	}
	return d.featured(q, a.ID)
}

func (d *Door) featured(q *request, of id.ID) error {
	all, err := d.Posts.FeaturedBy(q.Context(), q.viewer, of)
	if err != nil {
		return err
	}
	q.out = appendList(q.out, all, d.appendFeatured)
	return nil
}

func (d *Door) feature(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	f, err := d.Posts.FeatureTag(q.Context(), q.viewer, q.get("name"))
	if err != nil {
		return err
	}
	q.out = d.appendFeatured(q.out, *f)
	return nil
}

func (d *Door) unfeature(q *request) error {
	i, err := q.id()
	if err != nil {
		return err
	}
	if err := d.Posts.Unfeature(q.Context(), q.viewer, i); err != nil {
		return err
	}
	q.out = append(q.out, "{}"...)
	return nil
}

// appendFeatured appends Mastodon's entity FeaturedTag.
func (d *Door) appendFeatured(b []byte, f post.Featured) []byte {
	b = appendID(append(b, `{"id":`...), f.ID)
	b = appendText(append(b, `,"name":`...), f.Name)
	b = appendText(append(b, `,"url":`...), d.URL+"/tags/"+url.PathEscape(f.Folded))
	b = strconv.AppendInt(append(b, `,"statuses_count":"`...), f.Posts, 10)
	b = append(b, `","last_status_at":`...)
	if f.LastAt.IsZero() {
		return append(b, "null}"...)
	}
	return f.LastAt.UTC().AppendFormat(b, `"2006-01-02"}`)
}

// featureNext answers with hashtags that the viewer used and does not feature.
func (d *Door) featureNext(q *request) error {
	names, err := d.Posts.FeatureNext(q.Context(), q.viewer)
	if err != nil {
		return err
	}
	tags, err := d.Posts.Hashtags(q.Context(), names)
	if err != nil {
		return err
	}
	set, err := d.Relations.Of(q.Context(), q.viewer.ID())
	if err != nil {
		return err
	}
	q.out = appendList(q.out, tags, func(b []byte, t *post.Hashtag) []byte { return d.appendHashtag(b, q, t, set) })
	return nil
}

func (d *Door) featureTag(q *request) error {
	if _, err := d.Posts.FeatureTag(q.Context(), q.viewer, q.PathValue("tag")); err != nil {
		return err
	}
	return d.tagFeatured(q, true)
}

func (d *Door) unfeatureTag(q *request) error {
	if err := d.Posts.UnfeatureTag(q.Context(), q.viewer, q.PathValue("tag")); err != nil {
		return err
	}
	return d.tagFeatured(q, false)
}

// tagFeatured answers with the hashtag of the path, and whether it is featured.
func (d *Door) tagFeatured(q *request, featured bool) error {
	if err := d.tagNamed(q, q.PathValue("tag")); err != nil {
		return err
	}
	q.out = strconv.AppendBool(append(q.out[:len(q.out)-1], `,"featuring":`...), featured)
	q.out = append(q.out, '}')
	return nil
}
