package act

import (
	"context"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/media"
)

// Evidence are the pictures that hang on acts which v sees, as far as v may see
// them too.
func (s *Service) Evidence(ctx context.Context, v account.Viewer, acts []*Act) (map[id.ID][]media.Media, error) {
	ids := make([]id.ID, len(acts))
	for i, a := range acts {
		ids[i] = a.ID
	}
	pictures, err := s.rooms.Media.Of(s.d.Read(ctx), media.OnAct, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range acts {
		if len(pictures[a.ID]) == 0 {
			continue
		}
		sight, err := s.SightOf(ctx, v, a)
		if err != nil {
			return nil, err
		}
		if !EvidenceVisible(v, sight, a) {
			delete(pictures, a.ID)
		}
	}
	return pictures, nil
}
