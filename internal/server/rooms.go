package server

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/blob"
	"goodturn/internal/call"
	"goodturn/internal/card"
	"goodturn/internal/deed"
	"goodturn/internal/directory"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/filter"
	"goodturn/internal/fundraiser"
	"goodturn/internal/id"
	"goodturn/internal/impact"
	"goodturn/internal/invite"
	"goodturn/internal/media"
	"goodturn/internal/media/film"
	"goodturn/internal/meet"
	"goodturn/internal/movement"
	"goodturn/internal/notice"
	"goodturn/internal/once"
	"goodturn/internal/petition"
	"goodturn/internal/post"
	"goodturn/internal/push"
	"goodturn/internal/relation"
	"goodturn/internal/ripple"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/trend"
	"goodturn/internal/weight"
)

// Rooms are the services of the house, wired to each other.
type Rooms struct {
	Accounts    *account.Service
	Auth        *auth.Service
	Relations   *relation.Service
	Media       *media.Service
	About       *about.Service
	Cards       *card.Service
	Posts       *post.Service
	Filters     *filter.Service
	Movements   *movement.Service
	Calls       *call.Service
	Acts        *act.Service
	Ripples     *ripple.Service
	Fundraisers *fundraiser.Service
	Invites     *invite.Service
	Petitions   *petition.Service
	Deeds       *deed.Service
	Meets       *meet.Service
	Search      *search.Service
	Feeds       *feed.Service
	Trends      *trend.Service
	Weights     *weight.Service
	Notices     *notice.Service
	Pushes      *push.Service
	Directory   *directory.Service
	Impact      *impact.Service
	Badges      *badge.Service
	Safety      *safety.Service
}

// build makes the rooms from the ground up. Where a lower room asks a higher
// one, the question is answered here.
func (s *Server) build(ctx context.Context, blobs *blob.Store) error {
	d, ids, hub, j, now, c := s.DB, s.ids, s.Hub, s.Jobs, s.config.Now, &s.config
	r := &s.Rooms
	device, err := d.Secret(ctx, "device")
	if err != nil {
		return err
	}
	r.Accounts = account.New(d, ids, hub, now, c.host())
	r.Auth = auth.New(d, ids, hub, now, r.Accounts, j, s.mailer, auth.Config{
		URL: c.URL, Name: c.Name, Cost: c.Cost, Unlimited: c.NoRateLimits, Open: c.Open, Log: c.Log, DeviceKey: device,
	})
	r.Relations = relation.New(d, ids, hub, now, r.Accounts)
	r.Relations.Register(j)
	r.Media = media.New(d, ids, hub, blobs, j, now)
	r.About = about.New(d, ids, hub, now, r.Accounts, r.Media, c.Log)
	s.buildCards()
	r.Posts = post.New(d, ids, hub, j, now, r.Accounts, r.Relations, r.Media, r.Cards)
	r.Filters = filter.New(d, ids, hub, now, r.Posts)
	r.Movements = movement.New(d, ids, hub, now, r.Accounts, r.Relations, r.Posts, r.Media,
		func(ctx context.Context, since time.Time) (map[id.ID]int64, error) { return r.Acts.Lately(ctx, since) })
	r.Calls = call.New(d, ids, hub, now, r.Accounts, r.Movements,
		func(ctx context.Context, account id.ID, calls []id.ID) (map[id.ID]bool, error) {
			return r.Acts.Did(ctx, account, calls)
		})
	r.Acts = act.New(d, ids, hub, j, now, act.Rooms{
		Accounts: r.Accounts, Relations: r.Relations, Media: r.Media,
		Posts: r.Posts, Calls: r.Calls,
	})
	r.Ripples = ripple.New(d, hub, now, r.Acts)
	s.buildFundraisers()
	if err := s.buildInvites(ctx); err != nil {
		return err
	}
	if err := s.buildKinds(ctx); err != nil {
		return err
	}
	if err := s.buildFollowing(ctx); err != nil {
		return err
	}
	r.Media.Visible = r.visible
	if r.Media.Converter, err = s.findConverter(ctx); err != nil {
		return err
	}
	r.Accounts.Portraits = r.Media.KeepPortraits
	return r.Accounts.EnsureServer(ctx, c.Name)
}

// findConverter looks for ffmpeg, and says in the log what came of it; nil where
// there is none.
func (s *Server) findConverter(ctx context.Context) (*film.Converter, error) {
	c := &s.config
	if c.Films == "off" {
		return nil, nil
	}
	films, err := film.FindConverter(ctx, filepath.Join(c.Data, "films"), c.FilmLimits, c.Log)
	if errors.Is(err, film.ErrNoConverter) {
		c.Log.Info("no films or sound, pictures alone: install ffmpeg to have them", "why", err)
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c.Log.Info("films and sound are taken in", "megabytes", films.Bytes>>20, "length", films.Length, "network", !films.Sealed())
	return films, nil
}

// visible answers for a picture: may the viewer see what it hangs on, and may
// everyone?
func (r *Rooms) visible(ctx context.Context, v account.Viewer, kind string, owner id.ID) (visible, public bool, err error) {
	switch kind {
	case media.OnPost:
		return r.Posts.Pictured(ctx, v, owner)
	case media.OnAct:
		return r.Acts.EvidenceOf(ctx, v, owner)
	case media.OnSpending:
		return r.Fundraisers.Pictured(ctx, v, owner)
	case media.OnAccount:
		a, err := r.Accounts.Get(ctx, owner)
		if err != nil {
			return false, false, err
		}
		return v.Moderates(), a.Shown(), nil
	}
	return false, false, nil
}

// subscribe has rooms react to what others did, in the same transaction. The
// order matters where one reacts to what another wrote: it is from the ground
// up.
func (s *Server) subscribe() {
	h, r := s.Hub, &s.Rooms
	event.On(h, r.Auth.OnAccountDeleted)
	event.On(h, r.Auth.OnAccountChanged)
	event.On(h, r.Relations.OnAccountDeleted)
	event.On(h, r.Media.OnAccountDeleted)
	event.On(h, r.About.OnAccountDeleted)
	event.On(h, r.Posts.OnAccountDeleted)
	s.subscribeCards()
	event.On(h, r.Filters.OnAccountDeleted)
	event.On(h, r.Movements.OnAccountDeleted)
	event.On(h, r.Calls.OnAccountDeleted)
	event.On(h, r.Acts.OnAccountDeleted)

	event.On(h, r.Movements.OnPostCreated)
	event.On(h, r.Movements.OnPostEdited)
	event.On(h, r.Filters.OnPostDeleted)
	event.On(h, r.Movements.OnPostDeleted)
	event.On(h, r.Acts.OnPostDeleted)
	event.On(h, r.Ripples.OnPostDeleted)

	event.On(h, r.Calls.OnLeft)
	s.subscribeFundraisers()
	s.subscribeInvites()

	event.On(h, r.Ripples.OnDone)
	event.On(h, r.Ripples.OnImported)
	event.On(h, r.Ripples.OnWithdrawn)
	event.On(h, r.Ripples.OnResourced)
	event.On(h, r.Ripples.OnRerooted)
	s.subscribeKinds()
	s.subscribeFollowing()
}

// truths tell the book of counters what each ought to say.
func (s *Server) truths() {
	r := &s.Rooms
	r.Relations.Truths(s.Book)
	r.Posts.Truths(s.Book)
	r.Movements.Truths(s.Book)
	r.Acts.Truths(s.Book)
	r.Ripples.Truths(s.Book)
	r.Impact.Truths(s.Book)
	r.Meets.Truths(s.Book)
}

// sweeps are what one node at a time does by the clock.
func (s *Server) sweeps(blobs *blob.Store) {
	j, r, now := s.Jobs, &s.Rooms, s.config.Now
	j.Every("index for search", time.Second, r.Search.Index)
	j.Every("fold counters", 500*time.Millisecond, s.Book.Fold)
	j.Every("fold ripples", 500*time.Millisecond, r.Ripples.Sweep)
	j.Every("measure ripples", 2*time.Second, r.Ripples.Refresh)
	j.Every("end nominations", 5*time.Second, func(ctx context.Context) error { return r.Acts.Sweep(ctx, now()) })
	j.Every("open calls", 5*time.Second, func(ctx context.Context) error { return r.Calls.OpenDue(ctx, now()) })
	s.sweepInvites()
	j.Every("close calls", 5*time.Second, func(ctx context.Context) error { return r.Calls.CloseDue(ctx, now()) })
	j.Every("ask about payments", time.Minute, func(ctx context.Context) error { return r.Fundraisers.Ask(ctx, now()) })
	j.Every("ask about refunds", 6*time.Hour, func(ctx context.Context) error { return r.Fundraisers.AskPaybacks(ctx, now()) })
	j.Every("forget events of payments", time.Hour, func(ctx context.Context) error { return r.Fundraisers.Forget(ctx, now()) })
	j.Every("end promises to match gifts", time.Minute, func(ctx context.Context) error { return r.Fundraisers.EndMatchings(ctx, now()) })
	s.sweepKinds()
	j.Every("end polls", 5*time.Second, r.Posts.EndPolls)
	j.Every("publish posts", 5*time.Second, r.Posts.Publish)
	j.Every("find what moves people", 5*time.Minute, r.Trends.Sweep)
	j.Every("weigh witnesses", time.Minute, r.Weights.Sweep)
	j.Every("end mutes", time.Minute, r.Relations.Sweep)
	j.Every("forget sign-ins", time.Hour, r.Auth.Sweep)
	j.Every("forget loose pictures", time.Hour, r.Media.Sweep)
	j.Every("forget cards without posts", time.Hour, r.Cards.Sweep)
	j.Every("forget old notices", time.Hour, func(ctx context.Context) error { return r.Notices.Sweep(ctx, now()) })
	j.Every("end blocks of the network", time.Hour, r.Safety.Sweep)
	j.Every("forget repeated requests", time.Hour, func(ctx context.Context) error { return once.Sweep(ctx, s.DB, now()) })
	j.Every("empty the database's log", time.Minute, s.DB.EmptyLog)
	j.Every("forget unfinished files", 24*time.Hour, func(context.Context) error { return blobs.Sweep(now()) })
	j.Every("forget files that nothing names", 24*time.Hour, r.Media.SweepFiles)
}

// forgetMails is what every node does by the clock, each in its own folder, until
// ctx is done.
func (s *Server) forgetMails(ctx context.Context) {
	t := time.NewTicker(time.Hour)
	defer t.Stop()
	for {
		if err := s.mailer.Sweep(s.config.Now()); err != nil {
			s.config.Log.Error("could not forget old mails", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
