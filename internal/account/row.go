package account

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// columns are those of an Account, in the order of scan.
const columns = `id, kind, username, domain, COALESCE(uri, ''), url, name, note, fields, avatar_id, header_id,
	locked, bot, discoverable, shows_likes, seen_liking, nominable, next_steps,
	indexable, hides_network, shows_media, shows_media_replies, shows_featured, default_sensitive, credited_by,
	default_visibility, language, role, state, limited, sensitized, disabled, sample, created_at, changed_at, deleted_at`

func scan(row db.Row) (*Account, error) {
	a := &Account{}
	var fields, credited string
	var created, changed int64
	var deleted sql.NullInt64
	err := row.Scan(&a.ID, &a.Kind, &a.Username, &a.Domain, &a.URI, &a.URL, &a.Name, &a.Note, &fields, &a.AvatarID, &a.HeaderID,
		&a.Locked, &a.Bot, &a.Discoverable, &a.ShowsLikes, &a.SeenLiking, &a.Nominable, &a.NextSteps,
		&a.Indexable, &a.HidesNetwork, &a.ShowsMedia, &a.ShowsMediaReplies, &a.ShowsFeatured, &a.DefaultSensitive, &credited,
		&a.DefaultVisibility, &a.Language, &a.Role, &a.State,
		&a.Curbs.Limited, &a.Curbs.Sensitive, &a.Curbs.Disabled, &a.Sample, &created, &changed, &deleted)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(fields), &a.Fields); err != nil {
		return nil, fmt.Errorf("fields of account %s: %w", a.ID, err)
	}
	if credited != "[]" {
		if err := json.Unmarshal([]byte(credited), &a.CreditedBy); err != nil {
			return nil, fmt.Errorf("credits of account %s: %w", a.ID, err)
		}
	}
	a.CreatedAt, a.ChangedAt = db.Time(created), db.Time(changed)
	if deleted.Valid {
		a.DeletedAt = db.Time(deleted.Int64)
	}
	return a, nil
}

// bytes is about what an account takes in memory.
func (a *Account) bytes() int {
	n := 400 + len(a.Username) + len(a.Domain) + len(a.URI) + len(a.URL) + len(a.Name) + len(a.Note)
	for _, f := range a.Fields {
		n += 32 + len(f.Name) + len(f.Value)
	}
	for _, d := range a.CreditedBy {
		n += 16 + len(d)
	}
	return n
}

func byIDs(r db.Reader, ids []id.ID) (map[id.ID]*Account, error) {
	found := make(map[id.ID]*Account, len(ids))
	list, args := db.In(1, ids)
	rows, err := db.All(r, scan, `SELECT `+columns+` FROM account WHERE id IN `+list, args...)
	if err != nil {
		return nil, fmt.Errorf("read accounts: %w", err)
	}
	for _, a := range rows {
		found[a.ID] = a
	}
	return found, nil
}
