package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/url"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"goodturn/internal/door"
	"goodturn/internal/fetch"
	"goodturn/internal/safety"
)

// What a connection may take; streams and downloads set their own deadlines.
const (
	headerWithin = 10 * time.Second
	readWithin   = time.Minute
	writeWithin  = time.Minute
	idleWithin   = 2 * time.Minute
	headerMost   = 64 << 10
	healthWithin = 2 * time.Second
)

var (
	requestSeconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "goodturn_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5},
	}, []string{"route", "status"})
	requestsOpen = prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "goodturn_requests_open", Help: "Requests being answered now, streams among them.",
	})
)

// Handler is all doors in one, with what every request passes: a net for panics,
// and metrics.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.doors.register(mux)
	mux.HandleFunc("GET /healthz", s.health)
	return measured(door.Recover(s.config.Log, s.gate(mux)))
}

// gate keeps those out whose part of the network a moderator blocked.
func (s *Server) gate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.Safety.AddressSeverity(r.Context(), door.Addr(r)) == safety.NoAccess {
			http.Error(w, "Requests from this part of the network are not answered.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// health answers 200 while the database can be read.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthWithin)
	defer cancel()
	var one int
	if err := s.DB.Read(ctx).QueryRow("SELECT 1").Scan(&one); err != nil {
		s.config.Log.Error("not healthy", "error", err)
		http.Error(w, "the database cannot be read", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "ok")
}

// measured keeps how long requests take. Routes are patterns, never paths, so
// that no metric names a person or a post.
func measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requestsOpen.Inc()
		defer requestsOpen.Dec()
		began := time.Now()
		dw := &door.Writer{ResponseWriter: w}
		next.ServeHTTP(dw, r)
		observer(r.Pattern, cmp.Or(dw.Status, http.StatusOK)).Observe(time.Since(began).Seconds())
	})
}

// observers are the histograms that were asked for, by outcome: to find one by
// its labels takes longer than many a request.
var observers sync.Map

type outcome struct {
	route  string
	status int
}

func observer(route string, status int) prometheus.Observer {
	key := outcome{route, status}
	if o, ok := observers.Load(key); ok {
		return o.(prometheus.Observer)
	}
	if route == "" {
		route = "none"
	}
	o, _ := observers.LoadOrStore(key, requestSeconds.WithLabelValues(route, strconv.Itoa(status)))
	return o.(prometheus.Observer)
}

// Listen opens the address of the pages, so that a caller knows it before the
// first request; see Serve.
func (s *Server) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", s.config.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen for requests: %w", err)
	}
	return l, nil
}

// Serve answers requests until ctx is done, then finishes those under way. It
// returns early when the server cannot go on. The metrics' listener is open
// before the first request is answered.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	var metered net.Listener
	if s.config.Metrics != "" {
		var err error
		if metered, err = net.Listen("tcp", s.config.Metrics); err != nil {
			return errors.Join(fmt.Errorf("listen for the metrics: %w", err), l.Close())
		}
	}
	web := s.httpServer(s.Handler())
	servers := []*http.Server{web}
	ended := make(chan error, 3)
	serve := func(srv *http.Server, serve func() error) {
		go func() { ended <- ignoreClosed(serve()) }()
	}
	if s.config.TLS == "auto" {
		certs := s.certificates()
		web.TLSConfig = certs.TLSConfig()
		serve(web, func() error { return web.ServeTLS(l, "", "") })
	} else {
		serve(web, func() error { return web.Serve(l) })
	}
	if metered != nil {
		m := s.httpServer(s.metrics(s.config.Metrics))
		servers = append(servers, m)
		serve(m, func() error { return m.Serve(metered) })
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	case err = <-s.failed:
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin/2)
	defer cancel()
	return errors.Join(err, s.drain(stop, servers))
}

// drain finishes what is under way: the requests, and the streams that their
// pages were left with. When ctx is done it breaks off what is left.
func (s *Server) drain(ctx context.Context, servers []*http.Server) (err error) {
	s.Feeds.Stop() // streams end, or those that hold a request would keep it open
	for _, srv := range servers {
		if e := srv.Shutdown(ctx); e != nil {
			err = errors.Join(err, e, srv.Close())
		}
	}
	s.doors.web.Wait(ctx)
	s.doors.mastodon.Wait(ctx)
	return err
}

func ignoreClosed(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

func (s *Server) httpServer(h http.Handler) *http.Server {
	proxies, err := door.ParseProxies(s.config.TrustedProxies)
	if err != nil {
		panic("server: proxies were checked when the config was filled")
	}
	return &http.Server{
		BaseContext: func(net.Listener) context.Context { return door.WithProxies(context.Background(), proxies) },
		Handler:     h, ReadHeaderTimeout: headerWithin, ReadTimeout: readWithin, WriteTimeout: writeWithin,
		IdleTimeout: idleWithin, MaxHeaderBytes: headerMost,
		ErrorLog: slog.NewLogLogger(s.config.Log.Handler(), slog.LevelDebug), // what broken clients do
	}
}

// certificates come by ACME (RFC 8555) with the TLS-ALPN challenge, for this
// server's host alone, and are kept in the data folder.
func (s *Server) certificates() *autocert.Manager {
	u, err := url.Parse(s.config.URL)
	if err != nil {
		panic("server: the url was checked when the config was filled")
	}
	gate := fetch.New(fetch.Config{})
	s.onClose(func(context.Context) error { gate.Close(); return nil })
	return &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		HostPolicy: autocert.HostWhitelist(u.Hostname()),
		Cache:      autocert.DirCache(filepath.Join(s.config.Data, "certificates")),
		Client:     &acme.Client{HTTPClient: gate.Client(), DirectoryURL: autocert.DefaultACMEDirectory},
	}
}

// metrics is the handler of the metrics' own listener, at addr. On loopback it
// takes profiles as well (go tool pprof http://addr/debug/pprof/profile): they
// cost processor time and show what is in memory, so nobody else may.
func (s *Server) metrics(addr string) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(requestSeconds, requestsOpen, workload{s},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	if local(addr) {
		mux.HandleFunc("GET /debug/pprof/", pprof.Index)
		mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
		mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	}
	return mux
}

// local says whether an address to listen on is reached from this machine alone.
func local(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
