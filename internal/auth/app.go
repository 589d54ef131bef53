package auth

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// App is a program that registered itself, so that people can give it leave to
// act as them. It says itself who it is; nobody checks that.
type App struct {
	ID        id.ID
	Name      string
	Website   string // "" if it has none
	ClientID  string // what it calls itself by; no secret
	Redirects []string
	Scopes    Scopes // the most that it may ask for
	CreatedAt time.Time
}

// OutOfBand in place of an address has the code shown, for the person to copy.
const OutOfBand = "urn:ietf:wg:oauth:2.0:oob"

// How much an app may say of itself; all in characters.
const (
	maxAppName   = 60
	maxWebsite   = 2000
	maxRedirects = 2000 // of all together
)

// NewApp is an app that registers itself.
type NewApp struct {
	Name      string
	Website   string   // may be ""
	Redirects []string // at least one
	Scopes    string   // "" is read
	Client    Client
}

// RegisterApp takes an app in, and gives it its client secret, which is kept as
// a hash. Anybody may; what nobody ever uses, Sweep takes away. problem.Invalid
// for what is wrong, problem.TooMany.
func (s *Service) RegisterApp(ctx context.Context, n NewApp) (_ *App, secret string, err error) {
	a, err := n.check()
	if err != nil {
		return nil, "", err
	}
	if !s.throttle.allow(perApp, prefix(n.Client.Addr)) {
		return nil, "", tooMany()
	}
	secret = newSecret()
	h := hashOf(secret)
	a.ID, a.ClientID, a.CreatedAt = s.ids.New(), newSecret(), db.Time(db.Millis(s.now()))
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`INSERT INTO app (id, client_id, secret, name, website, redirects, scopes, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, int64(a.ID), a.ClientID, h[:], a.Name, a.Website,
			strings.Join(a.Redirects, "\n"), a.Scopes.String(), db.Millis(a.CreatedAt))
		return err
	})
	if err != nil {
		return nil, "", fmt.Errorf("register an app: %w", err)
	}
	return a, secret, nil
}

func (n NewApp) check() (a *App, err error) {
	a = &App{Redirects: n.Redirects}
	if a.Name, err = text.Line("client_name", n.Name, maxAppName); err != nil {
		return nil, err
	}
	if a.Name == "" {
		return nil, problem.Invalid("client_name", "An app has a name.")
	}
	if a.Website, err = text.Line("website", n.Website, maxWebsite); err != nil {
		return nil, err
	}
	if a.Website != "" && !isSite(a.Website) {
		return nil, problem.Invalid("website", "This is not the address of a web page.")
	}
	if n.Scopes == "" {
		n.Scopes = "read"
	}
	if a.Scopes, err = ParseScopes(n.Scopes); err != nil {
		return nil, err
	}
	return a, checkRedirects(a.Redirects)
}

func isSite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// unsafeSchemes are those that a browser runs or opens in place of going there.
var unsafeSchemes = []string{"javascript", "data", "vbscript", "blob", "file", "filesystem", "about", "view-source"}

func checkRedirects(redirects []string) error {
	if len(redirects) == 0 {
		return problem.Invalid("redirect_uris", "An app has at least one address to come back to.")
	}
	total := 0
	for _, r := range redirects {
		total += len(r) + 1
		u, err := url.Parse(r)
		switch {
		case total > maxRedirects:
			return problem.Invalid("redirect_uris", "All addresses together have at most %d characters.", maxRedirects)
		case err != nil || u.Scheme == "" || u.User != nil || strings.ContainsFunc(r, unfitForHeader):
			return problem.Invalid("redirect_uris", "An address to come back to must be absolute.")
		case slices.Contains(unsafeSchemes, strings.ToLower(u.Scheme)), strings.Contains(r, "#"):
			return problem.Invalid("redirect_uris", "An app cannot come back to such an address.")
		case (u.Scheme == "http" || u.Scheme == "https") && u.Host == "":
			return problem.Invalid("redirect_uris", "An address to come back to must be absolute.")
		}
	}
	return nil
}

// unfitForHeader is what has no place in an address, and none in a Location.
func unfitForHeader(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", r)
}

const appColumns = `app.id, app.client_id, app.name, app.website, app.redirects, app.scopes, app.created_at`

func scanApp(r db.Row, also ...any) (*App, error) {
	a := &App{}
	var redirects, scopes string
	var created int64
	err := r.Scan(append([]any{&a.ID, &a.ClientID, &a.Name, &a.Website, &redirects, &scopes, &created}, also...)...)
	a.Redirects, a.Scopes, a.CreatedAt = strings.Split(redirects, "\n"), strings.Fields(scopes), db.Time(created)
	return a, err
}

// AppOf is the app of a token, whole; for one made by hand, an app of that name
// that comes back nowhere. problem.NotFound.
func (s *Service) AppOf(ctx context.Context, t *Token) (*App, error) {
	if t.App == nil {
		return &App{ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt}, nil
	}
	a, err := db.One(s.d.Read(ctx), func(r db.Row) (*App, error) { return scanApp(r) },
		`SELECT `+appColumns+` FROM app WHERE id = $1`, int64(t.App.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("app")
	}
	if err != nil {
		return nil, fmt.Errorf("read an app: %w", err)
	}
	return a, nil
}
