package call

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/movement"
)

func TestFit(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	hunger := &movement.Movement{Town: "Graz", Causes: []string{"zero-hunger"}}
	deed := Call{Kind: Deed, Online: true}
	for name, c := range map[string]struct {
		call   Call
		in     account.Interests
		ofPost bool
		why    string // "" does not suit
	}{
		"nothing told, of the post":   {deed, account.Interests{}, true, "the post you liked"},
		"nothing told, of no post":    {deed, account.Interests{}, false, "about 15 minutes"},
		"a cause they share":          {deed, account.Interests{Causes: []string{"health", "zero-hunger"}}, false, "matters to you: Zero hunger"},
		"the post is the best reason": {deed, account.Interests{Causes: []string{"zero-hunger"}}, true, "the post you liked"},
		"in their town":               {Call{Kind: Event, Place: "graz"}, account.Interests{Town: "Graz"}, false, "happens in Graz"},
		"of the movement's town":      {Call{Kind: Event}, account.Interests{Town: "Graz"}, false, "happens in Graz"},
		"closes soon":                 {Call{Kind: Event, Minutes: 600, ClosesAt: now.Add(time.Hour)}, account.Interests{}, false, "closes soon"},
		"online, as they like it":     {Call{Kind: Event, Online: true, Minutes: 300}, account.Interests{Mode: account.Online}, false, "online, as you like"},
		"with others, as they like":   {Call{Kind: Event, Minutes: 300}, account.Interests{Mode: account.Together}, false, "with others"},
		"elsewhere":                   {Call{Kind: Event, Place: "Linz"}, account.Interests{Town: "Graz"}, true, ""},
		"elsewhere, but online too":   {Call{Kind: Event, Place: "Linz", Online: true}, account.Interests{Town: "Graz"}, true, "the post"},
		"more time than they have":    {Call{Kind: Volunteering, Minutes: 61}, account.Interests{Minutes: 60}, true, ""},
		"as much time as they have":   {Call{Kind: Volunteering, Minutes: 60}, account.Interests{Minutes: 60}, true, "the post"},
		"usual time of its kind":      {Call{Kind: Volunteering}, account.Interests{Minutes: 60}, true, ""},
		"a place, but they go online": {Call{Kind: Event, Place: "Graz"}, account.Interests{Mode: account.Online}, true, ""},
		"online, but they go out":     {deed, account.Interests{Mode: account.Together}, true, ""},
		"over":                        {Call{Kind: Event, StartsAt: now.Add(-2 * time.Hour), EndsAt: now}, account.Interests{}, true, ""},
		"about to be closed":          {Call{Kind: Event, ClosesAt: now}, account.Interests{}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			score, why := fit(&c.call, hunger, c.in, c.ofPost, now)
			if (score > 0) != (c.why != "") || score > 0 && !strings.Contains(why.String(), c.why) {
				t.Errorf("score %d, %q; want %q", score, why.String(), c.why)
			}
		})
	}
}

func TestFit_SmallFirst(t *testing.T) {
	last := 1000
	for _, minutes := range []int64{1, 15, 60, 120, 240} {
		score, _ := fit(&Call{Kind: Deed, Minutes: minutes}, &movement.Movement{}, account.Interests{}, true, time.Now())
		if score >= last && minutes > 1 {
			t.Errorf("%d minutes score %d, not less than %d", minutes, score, last)
		}
		last = score
	}
}

func TestOffers(t *testing.T) {
	o, now := newOffers(), time.Now()
	if !o.offer(1, 2, now) || o.offer(1, 2, now) || !o.offer(1, 3, now) {
		t.Error("an offer is made once")
	}
	if !o.offered(1, 2, now.Add(offerSpan-1)) || o.offered(1, 2, now.Add(offerSpan)) {
		t.Error("an offer is remembered for a day")
	}
	o.forget(1, 3)
	if !o.offer(1, 3, now) {
		t.Error("what was forgotten is offered again")
	}
	if o.offer(4, 5, now.Add(2*offerSpan)); len(o.at) != 1 || len(o.old) != 1 {
		t.Errorf("old offers stay: %v", o.at)
	}
}
