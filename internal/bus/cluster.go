package bus

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strconv"

	"github.com/nats-io/nats-server/v2/server"
)

// Cluster joins the embedded servers of several nodes. What they tell each
// other is believed, so a node must both hold a certificate of the cluster's
// own authority and know its secret.
type Cluster struct {
	Name   string   // the same on every node; "goodturn" unless said
	Listen string   // host:port for other nodes; "127.0.0.1:6222" unless said; port 0 takes a free one
	Routes []string // host:port of other nodes; one that is up is enough to meet the others

	// PEM files. The certificate serves both ways, so it needs the uses
	// serverAuth and clientAuth and the names in the others' Routes. CA is an
	// authority for this cluster alone, not one that the public trusts.
	Cert, Key, CA string

	Secret string // the same on every node, at least 16 characters
}

const (
	clusterName   = "goodturn"
	clusterListen = "127.0.0.1:6222"
	minSecret     = 16
)

// serverOptions are those of the embedded server, which lets in only clients
// who know token. It is no method, as little as apply: who sees a type would see
// those of its methods, and so compile the server's generic code anew.
func serverOptions(c Config, token string) (*server.Options, error) {
	o := &server.Options{
		DontListen:      true,
		NoSigs:          true,
		NoSystemAccount: true,
		Authorization:   token,
		// One connection publishes for the whole process: never make it wait
		// for a slow reader.
		NoFastProducerStall: true,
	}
	if c.Cluster == nil {
		return o, nil
	}
	if err := apply(c.Cluster, o); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return o, nil
}

func apply(c *Cluster, o *server.Options) error {
	if len(c.Secret) < minSecret {
		return fmt.Errorf("the secret needs at least %d characters", minSecret)
	}
	host, port, err := splitListen(c.Listen)
	if err != nil {
		return err
	}
	tlsConfig, err := c.tlsConfig()
	if err != nil {
		return err
	}
	// Routes start only once the server listens for clients too; it does so on
	// loopback, and they need the token, which never leaves this process.
	o.DontListen = false
	o.Host, o.Port = "127.0.0.1", server.RANDOM_PORT
	o.Cluster = server.ClusterOpts{
		Name:      c.Name,
		Host:      host,
		Port:      port,
		Username:  clusterName,
		Password:  c.Secret,
		TLSConfig: tlsConfig,
		PoolSize:  -1, // one connection a pair of nodes keeps all messages in order
		// What clients would connect to is nobody's business.
		NoAdvertise: true,
	}
	if o.Cluster.Name == "" {
		o.Cluster.Name = clusterName
	}
	for _, r := range c.Routes {
		if _, _, err := net.SplitHostPort(r); err != nil {
			return fmt.Errorf("route %q is not host:port", r)
		}
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: r, User: url.UserPassword(clusterName, c.Secret)})
	}
	return nil
}

func (c *Cluster) tlsConfig() (*tls.Config, error) {
	if c.Cert == "" || c.Key == "" || c.CA == "" {
		return nil, errors.New("nodes speak over TLS only: a certificate, its key and the authority are needed")
	}
	cert, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	pem, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, fmt.Errorf("read authority: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", c.CA)
	}
	return &tls.Config{
		Certificates: []tls.Certificate{cert},
		RootCAs:      pool,
		ClientCAs:    pool,
		ClientAuth:   tls.RequireAndVerifyClientCert,
		MinVersion:   tls.VersionTLS13,
	}, nil
}

func splitListen(listen string) (host string, port int, err error) {
	if listen == "" {
		listen = clusterListen
	}
	host, text, err := net.SplitHostPort(listen)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not host:port", listen)
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%q has no port number", listen)
	}
	if n == 0 {
		return host, server.RANDOM_PORT, nil
	}
	return host, int(n), nil
}

// checkURL lets a bus from outside go unencrypted on this machine only.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return errors.New("the address of the bus is not a URL") // it may hold a password
	}
	switch u.Scheme {
	case "tls", "wss":
		return nil
	case "nats", "ws":
		if a, err := netip.ParseAddr(u.Hostname()); u.Hostname() == "localhost" || err == nil && a.IsLoopback() {
			return nil
		}
	}
	return fmt.Errorf("the bus at %s must be reached over tls://", u.Host)
}
