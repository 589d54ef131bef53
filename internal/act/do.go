package act

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/once"
	"goodturn/internal/post"
	"goodturn/internal/problem"
)

// Do tells of an act that v did: for an open call, or freely. Invalid with the
// field that is wrong; NotFound for a call that v may not see; Conflict when the
// call is over, or for a second signature or challenge (the problem's argument
// is the first one's id).
func (s *Service) Do(ctx context.Context, v account.Viewer, d Draft) (*Act, error) {
	return s.DoAnd(ctx, v, d, func(*db.Tx, *Act) error { return nil })
}

// DoAnd is Do with what then looks at the new act in the same transaction, and
// refuses it with an error. For an act that a key stands for already it is not
// asked.
func (s *Service) DoAnd(ctx context.Context, v account.Viewer, d Draft, then func(*db.Tx, *Act) error) (*Act, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to tell of what you did.")
	}
	now := s.now()
	var err error
	if d.Place, err = d.Place.clean(); err != nil {
		return nil, err
	}
	said := d // as the key remembers it, with the place as it is kept
	if err := d.clean(now); err != nil {
		return nil, err
	}
	if err := s.mayName(ctx, v, d.InspiredBy); err != nil {
		return nil, err
	}
	witnesses, err := s.people(ctx, v, "witnesses", d.Witnesses)
	if err != nil {
		return nil, err
	}
	nominees, err := s.people(ctx, v, "nominees", d.Nominees)
	if err != nil {
		return nil, err
	}
	var a *Act
	err = s.d.Update(ctx, func(tx *db.Tx) error {
		a = nil
		actID, err := once.Do(tx, v.ID(), "act", d.Key, said, func() (id.ID, error) {
			var err error
			if a, err = s.do(tx, v, s.ids.New(), doer{account: v.Account()}, d, now); err != nil {
				return 0, err
			}
			for _, w := range witnesses {
				if err := s.askIn(tx, a, w, now); err != nil {
					return 0, err
				}
			}
			if _, err := s.NominateIn(tx, a, nominees, now); err != nil {
				return 0, err
			}
			return a.ID, then(tx, a)
		})
		if err != nil || a != nil {
			return err
		}
		a, err = load(tx, actID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a, nil
}

// DoIn is Do inside another transaction, for the sample and for payments: told at
// that time, as nobody's request, so without handles, and with a source that need
// not be seen. A veiled gift may be of somebody without an account here: a nil doer.
func (s *Service) DoIn(tx *db.Tx, by *account.Account, d Draft, at time.Time) (*Act, error) {
	if err := d.clean(at); err != nil {
		return nil, err
	}
	actID, err := s.freeID(tx, at)
	if err != nil {
		return nil, err
	}
	return s.do(tx, account.System("an act in a larger transaction"), actID, doer{account: by}, d, at)
}

// freeID is an id of that time which no act has.
func (s *Service) freeID(tx *db.Tx, at time.Time) (id.ID, error) {
	for {
		actID := s.ids.At(at)
		var taken bool
		if err := tx.QueryRow("SELECT EXISTS (SELECT 1 FROM act WHERE id = $1)", actID).Scan(&taken); err != nil {
			return 0, fmt.Errorf("look for a free id: %w", err)
		}
		if !taken {
			return actID, nil
		}
	}
}

// do writes a cleaned draft. What it costs does not depend on the ripple's size.
func (s *Service) do(tx *db.Tx, v account.Viewer, actID id.ID, by doer, d Draft, now time.Time) (*Act, error) {
	rs, err := s.rulesOf(tx, by.id(), d)
	if err != nil {
		return nil, err
	}
	if rs.unit, err = rs.unitOf(d.Unit); err != nil {
		return nil, err
	}
	if err := s.begun(tx, rs.call, now); err != nil {
		return nil, err
	}
	return s.write(tx, v, actID, by, d, rs, now)
}

// write is do by rules that were read.
func (s *Service) write(tx *db.Tx, v account.Viewer, actID id.ID, by doer, d Draft, rs rules, now time.Time) (*Act, error) {
	var err error
	a := &Act{ID: actID, DoerID: by.id(), Outside: by.outside != 0, MovementID: rs.movement, CallID: d.CallID, Kind: rs.kind,
		DoneAt: d.DoneAt, CreatedAt: now, Unit: rs.unit, Story: d.Story,
		Visibility: d.Visibility, EvidenceVisibility: d.EvidenceVisibility, State: StateLive, Version: 1, Settled: d.Paid}
	if a.Visibility == "" {
		a.Visibility = rs.visibility
	}
	if a.MovementID == 0 && a.Visibility != Public && a.Visibility != Me {
		return nil, problem.Invalid("visibility", "A deed without a movement is public, or for you only.")
	}
	if d.Paid { // perhaps nothing, where it was refunded before it was heard of
		a.Quantity = *d.Quantity
	} else if a.Quantity, err = quantity(rs.kind, d.Quantity); err != nil {
		return nil, err
	}
	if err := veil(tx, s.ids, a, d, now); err != nil {
		return nil, err
	}
	if d.Handed {
		v = account.System("its doer was handed a link to it")
	}
	l, err := resolve(tx, v, a, d.InspiredBy)
	if err != nil {
		return nil, err
	}
	a.Parent, a.Via, a.Root, a.Generation = l.parent, l.via, l.root, l.generation
	if err := s.tell(tx, by.account, a, d.TellAs); err != nil {
		return nil, err
	}
	if err := s.verify(tx, a, now); err != nil {
		return nil, err
	}
	if err := insert(tx, a, rs.kind.OneOnly()); err != nil {
		return nil, err
	}
	if err := keepVeiled(tx, a); err != nil {
		return nil, err
	}
	if !d.Place.None() {
		if err := keepPlace(tx, a.ID, d.Place); err != nil {
			return nil, err
		}
	}
	if len(d.MediaIDs) > 0 {
		if _, err := s.rooms.Media.AttachIn(tx, by.id(), d.MediaIDs, media.OnAct, a.ID); err != nil {
			return nil, err
		}
	}
	if len(d.Links) > 0 {
		if err := keepLinks(tx, a.ID, d.Links); err != nil {
			return nil, err
		}
	}
	if err := opened(tx, a.entry()); err != nil {
		return nil, err
	}
	if rs.call != nil && by.account != nil {
		if err := s.rooms.Calls.TookIn(tx, by.id(), rs.call); err != nil {
			return nil, err
		}
	}
	if err := s.answer(tx, a, l, rs, now); err != nil {
		return nil, err
	}
	return a, event.Emit(s.hub, tx, Done{ActID: a.ID, DoerID: a.DoerID, Outside: a.Outside, Kind: a.Kind, MovementID: a.MovementID,
		CallID: a.CallID, Parent: a.Parent, Via: a.Via, Root: a.Root, Generation: a.Generation, DoneAt: a.DoneAt, At: now})
}

// insert writes the row. For acts that a person does once, the index decides.
func insert(tx *db.Tx, a *Act, oneOnly bool) error {
	res, err := tx.Exec(`INSERT INTO act (id, doer_id, outside, movement_id, call_id, kind, one_only, done_at, created_at, unit, quantity, story,
			visibility, evidence_visibility, proof, confirmed_at, parent_id, via_kind, via_id, root_id, generation, post_id, settled)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
		ON CONFLICT (call_id, doer_id) WHERE one_only AND state = 'live' DO NOTHING`,
		a.ID, a.DoerID, a.Outside, a.MovementID, a.CallID, string(a.Kind), oneOnly, db.Millis(a.DoneAt), db.Millis(a.CreatedAt), a.Unit, a.Quantity, a.Story,
		string(a.Visibility), string(a.EvidenceVisibility), int64(a.Proof), sql.NullInt64{Int64: db.Millis(a.ConfirmedAt), Valid: a.Proof == Confirmed},
		a.Parent, string(a.Via.Kind), a.Via.ID, a.Root, a.Generation, a.PostID, a.Settled)
	if err != nil {
		return fmt.Errorf("insert an act: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil {
		return fmt.Errorf("insert an act: %w", err)
	} else if n == 1 {
		return nil
	}
	var first id.ID
	err = tx.QueryRow("SELECT id FROM act WHERE call_id = $1 AND doer_id = $2 AND one_only AND state = 'live'", a.CallID, a.DoerID).Scan(&first)
	if err != nil {
		return fmt.Errorf("find the first act: %w", err)
	}
	return problem.Conflict("call_id", "You did this already: act %s.", first)
}

// tell writes the post that tells of a new act. Its text is the story, or the
// call's title; the movement's hashtag makes the movement carry it.
func (s *Service) tell(tx *db.Tx, doer *account.Account, a *Act, as post.Visibility) error {
	if as == "" {
		return nil
	}
	if a.Visibility != Public {
		return problem.Invalid("tell_as", "Only a public act can be told in a post.")
	}
	var title, tag string
	if a.MovementID != 0 {
		err := tx.QueryRow(`SELECT COALESCE((SELECT title FROM call WHERE id = $1), ''), display
			FROM movement_tag WHERE movement_id = $2 AND main`, a.CallID, a.MovementID).Scan(&title, &tag)
		if err != nil {
			return fmt.Errorf("read what the act is for: %w", err)
		}
	}
	words := a.Story
	if words == "" {
		words = title
	}
	if words == "" {
		return problem.Invalid("story", "Say what you did, so that the post can tell it.")
	}
	if tag != "" {
		words = fit(words, tag)
	}
	p, err := s.rooms.Posts.CreateIn(tx, doer, post.Draft{Text: words, Visibility: as, ActID: a.ID, Meta: post.Meta{Title: title}}, a.CreatedAt)
	if err != nil {
		return err
	}
	a.PostID = p.ID
	return nil
}

// fit puts the hashtag under the words, within what a post may hold.
func fit(words, tag string) string {
	end := "\n\n#" + tag
	runes := []rune(words)
	if over := len(runes) + len([]rune(end)) - post.MaxText; over > 0 {
		runes = append(runes[:len(runes)-over-1], '…')
	}
	return string(runes) + end
}

// Nominees finds the local people whom v may nominate by those handles, each once.
// Invalid on nominees.
func (s *Service) Nominees(ctx context.Context, v account.Viewer, handles []string) ([]id.ID, error) {
	return s.people(ctx, v, "nominees", handles)
}

// people finds the local people that v names by their handles, each once.
func (s *Service) people(ctx context.Context, v account.Viewer, field string, handles []string) ([]id.ID, error) {
	var found []id.ID
	seen := map[id.ID]bool{}
	for _, handle := range handles {
		a, err := s.rooms.Accounts.ByHandle(ctx, handle)
		if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) {
			return nil, nobodyCalled(field, handle)
		}
		if err != nil {
			return nil, err
		}
		switch {
		case !a.Shown() || !a.Local():
			return nil, nobodyCalled(field, handle)
		case a.Kind != account.KindPerson && a.Kind != account.KindOrganisation:
			return nil, problem.Invalid(field, "%s is neither a person nor an organisation.", handle)
		case v.Is(a.ID):
			return nil, problem.Invalid(field, "Name somebody other than yourself.")
		}
		if !seen[a.ID] {
			seen[a.ID] = true
			found = append(found, a.ID)
		}
	}
	return found, nil
}

func nobodyCalled(field, handle string) error {
	if handle == "" {
		return problem.Invalid(field, "Say who, by their name here.")
	}
	return problem.Invalid(field, "There is nobody called %s here.", handle)
}
