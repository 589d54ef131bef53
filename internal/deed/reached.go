package deed

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Reached is a link as whoever holds it sees it.
type Reached struct {
	LinkID    id.ID
	Act       *act.Act // of which they are shown what Seen and Tells say
	Seen      bool     // they may see the act anyway
	Tells     bool     // who did it and the story are shown to them
	Mine      bool     // they did it themselves: then they can say nothing
	Thanks    *Thanks  // that they said
	Witness   bool     // they say that it happened
	MayThank  bool
	MayAttest bool
}

func errNoLink() error { return problem.NotFound("link") }

func errGone() error { return problem.Gone("This link was taken back, or its time is over.") }

// Look is what a link opens, for whoever holds it, and changes nothing. NotFound for
// a link that is none; Gone for one that was taken back or is over before anything
// was said by it, whose act is gone, or whose doer is not to be known to v.
func (s *Service) Look(ctx context.Context, v account.Viewer, token string) (*Reached, error) {
	l, a, err := s.open(ctx, v, token)
	if err != nil {
		return nil, err
	}
	sight, err := s.rooms.Acts.SightOf(ctx, v, a)
	if err != nil {
		return nil, err
	}
	n := &Reached{LinkID: l.ID, Act: a, Seen: act.Visible(v, sight, a), Mine: a.DoneBy(v.ID()), Thanks: l.Thanks, Witness: l.Witness}
	n.Tells = l.Tells || n.Seen
	n.MayThank = !n.Mine && l.mayThank() == nil && l.Thanks == nil
	n.MayAttest = !n.Mine && l.State == Open && !l.used
	return n, nil
}

// open is the link of a token with its act, for who may know of it.
func (s *Service) open(ctx context.Context, v account.Viewer, token string) (*row, *act.Act, error) {
	r := s.d.Read(ctx)
	l, err := s.read(r, token)
	if err != nil {
		return nil, nil, err
	}
	a, err := act.GetIn(r, l.ActID)
	if problem.Is(err, problem.KindNotFound) || problem.Is(err, problem.KindGone) || err == nil && a.Withheld {
		return nil, nil, errGone()
	}
	if err != nil {
		return nil, nil, err
	}
	sight, err := s.rooms.Acts.SightOf(ctx, v, a)
	if err != nil {
		return nil, nil, err
	}
	if sight.Blocked || l.State != Open && l.Thanks == nil && !l.Witness {
		return nil, nil, errGone()
	}
	return l, a, nil
}

func (s *Service) read(r db.Reader, token string) (*row, error) {
	i, ok := s.holds(token)
	if !ok {
		return nil, errNoLink()
	}
	l, err := db.One(r, s.scan, "SELECT "+columns+" FROM deed_link WHERE id = $1", i)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errGone()
	}
	if err != nil {
		return nil, fmt.Errorf("read link %s: %w", i, err)
	}
	return l, nil
}

func (l *row) mayThank() error {
	switch {
	case l.State != Open:
		return errGone()
	case l.refused, l.said >= saidMost:
		return problem.Conflict("", "No more thanks can be said by this link.")
	}
	return nil
}

func errYours() error {
	return problem.Forbidden("You did this yourself. Hand the link to the person whom it reached.")
}

// Thank says thanks for the good turn that a link is of, with a name if they like.
// Thanks that were said before give way to these. Invalid, Forbidden for the doer,
// Conflict where the link takes no more thanks, and as in Look.
func (s *Service) Thank(ctx context.Context, v account.Viewer, token, words, name string) error {
	words, err := text.Block("words", words, ThanksMost)
	if err != nil {
		return err
	}
	if name, err = text.Line("name", name, NameMost); err != nil {
		return err
	}
	if words == "" {
		return problem.Invalid("words", "Say a word or two.")
	}
	return s.say(ctx, v, token, func(tx *db.Tx, l *row, a *act.Act) error {
		if err := l.mayThank(); err != nil {
			return err
		}
		now := s.now()
		n, err := affected(tx.Exec(`UPDATE deed_link SET thanks = $1, thanks_name = $2, thanked_at = $3, shown = FALSE, said = said + 1
			WHERE id = $4 AND NOT refused AND NOT withdrawn AND said < $5`, words, name, db.Millis(now), l.ID, saidMost))
		if err != nil {
			return err
		}
		if n == 0 {
			return problem.Conflict("", "No more thanks can be said by this link.")
		}
		return event.Emit(s.hub, tx, Thanked{LinkID: l.ID, ActID: a.ID, DoerID: l.doer, MovementID: a.MovementID, At: now})
	})
}

// Attest says that the good turn that a link is of happened: once for each link. A
// second time changes nothing, also once it was taken back. Forbidden for the doer,
// and as in Look.
func (s *Service) Attest(ctx context.Context, v account.Viewer, token string) error {
	return s.say(ctx, v, token, func(tx *db.Tx, l *row, a *act.Act) error {
		if l.State != Open && !l.used {
			return errGone()
		}
		now := s.now()
		n, err := affected(tx.Exec("UPDATE deed_link SET witnessed_at = $1, witness_stands = TRUE WHERE id = $2 AND witnessed_at IS NULL AND NOT withdrawn", db.Millis(now), l.ID))
		if err != nil || n == 0 {
			return err
		}
		if err := s.rooms.Acts.ReproveIn(tx, a.ID, now); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, Attested{LinkID: l.ID, ActID: a.ID, DoerID: l.doer, MovementID: a.MovementID, At: now})
	})
}

// TakeThanksBack erases what was said by a link, whenever that was. A second time
// changes nothing. NotFound, Gone.
func (s *Service) TakeThanksBack(ctx context.Context, token string) error {
	return s.take(ctx, token, s.unthank)
}

// TakeAttestBack takes back that it happened, whenever that was said. A second time
// changes nothing. NotFound, Gone.
func (s *Service) TakeAttestBack(ctx context.Context, token string) error {
	return s.take(ctx, token, s.unattest)
}

// say runs do for whoever holds a link, but not for the doer.
func (s *Service) say(ctx context.Context, v account.Viewer, token string, do func(tx *db.Tx, l *row, a *act.Act) error) error {
	_, a, err := s.open(ctx, v, token)
	if err != nil {
		return err
	}
	if a.DoneBy(v.ID()) {
		return errYours()
	}
	return s.take(ctx, token, func(tx *db.Tx, l *row) error { return do(tx, l, a) })
}

func (s *Service) take(ctx context.Context, token string, do func(tx *db.Tx, l *row) error) error {
	return s.d.Update(ctx, func(tx *db.Tx) error {
		l, err := s.read(tx, token)
		if err != nil {
			return err
		}
		return do(tx, l)
	})
}

// PassDraft is a good turn that passes another on.
type PassDraft struct {
	Story      string
	Visibility act.Visibility // "": for the doer alone
	There      bool           // it belongs to what the good turn belongs to: its call while that is open, or its movement
	Key        string         // idempotency key, "" for none
}

// PassOn tells of a good turn of v's that was inspired by the one that a link is of,
// whether or not v may see that otherwise. Unauthorized, Invalid, Forbidden for the
// doer of the first, and as in Look and act.Do.
func (s *Service) PassOn(ctx context.Context, v account.Viewer, token string, d PassDraft) (*act.Act, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to tell of what you did.")
	}
	_, a, err := s.open(ctx, v, token)
	if err != nil {
		return nil, err
	}
	if a.DoneBy(v.ID()) {
		return nil, errYours()
	}
	if d.Visibility == "" {
		d.Visibility = act.Me
	}
	draft := act.Draft{Story: d.Story, Visibility: d.Visibility, InspiredBy: act.Source{Kind: act.FromAct, ID: a.ID}, Handed: true, Key: d.Key}
	if draft.Story, err = text.Block("story", d.Story, act.StoryMost); err != nil {
		return nil, err
	}
	if draft.Story == "" {
		return nil, problem.Invalid("story", "Say what you did.")
	}
	if d.There {
		if draft.CallID, draft.MovementID, err = s.whereOf(ctx, v, a); err != nil {
			return nil, err
		}
	}
	return s.rooms.Acts.Do(ctx, v, draft)
}

// whereOf is what an act that passes a on belongs to, as far as v may see it: the
// call, where it asks for deeds and is open, else the movement.
func (s *Service) whereOf(ctx context.Context, v account.Viewer, a *act.Act) (callID, movementID id.ID, err error) {
	if a.CallID == 0 || a.Kind != call.Deed {
		return 0, a.MovementID, nil
	}
	c, err := s.rooms.Calls.Get(ctx, v, a.CallID)
	if err != nil && !problem.Is(err, problem.KindNotFound) {
		return 0, 0, err
	}
	if err != nil || c.Takes() != nil {
		return 0, a.MovementID, nil
	}
	return c.ID, c.MovementID, nil
}
