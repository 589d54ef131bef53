package door_test

import (
	"bytes"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"goodturn/internal/door"
	"goodturn/internal/problem"
)

func TestProxies_From(t *testing.T) {
	named, err := door.ParseProxies("10.0.0.0/8, 192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"OK/no proxy", "203.0.113.7:1", "", "203.0.113.7"},
		{"OK/a stranger's word counts for nothing", "203.0.113.7:1", "198.51.100.1", "203.0.113.7"},
		{"OK/named proxy", "10.1.2.3:1", "198.51.100.1", "198.51.100.1"},
		{"OK/two named proxies", "10.1.2.3:1", "198.51.100.1, 192.0.2.1", "198.51.100.1"},
		{"OK/what the client made up before the proxy", "10.1.2.3:1", "1.1.1.1, 198.51.100.1", "198.51.100.1"},
		{"OK/nonsense", "10.1.2.3:1", "unknown", "10.1.2.3"},
		{"OK/mapped", "[::ffff:203.0.113.7]:1", "", "203.0.113.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-For", c.forwarded)
			}
			if got := named.From(r).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if _, err := door.ParseProxies("localhost"); err == nil {
		t.Error("a name was taken for an address")
	}
}

func TestLimit_Use(t *testing.T) {
	now := time.UnixMilli(0)
	l := door.NewLimit(2, time.Minute, func() time.Time { return now })
	for i, ok := range []bool{true, true, false} {
		if u := l.Use("a"); u.OK != ok {
			t.Errorf("request %d: %+v", i+1, u)
		}
	}
	if !l.Use("b").OK {
		t.Error("one key used up another's")
	}
	now = now.Add(time.Minute)
	if u := l.Use("a"); !u.OK || u.Left != 1 {
		t.Errorf("a new window began with %+v", u)
	}
	if key := door.AddrKey(netip.MustParseAddr("2001:db8::1")); key != door.AddrKey(netip.MustParseAddr("2001:db8::2")) {
		t.Error("two addresses of one /64 have two keys")
	}
}

func TestValues(t *testing.T) {
	t.Run("OK/nested JSON reads like a form", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/?x=1", strings.NewReader(`{"status":"hi","media_ids":["7",8],"poll":{"options":["a"],"expires_in":86400},"sensitive":true,"none":null}`))
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
		v, err := door.Values(r)
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Encode(); got != "media_ids%5B%5D=7&media_ids%5B%5D=8&poll%5Bexpires_in%5D=86400&poll%5Boptions%5D%5B%5D=a&sensitive=true&status=hi&x=1" {
			t.Error(got)
		}
	})
	t.Run("ErrNotUTF8", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/", strings.NewReader("status=%ff%fe"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if _, err := door.Values(r); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrNotUTF8/JSON in Latin-1", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/", strings.NewReader("{\"status\":\"Caf\xe9\"}"))
		r.Header.Set("Content-Type", "application/json")
		if v, err := door.Values(r); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("got %q, %v", v, err)
		}
	})
	t.Run("ErrNUL", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/?name=a%00b", nil)
		if _, err := door.Values(r); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("ErrNested/each level would make every name longer", func(t *testing.T) {
		body := strings.Repeat(`{"b":1,"`+strings.Repeat("a", 40)+`":`, 5000) + "1" + strings.Repeat("}", 5000)
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		v, err := door.Values(r)
		if !problem.Is(err, problem.KindInvalid) || len(v) > 0 {
			t.Errorf("got %d values, %v", len(v), err)
		}
	})
	t.Run("ErrTooLarge", func(t *testing.T) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("a", door.BodyLimit+1)))
		r.Header.Set("Content-Type", "application/json")
		if _, err := door.Values(r); door.Status(err) != http.StatusRequestEntityTooLarge {
			t.Errorf("got %v", err)
		}
	})
}

func TestIntact(t *testing.T) {
	request := func(target, key string) *http.Request {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Idempotency-Key", key)
		return r
	}
	for _, c := range []struct {
		name, target, key string
		want              problem.Kind // 0: intact
	}{
		{"OK", "/tags/%E2%98%95?q=a+b%C3%B6", "k", 0},
		{"ErrPathNUL", "/tags/%00", "", problem.KindNotFound},
		{"ErrPathNotUTF8", "/tags/%ff", "", problem.KindNotFound},
		{"ErrQueryNUL", "/?q=%00", "", problem.KindInvalid},
		{"ErrQueryName", "/?%ff=1", "", problem.KindInvalid},
		{"ErrKey", "/", "\xff", problem.KindInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := door.Intact(request(c.target, c.key))
			if c.want == 0 && err != nil || c.want != 0 && !problem.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	for _, c := range []struct{ name, body, field string }{
		{"ErrWrongType", `{"quantity":"five"}`, "quantity"},
		{"ErrUnknownField", `{"amount":5}`, "amount"},
		{"ErrTrailing", `{"quantity":5} {}`, ""},
		{"ErrNotJSON", `quantity=5`, ""},
		{"ErrNotUTF8", "{\"story\":\"\xff\"}", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var v struct {
				Quantity int64 `json:"quantity"`
				Story    string
			}
			err := door.JSON(httptest.NewRequest("POST", "/", strings.NewReader(c.body)), &v)
			p, ok := problem.Of(err)
			if !ok || p.Field != c.field || door.Status(err) != 422 {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestPage(t *testing.T) {
	p, err := door.Page(httptest.NewRequest("GET", "/?max_id=9&limit=900", nil), 80)
	if err != nil || p.Max != 9 || p.Size() != 80 {
		t.Errorf("got %+v of %d, %v", p, p.Size(), err)
	}
	for _, bad := range []string{"max_id=x", "since_id=-1", "min_id=1.5", "limit=ten"} {
		if _, err := door.Page(httptest.NewRequest("GET", "/?"+bad, nil), 0); !problem.Is(err, problem.KindInvalid) {
			t.Errorf("%s: got %v", bad, err)
		}
	}
}

func TestCaught(t *testing.T) {
	t.Run("OK", func(t *testing.T) {
		if err := door.Caught(nil, func() error { return problem.NotFound("page") }); !problem.Is(err, problem.KindNotFound) {
			t.Error(err)
		}
	})
	t.Run("OK/what breaks a connection off goes on", func(t *testing.T) {
		defer func() {
			if v := recover(); v != http.ErrAbortHandler {
				t.Error(v)
			}
		}()
		t.Error(door.Caught(nil, func() error { panic(http.ErrAbortHandler) }))
	})
	t.Run("Err/panic", func(t *testing.T) {
		err := door.Caught(nil, func() error { panic("a screw fell out") })
		panicked, ok := errors.AsType[*door.Panic](err)
		if !ok || panicked.Value != "a screw fell out" || !strings.Contains(string(panicked.Stack), "door_test.go") {
			t.Error(err)
		}
	})
}

// A panic in the middle of an answer is logged once, and breaks the answer off.
func TestRecover(t *testing.T) {
	var logged bytes.Buffer
	handler := door.Recover(slog.New(slog.NewTextHandler(&logged, nil)), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := door.Caught(w, func() error {
			if _, err := io.WriteString(w, "half an"); err != nil {
				return err
			}
			panic("a screw fell out")
		})
		t.Error("an answer that has begun was begun again:", err)
	}))
	house := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(&door.Writer{ResponseWriter: w}, r)
	}))
	house.Config.ErrorLog = log.New(io.Discard, "", 0)
	res, err := http.Get(house.URL)
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("the answer looks whole")
	}
	house.Close()
	if n := strings.Count(logged.String(), "a screw fell out"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, &logged)
	}
}
