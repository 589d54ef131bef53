package server

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// countWithin bounds what a scrape may ask of the database.
const countWithin = 2 * time.Second

// What the server is doing, counted when it is asked. None has a label, so that
// there are as many series on the largest server as on the smallest.
var (
	writesWaiting = prometheus.NewDesc("goodturn_writes_waiting", "Functions that wait for SQLite's one writer.", nil, nil)
	writesTaken   = prometheus.NewDesc("goodturn_writes_total", "Functions that SQLite's one writer took.", nil, nil)
	writesWaited  = prometheus.NewDesc("goodturn_writes_wait_seconds_total", "How long those waited, together.", nil, nil)
	streamsOpen   = prometheus.NewDesc("goodturn_streams_open", "Streams that pages and apps listen to on this node.", nil, nil)
	sweepsFailed  = prometheus.NewDesc("goodturn_sweep_failures_total", "How often something done by the clock failed on this node.", nil, nil)
	jobsDue       = prometheus.NewDesc("goodturn_jobs_due", "Jobs that wait for a worker, on all nodes.", nil, nil)
	jobsRetrying  = prometheus.NewDesc("goodturn_jobs_retrying", "Jobs that failed and will be tried again, on all nodes.", nil, nil)
	jobsGivenUp   = prometheus.NewDesc("goodturn_jobs_given_up", "Jobs of the last days that failed as often as they may, on all nodes.", nil, nil)
	mailsWaiting  = prometheus.NewDesc("goodturn_mails_waiting", "Mails that wait to be sent, on all nodes.", nil, nil)
)

// workload is a server's metrics of what it is doing.
type workload struct{ s *Server }

// Describe names them.
func (workload) Describe(all chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{writesWaiting, writesTaken, writesWaited, streamsOpen, sweepsFailed, jobsDue, jobsRetrying, jobsGivenUp, mailsWaiting} {
		all <- d
	}
}

// Collect counts. What the database cannot say is left out, and logged.
func (w workload) Collect(all chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, n float64) { all <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, n) }
	counter := func(d *prometheus.Desc, n float64) {
		all <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, n)
	}
	waiting, taken, waited := w.s.DB.Writes()
	gauge(writesWaiting, float64(waiting))
	counter(writesTaken, float64(taken))
	counter(writesWaited, waited.Seconds())
	gauge(streamsOpen, float64(w.s.Feeds.Watching()))
	counter(sweepsFailed, float64(w.s.Jobs.SweepFailures()))
	ctx, cancel := context.WithTimeout(context.Background(), countWithin)
	defer cancel()
	load, err := w.s.Jobs.Load(ctx)
	if err != nil {
		w.s.config.Log.Error("jobs are not among the metrics", "error", err)
		return
	}
	gauge(jobsDue, float64(load.Due))
	gauge(jobsRetrying, float64(load.Retrying))
	gauge(jobsGivenUp, float64(load.GivenUp))
	gauge(mailsWaiting, float64(load.Mails))
}
