package journey

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"goodturn/internal/account"
)

//go:embed page.js
var pageScript string

// person is somebody with a browser of their own. What they do fails the test
// when it cannot be done; words are matched whole, or else by their beginning.
type person struct {
	t       *testing.T
	name    string
	ctx     context.Context
	base    string
	account *account.Account // nil for a stranger
	watch   watch
	status  int64           // of the page
	seen    map[string]bool // faults and pictures, once each
}

// phone is a usual one.
const phoneWidth, phoneHeight = 390, 844

func (p *person) begin() {
	p.t.Helper()
	// The tab ends with the context of what is first done in it: no deadline here.
	if err := chromedp.Do(p.ctx, chromedp.EmulateViewport(phoneWidth, phoneHeight)); err != nil {
		p.t.Fatal(err)
	}
	p.watch.begin(p.t, p.ctx, p.base)
	p.t.Cleanup(func() {
		if p.t.Failed() {
			p.picture("failed-" + p.name)
		}
		for _, fault := range p.watch.faults() {
			p.t.Errorf("%s’s browser: %s", p.name, fault)
		}
	})
}

// in lets the person go on in a test beneath, until that ends.
func (p *person) in(t *testing.T) *person {
	was := p.t
	p.t = t
	t.Cleanup(func() {
		if t.Failed() {
			p.picture("failed-" + p.name)
		}
		p.t = was
	})
	return p
}

// withoutScript switches script off.
func (p *person) withoutScript() *person {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		p.t.Fatal(err)
	}
	return p
}

func (p *person) patient() (context.Context, context.CancelFunc) {
	return context.WithTimeout(p.ctx, patience)
}

func (p *person) do(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, end := p.patient()
	defer end()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v", p.name, err)
	}
}

// ask runs one of page.js on the person's page.
func ask[T any](p *person, function string, args ...string) T {
	p.t.Helper()
	list, err := json.Marshal(append([]string{}, args...))
	if err != nil {
		p.t.Fatal(err)
	}
	ctx, end := p.patient()
	defer end()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](pageScript+"."+function+"(..."+string(list)+")"))
	if err != nil {
		p.t.Fatalf("%s at %s: %s(%q): %v", p.name, p.at(), function, args, err)
	}
	return out
}

// arrive does what leads to a page, and looks that over.
func (p *person) arrive(way func(context.Context) (*network.Response, error)) {
	p.t.Helper()
	ctx, end := p.patient()
	defer end()
	response, err := way(ctx)
	if err != nil {
		p.t.Fatalf("%s at %s: %v", p.name, p.at(), err)
	}
	if response != nil { // nil for a place on the same page
		p.status = response.Status
	}
	if p.status >= 500 {
		p.t.Fatalf("%s at %s: status %d", p.name, p.at(), p.status)
	}
	eventually(p.t, "the page to be painted", func() bool { return ask[bool](p, "painted") })
	for _, fault := range ask[[]string](p, "faults") {
		if !p.seen[fault] {
			p.seen[fault] = true
			p.t.Errorf("%s: %s", p.at(), fault)
		}
	}
	if folder := os.Getenv(picturesEnv); folder != "" {
		p.pictures(folder)
	}
}

func (p *person) open(path string) {
	p.t.Helper()
	p.arrive(func(ctx context.Context) (*network.Response, error) {
		return chromedp.Run(ctx, chromedp.NavigateResponse(p.base+path))
	})
}

// press clicks what leads to another page.
func (p *person) press(within, text string) {
	p.t.Helper()
	click := p.click(within, text)
	p.arrive(func(ctx context.Context) (*network.Response, error) { return chromedp.RunResponse(ctx, click) })
}

// tap clicks what stays on the page.
func (p *person) tap(within, text string) {
	p.t.Helper()
	p.do(p.click(within, text))
}

func (p *person) click(within, text string) chromedp.Action[chromedp.Void] {
	p.t.Helper()
	at := ask[struct{ X, Y float64 }](p, "spot", within, text)
	return chromedp.MouseClickXY(at.X, at.Y)
}

// back is the browser's own button. A page that the browser kept does not load
// again, so its address is waited for.
func (p *person) back() {
	p.t.Helper()
	from := p.at()
	ctx, end := p.patient()
	defer end()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[any]("history.back()")); err != nil {
		p.t.Fatalf("%s at %s: %v", p.name, from, err)
	}
	eventually(p.t, "the page before", func() bool { return p.at() != from && ask[bool](p, "painted") })
}

// fill writes into the fields of a form: names and values in turn.
func (p *person) fill(within string, pairs ...string) {
	p.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		ask[any](p, "fill", within, pairs[i], pairs[i+1])
	}
}

func (p *person) tick(within, name, value string) {
	p.t.Helper()
	ask[any](p, "tick", within, name, value)
}

func (p *person) attach(selector, file string) {
	p.t.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file}, chromedp.NodeReady))
}

// text is all words of a part of the page, also those folded away.
func (p *person) text(within string) string {
	p.t.Helper()
	return ask[string](p, "text", within)
}

// sees checks words of a part of the page, "main" if there is only one.
func (p *person) sees(within string, texts ...string) {
	p.t.Helper()
	all := p.text(within)
	for _, text := range texts {
		if !strings.Contains(all, text) {
			p.t.Errorf("%s at %s does not see “%s” in %s: %.1500s", p.name, p.at(), text, within, all)
		}
	}
}

func (p *person) seesNot(within string, texts ...string) {
	p.t.Helper()
	all := p.text(within)
	for _, text := range texts {
		if strings.Contains(all, text) {
			p.t.Errorf("%s at %s sees “%s” in %s: %.1500s", p.name, p.at(), text, within, all)
		}
	}
}

// answered checks the page's status.
func (p *person) answered(status int64) {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("%s at %s: status %d, want %d: %.600s", p.name, p.at(), p.status, status, p.text("main"))
	}
}

// keeps checks what is in a field.
func (p *person) keeps(name, value string) {
	p.t.Helper()
	if got := ask[string](p, "value", "main", name); got != value {
		p.t.Errorf("%s at %s: the field %s has “%s”, want “%s”", p.name, p.at(), name, got, value)
	}
}

// until waits for the page to change by itself.
func (p *person) until(expression string) {
	p.t.Helper()
	ctx, end := p.patient()
	defer end()
	_, err := chromedp.Run(ctx, chromedp.Poll[any](expression, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		p.t.Fatalf("%s at %s waits for %s: %v", p.name, p.at(), expression, err)
	}
}

// listens waits for the page's stream, so that nothing is missed from here on.
func (p *person) listens() {
	p.t.Helper()
	p.until(`document.documentElement.dataset.stream === "open"`)
}

// at is the path of the page.
func (p *person) at() string {
	ctx, end := p.patient()
	defer end()
	url, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "an unknown page"
	}
	return strings.TrimPrefix(url, p.base)
}

// isAt checks where the person is; want is a regular expression for the whole
// path.
func (p *person) isAt(want string) {
	p.t.Helper()
	if at := p.at(); !regexp.MustCompile("^(?:" + want + ")$").MatchString(at) {
		p.t.Fatalf("%s is at %s, want %s: %.600s", p.name, at, want, p.text("main"))
	}
}

func (p *person) signIn(name, password string) {
	p.t.Helper()
	p.fill("main", "name", name, "password", password)
	p.press("main", "Sign in")
}

const picturesEnv = "GOODTURN_TEST_PICTURES"

// pictures takes each kind of page once: narrow and wide, light and dark.
func (p *person) pictures(folder string) {
	p.t.Helper()
	page := strings.Trim(regexp.MustCompile(`\d{6,}`).ReplaceAllString(strings.SplitN(p.at(), "#", 2)[0], "ID"), "/")
	page = strings.NewReplacer("/", "_", "?", "_", "&", "_", "%", "").Replace(page)
	name := fmt.Sprintf("%.80s-%s-%d", page, p.name, p.status)
	if p.seen[name] {
		return
	}
	p.seen[name] = true
	for _, look := range []struct {
		scheme string
		width  int64
	}{{"light", phoneWidth}, {"dark", phoneWidth}, {"dark", 1280}, {"light", 1280}} {
		p.do(chromedp.EmulateViewport(look.width, phoneHeight), scheme(look.scheme))
		p.save(filepath.Join(folder, fmt.Sprintf("%s-%s-%d.png", name, look.scheme, look.width)))
	}
	p.do(chromedp.EmulateViewport(phoneWidth, phoneHeight))
}

func scheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}

// picture keeps the page as it is now.
func (p *person) picture(name string) {
	folder := os.Getenv(picturesEnv)
	if folder == "" {
		folder = p.t.ArtifactDir()
	}
	file := filepath.Join(folder, name+".png")
	p.save(file)
	p.t.Logf("%s at %s: %s", p.name, p.at(), file)
}

func (p *person) save(file string) {
	ctx, end := p.patient()
	defer end()
	data, err := chromedp.Run(ctx, chromedp.FullScreenshot(90))
	if err == nil {
		err = os.WriteFile(file, data, 0o600)
	}
	if err != nil {
		p.t.Logf("%s: no picture: %v", p.name, err)
	}
}
