package mastodon

import (
	"net/url"
	"strconv"
	"strings"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// embedRoutes are for other sites, and for those who look whether this server is
// well; and what is asked of a year's report, which is never made here.
func embedRoutes() []route {
	return []route{
		{method: "GET", path: "/api/oembed", open: true, do: (*Door).oembed},
		{method: "GET", path: "/health", open: true, do: (*Door).health},
		{method: "GET", path: "/api/v1/annual_reports", scopes: "read:accounts", do: (*Door).annualReports},
		{method: "GET", path: "/api/v1/annual_reports/{year}/state", scopes: "read:accounts", do: (*Door).annualReportState},
	}
}

func (d *Door) health(q *request) error {
	q.out = append(q.out, `{"status":"OK"}`...)
	return nil
}

func (d *Door) annualReports(q *request) error {
	q.out = append(q.out, `{"annual_reports":[],"accounts":[],"statuses":[]}`...)
	return nil
}

func (d *Door) annualReportState(q *request) error {
	q.out = append(q.out, `{"state":"ineligible"}`...)
	return nil
}

// The width that an embedded card is laid out for, in pixels, unless told.
const embedWidth, embedWidest = 400, 2000

// oembed describes a public post, or the page of a movement or an account, to
// sites that show it (https://oembed.com). What they show is a quotation with a
// link: nothing of it runs there, and nothing tells this server who reads.
func (d *Door) oembed(q *request) error {
	if format := q.get("format"); format != "" && format != "json" {
		return problem.NotFound("page")
	}
	u, err := url.Parse(q.get("url"))
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != d.URL {
		return problem.NotFound("page")
	}
	c, err := d.embedded(q, u.Path)
	if err != nil {
		return err
	}
	width, err := strconv.Atoi(q.get("maxwidth"))
	if err != nil || width <= 0 {
		width = embedWidth
	}
	name := c.by.Title()
	b := appendText(append(q.out, `{"type":"rich","version":"1.0","title":`...), c.title)
	b = appendText(append(b, `,"author_name":`...), name)
	b = appendText(append(b, `,"author_url":`...), d.accountURL(c.by))
	b = appendText(append(b, `,"provider_name":`...), d.Accounts.Host())
	b = appendText(append(b, `,"provider_url":`...), d.URL+"/")
	b = strconv.AppendInt(append(b, `,"cache_age":86400,"width":`...), int64(min(width, embedWidest)), 10)
	b = appendText(append(b, `,"height":null,"html":`...), c.html(name))
	q.out = append(b, '}')
	return nil
}

// embed is what is shown of a page.
type embed struct {
	by          *account.Account
	title, text string
	url         string
}

// html is a quotation of plain text; all that somebody wrote is escaped.
func (c embed) html(name string) string {
	return `<blockquote class="goodturn-embed" cite="` + escape(c.url) + `"><p>` + strings.ReplaceAll(escape(c.text), "\n", "<br>") +
		`</p><footer><a href="` + escape(c.url) + `" rel="noopener">` + escape(name) + `</a></footer></blockquote>`
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func escape(s string) string { return escaper.Replace(s) }

// embedded is the page at a path of this server, as nobody in particular sees it.
func (d *Door) embedded(q *request, path string) (embed, error) {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	switch {
	case kind == "posts":
		return d.embeddedPost(q, rest)
	case strings.HasPrefix(kind, "@") && rest != "": // as Mastodon writes them
		return d.embeddedPost(q, rest)
	case kind == "movements" && !strings.Contains(rest, "/"):
		m, err := d.Movements.Get(q.Context(), account.Nobody, rest)
		if err != nil {
			return embed{}, err
		}
		a, err := d.Accounts.Get(q.Context(), m.ID)
		return embed{by: a, title: m.Name, text: m.Purpose, url: d.URL + "/movements/" + m.Slug}, err
	case strings.HasPrefix(kind, "@"):
		a, err := d.Accounts.ByHandle(q.Context(), kind)
		if err != nil {
			return embed{}, err
		}
		return embed{by: a, title: a.Title(), text: a.Note, url: d.accountURL(a)}, nil
	}
	return embed{}, problem.NotFound("page")
}

func (d *Door) embeddedPost(q *request, number string) (embed, error) {
	i, err := id.Parse(number)
	if err != nil {
		return embed{}, problem.NotFound("page")
	}
	e, err := d.Posts.Get(q.Context(), account.Nobody, i)
	if err != nil {
		return embed{}, err
	}
	p := e.Of().Post
	a, err := d.Accounts.Get(q.Context(), p.AccountID)
	if err != nil {
		return embed{}, err
	}
	text := p.Text
	if p.Warning != "" {
		text = p.Warning // what it warns of is behind the link
	}
	return embed{by: a, title: "Post by @" + a.Handle(), text: text, url: d.postURL(p)}, nil
}
