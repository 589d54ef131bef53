package movement

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
	"goodturn/internal/tally"
)

// The names of counters on a movement.
const (
	TallyMembers = "members"
	TallyCarried = "carried"

	tallyFollowers = "followers" // package relation's
)

const (
	cacheBytes  = 32 << 20
	listMost    = 5_000 // movements that List and Similar look through
	similarMost = 5
)

// Lately is a question to the room of acts: in each movement, how many distinct
// people did something since then.
type Lately func(ctx context.Context, since time.Time) (map[id.ID]int64, error)

// Service is the room's one door. Every method that changes something answers
// problem.Unauthorized to who has not signed in, problem.NotFound for a movement
// that does not exist, and problem.Forbidden to who may not.
type Service struct {
	d         *db.DB
	ids       *id.Source
	hub       *event.Hub
	now       func() time.Time
	accounts  *account.Service
	relations *relation.Service
	posts     *post.Service
	pictures  *media.Service
	lately    Lately // nil: nobody did anything yet

	movements cache.Cache[id.ID, *Movement]
	rank      ranking
}

// New opens the room. lately may be nil.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time,
	accounts *account.Service, relations *relation.Service, posts *post.Service, pictures *media.Service, lately Lately) *Service {
	s := &Service{d: d, ids: ids, hub: hub, now: now, accounts: accounts, relations: relations, posts: posts, pictures: pictures, lately: lately}
	s.movements = cache.New(cache.Options[id.ID, *Movement]{
		Bytes: cacheBytes,
		Size:  size,
		Fresh: hub.Fresh,
		Load:  s.load,
	})
	event.After(hub, func(e Changed) { s.movements.Drop(e.MovementID) })
	event.After(hub, func(e account.Changed) { s.movements.Drop(e.ID) })
	event.After(hub, func(e account.Deleted) { s.movements.Drop(e.ID) })
	hub.OnGap(s.movements.Clear)
	return s
}

// Truths says how this room's counters are counted from its rows.
func (s *Service) Truths(b *tally.Book) {
	b.Truth(TallyMembers, `SELECT movement_id, COUNT(*) FROM member WHERE role <> 'removed' GROUP BY movement_id`)
	b.Truth(TallyCarried, `SELECT movement_id, COUNT(*) FROM carried WHERE share_id IS NOT NULL GROUP BY movement_id`)
}

// Get is the movement of that slug.
func (s *Service) Get(ctx context.Context, v account.Viewer, slug string) (*Movement, error) {
	a, err := s.accounts.ByHandle(ctx, slug)
	if err != nil {
		if problem.Is(err, problem.KindNotFound) {
			return nil, problem.NotFound("movement")
		}
		return nil, err
	}
	return s.ByID(ctx, v, a.ID)
}

// ByID is the movement with that id.
func (s *Service) ByID(ctx context.Context, v account.Viewer, movementID id.ID) (*Movement, error) {
	m, ok, err := s.movements.Get(ctx, movementID)
	if err != nil {
		return nil, fmt.Errorf("read a movement: %w", err)
	}
	if !ok || !visible(v, m) {
		return nil, problem.NotFound("movement")
	}
	return m, nil
}

// Many are those of the movements that v may see.
func (s *Service) Many(ctx context.Context, v account.Viewer, ids []id.ID) (map[id.ID]*Movement, error) {
	all, err := s.movements.Many(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read movements: %w", err)
	}
	for i, m := range all {
		if !visible(v, m) {
			delete(all, i)
		}
	}
	return all, nil
}

// ByTag is the movement that a hashtag belongs to, main or alias.
func (s *Service) ByTag(ctx context.Context, v account.Viewer, hashtag string) (*Movement, error) {
	var movementID id.ID
	err := s.d.Read(ctx).QueryRow(`SELECT movement_id FROM movement_tag WHERE tag = $1`, fold(hashtag)).Scan(&movementID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("movement")
	}
	if err != nil {
		return nil, fmt.Errorf("read a movement by its hashtag: %w", err)
	}
	return s.ByID(ctx, v, movementID)
}

// Counts are the movements' numbers.
func (s *Service) Counts(ctx context.Context, ids []id.ID) (map[id.ID]Counts, error) {
	counted, err := tally.Of(s.d.Read(ctx), ids, TallyMembers, TallyCarried, tallyFollowers)
	if err != nil {
		return nil, err
	}
	counts := make(map[id.ID]Counts, len(ids))
	for _, i := range ids {
		n := counted[i]
		counts[i] = Counts{Members: n[TallyMembers], Followers: n[tallyFollowers], Carried: n[TallyCarried]}
	}
	return counts, nil
}

// visible is the rule for who sees a movement: everyone, unless its account was
// suspended or deleted; then moderators.
func visible(v account.Viewer, m *Movement) bool {
	return m.Account.Shown() || v.Moderates()
}

func (s *Service) load(ctx context.Context, ids []id.ID) (map[id.ID]*Movement, error) {
	r := s.d.Read(ctx)
	in, args := db.In(1, ids)
	rows, err := db.All(r, scanMovement, `SELECT id, purpose, story, rules, town, online, state, sample, created_by,
		created_at, changed_at FROM movement WHERE id IN `+in, args...)
	if err != nil {
		return nil, err
	}
	found := make(map[id.ID]*Movement, len(rows))
	for _, m := range rows {
		found[m.ID] = m
	}
	type word struct {
		movement id.ID
		text     string
		main     bool
	}
	tags, err := db.All(r, func(row db.Row) (w word, err error) {
		return w, row.Scan(&w.movement, &w.text, &w.main)
	}, `SELECT movement_id, display, main FROM movement_tag WHERE movement_id IN `+in+` ORDER BY tag`, args...)
	if err != nil {
		return nil, err
	}
	for _, w := range tags {
		switch m := found[w.movement]; {
		case m == nil:
		case w.main:
			m.Hashtag = w.text
		default:
			m.Aliases = append(m.Aliases, w.text)
		}
	}
	causes, err := db.All(r, func(row db.Row) (w word, err error) {
		return w, row.Scan(&w.movement, &w.text)
	}, `SELECT movement_id, cause FROM movement_cause WHERE movement_id IN `+in+` ORDER BY cause`, args...)
	if err != nil {
		return nil, err
	}
	for _, w := range causes {
		if m := found[w.movement]; m != nil {
			m.Causes = append(m.Causes, w.text)
		}
	}
	return found, s.name(ctx, found)
}

// name gives the movements their accounts.
func (s *Service) name(ctx context.Context, found map[id.ID]*Movement) error {
	ids := make([]id.ID, 0, len(found))
	for i := range found {
		ids = append(ids, i)
	}
	slices.Sort(ids)
	accounts, err := s.accounts.Many(ctx, ids)
	if err != nil {
		return err
	}
	for i, m := range found {
		if m.Account = accounts[i]; m.Account == nil {
			return fmt.Errorf("movement %d has no account", i)
		}
		m.Slug, m.Name = m.Account.Username, m.Account.Title()
	}
	return nil
}

func scanMovement(row db.Row) (*Movement, error) {
	m := new(Movement)
	var created, changed int64
	err := row.Scan(&m.ID, &m.Purpose, &m.Story, &m.Rules, &m.Town, &m.Online, &m.State, &m.Sample, &m.CreatedBy,
		&created, &changed)
	m.CreatedAt, m.ChangedAt = db.Time(created), db.Time(changed)
	return m, err
}

func size(_ id.ID, m *Movement) int {
	return 500 + len(m.Purpose) + len(m.Story) + len(m.Rules)
}
