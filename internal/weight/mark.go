package weight

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/id"
)

const (
	week     = 7 * 24 * time.Hour
	seenMost = 10_000          // accounts that are remembered, twice
	seenFor  = 2 * time.Minute // at most twice as long
)

// seen is from where accounts wrote in the last minutes, in memory alone.
type seen struct {
	mu       sync.Mutex
	turned   time.Time
	new, old map[id.ID]netip.Prefix
}

// Seen notes from where an account is about to write something. Doors say it of each
// such request; it is forgotten in minutes.
func (s *Service) Seen(who id.ID, from netip.Addr) {
	network, ok := coarse(from)
	if who == 0 || !ok {
		return
	}
	s.seen.note(who, network, s.now())
}

func (n *seen) note(who id.ID, network netip.Prefix, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn(now)
	if len(n.new) >= seenMost {
		n.old, n.new = n.new, nil
	}
	if n.new == nil {
		n.new = map[id.ID]netip.Prefix{}
	}
	n.new[who] = network
}

func (n *seen) of(who id.ID, now time.Time) (netip.Prefix, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.turn(now)
	network, ok := n.new[who]
	if !ok {
		network, ok = n.old[who]
	}
	return network, ok
}

// turn forgets what is older than twice seenFor.
func (n *seen) turn(now time.Time) {
	switch age := now.Sub(n.turned); {
	case age < seenFor:
		return
	case age < 2*seenFor:
		n.old, n.new = n.new, nil
	default:
		n.old, n.new = nil, nil
	}
	n.turned = now
}

// coarse is the network of an address: a /24, or a /64 of IPv6.
func coarse(a netip.Addr) (netip.Prefix, bool) {
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	return p, err == nil && a.IsValid()
}

// weekKey is the key of a week; value is nil before it is known.
type weekKey struct {
	week  int64
	value []byte
}

func weekOf(at time.Time) int64 { return at.UnixMilli() / week.Milliseconds() }

// markIn keeps from where who acted, as a mark: if that is known, and there is a
// key for the week, which a sweep makes.
func (s *Service) markIn(tx *db.Tx, actID, who, movementID id.ID) error {
	now := s.now()
	network, ok := s.seen.of(who, now)
	if !ok {
		return nil
	}
	key, err := s.keyIn(tx, weekOf(now))
	if err != nil || key == nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO weight_mark (act_id, account_id, mark, made_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (act_id, account_id) DO NOTHING`, actID, who, int64(markOf(key, movementID, network)), db.Millis(now))
	if err != nil {
		return fmt.Errorf("mark act %s: %w", actID, err)
	}
	return nil
}

func markOf(key []byte, movementID id.ID, network netip.Prefix) Mark {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(movementID.String() + " " + network.String()))
	return max(1, Mark(binary.BigEndian.Uint64(m.Sum(nil))>>1))
}

// keyIn is the key of this week, nil where no sweep made it yet.
func (s *Service) keyIn(r db.Reader, week int64) ([]byte, error) {
	s.mu.Lock()
	known := s.key
	s.mu.Unlock()
	if known.week == week && known.value != nil {
		return known.value, nil
	}
	var value []byte
	err := r.QueryRow("SELECT value FROM weight_key WHERE week = $1", week).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the week's key: %w", err)
	}
	s.mu.Lock()
	s.key = weekKey{week, value}
	s.mu.Unlock()
	return value, nil
}

// keepKey makes the key of this week, and erases those of others. A second
// before the week ends, marks may still be made with what is in memory.
func keepKey(tx *db.Tx, week int64) error {
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return fmt.Errorf("make the week's key: %w", err)
	}
	if _, err := tx.Exec("INSERT INTO weight_key (week, value) VALUES ($1, $2) ON CONFLICT (week) DO NOTHING", week, fresh); err != nil {
		return fmt.Errorf("keep the week's key: %w", err)
	}
	if _, err := tx.Exec("DELETE FROM weight_key WHERE week < $1", week); err != nil {
		return fmt.Errorf("erase the keys of weeks past: %w", err)
	}
	return nil
}
