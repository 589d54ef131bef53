package account

import (
	"context"
	"fmt"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Census is how many people and organisations are active here.
func (s *Service) Census(ctx context.Context) (people int64, err error) {
	err = s.d.Read(ctx).QueryRow(`SELECT count(*) FROM account
		WHERE domain = '' AND state = 'active' AND kind IN ('person', 'organisation')`).Scan(&people)
	if err != nil {
		return 0, fmt.Errorf("count accounts: %w", err)
	}
	return people, nil
}

// Arrived is how many people and organisations that are active came from one
// time to another.
func (s *Service) Arrived(ctx context.Context, from, to time.Time) (n int64, err error) {
	err = s.d.Read(ctx).QueryRow(`SELECT count(*) FROM account
		WHERE domain = '' AND state = 'active' AND kind IN ('person', 'organisation') AND id >= $1 AND id < $2`,
		id.Floor(from), id.Floor(to)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count who arrived: %w", err)
	}
	return n, nil
}

// peersMost is how many other servers are named.
const peersMost = 10_000

// Peers are the other servers whose accounts are known here.
func (s *Service) Peers(ctx context.Context) ([]string, error) {
	peers, err := db.All(s.d.Read(ctx), func(r db.Row) (domain string, err error) {
		return domain, r.Scan(&domain)
	}, `SELECT DISTINCT domain FROM account WHERE domain <> '' ORDER BY domain LIMIT $1`, peersMost)
	if err != nil {
		return nil, fmt.Errorf("list other servers: %w", err)
	}
	return peers, nil
}
