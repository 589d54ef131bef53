package fetch_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"goodturn/internal/fetch"
)

// nameServer is a DNS server on loopback that answers each question for an IPv4
// address with the next answer, and goes on with the last.
func nameServer(t *testing.T, answers ...string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	var asked atomic.Int32
	go func() {
		defer close(done)
		buf := make([]byte, 1<<12)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return // closed
			}
			reply, err := answer(buf[:n], func() netip.Addr {
				i := min(int(asked.Add(1)), len(answers))
				return netip.MustParseAddr(answers[i-1])
			})
			if err == nil {
				_, err = conn.WriteTo(reply, from)
			}
			if err != nil {
				t.Error(err)
			}
		}
	}()
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
		<-done
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answer(query []byte, next func() netip.Addr) ([]byte, error) {
	var m dnsmessage.Message
	if err := m.Unpack(query); err != nil {
		return nil, err
	}
	m.Response, m.Additionals = true, nil
	for _, q := range m.Questions {
		if q.Type == dnsmessage.TypeA {
			m.Answers = append(m.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
				Body:   &dnsmessage.AResource{A: next().As4()},
			})
		}
	}
	return m.Pack()
}

// A name that stands for a public address when it is looked at, and for one of
// ours when it is used.
func TestGate_Get_HostileResolver(t *testing.T) {
	reached := 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		reached++
		w.Header().Set("Connection", "close") // so that the next step dials anew
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/secret", http.StatusFound)
		}
	})
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	address := "http://rebind.example:" + port

	t.Run("Err/at the second fetch", func(t *testing.T) {
		reached = 0
		g := gate(t, fetch.Config{Resolver: nameServer(t, "127.0.0.1", "127.0.0.2")})
		if _, err := g.Get(t.Context(), address, 10); err != nil {
			t.Fatal(err)
		}
		_, err := g.Get(t.Context(), address, 10)
		want(t, err, fetch.ErrRefused)
		if reached != 1 {
			t.Errorf("the server was reached %d times, want once", reached)
		}
	})

	t.Run("Err/at a redirect to the same name", func(t *testing.T) {
		reached = 0
		g := gate(t, fetch.Config{Resolver: nameServer(t, "127.0.0.1", "10.0.0.1")})
		_, err := g.Get(t.Context(), address+"/moved", 10)
		want(t, err, fetch.ErrRefused)
		if reached != 1 {
			t.Errorf("the server was reached %d times, want once", reached)
		}
	})

	t.Run("Err/no such name", func(t *testing.T) {
		g := gate(t, fetch.Config{Resolver: nameServer(t, "192.168.1.1")})
		_, err := g.Get(t.Context(), "http://intranet.example/", 10)
		want(t, err, fetch.ErrRefused)
		if _, ok := errors.AsType[*net.DNSError](err); ok {
			t.Errorf("the name was not found: %v", err)
		}
	})
}

func TestPublic(t *testing.T) {
	for address, expected := range map[string]bool{
		"1.1.1.1": true, "93.184.215.14": true, "172.32.0.1": true, "100.128.0.1": true, "198.20.0.1": true, "223.255.255.255": true,
		"2606:4700::1111": true, "2a00:1450:4001::1": true, "::ffff:1.1.1.1": true, "64:ff9b::101:101": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.255.255.255": false, "100.64.0.1": false, "100.127.255.255": false,
		"127.0.0.1": false, "127.255.255.254": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false,
		"192.0.0.8": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.0.1": false, "198.18.0.1": false,
		"198.19.255.255": false, "198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "239.255.255.255": false,
		"240.0.0.1": false, "255.255.255.255": false,

		"::": false, "::1": false, "::127.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false,
		"::ffff:0:127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "64:ff9b:1::101:101": false,
		"100::1": false, "2001::1": false, "2001:db8::1": false, "2001:10::1": false, "2002:7f00:1::1": false,
		"2002:101:101::1": false, "3fff::1": false, "4000::1": false, "5f00::1": false, "fc00::1": false, "fd12:3456::1": false,
		"fe80::1": false, "fe80::1%eth0": false, "2606:4700::1111%eth0": false, "fec0::1": false, "ff02::1": false,
	} {
		if got := fetch.Public(netip.MustParseAddr(address)); got != expected {
			t.Errorf("%s: public is %v, want %v", address, got, expected)
		}
	}
	if fetch.Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}
