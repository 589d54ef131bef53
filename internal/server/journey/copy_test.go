package journey

import (
	"context"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// copies takes what a field says by the button beneath it. Where the browser refuses,
// the person is told how else; where it does not, it is in the clipboard, and they are
// told so.
func (p *person) copies(field string) {
	p.t.Helper()
	const said = `document.querySelector("[data-copy] + [role=status]").textContent`
	p.lets("clipboard-write", browser.PermissionSettingDenied)
	p.tap("main", "Copy")
	p.until(said + `.startsWith("Your browser does not let this page copy.")`)
	if !asks[bool](p, `(() => { const f = document.activeElement; return f.matches("`+field+`") && f.selectionEnd - f.selectionStart === f.value.length })()`) {
		p.t.Errorf("%s at %s is told to copy what is not selected", p.name, p.at())
	}

	p.lets("clipboard-write", browser.PermissionSettingGranted)
	p.lets("clipboard-read", browser.PermissionSettingGranted)
	p.tap("main", "Copy")
	p.until(said + ` === "Copied"`)
	if got, want := asks[string](p, "navigator.clipboard.readText()"), ask[string](p, "written", field); got != want {
		p.t.Errorf("%s copied %q, not %q", p.name, got, want)
	}
}

// lets answers what the browser would ask the person, who looks at this page and at no
// other.
func (p *person) lets(permission string, setting browser.PermissionSetting) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
			return err
		}
		c := chromedp.FromContext(p.ctx)
		_, err := cdp.Call(ctx, c.Browser, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: permission}, Setting: setting, Origin: p.base, BrowserContextID: c.BrowserContextID,
		})
		return err
	}))
}

// asks is what an expression comes to, once it does.
func asks[T any](p *person, expression string) T {
	p.t.Helper()
	ctx, end := p.patient()
	defer end()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%s at %s: %s: %v", p.name, p.at(), expression, err)
	}
	return out
}
