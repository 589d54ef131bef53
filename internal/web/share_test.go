package web_test

import (
	"context"
	"encoding/json"
	"image/png"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// picture opens an address that must give a PNG, and is its width and height.
func (b *browser) picture(path string) (w, h int) {
	b.t.Helper()
	b.get(path)
	img, err := png.Decode(strings.NewReader(b.page))
	if b.status != 200 || err != nil {
		b.t.Fatalf("%s answers %d: %v", path, b.status, err)
	}
	return img.Bounds().Dx(), img.Bounds().Dy()
}

// The kit has words, a code and a picture, and its link carries what the sharer
// did.
func TestShare(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Petition, Title: "A kitchen & more"})
	path := "/calls/" + c.ID.String()
	stranger, doer := newBrowser(t, s), newBrowser(t, s).signIn(ben)

	stranger.get(path).shows(200, "Share")
	stranger.get(path+"/share?via=act-17").shows(200, "A kitchen & more: Will you put your name under it, too? #WarmSoup", path+"?via=act-17")
	if w, h := stranger.picture(path + "/qr.png?via=act-17"); w != h || w < 256 {
		t.Errorf("the code is %d by %d", w, h)
	}
	if w, h := stranger.picture(path + "/picture.png"); w != 1200 || h != 630 {
		t.Errorf("the picture is %d by %d", w, h)
	}
	a, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{CallID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	doer.get(path+"/share").shows(200, path+"?via=act-"+a.ID.String(), "The link remembers what moved them")
	doer.get("/acts/"+a.ID.String()+"/share").shows(200, path+"?via=act-"+a.ID.String())
	stranger.picture("/acts/" + a.ID.String() + "/picture.png")

	// Others cannot name an act that they may not see.
	doer.post("/acts/"+a.ID.String()+"/edit", "visibility", "organisers", "evidence_visibility", "organisers").shows(200)
	for _, kit := range []string{path + "/share", "/acts/" + a.ID.String() + "/share"} {
		doer.get(kit).shows(200, "Will you put your name under it, too?").lacks("via=act-", "The link remembers")
	}
	doer.shows(200, "Not everybody may see what was done", "Choose who sees it").lacks("ben signed")
	free, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{Story: "Held a door.", Visibility: act.Public})
	if err != nil {
		t.Fatal(err)
	}
	kit := "/acts/" + free.ID.String()
	stranger.get(kit+"/share").shows(200, "ben did a good deed", "comes to what was done")
	stranger.picture(kit + "/qr.png")
	doer.post(kit+"/edit", "story", "Held a door.", "visibility", "me", "evidence_visibility", "me").shows(200)
	doer.get(kit+"/share").shows(200, "Choose who sees it").lacks("/qr.png", "share-link")
	stranger.get(kit + "/qr.png").shows(404)
	stranger.picture("/movements/" + m.Slug + "/picture.png")
}

// Pictures are kept by whoever stands between, so there is none of what a stranger
// may not see, for nobody.
func TestShare_Private(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	draft := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Hush", Unpublished: true})
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Cook"})
	a, err := s.Acts.Do(context.Background(), account.As(ben), act.Draft{CallID: c.ID, Visibility: act.Organisers})
	if err != nil {
		t.Fatal(err)
	}
	organiser, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s)
	for _, path := range []string{"/calls/" + draft.ID.String(), "/acts/" + a.ID.String()} {
		organiser.get(path).shows(200)
		if strings.Contains(organiser.page, "og:image") || strings.Contains(organiser.page, "ld+json") {
			t.Errorf("%s is shown to others", path)
		}
		organiser.get(path + "/picture.png").shows(404)
		stranger.get(path + "/share").shows(404)
	}
	stranger.get("/calls/" + draft.ID.String() + "/qr.png").shows(404)
	newBrowser(t, s).signIn(ben).get("/calls/" + c.ID.String() + "/export?format=csv").shows(403)
	organiser.get("/calls/" + c.ID.String() + "/export?format=xml").shows(404)
	if organiser.get("/calls/" + c.ID.String() + "/export?format=csv"); organiser.status != 200 || !strings.Contains(organiser.page, a.ID.String()+",ben,") {
		t.Errorf("%d: %s", organiser.status, organiser.page)
	}
}

var dataOf = regexp.MustCompile(`<script type="application/ld\+json">(.*?)</script>`)

// What a page is about is JSON that nobody's words end early.
func TestMeta(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	m := startMovement(t, s, ada, "WarmSoup")
	starts := time.Date(2999, 5, 1, 10, 0, 0, 0, time.UTC)
	var kitchen *account.Account
	err := s.DB.Update(t.Context(), func(tx *db.Tx) (err error) {
		kitchen, err = s.Accounts.CreateIn(tx, account.Draft{Kind: account.KindOrganisation, Username: "kitchen", Name: "The kitchen", At: time.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[call.Kind]string{call.Petition: "EndorseAction", call.Fundraiser: "DonateAction", call.Deed: "Action", call.Event: "Event"} {
		d := call.Draft{Kind: kind, Title: `</script><script>alert("1")</script>`, Body: "Why & how.", Zone: "Europe/Vienna"}
		if kind == call.Fundraiser {
			d.Unit, d.Beneficiary = "EUR", kitchen.ID
		}
		if kind == call.Event {
			d.StartsAt, d.Place = starts, "The hall"
		}
		c := openCall(t, s, ada, m, d)
		b := newBrowser(t, s).get("/calls/" + c.ID.String())
		found := dataOf.FindStringSubmatch(b.page)
		if found == nil {
			t.Fatalf("%s: nothing is said of it", kind)
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(found[1]), &data); err != nil {
			t.Fatalf("%s: %v in %s", kind, err, found[1])
		}
		if data["@type"] != want || data["name"] != d.Title || data["description"] != "Why & how." {
			t.Errorf("%s: %v", kind, data)
		}
		if to, _ := data["recipient"].(map[string]any); kind == call.Fundraiser && (to["name"] != "The kitchen" || to["@type"] != "Organization") {
			t.Errorf("it goes to %v", to)
		}
		if kind == call.Event && data["startDate"] != "2999-05-01T12:00:00+02:00" {
			t.Errorf("it starts at %v", data["startDate"])
		}
		for _, meta := range []string{`property="og:image" content="` + s.URL() + `/calls/` + c.ID.String() + `/picture.png?v=`, `property="og:image:width" content="1200"`,
			`name="twitter:card" content="summary_large_image"`, `rel="canonical" href="` + s.URL() + `/calls/` + c.ID.String() + `"`} {
			if !strings.Contains(b.page, meta) {
				t.Errorf("%s lacks %s", kind, meta)
			}
		}
	}
	b := newBrowser(t, s).get("/movements/" + m.Slug)
	if !strings.Contains(b.page, `"@type":"Organization"`) || !strings.Contains(b.page, "og:image") {
		t.Error("the movement says nothing of itself")
	}
}

func TestPicture_Again(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	c := openCall(t, s, ada, startMovement(t, s, ada, "WarmSoup"), call.Draft{Kind: call.Deed, Title: "Cook"})
	ask := func(etag string) *http.Response {
		r, err := http.NewRequest("GET", s.URL()+"/calls/"+c.ID.String()+"/picture.png", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", etag)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer
	}
	first := ask("")
	if first.StatusCode != 200 || first.Header.Get("Content-Type") != "image/png" || !strings.HasPrefix(first.Header.Get("Cache-Control"), "public") {
		t.Errorf("%d %v", first.StatusCode, first.Header)
	}
	if again := ask(first.Header.Get("ETag")); again.StatusCode != 304 {
		t.Errorf("the same again answers %d", again.StatusCode)
	}
}

func TestSitemap(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Cook"})
	draft := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Hush", Unpublished: true})
	b := newBrowser(t, s)
	if b.get("/robots.txt"); b.status != 200 || !strings.Contains(b.page, "Sitemap: "+s.URL()+"/sitemap.xml") {
		t.Errorf("%d: %s", b.status, b.page)
	}
	b.get("/sitemap.xml")
	month := regexp.MustCompile(`<loc>` + regexp.QuoteMeta(s.URL()) + `(/sitemaps/[^<]*)</loc>`).FindStringSubmatch(b.page)
	if month == nil {
		t.Fatal(b.page)
	}
	b.get(month[1])
	for path, there := range map[string]bool{"/movements/" + m.Slug: true, "/calls/" + c.ID.String(): true, "/calls/" + draft.ID.String(): false} {
		if strings.Contains(b.page, "<loc>"+s.URL()+path+"</loc>") != there {
			t.Errorf("%s: %s", path, b.page)
		}
	}
	for _, nowhere := range []string{"/sitemaps/2999-01.xml", "/sitemaps/1234-01.xml", "/sitemaps/x"} {
		if b.get(nowhere); b.status != 404 {
			t.Errorf("%s answers %d", nowhere, b.status)
		}
	}
}

// A new call begins with a template's words, or those of an earlier one.
func TestCall_Beginnings(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Cook for two", Body: "Twice."})
	other := openCall(t, s, ben, startMovement(t, s, ben, "ColdSoup"), call.Draft{Kind: call.Deed, Title: "Freeze", Unpublished: true})
	organiser := newBrowser(t, s).signIn(ada)
	calls := "/movements/" + m.Slug + "/calls/new?kind=deed"
	organiser.get(calls).shows(200, "Do one small thing for a neighbour", "As before: Cook for two")
	organiser.get(calls+"&template=neighbour").shows(200, "[title=Do one small thing for a neighbour]", "Ask first, and do it without a camera.")
	organiser.get(calls+"&template=shift").shows(200, "[title=]")
	organiser.get(calls+"&like="+c.ID.String()).shows(200, "[title=Cook for two]", "Twice.")
	organiser.get(calls + "&like=" + other.ID.String()).lacks("Freeze")
}
