package account

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// The most characters of each.
const (
	MaxName       = 60
	MaxNote       = 1000
	MaxFieldName  = 60
	MaxFieldValue = 255
	MaxFields     = 4
	MaxCredits    = 10
)

// Change holds what is to be changed; nil stays as it is.
type Change struct {
	Name              *string
	Note              *string
	Fields            *[]Field // empty ones are left out; one that stays keeps that it is verified
	AvatarID          *id.ID   // 0 takes it away; see Service.Portraits
	HeaderID          *id.ID
	Locked            *bool
	Bot               *bool
	Discoverable      *bool
	Indexable         *bool
	HidesNetwork      *bool
	ShowsMedia        *bool
	ShowsMediaReplies *bool
	ShowsFeatured     *bool
	ShowsLikes        *bool
	SeenLiking        *bool
	Nominable         *bool
	NextSteps         *bool
	DefaultVisibility *string
	DefaultSensitive  *bool
	Language          *string
	CreditedBy        *[]string // empty ones are left out
}

// Update changes the viewer's own account, and gives it as it is now.
// problem.Unauthorized for Nobody, problem.Invalid with the field that is wrong.
func (s *Service) Update(ctx context.Context, v Viewer, c Change) (*Account, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to change your account.")
	}
	var a *Account
	err := s.d.Update(ctx, func(tx *db.Tx) (err error) {
		a, err = s.UpdateIn(tx, v.ID(), c, s.now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// UpdateIn changes an account in the caller's transaction, without asking who
// wishes it. problem.NotFound if it does not exist or was deleted.
func (s *Service) UpdateIn(tx *db.Tx, i id.ID, c Change, at time.Time) (*Account, error) {
	if c.Fields != nil {
		before, err := GetIn(tx, i)
		if err != nil {
			return nil, err
		}
		fields := remarked(*c.Fields, before.Fields)
		c.Fields = &fields
	}
	names, args, err := c.sets()
	if err != nil {
		return nil, err
	}
	if err := s.set(tx, i, names, args, at); err != nil {
		return nil, err
	}
	a, err := GetIn(tx, i)
	if err == nil && c.Fields != nil {
		err = event.Emit(s.hub, tx, Lined{ID: i})
	}
	if err == nil && s.Portraits != nil && (c.AvatarID != nil || c.HeaderID != nil) {
		err = s.Portraits(tx, a)
	}
	return a, err
}

// set writes the named columns of an account that is not deleted, makes its version grow,
// and tells of it.
func (s *Service) set(tx *db.Tx, i id.ID, names []string, args []any, at time.Time) error {
	var q strings.Builder
	q.WriteString(`UPDATE account SET `)
	for n, col := range names {
		q.WriteString(col + ` = $` + strconv.Itoa(n+1) + `, `)
	}
	n, ms := len(names), db.Millis(at)
	fmt.Fprintf(&q, `changed_at = CASE WHEN changed_at >= $%d THEN changed_at + 1 ELSE CAST($%d AS BIGINT) END
		WHERE id = $%d AND state <> 'deleted' RETURNING state`, n+1, n+2, n+3)
	states, err := db.All(tx, func(r db.Row) (st State, err error) {
		err = r.Scan(&st)
		return st, err
	}, q.String(), append(slices.Clone(args), ms, ms, int64(i))...)
	if err != nil {
		return fmt.Errorf("change account: %w", err)
	}
	if len(states) == 0 {
		return problem.NotFound("account")
	}
	return event.Emit(s.hub, tx, Changed{ID: i, State: states[0]})
}

var (
	visibilities  = []string{"public", "unlisted", "private", "direct"}
	languageShape = regexp.MustCompile(`^$|^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$`)
)

func (c Change) sets() (names []string, args []any, err error) {
	add := func(name string, arg any) {
		names = append(names, name)
		args = append(args, arg)
	}
	if c.Name != nil {
		name, err := text.Line("name", *c.Name, MaxName)
		if err != nil {
			return nil, nil, err
		}
		add("name", name)
	}
	if c.Note != nil {
		note, err := text.Block("note", *c.Note, MaxNote)
		if err != nil {
			return nil, nil, err
		}
		add("note", note)
	}
	if c.Fields != nil {
		fields, err := cleanFields(*c.Fields)
		if err != nil {
			return nil, nil, err
		}
		add("fields", fields)
	}
	if c.AvatarID != nil {
		add("avatar_id", *c.AvatarID)
	}
	if c.HeaderID != nil {
		add("header_id", *c.HeaderID)
	}
	for _, flag := range []struct {
		column string
		p      *bool
	}{
		{"locked", c.Locked}, {"bot", c.Bot}, {"discoverable", c.Discoverable}, {"shows_likes", c.ShowsLikes},
		{"seen_liking", c.SeenLiking}, {"nominable", c.Nominable}, {"next_steps", c.NextSteps}, {"indexable", c.Indexable},
		{"hides_network", c.HidesNetwork}, {"shows_media", c.ShowsMedia}, {"shows_media_replies", c.ShowsMediaReplies},
		{"shows_featured", c.ShowsFeatured}, {"default_sensitive", c.DefaultSensitive},
	} {
		if flag.p != nil {
			add(flag.column, *flag.p)
		}
	}
	if c.DefaultVisibility != nil {
		if !slices.Contains(visibilities, *c.DefaultVisibility) {
			return nil, nil, problem.Invalid("default_visibility", "A visibility is public, unlisted, private or direct.")
		}
		add("default_visibility", *c.DefaultVisibility)
	}
	if c.Language != nil {
		if len(*c.Language) > 35 || !languageShape.MatchString(*c.Language) {
			return nil, nil, problem.Invalid("language", "A language is a code such as en or pt-BR.")
		}
		add("language", *c.Language)
	}
	if c.CreditedBy != nil {
		credited, err := cleanDomains(*c.CreditedBy)
		if err != nil {
			return nil, nil, err
		}
		add("credited_by", credited)
	}
	return names, args, nil
}

func cleanFields(fields []Field) (string, error) {
	clean := []Field{}
	for _, f := range fields {
		name, err := text.Line("fields", f.Name, MaxFieldName)
		if err != nil {
			return "", err
		}
		value, err := text.Line("fields", f.Value, MaxFieldValue)
		if err != nil {
			return "", err
		}
		if name != "" || value != "" {
			clean = append(clean, Field{name, value, f.VerifiedAt})
		}
	}
	if len(clean) > MaxFields {
		return "", problem.Invalid("fields", "At most %d fields are possible.", MaxFields)
	}
	b, err := json.Marshal(clean)
	return string(b), err
}

var domainShape = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$`)

// cleanDomains takes domains as people write them: addresses of sites too.
func cleanDomains(domains []string) (string, error) {
	clean := []string{}
	for _, d := range domains {
		d = strings.ToLower(strings.TrimSpace(d))
		for _, prefix := range []string{"https://", "http://", "*."} {
			d = strings.TrimPrefix(d, prefix)
		}
		d, _, _ = strings.Cut(d, "/")
		if d == "" || slices.Contains(clean, d) {
			continue
		}
		if len(d) > 253 || !domainShape.MatchString(d) {
			return "", problem.Invalid("attribution_domains", "This is not the name of a site, such as example.org.")
		}
		clean = append(clean, d)
	}
	if len(clean) > MaxCredits {
		return "", problem.Invalid("attribution_domains", "At most %d sites are possible.", MaxCredits)
	}
	b, err := json.Marshal(clean)
	return string(b), err
}
