package server_test

import (
	"context"
	"testing"
	"time"

	"github.com/mattn/go-mastodon"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/server/servertest"
)

// TestApp_Streams has an app that never heard of Goodturn listen to it.
func TestApp_Streams(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		ada, ben := s.Person("ada"), s.Person("ben")
		if _, err := s.Relations.Follow(ctx, account.As(ada), ben.ID, relation.FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		secret, _, err := s.Auth.CreateToken(ctx, ada.ID, "an app", auth.DefaultScopes)
		if err != nil {
			t.Fatal(err)
		}
		app := mastodon.NewClient(&mastodon.Config{Server: s.URL(), AccessToken: secret})
		events, err := app.StreamingUser(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sockets, err := app.NewWSClient().StreamingWSUser(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for s.Feeds.Watching() < 2 { // the app does not say when it is connected
			select {
			case <-ctx.Done():
				t.Fatal("the app did not connect")
			case <-time.After(time.Millisecond):
			}
		}
		write := func(text string) *post.Post {
			t.Helper()
			p, err := s.Posts.Create(ctx, account.As(ben), post.Draft{Text: text, Visibility: post.Public})
			if err != nil {
				t.Fatal(err)
			}
			return p.Post
		}
		first := write("Soup is ready.")
		for name, stream := range map[string]chan mastodon.Event{"events": events, "a socket": sockets} {
			if e, ok := hear(ctx, t, stream).(*mastodon.UpdateEvent); !ok || string(e.Status.ID) != first.ID.String() {
				t.Errorf("by %s the app is told of %+v", name, e)
			}
		}
		if _, err := s.Relations.Follow(ctx, account.As(ben), ada.ID, relation.FollowOptions{}); err != nil {
			t.Fatal(err)
		}
		for name, stream := range map[string]chan mastodon.Event{"events": events, "a socket": sockets} {
			if e, ok := hear(ctx, t, stream).(*mastodon.NotificationEvent); !ok || e.Notification.Type != "follow" {
				t.Errorf("by %s the app is told of %+v", name, e)
			}
		}
		if _, err := s.Posts.Delete(ctx, account.As(ben), first.ID); err != nil {
			t.Fatal(err)
		}
		for name, stream := range map[string]chan mastodon.Event{"events": events, "a socket": sockets} {
			if e, ok := hear(ctx, t, stream).(*mastodon.DeleteEvent); !ok || string(e.ID) != first.ID.String() {
				t.Errorf("by %s the app is told of %+v", name, e)
			}
		}
	})
}

func hear(ctx context.Context, t *testing.T, stream chan mastodon.Event) mastodon.Event {
	t.Helper()
	select {
	case e := <-stream:
		return e
	case <-ctx.Done():
		t.Fatal("the app was told nothing")
		return nil
	}
}
