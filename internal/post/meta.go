package post

import (
	"encoding/json"
	"fmt"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// MetaIn is what a post says of itself in the transaction; empty for most, and
// for one that is gone.
func MetaIn(r db.Reader, i id.ID) (m Meta, err error) {
	var text string
	if err := r.QueryRow(`SELECT COALESCE((SELECT meta FROM post WHERE id = $1), '{}')`, i).Scan(&text); err != nil {
		return m, fmt.Errorf("read the meta of a post: %w", err)
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("read the meta of a post: %w", err)
	}
	return m, nil
}
