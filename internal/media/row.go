package media

import (
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

const columns = `id, account_id, kind, state, key, type, bytes, width, height, duration, frame_rate, sound,
	small_key, small_type, small_width, small_height,
	blurhash, description, focus_x, focus_y, owner_kind, owner_id, created_at`

func scan(row db.Row) (m Media, err error) {
	err = scanInto(row, &m)
	return m, err
}

// scanInto reads columns, and into more what was asked for after them.
func scanInto(row db.Row, m *Media, more ...any) error {
	var x, y, created, duration int64
	err := row.Scan(append([]any{&m.ID, &m.AccountID, &m.Kind, &m.State, &m.Key, &m.Type, &m.Bytes, &m.Width, &m.Height, &duration, &m.FrameRate, &m.Sound,
		&m.SmallKey, &m.SmallType, &m.SmallWidth, &m.SmallHeight,
		&m.Blurhash, &m.Description, &x, &y, &m.OwnerKind, &m.OwnerID, &created}, more...)...)
	m.FocusX, m.FocusY, m.CreatedAt = float64(x)/1000, float64(y)/1000, db.Time(created)
	m.Duration = time.Duration(duration) * time.Millisecond
	if m.SmallType == "" {
		m.SmallType = m.Type
	}
	return err
}

// insert writes a new row; raw is the blob that waits to be made fit by that
// demuxer, "" if it is ready.
func (m *Media) insert(tx *db.Tx, raw, demuxer string) error {
	_, err := tx.Exec(`INSERT INTO media (id, account_id, kind, state, key, type, bytes, width, height, small_key, small_type, small_width, small_height,
			blurhash, description, focus_x, focus_y, created_at, raw_key, demuxer)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		m.ID, m.AccountID, m.Kind, m.State, m.Key, m.Type, m.Bytes, m.Width, m.Height, m.SmallKey, m.SmallType, m.SmallWidth, m.SmallHeight,
		m.Blurhash, m.Description, thousandths(m.FocusX), thousandths(m.FocusY), db.Millis(m.CreatedAt), raw, demuxer)
	if err != nil {
		return fmt.Errorf("insert a medium: %w", err)
	}
	return nil
}

// AttachIn hangs media of that account, loose or hanging there already, on an
// owner, in this order, and erases what hung there and is not among them. One
// that is not theirs, hangs elsewhere, is not ready, or does not go with the
// owner or the others is problem.Invalid.
func (s *Service) AttachIn(tx *db.Tx, account id.ID, ids []id.ID, ownerKind string, owner id.ID) ([]Media, error) {
	list, args := db.In(3, ids)
	if err := s.erase(tx, `owner_kind = $1 AND owner_id = $2 AND id NOT IN `+list, append([]any{ownerKind, owner}, args...)...); err != nil {
		return nil, err
	}
	attached := make([]Media, 0, len(ids))
	for i, m := range ids {
		found, err := db.All(tx, scan, `UPDATE media SET owner_kind = $1, owner_id = $2, position = $3
			WHERE id = $4 AND account_id = $5 AND (owner_id IS NULL OR owner_kind = $6 AND owner_id = $7)
			RETURNING `+columns, ownerKind, owner, i, m, account, ownerKind, owner)
		if err != nil {
			return nil, fmt.Errorf("attach a picture: %w", err)
		}
		if len(found) == 0 {
			return nil, problem.Invalid("media_ids", "This picture is not there, or is used already. Upload it again.")
		}
		if err := found[0].Trouble(); err != nil {
			return nil, err
		}
		attached = append(attached, found[0])
	}
	return attached, goTogether(attached, ownerKind)
}

// goTogether refuses what cannot be shown at one place: a post shows pictures,
// or one film or sound; an act both, but one film or sound; all else shows
// pictures alone.
func goTogether(list []Media, ownerKind string) error {
	playing := 0
	for _, m := range list {
		if m.Plays() {
			playing++
		}
		switch {
		case ownerKind != OnPost && ownerKind != OnScheduled && ownerKind != OnAct && m.Kind != Image:
			return problem.Invalid("media_ids", "Only pictures can be shown here.")
		case ownerKind == OnAct && playing > 1:
			return problem.Invalid("media_ids", "One film or sound can go with an act, beside pictures.")
		case ownerKind != OnAct && m.Plays() && len(list) > 1:
			return problem.Invalid("media_ids", "Cannot attach a video to a post that already contains images")
		}
	}
	return nil
}

// LoosenIn lets go of what hangs on an owner that makes room for another: it is
// loose as if it had come in now.
func (s *Service) LoosenIn(tx *db.Tx, ownerKind string, owner id.ID) error {
	_, err := tx.Exec(`UPDATE media SET owner_kind = '', owner_id = NULL, position = 0, created_at = $1 WHERE owner_kind = $2 AND owner_id = $3`,
		db.Millis(s.now()), ownerKind, owner)
	if err != nil {
		return fmt.Errorf("let go of pictures: %w", err)
	}
	return nil
}

// GiveIn hands loose pictures to another account, which they may hang on from
// then on: an organiser's to the movement. One that is not the giver's, or hangs
// somewhere, is problem.Invalid.
func (s *Service) GiveIn(tx *db.Tx, pictures []id.ID, from, to id.ID) error {
	for _, m := range pictures {
		res, err := tx.Exec(`UPDATE media SET account_id = $1 WHERE id = $2 AND account_id = $3 AND owner_id IS NULL`, to, m, from)
		if err != nil {
			return fmt.Errorf("give a picture: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return fmt.Errorf("give a picture: %w", err)
		} else if n == 0 {
			return problem.Invalid("media_ids", "This picture is not there, or is used already. Upload it again.")
		}
	}
	return nil
}

// KeepPortraits hangs an account's avatar and header on it, as AttachIn does.
func (s *Service) KeepPortraits(tx *db.Tx, a *account.Account) error {
	var ids []id.ID
	for _, i := range []id.ID{a.AvatarID, a.HeaderID} {
		if i != 0 {
			ids = append(ids, i)
		}
	}
	_, err := s.AttachIn(tx, a.ID, ids, OnAccount, a.ID)
	return err
}

// Of gives the pictures of owners of one kind, each in their order.
func (s *Service) Of(r db.Reader, ownerKind string, owners []id.ID) (map[id.ID][]Media, error) {
	all := map[id.ID][]Media{}
	for part := range slices.Chunk(owners, 256) {
		list, args := db.In(2, part)
		rows, err := db.All(r, scan, `SELECT `+columns+` FROM media WHERE owner_kind = $1 AND owner_id IN `+list+`
			ORDER BY owner_id, position`, append([]any{ownerKind}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read pictures: %w", err)
		}
		for _, m := range rows {
			all[m.OwnerID] = append(all[m.OwnerID], m)
		}
	}
	return all, nil
}

// Named gives those of the pictures that there are, whatever they hang on: an
// account's portrait, say.
func (s *Service) Named(r db.Reader, ids []id.ID) (map[id.ID]Media, error) {
	all := make(map[id.ID]Media, len(ids))
	for part := range slices.Chunk(ids, 256) {
		list, args := db.In(1, part)
		rows, err := db.All(r, scan, `SELECT `+columns+` FROM media WHERE id IN `+list, args...)
		if err != nil {
			return nil, fmt.Errorf("read pictures: %w", err)
		}
		for _, m := range rows {
			all[m.ID] = m
		}
	}
	return all, nil
}

// Portraits is Named for doors, which show accounts to those who may see them.
func (s *Service) Portraits(ctx context.Context, ids []id.ID) (map[id.ID]Media, error) {
	return s.Named(s.d.Read(ctx), ids)
}
