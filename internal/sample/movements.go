package sample

import "time"

// Kind is one of the six kinds of call.
type Kind string

// The kinds, as the call room spells them.
const (
	Petition     Kind = "petition"
	Fundraiser   Kind = "fundraiser"
	Volunteering Kind = "volunteering"
	Event        Kind = "event"
	Challenge    Kind = "challenge"
	Deed         Kind = "deed"
)

// Movement is a movement to be started, with everything its organisers wrote.
type Movement struct {
	Slug      string
	Hashtag   string // without #
	Aliases   []string
	Name      string
	Purpose   string
	Story     string   // Markdown
	Causes    []string // slugs of account.Causes
	Rules     []string
	Resources []Resource
	Calls     []Call
	Started   time.Time
}

// Resource is something to learn before acting.
type Resource struct {
	Title   string
	Summary string
	Source  string // who published it, where
	URL     string // empty where the source alone is known
}

// Call is a call to action.
type Call struct {
	Key      string // names the call within the sample
	Kind     Kind
	Title    string
	Text     string // Markdown
	Counts   string // what counts as done, of a challenge
	Unit     string // of Goal and of its acts' quantities: minutes, signatures, people …; empty for money
	Currency string // ISO 4217 for a fundraiser; amounts are in cents
	Goal     int64
	Stretch  int64  // a second goal above it; 0 for none
	Place    string // empty where it is anywhere
	Online   bool
	Opens    time.Time
	Waits    time.Time // it is a draft until then, and opens by itself; zero where it is open
	Ends     time.Time // zero where it stays open
	Starts   time.Time // when an event begins
	Nominees int       // how many a doer may nominate; 0 for none
	Hours    int       // to answer a nomination
	Partner  string    // who reports from elsewhere
	Reported []Reported
	Updates  []Update
	Acts     int // how many Contributions draws; the challenge's are in the Cascade, and what lies ahead has none
	People   int // of how many persons those are drawn
	Least    int64
	Most     int64 // with Least, the range of an act's quantity
}

// Update is what an organiser told those who took part.
type Update struct {
	At          time.Time
	Title, Text string
}

// Reported is a sum a partner published elsewhere. It is shown apart and never added to acts here.
type Reported struct {
	On         time.Time // the day, at midnight UTC
	Cents      int64
	Currency   string
	LowerBound bool // published as "more than"
	Source     string
}

// giftDays is how long the fundraiser of the first movement has been open: less than W, so that R is
// taken over the challenge's acts alone, as in the study, though every act of a movement counts in R.
const giftDays = 12

// Movements returns the three movements of the demonstration as they stand at now.
func Movements(now time.Time) []Movement {
	day := func(days int) time.Time {
		return now.UTC().Truncate(24*time.Hour).AddDate(0, 0, days)
	}
	return []Movement{iceBucket(now, day), payItForward(day), beKind(day)}
}

func iceBucket(now time.Time, day func(int) time.Time) Movement {
	f := Published()
	first := Draw(now).Acts[0].At
	var reported []Reported
	for _, d := range f.Donations {
		reported = append(reported, Reported{On: d.Day(), Cents: d.Dollars * 100, Currency: "USD", LowerBound: d.LowerBound, Source: d.Source})
	}
	return Movement{
		Slug: "icebucket", Hashtag: "IceBucketChallenge", Aliases: []string{"IceBucket", "StrikeOutALS"},
		Name:    "The Ice Bucket Challenge",
		Purpose: "Take a bucket of ice water, give what you can, and ask three people, so that nobody faces ALS unseen.",
		Started: first.Add(-20 * time.Hour),
		Causes:  []string{"health", "medical-research"},
		Story:   iceBucketStory,
		Rules: []string{
			"A nomination is an invitation. Not this time is a good answer, and nobody needs to give a reason.",
			"Say who or what it is for, if you like. Do not tell another person's diagnosis for them.",
			"Mind the ice: small cubes, firm ground, nobody who is ill, very young or unsure.",
			"Where water is short, use something else. Leaves and peas have been accepted.",
			"Money goes to the partner directly. Nobody here collects it in private messages.",
		},
		Resources: []Resource{
			{"What ALS is, in ten minutes", "Amyotrophic lateral sclerosis takes the nerves that move muscles: hands, legs, speech, in the end breath. Mind and senses mostly stay awake. There are treatments that slow it and care that changes everything, and there is no cure yet.", "Written for this demonstration; read your own country's ALS association for advice", ""},
			{"How the challenge spread", "Eight well-known people and those they nominated, followed for five generations: each participant moved 1.43 others (1.23 to 1.65), and the next bucket came 2.1 days later on average, one day at the median.", f.Transmission.Study, "https://www.bmj.com/content/349/bmj.g7185"},
			{"Other nomination games", "The same arithmetic for other games of that kind: between 1.9 and 2.5 people moved by each, one to two days apart.", f.OtherGames.Study, "https://arxiv.org/abs/1602.00248"},
			{"From a like to an act", f.FromLikeToAct.Finding, f.FromLikeToAct.Study, ""},
		},
		Calls: []Call{
			{
				Key: "bucket", Kind: Challenge, Title: "Take the bucket, pass it to three",
				Text:   "Fill a bucket with water and ice. Say who it is for. Pour, or let somebody pour who has been looking forward to it.\n\nThen ask up to three people. They have 24 hours, after that they are simply free again; many come a few days late, and they are welcome.\n\nRead first, give if you can, and say no if you would rather.",
				Counts: "You got wet, or somebody for you, and told of it here. Half a bucket counts, and so does a cup where water is short. No video is needed.",
				Unit:   "buckets", Goal: 5000, Opens: first.Add(-12 * time.Hour), Ends: day(30),
				Nominees: f.Rules.Nominees, Hours: f.Rules.Hours, Least: 1, Most: 1,
			},
			{
				Key: "gift", Kind: Fundraiser, Title: "Give to ALS care and research",
				Text:     "Gifts that are told of here are shown, and count toward the goal once they are confirmed. What the partner received elsewhere is shown beside it, with its dates and sources, and the two are never added up.\n\nThe reported sums are those published in the summer of 2014.",
				Currency: "USD", Goal: 25_000_00, Online: true, Opens: day(-giftDays),
				Partner: "The ALS Association", Reported: reported, Acts: 260, People: 240, Least: 5_00, Most: 150_00,
			},
		},
	}
}

func payItForward(day func(int) time.Time) Movement {
	return Movement{
		Slug: "payitforward", Hashtag: "PayItForward", Aliases: []string{"PassItOn"},
		Name:    "Pay It Forward",
		Purpose: "When somebody does you a good turn, do the next one for somebody else.",
		Started: day(-75),
		Causes:  []string{"everyday-kindness", "communities"},
		Story:   payItForwardStory,
		Rules: []string{
			"Ask before you help with anything that can be seen from the street.",
			"Tell the deed, not the name of the person you did it for.",
			"Small is fine. So is late, and so is awkward.",
		},
		Resources: []Resource{
			{"Kindness travels further than you see", "In games among strangers, who gave more to the common pot moved others to give more in later rounds with somebody else, up to three steps away from the first.", "Fowler and Christakis, Cooperative behavior cascades in human social networks, PNAS 107(12), 2010", "https://doi.org/10.1073/pnas.0913149107"},
			{"We expect too little of a small kindness", "Those who give think of the thing they give; those who receive feel the warmth. So givers keep underestimating what it meant.", "Kumar and Epley, A little good goes an unexpectedly long way: Underestimating the positive impact of kindness on recipients, Journal of Experimental Psychology: General 152(1), 2023", "https://doi.org/10.1037/xge0001271"},
		},
		Calls: []Call{
			{
				Key: "one-good-turn", Kind: Deed, Title: "One good turn this week",
				Text: "Somebody once did something for you. Do the next thing for somebody else, and say what it was.\n\nIf a story here moved you to it, name it: that is how the chain becomes visible.",
				Unit: "deeds", Goal: 500, Opens: day(-74), Acts: 190, People: 130, Least: 1, Most: 1,
			},
			{
				Key: "repair-morning", Kind: Volunteering, Title: "Repair morning at the old tram depot",
				Text: "Every second Saturday we mend what would be thrown away: lamps, zips, toasters, bicycles. You need no skill. There is always someone who can show you, and the kettle needs a person too.\n\nTell us afterwards how long you were there.",
				Unit: "minutes", Goal: 12_000, Place: "Old Tram Depot, Hall 2", Opens: day(-60), Ends: day(45), Acts: 54, People: 36, Least: 45, Most: 240,
			},
		},
	}
}

func beKind(day func(int) time.Time) Movement {
	return Movement{
		Slug: "bekind", Hashtag: "BeKind", Aliases: []string{"BeKindOnline"},
		Name:    "Be Kind",
		Purpose: "Make it ordinary to say the good word, to sit down beside somebody, and to answer without a sting.",
		Started: day(-58),
		Causes:  []string{"everyday-kindness", "education", "against-bullying"},
		Story:   beKindStory,
		Rules: []string{
			"Nobody is named as the unkind one. We tell what we did ourselves.",
			"Children are not shown and not named.",
			"If you are having a hard time, you owe nobody a cheerful post.",
		},
		Resources: []Resource{
			{"What to say when you do not know what to say", "I am glad you told me. Do you want help, or company? I can stay a while. Three sentences are usually enough.", "Written for this demonstration", ""},
			{"Private first", "A first token of support leads on to the real thing more often when it was given quietly than when it was given for all to see, unless one stops to think of what one shares with those it is for.", Published().FromLikeToAct.Study, ""},
		},
		Calls: []Call{
			{
				Key: "a-seat", Kind: Petition, Title: "A seat for everyone at Millbrook School",
				Text: "To the governors of Millbrook School.\n\nWe ask you for two things, both small. One long table in the dining hall where anybody may sit down without asking. And a bench in each yard where sitting down means: I would like company.\n\nThe pupils' council has drawn up where they could stand. A joiner in the village has offered to build them at the price of the wood.",
				Unit: "signatures", Goal: 400, Online: true, Opens: day(-50), Ends: day(20), Acts: 236, People: 900, Least: 1, Most: 1,
			},
			{
				Key: "slow-walk", Kind: Event, Title: "A slow walk for people who do not know anybody",
				Text: "Two miles along the canal, at the pace of the slowest. Nobody has to introduce themselves. At the lock there is soup.\n\nThe path is paved all the way; there are benches every few hundred steps.",
				Unit: "people", Goal: 60, Place: "Canal bridge, north side", Opens: day(-30), Starts: day(-6).Add(10 * time.Hour), Ends: day(-6).Add(13 * time.Hour),
				Acts: 58, People: 300, Least: 1, Most: 3,
				Updates: []Update{
					{day(-8).Add(17 * time.Hour), "Two days to go", "The lock keeper lends us his kitchen, so there is **soup in any weather**. If it rains, we walk to the first bench and back."},
					{day(-5).Add(9 * time.Hour), "It was slow, and it was good", "We were more than we had bowls for. Four people want to walk again next month, and two of them had not left the house since the winter.\n\nThank you for the umbrella somebody left. It is at the bakery."},
				},
			},
			{
				Key: "winter-table", Kind: Event, Title: "The long table, indoors",
				Text: "When the street is too cold, we sit in the old tram depot: thirty tables, two stoves, one pot from each corner of the world. Bring a cup.\n\nHall 2 has a ramp and a quiet room.",
				Unit: "people", Goal: 120, Stretch: 180, Place: "Old Tram Depot, Hall 2", Opens: day(-2), Waits: day(3).Add(8 * time.Hour), Starts: day(40).Add(16 * time.Hour), Ends: day(40).Add(20 * time.Hour),
			},
			{
				Key: "long-table", Kind: Event, Title: "The long table on Weaver Street",
				Text: "One street, forty tables end to end. Bring a chair, something to share, and somebody you have only ever nodded to.\n\nThe east gate has a ramp. There will be shade, water, a quiet corner, and an accordion that we could not prevent.",
				Unit: "people", Goal: 150, Place: "Weaver Street, from the east gate", Opens: day(-12), Starts: day(9).Add(12 * time.Hour), Ends: day(9).Add(17 * time.Hour),
			},
			{
				Key: "kind-word", Kind: Deed, Title: "Say the good thing you were thinking",
				Text: "Most kind thoughts are never said. Say one today, to somebody who does not expect it, and tell us how it went. Leave their name out.",
				Unit: "words", Goal: 100, Stretch: 250, Opens: day(-57), Acts: 120, People: 95, Least: 1, Most: 1,
			},
			{
				Key: "letters", Kind: Volunteering, Title: "Letters to people who get none",
				Text: "Four care homes have given us first names and one thing each person likes: lighthouses, dance halls, the number 9 tram. Write to one of them by hand, or come and help to sort and read aloud.",
				Unit: "minutes", Goal: 6_000, Online: true, Opens: day(-40), Acts: 48, People: 40, Least: 20, Most: 150,
			},
		},
	}
}
