package sample

import (
	"fmt"
	"time"

	"goodturn/internal/act"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// challenge lives through the cascade: each act answers its nomination, and
// passes the turn to three. The last open nomination goes to the participant,
// so that a visitor finds one waiting.
func (f *filler) challenge() error {
	c, words := f.cascade, NewWords(fillSeed)
	of := nominationsOf(c)
	f.acts = make([]id.ID, len(c.Acts))
	nominations := make([]id.ID, len(c.Nominations))
	waiting := f.waiting()
	err := f.inBatches(len(c.Acts), func(tx *db.Tx, i int) error {
		a := c.Acts[i]
		doer := f.crowd[a.Doer]
		if err := f.join(tx, "icebucket", a.Doer, a.At.Add(-time.Minute)); err != nil {
			return err
		}
		d := act.Draft{CallID: f.calls["bucket"], DoneAt: a.At, Story: words.Challenge(doer.Language)}
		if a.Nomination >= 0 {
			d.InspiredBy = act.Source{Kind: act.FromNomination, ID: nominations[a.Nomination]}
		}
		if told(a) {
			d.TellAs = post.Public
		}
		done, err := f.Acts.DoIn(tx, doer, d, a.At)
		if err != nil {
			return fmt.Errorf("act %d: %w", i, err)
		}
		f.acts[i] = done.ID
		f.keep(done, a.Doer, a.At)
		nominees := make([]id.ID, 0, len(of[i]))
		for _, n := range of[i] {
			nominee := f.crowd[c.Nominations[n].Nominee]
			if n == waiting {
				nominee = f.guests.Participant
			}
			nominees = append(nominees, nominee.ID)
		}
		given, err := f.Acts.NominateIn(tx, done, nominees, a.At)
		if err != nil {
			return fmt.Errorf("nominations of act %d: %w", i, err)
		}
		for k, n := range of[i] {
			nominations[n] = given[k]
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := f.decline(nominations); err != nil {
		return err
	}
	return f.proveSome()
}

// waiting is the newest open nomination.
func (f *filler) waiting() int {
	newest := -1
	for i, n := range f.cascade.Nominations {
		if n.State == Open && (newest < 0 || n.At.After(f.cascade.Nominations[newest].At)) {
			newest = i
		}
	}
	return newest
}

func (f *filler) decline(nominations []id.ID) error {
	c := f.cascade
	return f.inBatches(len(nominations), func(tx *db.Tx, i int) error {
		n := c.Nominations[i]
		if n.State != Declined {
			return nil
		}
		return f.Acts.DeclineIn(tx, f.crowd[n.Nominee].ID, nominations[i], n.Decided)
	})
}

// proveSome has every sixteenth bucket witnessed, by a neighbour in the list of
// doers, and every thirtieth confirmed by the organiser.
func (f *filler) proveSome() error {
	for i, a := range f.cascade.Acts {
		proof := ""
		switch {
		case i%30 == 7:
			proof = "confirmed"
		case i%16 == 3:
			proof = "witnessed"
		}
		witness := (a.Doer + 1) % len(f.cascade.Acts)
		if err := f.proven(f.acts[i], a.Doer, proof, witness, "Seen on the stream."); err != nil {
			return fmt.Errorf("proof of act %d: %w", i, err)
		}
	}
	return nil
}
