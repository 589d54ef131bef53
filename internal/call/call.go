// Package call is in charge of calls to action: what a movement asks people to
// do, until when and toward which goal, how far it has come, the sums that
// partners report, and which one call to offer somebody as their next step.
// What people do for a call is package act's.
package call

import (
	"fmt"
	"slices"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/lang"
)

// Call is a call to action in a movement. Organisers open, change and end it;
// a draft is seen by them alone, all else by everyone.
type Call struct {
	ID          id.ID
	MovementID  id.ID
	Kind        Kind
	Title       string
	Body        string // Markdown
	CountsAs    string // what counts as done; of challenges alone
	Unit        string // of its acts: see Kind.Units, or an ISO 4217 code
	Goal        int64  // in the smallest unit; 0 for none
	Stretch     int64  // a second goal above it, to be shown once Goal is reached; 0 for none
	CountsFrom  Proof  // the weakest proof that counts toward the goal
	Place       string
	Online      bool
	Minutes     int64     // what it asks of a person; 0 when not said
	StartsAt    time.Time // zero when not said, as are the next three
	EndsAt      time.Time
	OpensAt     time.Time // a draft opens by itself then
	ClosesAt    time.Time // it closes by itself then
	Zone        string    // IANA name of the place's time zone; "" is UTC
	State       State
	Reason      string        // why it was cancelled
	Visibility  Visibility    // usual for its acts
	Nominees    int           // how many a doer may nominate
	Answer      time.Duration // from a nomination to its deadline
	Window      time.Duration // W of R
	Beneficiary id.ID         // account: the partner whom it is for; 0 for none
	CreatedBy   id.ID
	Archived    bool // it has left lists; its page, acts and totals stay
	CreatedAt   time.Time
	ChangedAt   time.Time
}

// OneOnly says whether a person does it once.
func (c *Call) OneOnly() bool { return c.Kind.OneOnly() }

// Location is the place's time zone.
func (c *Call) Location() *time.Location {
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// Kind is what a call asks for.
type Kind string

// The kinds.
const (
	Petition     Kind = "petition"
	Fundraiser   Kind = "fundraiser"
	Volunteering Kind = "volunteering"
	Event        Kind = "event"
	Challenge    Kind = "challenge"
	Deed         Kind = "deed"
)

// Kinds are all kinds, in the order to offer them.
var Kinds = []Kind{Deed, Challenge, Event, Volunteering, Petition, Fundraiser}

// Valid says whether it is one of the six.
func (k Kind) Valid() bool { return slices.Contains(Kinds, k) }

// OneOnly says whether a person does it once: a signature, a challenge.
func (k Kind) OneOnly() bool { return k == Petition || k == Challenge }

// Unit is what the kind's acts are counted in; "" for a fundraiser, whose unit
// is the ISO 4217 code of a currency.
func (k Kind) Unit() string {
	switch k {
	case Petition:
		return "signatures"
	case Volunteering:
		return "minutes"
	case Event:
		return "people"
	case Challenge:
		return "challenges"
	case Deed:
		return "deeds"
	}
	return ""
}

// Dated says whether people come together for it, at dates.
func (k Kind) Dated() bool { return k == Event || k == Volunteering }

// CountsFrom is the weakest proof that counts toward a goal unless the call says
// otherwise: money that somebody says they gave is not money that came.
func (k Kind) CountsFrom() Proof {
	if k == Fundraiser {
		return Confirmed
	}
	return Told
}

// Nominees is how many a doer may nominate unless the call says otherwise.
func (k Kind) Nominees() int {
	if k == Challenge {
		return 3
	}
	return 0
}

// minutes is what the kind asks of a person as a rule, for matching.
func (k Kind) minutes() int64 {
	switch k {
	case Petition, Fundraiser:
		return 5
	case Deed:
		return 15
	case Challenge:
		return 30
	}
	return 120
}

// Decimals is how many decimals a unit has: by ISO 4217 those of a currency, none
// for others.
func Decimals(unit string) int {
	if !IsCurrency(unit) {
		return 0
	}
	return lang.Decimals(unit)
}

// IsCurrency says whether a unit is the ISO 4217 code of a currency.
func IsCurrency(unit string) bool { return lang.IsCurrency(unit) }

// State is where a call is in its life.
type State string

// The states: a draft is published, an open call closes and may open again, and
// what is cancelled stays so.
const (
	StateDraft     State = "draft"
	StateOpen      State = "open"
	StateClosed    State = "closed"
	StateCancelled State = "cancelled"
)

// Visibility of an act, from everybody to its doer alone.
type Visibility string

// What a call may set as usual for its acts.
const (
	Public     Visibility = "public"
	Movement   Visibility = "movement"
	Organisers Visibility = "organisers"
	Me         Visibility = "me"
)

// Proof is why to believe an act; the order is that of strength.
type Proof int

// The proofs.
const (
	Told Proof = iota
	Witnessed
	Confirmed
)

var proofs = [...]string{"told", "witnessed", "confirmed"}

// Proofs are all proofs, the weakest first.
var Proofs = []Proof{Told, Witnessed, Confirmed}

// String is the proof's word.
func (p Proof) String() string {
	if p < 0 || int(p) >= len(proofs) {
		return fmt.Sprintf("Proof(%d)", int(p))
	}
	return proofs[p]
}

// ParseProof reads what String writes.
func ParseProof(s string) (Proof, bool) {
	i := slices.Index(proofs[:], s)
	return Proof(i), i >= 0
}

// MarshalText writes the word.
func (p Proof) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word.
func (p *Proof) UnmarshalText(b []byte) error {
	parsed, ok := ParseProof(string(b))
	if !ok {
		return fmt.Errorf("%q is not a proof", b)
	}
	*p = parsed
	return nil
}

// The events of this room.
type (
	// Opened is a call that people can answer from now on, for the first time or again.
	Opened struct {
		CallID, MovementID id.ID
		At                 time.Time
	}
	// Changed is any other change to what Get shows.
	Changed struct{ CallID, MovementID id.ID }
	// Closed is a call that was closed, by hand or by its time.
	Closed struct{ CallID, MovementID id.ID }
	// Cancelled is a call that was cancelled; those who took part are to be told why.
	Cancelled struct {
		CallID, MovementID id.ID
		Reason             string
	}
	// Copied is a draft that was made from another call, for what a kind keeps of
	// its own.
	Copied struct{ CallID, MovementID, From id.ID }
	// Discarded is a draft that is gone, and with it what its kind kept of it.
	Discarded struct{ CallID, MovementID id.ID }
	// Updated is an update that was written; those who took part are to be told.
	Updated struct {
		UpdateID, CallID, MovementID, AuthorID id.ID
		At                                     time.Time
	}
	// UpdateRemoved is an update that is gone.
	UpdateRemoved struct{ UpdateID, CallID, MovementID id.ID }
	// OrganiserInvited asks To to organise the call, too.
	OrganiserInvited struct {
		CallID, MovementID, From, To id.ID
		At                           time.Time
	}
	// OrganiserChanged is an account that organises a call from now on, or is
	// neither invited to any more nor one of those who do.
	OrganiserChanged struct {
		CallID, AccountID id.ID
		Stands            bool
	}
	// ReportChanged is a reported sum that was added, changed or taken away.
	ReportChanged struct{ CallID, MovementID id.ID }
)
