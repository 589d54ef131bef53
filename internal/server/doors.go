package server

import (
	"context"
	"net/http"

	"goodturn/internal/api"
	"goodturn/internal/door"
	"goodturn/internal/mastodon"
	"goodturn/internal/syndication"
	"goodturn/internal/web"
)

// doors are the ways in.
type doors struct {
	web      *web.Door
	mastodon *mastodon.Door
	api      *api.Door
	files    *syndication.Door
}

func (s *Server) buildDoors(ctx context.Context) error {
	r, c := &s.Rooms, &s.config
	key, err := s.DB.Secret(ctx, "pages")
	if err != nil {
		return err
	}
	s.doors.api = api.New(api.Config{URL: c.URL, Log: c.Log, Now: c.Now, Limits: !c.NoRateLimits}, api.Rooms{
		Petitions: r.Petitions, Accounts: r.Accounts, Auth: r.Auth, Movements: r.Movements, Calls: r.Calls, Acts: r.Acts, Ripples: r.Ripples,
		Impact: r.Impact, Fundraisers: r.Fundraisers, Invites: r.Invites, Meets: r.Meets, Weights: r.Weights, Deeds: r.Deeds, Badges: r.Badges, Safety: r.Safety,
	})
	var streams *door.Streams
	if !c.NoRateLimits {
		streams = door.NewStreams()
	}
	s.doors.web = web.New(web.Config{
		URL: c.URL, Name: c.Name, Version: c.Version, Log: c.Log, Now: c.Now, Limits: !c.NoRateLimits,
		Streams: streams, Key: key, Hub: s.Hub, OpenAPI: api.Document,
	}, web.Rooms{
		Accounts: r.Accounts, Auth: r.Auth, Relations: r.Relations, Media: r.Media, About: r.About, Posts: r.Posts, Filters: r.Filters, Movements: r.Movements,
		Calls: r.Calls, Acts: r.Acts, Ripples: r.Ripples, Search: r.Search, Feeds: r.Feeds, Notices: r.Notices, Impact: r.Impact,
		Trends: r.Trends, Safety: r.Safety, Fundraisers: r.Fundraisers, Invites: r.Invites, Meets: r.Meets, Weights: r.Weights, Petitions: r.Petitions, Deeds: r.Deeds, Badges: r.Badges,
	})
	s.doors.files = syndication.New(syndication.Config{URL: c.URL, Log: c.Log, Now: c.Now, Limits: !c.NoRateLimits, Viewer: s.doors.web.Viewer},
		syndication.Rooms{Movements: r.Movements, Calls: r.Calls, Meets: r.Meets, Badges: r.Badges})
	s.doors.mastodon = mastodon.New(mastodon.Config{
		URL: c.URL, Name: c.Name, Version: c.Version, Log: c.Log, Now: c.Now, Limits: !c.NoRateLimits, Streams: streams, Hub: s.Hub,
	}, mastodon.Rooms{
		Accounts: r.Accounts, Auth: r.Auth, Relations: r.Relations, Media: r.Media, About: r.About, Posts: r.Posts, Filters: r.Filters, Movements: r.Movements,
		Acts: r.Acts, Calls: r.Calls, Search: r.Search, Feeds: r.Feeds, Notices: r.Notices, Pushes: r.Pushes, Safety: r.Safety, Directory: r.Directory, Trends: r.Trends, Impact: r.Impact,
	})
	return nil
}

func (d doors) register(mux *http.ServeMux) {
	d.web.Register(mux)
	d.mastodon.Register(mux)
	d.api.Register(mux)
	d.files.Register(mux)
}
