package notice

import (
	"goodturn/internal/db"
	"goodturn/internal/lang"
	"goodturn/internal/weight"
)

// OnLowered tells a doer that acts of theirs count as told, why, and what they can
// do: once for all of them, and of each act once.
func (s *Service) OnLowered(tx *db.Tx, e weight.Lowered) error {
	n := told{kind: Lowered, to: e.DoerID, from: e.MovementID, subject: e.ActID, act: e.ActID, at: e.At}
	_, err := s.say(tx, e.MovementID, n, func(p *lang.Printer, _ string) string {
		what := p.T("What you did counts as told for now, not as witnessed.")
		if e.Acts > 1 {
			what = p.T("%d of your acts count as told for now, not as witnessed.", e.Acts)
		}
		return what + " " + e.Why.Says(p) + " " +
			p.T("Numbers err, and nobody but you and the organisers hears of this. Somebody else who was there can say so, or ask an organiser to confirm it.") +
			" " + s.base + "/acts/" + e.ActID.String()
	})
	return err
}
