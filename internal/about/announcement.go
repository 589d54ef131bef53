package about

import (
	"context"
	"database/sql"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// announcementsHeld is how many of the newest announcements are known.
const announcementsHeld = 100

// AnnouncementDraft is what an administrator writes of an announcement.
type AnnouncementDraft struct {
	ID       id.ID // 0 makes one
	Text     string
	StartsAt time.Time // see Announcement
	EndsAt   time.Time
	AllDay   bool
	Publish  bool // tell it; a draft is told to nobody
}

// Announce writes an announcement down or changes it, and tells it if it is to
// be published; one that was told and is a draft again is told no longer.
func (s *Service) Announce(ctx context.Context, v account.Viewer, n AnnouncementDraft) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	body, err := text.Block("text", n.Text, MaxAnnouncement)
	if err != nil {
		return err
	}
	switch {
	case body == "":
		return problem.Invalid("text", "Write what is to be announced.")
	case !n.StartsAt.IsZero() && !n.EndsAt.IsZero() && !n.EndsAt.After(n.StartsAt):
		return problem.Invalid("ends_at", "The end comes after the beginning.")
	}
	i, at := n.ID, db.Millis(s.now())
	if i == 0 {
		i = s.ids.New()
	}
	var published any
	if n.Publish {
		published = at
	}
	return s.change(ctx, v, "announce", func(tx *db.Tx) error {
		var err error
		if n.ID == 0 {
			_, err = tx.Exec(`INSERT INTO announcement (id, text, starts_at, ends_at, all_day, published_at, created_at, changed_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, i, body, millisOr(n.StartsAt), millisOr(n.EndsAt), n.AllDay, published, at, at)
		} else {
			// What was told before keeps the time at which it was.
			err = one(tx, problem.NotFound("announcement"), `UPDATE announcement SET text = $1, starts_at = $2, ends_at = $3, all_day = $4,
				published_at = CASE WHEN $5 THEN COALESCE(published_at, CAST($6 AS BIGINT)) END, changed_at = $7
				WHERE id = $8 RETURNING id`, body, millisOr(n.StartsAt), millisOr(n.EndsAt), n.AllDay, n.Publish, at, at, i)
		}
		if err != nil || n.ID == 0 && !n.Publish {
			return err
		}
		return event.Emit(s.hub, tx, AnnouncementChanged{ID: i, Gone: !n.Publish})
	})
}

func millisOr(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return db.Millis(t)
}

// Withdraw deletes an announcement with all reactions to it.
func (s *Service) Withdraw(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.change(ctx, v, "withdraw an announcement", func(tx *db.Tx) error {
		if err := one(tx, problem.NotFound("announcement"), `DELETE FROM announcement WHERE id = $1 RETURNING id`, i); err != nil {
			return err
		}
		for _, q := range []string{`DELETE FROM announcement_dismissal WHERE announcement_id = $1`, `DELETE FROM announcement_reaction WHERE announcement_id = $1`} {
			if _, err := tx.Exec(q, i); err != nil {
				return err
			}
		}
		return event.Emit(s.hub, tx, AnnouncementChanged{ID: i, Gone: true})
	})
}

// Written are all announcements, the newest first, drafts too; the caller knows
// that an administrator reads them. It reads no database while they are held in
// memory, shared by all readers.
func (s *Service) Written(ctx context.Context) ([]Announcement, error) {
	all, _, err := s.told.Get(ctx, struct{}{})
	return all, err
}

// Announcements are those told now, newest first, to who has signed in, and what
// the viewer did with each.
func (s *Service) Announcements(ctx context.Context, v account.Viewer) ([]Announcement, []Mine, error) {
	if !v.SignedIn() {
		return nil, nil, problem.Unauthorized("Sign in to see announcements.")
	}
	all, err := s.Written(ctx)
	if err != nil {
		return nil, nil, err
	}
	var told []Announcement
	for _, one := range all {
		if one.Shown(s.now()) {
			told = append(told, one)
		}
	}
	mine, err := s.mine(ctx, v.ID(), told)
	return told, mine, err
}

// Announcement is one that is told now, else problem.NotFound.
func (s *Service) Announcement(ctx context.Context, i id.ID) (*Announcement, error) {
	all, err := s.Written(ctx)
	if err != nil {
		return nil, err
	}
	for n := range all {
		if one := &all[n]; one.ID == i && one.Shown(s.now()) {
			return one, nil
		}
	}
	return nil, problem.NotFound("announcement")
}

// Dismiss notes that the viewer has read an announcement.
func (s *Service) Dismiss(ctx context.Context, v account.Viewer, i id.ID) error {
	if !v.SignedIn() {
		return problem.Unauthorized("Sign in to see announcements.")
	}
	if _, err := s.Announcement(ctx, i); err != nil {
		return err
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO announcement_dismissal (account_id, announcement_id)
			SELECT $1, id FROM announcement WHERE id = $2 ON CONFLICT (account_id, announcement_id) DO NOTHING`, v.ID(), i)
		return err
	})
}

// mine is what an account did with announcements, in their order.
func (s *Service) mine(ctx context.Context, account id.ID, told []Announcement) ([]Mine, error) {
	mine := make([]Mine, len(told))
	if len(told) == 0 {
		return mine, nil
	}
	at := make(map[id.ID]*Mine, len(told))
	for n := range told {
		at[told[n].ID] = &mine[n]
	}
	type row struct {
		id   id.ID
		name string
	}
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (x row, err error) {
		var order int64
		return x, r.Scan(&x.id, &x.name, &order)
	}, `SELECT announcement_id, '' AS name, 0 AS id FROM announcement_dismissal WHERE account_id = $1
		UNION ALL SELECT announcement_id, name, id FROM announcement_reaction WHERE account_id = $2 ORDER BY id`, account, account)
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		switch m := at[x.id]; {
		case m == nil:
		case x.name == "":
			m.Read = true
		default:
			m.Names = append(m.Names, x.name)
		}
	}
	return mine, nil
}

func loadAnnouncements(r db.Reader) ([]Announcement, error) {
	all, err := db.All(r, func(from db.Row) (a Announcement, err error) {
		var starts, ends, published sql.NullInt64
		var changed int64
		err = from.Scan(&a.ID, &a.Text, &starts, &ends, &a.AllDay, &published, &changed)
		a.StartsAt, a.EndsAt, a.PublishedAt, a.ChangedAt = timeOr(starts), timeOr(ends), timeOr(published), db.Time(changed)
		return a, err
	}, `SELECT id, text, starts_at, ends_at, all_day, published_at, changed_at FROM announcement ORDER BY id DESC LIMIT $1`, announcementsHeld)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	at, ids := map[id.ID]*Announcement{}, []id.ID{}
	for n := range all {
		at[all[n].ID] = &all[n]
		ids = append(ids, all[n].ID)
	}
	type row struct {
		of id.ID
		Reaction
	}
	list, args := db.In(1, ids)
	rows, err := db.All(r, func(from db.Row) (x row, err error) {
		return x, from.Scan(&x.of, &x.Name, &x.Count)
	}, `SELECT announcement_id, name, count(*) FROM announcement_reaction WHERE announcement_id IN `+list+`
		GROUP BY announcement_id, name ORDER BY min(id)`, args...)
	for _, x := range rows {
		at[x.of].Reactions = append(at[x.of].Reactions, x.Reaction)
	}
	return all, err
}

func timeOr(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return db.Time(ms.Int64)
}
