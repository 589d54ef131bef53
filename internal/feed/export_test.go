package feed

import "context"

// Small lets memory hold so few posts that a test reaches its ends.
func (s *Service) Small() {
	s.limits = limits{authorLoads: 4, authorMost: 6, pageMost: 12, homeMost: 24, homeEnough: 8, readMost: usual.readMost}
}

// Distrust serves from the database alone, as in a gap.
func (s *Service) Distrust() { s.fresh = func() bool { return false } }

// Forget is what a gap does to memory.
func (s *Service) Forget() {
	s.homes.clear()
	s.rings.clear()
}

// Settle waits until all that happened so far was told.
func (s *Service) Settle() {
	done := make(chan struct{})
	for !s.watch.later(func(ctx context.Context) { close(done) }) {
	}
	<-done
}

// Gap is what the room does when events of another node may be lost.
func (s *Service) Gap() { s.gap() }

// Sweep drops what is idle.
func (s *Service) Sweep() { s.sweep() }

// Held is how many homes and rings are in memory, and the bytes of the rings.
func (s *Service) Held() (homes, rings, bytes int) {
	return len(s.homes.held), len(s.rings.held), s.rings.bytes
}

// ReadMost bounds how many ids are read for one page.
func (s *Service) ReadMost(n int) { s.limits.readMost = n }
