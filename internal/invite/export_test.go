package invite

import "goodturn/internal/id"

// TokenOf is what the link of an invitation carries.
func (s *Service) TokenOf(i id.ID) string { return s.token(i) }
