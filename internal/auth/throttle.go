package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"goodturn/internal/cache"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// rule is how often something may be tried: burst times at once, and once more
// after each every.
type rule struct {
	what  string
	burst int
	every time.Duration
}

// The rules. A name has a low one that guessing runs into; its owner goes on
// from a device that signed in before, which has a rule of its own, so nobody
// locks another out.
var (
	perName    = rule{"name", 10, time.Minute}
	perDevice  = rule{"device", 10, time.Minute}
	perAddr    = rule{"address", 30, 10 * time.Second}
	perSignUp  = rule{"sign-up", 10, 6 * time.Minute}
	perMail    = rule{"mail", 3, 20 * time.Minute} // mails to one address
	perAskMail = rule{"ask for mail", 10, 2 * time.Minute}
	perApp     = rule{"app", 30, 2 * time.Minute}
	perOwn     = rule{"app's own token", 30, time.Minute} // of one app
)

// throttleKeys is how many names and addresses are remembered; the least used
// are forgotten first.
const throttleKeys = 50_000

// throttle counts in memory, on each node for itself.
type throttle struct {
	now   func() time.Time
	limit cache.Cache[throttleKey, *rate.Limiter] // nil: no limit
}

type throttleKey struct {
	rule
	key string
}

func newThrottle(now func() time.Time, unlimited bool) *throttle {
	t := &throttle{now: now}
	if !unlimited {
		t.limit = cache.New(cache.Options[throttleKey, *rate.Limiter]{
			Bytes: throttleKeys, Size: func(throttleKey, *rate.Limiter) int { return 1 }, Load: newLimits,
		})
	}
	return t
}

// allow counts a try, and says whether it may be made.
func (t *throttle) allow(r rule, key string) bool {
	if t.limit == nil || key == "" {
		return true
	}
	l, _, err := t.limit.Get(context.Background(), throttleKey{r, key})
	return err == nil && l.AllowN(t.now(), 1)
}

func newLimits(_ context.Context, keys []throttleKey) (map[throttleKey]*rate.Limiter, error) {
	limits := make(map[throttleKey]*rate.Limiter, len(keys))
	for _, k := range keys {
		limits[k] = rate.NewLimiter(rate.Every(k.every), k.burst)
	}
	return limits, nil
}

// prefix is what one customer of a network has: an IPv4 address, a /64 of IPv6.
func prefix(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	a = a.Unmap()
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return a.String()
	}
	return p.String()
}

func tooMany() error {
	return problem.TooMany("These are too many tries. Wait a few minutes and try again.")
}

// mailsEnough is for who can go on only by a mail.
func mailsEnough() error {
	p := problem.TooMany("We sent this address several mails already. Look for them, also among what was sorted out as unwanted, or try again in 20 minutes.")
	p.Field = "email"
	return p
}

// newDevice is a cookie's value that shows, without a row of ours, that this
// device once signed in as the account.
func (s *Service) newDevice(account id.ID) string {
	nonce := account.String() + "." + rand.Text()
	return nonce + "." + s.deviceMAC(nonce)
}

// knownDevice answers what stands for the device in the throttle, "" for one
// that did not sign in as the account before.
func (s *Service) knownDevice(account id.ID, cookie string) string {
	end := strings.LastIndexByte(cookie, '.')
	if account == 0 || end < 0 || len(cookie) > 200 || len(s.config.DeviceKey) == 0 {
		return ""
	}
	nonce := cookie[:end]
	whose, _, _ := strings.Cut(nonce, ".")
	if whose != account.String() || !hmac.Equal([]byte(cookie[end+1:]), []byte(s.deviceMAC(nonce))) {
		return ""
	}
	return nonce
}

func (s *Service) deviceMAC(nonce string) string {
	m := hmac.New(sha256.New, s.config.DeviceKey)
	m.Write([]byte("device " + nonce))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}
