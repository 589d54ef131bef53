package web

import (
	"goodturn/internal/door"
	"goodturn/internal/id"
)

// saw counts the reader among those whom movements or posts reached; nothing of
// who it was is kept.
func (x *visit) saw(subjects ...id.ID) {
	if len(subjects) == 0 {
		return
	}
	x.seen = append(x.seen, subjects...)
	if x.me != nil {
		x.Impact.Saw(x.Impact.Account(x.me.ID), subjects...)
		return
	}
	x.Impact.Saw(x.Impact.Stranger(door.Addr(x.r), x.r.UserAgent()), subjects...)
}
