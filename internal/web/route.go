package web

import (
	"net/http"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/door"
	"goodturn/internal/problem"
)

// route is one line of a table of pages: a pattern of http.ServeMux and what
// answers it.
type route struct {
	pattern string
	do      func(*visit) error
}

// profilePath is where the path /@name lies for the mux.
const profilePath = "/@/"

// routes are all pages, one table for each noun.
func routes() []route {
	return slices.Concat(reportRoutes(), decisionRoutes(), moderationRoutes(), adminRoutes(),
		frontRoutes(), signRoutes(), interestRoutes(), composeRoutes(), postRoutes(), reactRoutes(), pollRoutes(), scheduledRoutes(), profileRoutes(),
		noticeRoutes(), conversationRoutes(), noticeRequestRoutes(), settingRoutes(), loginRoutes(), oauthRoutes(), filterRoutes(), fileRoutes(), liveRoutes(), docsRoutes(), aboutRoutes(), announcementRoutes(), listRoutes(), featuredRoutes(), searchRoutes(), todayRoutes(),
		actRoutes(), callRoutes(), fundraiserRoutes(), petitionRoutes(), petitionDeskRoutes(), callOrganiserRoutes(), callUpdateRoutes(), shareRoutes(), sitemapRoutes(), memberRoutes(), movementRoutes(), nominationRoutes(), invitationRoutes(), rippleRoutes(), witnessRoutes(), unusualRoutes(), badgeRoutes(), meetRoutes(), deedRoutes(), kindnessRoutes())
}

// policy lets a page load what this server serves, and nothing else.
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// pageCache lets a browser go back without asking, and no one else keep a page.
const pageCache = "private, no-cache"

// handle finds out who asks, in which language and whether they may ask this
// often, and turns an error into a page.
func (d *Door) handle(do func(*visit) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", pageCache)
		x := &visit{Door: d, w: w, r: r, v: account.Nobody}
		err := door.Caught(w, func() error {
			if err := x.arrive(); err != nil || x.kept() {
				return err
			}
			return do(x)
		})
		if err != nil {
			x.fail(err)
		}
	}
}

var errTooMany = problem.TooMany("That was a lot in a short time. Wait a few minutes, then go on.")

// arrive does what comes before every page.
func (x *visit) arrive() error {
	if err := x.who(); err != nil {
		return err
	}
	key := door.AddrKey(door.Addr(x.r))
	if x.me != nil {
		key = x.me.ID.String()
	}
	limit := x.reads
	if x.r.Method != http.MethodGet && x.r.Method != http.MethodHead {
		if err := x.forms.Check(x.r); err != nil {
			return problem.Forbidden("This form was sent from another site, so it was not accepted. Open it here and send it again.")
		}
		limit = x.writes
		x.Weights.Seen(x.v.ID(), door.Addr(x.r))
	}
	if u := limit.Use(key); !u.OK {
		u.Header(x.w)
		return errTooMany
	}
	x.p = x.language()
	return door.Intact(x.r)
}
