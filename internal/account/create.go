package account

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

const serverName = "goodturn"

// reserved names would be taken for a page, a part of this server, or somebody
// who speaks for it. They are folded.
var reserved = func() map[string]bool {
	names := map[string]bool{}
	for _, n := range strings.Fields(`
		about account accounts act acts actor admin administrator all any api app apps auth blob blog bot call calls
		cause causes confirm contact demo digest discover edit embed everyone explore export feed feeds follow
		goodturn healthz help here home host import inbox invite join ledger legal like likes login logout mail
		mailer media me member members metrics moderation moderator mod movement movements new news nobody nodeinfo
		nomination nominations noreply notice notices notifications oauth official operator organisation outbox
		policy post posts postmaster press privacy profile public register relation reset ripple ripples root rules
		safety search security server service session sessions settings share signin signout signup someone static
		status statuses support sysadmin system tag tags team terms token tokens undefined user users webmaster
		welcome widget www you`) {
		names[n] = true
	}
	return names
}()

var (
	usernameShape = regexp.MustCompile(fmt.Sprintf(`^[a-zA-Z0-9_]{2,%d}$`, MaxUsername))
	hasLetter     = regexp.MustCompile(`[a-zA-Z]`)
)

// CheckUsername says what is wrong with a name for an account here, whether or
// not it is taken. A name has a letter, so that it cannot be taken for an id.
func CheckUsername(name string) error {
	switch {
	case !usernameShape.MatchString(name):
		return problem.Invalid("username", "A username has 2 to 30 letters (a to z), digits or underscores.")
	case !hasLetter.MatchString(name):
		return problem.Invalid("username", "A username has at least one letter.")
	case Reserved(name):
		return problem.Invalid("username", "This username is reserved.")
	}
	return nil
}

// MaxUsername is the most characters of a username here.
const MaxUsername = 30

// Reserved says whether a name is kept from everybody.
func Reserved(name string) bool { return reserved[db.Fold(name)] }

// Draft is an account to be made. Only Kind and Username are needed.
type Draft struct {
	ID       id.ID // made if 0
	Kind     Kind
	Username string
	Domain   string // with URI and URL for an account elsewhere
	URI, URL string
	Name     string
	Note     string
	Language string
	Role     Role
	State    State // active if ""
	Bot      bool
	Locked   bool
	Sample   bool
	At       time.Time // now if zero
}

// CreateIn makes an account in the caller's transaction, without asking who
// wishes it. problem.Invalid for a field that is wrong, problem.Conflict on
// username when it is taken, a deleted account's included.
func (s *Service) CreateIn(tx *db.Tx, n Draft) (*Account, error) {
	a, err := s.draft(n)
	if err != nil {
		return nil, err
	}
	for range 5 {
		made, err := insert(tx, a)
		if err != nil {
			return nil, err
		}
		if made {
			return a, event.Emit(s.hub, tx, Created{ID: a.ID, Kind: a.Kind, State: a.State, Domain: a.Domain, At: a.CreatedAt})
		}
		taken, err := nameTaken(tx, a)
		if err != nil {
			return nil, err
		}
		if taken {
			return nil, problem.Conflict("username", "This username is taken.")
		}
		if n.ID != 0 {
			return nil, fmt.Errorf("make account: id %s is in use", n.ID)
		}
		a.ID = s.ids.At(a.CreatedAt)
	}
	return nil, fmt.Errorf("make account: no free id at %s", a.CreatedAt)
}

func (s *Service) draft(n Draft) (*Account, error) {
	var err error
	if n.Domain == "" && n.Kind != KindServer {
		if err = CheckUsername(n.Username); err != nil {
			return nil, err
		}
	}
	if n.Name, err = text.Line("name", n.Name, MaxName); err != nil {
		return nil, err
	}
	if n.Note, err = text.Block("note", n.Note, MaxNote); err != nil {
		return nil, err
	}
	now := s.now()
	if n.At.IsZero() {
		n.At = now
		if n.ID == 0 {
			n.ID = s.ids.New()
		}
	} else if n.ID == 0 {
		n.ID = s.ids.At(n.At)
	}
	if n.State == "" {
		n.State = StateActive
	}
	at := db.Time(db.Millis(n.At))
	return &Account{
		ID: n.ID, Kind: n.Kind, Username: n.Username, Domain: n.Domain, URI: n.URI, URL: n.URL,
		Name: n.Name, Note: n.Note, Bot: n.Bot, Locked: n.Locked, Language: n.Language, Role: n.Role,
		Discoverable: true, Indexable: true, ShowsMedia: true, ShowsMediaReplies: true, ShowsFeatured: true,
		Nominable: n.Kind == KindPerson || n.Kind == KindOrganisation, NextSteps: true,
		DefaultVisibility: "public", State: n.State, Sample: n.Sample, CreatedAt: at, ChangedAt: at,
	}, nil
}

// insert answers false when the name or the id is taken.
func insert(tx *db.Tx, a *Account) (bool, error) {
	var uri any
	if a.URI != "" {
		uri = a.URI
	}
	res, err := tx.Exec(`INSERT INTO account (id, kind, username, folded, domain, uri, url, name, note, locked, bot,
			discoverable, nominable, next_steps, default_visibility, language, role, state, sample, created_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
		ON CONFLICT DO NOTHING`,
		int64(a.ID), string(a.Kind), a.Username, db.Fold(a.Username), a.Domain, uri, a.URL, a.Name, a.Note, a.Locked, a.Bot,
		a.Discoverable, a.Nominable, a.NextSteps, a.DefaultVisibility, a.Language, string(a.Role), string(a.State), a.Sample,
		db.Millis(a.CreatedAt), db.Millis(a.ChangedAt))
	if err != nil {
		return false, fmt.Errorf("make account: %w", err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("make account: %w", err)
	}
	return n == 1, nil
}

// nameTaken only says why an insert failed.
func nameTaken(tx *db.Tx, a *Account) (bool, error) {
	var n int
	err := tx.QueryRow(`SELECT count(*) FROM account WHERE (folded = $1 AND domain = $2) OR uri = $3`,
		db.Fold(a.Username), a.Domain, a.URI).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for a name: %w", err)
	}
	return n > 0, nil
}
