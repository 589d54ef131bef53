package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/door"
	"goodturn/internal/fundraiser"
	"goodturn/internal/media/film"
)

// Config is all that an operator can set; each field but the last few is a flag
// of the command and a GOODTURN_ variable. Only Data is required.
type Config struct {
	Data           string            // the folder for everything that is not in the database
	Listen         string            // address and port; "127.0.0.1:8080" unless said
	URL            string            // how people reach the server, without a slash at its end; from Listen unless said
	Name           string            // what the server calls itself; "Goodturn" unless said
	Database       string            // a PostgreSQL address; SQLite in Data if empty
	TrustedProxies string            // addresses and prefixes, separated by commas
	TLS            string            // "auto" gets certificates by ACME for the host of URL; "" is plain, behind a proxy
	NoRateLimits   bool              // for measuring
	Metrics        string            // address and port of the metrics' own listener; none if empty
	SMTP           string            // see mail.Config
	MailFrom       string            // the sender of mails; goodturn@ the host of URL unless said
	Blobs          string            // a gocloud.dev/blob address; a folder in Data if empty
	Films          string            // "off": no films or sound, whether or not there is ffmpeg
	FilmLimits     film.Limits       // the usual ones where zero
	Stripe         fundraiser.Stripe // no payments without its Key; its URL is this server's
	Bus            string            // a NATS server from outside, for several nodes; embedded if empty
	Cluster        Cluster

	Known   bool // whether Open refuses a Data in which SQLite's database is not; it makes one unless said
	NoWait  bool // whether Open gives up when another process has Data; it waits unless said
	Open    bool // whether whoever signs up is let in at once, as in a demo
	Version string
	Log     *slog.Logger     // slog.Default() if nil
	Now     func() time.Time // time.Now if nil
	Sync    string           // see db.Config: "FULL" unless a test or the sample says otherwise
	Cost    auth.Cost        // of password hashes; the usual one if zero
}

// Cluster joins the embedded buses of several nodes; see bus.Cluster. It needs
// PostgreSQL, and Blobs that all nodes reach.
type Cluster struct {
	Name   string   // of the cluster, the same on every node
	Listen string   // address and port for the other nodes; no cluster if empty
	Routes []string // of the other nodes
	Cert   string   // files, for mutual TLS
	Key    string
	CA     string
	Secret string
}

// fill sets what was left out, and refuses what cannot work.
func (c *Config) fill() error {
	if c.Data == "" {
		return errors.New("no data folder is set")
	}
	for field, usual := range map[*string]string{&c.Listen: "127.0.0.1:8080", &c.Name: "Goodturn", &c.Version: "dev"} {
		if *field == "" {
			*field = usual
		}
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.URL == "" {
		host, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return fmt.Errorf("listen on %q: it is not of the form address:port", c.Listen)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "localhost"
		}
		c.URL = "http://" + net.JoinHostPort(host, port)
	}
	c.URL = strings.TrimRight(c.URL, "/")
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" {
		return fmt.Errorf("the url %q is not of the form https://host", c.URL)
	}
	if c.MailFrom == "" {
		from := netmail.Address{Name: c.Name, Address: "goodturn@" + mailHost(u.Hostname())}
		c.MailFrom = from.String()
	}
	switch {
	case c.TLS != "" && c.TLS != "auto":
		return fmt.Errorf("tls is %q; it can be auto, or left out", c.TLS)
	case c.TLS == "auto" && u.Scheme != "https":
		return errors.New("tls=auto needs a url that begins with https://")
	}
	if err := c.checkNodes(); err != nil {
		return err
	}
	if (c.Stripe.Key == "") != (c.Stripe.Webhook == "") {
		return errors.New("payments need both of stripe-key and stripe-webhook-secret")
	}
	_, err = door.ParseProxies(c.TrustedProxies)
	return err
}

// file is SQLite's database.
func (c *Config) file() string { return filepath.Join(c.Data, "goodturn.db") }

// found refuses a folder in which no server ever was, where Known says so: a mistyped
// one would be made, and all would be well in it.
func (c *Config) found() error {
	if !c.Known || c.Database != "" {
		return nil
	}
	_, err := os.Stat(c.file())
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no Goodturn in %s; name its folder with --data", c.Data)
	}
	return err
}

// checkNodes refuses what would leave each of several nodes by itself.
func (c *Config) checkNodes() error {
	switch {
	case len(c.Cluster.Routes) > 0 && c.Cluster.Listen == "":
		return errors.New("routes to other nodes need an address for them to reach this one: set cluster-listen")
	case c.Cluster.Listen == "" && c.Bus == "":
		return nil
	case c.Database == "":
		return errors.New("several nodes need PostgreSQL: set a database")
	case c.Blobs == "":
		return errors.New("several nodes need one place for pictures: set blobs to a folder that all of them reach")
	}
	return nil
}

// mailHost is a host as a mail address can have it.
func mailHost(host string) string {
	if net.ParseIP(host) != nil {
		return "localhost"
	}
	return host
}

// host is the server's own domain, the one that handles leave out.
func (c *Config) host() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return "localhost"
	}
	return u.Host
}
