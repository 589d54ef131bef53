package impact

import (
	"sync"

	"github.com/axiomhq/hyperloglog"

	"goodturn/internal/id"
)

// viewsMost bounds the sketches in memory between two flushes: at 16 kB each
// for the few that are full, and some hundred bytes for the rest.
const viewsMost = 4096

// cell is a subject on a day.
type cell struct {
	subject id.ID
	day     int64
}

// views are the sketches that are not written yet.
type views struct {
	mu       sync.Mutex
	sketches map[cell]*hyperloglog.Sketch
	lost     int // views for which there was no room since the last take
}

// Saw counts a viewer once for each subject (movements, posts) and day. It costs
// some hundred nanoseconds and reads no database.
func (s *Service) Saw(v Viewer, subjects ...id.ID) {
	day := dayOf(s.now())
	s.views.mu.Lock()
	defer s.views.mu.Unlock()
	for _, subject := range subjects {
		s.views.add(cell{subject, day}, v.in(subject))
	}
}

func (v *views) add(c cell, hash uint64) {
	sketch := v.sketches[c]
	if sketch == nil {
		if c.subject == 0 {
			return
		}
		if len(v.sketches) >= viewsMost {
			v.lost++
			return
		}
		if v.sketches == nil {
			v.sketches = map[cell]*hyperloglog.Sketch{}
		}
		sketch = hyperloglog.New()
		v.sketches[c] = sketch
	}
	sketch.InsertHash(hash)
}

// take gives all there is, and how many views were lost since the last time.
func (v *views) take() (sketches map[cell]*hyperloglog.Sketch, lost int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	sketches, lost = v.sketches, v.lost
	v.sketches, v.lost = nil, 0
	return sketches, lost
}

// give puts back what could not be written. It may exceed the bound by as much
// as was taken.
func (v *views) give(sketches map[cell]*hyperloglog.Sketch) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for c, since := range v.sketches {
		if before := sketches[c]; before != nil {
			if err := before.Merge(since); err != nil {
				return err
			}
			continue
		}
		sketches[c] = since
	}
	v.sketches = sketches
	return nil
}

// forget drops what was seen of a subject that is gone.
func (v *views) forget(subject id.ID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.sketches) == 0 {
		return
	}
	for c := range v.sketches {
		if c.subject == subject {
			delete(v.sketches, c)
		}
	}
}
