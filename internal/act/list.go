package act

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Get is one act. NotFound if there is none or v may not see it, Gone when it
// was withdrawn.
func (s *Service) Get(ctx context.Context, v account.Viewer, actID id.ID) (*Act, error) {
	r := s.d.Read(ctx)
	a, err := load(r, actID)
	if err != nil {
		return nil, err
	}
	if a.State == StateWithdrawn {
		return nil, problem.Gone("This act was withdrawn.")
	}
	sight, err := sight(r, v, a)
	if err != nil {
		return nil, err
	}
	if !Visible(v, sight, a) {
		return nil, problem.NotFound("act")
	}
	return a, nil
}

// Many are those of the acts that v may see.
func (s *Service) Many(ctx context.Context, v account.Viewer, ids []id.ID) (map[id.ID]*Act, error) {
	seen := make(map[id.ID]*Act, len(ids))
	if len(ids) == 0 {
		return seen, nil
	}
	in, args := db.In(1, ids)
	cond, more := visibleSQL(v, len(args)+1)
	acts, err := db.All(s.d.Read(ctx), scan, "SELECT "+columns+" FROM act WHERE act.id IN "+in+" AND "+cond, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("read %d acts: %w", len(ids), err)
	}
	for _, a := range acts {
		seen[a.ID] = a
	}
	return seen, nil
}

// Unlike are those of the acts that v may see, given those of them that everybody
// may (public, as Nobody sees them) and the rest; nil where v sees what everybody
// does. Many would say the same, but reads each of them again.
func (s *Service) Unlike(ctx context.Context, v account.Viewer, public map[id.ID]*Act, rest []id.ID) (map[id.ID]*Act, error) {
	if !v.SignedIn() && !v.System() {
		return nil, nil
	}
	apart, err := s.anyApart(ctx, v, public)
	if err != nil {
		return nil, err
	}
	if apart {
		return s.Many(ctx, v, slices.AppendSeq(slices.Clone(rest), maps.Keys(public)))
	}
	more, err := s.Many(ctx, v, rest)
	if err != nil || len(more) == 0 {
		return nil, err
	}
	maps.Copy(more, public)
	return more, nil
}

// anyApart says whether a block stands between v and the doer of one of the acts,
// which is all that hides a public act.
func (s *Service) anyApart(ctx context.Context, v account.Viewer, acts map[id.ID]*Act) (bool, error) {
	if !v.SignedIn() {
		return false, nil
	}
	set, err := s.rooms.Relations.Of(ctx, v.ID())
	if err != nil || !set.AnyApart() {
		return false, err
	}
	for _, a := range acts {
		if !a.Outside && set.Apart(a.DoerID) {
			return true, nil
		}
	}
	return false, nil
}

// Filter says which acts a list is of; what is zero does not matter.
type Filter struct {
	Movement, Call, Parent id.ID
	Doer                   id.ID // account
	Proof                  *Proof
	Unit                   string // "" for any
	Told                   bool   // only those with a story
}

// How a list says that an act is there: as the indexes of lists hold it, or so that
// none of these is taken for the few acts that are not public, which have their own.
const (
	live       = "act.state = 'live'"
	liveHidden = "act.state || '' = 'live' AND act.visibility <> 'public'"
)

// sql is the filter as a condition, beside that of state, with arguments from $1
// on.
func (f Filter) sql(state string) (cond string, args []any) {
	cond = state
	add := func(column string, arg any) {
		args = append(args, arg)
		cond += " AND " + column + " = $" + strconv.Itoa(len(args))
	}
	if f.Movement != 0 {
		add("act.movement_id", f.Movement)
	}
	if f.Call != 0 {
		add("act.call_id", f.Call)
	}
	if f.Parent != 0 {
		add("act.parent_id", f.Parent)
	}
	if f.Doer != 0 {
		add("act.doer_id", f.Doer)
		cond += " AND NOT act.outside"
	}
	if f.Proof != nil {
		add("act.proof", int64(*f.Proof))
	}
	if f.Unit != "" {
		add("act.unit", f.Unit)
	}
	if f.Told {
		cond += " AND act.story <> ''"
	}
	return cond, args
}

// Of lists the acts that v may see, by when they were told, newest first.
func (s *Service) Of(ctx context.Context, v account.Viewer, f Filter, p db.Page) ([]*Act, error) {
	parts, err := s.parts(ctx, f)
	if err != nil {
		return nil, err
	}
	var acts []*Act
	for _, part := range parts {
		some, err := s.list(ctx, v, part, p)
		if err != nil {
			return nil, err
		}
		acts = append(acts, some...)
	}
	if len(parts) > 1 {
		slices.SortFunc(acts, func(a, b *Act) int {
			if p.Min != 0 {
				a, b = b, a
			}
			return cmp.Compare(b.ID, a.ID)
		})
		acts = acts[:min(len(acts), p.Size())]
	}
	return db.Newest(p, acts), nil
}

// list is a page of one part, in the page's own order.
func (s *Service) list(ctx context.Context, v account.Viewer, f Filter, p db.Page) ([]*Act, error) {
	cond, args := f.sql(live)
	visible, more := visibleSQL(v, len(args)+1)
	args = append(args, more...)
	page, more, tail := p.SQL("act.id", len(args)+1)
	acts, err := db.All(s.d.Read(ctx), scan,
		"SELECT "+columns+" FROM act WHERE "+cond+" AND "+visible+" AND "+page+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list acts: %w", err)
	}
	return acts, nil
}

// parts are filters that find together what f finds, each along an index: an index
// holds acts by unit and proof, so a list by only one of these is one of each of the
// other. Else few among a million would be looked for one by one.
func (s *Service) parts(ctx context.Context, f Filter) ([]Filter, error) {
	scope := f.Call
	if scope == 0 {
		scope = f.Movement
	}
	switch {
	case scope == 0 || f.Doer != 0 || f.Parent != 0:
	case f.Proof == nil && f.Unit != "":
		var all []Filter
		for _, proof := range call.Proofs {
			part := f
			part.Proof = &proof
			all = append(all, part)
		}
		return all, nil
	case f.Proof != nil && f.Unit == "":
		units, err := call.UnitsOf(s.d.Read(ctx), scope)
		if err != nil {
			return nil, fmt.Errorf("list what acts count: %w", err)
		}
		all := make([]Filter, len(units))
		for i, unit := range units {
			all[i] = f
			all[i].Unit = unit
		}
		return all, nil
	}
	return []Filter{f}, nil
}

// Rest is how many acts of a list its reader may not see.
type Rest struct {
	N    int64 // exact; 0 where Few
	Few  bool  // one to four: how many is not said
	More bool  // N and more
}

// restMost bounds the counting.
const restMost = 10_000

// restFew is from where on an exact number is told.
const restFew = 5

// coarse hides small numbers, which would tell of single people.
func coarse(n int64) Rest {
	switch {
	case n > restMost:
		return Rest{N: restMost, More: true}
	case n > 0 && n < restFew:
		return Rest{Few: true}
	}
	return Rest{N: n}
}

// Rest counts the acts of a list that are not shown to v for their visibility.
// Of one person's acts it says nothing: that they did something in private is
// private.
func (s *Service) Rest(ctx context.Context, v account.Viewer, f Filter) (Rest, error) {
	if f.Doer != 0 {
		return Rest{}, nil
	}
	cond, args := f.sql(liveHidden)
	visible, more := visibleSQL(v, len(args)+1)
	var n int64
	err := s.d.Read(ctx).QueryRow("SELECT COUNT(*) FROM (SELECT 1 FROM act WHERE "+cond+
		" AND NOT "+visible+" LIMIT "+strconv.Itoa(restMost+1)+") AS hidden", append(args, more...)...).Scan(&n)
	if err != nil {
		return Rest{}, fmt.Errorf("count the acts that are not shown: %w", err)
	}
	return coarse(n), nil
}

// Outsiders are the names of outside people, for acts with Outside.
func (s *Service) Outsiders(ctx context.Context, ids []id.ID) (map[id.ID]string, error) {
	names := make(map[id.ID]string, len(ids))
	if len(ids) == 0 {
		return names, nil
	}
	type outsider struct {
		id   id.ID
		name string
	}
	in, args := db.In(1, ids)
	rows, err := db.All(s.d.Read(ctx), func(row db.Row) (o outsider, err error) {
		err = row.Scan(&o.id, &o.name)
		return o, err
	}, "SELECT id, name FROM outsider WHERE id IN "+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read outside people: %w", err)
	}
	for _, o := range rows {
		names[o.id] = o.name
	}
	return names, nil
}

// EvidenceOf says whether v may see the pictures that hang on an act, and
// whether everybody may; for media.
func (s *Service) EvidenceOf(ctx context.Context, v account.Viewer, actID id.ID) (visible, public bool, err error) {
	r := s.d.Read(ctx)
	a, err := load(r, actID)
	if err != nil {
		if problem.Is(err, problem.KindNotFound) {
			return false, false, nil
		}
		return false, false, err
	}
	sight, err := sight(r, v, a)
	if err != nil {
		return false, false, err
	}
	return EvidenceVisible(v, sight, a), EvidenceVisible(account.Nobody, Sight{}, a), nil
}
