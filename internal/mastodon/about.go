package mastodon

import (
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/about"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
)

func aboutRoutes() []route {
	return []route{
		{method: "GET", path: "/api/v1/instance/rules", open: true, do: (*Door).rules},
		{method: "GET", path: "/api/v1/instance/extended_description", open: true, do: (*Door).extendedDescription},
		{method: "GET", path: "/api/v1/instance/privacy_policy", open: true, do: (*Door).privacyPolicy},
		{method: "GET", path: "/api/v1/instance/terms_of_service", open: true, do: (*Door).terms},
		{method: "GET", path: "/api/v1/instance/terms_of_service/{date}", open: true, do: (*Door).termsOf},
		{method: "GET", path: "/api/v1/instance/translation_languages", open: true, do: (*Door).translationLanguages},
		{method: "GET", path: "/api/v1/custom_emojis", open: true, do: (*Door).customEmojis},
	}
}

// printer says things in the language of who asks: the account's, else the
// client's.
func printer(q *request) *lang.Printer {
	chosen := ""
	if a := q.viewer.Account(); a != nil {
		chosen = a.Language
	}
	return lang.Match(q.Header.Get("Accept-Language"), chosen)
}

func (d *Door) rules(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	q.out = appendList(q.out, a.Rules, appendRule)
	return nil
}

func appendRule(b []byte, r about.Rule) []byte {
	b = appendID(append(b, `{"id":`...), r.ID)
	b = appendText(append(b, `,"text":`...), r.Text)
	b = appendText(append(b, `,"hint":`...), r.Hint)
	b = append(b, `,"translations":{`...)
	first := true
	for _, p := range lang.All() {
		t, ok := r.Translations[p.Tag()]
		if !ok {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendText(append(appendText(b, p.Tag()), `:{"text":`...), t.Text)
		b = append(appendText(append(b, `,"hint":`...), t.Hint), '}')
	}
	return append(b, `}}`...)
}

func (d *Door) extendedDescription(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	return d.prose(q, a.Story)
}

func (d *Door) privacyPolicy(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	return d.prose(q, a.Privacy)
}

func (d *Door) prose(q *request, t about.Text) error {
	b := appendTime(append(q.out, `{"updated_at":`...), t.At)
	b = appendText(append(b, `,"content":`...), d.whole(t.HTML(printer(q))))
	q.out = append(b, '}')
	return nil
}

// terms are those that hold now, else those to come.
func (d *Door) terms(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	t, next := a.TermsAt(d.Now())
	if t == nil {
		t, next = a.TermsOf(next)
	}
	return d.showTerms(q, t, next)
}

func (d *Door) termsOf(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	t, next := a.TermsOf(q.PathValue("date"))
	return d.showTerms(q, t, next)
}

func (d *Door) showTerms(q *request, t *about.Terms, next string) error {
	if t == nil {
		return problem.NotFound("page")
	}
	b := appendText(append(q.out, `{"effective_date":`...), t.On)
	b = strconv.AppendBool(append(b, `,"effective":`...), t.On <= d.Now().UTC().Format(about.Day))
	b = appendText(append(b, `,"content":`...), d.whole(t.HTML))
	b = appendTextOr(append(b, `,"succeeded_by":`...), next)
	q.out = append(b, '}')
	return nil
}

// translationLanguages are none: nothing is translated here.
func (d *Door) translationLanguages(q *request) error {
	q.out = append(q.out, "{}"...)
	return nil
}

func (d *Door) customEmojis(q *request) error {
	a, err := d.About.Now(q.Context())
	if err != nil {
		return err
	}
	var shown []*about.Emoji
	for n := range a.Emojis.All {
		if e := &a.Emojis.All[n]; !e.Disabled {
			shown = append(shown, e)
		}
	}
	q.out = appendList(q.out, shown, d.appendEmoji)
	return nil
}

func (d *Door) appendEmoji(b []byte, e *about.Emoji) []byte {
	b = appendText(append(b, `{"shortcode":`...), e.Shortcode)
	b = appendText(append(b, `,"url":`...), d.URL+e.Media.SmallURL())
	b = appendText(append(b, `,"static_url":`...), d.URL+e.Media.SmallURL())
	b = strconv.AppendBool(append(b, `,"visible_in_picker":`...), e.Picker)
	b = appendTextOr(append(b, `,"category":`...), e.Category)
	return append(b, '}')
}

// appendEmojis appends the custom emojis that texts name, as a list. Most texts
// have no colon, and cost no more than looking for one.
func (d *Door) appendEmojis(b []byte, texts ...string) []byte {
	if !slices.ContainsFunc(texts, func(s string) bool { return strings.Contains(s, ":") }) {
		return append(b, "[]"...)
	}
	return appendList(b, d.About.Emojis().In(texts...), d.appendEmoji)
}
