package sample

import (
	"errors"
	"fmt"
	"time"

	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/petition"
)

// Spoken is an office that the sample's petition speaks to, and what came of it.
type Spoken struct {
	Name, Role string
	Handed     int    // days from now of the delivery; 0 for none
	How        string // it was handed over
	Answer     string // what it said, as organisers noted it; "" for nothing yet
	Answered   int    // days from now
	Source     string // of its answer and its promises
	Promises   []Promise
}

// Promise is what it committed to.
type Promise struct {
	What     string
	Due      int // days from now
	State    petition.State
	Evidence string // of what became of it
}

// petitioned is the key of the call that they belong to.
const petitioned = "a-seat"

// SpokenTo are the sample's addressees: one that answered, kept one promise and has
// another to keep, and one that said nothing yet.
func SpokenTo() []Spoken {
	minutes := "Minutes of the governors' meeting, item 6"
	return []Spoken{
		{Name: "The governors of Millbrook School", Role: "decide on the dining hall and the yards", Handed: -21, How: "At the school gate, on a roll of wallpaper",
			Answer:   "We thank you for the roll, which reached to the far end of the hall.\n\nThe table is **agreed**. For the benches we want to hear the caretaker first, who mows around whatever we put there.",
			Answered: -18, Source: minutes,
			Promises: []Promise{
				{What: "One long table in the dining hall, open to everybody.", Due: -4, State: petition.Kept, Evidence: "The pupils' council ate there on Monday. Fourteen seats, all taken."},
				{What: "A bench in each yard.", Due: 30, State: petition.Open},
			}},
		{Name: "The caretaker of Millbrook School", Role: "looks after the yards"},
	}
}

// petitions puts on record what came of the sample's petition.
func (f *filler) petitions() error {
	for _, to := range SpokenTo() {
		if err := f.DB.Update(f.ctx, func(tx *db.Tx) error { return f.spokenIn(tx, to) }); err != nil {
			return fmt.Errorf("what %s said: %w", to.Name, err)
		}
	}
	return nil
}

func (f *filler) spokenIn(tx *db.Tx, to Spoken) error {
	day := func(n int) time.Time { return f.now.AddDate(0, 0, n).Truncate(24 * time.Hour) }
	c, err := call.GetIn(tx, f.calls[petitioned])
	if err != nil {
		return err
	}
	by, p := f.guests.Organiser.ID, f.Petitions
	addressee, err := p.AddAddresseeIn(tx, c.ID, 0, to.Name, to.Role, day(-40))
	if err != nil || to.Answer == "" {
		return err
	}
	_, handed := p.AddDeliveryIn(tx, c, by, petition.DeliveryDraft{AddresseeID: addressee, On: day(to.Handed), How: to.How}, day(to.Handed))
	_, said := p.AddAnswerIn(tx, c, by, petition.AnswerDraft{AddresseeID: addressee, Body: to.Answer, Source: to.Source}, day(to.Answered))
	if err := errors.Join(handed, said); err != nil {
		return err
	}
	for _, m := range to.Promises {
		var promise id.ID
		promise, err = p.AddCommitmentIn(tx, c, by, petition.CommitmentDraft{AddresseeID: addressee, Promise: m.What, Source: to.Source, Due: day(m.Due)}, day(to.Answered))
		if err != nil {
			return err
		}
		if m.State == petition.Open {
			continue
		}
		if _, err := p.RuleIn(tx, promise, by, m.State, m.Evidence, day(m.Due+1)); err != nil {
			return err
		}
	}
	return nil
}
