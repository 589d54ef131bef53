// Package act is in charge of acts: what one account, or one outside person,
// did in the real world, for a call or freely. It holds who may see them, what
// inspired them, why to believe them (witnesses, confirmation), the totals that
// they add up to, the nominations that pass the turn on, and the import of an
// organiser's history from elsewhere.
//
// It owns the columns parent, via, root and generation, which are the links of
// the ripple; what the ripple adds up to is package ripple's.
package act

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/jobs"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// Limits of what a doer may write.
const (
	StoryMost    = 5000              // runes
	QuantityMost = 1_000_000_000_000 // in the smallest unit
	MediaMost    = 4
	LinksMost    = 4
	LinkMost     = 2000 // characters
	WitnessMost  = 10   // named at once
)

// Visibility says who may see an act, or its evidence.
type Visibility = call.Visibility

// From everybody to the doer alone.
const (
	Public     = call.Public
	Movement   = call.Movement   // the movement's people
	Organisers = call.Organisers // its organisers and the call's beneficiary
	Me         = call.Me         // the doer
)

func validVisibility(v Visibility) bool {
	return v == Public || v == Movement || v == Organisers || v == Me
}

// Proof is why to believe an act.
type Proof = call.Proof

// From the weakest to the strongest.
const (
	Told      = call.Told      // by the doer alone
	Witnessed = call.Witnessed // by somebody else who was there
	Confirmed = call.Confirmed // by an organiser, the call's beneficiary or the system
)

// State says whether an act still has its content.
type State string

// The states. A staged act belongs to an import that is not counted yet.
const (
	StateLive      State = "live"
	StateWithdrawn State = "withdrawn" // a link without content
	StateStaging   State = "staging"
)

// Act is a node of the ripple. Only its doer changes or withdraws it; its proof
// is raised by witnesses and by those who confirm.
type Act struct {
	ID                 id.ID
	DoerID             id.ID // account, or outsider where Outside; 0 when withdrawn
	Outside            bool
	MovementID         id.ID     // 0 for a deed that belongs to none
	CallID             id.ID     // 0 when done freely
	Kind               call.Kind // a deed when done freely
	DoneAt             time.Time // when it was done; only the day when withdrawn
	CreatedAt          time.Time // when it was told
	EditedAt           time.Time // zero if never
	Unit               string
	Quantity           int64 // in the smallest unit
	Story              string
	Visibility         Visibility
	EvidenceVisibility Visibility
	Proof              Proof
	ConfirmedBy        id.ID // account; 0 for the system
	ConfirmedAt        time.Time
	ConfirmedHow       string
	Parent             id.ID // the act that inspired it, also of another movement; 0 for none
	Via                Source
	Root               id.ID
	Generation         int
	Nominated          int   // how many people the turn was passed to
	PostID             id.ID // the post that tells of it
	State              State
	Version            int64
	Withheld           bool // its doer is suspended: only moderators see it
	Settled            bool // a gift that was paid here: payments alone say its quantity and proof

	behind id.ID // the account whose act it is, where it is veiled; for rules alone
}

// SourceKind is the kind of thing that can inspire an act.
type SourceKind string

// What can inspire; FromNothing is no source.
const (
	FromNothing    SourceKind = ""
	FromPost       SourceKind = "post"
	FromAct        SourceKind = "act"
	FromNomination SourceKind = "nomination"
)

// Source is the one thing that inspired an act, as its doer named it.
type Source struct {
	Kind SourceKind
	ID   id.ID
}

// None says whether nothing was named.
func (s Source) None() bool { return s.Kind == FromNothing }

// Draft is what a doer says about an act.
type Draft struct {
	CallID             id.ID
	MovementID         id.ID      // of a free deed; with a call it is the call's
	DoneAt             time.Time  // zero: now
	Quantity           *int64     // in the unit's smallest part; nil: 1 where one is what a person does
	Unit               string     // "": the call's; a gift can be in another currency
	Story              string     //
	Visibility         Visibility // "": what is usual for the call
	EvidenceVisibility Visibility // "": organisers
	Place              Place      // zero: not told
	MediaIDs           []id.ID    // the evidence: loose uploads of the doer's
	Links              []string   `json:",omitempty"` // and what there is of it on the web
	InspiredBy         Source
	Witnesses          []string        // handles, to be asked
	Nominees           []string        // handles, to be nominated
	TellAs             post.Visibility // of a post that tells of it; "": none
	Veiled             bool            // a gift that is shown under PenName, and never with its doer's account
	PenName            string          // "" is anonymous
	Handed             bool            `json:"-"` // the act that inspired it was shown to the doer by a link, so it need not be visible to them
	Paid               bool            // money that came, with Quantity: it counts though the call is over by now
	Key                string          `json:"-"` // idempotency: the same key gives the same act
}

// Change is an edit; nil leaves a field as it is.
type Change struct {
	Quantity           *int64
	Story              *string
	Visibility         *Visibility
	EvidenceVisibility *Visibility
	Place              *Place    // in place of what was told; zero erases it
	MediaIDs           *[]id.ID  // all that hangs on the act from then on: what hangs there, and loose uploads
	Links              *[]string // likewise
}

// Done is emitted in the transaction of a new act.
type Done struct {
	ActID, DoerID      id.ID
	Outside            bool
	Kind               call.Kind
	MovementID, CallID id.ID
	Parent             id.ID // also of another movement: look at Generation
	Via                Source
	Root               id.ID
	Generation         int
	DoneAt, At         time.Time // when it was done, when it was told
}

// Imported is emitted when an import is switched on: its acts, which carry its
// id, count from then on. No act of it is emitted by itself.
type Imported struct {
	ImportID, MovementID, CallID id.ID
	Acts                         int64
	At                           time.Time
}

// Changed is emitted when what is shown of an act changed, or its quantity.
type Changed struct {
	ActID, DoerID, MovementID, CallID id.ID
	Version                           int64
}

// Withdrawn is emitted when an act became a link without content.
type Withdrawn struct {
	ActID, DoerID, MovementID, CallID id.ID
	Parent, Root                      id.ID
	Generation                        int
	At                                time.Time
}

// Resourced is emitted once when an act's source was removed or changed. The
// roots and generations beneath follow: see Rerooted.
type Resourced struct {
	ActID, DoerID, MovementID id.ID
	OldParent, OldRoot        id.ID
	OldGeneration             int
	OldVia                    Source
	Parent, Root              id.ID
	Generation                int
	Via                       Source
	At                        time.Time
}

// Rerooted is emitted when every act beneath a resourced one has its new root
// and generation, at least once: whoever counts trees counts these anew.
type Rerooted struct {
	ActID, MovementID id.ID
	Roots             []id.ID // the tree it left and the tree it is in
}

// Proven is emitted when an act's proof changed.
type Proven struct {
	ActID, DoerID, MovementID, CallID id.ID
	Outside                           bool
	Was, Is                           Proof
	By                                id.ID // who confirmed, took that back, or witnessed; 0 for the system
	Confirmation                      bool  // it was confirmed (Is) or a confirmation taken back (Was)
	At                                time.Time
}

// WitnessAsked is emitted when a doer named a witness, or a witness offered.
type WitnessAsked struct {
	ActID, DoerID, MovementID, WitnessID id.ID
	Offered                              bool // by the witness: the doer is to accept
	At                                   time.Time
}

// WitnessStands is emitted when a witness was accepted by the other side.
type WitnessStands struct {
	ActID, DoerID, MovementID, WitnessID id.ID
	Offered                              bool // the doer accepted
	At                                   time.Time
}

// WitnessWithdrawn is emitted when either side took a witness, an asking or an
// offer back, and when the witness's account was deleted.
type WitnessWithdrawn struct {
	ActID, DoerID, WitnessID id.ID
}

// Rooms are the neighbours that this room asks.
type Rooms struct {
	Accounts  *account.Service
	Relations *relation.Service
	Media     *media.Service
	Posts     *post.Service
	Calls     *call.Service
}

// Service keeps acts.
type Service struct {
	d     *db.DB
	ids   *id.Source
	hub   *event.Hub
	jobs  *jobs.Jobs
	now   func() time.Time
	rooms Rooms

	// OnBreak says whether an account is on a break and wants no nominations;
	// the server hands it in, before the start.
	OnBreak func(r db.Reader, account id.ID) (bool, error)

	// Verified says whether an account confirmed its address, so that the system
	// confirms its signatures; the server hands it in, before the start.
	Verified func(r db.Reader, account id.ID) (bool, error)

	// Kept says whether another room keeps how much an act was, so that it is not
	// said anew here; the server hands it in, before the start.
	Kept func(r db.Reader, act id.ID) (bool, error)

	// Begins says when what a call invites to begins, zero where nothing is said, so
	// that nobody tells of having been there before; the server hands it in, before the
	// start.
	Begins func(r db.Reader, c *call.Call) (time.Time, error)

	// Attested says whether somebody without an account said, by a link, that an act
	// happened; the server hands it in, before the start.
	Attested func(r db.Reader, act id.ID) (bool, error)
}

// New registers this room's job with j.
func New(d *db.DB, ids *id.Source, hub *event.Hub, j *jobs.Jobs, now func() time.Time, rooms Rooms) *Service {
	s := &Service{d: d, ids: ids, hub: hub, jobs: j, now: now, rooms: rooms,
		OnBreak:  func(db.Reader, id.ID) (bool, error) { return false, nil },
		Verified: func(db.Reader, id.ID) (bool, error) { return false, nil },
		Kept:     func(db.Reader, id.ID) (bool, error) { return false, nil },
		Begins:   func(_ db.Reader, c *call.Call) (time.Time, error) { return c.StartsAt, nil },
		Attested: func(db.Reader, id.ID) (bool, error) { return false, nil }}
	jobs.Handle(j, s.reroot)
	jobs.Handle(j, s.erase)
	return s
}

const columns = `act.id, act.doer_id, act.outside, act.movement_id, act.call_id, act.kind,
	act.done_at, act.created_at, act.edited_at, act.unit, act.quantity, act.story,
	act.visibility, act.evidence_visibility, act.proof, act.confirmed_by, act.confirmed_at, act.confirmed_how,
	act.parent_id, act.via_kind, act.via_id, act.root_id, act.generation, act.nominated, act.post_id, act.state, act.version, act.settled, ` + behindSQL + `, ` + withheldSQL

func scan(row db.Row) (*Act, error) { return scanWith(row) }

// scanWith reads an act and, from the columns after it, more.
func scanWith(row db.Row, more ...any) (*Act, error) {
	var a Act
	var done, created int64
	var edited, confirmed sql.NullInt64
	err := row.Scan(append([]any{&a.ID, &a.DoerID, &a.Outside, &a.MovementID, &a.CallID, &a.Kind,
		&done, &created, &edited, &a.Unit, &a.Quantity, &a.Story,
		&a.Visibility, &a.EvidenceVisibility, &a.Proof, &a.ConfirmedBy, &confirmed, &a.ConfirmedHow,
		&a.Parent, &a.Via.Kind, &a.Via.ID, &a.Root, &a.Generation, &a.Nominated, &a.PostID, &a.State, &a.Version, &a.Settled, &a.behind, &a.Withheld}, more...)...)
	if err != nil {
		return nil, err
	}
	a.DoneAt, a.CreatedAt = db.Time(done), db.Time(created)
	if edited.Valid {
		a.EditedAt = db.Time(edited.Int64)
	}
	if confirmed.Valid {
		a.ConfirmedAt = db.Time(confirmed.Int64)
	}
	return &a, nil
}

// load reads one act whoever is asking; NotFound if there is none, or it is
// staged.
func load(r db.Reader, actID id.ID) (*Act, error) {
	a, err := db.One(r, scan, "SELECT "+columns+" FROM act WHERE act.id = $1 AND act.state <> 'staging'", actID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, problem.NotFound("act")
	}
	if err != nil {
		return nil, fmt.Errorf("read act %s: %w", actID, err)
	}
	return a, nil
}

// loadOwn is load for what only the doer may do: NotFound for somebody else's
// that v may not see, Forbidden for one that v sees, Gone once withdrawn.
func (s *Service) loadOwn(ctx context.Context, v account.Viewer, actID id.ID) (*Act, error) {
	a, err := s.Get(ctx, v, actID)
	if err != nil {
		return nil, err
	}
	if !a.DoneBy(v.ID()) {
		return nil, problem.Forbidden("Only the doer of an act can do this.")
	}
	return a, nil
}

// DoneBy says whether a local account did it, also under another name: only that
// account may be told.
func (a *Act) DoneBy(account id.ID) bool {
	return account != 0 && (!a.Outside && a.DoerID == account || a.behind == account)
}
