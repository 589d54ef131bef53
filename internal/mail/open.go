package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// The connection with its greetings, and the sending, take at most this each.
const smtpWithin = 15 * time.Second

// relay is the SMTP server that takes our mail.
type relay struct {
	host string
	port int
	opts []gomail.Option
}

// client is for one message: only so can the library's timeout be ctx's.
func (r *relay) client(ctx context.Context) (*gomail.Client, error) {
	within := smtpWithin
	if end, ok := ctx.Deadline(); ok {
		within = max(min(within, time.Until(end)), time.Millisecond)
	}
	return gomail.NewClient(r.host, append(r.opts[:len(r.opts):len(r.opts)], gomail.WithTimeout(within))...)
}

// Config says where mail goes.
type Config struct {
	// SMTP is smtp://user:password@host:587 (encrypted by STARTTLS) or
	// smtps://user:password@host:465. Only to this machine itself does smtp://
	// go in clear; ?tls=on and ?tls=off say otherwise. "" writes files.
	SMTP string
	From string // "Name <address>", or an address alone
	Dir  string // the folder for files, made with mode 0700
	// Roots are the authorities that the SMTP server's certificate may come
	// from; nil for the system's.
	Roots *x509.CertPool
	// Log is told once where mail goes; nil for slog.Default().
	Log *slog.Logger
}

// Open checks the configuration; it does not speak to the SMTP server yet.
func Open(c Config) (*Mailer, error) {
	log := c.Log
	if log == nil {
		log = slog.Default()
	}
	from, err := netmail.ParseAddress(c.From)
	if err != nil || !oneLine(c.From) {
		return nil, fmt.Errorf("open mail: the sender %q is not a mail address", c.From)
	}
	m := &Mailer{from: from, dir: c.Dir}
	if c.SMTP == "" {
		if err := makePrivate(c.Dir); err != nil {
			return nil, fmt.Errorf("open mail: %w", err)
		}
		log.Info("mail: no SMTP server: mails are kept as files for a day, and sign-ups wait for a moderator", "dir", c.Dir)
		return m, nil
	}
	if m.smtp, err = c.relay(); err == nil {
		_, err = m.smtp.client(context.Background()) // whether its options fit
	}
	if err != nil {
		return nil, fmt.Errorf("open mail: %w", err)
	}
	log.Info("mail: sending", "server", m.smtp.host, "port", m.smtp.port)
	return m, nil
}

func makePrivate(dir string) error {
	if dir == "" {
		return errors.New("neither an SMTP server nor a folder is given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.Chmod(dir, 0o700)
}

func (c Config) relay() (*relay, error) {
	u, err := url.Parse(c.SMTP)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("the SMTP server is not given as smtp://user:password@host:port") // it may hold a password
	}
	host := u.Hostname()
	opts := []gomail.Option{
		gomail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
	}
	encrypted, port := true, 587
	switch u.Scheme {
	case "smtps":
		port = 465
		opts = append(opts, gomail.WithSSL())
	case "smtp":
		if encrypted, err = startTLS(u); err != nil {
			return nil, err
		}
		policy := gomail.TLSMandatory
		if !encrypted {
			policy, port = gomail.NoTLS, 25
		}
		opts = append(opts, gomail.WithTLSPolicy(policy))
	default:
		return nil, fmt.Errorf("mail cannot be sent by %q, only by smtp:// or smtps://", u.Scheme)
	}
	if p := u.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil {
			return nil, fmt.Errorf("the SMTP port %q is not a number", p)
		}
	}
	opts = append(opts, gomail.WithPort(port))
	if password, ok := u.User.Password(); ok {
		if !encrypted && !loopback(host) {
			return nil, errors.New("a password for SMTP is not sent in clear")
		}
		auth := gomail.SMTPAuthAutoDiscover
		if !encrypted {
			auth = gomail.SMTPAuthPlain // which the library discovers on encrypted connections only
		}
		opts = append(opts, gomail.WithSMTPAuth(auth), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	return &relay{host: host, port: port, opts: opts}, nil
}

// startTLS says whether an smtp:// connection must be encrypted.
func startTLS(u *url.URL) (bool, error) {
	switch v := u.Query().Get("tls"); v {
	case "":
		return !loopback(u.Hostname()), nil
	case "on", "off":
		return v == "on", nil
	default:
		return false, fmt.Errorf("tls=%s in the SMTP address is neither on nor off", v)
	}
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}
