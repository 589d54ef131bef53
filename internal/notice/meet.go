package notice

import (
	"time"

	"goodturn/internal/db"
	"goodturn/internal/lang"
	"goodturn/internal/meet"
)

// dateKinds are what is told of dates; a call that was cancelled is told of as
// such.
var dateKinds = map[meet.What]Kind{
	meet.DayBefore: DateReminder, meet.HourBefore: DateReminder, meet.Moved: DateMoved, meet.Off: DateCancelled,
	meet.PlaceFree: DatePlace, meet.Disputed: HoursDisputed,
	meet.Logged: HoursLogged, meet.Coordinates: DateYours, meet.Undone: DateUndone, meet.TakenOff: DateOffList,
}

// OnDateTold tells somebody who comes to a date. The same told anew, of another
// time say, takes the place of what was told before.
func (s *Service) OnDateTold(tx *db.Tx, e meet.Told) error {
	n := told{kind: dateKinds[e.What], to: e.AccountID, from: e.MovementID, subject: e.DateID, at: e.At}
	if e.What == meet.CallOff {
		n.kind, n.subject = Cancelled, e.CallID
		_, err := s.make(tx, n)
		return err
	}
	if err := s.takeOne(tx, n); err != nil {
		return err
	}
	_, err := s.say(tx, e.MovementID, n, func(p *lang.Printer, _ string) string { return s.dateSentence(p, e) })
	return err
}

// dateSentence is the text of the direct post: when and where, by the clock of
// the place.
func (s *Service) dateSentence(p *lang.Printer, e meet.Told) string {
	zone, err := time.LoadLocation(e.Zone)
	if err != nil {
		zone = time.UTC
	}
	at, page := p.DateTime(e.StartsAt.In(zone)), " "+s.base+"/dates/"+e.DateID.String()
	switch e.What {
	case meet.Off:
		off := p.T("“%s” on %s does not take place: %s", e.Title, at, e.Reason)
		if e.More > 0 {
			off += " " + p.N("Nor does %d further date of yours.", "Nor do %d further dates of yours.", int(e.More))
		}
		return off + page
	case meet.Moved:
		moved := p.T("“%s” has another time or place now. It begins on %s.", e.Title, at)
		if e.More > 0 {
			moved += " " + p.N("So has %d further date of yours.", "So have %d further dates of yours.", int(e.More))
		}
		return moved + page
	case meet.TakenOff:
		return p.T("You are no longer on the list of “%s” on %s: %s", e.Title, at, e.Reason) + page
	case meet.PlaceFree:
		return p.T("A place is free, and it is yours: “%s” begins on %s. If you cannot come, please say so, and the next one moves up.", e.Title, at) + page
	case meet.Disputed:
		return p.T("Your hours at “%s” could not be confirmed as they are. Here is why, and how to answer:", e.Title) + page
	case meet.Logged:
		return p.T("Hours at “%s” were logged, and wait to be confirmed.", e.Title) + page + "/people"
	case meet.Coordinates:
		return p.T("You are to look after “%s” on %s: to check people in, and to confirm hours. If you cannot, say so on its page.", e.Title, at) + page
	case meet.Undone:
		return p.T("That you were checked in at “%s” was taken back as a mistake. If you were there, tell who looks after it.", e.Title) + page
	}
	if e.Place == "" {
		return p.T("“%s” begins on %s.", e.Title, at) + page
	}
	return p.T("“%s” begins on %s. The place: %s.", e.Title, at, e.Place) + page
}
