package door

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
)

// Panic is a handler's panic as an error.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return "panic: " + fmt.Sprint(p.Value) }

// Caught runs do and returns its panic as an error, so that a door answers it
// in its own way, as it does any fault of ours. Once the answer has begun there is
// no other to give, and the panic goes on to Recover.
func Caught(w http.ResponseWriter, do func() error) (err error) {
	defer func() {
		if begun(w) {
			return
		}
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = &Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	return do()
}

// Recover is the net beneath all doors, for a panic that none of them caught. It
// logs it and answers 500; an answer that has begun is broken off, so that nobody
// takes it for whole. The server stands.
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
			Fault(log, r, &Panic{Value: v, Stack: debug.Stack()})
			if begun(w) {
				panic(http.ErrAbortHandler)
			}
			http.Error(w, "Something went wrong on our side. Try again in a moment.", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}

// Writer is a ResponseWriter that remembers what was answered; http.ResponseController
// finds what is beneath by Unwrap.
type Writer struct {
	http.ResponseWriter
	Status int // 0 until the answer has begun
}

// WriteHeader begins the answer.
func (w *Writer) WriteHeader(status int) {
	if status >= http.StatusOK {
		w.Status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write begins the answer with 200 if nothing did.
func (w *Writer) Write(b []byte) (int, error) {
	if w.Status == 0 {
		w.Status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap is for http.ResponseController.
func (w *Writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// begun says whether a Writer's answer has begun; of others it is not known.
func begun(w http.ResponseWriter) bool {
	known, ok := w.(*Writer)
	return ok && known.Status != 0
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
