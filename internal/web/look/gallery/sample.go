package main

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"goodturn/internal/lang"
	"goodturn/internal/web/look"
)

var pages = map[string]func(*lang.Printer) templ.Component{
	"home": home, "movement": movement, "forms": forms, "parts": parts, "signed-out": signedOut, "welcome": welcome, "act": actPage,
}

// people are invented.
var (
	mara  = look.Person{Name: "Mara Lindqvist", Handle: "mara", URL: "/@mara"}
	tomas = look.Person{Name: "Tomás Ibarra", Handle: "tomas", URL: "/@tomas"}
	yuki  = look.Person{Name: "Yuki Arai", Handle: "yuki@haru.example", URL: "/@yuki@haru.example"}
	hope  = look.Person{Name: "Hope Riverside", Handle: "hoperiverside", URL: "/@hoperiverside", Kind: "organisation"}
	me    = look.Me{Person: look.Person{Name: "Ada Brandt", Handle: "ada", URL: "/@ada"}, Notices: 3}
)

func ago(d time.Duration) time.Time { return time.Now().Add(-d) }

// picture is a drawing in place of a photo.
const picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 800 500'%3E%3Crect width='800' height='500' fill='%23cfe0dd'/%3E%3Ccircle cx='610' cy='140' r='70' fill='%23f0b75c'/%3E%3Cpath d='M0 380 Q200 300 400 360 T800 320 V500 H0Z' fill='%236a9a8f'/%3E%3Cpath d='M0 430 Q240 370 480 430 T800 400 V500 H0Z' fill='%233f6e68'/%3E%3C/svg%3E"

func post(id string, who look.Person, d time.Duration, html string) look.Post {
	return look.Post{ID: id, URL: "/@" + who.Handle + "/" + id, Author: who, At: ago(d), Visibility: "public", HTML: html, Back: "/home",
		Menu: look.Menu{{Text: "Copy the link", URL: "#"}, {Text: "Report", URL: "#", Danger: true}}}
}

func posts() []look.Post {
	a := post("101", mara, 12*time.Minute, `<p>The bucket was colder than I thought. My neighbour held the hose, my daughter held the camera, and then she asked what ALS is. So we read about it together at the kitchen table.</p><p><a href="/tags/icebucketchallenge">#IceBucketChallenge</a></p>`)
	a.Act = &look.ActMark{URL: "/acts/7", Text: "took the challenge and gave $20", Proof: "witnessed"}
	a.Carried = &look.Link{Text: "#IceBucketChallenge", URL: "/movements/icebucket"}
	a.Media = []look.Media{{Kind: "image", URL: picture, Preview: picture, Alt: "A garden by a lake in the late sun", Width: 800, Height: 500}}
	a.Likes, a.Liked, a.Replies, a.Shares = 1284, true, 12, 96
	a.NextStep = &look.NextStep{Call: "9", Title: "Two hours at the Riverside kitchen", Action: "I will help", URL: "/calls/9",
		Reason: "You said hunger matters to you and that Saturdays are good. They are two pairs of hands short this week."}
	b := post("102", yuki, 3*time.Hour, `<p>Paid for the coffee of the person behind me. They looked so puzzled that I had to explain the whole idea, and we ended up talking for an hour.</p>`)
	b.SharedBy, b.Likes, b.Shared, b.Shares = &tomas, 41, true, 3
	b.Poll = asked()
	c := post("103", hope, 26*time.Hour, `<p>A hard story from the night shelter, told with her permission.</p>`)
	c.Warning, c.Likes, c.Bookmarked, c.Visibility = "Homelessness, an accident (ends well)", 210, true, "unlisted"
	d := post("104", tomas, 50*time.Hour, `<p>Thank you. I needed to read this today.</p>`)
	d.ReplyTo = &look.Link{Text: "Mara Lindqvist", URL: "/@mara/101"}
	d.Media = []look.Media{{Kind: "image", URL: picture, Preview: picture, Alt: "Hills"}, {Kind: "image", URL: picture, Preview: picture}, {Kind: "image", URL: picture, Preview: picture, Alt: "More hills"}}
	d.Pinned, d.Poll = true, asked()
	d.Poll.Open, d.Poll.Ended, d.Poll.EndsAt = false, true, ago(30*time.Hour)
	d.Poll.Options[1].Mine = true
	d.Why, d.Edited = "Here because you follow #BeKind", ago(49*time.Hour)
	return []look.Post{a, b, c, d}
}

// asked is a poll that its reader can vote in.
func asked() *look.Poll {
	return &look.Poll{Open: true, EndsAt: ago(-26 * time.Hour), Voters: 1284, Options: []look.PollOption{
		{Text: "A coffee for whoever comes next", Votes: 796, Proportion: 0.62}, {Text: "An hour of listening", Votes: 411, Proportion: 0.32},
		{Text: "Something else entirely, which I will tell you about below", Votes: 77, Proportion: 0.06}}}
}

// pollForm and later are parts of the composer.
func pollForm() *look.PollForm {
	return &look.PollForm{Options: []string{"Tea", "", "", ""}, MaxOption: 50, Error: "A poll has 2 to 4 options.",
		Lasts: []look.Choice{{Value: "3600", Label: "1 hour"}, {Value: "86400", Label: "24 hours", Chosen: true}}}
}

func later() *look.Later {
	return &look.Later{At: "2030-05-17T18:30", Zone: "UTC", Then: "2030-05-17T18:30:00Z"}
}

func acts() []look.Act {
	return []look.Act{
		{ID: "7", URL: "/acts/7", Doer: mara, At: ago(20 * time.Minute), Kind: "challenge", Did: "took the challenge and gave $20",
			Call: &look.Link{Text: "Pour, give, pass it on", URL: "/calls/1"}, Movement: &look.Link{Text: "#IceBucketChallenge", URL: "/movements/icebucket"},
			StoryHTML: "<p>Cold! And then not cold at all.</p>", Proof: "witnessed",
			InspiredBy: &look.Inspiration{Who: tomas, Text: "his act", URL: "/acts/3"}, PassedTo: 3, Moved: 41, Beneath: 52, MovedURL: "/acts/7/ripple"},
		{ID: "8", URL: "/acts/8", Doer: look.Person{Name: "Someone"}, At: ago(4 * time.Hour), Kind: "volunteering", Did: "helped for 2 hours",
			Call: &look.Link{Text: "Two hours at the Riverside kitchen", URL: "/calls/9"}, Visibility: "movement", Proof: "confirmed"},
		{ID: "9", URL: "/acts/9", Doer: yuki, At: ago(30 * time.Hour), Kind: "deed", Did: "did a deed", Proof: "told"},
	}
}

func calls() []look.Call {
	usd := func(n int64) *look.Amount { return &look.Amount{N: n, Unit: "USD"} }
	in := func(days int) time.Time { return time.Now().UTC().Truncate(time.Hour).AddDate(0, 0, days) }
	return []look.Call{
		{ID: "1", URL: "/calls/1", Kind: "challenge", Title: "Pour, give, pass it on", Summary: "A bucket of ice water over your head, a gift for research, and three people who are next.", Nominees: 3, Within: 24 * time.Hour,
			Goal: &look.Amount{N: 5000, Unit: "buckets"}, Reached: look.Amount{N: 2417, Unit: "buckets"}, Acts: 2417, ActsURL: "/calls/1/acts", ActionURL: "/calls/1/act"},
		{ID: "2", URL: "/calls/2", Kind: "fundraiser", Title: "For research into ALS", Goal: usd(5000000), Reached: *usd(1284250), Acts: 612, ActsURL: "/calls/2/acts", ActionURL: "/calls/2/act", Ends: in(20), Done: true,
			Reported: []look.Reported{{Amount: *usd(11500000000), What: "given in eight weeks", At: time.Date(2014, 9, 18, 0, 0, 0, 0, time.UTC), By: "The ALS Association", Source: look.Link{Text: "Source", URL: "https://example.org"}}}},
		{ID: "9", URL: "/calls/9", Kind: "volunteering", Title: "Two hours at the Riverside kitchen", Place: "Riverside, Hall 2", Starts: in(3), Goal: &look.Amount{N: 1440, Unit: "minutes"}, Reached: look.Amount{N: 1200, Unit: "minutes"}, Acts: 10, ActionURL: "/calls/9/act"},
		{ID: "4", URL: "/calls/4", Kind: "petition", Title: "A bench on every corner of Mill Street", Summary: "So that whoever needs a rest can have one.", Goal: &look.Amount{N: 500, Unit: "signatures"}, Reached: look.Amount{N: 512, Unit: "signatures"}, Acts: 512, ActionURL: "/calls/4/act"},
		{ID: "5", URL: "/calls/5", Kind: "event", Title: "Long table in the park", Place: "Old Mill Park", Online: true, Starts: in(9), Acts: 0, ActionURL: "/calls/5/act"},
		{ID: "6", URL: "/calls/6", Kind: "deed", State: "closed", Title: "One kind word to a stranger", Acts: 87},
	}
}

func theMovement() look.Movement {
	return look.Movement{Slug: "icebucket", Name: "Ice Bucket Challenge", Hashtag: "IceBucketChallenge", URL: "/movements/icebucket",
		Purpose: "Cold water for a moment, so that research into ALS goes on for years.", Causes: []look.Link{{Text: "Good health", URL: "#"}, {Text: "Research", URL: "#"}},
		People: 2190, Acts: 2417, Back: "/movements/icebucket", Menu: look.Menu{{Text: "Report", URL: "#"}}}
}

// tree draws a cascade with a fixed seed.
func tree(rng *rand.Rand, depth int, prefix string) look.RippleNode {
	n := look.RippleNode{ID: prefix, URL: "/acts/" + prefix, Name: []string{"Mara", "Tomás", "Yuki", "Ines", "Kofi", "Lena", "Someone"}[rng.IntN(7)],
		Did: "took the challenge", At: ago(time.Duration(40-8*depth) * 24 * time.Hour), Proof: []string{"told", "told", "witnessed", "confirmed"}[rng.IntN(4)]}
	if depth < 5 {
		for i := range rng.IntN(4) {
			c := tree(rng, depth+1, prefix+strconv.Itoa(i+1))
			n.Children = append(n.Children, c)
			n.Acts += c.Acts + 1
		}
	}
	n.Moved = n.Acts
	return n
}

func ripple() look.Ripple {
	rng := rand.New(rand.NewPCG(7, 8))
	root := look.RippleNode{ByGeneration: []int64{8, 13, 24, 41, 77, 130, 240}}
	for i := range 8 {
		root.Children = append(root.Children, tree(rng, 0, strconv.Itoa(i+1)))
	}
	return look.Ripple{Title: "The ripple of Ice Bucket Challenge", Root: root, DataURL: "/ripple.json", On: "act.Created"}
}

// deeper answers a tree of its own for any act.
func deeper(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	root := ripple().Root
	if id := r.FormValue("root"); id != "" {
		root = tree(rand.New(rand.NewPCG(3, 5)), 1, id)
	}
	root.Speak(lang.Match("", r.FormValue("lang")))
	if err := json.NewEncoder(w).Encode(root); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}
