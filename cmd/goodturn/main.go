// Command goodturn is the whole server, and the commands beside it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"goodturn/internal/fundraiser"
	"goodturn/internal/media/film"
	"goodturn/internal/problem"
	"goodturn/internal/server"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = ""

type cli struct {
	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Demo    demoCmd    `cmd:"" help:"Run a server on this machine alone, filled with a movement in full swing."`
	Account accountCmd `cmd:"" help:"Make accounts, and give them roles."`
	Token   tokenCmd   `cmd:"" help:"Make bearer tokens for the APIs."`
	Import  importCmd  `cmd:"" help:"Bring an organiser's history in."`
	Export  exportCmd  `cmd:"" help:"Take an organiser's history out."`
	Recount recountCmd `cmd:"" help:"Hold every counter against its rows, and put right what differs."`
	Version versionCmd `cmd:"" help:"Print the version."`

	ShowVersion kong.VersionFlag `name:"version" env:"-" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:]))
}

// run is main with what it depends on; it answers the exit code.
func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c,
		kong.Name("goodturn"),
		kong.Description("Goodturn turns likes into acts of kindness."),
		kong.ShortUsageOnError(),
		kong.DefaultEnvars("GOODTURN"),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Vars{"version": "goodturn " + buildVersion()},
		kong.ExplicitGroups([]kong.Group{{Key: "server", Title: "Settings of the server:"}}),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "goodturn:", err)
		return 1
	}
	k, err := parser.Parse(args)
	parser.FatalIfErrorf(err)
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "goodturn:", sentence(err))
		return 1
	}
	return 0
}

// sentence is an error as a person should read it.
func sentence(err error) string {
	if p, ok := problem.Of(err); ok {
		if p.Field != "" {
			return p.Field + ": " + p.Text()
		}
		return p.Text()
	}
	return err.Error()
}

// buildVersion is what the build said, or what the module knows of itself.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "dev"
}

type versionCmd struct{}

func (versionCmd) Run() error {
	fmt.Println("goodturn", buildVersion())
	return nil
}

// settings are the flags of a server, and the GOODTURN_ variables of the same
// names.
type settings struct {
	Data                string            `env:"GOODTURN_DATA" help:"Folder for everything that is not in the database." default:"data" type:"path"`
	Listen              string            `env:"GOODTURN_LISTEN" help:"Address and port of the pages." default:"127.0.0.1:8080" group:"server"`
	URL                 string            `name:"url" env:"GOODTURN_URL" help:"How people reach the server, such as https://goodturn.example." group:"server"`
	Name                string            `env:"GOODTURN_NAME" help:"What the server calls itself." default:"Goodturn" group:"server"`
	Database            string            `env:"GOODTURN_DATABASE" help:"PostgreSQL address; SQLite in the data folder if absent. With pool_max_conns=N in it, this server holds at most N connections to read and N to write; 16 unless said."`
	TrustedProxies      string            `env:"GOODTURN_TRUSTED_PROXIES" help:"Addresses and prefixes of proxies that are believed, separated by commas." group:"server"`
	TLS                 string            `name:"tls" env:"GOODTURN_TLS" help:"auto gets certificates by ACME; leave it out behind a proxy." enum:",auto" default:"" group:"server"`
	RateLimits          string            `env:"GOODTURN_RATE_LIMITS" help:"off for measuring." enum:"on,off" default:"on" group:"server"`
	Metrics             string            `env:"GOODTURN_METRICS" help:"Address and port of the Prometheus metrics; none if absent." group:"server"`
	SMTP                string            `name:"smtp" env:"GOODTURN_SMTP" help:"smtp://user:password@host:587; without it mails are files, and sign-ups wait for approval." group:"server"`
	MailFrom            string            `env:"GOODTURN_MAIL_FROM" help:"Sender of mails." group:"server"`
	Blobs               string            `env:"GOODTURN_BLOBS" help:"Where pictures are kept, a folder that all nodes reach; one in the data folder if absent." group:"server"`
	Films               string            `env:"GOODTURN_FILMS" help:"auto takes films and sound in where ffmpeg is installed; off never does." enum:"auto,off" default:"auto" group:"server"`
	FilmMegabytes       int64             `env:"GOODTURN_FILM_MEGABYTES" help:"Largest film that is taken in. Phones send 40 of a minute or two." default:"40" group:"server"`
	FilmLength          time.Duration     `env:"GOODTURN_FILM_LENGTH" help:"Longest film or sound. Longer ones keep a small machine busy for minutes." default:"3m" group:"server"`
	StripeKey           string            `env:"GOODTURN_STRIPE_KEY" help:"Stripe's secret or restricted key, to take gifts by card; none are taken if absent." group:"server"`
	StripeWebhookSecret string            `env:"GOODTURN_STRIPE_WEBHOOK_SECRET" help:"Secret that signs Stripe's events, of an endpoint at /hooks/stripe: see docs/payments.md." group:"server"`
	StripeAccounts      map[string]string `env:"GOODTURN_STRIPE_ACCOUNTS" help:"Organisations whose gifts are taken, as name=acct_…;name=acct_…; with nothing after = the money stays in your own account." group:"server"`
	Bus                 string            `env:"GOODTURN_BUS" help:"NATS server from outside, for several nodes; embedded if absent." group:"server"`

	ClusterName   string   `env:"GOODTURN_CLUSTER_NAME" help:"Name of the cluster, the same on every node; goodturn if absent." group:"server"`
	ClusterListen string   `env:"GOODTURN_CLUSTER_LISTEN" help:"Address and port for the other nodes; no cluster if absent." group:"server"`
	ClusterRoutes []string `env:"GOODTURN_CLUSTER_ROUTES" help:"Addresses of other nodes, separated by commas; one that is up is enough." group:"server"`
	ClusterCert   string   `env:"GOODTURN_CLUSTER_CERT" help:"Certificate file for mutual TLS between nodes." type:"path" group:"server"`
	ClusterKey    string   `env:"GOODTURN_CLUSTER_KEY" help:"Its key file." type:"path" group:"server"`
	ClusterCA     string   `name:"cluster-ca" env:"GOODTURN_CLUSTER_CA" help:"File of the authority that signed the nodes' certificates." type:"path" group:"server"`
	ClusterSecret string   `env:"GOODTURN_CLUSTER_SECRET" help:"Secret that all nodes share, 16 characters or more." group:"server"`

	LogFormat string `env:"GOODTURN_LOG_FORMAT" help:"text or json." enum:"text,json" default:"text"`
	LogLevel  string `env:"GOODTURN_LOG_LEVEL" help:"debug, info, warn or error." enum:"debug,info,warn,error" default:"info"`
}

func (s settings) config() server.Config {
	return server.Config{
		Data: s.Data, Listen: s.Listen, URL: s.URL, Name: s.Name, Database: s.Database,
		TrustedProxies: s.TrustedProxies, TLS: s.TLS, NoRateLimits: s.RateLimits == "off", Metrics: s.Metrics,
		Films: s.Films, FilmLimits: film.Limits{Bytes: s.FilmMegabytes << 20, Length: s.FilmLength},
		Stripe: fundraiser.Stripe{Key: s.StripeKey, Webhook: s.StripeWebhookSecret, Accounts: s.StripeAccounts},
		SMTP:   s.SMTP, MailFrom: s.MailFrom, Blobs: s.Blobs, Bus: s.Bus,
		Cluster: server.Cluster{
			Name: s.ClusterName, Listen: s.ClusterListen, Routes: s.ClusterRoutes,
			Cert: s.ClusterCert, Key: s.ClusterKey, CA: s.ClusterCA, Secret: s.ClusterSecret,
		},
		Version: buildVersion(), Log: s.logger(),
	}
}

func (s settings) logger() *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo // kong allows the four names alone
	}
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, options))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, options))
}

// quiet is the logger of a command: a person is reading.
func (s settings) quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

type serveCmd struct{ settings }

func (c serveCmd) Run(ctx context.Context) error {
	config := c.config()
	slog.SetDefault(config.Log)
	return serve(ctx, config, func(s *server.Server) {
		config.Log.Info("serving", "url", s.URL(), "version", config.Version)
	})
}

// serve runs a server until ctx is done, and calls ready once it listens.
func serve(ctx context.Context, config server.Config, ready func(*server.Server)) (err error) {
	s, err := server.Open(ctx, config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	l, err := s.Listen()
	if err != nil {
		return err
	}
	if err := s.Start(ctx); err != nil {
		return errors.Join(err, l.Close())
	}
	ready(s)
	return s.Serve(ctx, l)
}
