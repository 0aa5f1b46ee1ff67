package serve

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/perch-chat/perch/archive"
	"github.com/perch-chat/perch/live"
	"github.com/perch-chat/perch/store"
)

// metrics are what /metrics shows, under the names that its help texts explain.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
}

func newMetrics(st *store.Store, l *live.Live, f *archive.Freezer) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "perch_request_seconds", Help: "Time to answer a request, by route and status.",
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
	}, []string{"route", "status"})}
	count := func(name, help string, read func() int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(read()) })
	}
	m.registry.MustRegister(m.requests, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		count("perch_commits_total", "Transactions committed.", st.Stats.Commits.Load),
		count("perch_turns_total", "Turns committed; several share a transaction.", st.Stats.Turns.Load),
		count("perch_entries_total", "Entries appended to logs.", st.Stats.Rows.Load),
		count("perch_frames_total", "Frames written to sockets.", l.Stats.Frames.Load),
		count("perch_slow_sockets_total", "Sockets closed because their reader was too slow.", l.Stats.Slow.Load),
		count("perch_cold_moved_total", "Ended chats moved out of the database into files.", f.Moved.Load),
		count("perch_cold_failures_total", "Ended chats that could not be moved, each time.", f.Failed.Load),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "perch_cold_sessions", Help: "Ended chats that are in files, as of the last round of moving."},
			func() float64 { return float64(f.Sessions.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "perch_cold_bytes", Help: "Bytes of those files."},
			func() float64 { return float64(f.Bytes.Load()) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "perch_sockets", Help: "Open sockets."},
			func() float64 { return float64(l.Stats.Sockets.Load()) }))
	return m
}

func (m *metrics) observe(route string, status int, took time.Duration) {
	if route == "" {
		route = "unknown"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}
