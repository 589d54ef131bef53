package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"goodturn/internal/mail"
)

// postOffice is a real SMTP server on loopback that takes mail for anybody but
// nobody@example.org, from those who know the password.
type postOffice struct {
	addr  string
	roots *x509.CertPool
	mails chan string // "from → to: encrypted|clear\n" and the message
}

func newPostOffice(t *testing.T, implicitTLS bool) *postOffice {
	t.Helper()
	cert, roots := certificate(t)
	p := &postOffice{roots: roots, mails: make(chan string, 8)}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{office: p, conn: c}, nil
	}))
	s.Domain = "localhost"
	s.AllowInsecureAuth = true
	s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = l.Addr().String()
	if implicitTLS {
		l = tls.NewListener(l, s.TLSConfig)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return p
}

type session struct {
	office   *postOffice
	conn     *smtp.Conn
	known    bool
	from, to string
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if s.known = user == "goodturn" && password == "p@ss word"; !s.known {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch to {
	case "nobody@example.org":
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such box"}
	case "later@example.org":
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted"}
	}
	s.to = to
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	how := "clear"
	if _, ok := s.conn.TLSConnectionState(); ok {
		how = "encrypted"
	}
	s.office.mails <- s.from + " → " + s.to + ": " + how + "\n" + string(b)
	return nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if c, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(c)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

func (p *postOffice) mailer(t *testing.T, url string) *mail.Mailer {
	t.Helper()
	m, err := mail.Open(mail.Config{SMTP: url, From: "Goodturn <hello@goodturn.example>", Roots: p.roots, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	if !m.Delivers() {
		t.Error("it says that mail does not reach people")
	}
	return m
}

const login = "goodturn:p%40ss%20word@"

func TestMailer_Send_SMTP(t *testing.T) {
	for name, tc := range map[string]struct {
		implicit bool
		url, how string
	}{
		"in clear to this machine": {false, "smtp://" + login + "%s", "clear"},
		"STARTTLS":                 {false, "smtp://" + login + "%s?tls=on", "encrypted"},
		"implicit TLS":             {true, "smtps://" + login + "%s", "encrypted"},
	} {
		t.Run("OK/"+name, func(t *testing.T) {
			p := newPostOffice(t, tc.implicit)
			m := p.mailer(t, strings.Replace(tc.url, "%s", p.addr, 1))
			if err := m.Send(t.Context(), hello()); err != nil {
				t.Fatal(err)
			}
			envelope, message, _ := strings.Cut(<-p.mails, "\n")
			if want := "hello@goodturn.example → mina@example.org: " + tc.how; envelope != want {
				t.Errorf("got %q, want %q", envelope, want)
			}
			check(t, strings.NewReader(message))
		})
	}

	t.Run("Err/a server that is not who it says", func(t *testing.T) {
		p := newPostOffice(t, false)
		p.roots = x509.NewCertPool()
		if err := p.mailer(t, "smtp://"+login+p.addr+"?tls=on").Send(t.Context(), hello()); err == nil || len(p.mails) != 0 {
			t.Errorf("it was sent (%v)", err)
		}
	})

	t.Run("Err/refused", func(t *testing.T) {
		p := newPostOffice(t, false)
		m := p.mailer(t, "smtp://"+login+p.addr)
		for to, permanent := range map[string]bool{"nobody@example.org": true, "later@example.org": false, "nonsense": true} {
			msg := hello()
			msg.To = to
			if err := m.Send(t.Context(), msg); err == nil || mail.Permanent(err) != permanent {
				t.Errorf("%s: permanent is %v, want %v, of %v", to, mail.Permanent(err), permanent, err)
			}
		}
	})

	t.Run("Err/a silent server", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		m := (&postOffice{}).mailer(t, "smtp://"+l.Addr().String())
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := m.Send(ctx, hello()); err == nil || time.Since(start) > 10*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
}
