package server_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/auth"
	"goodturn/internal/badge"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/deed"
	"goodturn/internal/filter"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/media"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/relation"
	"goodturn/internal/safety"
	"goodturn/internal/search"
	"goodturn/internal/server/servertest"
)

// Words that only the leaver ever wrote. The username stays, folded, so that
// nobody else can be taken for them.
const (
	leaverName  = "zephyrine"
	leaverEmail = leaverName + "@example.org"
)

// What others wrote is theirs.
const adasWords = "Come and eat #Soup @" + leaverName

var leaverWords = []string{
	"quillfeather", "mirabelle", "gooseberry", "thistledown", "marzipan", "periwinkle", "saffronbun", "tumbleweed",
	"hollyhock", "butterscotch", "nutmeg", "rosehip", "juniper", "quixotry",
}

// TestAccountDeleted_NothingLeft has somebody do all there is to do, leave, and
// then searches everything that is kept.
func TestAccountDeleted_NothingLeft(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		l := &leaving{T: t, Server: s, ctx: context.Background()}
		l.arrange()
		l.live()
		l.ok(s.Search.Index(l.ctx))
		if n := len(must(s.Search.People(l.ctx, account.As(l.ada), search.Query{Text: "quillf"}))(t)); n != 1 {
			t.Fatalf("search knows %d people of that name", n)
		}
		secrets := l.secrets()
		if found := l.search(leaverWords); len(found) == 0 {
			t.Fatal("the search finds nothing even before")
		}
		gift := l.confirmedGifts()
		if gift != 2500 {
			t.Fatalf("confirmed gifts are %d", gift)
		}

		if err := s.Auth.Delete(l.ctx, account.As(l.zephyrine), servertest.Password); err != nil {
			t.Fatal(err)
		}
		// What was shown is gone with the answer; what lies in files goes by jobs.
		if _, err := s.Posts.Get(l.ctx, account.Nobody, l.post); err == nil {
			t.Error("the post is still shown")
		}
		if _, err := s.Acts.Get(l.ctx, account.Nobody, l.act); err == nil {
			t.Error("the act is still shown")
		}
		words := append([]string{leaverEmail}, leaverWords...)
		var left []string
		wait(t, "nothing is left", func() bool {
			left = append(l.search(words), l.searchFiles(secrets)...)
			left = append(left, l.searchRaw(words)...)
			return len(left) == 0
		}, func() { t.Errorf("still there:\n%s", strings.Join(left, "\n")) })

		for _, where := range l.search([]string{leaverName}) {
			if !strings.HasPrefix(where, "account.folded holds") && !strings.HasSuffix(where, adasWords) && !isIndexed(where) {
				t.Errorf("the name is still there: %s", where)
			}
		}
		if got := l.confirmedGifts(); got != gift {
			t.Errorf("confirmed gifts were %d and are %d", gift, got)
		}
		wait(t, "nothing is left of what was weighed", func() bool { return l.weighed() == 0 }, func() { t.Errorf("%d rows of it", l.weighed()) })
		drifts, err := s.Book.Recount(l.ctx, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range drifts {
			t.Errorf("%s of %s is %d and should be %d", d.Name, d.Subject, d.Is, d.Should)
		}
		moved, err := s.Ripples.Recount(l.ctx, false)
		if err != nil || len(moved) > 0 {
			t.Errorf("the ripple differs: %+v %v", moved, err)
		}
	})
}

// isIndexed says whether the name stands in the index of words, where it is
// Ada's: nothing else of the leaver may be there.
func isIndexed(where string) bool { return strings.HasPrefix(where, "search_words") }

// wait polls until is says so, and calls otherwise if it never does.
func wait(t *testing.T, what string, is func() bool, otherwise func()) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Errorf("waited in vain until %s", what)
			otherwise()
			return
		}
	}
}

// leaving is somebody who leaves, and those who stay.
type leaving struct {
	*testing.T
	*servertest.Server
	ctx                 context.Context
	zephyrine, ada, ben *account.Account
	movement            *movement.Movement
	gifts, challenge    *call.Call
	post, act           id.ID
}

// must gives the value of what does not fail.
func must[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (l *leaving) ok(err error) {
	l.Helper()
	if err != nil {
		l.Fatal(err)
	}
}

// arrange has a movement that others keep.
func (l *leaving) arrange() {
	l.ada, l.ben, l.zephyrine = l.Person("ada"), l.Person("ben"), l.Person(leaverName)
	ada := account.As(l.ada)
	l.movement = must(l.Movements.Start(l.ctx, ada, movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."}))(l.T)
	three := 3
	l.challenge = must(l.Calls.Create(l.ctx, ada, l.movement.ID, call.Draft{Kind: call.Challenge, Title: "Pass it on", Nominees: &three}))(l.T)
	l.gifts = must(l.Calls.Create(l.ctx, ada, l.movement.ID, call.Draft{Kind: call.Fundraiser, Title: "A pot", Unit: "EUR", Nominees: &three}))(l.T)
}

// complain has the leaver report somebody, and answer what was decided about
// itself.
func (l *leaving) complain() {
	must(l.Safety.Report(l.ctx, account.As(l.zephyrine), safety.ReportDraft{TargetID: l.ada.ID, Comment: "Quixotry in what ada wrote."}))(l.T)
	must(l.Safety.Report(l.ctx, account.As(l.ada), safety.ReportDraft{TargetID: l.zephyrine.ID, Comment: "All this Quixotry of hers."}))(l.T)
	moderator := account.System("a test")
	l.ok(l.Safety.Decide(l.ctx, moderator, l.zephyrine.ID, safety.Order{Action: safety.Warn, Reason: "No Quixotry, please."}))
	told := must(l.Safety.Told(l.ctx, account.As(l.zephyrine), db.Page{}))(l.T)
	l.ok(l.Safety.Appeal(l.ctx, account.As(l.zephyrine), told[0].ID, "", "It was no Quixotry."))
}

// live is all that one can do here.
func (l *leaving) live() {
	l.introduce()
	l.regard()
	l.talk()
	l.complain()
	l.doGood()
	l.lookUnusual()
}

func (l *leaving) introduce() {
	v := account.As(l.zephyrine)
	name, note := "Quillfeather", "I bake mirabelle tarts"
	fields := []account.Field{{Name: "Garden", Value: "gooseberry"}}
	face := l.picture("thistledown")
	l.zephyrine = must(l.Accounts.Update(l.ctx, v, account.Change{Name: &name, Note: &note, Fields: &fields, AvatarID: &face}))(l.T)
	l.ok(l.Accounts.SetInterests(l.ctx, v, account.Interests{Town: "Marzipan", Minutes: 30}))
	_, _, err := l.Auth.SignIn(l.ctx, leaverName, servertest.Password, auth.Client{Addr: netip.MustParseAddr("192.0.2.7"), Agent: "periwinkle browser"})
	l.ok(err)
	l.Token(l.zephyrine, "")
	l.ok(l.Auth.RequestReset(l.ctx, leaverEmail, auth.Client{}))
	wait(l.T, "the mail is written", func() bool {
		mails, err := filepath.Glob(filepath.Join(l.Data(), "mail", "*"))
		return err == nil && len(mails) > 0
	}, func() {})
	title, keyword, home := "gooseberry", "marzipan", filter.Home
	must(l.Filters.Create(l.ctx, v, filter.Draft{Title: &title, Contexts: &home, Keywords: []filter.KeywordDraft{{Text: &keyword}}}))(l.T)
	must(l.Relations.Follow(l.ctx, v, l.ada.ID, relation.FollowOptions{}))(l.T)
	must(l.Relations.Follow(l.ctx, account.As(l.ben), l.zephyrine.ID, relation.FollowOptions{}))(l.T)
	l.ok(l.Movements.Join(l.ctx, v, l.movement.ID))
}

// regard is what the leaver thinks of others, and others of the leaver.
func (l *leaving) regard() {
	v, ada := account.As(l.zephyrine), account.As(l.ada)
	must(l.Relations.Note(l.ctx, v, l.ada.ID, "Likes periwinkle"))(l.T)
	must(l.Relations.Endorse(l.ctx, v, l.ada.ID))(l.T)
	l.ok(l.Relations.BlockDomain(l.ctx, v, "tumbleweed.example"))
	must(l.Posts.FeatureTag(l.ctx, v, "#Hollyhock"))(l.T)
	name := "Thistledown people"
	must(l.Relations.CreateCollection(l.ctx, v, relation.CollectionDraft{Name: &name}, []id.ID{l.ada.ID}))(l.T)
	must(l.Relations.Note(l.ctx, ada, l.zephyrine.ID, "Brought a saffronbun"))(l.T)
	credits := []string{"marzipan.example"}
	must(l.Accounts.Update(l.ctx, v, account.Change{CreditedBy: &credits}))(l.T)
}

func (l *leaving) talk() {
	v, ada := account.As(l.zephyrine), account.As(l.ada)
	theirs := must(l.Posts.Create(l.ctx, ada, post.Draft{Text: adasWords}))(l.T)
	bun := []id.ID{l.picture("butterscotch")}
	mine := must(l.Posts.Create(l.ctx, v, post.Draft{Text: "A saffronbun for all tumbleweed #Soup", Warning: "hollyhock", MediaIDs: bun}))(l.T)
	l.post = mine.Post.ID
	must(l.Posts.Edit(l.ctx, v, l.post, post.Draft{Text: "A nutmeg bun for all #Soup", MediaIDs: bun}))(l.T)
	must(l.Posts.Create(l.ctx, v, post.Draft{Text: "rosehip tea", ReplyTo: theirs.Post.ID}))(l.T)
	must(l.Posts.Create(l.ctx, ada, post.Draft{Text: "How kind!", ReplyTo: l.post}))(l.T)
	for _, i := range []id.ID{theirs.Post.ID, l.post} {
		must(l.Posts.Like(l.ctx, v, i))(l.T)
		must(l.Posts.Like(l.ctx, ada, i))(l.T)
	}
	must(l.Posts.Share(l.ctx, v, theirs.Post.ID, post.Public))(l.T)
	must(l.Posts.Share(l.ctx, ada, l.post, post.Public))(l.T)
	must(l.Posts.Bookmark(l.ctx, v, theirs.Post.ID))(l.T)
	must(l.Posts.Bookmark(l.ctx, ada, l.post))(l.T)
	asks := func(v account.Viewer, options ...string) *post.Post {
		return must(l.Posts.Create(l.ctx, v, post.Draft{Text: "Which?", Poll: &post.PollDraft{Options: options, Lasts: time.Hour}}))(l.T).Post
	}
	asked := asks(v, "rosehip", "nutmeg")
	must(l.Posts.Vote(l.ctx, ada, asked.Poll.ID, []int{0}))(l.T)
	must(l.Posts.Vote(l.ctx, v, asks(ada, "tea", "soup").Poll.ID, []int{1}))(l.T)
	must(l.Posts.Edit(l.ctx, v, asked.ID, post.Draft{Text: "None", Poll: &post.PollDraft{Options: []string{"gooseberry", "marzipan"}, Lasts: time.Hour}}))(l.T)
	must(l.Posts.Pin(l.ctx, v, asked.ID))(l.T)
	must(l.Posts.MuteThread(l.ctx, v, theirs.Post.ID))(l.T)
	must(l.Posts.Schedule(l.ctx, v, post.Draft{Text: "saffronbun tomorrow", App: post.App{Name: "Periwinkle"}}, time.Now().Add(time.Hour)))(l.T)
	friends := "Tumbleweed friends"
	list := must(l.Relations.CreateList(l.ctx, v, relation.ListDraft{Title: &friends}))(l.T)
	l.ok(l.Relations.AddToList(l.ctx, v, list.ID, []id.ID{l.ada.ID}))
	l.ok(l.Relations.FollowTag(l.ctx, v, "#Hollyhock"))
	must(l.Posts.Create(l.ctx, v, post.Draft{Text: "@ada rosehip?", Visibility: post.Direct}))(l.T)
	// More than are erased in one transaction.
	for range 120 {
		must(l.Posts.Create(l.ctx, v, post.Draft{Text: "juniper"}))(l.T)
	}
}

func (l *leaving) doGood() {
	v, ada, ben := account.As(l.zephyrine), account.As(l.ada), account.As(l.ben)
	did := must(l.Acts.Do(l.ctx, v, act.Draft{CallID: l.challenge.ID, Story: "I passed a saffronbun on", TellAs: post.Public,
		Place:    act.Place{Precision: act.ToSpot, Town: "Quixotry", Spot: "Thistledown Hall"},
		MediaIDs: []id.ID{l.picture("hollyhock")}, Witnesses: []string{"ada"}, Nominees: []string{"ben"}}))(l.T)
	l.act = did.ID
	l.ok(l.Acts.AcceptWitness(l.ctx, ada, l.act, l.ada.ID))
	asked := must(l.Deeds.Make(l.ctx, v, l.act, deed.Draft{Tells: true}))(l.T)
	_, token, _ := strings.Cut(l.Deeds.URL(asked), "token=")
	l.ok(l.Deeds.Thank(l.ctx, account.Nobody, token, "For the saffronbun, dear Quillfeather", "Nutmeg"))
	l.ok(l.Deeds.Attest(l.ctx, account.Nobody, token))
	l.ok(l.Deeds.Show(l.ctx, v, asked.ID, true))
	l.ok(l.Deeds.SetNote(l.ctx, v, l.act, "It smelled of Rosehip."))
	l.ok(l.Deeds.CountWeeks(l.ctx, v, true, "Europe/Vienna"))
	mine := must(l.Acts.Mine(l.ctx, ben, db.Page{}))(l.T)
	bens := must(l.Acts.Do(l.ctx, ben, act.Draft{CallID: l.challenge.ID, InspiredBy: act.Source{Kind: act.FromNomination, ID: mine[0].ID},
		Witnesses: []string{leaverName}}))(l.T)
	l.ok(l.Acts.AcceptWitness(l.ctx, v, bens.ID, l.zephyrine.ID))
	// Nominated by somebody else, and not answered.
	amount := int64(2500)
	given := must(l.Acts.Do(l.ctx, v, act.Draft{CallID: l.gifts.ID, Quantity: &amount, Story: "From the tumbleweed fund"}))(l.T)
	must(l.Acts.Confirm(l.ctx, ada, given.ID, "It came."))(l.T)
	must(l.Badges.Issue(l.ctx, v, given.ID, badge.Address, lang.Match("", "en")))(l.T)
	must(l.Acts.Do(l.ctx, ben, act.Draft{CallID: l.gifts.ID, Quantity: &amount, Nominees: []string{leaverName}}))(l.T)
}

// lookUnusual has somebody new witness all that the leaver does, from one network,
// so that all is kept that is weighed.
func (l *leaving) lookUnusual() {
	l.ok(l.Weights.Sweep(l.ctx))
	from := netip.MustParseAddr("192.0.2.7")
	eve, last := l.Person("eve"), id.ID(0)
	for range 11 {
		l.Weights.Seen(l.zephyrine.ID, from)
		did := must(l.Acts.Do(l.ctx, account.As(l.zephyrine), act.Draft{MovementID: l.movement.ID, Story: "Swept.", Witnesses: []string{eve.Username}}))(l.T)
		l.Weights.Seen(eve.ID, from)
		l.ok(l.Acts.AcceptWitness(l.ctx, account.As(eve), did.ID, eve.ID))
		last = did.ID
	}
	l.ok(l.Weights.Weigh(l.ctx, l.movement.ID))
	l.ok(l.Weights.Fine(l.ctx, account.As(l.ada), last, false))
	if n := l.weighed(); n < 30 {
		l.Fatalf("%d rows of what is weighed", n)
	}
}

// weighed counts the rows of what is weighed that name the leaver.
func (l *leaving) weighed() (n int) {
	l.Helper()
	who := l.zephyrine.ID
	l.ok(l.DB.Read(l.ctx).QueryRow(`SELECT (SELECT COUNT(*) FROM weight_mark WHERE account_id = $1 OR act_id IN (SELECT id FROM act WHERE doer_id = $2))
		+ (SELECT COUNT(*) FROM weight WHERE doer_id = $3 OR witness_id = $4) + (SELECT COUNT(*) FROM weight_fine WHERE doer_id = $5 OR by_id = $6)`,
		who, who, who, who, who, who).Scan(&n))
	return n
}

// picture uploads one.
func (l *leaving) picture(description string) id.ID {
	var b bytes.Buffer
	l.ok(png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 20))))
	return must(l.Media.Upload(l.ctx, account.As(l.zephyrine), &b, media.Upload{Description: description}))(l.T).ID
}

// secrets are the keys of the leaver's files.
func (l *leaving) secrets() []string {
	keys := l.keys()
	if len(keys) != 6 {
		l.Fatalf("%d keys of pictures", len(keys))
	}
	return keys
}

// keys are those of all that the leaver uploaded so far.
func (l *leaving) keys() (keys []string) {
	_, err := db.All(l.DB.Read(l.ctx), func(r db.Row) (struct{}, error) {
		var key, small string
		err := r.Scan(&key, &small)
		keys = append(keys, key, small)
		return struct{}{}, err
	}, `SELECT key, small_key FROM media WHERE account_id = $1 ORDER BY id`, l.zephyrine.ID)
	l.ok(err)
	return keys
}

// confirmedGifts is the amount in the call's total.
func (l *leaving) confirmedGifts() int64 {
	l.Helper()
	return must(l.Calls.Totals(l.ctx, []id.ID{l.gifts.ID}))(l.T)[l.gifts.ID].Amount("EUR", call.Confirmed)
}

// search names where any of the words stands, in any case, in every column of
// every table and in every file but the database's own, and but mails that were
// sent, which their receiver has: those that wait to be sent are in tables.
func (l *leaving) search(words []string) []string {
	l.Helper()
	return append(l.searchTables(words), l.searchFiles(words)...)
}

func (l *leaving) searchTables(words []string) (found []string) {
	l.Helper()
	tables := `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	if l.DB.Engine() == db.Postgres {
		tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
	}
	names, err := db.All(l.DB.Read(l.ctx), func(r db.Row) (name string, err error) {
		err = r.Scan(&name)
		return name, err
	}, tables)
	l.ok(err)
	if len(names) < 30 {
		l.Fatalf("only the tables %v", names)
	}
	for _, table := range names {
		rows, err := l.DB.Read(l.ctx).Query(`SELECT * FROM ` + table)
		l.ok(err)
		columns, err := rows.Columns()
		l.ok(err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(sql.RawBytes)
			}
			l.ok(rows.Scan(values...))
			for i, v := range values {
				if word := contains(*v.(*sql.RawBytes), words); word != "" {
					found = append(found, fmt.Sprintf("%s.%s holds %s: %.200s", table, columns[i], word, *v.(*sql.RawBytes)))
				}
			}
		}
		l.ok(rows.Err())
		l.ok(rows.Close())
	}
	return found
}

func (l *leaving) searchFiles(words []string) (found []string) {
	l.Helper()
	l.ok(filepath.WalkDir(l.Data(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "mail" {
			return fs.SkipDir
		}
		if err != nil || !e.Type().IsRegular() || strings.HasPrefix(e.Name(), "goodturn.db") {
			return err
		}
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil
		}
		if word := contains(append(text, path...), words); word != "" {
			found = append(found, fmt.Sprintf("%s holds %s", path, word))
		}
		return err
	}))
	return found
}

// searchRaw looks into the database's own files, where a row that was deleted may
// still be read. PostgreSQL's are not ours: SECURITY.md says what becomes of them.
func (l *leaving) searchRaw(words []string) (found []string) {
	l.Helper()
	if l.DB.Engine() != db.SQLite {
		return nil
	}
	l.ok(l.DB.EmptyLog(l.ctx)) // as the server does each minute
	paths := must(filepath.Glob(filepath.Join(l.Data(), "goodturn.db*")))(l.T)
	if len(paths) < 3 {
		l.Fatalf("only the files %v", paths)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		l.ok(err)
		for _, w := range words {
			if at := bytes.Index(bytes.ToLower(text), []byte(strings.ToLower(w))); at >= 0 {
				found = append(found, fmt.Sprintf("%s holds %s: %.100q", path, w, text[max(0, at-30):]))
			}
		}
	}
	return found
}

func contains(text []byte, words []string) string {
	text = bytes.ToLower(text)
	for _, w := range words {
		if bytes.Contains(text, bytes.ToLower([]byte(w))) {
			return w
		}
	}
	return ""
}
