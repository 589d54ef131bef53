package sample

import (
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/meet"
)

// Date is when and where people of a call come together.
type Date struct {
	Call   string // its key
	In     int    // days from now
	At     string // by the clock of the place
	Until  string
	Repeat string
	Draft  meet.Draft // all else
	Coming int        // of the crowd
}

// Dates are those of the events and the volunteering of the sample: one that was,
// one ahead with a few places left, and a series.
func Dates() []Date {
	return []Date{
		{Call: "slow-walk", In: -6, At: "10:00", Until: "13:00", Draft: meet.Draft{Place: "Canal bridge, north side", GuestsMost: 2,
			Access: "Paved all the way, with benches every few hundred steps. Dogs on a lead."}},
		{Call: "long-table", In: 9, At: "12:00", Until: "17:00", Coming: 61, Draft: meet.Draft{Place: "Weaver Street, from the east gate", Capacity: 150, GuestsMost: 2,
			Note: "Bring a chair and something to share.", Access: "The east gate has a ramp. There is shade, water and a quiet corner; two of us sign."}},
		{Call: "repair-morning", In: 5, At: "09:30", Until: "12:30", Repeat: "FREQ=WEEKLY;INTERVAL=2;COUNT=6", Coming: 12, Draft: meet.Draft{Place: "Old Tram Depot, Hall 2", Capacity: 12,
			Skills: "None; soldering is welcome", Access: "Level entrance from the yard; the hall is loud until the kettle is on."}},
		{Call: "letters", In: 3, At: "18:00", Until: "19:30", Coming: 7, Draft: meet.Draft{Online: "https://rooms.example/letters", Title: "Reading aloud together"}},
	}
}

// dates sets the dates of the sample's calls, and who comes.
func (f *filler) dates() error {
	for n, d := range Dates() {
		err := f.DB.Update(f.ctx, func(tx *db.Tx) error { return f.dateIn(tx, d, n) })
		if err != nil {
			return fmt.Errorf("date of %s: %w", d.Call, err)
		}
	}
	return nil
}

func (f *filler) dateIn(tx *db.Tx, d Date, n int) error {
	draft := d.Draft
	day := f.now.AddDate(0, 0, d.In).Format(time.DateOnly)
	draft.Zone, draft.Repeat = zone, d.Repeat
	draft.Starts, draft.Ends = meet.Wall(day+"T"+d.At), meet.Wall(day+"T"+d.Until)
	dateID, err := f.Meets.AddIn(tx, f.calls[d.Call], f.guests.Organiser.ID, draft, f.now)
	if err != nil {
		return err
	}
	if d.In < 0 {
		return f.walked(tx, dateID)
	}
	for i := range d.Coming {
		guests := int64(0)
		if draft.GuestsMost > 0 && i%3 == 0 {
			guests = 1
		}
		if err := f.Meets.ComeIn(tx, dateID, f.crowd[n*90+i].ID, guests); err != nil {
			return err
		}
	}
	if d.Call != "long-table" {
		return nil
	}
	return f.Meets.ComeIn(tx, dateID, f.guests.Participant.ID, 1)
}

// walked checks in those who told that they came to the walk.
func (f *filler) walked(tx *db.Tx, dateID id.ID) error {
	type came struct {
		doer, act id.ID
		people    int64
		at        int64
	}
	all, err := db.All(tx, func(row db.Row) (c came, err error) { return c, row.Scan(&c.doer, &c.act, &c.people, &c.at) },
		`SELECT doer_id, id, quantity, done_at FROM act WHERE call_id = $1 AND state = 'live' AND NOT outside AND proof = 2 ORDER BY id LIMIT 40`, f.calls["slow-walk"])
	if err != nil {
		return err
	}
	for _, c := range all {
		if err := f.Meets.CameIn(tx, dateID, c.doer, c.act, c.people-1, db.Time(c.at)); err != nil {
			return err
		}
	}
	return nil
}
