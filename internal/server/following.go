package server

import (
	"context"

	"goodturn/internal/about"
	"goodturn/internal/directory"
	"goodturn/internal/event"
	"goodturn/internal/feed"
	"goodturn/internal/fetch"
	"goodturn/internal/filter"
	"goodturn/internal/impact"
	"goodturn/internal/mastodon"
	"goodturn/internal/notice"
	"goodturn/internal/push"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/trend"
	"goodturn/internal/weight"
)

// buildFollowing makes the rooms that follow what the mission's rooms do.
func (s *Server) buildFollowing(ctx context.Context) error {
	r, c := &s.Rooms, &s.config
	r.Safety = safety.New(s.DB, s.ids, s.Hub, s.Jobs, c.Now, s.mailer, safety.Config{URL: c.URL, Name: c.Name, Log: c.Log},
		safety.Rooms{Accounts: r.Accounts, Auth: r.Auth, About: r.About, Cards: r.Cards, Posts: r.Posts})
	r.Auth.Screen = r.Safety.Screen
	r.Search = search.New(s.DB, c.Now, c.URL, r.Accounts, r.Relations, r.Posts, r.Movements)
	r.Feeds = feed.New(s.DB, s.Hub, c.Now, r.Accounts, r.Relations, r.Posts, c.Log)
	r.Trends = trend.New(s.DB, s.Hub, c.Now, trend.Rooms{Accounts: r.Accounts, Relations: r.Relations, Posts: r.Posts, Cards: r.Cards, Safety: r.Safety})
	r.Weights = weight.New(s.DB, s.Hub, c.Now, weight.Rooms{Acts: r.Acts})
	r.Notices = notice.New(s.DB, s.ids, s.Hub, s.Jobs, c.Now, c.URL, notice.Rooms{
		Accounts: r.Accounts, Relations: r.Relations, Posts: r.Posts, Calls: r.Calls,
	})
	r.Directory = directory.New(s.DB, directory.Rooms{Accounts: r.Accounts, Relations: r.Relations, Movements: r.Movements})
	if err := s.buildPushes(ctx); err != nil {
		return err
	}
	r.Impact = impact.New(s.DB, s.Hub, c.Now, c.Log, r.Calls)
	s.buildBadges()
	s.tellStreams()
	return nil
}

// buildPushes makes the room that tells devices, which goes out through a gate of
// its own.
func (s *Server) buildPushes(ctx context.Context) error {
	seed, err := s.DB.Secret(ctx, "push")
	if err != nil {
		return err
	}
	gate := fetch.New(fetch.Config{})
	s.onClose(func(context.Context) error { gate.Close(); return nil })
	r, c := &s.Rooms, &s.config
	r.Pushes, err = push.New(s.DB, s.ids, s.Jobs, c.Now, gate, push.Config{
		URL: c.URL, Seed: seed, Icon: mastodon.MissingAvatar, Log: c.Log, Type: mastodon.TypeOf,
	}, push.Rooms{Accounts: r.Accounts, Relations: r.Relations, Media: r.Media, Notices: r.Notices, Filters: r.Filters})
	return err
}

// subscribeFollowing has them hear of it; last, when all else is written.
func (s *Server) subscribeFollowing() {
	h, n, i := s.Hub, s.Notices, s.Impact
	event.On(h, s.Safety.OnAccountDeleted)
	event.On(h, s.Safety.OnAccountCreated)
	event.On(h, s.Search.OnPostCreated)
	event.On(h, s.Search.OnPostEdited)
	event.On(h, s.Search.OnPostDeleted)
	event.On(h, s.Search.OnMediaChanged)
	event.On(h, s.Search.OnAccountCreated)
	event.On(h, s.Search.OnAccountChanged)
	event.On(h, s.Search.OnAccountDeleted)
	event.On(h, s.Search.OnMovementStarted)
	event.On(h, s.Search.OnMovementChanged)

	s.subscribeBadges()

	event.On(h, s.Weights.OnActDone)
	event.On(h, s.Weights.OnWitnessAsked)
	event.On(h, s.Weights.OnWitnessStands)
	event.On(h, s.Weights.OnWitnessWithdrawn)
	event.On(h, s.Weights.OnActProven)
	event.On(h, s.Weights.OnActWithdrawn)
	event.On(h, s.Weights.OnAccountDeleted)

	event.On(h, i.OnPostCreated)
	event.On(h, i.OnPostDeleted)
	event.On(h, i.OnLiked)
	event.On(h, i.OnUnliked)
	event.On(h, i.OnLikesErased)
	event.On(h, i.OnLikesLost)
	event.On(h, i.OnCarried)
	event.On(h, i.OnUncarried)

	event.On(h, s.Pushes.OnMade)
	event.On(h, s.Pushes.OnRevoked)
	event.On(h, s.Pushes.OnAccountDeleted)
	event.On(h, n.OnAccountDeleted)
	event.On(h, n.OnLiked)
	event.On(h, n.OnUnliked)
	event.On(h, n.OnPostCreated)
	event.On(h, n.OnPostEdited)
	event.On(h, n.OnPostDeleted)
	event.On(h, n.OnPollEnded)
	event.On(h, n.OnFollowed)
	event.On(h, n.OnUnfollowed)
	event.On(h, n.OnRequested)
	event.On(h, n.OnRequestEnded)
	event.On(h, n.OnBlocked)
	event.On(h, n.OnNominated)
	event.On(h, n.OnNominationReminder)
	event.On(h, n.OnNominationAccepted)
	event.On(h, n.OnNominationRefused)
	event.On(h, n.OnNominationWithdrawn)
	event.On(h, n.OnNominationMissed)
	event.On(h, n.OnWitnessAsked)
	event.On(h, n.OnWitnessStands)
	event.On(h, n.OnWitnessWithdrawn)
	event.On(h, n.OnProven)
	event.On(h, n.OnActDone)
	event.On(h, n.OnActResourced)
	event.On(h, n.OnActChanged)
	event.On(h, n.OnActWithdrawn)
	event.On(h, n.OnHandoverOffered)
	event.On(h, n.OnCallCancelled)
	event.On(h, n.OnOrganiserInvited)
	event.On(h, n.OnOrganiserChanged)
	event.On(h, n.OnCallUpdated)
	event.On(h, n.OnUpdateRemoved)
	event.On(h, n.OnSpent)
	event.On(h, n.OnPetitionAnswered)
	event.On(h, n.OnCommitmentRuled)
	event.On(h, n.OnCommitmentDue)
	event.On(h, n.OnRecordRemoved)
	event.On(h, n.OnThanked)
	event.On(h, n.OnUnthanked)
	event.On(h, n.OnAttested)
	event.On(h, n.OnUnattested)
	event.On(h, n.OnLowered)
	event.On(h, n.OnDateTold)
	event.On(h, n.OnArrived)
	event.On(h, n.OnApplied)
	event.On(h, n.OnReported)
	event.On(h, n.OnDecided)
}

// tellStreams has streams hear of what is no post.
func (s *Server) tellStreams() {
	feed.Tell(s.Feeds, func(e notice.Made) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(s.Feeds, func(e notice.Merged) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(s.Feeds, func(e filter.Changed) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(s.Feeds, func(e notice.Taken) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(s.Feeds, func(e notice.Read) feed.Topic { return feed.NoticesOf(e.AccountID) })
	feed.Tell(s.Feeds, func(about.AnnouncementChanged) feed.Topic { return feed.Everyone() })
	feed.Tell(s.Feeds, func(about.Reacted) feed.Topic { return feed.Everyone() })
}
