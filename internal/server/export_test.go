package server

import "context"

// Break takes from the doors rooms that they need, so that handlers panic. No
// request may be under way.
func (s *Server) Break() {
	s.doors.web.Feeds, s.doors.mastodon.Feeds, s.doors.api.Movements = nil, nil, nil
}

// Drain is what Serve does last, but for its listeners.
func (s *Server) Drain(ctx context.Context) error { return s.drain(ctx, nil) }
