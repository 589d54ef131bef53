package server_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"github.com/mattn/go-mastodon"

	"goodturn/internal/account"
	"goodturn/internal/auth"
	"goodturn/internal/server/servertest"
)

// What people do with an app all day, with a client library that never heard of
// Goodturn: upload, post, follow, vote, search, list, filter, be notified, report,
// and look after a server.
func TestApp_Work(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ctx := context.Background()
		must := func(what string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		ada, ben := s.Person("ada"), s.Person("ben")
		app := func(a *account.Account, scopes string) *mastodon.Client {
			return mastodon.NewClient(&mastodon.Config{Server: s.URL(), AccessToken: s.Token(a, scopes)})
		}
		adas, bens := app(ada, ""), app(ben, "")
		adaID, benID := mastodon.ID(ada.ID.String()), mastodon.ID(ben.ID.String())

		var picture bytes.Buffer
		must("draw", png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30))))
		shown, err := bens.UploadMediaFromMedia(ctx, &mastodon.Media{File: &picture, Description: "A pot of soup"})
		must("upload", err)
		soup, err := bens.PostStatus(ctx, &mastodon.Toot{Status: "Soup for all @ada #soup", MediaIDs: []mastodon.ID{shown.ID}})
		must("post", err)
		if len(soup.MediaAttachments) != 1 || soup.MediaAttachments[0].Description != "A pot of soup" {
			t.Errorf("the post has %+v", soup.MediaAttachments)
		}
		asked, err := bens.PostStatus(ctx, &mastodon.Toot{Status: "Which soup?", Poll: &mastodon.TootPoll{Options: []string{"Lentil", "Pea"}, ExpiresInSeconds: 3600}})
		must("ask", err)

		relation, err := adas.AccountFollow(ctx, benID)
		must("follow", err)
		if !relation.Following {
			t.Errorf("after following: %+v", relation)
		}
		home, err := adas.GetTimelineHome(ctx, nil)
		must("home", err)
		if len(home) != 2 || home[0].ID != asked.ID || home[1].ID != soup.ID {
			t.Errorf("home is %+v", home)
		}
		poll, err := adas.PollVote(ctx, asked.Poll.ID, 1)
		must("vote", err)
		if !poll.Voted || poll.VotesCount != 1 || poll.Options[1].VotesCount != 1 {
			t.Errorf("after the vote: %+v", poll)
		}
		liked, err := adas.Favourite(ctx, soup.ID)
		must("like", err)
		if liked.FavouritesCount != 1 || liked.Favourited != true {
			t.Errorf("after the like: %+v", liked)
		}
		_, err = adas.Reblog(ctx, soup.ID)
		must("share", err)
		reply, err := adas.PostStatus(ctx, &mastodon.Toot{Status: "@ben I bring bread.", InReplyToID: soup.ID})
		must("reply", err)
		around, err := bens.GetStatusContext(ctx, soup.ID)
		must("context", err)
		if len(around.Descendants) != 1 || around.Descendants[0].ID != reply.ID {
			t.Errorf("answers are %+v", around.Descendants)
		}

		notified := map[string]int{}
		for n, err := range bens.Notifications(ctx, nil, nil) {
			must("notifications", err)
			notified[n.Type]++
		}
		if notified["follow"] != 1 || notified["favourite"] != 1 || notified["reblog"] != 1 || notified["mention"] != 1 {
			t.Errorf("ben is told of %v", notified)
		}

		found, err := adas.Search(ctx, "soup", false)
		must("search", err)
		if len(found.Hashtags) != 1 || found.Hashtags[0].Name != "soup" {
			t.Errorf("found %+v", found)
		}
		tagged, err := adas.GetTimelineHashtag(ctx, "soup", false, nil)
		must("hashtag", err)
		if len(tagged) != 1 || tagged[0].ID != soup.ID {
			t.Errorf("under the hashtag: %+v", tagged)
		}

		list, err := adas.CreateList(ctx, "Cooks")
		must("list", err)
		must("add to the list", adas.AddToList(ctx, list.ID, benID))
		cooks, err := adas.GetTimelineList(ctx, list.ID, nil)
		must("read the list", err)
		if len(cooks) != 2 {
			t.Errorf("the list holds %+v", cooks)
		}

		_, err = adas.CreateFilter(ctx, &mastodon.Filter{Phrase: "which soup", Context: []string{"home"}, Irreversible: true})
		must("filter", err)
		home, err = adas.GetTimelineHome(ctx, nil)
		must("home", err)
		for _, p := range home {
			if p.ID == asked.ID {
				t.Error("a filter that drops does not")
			}
		}

		report, err := adas.Report(ctx, benID, []mastodon.ID{soup.ID}, "Too salty")
		must("report", err)
		mod, err := s.Auth.CreateByCommand(ctx, auth.NewLogin{Username: "mira", Email: "mira@example.org", Password: servertest.Password, Role: account.RoleModerator})
		must("make a moderator", err)
		mods := app(mod, "read write admin:read admin:write")
		reports, err := mods.GetAdminReports(ctx, nil)
		must("reports", err)
		if len(reports) != 1 || reports[0].ID != report.ID || reports[0].Comment != "Too salty" {
			t.Fatalf("reports are %+v", reports)
		}
		must("silence", mods.AdminAccountPerformAction(ctx, benID, &mastodon.AdminAccountAction{Type: "silence", ReportID: report.ID}))
		seen, err := mods.GetAdminAccount(ctx, benID)
		must("look", err)
		if !seen.Silenced {
			t.Errorf("after silencing: %+v", seen)
		}
		must("delete", bens.DeleteStatus(ctx, soup.ID))
		if _, err := adas.GetStatus(ctx, soup.ID); err == nil {
			t.Error("a deleted post is still there")
		}
		followers, err := bens.GetAccountFollowers(ctx, benID, nil)
		must("followers", err)
		if len(followers) != 1 || followers[0].ID != adaID {
			t.Errorf("followers are %+v", followers)
		}
	})
}
