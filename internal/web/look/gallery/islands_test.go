package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser opens Chromium on a gallery of its own; the context ends after a
// minute.
func browser(t *testing.T) (ctx context.Context, url string) {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("GOODTURN_TEST_REQUIRE") == "1" {
			t.Fatal("left out: islands, Chromium is not installed")
		}
		t.Skip("left out: islands, Chromium is not installed")
	}
	server := httptest.NewServer(handler())
	t.Cleanup(server.Close)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(390, 844)); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	ctx, end = context.WithTimeout(ctx, time.Minute)
	t.Cleanup(end)
	return ctx, server.URL
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// until waits for an expression of the page to be true.
func until(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](expression)); err != nil {
		t.Fatalf("waiting for %s: %v", expression, err)
	}
}

func TestIslands(t *testing.T) {
	ctx, url := browser(t)

	t.Run("LikeInPlace", func(t *testing.T) {
		do(t, ctx, chromedp.Navigate(url+"/home"), chromedp.Click(chromedp.CSS("#post-102 .do-like")))
		until(t, ctx, `document.querySelector("#post-102 .do-like").getAttribute("aria-pressed") === "true"`)
		until(t, ctx, `document.querySelector("#post-102 .do-like").textContent.includes("42") && document.activeElement.dataset.do === "like" && location.pathname === "/home"`)
	})

	t.Run("VoteInPlace", func(t *testing.T) {
		do(t, ctx, chromedp.Click(chromedp.CSS("#post-102 .poll-choice")), chromedp.Click(chromedp.CSS("#post-102 .poll button")))
		until(t, ctx, `document.querySelector("#post-102 .poll form") === null && document.querySelector("#post-102 .poll").textContent.includes("1,285 people voted")`)
		until(t, ctx, `document.activeElement.matches("#post-102 .poll-results") && location.pathname === "/home"`)
	})

	t.Run("TimesInTheReadersZone", func(t *testing.T) {
		until(t, ctx, `(() => {
			const form = document.querySelector("#compose"), zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
			return form.zone.value === zone && new Date(form.publish_at.value).toISOString() === "2030-05-17T18:30:00.000Z";
		})()`)
	})

	t.Run("CharactersLeft", func(t *testing.T) {
		do(t, ctx, chromedp.SendKeys(chromedp.CSS("#f-text"), strings.Repeat("a", 470)))
		until(t, ctx, `document.querySelector(".compose-count").textContent === "30 characters left"`)
	})

	t.Run("MenuClosesByEscape", func(t *testing.T) {
		do(t, ctx, chromedp.Click(chromedp.CSS("#post-102 .menu summary")))
		until(t, ctx, `document.querySelector("#post-102 .menu").open`)
		do(t, ctx, chromedp.KeyEvent(kb.Escape))
		until(t, ctx, `!document.querySelector("#post-102 .menu").open`)
	})

	t.Run("NumbersMoveAtOnce", func(t *testing.T) {
		do(t, ctx, chromedp.Navigate(url+"/movement"))
		until(t, ctx, `document.documentElement.dataset.stream === "open"`)
		res, err := http.Post(url+"/act", "", nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		until(t, ctx, `document.querySelector("#numbers dd").textContent.trim() === "2418"`)
	})

	// A movement that is talked about does not have its readers ask again and again.
	t.Run("FewFetchesForManyEvents", func(t *testing.T) {
		do(t, ctx, chromedp.Navigate(url+"/movement"))
		until(t, ctx, `document.documentElement.dataset.stream === "open"`)
		every := time.NewTicker(100 * time.Millisecond)
		defer every.Stop()
		for range 50 {
			<-every.C
			res, err := http.Post(url+"/act", "", nil)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
		until(t, ctx, `document.querySelector("#numbers dd").textContent.trim() === "2468"`)
		const asked = `performance.getEntriesByType("resource").filter((e) => e.name.includes("%s")).length`
		for _, part := range []string{"/numbers", "/ripple.json"} {
			if n, err := chromedp.Run(ctx, chromedp.Evaluate[int](fmt.Sprintf(asked, part))); err != nil || n > 4 {
				t.Errorf("50 events in five seconds had %s fetched %d times, %v", part, n, err)
			}
		}
	})

	t.Run("UnfoldedStaysUnfolded", func(t *testing.T) {
		do(t, ctx, chromedp.Navigate(url+"/home"), chromedp.Click(chromedp.CSS("#post-103 .warned summary")), chromedp.Click(chromedp.CSS("#post-103 .do-like")))
		until(t, ctx, `document.querySelector("#post-103 .do-like").getAttribute("aria-pressed") === "true" && document.querySelector("#post-103 .warned").open`)
	})

	t.Run("TheOfferIsSaidAloud", func(t *testing.T) {
		until(t, ctx, `document.querySelector("#post-103 .next") !== null && document.querySelector("#aloud").textContent.startsWith("A next step, only for you")`)
	})

	t.Run("ExploreTheRipple", func(t *testing.T) {
		do(t, ctx, chromedp.Navigate(url+"/movement"))
		until(t, ctx, `document.documentElement.dataset.stream === "open"`)
		do(t, ctx, chromedp.Focus(chromedp.CSS(`.ripple-dots a[data-id="7"]`)), chromedp.KeyEvent(kb.ArrowDown))
		until(t, ctx, `document.activeElement.dataset.id === "71"`)
		do(t, ctx, chromedp.KeyEvent(kb.Enter))
		until(t, ctx, `document.querySelector(".ripple-say a")?.getAttribute("href") === "/acts/71"`)
		do(t, ctx, chromedp.Click(chromedp.CSS(".ripple-tools button:nth-child(3)")))
		until(t, ctx, `document.querySelector('.ripple-dots a[data-id="8"]') !== null && location.pathname === "/movement"`)
	})
}
