package mastodon

import (
	"net/http"
	"slices"

	"goodturn/internal/door"
)

// route is one thing that can be done through the API.
type route struct {
	method, path string
	scopes       string // any of them is enough; "" for any token
	open         bool   // works without a token too
	app          bool   // works with the token of an app itself, or of who waits to be let in
	do           func(*Door, *request) error
	limit        func(*limits) *door.Limit // nil is that of all requests

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
