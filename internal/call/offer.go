package call

import (
	"sync"
	"time"

	"goodturn/internal/id"
)

const (
	offerSpan = 24 * time.Hour
	offerMost = 100_000 // kept at once, some 5 MB
)

// offers remembers for a day, in this process alone, which call was offered to
// whom, so that nobody is asked twice. No row says who was.
type offers struct {
	mu  sync.Mutex
	at  map[offer]time.Time
	old []offer // in the order they were made
}

type offer struct{ account, call id.ID }

func newOffers() *offers { return &offers{at: map[offer]time.Time{}} }

// offered says whether the call was offered to the account within a day.
func (o *offers) offered(accountID, callID id.ID, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	at, ok := o.at[offer{accountID, callID}]
	return ok && now.Sub(at) < offerSpan
}

// offer notes an offer, and is false when it was made within a day already.
func (o *offers) offer(accountID, callID id.ID, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	key := offer{accountID, callID}
	if at, ok := o.at[key]; ok && now.Sub(at) < offerSpan {
		return false
	}
	o.drop(now)
	o.at[key] = now
	o.old = append(o.old, key)
	return true
}

// drop forgets offers that are older than a day, or more than can be kept.
func (o *offers) drop(now time.Time) {
	for len(o.old) > 0 && (len(o.old) >= offerMost || now.Sub(o.at[o.old[0]]) >= offerSpan) {
		delete(o.at, o.old[0])
		o.old = o.old[1:]
	}
}

// forget lets a call be offered again.
func (o *offers) forget(accountID, callID id.ID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.at, offer{accountID, callID})
}
