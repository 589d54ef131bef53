package door

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
)

// Recover turns a panic of a handler into one logged fault and a 500, and
// leaves the server standing.
func Recover(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			log.Error("handler panicked", "method", r.Method, "route", r.Pattern, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
			http.Error(w, "Something went wrong on our side. Try again in a moment.", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}

// Proxies are those whose word on where a request came from is believed.
type Proxies []netip.Prefix

// ParseProxies reads addresses and prefixes separated by commas.
func ParseProxies(s string) (Proxies, error) {
	var out Proxies
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		if !strings.Contains(part, "/") {
			a, err := netip.ParseAddr(part)
			if err != nil {
				return nil, fmt.Errorf("%q is neither an address nor a prefix such as 10.0.0.0/8", part)
			}
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a prefix such as 10.0.0.0/8", part)
		}
		out = append(out, p)
	}
	return out, nil
}

func (p Proxies) trusts(a netip.Addr) bool {
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// From is the address that a request came from: the connection's, or, when
// that is a named proxy, the last one in X-Forwarded-For that no named proxy
// wrote.
func (p Proxies) From(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr := peer.Addr().Unmap()
	hops := r.Header.Values("X-Forwarded-For")
	list := strings.Split(strings.Join(hops, ","), ",")
	for i := len(list) - 1; i >= 0 && p.trusts(addr); i-- {
		a, err := netip.ParseAddr(strings.TrimSpace(list[i]))
		if err != nil {
			break
		}
		addr = a.Unmap()
	}
	return addr
}
