package call_test

import (
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/movement"
)

func TestFit(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	hunger := &movement.Movement{Town: "Graz", Causes: []string{"zero-hunger"}}
	deed := call.Call{Kind: call.Deed, Online: true}
	for name, c := range map[string]struct {
		call   call.Call
		in     account.Interests
		ofPost bool
		why    string // "" does not suit
	}{
		"nothing told, of the post":   {deed, account.Interests{}, true, "the post you liked"},
		"nothing told, of no post":    {deed, account.Interests{}, false, "about 15 minutes"},
		"a cause they share":          {deed, account.Interests{Causes: []string{"health", "zero-hunger"}}, false, "matters to you: Zero hunger"},
		"the post is the best reason": {deed, account.Interests{Causes: []string{"zero-hunger"}}, true, "the post you liked"},
		"in their town":               {call.Call{Kind: call.Event, Place: "graz"}, account.Interests{Town: "Graz"}, false, "happens in Graz"},
		"of the movement's town":      {call.Call{Kind: call.Event}, account.Interests{Town: "Graz"}, false, "happens in Graz"},
		"closes soon":                 {call.Call{Kind: call.Event, Minutes: 600, ClosesAt: now.Add(time.Hour)}, account.Interests{}, false, "closes soon"},
		"online, as they like it":     {call.Call{Kind: call.Event, Online: true, Minutes: 300}, account.Interests{Mode: account.Online}, false, "online, as you like"},
		"with others, as they like":   {call.Call{Kind: call.Event, Minutes: 300}, account.Interests{Mode: account.Together}, false, "with others"},
		"elsewhere":                   {call.Call{Kind: call.Event, Place: "Linz"}, account.Interests{Town: "Graz"}, true, ""},
		"elsewhere, but online too":   {call.Call{Kind: call.Event, Place: "Linz", Online: true}, account.Interests{Town: "Graz"}, true, "the post"},
		"more time than they have":    {call.Call{Kind: call.Volunteering, Minutes: 61}, account.Interests{Minutes: 60}, true, ""},
		"as much time as they have":   {call.Call{Kind: call.Volunteering, Minutes: 60}, account.Interests{Minutes: 60}, true, "the post"},
		"usual time of its kind":      {call.Call{Kind: call.Volunteering}, account.Interests{Minutes: 60}, true, ""},
		"a place, but they go online": {call.Call{Kind: call.Event, Place: "Graz"}, account.Interests{Mode: account.Online}, true, ""},
		"online, but they go out":     {deed, account.Interests{Mode: account.Together}, true, ""},
		"over":                        {call.Call{Kind: call.Event, StartsAt: now.Add(-2 * time.Hour), EndsAt: now}, account.Interests{}, true, ""},
		"about to be closed":          {call.Call{Kind: call.Event, ClosesAt: now}, account.Interests{}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			score, why := call.Fit(&c.call, hunger, c.in, c.ofPost, now)
			if (score > 0) != (c.why != "") || score > 0 && !strings.Contains(why.String(), c.why) {
				t.Errorf("score %d, %q; want %q", score, why.String(), c.why)
			}
		})
	}
}

func TestFit_SmallFirst(t *testing.T) {
	last := 1000
	for _, minutes := range []int64{1, 15, 60, 120, 240} {
		score, _ := call.Fit(&call.Call{Kind: call.Deed, Minutes: minutes}, &movement.Movement{}, account.Interests{}, true, time.Now())
		if score >= last && minutes > 1 {
			t.Errorf("%d minutes score %d, not less than %d", minutes, score, last)
		}
		last = score
	}
}
