package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/seed"
	"goodturn/internal/server/servertest"
)

func startMovement(t testing.TB, s *servertest.Server, by *account.Account, hashtag string) *movement.Movement {
	t.Helper()
	m, err := s.Movements.Start(context.Background(), account.As(by), movement.Draft{Hashtag: hashtag, Purpose: "Soup for everybody.", Online: true})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func openCall(t testing.TB, s *servertest.Server, by *account.Account, m *movement.Movement, d call.Draft) *call.Call {
	t.Helper()
	c, err := s.Calls.Create(context.Background(), account.As(by), m.ID, d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Starting, changing and ending a movement, as its organiser does it in a
// browser.
func TestMovement(t *testing.T) {
	servertest.Each(t, func(t *testing.T, s *servertest.Server) {
		ada, ben := s.Person("ada"), s.Person("ben")
		organiser, member, stranger := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben), newBrowser(t, s)

		organiser.get("/movements").shows(200, "No movement found", "Start a movement")
		organiser.post("/movements/new", "hashtag", "Warm Soup", "purpose", "Soup for everybody.", "story", "It was cold.")
		organiser.shows(422, "[hashtag=Warm Soup]", "[purpose=Soup for everybody.]", "It was cold.")
		organiser.post("/movements/new", "hashtag", "WarmSoup", "purpose", "Soup for everybody.", "story", "It was **cold**.\n\n<script>alert(1)</script>", "causes", "zero-hunger", "online", "on")
		organiser.shows(200, "It has begun", "#WarmSoup", "Zero hunger", "It was cold")
		if strings.Contains(organiser.page, "<script>alert") {
			t.Error("a story runs scripts")
		}
		if organiser.at != "/movements/WarmSoup" {
			t.Error(organiser.at)
		}

		member.post("/movements/new", "hashtag", "warm_soup", "purpose", "Mine.").shows(409, "There is something like it already", "Soup for everybody.", "[hashtag=warm_soup]")
		member.post("/movements/new", "hashtag", "warm_soup", "seen", member.field("seen"), "purpose", "Mine.").shows(200, "It has begun")

		stranger.get("/movements?q=WarmSoup").shows(200, "Soup for everybody.")
		stranger.get("/movements?cause=zero-hunger").shows(200, "WarmSoup")
		stranger.get("/movements?cause=climate").shows(200, "No movement found")
		stranger.post("/movements/WarmSoup/join", "back", "/movements/WarmSoup").shows(200, "Sign in")
		if !strings.HasPrefix(stranger.at, "/sign-in?next=%2Fmovements%2FWarmSoup") {
			t.Error(stranger.at)
		}

		member.post("/movements/WarmSoup/join", "back", "/movements/WarmSoup").shows(200, "Welcome. Your public posts with #WarmSoup", "Joined", "people joined 2")
		member.get("/movements/WarmSoup/members").shows(200, "@ada", "Organiser", "@ben").lacks("Change")
		for _, path := range []string{"/edit", "/organise", "/resources", "/carry", "/archive", "/calls/new", "/members/" + ben.ID.String()} {
			member.get("/movements/WarmSoup"+path).shows(403, "This is not for you to do")
		}
		member.post("/movements/WarmSoup/edit", "hashtag", "Mine", "purpose", "Mine").shows(403)
		member.post("/movements/WarmSoup/archive").shows(403)

		organiser.post("/movements/WarmSoup/edit", "hashtag", "WarmSoup", "name", "Warm soup", "purpose", strings.Repeat("s", movement.PurposeMost+1)).shows(422, "[name=Warm soup]")
		organiser.post("/movements/WarmSoup/edit", "hashtag", "WarmSoup", "name", "Warm soup", "purpose", "Soup, warm.", "rules", "Be kind.").shows(200, "Saved.", "Soup, warm.", "Be kind.")

		organiser.post("/movements/WarmSoup/archive").shows(200, "archived")
		member.post("/movements/WarmSoup/leave").shows(200, "You left.")
		member.get("/movements/WarmSoup").lacks("[Join]")
		organiser.post("/movements/WarmSoup/reopen").shows(200, "It is open again.")
	})
}

func TestMovement_People(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	organiser, member := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(ben)
	path := "/movements/" + m.Slug
	him := path + "/members/" + ben.ID.String()
	member.post(path+"/join").shows(200, "Joined")

	t.Run("OK/a role with what links them", func(t *testing.T) {
		organiser.post(him, "role", "ambassador").shows(422)
		organiser.post(him, "role", "ambassador", "disclosed", "Paid by a soup maker").shows(200, "Ambassador: Paid by a soup maker")
		newBrowser(t, s).get(path).shows(200, "Ambassador: Paid by a soup maker")
	})
	t.Run("OK/removed and let in again", func(t *testing.T) {
		organiser.post(him+"/remove").shows(200, "Removed.")
		member.post(path+"/join").shows(200, "An organiser removed you from this movement.", "Organisers").lacks(">Join<")
		member.get(path+"/members?role=organiser").shows(200, "@ada")
		organiser.get(path+"/members?role=removed").shows(200, "@ben", "Let in again")
		organiser.post(him + "/let-in").shows(200)
		member.post(path+"/join").shows(200, "Joined")
	})
	t.Run("OK/handed over", func(t *testing.T) {
		organiser.post(path+"/handover", "to", "nobody").shows(422, "There is nobody called nobody here.")
		organiser.post(path+"/handover", "to", " ").shows(422, "Say who, by their name here.")
		organiser.post(path+"/handover", "to", "@ada").shows(422, "[to=@ada]")
		organiser.post(path+"/handover", "to", "@ben").shows(200, "Offered to ben")
		member.get("/nominations").shows(200, "You are asked to organise")
		member.get(path+"/handover").shows(200, "Would you organise WarmSoup?")
		member.post(path+"/handover/accept").shows(200, "You organise it now.")
		organiser.get(path + "/edit").shows(403)
	})
	t.Run("ErrForbidden", func(t *testing.T) {
		organiser.post(path + "/members/" + ben.ID.String() + "/remove").shows(403)
		organiser.get(path + "/members/x").shows(403)
		member.get(path + "/members/1").shows(404)
	})
}

func suspend(t testing.TB, s *servertest.Server, i id.ID) {
	t.Helper()
	err := s.DB.Update(t.Context(), func(tx *db.Tx) error {
		_, err := s.Accounts.MoveIn(tx, i, account.StateActive, account.StateSuspended, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Who is suspended is on no page, but for moderators.
func TestMovement_Suspended(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, zoltan, eve, vera := s.Person("ada"), s.Person("zoltan"), s.Person("eve"), s.Person("vera")
	if err := s.Safety.SetRole(t.Context(), account.System("test"), vera.ID, account.RoleModerator); err != nil {
		t.Fatal(err)
	}
	m := startMovement(t, s, ada, "WarmSoup")
	path := "/movements/" + m.Slug
	c := openCall(t, s, ada, m, call.Draft{Kind: call.Fundraiser, Title: "Pots", Unit: "EUR", Beneficiary: zoltan.ID})
	organiser, member, moderator := newBrowser(t, s).signIn(ada), newBrowser(t, s).signIn(zoltan), newBrowser(t, s).signIn(vera)
	member.post(path+"/join").shows(200, "Joined")
	organiser.post(path+"/members/"+zoltan.ID.String(), "role", "ambassador", "disclosed", "Paid by a soup maker").shows(200)
	doer := newBrowser(t, s).signIn(eve)
	doer.post("/calls/"+c.ID.String()+"/act", "quantity", "5", "story", "For soup", "witnesses", "@zoltan").shows(200, "zoltan")
	act := doer.at
	member.post(act + "/witness/" + zoltan.ID.String() + "/accept")
	member.post(act+"/confirm", "how", "It came").shows(200)

	pages := []string{path, path + "/members", "/calls/" + c.ID.String(), act}
	stranger := newBrowser(t, s)
	for _, page := range pages {
		stranger.get(page).shows(200, "zoltan")
	}
	suspend(t, s, zoltan.ID)
	for _, page := range pages {
		stranger.get(page).shows(200).lacks("zoltan", "Paid by a soup maker")
		moderator.get(page).shows(200, "zoltan")
	}
}

// A movement that is suspended takes nothing else off its people's pages.
func TestNominations_MovementSuspended(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	soup, bread := startMovement(t, s, ada, "WarmSoup"), startMovement(t, s, ada, "WarmBread")
	for _, m := range []*movement.Movement{soup, bread} {
		if err := s.Movements.OfferHandover(t.Context(), account.As(ada), m.ID, ben.ID); err != nil {
			t.Fatal(err)
		}
	}
	suspend(t, s, soup.ID)
	newBrowser(t, s).signIn(ben).get("/nominations").shows(200, "organise WarmBread").lacks("WarmSoup")
}

// Every tab of a movement's followers leads somewhere.
func TestMovement_Followers(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	m := startMovement(t, s, s.Person("ada"), "WarmSoup")
	b := newBrowser(t, s).get("/@"+m.Slug+"/followers").shows(200, "Followers of")
	for _, tab := range regexp.MustCompile(`(?s)<nav class="tabs".*?</nav>`).FindAllString(b.page, -1) {
		for _, link := range regexp.MustCompile(`href="([^"]+)"`).FindAllStringSubmatch(tab, -1) {
			newBrowser(t, s).get(link[1]).shows(200)
		}
	}
	if b.get("/@" + m.Slug + "/acts").shows(200); b.at != "/movements/WarmSoup/acts" {
		t.Errorf("its acts are at %s", b.at)
	}
}

func TestMovement_PostsAndResources(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, ben := s.Person("ada"), s.Person("ben")
	m := startMovement(t, s, ada, "WarmSoup")
	path := "/movements/" + m.Slug
	organiser := newBrowser(t, s).signIn(ada)
	hers, his := write(t, s, ada, "Soup tonight #WarmSoup"), write(t, s, ben, "I brought bread #WarmSoup")
	secret, err := s.Posts.Create(context.Background(), account.As(ben), post.Draft{Text: "only for us #WarmSoup", Visibility: post.Private})
	if err != nil {
		t.Fatal(err)
	}

	organiser.get(path+"/posts").shows(200, "Soup tonight").lacks("I brought bread")
	organiser.get(path+"/carry").shows(200, "I brought bread").lacks("only for us")
	organiser.post(path+"/posts/"+his.ID.String()+"/carry").shows(200, "I brought bread")
	organiser.post(path+"/posts/"+hers.ID.String()+"/uncarry").shows(200, "Its author keeps it.").lacks("Soup tonight")
	organiser.post(path+"/carry", "post", "http://x/posts/"+hers.ID.String()).shows(200, "Soup tonight")
	organiser.post(path+"/carry", "post", "nonsense").shows(422, "This is not the address of a post here.", "[post=nonsense]")
	if organiser.post(path+"/carry", "post", secret.Post.ID.String()); organiser.status == 200 {
		t.Error("a post that is not public was taken in")
	}
	newBrowser(t, s).get(path+"/posts?order=liked").shows(200, "I brought bread", "Nothing else counts")

	organiser.post(path+"/resources", "title", "Hunger", "body", "Many are hungry.", "url", "javascript:alert(1)").shows(422, "[title=Hunger]", "Many are hungry.")
	organiser.post(path+"/resources", "title", "Hunger", "body", "Many are hungry.", "source", "A kitchen").shows(200, "Added.")
	organiser.post(path+"/resources", "title", "Bread").shows(200, "Bread")
	second := regexpFind(t, organiser.page, path+`/resources/\d+/up`)
	for _, up := range strings.Split(organiser.page, `action="`) {
		if end := strings.Index(up, `"`); end > 0 && strings.HasSuffix(up[:end], "/up") {
			second = up[:end]
		}
	}
	organiser.post(second).shows(200)
	if text := newBrowser(t, s).get(path).text(); strings.Index(text, "Bread") > strings.Index(text, "Many are hungry.") {
		t.Error("the second resource was not moved up")
	}
	organiser.post(strings.TrimSuffix(second, "/up") + "/remove").shows(200)
	newBrowser(t, s).get(path).shows(200, "Many are hungry.", "A kitchen")
}

// An organiser gives the movement its pictures, which stay when the organiser's
// account goes; a picture of somebody else's is refused.
func TestMovement_Pictures(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada, berta := s.Person("ada"), s.Person("berta")
	m := startMovement(t, s, ada, "SoupDay")
	b := newBrowser(t, s).signIn(ada)
	words := []string{"hashtag", "SoupDay", "name", "Soup day", "purpose", "Soup for everybody.", "online", "on"}
	edit := "/movements/" + m.Slug + "/edit"
	b.upload(edit, "header", []byte("not a picture"), words...).shows(http.StatusUnprocessableEntity, "Soup for everybody.")
	b.upload(edit, "header", picture(t, 90), words...).shows(200, "Saved.")
	b.upload(edit, "avatar", picture(t, 60), words...).shows(200, "Saved.")
	wide := regexpFind(t, b.page, `class="hero-picture" src="([^"]+)"`)
	at := wide[strings.Index(wide, "src=")+5 : len(wide)-1]
	newBrowser(t, s).get(at).shows(200, "")
	b.get(edit).shows(200, "Take the picture away", "Take the wide picture away")
	b.post(edit, append(words, "no_avatar", "on")...).shows(200, "Saved.")
	b.get(edit).shows(200, "Take the wide picture away").lacks("Take the picture away")

	theirs := seed.Picture(t, s.Media, berta)
	d := m.Draft()
	d.Avatar = &theirs.ID
	if _, err := s.Movements.Edit(t.Context(), account.As(ada), m.ID, d); !problem.Is(err, problem.KindInvalid) {
		t.Errorf("another's picture: %v", err)
	}
	if err := s.Auth.Delete(t.Context(), account.As(ada), servertest.Password); err != nil {
		t.Fatal(err)
	}
	newBrowser(t, s).get(at).shows(200, "")
}

// Whoever says what matters to them is led to movements about any of it, and where
// there are none, to those that there are. No address tells what it is.
func TestMovements_Fitting(t *testing.T) {
	s := servertest.Start(t, db.SQLite)
	ada := s.Person("ada")
	for tag, cause := range map[string]string{"WarmSoup": "zero-hunger", "CleanAir": "health", "SlowReading": "education"} {
		_, err := s.Movements.Start(context.Background(), account.As(ada), movement.Draft{Hashtag: tag, Purpose: "For all.", Causes: []string{cause}, Online: true})
		if err != nil {
			t.Fatal(err)
		}
	}
	b := newBrowser(t, s).signIn(s.Person("ben"))
	b.post("/welcome", "causes", "gender-equality", "causes", "health", "causes", "zero-hunger", "minutes", "0")
	b.shows(200, "For what matters to you", "#WarmSoup", "#CleanAir", "All movements").lacks("#SlowReading")
	if b.at != "/movements?for=me" {
		t.Error(b.at)
	}
	b.post("/welcome", "causes", "gender-equality", "minutes", "0")
	b.shows(200, "No movement here is about what you chose yet", "#WarmSoup", "#CleanAir", "#SlowReading")
	b.post("/welcome", "minutes", "0")
	b.shows(200, "In full swing", "#WarmSoup").lacks("No movement here is about")
	newBrowser(t, s).get("/movements?for=me").shows(200, "In full swing")
}
