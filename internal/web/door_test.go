package web_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"goodturn/internal/account"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// browser is somebody with the pages open, script switched off.
type browser struct {
	t      testing.TB
	base   string
	client *http.Client
	at     string // the address of the page
	status int
	page   string
}

func newBrowser(t testing.TB, s *servertest.Server) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, base: s.URL(), client: &http.Client{Jar: jar}}
}

func (b *browser) do(r *http.Request) *browser {
	b.t.Helper()
	r.Header.Set("Accept-Language", "en")
	answer, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.status, b.page = answer.Request.URL.RequestURI(), answer.StatusCode, string(body)
	b.leadsOn()
	return b
}

// leadsOn checks that what is wrong with a form leads to a field that is there.
func (b *browser) leadsOn() {
	b.t.Helper()
	for _, link := range regexp.MustCompile(`href="#(f-[^"]*)"`).FindAllStringSubmatch(b.page, -1) {
		if !strings.Contains(b.page, `id="`+link[1]+`"`) {
			b.t.Errorf("%s names a field %s that it does not have:\n%s", b.at, link[1], b.text())
		}
	}
}

// get opens a page.
func (b *browser) get(path string) *browser {
	b.t.Helper()
	r, err := http.NewRequest(http.MethodGet, b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(r)
}

// post sends a form as a browser would from a page of this server.
func (b *browser) post(path string, fields ...string) *browser {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.base)
	return b.do(r)
}

// upload sends a form with a picture in field.
func (b *browser) upload(path, field string, picture []byte, fields ...string) *browser {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		if err := w.WriteField(fields[i], fields[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile(field, "picture.png")
	if err == nil {
		_, err = file.Write(picture)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, b.base+path, &body)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// signIn signs in with servertest's password.
func (b *browser) signIn(a *account.Account) *browser {
	b.t.Helper()
	return b.post("/sign-in", "name", a.Username, "password", servertest.Password, "next", "/").shows(http.StatusOK)
}

// shows checks the page's status and that it holds these words.
func (b *browser) shows(status int, words ...string) *browser {
	b.t.Helper()
	if b.status != status {
		b.t.Fatalf("%s answered %d instead of %d:\n%s", b.at, b.status, status, b.text())
	}
	for _, w := range words {
		if !strings.Contains(b.text(), w) {
			b.t.Errorf("%s does not say %q:\n%s", b.at, w, b.text())
		}
	}
	return b
}

// lacks checks that the page does not hold these words.
func (b *browser) lacks(words ...string) *browser {
	b.t.Helper()
	for _, w := range words {
		if strings.Contains(b.text(), w) {
			b.t.Errorf("%s says %q:\n%s", b.at, w, b.text())
		}
	}
	return b
}

var spaces = regexp.MustCompile(`\s+`)

// text is what a reader sees of the page, on one line; fields of forms with what
// is in them.
func (b *browser) text() string {
	var out strings.Builder
	skip := false
	tokens := html.NewTokenizer(strings.NewReader(b.page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(spaces.ReplaceAllString(out.String(), " "))
		case html.TextToken:
			if !skip {
				out.WriteString(tokens.Token().Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := tokens.Token()
			skip = t.Data == "script" || t.Data == "style"
			out.WriteByte(' ')
			if t.Data == "input" {
				fmt.Fprintf(&out, "[%s=%s]", attr(t, "name"), attr(t, "value"))
			}
		case html.EndTagToken:
			skip = false
		}
	}
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// field is the value of the first input of that name.
func (b *browser) field(name string) string {
	tokens := html.NewTokenizer(strings.NewReader(b.page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			b.t.Fatalf("%s has no field %q", b.at, name)
		case html.StartTagToken, html.SelfClosingTagToken:
			if t := tokens.Token(); t.Data == "input" && attr(t, "name") == name {
				return attr(t, "value")
			}
		}
	}
}

func picture(t testing.TB, side int) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for x := range side {
		for y := range side {
			img.Set(x, y, color.NRGBA{R: uint8(x), G: uint8(y), B: 90, A: 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func write(t testing.TB, s *servertest.Server, by *account.Account, text string) *post.Post {
	t.Helper()
	e, err := s.Posts.Create(context.Background(), account.As(by), post.Draft{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	return e.Post
}

// regexpFind is the first match in a page.
func regexpFind(t testing.TB, page, pattern string) string {
	t.Helper()
	found := regexp.MustCompile(pattern).FindString(page)
	if found == "" {
		t.Fatalf("the page has no %s:\n%s", pattern, page)
	}
	return found
}
