// Package deed is in charge of what is special about good turns: the link by which
// a doer asks the person helped whether it reached them. Whoever holds one needs no
// account to say thanks and that it happened, and can pass the good turn on.
// And of what people do of their own accord: ideas for it, notes to themselves in the
// journal of what they did, and the weeks in which they did something.
//
// A link is for one person. What came by it is the doer's to show or to delete, and
// whoever said it can take it back. That an act is witnessed by it is said with the
// act (package act asks, see Attested), and weighs less than an account's word: a
// browser without a session could be anybody's, the doer's too.
package deed

import (
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/seal"
)

// Limits of links and of what is said by one.
const (
	ThanksMost = 500 // characters
	NameMost   = 60
	OpenMost   = 5  // open links of one act
	DayMost    = 20 // links that a person makes in a day
	saidMost   = 3  // thanks by one link, those taken back counted
	life       = 60 * 24 * time.Hour
)

// State says what can still be said by a link.
type State string

// The states.
const (
	Open      State = "open"
	Expired   State = "expired"
	Withdrawn State = "withdrawn"
)

// Link is one as its maker sees it.
type Link struct {
	ID        id.ID
	ActID     id.ID
	Tells     bool // its holder sees who did it and the story, whoever else may see the act
	State     State
	CreatedAt time.Time
	ExpiresAt time.Time
	Thanks    *Thanks // nil while there are none
	Witness   bool    // its holder says that it happened
	Witnessed time.Time
}

// Thanks are somebody's words to a doer.
type Thanks struct {
	LinkID id.ID
	Words  string
	Name   string // as they call themselves; may be empty
	At     time.Time
	Shown  bool // with the act
}

// row is a link as it is kept.
type row struct {
	Link
	doer    id.ID
	said    int
	refused bool
	used    bool // to witness
}

const columns = `id, act_id, doer_id, tells, withdrawn, created_at, expires_at, said, thanks, thanks_name, thanked_at, refused, shown, witnessed_at, witness_stands`

func (s *Service) scan(r db.Row) (*row, error) {
	var l row
	var t Thanks
	var withdrawn bool
	var created, expires int64
	var thanked, witnessed sql.NullInt64
	err := r.Scan(&l.ID, &l.ActID, &l.doer, &l.Tells, &withdrawn, &created, &expires, &l.said, &t.Words, &t.Name, &thanked, &l.refused, &t.Shown, &witnessed, &l.Witness)
	if err != nil {
		return nil, err
	}
	l.CreatedAt, l.ExpiresAt, l.used = db.Time(created), db.Time(expires), witnessed.Valid
	if thanked.Valid {
		t.LinkID, t.At = l.ID, db.Time(thanked.Int64)
		l.Thanks = &t
	}
	if witnessed.Valid {
		l.Witnessed = db.Time(witnessed.Int64)
	}
	l.State = Open
	switch {
	case withdrawn:
		l.State = Withdrawn
	case !s.now().Before(l.ExpiresAt):
		l.State = Expired
	}
	return &l, nil
}

// Thanked tells that somebody said thanks for an act.
type Thanked struct {
	LinkID, ActID, DoerID, MovementID id.ID
	At                                time.Time
}

// Unthanked tells that thanks were taken back or deleted.
type Unthanked struct{ LinkID, ActID, DoerID, MovementID id.ID }

// Attested tells that the person helped said that an act happened.
type Attested struct {
	LinkID, ActID, DoerID, MovementID id.ID
	At                                time.Time
}

// Unattested tells that this was taken back, by either side.
type Unattested struct{ LinkID, ActID, DoerID, MovementID id.ID }

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts *account.Service
	Calls    *call.Service
	Acts     *act.Service
}

// Config is where the server is, and its key for links.
type Config struct {
	URL    string
	Secret []byte // at least 128 bits; the links of another secret do not hold
}

// Service is the room.
type Service struct {
	d      *db.DB
	ids    *id.Source
	hub    *event.Hub
	now    func() time.Time
	config Config
	rooms  Rooms
}

// New makes the room.
func New(d *db.DB, ids *id.Source, hub *event.Hub, now func() time.Time, c Config, rooms Rooms) *Service {
	return &Service{d: d, ids: ids, hub: hub, now: now, config: c, rooms: rooms}
}

// token is the secret part of a link: computed, so that it lies nowhere, and its
// maker can be shown it again.
func (s *Service) token(i id.ID) string {
	m := hmac.New(sha256.New, s.config.Secret)
	m.Write([]byte("reached\x00" + i.String()))
	return seal.Token(i, m.Sum(nil)[:16])
}

// holds is the link that a token opens; false for what is none.
func (s *Service) holds(token string) (id.ID, bool) { return seal.Open(token, s.token) }

// URL is where a link leads that its maker hands over; "" once nothing can be said
// by it.
func (s *Service) URL(l *Link) string {
	if l.State != Open {
		return ""
	}
	return s.config.URL + "/reached?token=" + s.token(l.ID)
}
