package impact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"hash/maphash"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/id"
)

// Viewer is somebody as a sketch knows them: 64 bits of an HMAC, from which
// nobody without the secret gets back to who it is. It is made for one request,
// and neither stored nor logged.
type Viewer struct{ h uint64 }

// who is a viewer as the doors know them.
type who struct {
	account id.ID
	day     int64 // of strangers
	addr    netip.Addr
	agent   string
}

// keys make viewers. An HMAC with its key worked in is kept for each processor,
// and the viewers of who was here last in memory, for an HMAC takes longer than
// all else that seeing costs.
type keys struct {
	macs sync.Pool
	seed maphash.Seed
	last [1 << 14]atomic.Pointer[known]
}

type known struct {
	who
	Viewer
}

// mac is an HMAC with room for what goes in and comes out.
type mac struct {
	hash.Hash
	in, out []byte
}

func newKeys(secret []byte) *keys {
	k := &keys{seed: maphash.MakeSeed()}
	k.macs.New = func() any {
		return &mac{Hash: hmac.New(sha256.New, secret), in: make([]byte, 0, 256), out: make([]byte, 0, sha256.Size)}
	}
	return k
}

func (k *keys) viewer(w who) Viewer {
	place := &k.last[maphash.Comparable(k.seed, w)%uint64(len(k.last))]
	if last := place.Load(); last != nil && last.who == w {
		return last.Viewer
	}
	v := k.mac(w)
	w.agent = strings.Clone(w.agent) // not the whole request
	place.Store(&known{w, v})
	return v
}

func (k *keys) mac(w who) Viewer {
	m := k.macs.Get().(*mac)
	defer k.macs.Put(m)
	m.Reset()
	m.in = binary.BigEndian.AppendUint64(m.in[:0], uint64(w.account))
	m.in = binary.BigEndian.AppendUint64(m.in, uint64(w.day))
	addr := w.addr.As16()
	m.in = append(append(m.in, addr[:]...), w.agent...)
	m.Write(m.in) // a hash never fails
	m.out = m.Sum(m.out[:0])
	return Viewer{binary.LittleEndian.Uint64(m.out)}
}

// Account is an account as a viewer. It panics before Start.
func (s *Service) Account(i id.ID) Viewer { return s.keys.Load().viewer(who{account: i}) }

// agentMost is how much of a stranger's agent tells them apart.
const agentMost = 200

// Stranger is somebody who has not signed in, told from others by address and
// browser for one UTC day only; on the next they are somebody else. It panics
// before Start.
func (s *Service) Stranger(addr netip.Addr, agent string) Viewer {
	return s.keys.Load().viewer(who{day: dayOf(s.now()), addr: addr, agent: agent[:min(len(agent), agentMost)]})
}

// dayOf is the number of a UTC day.
func dayOf(t time.Time) int64 {
	const seconds = 24 * 60 * 60
	if s := t.Unix(); s > 0 {
		return s / seconds
	}
	return 0
}

// in is the viewer as the sketches of one subject know them, so that the
// sketches of two subjects cannot be held against each other. It is the
// finalizer of MurmurHash3, which keeps distinct viewers distinct.
func (v Viewer) in(subject id.ID) uint64 {
	x := v.h ^ uint64(subject)*0x9e3779b97f4a7c15
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
