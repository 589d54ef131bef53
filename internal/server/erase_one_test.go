package server_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/server/servertest"
)

// What somebody deletes who stays is gone as wholly as what leavers leave: one
// post, and one act, and whatever hangs on them.
func TestDeleted_NothingLeft(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		l := &leaving{T: t, Server: s, ctx: context.Background()}
		l.arrange()
		v, ada, ben := account.As(l.zephyrine), account.As(l.ada), account.As(l.ben)

		said := must(l.Posts.Create(l.ctx, v, post.Draft{Text: "A saffronbun for all #Soup", Warning: "hollyhock", MediaIDs: []id.ID{l.picture("butterscotch")}}))(t).Post
		must(l.Posts.Edit(l.ctx, v, said.ID, post.Draft{Text: "A nutmeg bun for all @ada #Soup", Warning: "rosehip", MediaIDs: []id.ID{l.picture("juniper")}}))(t)
		must(l.Posts.Create(l.ctx, ada, post.Draft{Text: "How kind!", ReplyTo: said.ID}))(t)
		must(l.Posts.Like(l.ctx, ada, said.ID))(t)
		must(l.Posts.Share(l.ctx, ada, said.ID, post.Public))(t)
		must(l.Posts.Bookmark(l.ctx, ada, said.ID))(t)
		asked := must(l.Posts.Create(l.ctx, v, post.Draft{Text: "Which tumbleweed?", Poll: &post.PollDraft{Options: []string{"marzipan", "gooseberry"}, Lasts: time.Hour}}))(t).Post
		must(l.Posts.Vote(l.ctx, ada, asked.Poll.ID, []int{0}))(t)

		did := must(l.Acts.Do(l.ctx, v, act.Draft{CallID: l.challenge.ID, Story: "I passed a thistledown on", TellAs: post.Public,
			MediaIDs: []id.ID{l.picture("mirabelle")}, Witnesses: []string{"ada"}, Nominees: []string{"ben"}}))(t)
		l.ok(l.Acts.AcceptWitness(l.ctx, ada, did.ID, l.ada.ID))
		must(l.Posts.Like(l.ctx, ben, did.PostID))(t)
		l.ok(l.Search.Index(l.ctx))
		keys := l.keys()
		if found := l.search(append(keys, leaverWords...)); len(found) < 12 {
			t.Fatalf("the search finds only %v", found)
		}

		must(l.Posts.Delete(l.ctx, v, said.ID))(t)
		must(l.Posts.Delete(l.ctx, v, asked.ID))(t)
		l.ok(l.Acts.Withdraw(l.ctx, v, did.ID))
		var left []string
		wait(t, "nothing is left", func() bool {
			left = append(l.search(leaverWords), l.searchFiles(keys)...)
			return len(left) == 0
		}, func() { t.Errorf("still there:\n%s", strings.Join(left, "\n")) })
	})
}
