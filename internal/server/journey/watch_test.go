package journey

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watch looks over a browser's shoulder: what it loads, and what it complains of.
type watch struct {
	mu     sync.Mutex
	host   string
	app    string // the host of an app that the person goes to, "" if none
	said   []string
	loaded float64 // bytes over the wire, headers included
}

func (w *watch) begin(t *testing.T, ctx context.Context, base string) {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	w.host = u.Host
	if err := chromedp.Listen(ctx, w.see); err != nil {
		t.Fatal(err)
	}
}

func (w *watch) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.said = append(w.said, fmt.Sprintf("a script failed: %s in %s", e.ExceptionDetails.Text, e.ExceptionDetails.URL))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			w.said = append(w.said, fmt.Sprintf("a script says: %s", e.Args[0].Value))
		}
	case *log.EventEntryAdded:
		// The network's own complaints are about statuses, which are seen below.
		if e.Entry.Source != log.EntrySourceNetwork && (e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning) {
			w.said = append(w.said, fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Host != w.host && u.Host != w.app && (u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ws" || u.Scheme == "wss") {
			w.said = append(w.said, "a request to elsewhere: "+e.Request.URL)
		}
	case *network.EventResponseReceived:
		if e.Type != network.ResourceTypeDocument && e.Response.Status >= 400 {
			w.said = append(w.said, fmt.Sprintf("status %d for %s", e.Response.Status, e.Response.URL))
		}
	case *network.EventLoadingFinished:
		w.loaded += e.EncodedDataLength
	}
}

// goesTo is for a person who leaves for an app of theirs.
func (w *watch) goesTo(host string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.app = host
}

// faults are what went wrong so far, each once.
func (w *watch) faults() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	slices.Sort(w.said)
	return slices.Compact(w.said)
}

// weight is how many bytes were loaded so far.
func (w *watch) weight() float64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.loaded
}
