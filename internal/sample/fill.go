package sample

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/deed"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/petition"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

// House is what Fill writes into: the rooms' own functions, as anybody's
// request would call them.
type House struct {
	DB          *db.DB
	Accounts    *account.Service
	Relations   *relation.Service
	Posts       *post.Service
	Movements   *movement.Service
	Calls       *call.Service
	Acts        *act.Service
	Fundraisers *fundraiser.Service
	Meets       *meet.Service
	Petitions   *petition.Service
	Deeds       *deed.Service
	Saw         func(viewer id.ID, subjects ...id.ID) // notes who was reached
	Finish      func(ctx context.Context) error       // fold and measure what was written
}

// Guests are the two that a visitor can sign in as; they are as invented as
// the others, but no part of the sample's figures.
type Guests struct{ Participant, Organiser *account.Account }

// The guests' names.
const (
	ParticipantName = "wren"
	OrganiserName   = "odell"
)

// batch is how many accounts, acts or likes share a transaction.
const batch = 250

// Fill writes the whole sample as of now, and says how far it is.
func Fill(ctx context.Context, h House, now time.Time, say func(string)) (Guests, error) {
	f := &filler{House: h, ctx: ctx, now: now.UTC().Truncate(time.Second), say: say,
		rng: rand.New(rand.NewPCG(fillSeed, 1)), cascade: Draw(now),
		movements: map[string]id.ID{}, calls: map[string]id.ID{}}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"inventing people", f.people},
		{"starting three movements", f.start},
		{"passing the bucket on", f.challenge},
		{"doing good turns", f.contribute},
		{"accounting for gifts", f.books},
		{"setting dates", f.dates},
		{"handing signatures over", f.petitions},
		{"talking about it", f.talk},
		{"answering one another", f.echo},
		{"welcoming you", f.welcome},
		{"counting the ripple", func() error { return h.Finish(ctx) }},
	} {
		began := time.Now()
		if err := step.do(); err != nil {
			return Guests{}, fmt.Errorf("fill the sample, %s: %w", step.name, err)
		}
		say(fmt.Sprintf("%-26s %4.1f s", step.name, time.Since(began).Seconds()))
	}
	return f.guests, nil
}

const fillSeed = 161803

type filler struct {
	House
	ctx     context.Context
	now     time.Time
	say     func(string)
	rng     *rand.Rand
	cascade Cascade

	crowd     []*account.Account // by number of the person
	guests    Guests
	movements map[string]id.ID // by slug
	calls     map[string]id.ID // by key
	acts      []id.ID          // of the cascade, by index
	talked    []id.ID          // posts
	stories   []story          // acts that were told in a post
}

// inBatches runs do for 0 to n-1, a batch a transaction.
func (f *filler) inBatches(n int, do func(tx *db.Tx, i int) error) error {
	return f.DB.UpdateEach(f.ctx, n, batch, do)
}

// people makes everybody, each before they first do something, and the guests.
func (f *filler) people() error {
	first := f.cascade.Acts[0].At.AddDate(0, 0, -90)
	persons := People(max(f.cascade.People, crowd))
	f.crowd = make([]*account.Account, len(persons))
	err := f.inBatches(len(persons), func(tx *db.Tx, i int) (err error) {
		p := persons[i]
		f.crowd[i], err = f.Accounts.CreateIn(tx, account.Draft{
			Kind: account.KindPerson, Username: p.Username, Name: p.Name, Note: p.Bio, Language: p.Language,
			Sample: true, At: first.Add(time.Duration(i) * time.Second),
		})
		return err
	})
	if err != nil {
		return err
	}
	return f.DB.Update(f.ctx, func(tx *db.Tx) (err error) {
		f.guests.Participant, err = f.Accounts.CreateIn(tx, account.Draft{
			Kind: account.KindPerson, Username: ParticipantName, Name: "Wren Halloway", Language: "en",
			Note: "New here. Likes canals, bread and being asked.", At: f.now.AddDate(0, 0, -3),
		})
		if err != nil {
			return err
		}
		f.guests.Organiser, err = f.Accounts.CreateIn(tx, account.Draft{
			Kind: account.KindPerson, Username: OrganiserName, Name: "Odell Brightwater", Language: "en",
			Note: "Keeps the lists, carries the buckets.", At: first,
		})
		return err
	})
}

// start makes the movements with their rules, resources and calls.
func (f *filler) start() error {
	for _, m := range Movements(f.now) {
		err := f.DB.Update(f.ctx, func(tx *db.Tx) error { return f.startIn(tx, m) })
		if err != nil {
			return fmt.Errorf("%s: %w", m.Slug, err)
		}
	}
	return nil
}

func (f *filler) startIn(tx *db.Tx, m Movement) error {
	rules := "- " + strings.Join(m.Rules, "\n- ")
	movementID, err := f.Movements.StartIn(tx, f.guests.Organiser, movement.Draft{
		Slug: m.Slug, Name: m.Name, Hashtag: m.Hashtag, Aliases: m.Aliases, Purpose: m.Purpose,
		Story: m.Story, Rules: rules, Causes: m.Causes, Online: true,
	}, m.Started)
	if err != nil {
		return err
	}
	f.movements[m.Slug] = movementID
	for i, r := range m.Resources {
		err := f.Movements.AddResourceIn(tx, movementID, movement.ResourceDraft{Title: r.Title, Body: r.Summary, URL: r.URL, Source: r.Source}, i)
		if err != nil {
			return err
		}
	}
	for _, c := range m.Calls {
		if err := f.callIn(tx, movementID, c); err != nil {
			return fmt.Errorf("call %s: %w", c.Key, err)
		}
	}
	return nil
}

// zone is where the sample's people meet.
const zone = "Europe/Vienna"

// clock is when the clocks of a place show what t does.
func clock(t time.Time, where *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, where)
}

func (f *filler) callIn(tx *db.Tx, movementID id.ID, c Call) error {
	d := call.Draft{
		Kind: call.Kind(c.Kind), Title: c.Title, Body: c.Text, CountsAs: c.Counts, Unit: c.Currency, Place: c.Place, Online: c.Online,
		CountsFrom: call.Kind(c.Kind).CountsFrom(), OpensAt: c.Waits, Zone: "UTC", Answer: time.Duration(c.Hours) * time.Hour,
	}
	if c.Goal != 0 {
		d.Goal = &c.Goal
	}
	if c.Stretch != 0 {
		d.Stretch = &c.Stretch
	}
	if c.Nominees != 0 {
		d.Nominees = &c.Nominees
	}
	if c.Starts.IsZero() {
		d.ClosesAt = c.Ends
	} else {
		where, err := time.LoadLocation(zone)
		if err != nil {
			return fmt.Errorf("find the sample's time zone: %w", err)
		}
		ends := clock(c.Ends, where)
		d.Zone, d.ClosesAt = zone, ends
		if !slices.ContainsFunc(Dates(), func(d Date) bool { return d.Call == c.Key }) {
			d.StartsAt, d.EndsAt = clock(c.Starts, where), ends // it becomes a date as it opens
		}
	}
	if len(c.Reported) > 0 {
		partner, err := f.Accounts.CreateIn(tx, account.Draft{
			Kind: account.KindOrganisation, Username: "als_partner", Name: c.Partner, Sample: true,
			Note: "A stand-in for this demonstration, not run by the organisation. The reported sums are what it published in 2014, with their sources.",
			At:   c.Opens,
		})
		if err != nil {
			return err
		}
		d.Beneficiary = partner.ID
		if err := f.Movements.JoinIn(tx, movementID, partner, movement.Partner, c.Opens); err != nil {
			return err
		}
	}
	callID, err := f.Calls.CreateIn(tx, movementID, f.guests.Organiser.ID, d, c.Opens)
	if err != nil {
		return err
	}
	f.calls[c.Key] = callID
	for _, u := range c.Updates {
		if _, err := f.Calls.TellIn(tx, callID, f.guests.Organiser.ID, call.UpdateDraft{Title: u.Title, Body: u.Text}, u.At); err != nil {
			return err
		}
	}
	if len(c.Reported) > 0 {
		if err := f.promise(tx, callID, c); err != nil {
			return err
		}
	}
	for _, r := range c.Reported {
		_, err := f.Calls.AddReportIn(tx, callID, d.Beneficiary, call.ReportDraft{
			Unit: r.Currency, Amount: r.Cents, AtLeast: r.LowerBound, AsOf: r.On, Source: r.Source,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// join has a person join a movement unless they did.
func (f *filler) join(tx *db.Tx, slug string, person int, at time.Time) error {
	return f.Movements.JoinIn(tx, f.movements[slug], f.crowd[person], movement.Member, at)
}

// proven raises an act's proof as its people would have.
func (f *filler) proven(actID id.ID, doer int, proof string, witness int, how string) error {
	switch proof {
	case "witnessed":
		err := f.Acts.NameWitness(f.ctx, account.As(f.crowd[doer]), actID, f.crowd[witness].Username)
		if err != nil {
			return err
		}
		return f.Acts.AcceptWitness(f.ctx, account.As(f.crowd[witness]), actID, f.crowd[witness].ID)
	case "confirmed":
		_, err := f.Acts.Confirm(f.ctx, account.As(f.guests.Organiser), actID, how)
		return err
	}
	return nil
}

// contribute does the acts of all calls but the challenge.
func (f *filler) contribute() error {
	all := Contributions(f.now)
	made := make([]id.ID, len(all))
	err := f.inBatches(len(all), func(tx *db.Tx, i int) error {
		c := all[i]
		if err := f.join(tx, c.Movement, c.Doer, c.At.Add(-time.Hour)); err != nil {
			return err
		}
		d := act.Draft{CallID: f.calls[c.Call], DoneAt: c.At, Quantity: &c.Quantity, Story: c.Story}
		if c.Parent >= 0 {
			d.InspiredBy = act.Source{Kind: act.FromAct, ID: made[c.Parent]}
		} else if c.Call == "gift" {
			d.InspiredBy = f.bucketBefore(c.At)
		}
		if c.Story != "" && f.rng.IntN(4) == 0 {
			d.TellAs = post.Public
		}
		veiled(i, c, &d)
		a, err := f.Acts.DoIn(tx, f.crowd[c.Doer], d, c.At)
		if err != nil {
			return fmt.Errorf("%s by person %d: %w", c.Call, c.Doer, err)
		}
		made[i] = a.ID
		f.keep(a, c.Doer, c.At)
		return nil
	})
	if err != nil {
		return err
	}
	for i, c := range all {
		if err := f.proven(made[i], c.Doer, c.Proof, c.Witness, "Seen in the records of the day."); err != nil {
			return fmt.Errorf("proof of %s: %w", c.Call, err)
		}
	}
	return f.thanked(all, made)
}

// bucketBefore is a recent bucket that moved somebody to give: one that was
// poured while the fundraiser was open, or nothing.
func (f *filler) bucketBefore(at time.Time) act.Source {
	acts := f.cascade.Acts
	opened := f.now.AddDate(0, 0, -giftDays-1) // the fundraiser opened at midnight
	first := sort.Search(len(acts), func(i int) bool { return !acts[i].At.Before(opened) })
	before := sort.Search(len(acts), func(i int) bool { return !acts[i].At.Before(at) })
	if before <= first {
		return act.Source{}
	}
	i := max(first, before-1-int(f.rng.ExpFloat64()*40))
	return act.Source{Kind: act.FromAct, ID: f.acts[i]}
}

// talk writes posts, replies, likes and shares, and who follows whom.
func (f *filler) talk() error {
	err := f.inBatches(crowd, func(tx *db.Tx, i int) error {
		for range 4 {
			other := f.rng.IntN(crowd)
			if other == i {
				continue
			}
			if err := f.Relations.FollowIn(tx, f.crowd[i].ID, f.crowd[other].ID, relation.FollowOptions{}, f.now.AddDate(0, 0, -30)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	posts := Posts(f.now)
	if err := f.inBatches(len(posts), func(tx *db.Tx, i int) error { return f.post(tx, posts[i]) }); err != nil {
		return err
	}
	// Whoever was asked looked; the smaller movements were seen by fewer.
	for i, a := range f.crowd {
		f.Saw(a.ID, f.movements["icebucket"])
		if i%3 == 0 {
			f.Saw(a.ID, f.movements["bekind"], f.talked[i%len(f.talked)])
		}
		if i%4 == 0 {
			f.Saw(a.ID, f.movements["payitforward"])
		}
	}
	return nil
}

// post writes one post with what came of it.
func (f *filler) post(tx *db.Tx, p Post) error {
	if err := f.join(tx, p.Movement, p.Author, p.At.Add(-time.Hour)); err != nil {
		return err
	}
	made, err := f.Posts.CreateIn(tx, f.crowd[p.Author], post.Draft{Text: p.Text, Visibility: post.Public, Language: "en"}, p.At)
	if err != nil {
		return err
	}
	f.talked = append(f.talked, made.ID)
	for _, r := range p.Replies {
		_, err := f.Posts.CreateIn(tx, f.crowd[r.Author], post.Draft{Text: r.Text, Visibility: post.Public, Language: "en", ReplyTo: made.ID}, r.At)
		if err != nil {
			return err
		}
	}
	for _, n := range p.Likes {
		if err := f.Posts.LikeIn(tx, f.crowd[n].ID, made.ID, f.between(p.At)); err != nil {
			return err
		}
	}
	for _, n := range p.Shares {
		if _, err := f.Posts.ShareIn(tx, f.crowd[n], made.ID, 0, f.between(p.At)); err != nil {
			return err
		}
	}
	return nil
}

// between is a moment between one and now, sooner rather than later.
func (f *filler) between(at time.Time) time.Time {
	left := f.now.Sub(at)
	return at.Add(time.Duration(float64(left) * f.rng.Float64() * f.rng.Float64())).Truncate(time.Millisecond)
}

// welcome gives the participant some company: movements and people to follow.
func (f *filler) welcome() error {
	wren := f.guests.Participant
	err := f.DB.Update(f.ctx, func(tx *db.Tx) error {
		for _, slug := range []string{"icebucket", "bekind"} {
			if err := f.Movements.JoinIn(tx, f.movements[slug], wren, movement.Member, f.now.AddDate(0, 0, -2)); err != nil {
				return err
			}
		}
		for i := range 24 {
			err := f.Relations.FollowIn(tx, wren.ID, f.crowd[i*20].ID, relation.FollowOptions{}, f.now.AddDate(0, 0, -2))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range 3 {
		by := account.As(f.crowd[100+i])
		if _, err := f.Relations.Follow(f.ctx, by, wren.ID, relation.FollowOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// told says which acts of the cascade were told in a post: the first acts and
// every eighth other.
func told(a Act) bool { return a.Parent < 0 || a.Index%8 == 0 }

// nominationsOf groups nominations by the act they come from.
func nominationsOf(c Cascade) map[int][]int {
	of := map[int][]int{}
	for i, n := range c.Nominations {
		of[n.From] = append(of[n.From], i)
	}
	for _, list := range of {
		slices.Sort(list)
	}
	return of
}
