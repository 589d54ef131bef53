package call

import (
	"time"
	_ "time/tzdata" // so that time zones load wherever the one binary runs

	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The limits of a call's words, in characters, and of its numbers.
const (
	TitleMost    = 120
	BodyMost     = 20_000
	CountsAsMost = 500
	PlaceMost    = 200
	ReasonMost   = 500
	NomineesMost = 10
	MinutesMost  = 7 * 24 * 60
	GoalMost     = 1_000_000_000_000_000

	answerLeast = time.Hour
	answerMost  = 30 * 24 * time.Hour
	answerUsual = 24 * time.Hour
	windowLeast = 24 * time.Hour
	windowMost  = 365 * 24 * time.Hour
	windowUsual = 14 * 24 * time.Hour
)

// Draft is what an organiser writes to make a call, or to change one: Edit takes
// the whole of it, see Call.Draft. Nil and zero values are what is usual for the
// kind.
type Draft struct {
	Kind        Kind
	Title       string
	Body        string
	CountsAs    string // what counts as done; of challenges alone
	Unit        string // needed for a fundraiser: its currency
	Goal        *int64 // in the smallest unit
	Stretch     *int64 // a second goal, above the first
	CountsFrom  Proof
	Place       string
	Online      bool
	Minutes     *int64
	StartsAt    time.Time
	EndsAt      time.Time
	OpensAt     time.Time // it is a draft until then
	ClosesAt    time.Time
	Zone        string
	Visibility  Visibility
	Nominees    *int
	Answer      time.Duration
	Window      time.Duration
	Beneficiary id.ID
	Unpublished bool   // stays a draft; only when it is made
	Key         string `json:"-"` // idempotency; "" for none
}

// Draft is the call as it would be written, to be changed and given to Edit.
func (c *Call) Draft() Draft {
	d := Draft{
		Kind: c.Kind, Title: c.Title, Body: c.Body, CountsAs: c.CountsAs, Unit: c.Unit, CountsFrom: c.CountsFrom, Place: c.Place,
		Online: c.Online, StartsAt: c.StartsAt, EndsAt: c.EndsAt, OpensAt: c.OpensAt, ClosesAt: c.ClosesAt, Zone: c.Zone,
		Visibility: c.Visibility, Nominees: &c.Nominees, Answer: c.Answer, Window: c.Window, Beneficiary: c.Beneficiary,
	}
	if c.Goal != 0 {
		d.Goal = &c.Goal
	}
	if c.Stretch != 0 {
		d.Stretch = &c.Stretch
	}
	if c.Minutes != 0 {
		d.Minutes = &c.Minutes
	}
	return d
}

// clean makes the draft valid and fills in what is usual. Problems are
// problem.Invalid with the field's name as in JSON.
func (d Draft) clean() (_ Draft, err error) {
	if !d.Kind.Valid() {
		return d, problem.Invalid("kind", "“%s” is not a kind of call; there are petition, fundraiser, volunteering, event, challenge and deed.", string(d.Kind))
	}
	if d.Title, err = text.Line("title", d.Title, TitleMost); err != nil {
		return d, err
	}
	if d.Title == "" {
		return d, problem.Invalid("title", "Give it a title.")
	}
	if d.Body, err = text.Block("body", d.Body, BodyMost); err != nil {
		return d, err
	}
	if d.CountsAs, err = text.Block("counts_as_done", d.CountsAs, CountsAsMost); err != nil {
		return d, err
	}
	if d.CountsAs != "" && d.Kind != Challenge {
		return d, problem.Invalid("counts_as_done", "Only a challenge says what counts as done.")
	}
	if d.Place, err = text.Line("place", d.Place, PlaceMost); err != nil {
		return d, err
	}
	for _, rule := range []func(*Draft) error{(*Draft).cleanUnit, (*Draft).cleanNumbers, (*Draft).cleanTimes, (*Draft).cleanSpread} {
		if err := rule(&d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (d *Draft) cleanUnit() error {
	if d.Unit == "" {
		d.Unit = d.Kind.Unit()
	}
	switch {
	case d.Kind != Fundraiser && d.Unit != d.Kind.Unit():
		return problem.Invalid("unit", "A call of this kind counts %s.", d.Kind.Unit())
	case d.Kind == Fundraiser && d.Unit == "":
		return problem.Invalid("unit", "Say which currency, by its three letters, like EUR.")
	case d.Kind == Fundraiser && !IsCurrency(d.Unit):
		return problem.Invalid("unit", "“%s” is not a currency's code of three capital letters (ISO 4217).", d.Unit)
	}
	if d.CountsFrom < Told || d.CountsFrom > Confirmed {
		return problem.Invalid("counts_from", "This is told, witnessed or confirmed.")
	}
	return nil
}

func (d *Draft) cleanNumbers() error {
	if d.Goal != nil && (*d.Goal <= 0 || *d.Goal > GoalMost) {
		return problem.Invalid("goal", "A goal is more than nothing, and at most %d.", int64(GoalMost))
	}
	if d.Stretch != nil {
		switch {
		case d.Goal == nil:
			return problem.Invalid("stretch", "A second goal follows a first one.")
		case *d.Stretch <= *d.Goal || *d.Stretch > GoalMost:
			return problem.Invalid("stretch", "The second goal is above the first, and at most %d.", int64(GoalMost))
		}
	}
	if d.Minutes != nil && (*d.Minutes <= 0 || *d.Minutes > MinutesMost) {
		return problem.Invalid("minutes", "This is a number of minutes from 1 to %d.", MinutesMost)
	}
	return nil
}

func (d *Draft) cleanTimes() error {
	if _, err := time.LoadLocation(d.Zone); err != nil || d.Zone == "Local" {
		return problem.Invalid("zone", "“%s” is not a time zone; they have names like Europe/Vienna.", d.Zone)
	}
	for _, given := range []struct {
		field string
		at    time.Time
	}{{"starts_at", d.StartsAt}, {"ends_at", d.EndsAt}, {"opens_at", d.OpensAt}, {"closes_at", d.ClosesAt}} {
		if !given.at.IsZero() && (given.at.Year() < 1970 || given.at.Year() > 9999) {
			return problem.Invalid(given.field, "This is not a time that a call could have.")
		}
	}
	switch {
	case !d.EndsAt.IsZero() && d.StartsAt.IsZero():
		return problem.Invalid("starts_at", "Say when it starts.")
	case !d.EndsAt.IsZero() && !d.EndsAt.After(d.StartsAt):
		return problem.Invalid("ends_at", "It ends before it starts.")
	case !d.OpensAt.IsZero() && !d.ClosesAt.IsZero() && !d.ClosesAt.After(d.OpensAt):
		return problem.Invalid("closes_at", "It closes before it opens.")
	}
	return nil
}

// cleanSpread looks at how the call's acts are shown and passed on.
func (d *Draft) cleanSpread() error {
	switch d.Visibility {
	case "":
		d.Visibility = Public
	case Public, Movement, Organisers, Me:
	default:
		return problem.Invalid("visibility", "This is public, movement, organisers or me.")
	}
	if d.Nominees == nil {
		usual := d.Kind.Nominees()
		d.Nominees = &usual
	}
	if *d.Nominees < 0 || *d.Nominees > NomineesMost {
		return problem.Invalid("nominees", "A person nominates none, or up to %d.", NomineesMost)
	}
	if d.Answer == 0 {
		d.Answer = answerUsual
	}
	if d.Answer < answerLeast || d.Answer > answerMost {
		return problem.Invalid("answer", "People get from one hour to 30 days to answer a nomination.")
	}
	if d.Window == 0 {
		d.Window = windowUsual
	}
	if d.Window < windowLeast || d.Window > windowMost {
		return problem.Invalid("window", "This is from one day to 365 days.")
	}
	return nil
}

// inFuture is the rule for a time of opening or closing that is set anew.
func inFuture(field string, at, now time.Time) error {
	if !at.IsZero() && !at.After(now) {
		return problem.Invalid(field, "This time has passed already.")
	}
	return nil
}
