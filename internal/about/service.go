package about

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
)

// Service is the room's door. What changes something is for administrators, and
// problem.Forbidden to others, unless it says otherwise.
type Service struct {
	d        *db.DB
	ids      *id.Source
	hub      *event.Hub
	now      func() time.Time
	accounts *account.Service
	media    *media.Service
	log      *slog.Logger
	held     cache.Cache[struct{}, *About]
	told     cache.Cache[struct{}, []Announcement] // apart, since each reaction changes it
}

// New wires the room; it keeps its memory by the events of hub.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, accounts *account.Service, pictures *media.Service, log *slog.Logger) *Service {
	s := &Service{d: d, ids: ids, hub: hub, now: now, accounts: accounts, media: pictures, log: log}
	s.held = cache.New(cache.Options[struct{}, *About]{
		Bytes: 2, Fresh: hub.Fresh,
		Size: func(struct{}, *About) int { return 1 },
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}]*About, error) {
			a, err := s.load(s.d.Read(ctx))
			if err != nil {
				return nil, fmt.Errorf("read what the server says of itself: %w", err)
			}
			return map[struct{}]*About{{}: a}, nil
		},
	})
	s.told = cache.New(cache.Options[struct{}, []Announcement]{
		Bytes: 2, Fresh: hub.Fresh,
		Size: func(struct{}, []Announcement) int { return 1 },
		Load: func(ctx context.Context, _ []struct{}) (map[struct{}][]Announcement, error) {
			all, err := loadAnnouncements(s.d.Read(ctx))
			if err != nil {
				return nil, fmt.Errorf("read announcements: %w", err)
			}
			return map[struct{}][]Announcement{{}: all}, nil
		},
	})
	event.After(hub, func(Changed) { s.held.Clear(); s.told.Clear() })
	event.After(hub, func(Reacted) { s.told.Clear() })
	hub.OnGap(func() { s.held.Clear(); s.told.Clear() })
	return s
}

// Now is what the server says of itself; it reads no database while it is held
// in memory.
func (s *Service) Now(ctx context.Context) (*About, error) {
	a, _, err := s.held.Get(ctx, struct{}{})
	return a, err
}

func (s *Service) load(r db.Reader) (*About, error) {
	a := s.defaults()
	err := s.loadTexts(r, a)
	if err == nil {
		err = loadRules(r, a)
	}
	if err == nil {
		a.Terms, err = loadTerms(r)
	}
	if err == nil {
		a.Emojis, err = s.loadEmojis(r)
	}
	a.Story, a.Privacy = a.Story.drawn(), a.Privacy.drawn()
	return a, err
}

// Emojis are the custom emojis as they are now, for who draws something and has
// no request at hand. Where they cannot be read there are none.
func (s *Service) Emojis() *Emojis {
	a, err := s.Now(context.Background())
	if err != nil {
		s.log.Error("emojis are left out", "error", err)
		return &Emojis{}
	}
	return a.Emojis
}

// mayWrite is for administrators alone.
func mayWrite(v account.Viewer) error {
	if !v.Admin() {
		return problem.Forbidden("Only an administrator may do this.")
	}
	return nil
}

// change runs f in a transaction after which all is read anew.
func (s *Service) change(ctx context.Context, v account.Viewer, doing string, f func(tx *db.Tx) error) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Changed{})
	})
	if _, ok := problem.Of(err); err != nil && !ok {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return err
}

// The names of texts in their table.
const (
	textDescription = "description"
	textStory       = "story"
	textPrivacy     = "privacy"
	textMessage     = "message"
	textEmail       = "email"
	textContact     = "contact"
)

func (s *Service) loadTexts(r db.Reader, a *About) error {
	type row struct {
		name, value string
		at          int64
	}
	rows, err := db.All(r, func(from db.Row) (x row, err error) {
		return x, from.Scan(&x.name, &x.value, &x.at)
	}, `SELECT name, value, changed_at FROM about_text`)
	if err != nil {
		return err
	}
	for _, x := range rows {
		text := Text{Value: x.value, At: db.Time(x.at)}
		switch x.name {
		case textDescription:
			a.Description = text
		case textStory:
			a.Story = text
		case textPrivacy:
			a.Privacy = text
		case textMessage:
			a.Message = text
		case textEmail:
			a.Email = x.value
		case textContact:
			n, err := strconv.ParseInt(x.value, 10, 64)
			if err != nil {
				return fmt.Errorf("contact: %w", err)
			}
			a.ContactID = id.ID(n)
		}
	}
	thumbnails, err := s.media.Of(r, media.OnServer, []id.ID{s.accounts.Server().ID})
	if err != nil {
		return err
	}
	for _, list := range thumbnails {
		a.Thumbnail = &list[0]
	}
	return nil
}
