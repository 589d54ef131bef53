package safety

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// TrendKind is a kind of what can move people.
type TrendKind string

// The kinds.
const (
	TrendTag       TrendKind = "tag"       // a hashtag, folded
	TrendPost      TrendKind = "post"      // a post's id
	TrendLink      TrendKind = "link"      // a card's id
	TrendPublisher TrendKind = "publisher" // the host of links
)

// TrendRuled tells that a moderator decided what may be shown among what moves
// people.
type TrendRuled struct {
	Kind    TrendKind
	Subject string
	Allowed bool
}

// RuleTrend refuses a hashtag, post, link or publisher among what moves people,
// or allows it there again; for moderators. The author of a post reads of it
// among the decisions about them. What holds already is not recorded again.
// problem.NotFound for what cannot be.
func (s *Service) RuleTrend(ctx context.Context, v account.Viewer, kind TrendKind, subject string, allow bool) error {
	if err := moderates(v); err != nil {
		return err
	}
	subject, decision, err := s.trendSubject(ctx, v, kind, subject)
	if err != nil {
		return err
	}
	if decision.Action = RefuseTrend; allow {
		decision.Action = AllowTrend
	}
	return s.d.Update(ctx, func(tx *db.Tx) error {
		res, err := tx.Exec(`INSERT INTO trend_ruling (kind, subject, allowed) VALUES ($1, $2, $3)
			ON CONFLICT (kind, subject) DO UPDATE SET allowed = excluded.allowed WHERE trend_ruling.allowed <> excluded.allowed`,
			string(kind), subject, allow)
		if err != nil {
			return fmt.Errorf("rule on a trend: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if _, err := s.record(tx, v, decision); err != nil {
			return err
		}
		return event.Emit(s.hub, tx, TrendRuled{Kind: kind, Subject: subject, Allowed: allow})
	})
}

// trendSubject is a subject as it is kept, and what the record says of it.
func (s *Service) trendSubject(ctx context.Context, v account.Viewer, kind TrendKind, subject string) (string, Decision, error) {
	switch kind {
	case TrendTag:
		tag, ok := text.Tag(subject)
		if !ok {
			return "", Decision{}, problem.NotFound("hashtag")
		}
		return db.Fold(tag), Decision{Subject: "#" + db.Fold(tag)}, nil
	case TrendPost:
		i, err := id.Parse(subject)
		if err != nil {
			return "", Decision{}, problem.NotFound("post")
		}
		e, err := s.Posts.Get(ctx, v, i)
		if err != nil {
			return "", Decision{}, err
		}
		p := e.Of().Post
		return p.ID.String(), Decision{TargetID: p.AccountID, PostIDs: []id.ID{p.ID}, Told: p.Domain == ""}, nil
	case TrendLink:
		i, err := id.Parse(subject)
		if err != nil {
			return "", Decision{}, problem.NotFound("link")
		}
		cards, err := s.Cards.Many(s.d.Read(ctx), []id.ID{i})
		if err != nil {
			return "", Decision{}, err
		}
		if !cards[i].Shown() {
			return "", Decision{}, problem.NotFound("link")
		}
		return i.String(), Decision{Subject: cards[i].URL}, nil
	case TrendPublisher:
		host, err := domainOf("id", subject)
		if err != nil {
			return "", Decision{}, problem.NotFound("domain")
		}
		return host, Decision{Subject: host}, nil
	}
	return "", Decision{}, errors.New("safety: no such kind of trend: " + string(kind))
}

// TrendRulings are what moderators decided about those of the subjects that they
// looked at: whether each may be among what moves people.
func (s *Service) TrendRulings(ctx context.Context, kind TrendKind, subjects []string) (map[string]bool, error) {
	allowed := map[string]bool{}
	for some := range slices.Chunk(subjects, 200) {
		list, args := db.InStrings(2, some)
		_, err := db.All(s.d.Read(ctx), func(r db.Row) (_ struct{}, err error) {
			var subject string
			var yes bool
			err = r.Scan(&subject, &yes)
			allowed[subject] = yes
			return struct{}{}, err
		}, `SELECT subject, allowed FROM trend_ruling WHERE kind = $1 AND subject IN `+list, append([]any{string(kind)}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("read what may be among the trends: %w", err)
		}
	}
	return allowed, nil
}
