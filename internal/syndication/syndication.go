// Package syndication is the door for programs that fetch what is here again and
// again to show it elsewhere, or to check it: calendars that subscribe to dates, and
// what verifies badges. It holds no
// rules; what it shows is what the rooms show to who asks.
package syndication

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/door"
	"goodturn/internal/id"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/problem"
)

// Rooms are what this door opens to.
type Rooms struct {
	Movements *movement.Service
	Calls     *call.Service
	Meets     *meet.Service
	Badges    *badge.Service
}

// Config is what an operator sets.
type Config struct {
	URL    string // of this server, without a slash at its end
	Log    *slog.Logger
	Now    func() time.Time
	Limits bool // hold each address to requestsMost

	// Viewer is who asks from a browser; the server hands it in. Nobody if nil.
	Viewer func(*http.Request) account.Viewer
}

// What an address may ask for. Calendars look every few hours.
const (
	requestsMost = 300
	requestsIn   = 5 * time.Minute
)

// Door serves the files.
type Door struct {
	Rooms
	Config
	host  string
	limit *door.Limit // nil without limits
}

// New opens the door.
func New(c Config, rooms Rooms) *Door {
	d := &Door{Rooms: rooms, Config: c, host: c.URL}
	if u, err := url.Parse(c.URL); err == nil && u.Host != "" {
		d.host = u.Hostname()
	}
	if c.Limits {
		d.limit = door.NewLimit(requestsMost, requestsIn, c.Now)
	}
	return d
}

// Register puts the door into the server's mux.
func (d *Door) Register(mux *http.ServeMux) {
	for pattern, of := range map[string]func(*Door, *http.Request) (calendar, error){
		"GET /dates/{id}/calendar.ics":     (*Door).ofDate,
		"GET /dates/{id}/mine.ics":         (*Door).ofMyDate,
		"GET /calls/{id}/dates.ics":        (*Door).ofCall,
		"GET /movements/{slug}/dates.ics":  (*Door).ofMovement,
		"GET /calendar/{secret}/dates.ics": (*Door).ofAccount,
	} {
		mux.HandleFunc(pattern, d.serve(of))
	}
	for pattern, of := range d.badgeFiles() {
		mux.HandleFunc(pattern, d.serveJSON(of))
	}
}

// How long others may show a file without asking again.
const (
	publicCache  = "public, max-age=300"
	privateCache = "private, no-store"
)

// serve answers with a calendar, or with nothing new to who has it.
func (d *Door) serve(of func(*Door, *http.Request) (calendar, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var body []byte
		var c calendar
		err := door.Caught(w, func() (err error) {
			if u := d.limit.Use(door.AddrKey(door.Addr(r))); !u.OK {
				u.Header(w)
				return problem.TooMany("You asked too often. Wait as long as Retry-After says.")
			}
			if c, err = of(d, r); err == nil {
				body, err = d.write(c)
			}
			return err
		})
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if err != nil {
			door.Fault(d.Log, r, err)
			h.Set("Cache-Control", "no-store")
			http.Error(w, http.StatusText(door.Status(err)), door.Status(err))
			return
		}
		sum := sha256.Sum256(body)
		h.Set("ETag", `"`+base64.RawURLEncoding.EncodeToString(sum[:16])+`"`)
		h.Set("Content-Type", "text/calendar; charset=utf-8")
		h.Set("Content-Disposition", `inline; filename="`+c.file+`.ics"`)
		h.Set("Cache-Control", publicCache)
		if c.private {
			h.Set("Cache-Control", privateCache)
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
	}
}

// calendar is what a file holds.
type calendar struct {
	name, file string
	url        string
	private    bool // it is one person's
	dates      []*meet.Seen
}

func (d *Door) ofDate(r *http.Request) (calendar, error) { return d.dateFor(r, account.Nobody) }

// ofMyDate is the date as who has signed in sees it: with the online link if they
// come, and tentative while they wait.
func (d *Door) ofMyDate(r *http.Request) (calendar, error) {
	v := account.Nobody
	if d.Viewer != nil {
		v = d.Viewer(r)
	}
	c, err := d.dateFor(r, v)
	c.private = true
	return c, err
}

func (d *Door) dateFor(r *http.Request, v account.Viewer) (calendar, error) {
	i, err := id.Parse(r.PathValue("id"))
	if err != nil {
		return calendar{}, problem.NotFound("date")
	}
	date, err := d.Meets.Get(r.Context(), v, i)
	if err != nil {
		return calendar{}, err
	}
	return calendar{name: date.Heading(), file: "date-" + i.String(), url: d.URL + "/dates/" + i.String(), dates: []*meet.Seen{date}}, nil
}

func (d *Door) ofCall(r *http.Request) (calendar, error) {
	i, err := id.Parse(r.PathValue("id"))
	if err != nil {
		return calendar{}, problem.NotFound("call")
	}
	c, err := d.Calls.Get(r.Context(), account.Nobody, i)
	if err != nil {
		return calendar{}, err
	}
	dates, err := both(func(w meet.When) ([]*meet.Seen, error) {
		return d.Meets.Of(r.Context(), account.Nobody, i, w, meet.Page{})
	})
	return calendar{name: c.Title, file: "call-" + i.String(), url: d.URL + "/calls/" + i.String(), dates: dates}, err
}

func (d *Door) ofMovement(r *http.Request) (calendar, error) {
	m, err := d.Movements.Get(r.Context(), account.Nobody, r.PathValue("slug"))
	if err != nil {
		return calendar{}, err
	}
	dates, err := both(func(w meet.When) ([]*meet.Seen, error) {
		return d.Meets.OfMovement(r.Context(), account.Nobody, m.ID, w, meet.Page{})
	})
	return calendar{name: m.Name, file: "movement-" + strconv.FormatInt(int64(m.ID), 10), url: d.URL + "/movements/" + m.Slug, dates: dates}, err
}

// ofAccount is somebody's own: whoever knows its address asks as they do.
func (d *Door) ofAccount(r *http.Request) (calendar, error) {
	v, err := d.Meets.CalendarOf(r.Context(), r.PathValue("secret"))
	if err != nil {
		return calendar{}, err
	}
	dates, err := both(func(w meet.When) ([]*meet.Seen, error) { return d.Meets.Mine(r.Context(), v, w, meet.Page{}) })
	return calendar{name: "Goodturn", file: "dates", url: d.URL + "/dates", private: true, dates: dates}, err
}

// both are the dates that lie ahead and those that are past.
func both(list func(meet.When) ([]*meet.Seen, error)) ([]*meet.Seen, error) {
	ahead, err := list(meet.Ahead)
	if err != nil {
		return nil, err
	}
	past, err := list(meet.Past)
	return append(ahead, past...), err
}
