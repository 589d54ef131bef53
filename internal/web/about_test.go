package web_test

import (
	"context"
	"testing"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/server/servertest"
)

func TestAboutPages(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		b := newBrowser(t, s)
		b.get("/rules").shows(200, "Be kind", "Argue about ideas")
		b.get("/about/privacy").shows(200, "Nothing is tracked")
		b.get("/terms").shows(404)
		today := time.Now().UTC().Format(about.Day)
		if err := s.About.SetTerms(context.Background(), account.System("a test"), about.Terms{On: today, Text: "Eat **soup** <b>now</b>."}); err != nil {
			t.Fatal(err)
		}
		b.get("/terms").shows(200, "Eat soup now.", "They hold from "+today)
		b.get("/about").shows(200, "turns likes into acts", "Terms of service")
	})
}
