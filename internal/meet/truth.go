package meet

import "goodturn/internal/tally"

// Truths says how the numbers that a date keeps beside itself, which capacity
// rests on, are counted from the rows.
func (s *Service) Truths(b *tally.Book) {
	b.Column("call_date", "taken", `SELECT date_id, SUM(1 + guests) FROM coming WHERE state = 'comes' GROUP BY date_id`)
	b.Column("call_date", "waiting", `SELECT date_id, count(*) FROM coming WHERE state = 'waits' GROUP BY date_id`)
}
