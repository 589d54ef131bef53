package mastodon

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"goodturn/internal/door"
)

// route is one thing that can be done through the API.
type route struct {
	method, path string
	scopes       string // any of them is enough; "" for any token
	open         bool   // works without a token too
	app          bool   // works with the token of an app itself, or of who waits to be let in
	do           func(*Door, *request) error
	limit        func(*limits) *door.Limit // beside that of all requests; nil is none

	// raw answers by itself, in place of do, and looks after tokens and limits.
	raw func(*Door, http.ResponseWriter, *http.Request) error
}

// routes are all there is.
func routes() []route {
	return slices.Concat(reportRoutes(), adminRoutes(),
		regardRoutes(), profileRoutes(), featuredTagRoutes(), collectionRoutes(), directoryRoutes(), embedRoutes(),
		timelineRoutes(), statusRoutes(), reactionRoutes(), accountRoutes(), credentialRoutes(), relationRoutes(),
		noticeRoutes(), filterRoutes(), pollRoutes(), scheduledRoutes(), interactionRoutes(), mediaRoutes(), instanceRoutes(), markerRoutes(), oauthRoutes(), signUpRoutes(), streamRoutes(), listRoutes(), tagRoutes(), conversationRoutes(),
		aboutRoutes(), announcementRoutes(), searchRoutes(), trendRoutes())
}

// outdated says since when Mastodon advises clients against a route, by pattern.
var outdated = map[string]time.Time{
	"GET /api/v1/accounts/{id}/identity_proofs": date(2022, time.March, 30),
	"GET /api/v1/filters":                       date(2022, time.November, 14),
	"POST /api/v1/filters":                      date(2022, time.November, 14),
	"GET /api/v1/filters/{id}":                  date(2022, time.November, 14),
	"PUT /api/v1/filters/{id}":                  date(2022, time.November, 14),
	"DELETE /api/v1/filters/{id}":               date(2022, time.November, 14),
	"GET /api/v1/instance":                      date(2022, time.November, 14),
	"GET /api/v1/suggestions":                   date(2021, time.May, 16),
	"GET /api/v1/trends":                        date(2022, time.March, 30),
	// Mastodon's documentation names versions for these; here are their days.
	"POST /api/v1/accounts/{id}/pin":   date(2025, time.July, 8),
	"POST /api/v1/accounts/{id}/unpin": date(2025, time.July, 8),
	"POST /api/v1/media":               date(2020, time.April, 5),
	"GET /api/v1/timelines/direct":     date(2019, time.October, 3),
}

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

// deprecation is the route's header of that name (RFC 9745), nil for none.
func (r *route) deprecation() []string {
	since, ok := outdated[r.method+" "+r.path]
	if !ok {
		return nil
	}
	return []string{"@" + strconv.FormatInt(since.Unix(), 10)}
}
