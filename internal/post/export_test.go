package post

import (
	"context"

	"goodturn/internal/id"
	"goodturn/internal/media"
)

// Forget drops an entry, as memory does when it is full.
func Forget(s *Service, i id.ID) { s.memory.entries.Drop(i) }

// ForgetFlags drops all flags.
func ForgetFlags(s *Service) { s.flags.Clear() }

// Media is the room that posts keep their pictures in.
func Media(s *Service) *media.Service { return s.media }

// EraseAccount is the job that a deleted account leaves.
func EraseAccount(ctx context.Context, s *Service, i id.ID) error {
	return s.eraseAccount(ctx, accountErased{i})
}
