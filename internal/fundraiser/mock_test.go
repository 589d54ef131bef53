package fundraiser_test

import (
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/fetch"
	"goodturn/internal/fundraiser"
)

const mockTool = "github.com/stripe/stripe-mock@v0.203.0"

// mock runs Stripe's own mock server, which holds requests against Stripe's
// description of its API, and gives its address.
func mock(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	install := exec.Command("go", "install", mockTool)
	install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("left out: stripe-mock (%s cannot be built here)", mockTool)
		t.Logf("%s", out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(address)
	run := exec.CommandContext(t.Context(), filepath.Join(bin, "stripe-mock"), "-http-port", port)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = run.Wait() })
	deadline := time.After(20 * time.Second)
	for tick := time.NewTicker(50 * time.Millisecond); ; {
		if c, err := net.Dial("tcp", address); err == nil {
			_ = c.Close()
			return "http://" + address
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("stripe-mock does not listen on " + strconv.Quote(address))
		}
	}
}

// Stripe's mock server takes what is asked of Stripe, once and monthly.
func TestStripeMock(t *testing.T) {
	if testing.Short() {
		t.Skip("left out: stripe-mock (-short)")
	}
	api := mock(t)
	each(t, func(t *testing.T, h *house) {
		gate := fetch.New(fetch.Config{Allow: netip.Addr.IsLoopback})
		defer gate.Close()
		h.funds.Pay(fundraiser.Stripe{Key: "sk_test_123", Webhook: signing, Accounts: map[string]string{"kitchen": "acct_1"}, API: api, URL: "https://here.example"}, gate, nil)
		for _, g := range []fundraiser.PaidGift{{Amount: cents(20_00)}, {Amount: cents(5_00), Monthly: true}, {Amount: cents(500), Unit: "JPY"}} {
			c, err := h.funds.Checkout(h.ctx, account.As(h.ben), h.call.ID, g)
			h.ok(err)
			if c.State != fundraiser.CheckoutOpen {
				t.Errorf("%+v is %s", g, c.State)
			}
		}
		h.Clock.Add(2 * time.Hour)
		h.ok(h.funds.Ask(h.ctx, h.Clock.Now()))
	})
}
