package web

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/problem"
)

func sitemapRoutes() []route {
	return []route{
		{"GET /robots.txt", (*visit).robots},
		{"GET /sitemap.xml", (*visit).sitemapIndex},
		{"GET /sitemaps/{month}", (*visit).sitemapOf},
	}
}

// Where search engines find nothing for them.
const robotsText = `User-agent: *
Disallow: /settings
Disallow: /notices
Disallow: /conversations
Disallow: /compose
Disallow: /search
Disallow: /live
Disallow: /moderation
Disallow: /admin
Disallow: /oauth/
Disallow: /api/

`

func (x *visit) robots() error {
	x.w.Header().Set("Cache-Control", siteCache)
	return x.write([]string{"text/plain; charset=utf-8"}, []byte(robotsText+"Sitemap: "+x.URL+"/sitemap.xml\n"))
}

const (
	siteCache  = "public, max-age=3600"
	siteMonth  = "2006-01"
	monthsMost = 600 // what a map of maps names: fifty years
	// siteMost is how many movements, and how many calls, a month's map names; a map
	// has 50,000 addresses at most (sitemaps.org).
	siteMost = 10_000
)

type siteURL struct {
	Loc     string `xml:"loc"`
	Changed string `xml:"lastmod,omitempty"`
}

type siteIndex struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []siteURL `xml:"sitemap"`
}

type siteMap struct {
	XMLName xml.Name  `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []siteURL `xml:"url"`
}

// sitemapIndex names a map for each month from the first movement on: what was
// begun in it.
func (x *visit) sitemapIndex() error {
	first, err := x.Movements.Earliest(x.r.Context())
	if err != nil {
		return err
	}
	now := x.Now().UTC()
	var index siteIndex
	for m := monthOf(now); len(index.Maps) < monthsMost && (first != 0 && !m.Before(monthOf(first.Time().UTC())) || len(index.Maps) == 0); m = m.AddDate(0, -1, 0) {
		index.Maps = append(index.Maps, siteURL{Loc: x.URL + "/sitemaps/" + m.Format(siteMonth) + ".xml"})
	}
	return x.siteXML(index)
}

func monthOf(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }

// sitemapOf is one month: the public movements and calls that began in it.
func (x *visit) sitemapOf() error {
	month, err := time.Parse(siteMonth+".xml", x.r.PathValue("month"))
	if err != nil || month.After(x.Now()) || month.Year() < 1970 {
		return problem.NotFound("page")
	}
	from, to := id.Floor(month), id.Floor(month.AddDate(0, 1, 0))
	var urls siteMap
	movements, err := x.Movements.Begun(x.r.Context(), from, to, siteMost)
	if err != nil {
		return err
	}
	for _, m := range movements {
		urls.URLs = append(urls.URLs, siteURL{x.URL + "/movements/" + m.Slug, m.ChangedAt.UTC().Format(time.RFC3339)})
	}
	calls, err := x.Calls.Begun(x.r.Context(), from, to, siteMost)
	if err != nil {
		return err
	}
	for _, c := range calls {
		urls.URLs = append(urls.URLs, siteURL{x.URL + callPath(c.ID), c.ChangedAt.UTC().Format(time.RFC3339)})
	}
	return x.siteXML(urls)
}

func (x *visit) siteXML(v any) error {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(v); err != nil {
		return fmt.Errorf("write a map of the site: %w", err)
	}
	x.w.Header().Set("Cache-Control", siteCache)
	return x.write([]string{"application/xml; charset=utf-8"}, out.Bytes())
}
