package push_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/db/dbtest"
	"goodturn/internal/event"
	"goodturn/internal/fetch"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/mail"
	"goodturn/internal/notice"
	"goodturn/internal/push"
	"goodturn/internal/seed"
)

var ctx = context.Background()

// phone is a device and its push service, which answers with the statuses that
// it is told to, the last of them again and again.
type phone struct {
	*httptest.Server
	t       *testing.T
	key     *ecdh.PrivateKey
	secret  []byte
	server  string // this server's key, as the subscription says it
	answers chan int
	got     chan message
}

// message is what came, as Mastodon's clients read it.
type message struct {
	Token string `json:"access_token"`
	ID    int64  `json:"notification_id"`
	Type  string `json:"notification_type"`
	Title string `json:"title"`
	Body  string `json:"body"`
	Icon  string `json:"icon"`
}

func newPhone(t *testing.T, answers ...int) *phone {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	ok(t, err)
	p := &phone{t: t, key: key, secret: []byte("sixteen bytes of"), answers: make(chan int, len(answers)), got: make(chan message, 100)}
	for _, a := range answers {
		p.answers <- a
	}
	p.Server = httptest.NewTLSServer(http.HandlerFunc(p.take))
	t.Cleanup(p.Close)
	return p
}

// take is one message on its way (RFC 8030, section 5).
func (p *phone) take(w http.ResponseWriter, r *http.Request) {
	status := http.StatusCreated
	select {
	case status = <-p.answers:
	default:
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("TTL") == "" {
		p.t.Errorf("%s with TTL %q: %v", r.Method, r.Header.Get("TTL"), err)
	}
	text := p.open(r, body)
	var m message
	if err := json.Unmarshal(text, &m); err != nil {
		p.t.Errorf("%v in %q", err, text)
	}
	w.WriteHeader(status)
	p.got <- m
}

// open checks who sends (RFC 8292) and decrypts (RFC 8291, section 3.4).
func (p *phone) open(r *http.Request, body []byte) []byte {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "aes128gcm" || len(body) < 86 {
		p.t.Errorf("%d bytes come as %q", len(body), encoding)
		return nil
	}
	token, key, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Authorization"), "vapid t="), ",k=")
	if key != p.server {
		p.t.Errorf("it is signed with %q, not %q", key, p.server)
	}
	p.verify(token, key)
	salt, theirs := body[:16], body[21:86]
	public, err := ecdh.P256().NewPublicKey(theirs)
	ok(p.t, err)
	shared, err := p.key.ECDH(public)
	ok(p.t, err)
	derive := func(secret, salt []byte, info string, n int) []byte {
		k, err := hkdf.Key(sha256.New, secret, salt, info, n)
		ok(p.t, err)
		return k
	}
	input := derive(shared, p.secret, "WebPush: info\x00"+string(p.key.PublicKey().Bytes())+string(theirs), 32)
	block, err := aes.NewCipher(derive(input, salt, "Content-Encoding: aes128gcm\x00", 16))
	ok(p.t, err)
	gcm, err := cipher.NewGCM(block)
	ok(p.t, err)
	text, err := gcm.Open(nil, derive(input, salt, "Content-Encoding: nonce\x00", 12), body[86:], nil)
	if err != nil || text[len(text)-1] != 2 {
		p.t.Errorf("it cannot be decrypted: %v", err)
		return nil
	}
	return text[:len(text)-1]
}

func (p *phone) verify(token, key string) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		p.t.Errorf("no token: %q", token)
		return
	}
	decode := func(s string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(s)
		ok(p.t, err)
		return b
	}
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), decode(key))
	ok(p.t, err)
	hash, signature := sha256.Sum256([]byte(parts[0]+"."+parts[1])), decode(parts[2])
	if len(signature) != 64 || !ecdsa.Verify(public, hash[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		p.t.Error("the signature is wrong")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	ok(p.t, json.Unmarshal(decode(parts[1]), &claims))
	if left := time.Until(time.Unix(claims.Exp, 0)); claims.Aud != p.URL || claims.Sub != seed.Base || left <= 0 || left > 24*time.Hour {
		p.t.Errorf("it claims %+v", claims)
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// world is two people, and ada's phone.
type world struct {
	*seed.Mission
	notices  *notice.Service
	filters  *filter.Service
	pushes   *push.Service
	auth     *auth.Service
	ada, ben *account.Account
	phone    *phone
	token    *auth.Token
	bearer   string
}

func newWorld(t *testing.T, d *db.DB, answers ...int) *world {
	t.Helper()
	w := &world{Mission: seed.NewMission(t, seed.NewGround(t, d)), phone: newPhone(t, answers...)}
	w.notices = seed.Notices(t, w.Mission)
	roots := x509.NewCertPool()
	roots.AddCert(w.phone.Certificate())
	gate := fetch.New(fetch.Config{Roots: roots, Allow: func(a netip.Addr) bool { return a.IsLoopback() }})
	t.Cleanup(gate.Close)
	w.filters = seed.Filters(t, w.Ground, w.Posts)
	w.pushes = seed.Pushes(t, w.Mission, w.notices, w.filters, gate, func(k notice.Kind) string {
		return map[notice.Kind]string{notice.Like: "favourite", notice.Mention: "mention", notice.Follow: "follow"}[k]
	})
	w.auth = auth.New(d, w.IDs, w.Hub, w.Clock.Now, w.Accounts, w.Jobs, noMail{}, auth.Config{URL: seed.Base, Name: "Here", Log: w.Log, DeviceKey: make([]byte, 32)})
	w.ada, w.ben = seed.Account(t, w.Ground, "ada"), seed.Account(t, w.Ground, "ben")
	var err error
	if w.bearer, w.token, err = w.auth.CreateToken(ctx, w.ada.ID, "a phone", auth.DefaultScopes); err != nil {
		t.Fatal(err)
	}
	return w
}

type noMail struct{}

func (noMail) Send(context.Context, mail.Message) error { return nil }
func (noMail) Delivers() bool                           { return false }

func (w *world) draft(alerts ...string) push.Draft {
	enc := base64.RawURLEncoding
	return push.Draft{Endpoint: w.phone.URL + "/ada", Key: enc.EncodeToString(w.phone.key.PublicKey().Bytes()), Secret: enc.EncodeToString(w.phone.secret),
		Standard: true, Wish: push.Wish{Alerts: alerts}}
}

func (w *world) subscribe(t *testing.T, d push.Draft) {
	t.Helper()
	w.phone.server = w.pushes.PublicKey()
	if _, err := w.pushes.Subscribe(ctx, account.As(w.ada), w.token.ID, d); err != nil {
		t.Fatal(err)
	}
	w.Clock.Add(time.Millisecond)
}

// next is the next message, which says so.
func (w *world) next(t *testing.T, kind, title string) message {
	t.Helper()
	select {
	case m := <-w.phone.got:
		if m.Type != kind || m.Title != title {
			t.Errorf("got %+v, want %s: %s", m, kind, title)
		}
		return m
	case <-time.After(30 * time.Second):
		t.Fatalf("%s never came", kind)
		return message{}
	}
}

// is waits until a number of the subscriptions is so.
func (w *world) is(t *testing.T, what string, want int64) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	var got int64
	for range 500 {
		if err := w.D.Read(ctx).QueryRow(`SELECT COALESCE(` + what + `, 0) FROM push_subscription`).Scan(&got); err != nil {
			t.Fatal(err)
		}
		if got == want {
			return
		}
		<-tick.C
	}
	t.Errorf("%s is %d, want %d", what, got, want)
}

func TestPush(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		before := seed.Post(t, w.Posts, w.ben, "@ada before")
		w.subscribe(t, w.draft("mention", "favourite"))
		w.Work(t)
		w.Clock.Add(time.Millisecond)
		said := seed.Post(t, w.Posts, w.ben, "@ada <b>soup</b> & bread?")
		m := w.next(t, "mention", "ben mentioned you")
		if m.Body != "@ada <b>soup</b> & bread?" || m.Token != "" || m.Icon != seed.Base+"/missing.png" || m.ID == 0 {
			t.Errorf("it says %+v", m)
		}
		if id.ID(m.ID) <= before.ID || id.ID(m.ID) <= said.ID-1<<40 {
			t.Errorf("it is about notice %d", m.ID)
		}
		w.is(t, "MAX(sent_id)", m.ID)
		w.Clock.Add(time.Minute)
		seed.Follow(t, w.Ground, w.ben, w.ada) // not among the alerts
		w.Clock.Add(time.Minute)
		seed.Like(t, w.Posts, w.ben, seed.Post(t, w.Posts, w.ada, "Good morning"))
		w.next(t, "favourite", "ben likes your post")
	})
}

func TestPush_PolicyAndBlock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		cat, dan := seed.Account(t, w.Ground, "cat"), seed.Account(t, w.Ground, "dan")
		seed.Follow(t, w.Ground, w.ada, cat)
		seed.Follow(t, w.Ground, w.ada, dan)
		hold := notice.Hold
		if err := w.notices.SetPolicy(ctx, account.As(w.ada), notice.PolicyChange{NotFollowers: &hold}); err != nil {
			t.Fatal(err)
		}
		eve := seed.Account(t, w.Ground, "eve")
		seed.Follow(t, w.Ground, w.ada, eve)
		seed.Follow(t, w.Ground, cat, w.ada)
		w.Clock.Add(4 * 24 * time.Hour)
		seed.Block(t, w.Ground, w.ada, dan)
		draft := w.draft("mention")
		draft.Policy = push.FromFollowed
		w.subscribe(t, draft)
		for _, by := range []*account.Account{w.ben, dan, eve, cat} {
			seed.Post(t, w.Posts, by, "@ada hello")
			w.Clock.Add(time.Millisecond)
		}
		w.Work(t)
		w.next(t, "mention", "cat mentioned you")
		if len(w.phone.got) != 0 {
			t.Errorf("more came: %+v", <-w.phone.got)
		}
	})
}

// What a filter keeps from notices altogether disturbs nobody either.
func TestPush_Filtered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		if _, err := w.filters.Create(ctx, account.As(w.ada), filter.Draft{
			Title: new("Kitchen"), Contexts: new(filter.Notices), Action: new(filter.Hide), Drops: new(true),
			Keywords: []filter.KeywordDraft{{Text: new("soup")}},
		}); err != nil {
			t.Fatal(err)
		}
		w.subscribe(t, w.draft("mention"))
		for _, words := range []string{"@ada soup?", "@ada bread?"} {
			seed.Post(t, w.Posts, w.ben, words)
			w.Clock.Add(time.Millisecond)
		}
		w.Work(t)
		if m := w.next(t, "mention", "ben mentioned you"); m.Body != "@ada bread?" {
			t.Errorf("it says %q", m.Body)
		}
		if len(w.phone.got) != 0 {
			t.Errorf("more came: %+v", <-w.phone.got)
		}
	})
}

func TestPush_Failures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		t.Run("OK/tried again", func(t *testing.T) {
			w := newWorld(t, dbtest.Open(t, d.Engine()), http.StatusServiceUnavailable)
			w.subscribe(t, w.draft("mention"))
			w.Work(t)
			seed.Post(t, w.Posts, w.ben, "@ada hello")
			first := w.next(t, "mention", "ben mentioned you")
			w.is(t, "MAX(failures)", 1)
			w.Clock.Add(2 * time.Minute)
			seed.Post(t, w.Posts, w.ben, "@ada are you there?")
			if second := w.next(t, "mention", "ben mentioned you"); second.ID != first.ID {
				t.Errorf("what was not taken did not come again: %+v", second)
			}
			w.next(t, "mention", "ben mentioned you")
			w.is(t, "MAX(failures)", 0)
		})
		for _, status := range []int{http.StatusGone, http.StatusNotFound} {
			t.Run("OK/a device that is no more", func(t *testing.T) {
				w := newWorld(t, dbtest.Open(t, d.Engine()), status)
				w.subscribe(t, w.draft("mention"))
				w.Work(t)
				seed.Post(t, w.Posts, w.ben, "@ada hello")
				w.next(t, "mention", "ben mentioned you")
				w.is(t, "COUNT(*)", 0)
			})
		}
	})
}

func TestPush_Ends(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		event.On(w.Hub, w.auth.OnAccountDeleted)
		w.subscribe(t, w.draft("mention"))
		if _, err := w.pushes.Subscription(ctx, account.As(w.ben), w.token.ID); err == nil {
			t.Error("another's subscription is shown")
		}
		if _, err := w.pushes.Subscribe(ctx, account.As(w.ben), w.token.ID, w.draft()); err == nil {
			t.Error("another's app subscribes")
		}
		ok(t, w.auth.RevokeSecret(ctx, w.bearer))
		w.is(t, "COUNT(*)", 0)

		// So many devices, and no more.
		for range 25 {
			_, token, err := w.auth.CreateToken(ctx, w.ada.ID, "a phone", auth.DefaultScopes)
			ok(t, err)
			w.token = token
			w.subscribe(t, w.draft("mention"))
		}
		w.is(t, "COUNT(*)", 20)
		w.Update(t, func(tx *db.Tx) error { return w.Accounts.DeleteIn(tx, w.ada.ID, w.Clock.Now()) })
		w.is(t, "COUNT(*)", 0)
	})
}
