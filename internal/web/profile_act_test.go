package web_test

import (
	"context"
	"strings"
	"testing"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/server/servertest"
)

// A profile shows what somebody did, as far as its reader may see it, and how many
// acts of each proof; of what is private it does not even say that it is there.
func TestProfile_WhatIDid(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx := context.Background()
		ada, ben := s.Person("ada"), s.Person("ben")
		m := startMovement(t, s, ada, "WarmSoup")
		deeds := openCall(t, s, ada, m, call.Draft{Kind: call.Deed, Title: "Ladle soup"})
		gifts := openCall(t, s, ada, m, call.Draft{Kind: call.Fundraiser, Title: "Buy a pot", Unit: "EUR"})
		doer, stranger := newBrowser(t, s).signIn(ben), newBrowser(t, s)
		doer.get("/@ben/acts").shows(200, "What I did", "No acts yet", "Find a movement")
		newBrowser(t, s).signIn(ada).get("/@ben/acts").shows(200, "No acts to see")

		do := func(d act.Draft) *act.Act {
			t.Helper()
			a, err := s.Acts.Do(ctx, account.As(ben), d)
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		do(act.Draft{CallID: deeds.ID, Story: "I ladled", Visibility: act.Public})
		do(act.Draft{CallID: deeds.ID, Story: "A secret pot", Visibility: act.Me})
		amount := int64(1250)
		gave := do(act.Draft{CallID: gifts.ID, Quantity: &amount, Story: "For a pot", Visibility: act.Public})
		if _, err := s.Acts.Confirm(ctx, account.As(ada), gave.ID, ""); err != nil {
			t.Fatal(err)
		}

		stranger.get("/@ben/acts").shows(200, "I ladled", "For a pot", "Buy a pot", "#WarmSoup", "told 1", "confirmed 1").lacks("secret").lacks("What I did")
		doer.get("/@ben/acts").shows(200, "A secret pot", "told 2", "confirmed 1")
		stranger.get("/@ben/acts?proof=confirmed").shows(200, "For a pot", "All acts").lacks("I ladled")
		stranger.get("/@ben/acts?proof=witnessed").shows(200, "None of this proof")

		t.Run("OK/a sum opens to its acts", func(t *testing.T) {
			if stranger.get("/movements/WarmSoup"); !strings.Contains(stranger.page, `href="/movements/WarmSoup/acts?unit=EUR&amp;proof=confirmed"`) {
				t.Error("the sum of gifts leads nowhere")
			}
			stranger.get("/movements/WarmSoup/acts?unit=EUR").shows(200, "For a pot", "Only acts counted in EUR.").lacks("I ladled").lacks("that are private")
			stranger.get("/movements/WarmSoup/acts?unit=EUR&proof=told").shows(200, "No acts yet")
			stranger.get("/movements/WarmSoup/acts").shows(200, "For a pot", "I ladled", "and a few that are private")
			stranger.get("/movements/WarmSoup/acts?unit=%00").shows(422)
		})
	})
}
