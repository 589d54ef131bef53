package web

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"goodturn/internal/account"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/movement"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/search"
	"goodturn/internal/text"
	"goodturn/internal/web/look"
)

func searchRoutes() []route {
	return []route{{"GET /search", (*visit).searchPage}}
}

// How many are shown of each kind beside the others, and of one kind alone.
const (
	foundFew  = 4
	foundMany = 20
)

// searchKinds are the tabs of the search page, by the word in their address.
var searchKinds = []struct {
	name, label, more string
}{
	ofAll:       {"", lang.Mark("Everything"), ""},
	ofMovements: {"movements", lang.Mark("Movements"), lang.Mark("More movements")},
	ofPeople:    {"people", lang.Mark("People"), lang.Mark("More people")},
	ofHashtags:  {"hashtags", lang.Mark("Hashtags"), lang.Mark("More hashtags")},
	ofPosts:     {"posts", lang.Mark("Posts"), lang.Mark("More posts")},
}

// The places of searchKinds.
const (
	ofAll = iota
	ofMovements
	ofPeople
	ofHashtags
	ofPosts
)

// searching is a search under way, and what its page shows.
type searching struct {
	Query string
	Wrong []look.Wrong
	Tabs  []look.Tab
	Parts []foundPart
	Empty emptyView // where there are no parts
	Hints bool      // say how posts are narrowed down
	Back  string
	More  string
	Stay  bool // what more there is, is for who has signed in

	kind int // of searchKinds
}

// foundPart is what was found of one kind.
type foundPart struct {
	Title   string
	Hidden  bool       // the tab says it
	More    *look.Link // to the rest
	Content templ.Component
}

// searchPage finds movements, people, hashtags and posts.
func (x *visit) searchPage() error {
	q := x.r.URL.Query()
	s := &searching{Query: q.Get("q")}
	for n, k := range searchKinds {
		if k.name == q.Get("type") {
			s.kind = n
		}
	}
	title := x.p.T("Search")
	words, err := text.Line("q", s.Query, search.MaxQuery)
	switch {
	case err != nil:
		s.Query = echo(s.Query)
	case words == "":
		s.Empty = emptyView{Title: x.p.T("What are you looking for?"), Text: x.p.T("Type a word, or look around among the movements first."),
			Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}
	default:
		s.Query, title = words, x.p.T("Search: %s", firstWords(words, 60))
		s.Tabs = x.searchTabs(s)
		err = x.find(s)
	}
	if err != nil {
		if s.Wrong, err = x.wrong(err, "offset", "", "after", ""); err != nil {
			return err
		}
	}
	page := x.page(title)
	page.NoIndex = true
	return x.render(page, searchPage(x.p, s))
}

// find fills the page with what was asked for.
func (x *visit) find(s *searching) error {
	switch s.kind {
	case ofMovements:
		return x.findMovements(s)
	case ofPeople:
		return x.findPeople(s)
	case ofHashtags:
		return x.findHashtags(s)
	case ofPosts:
		return x.findPosts(s)
	}
	return x.findAll(s)
}

// echo is a query that was refused, as a page may show it.
func echo(query string) string {
	shown := []rune(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(query, "\uFFFD")))
	return string(shown[:min(len(shown), search.MaxQuery)])
}

func searchPath(query, kind string) string {
	q := url.Values{"q": {query}}
	if kind != "" {
		q.Set("type", kind)
	}
	return "/search?" + q.Encode()
}

func (x *visit) searchTabs(s *searching) []look.Tab {
	tabs := make([]look.Tab, len(searchKinds))
	for n, k := range searchKinds {
		tabs[n] = look.Tab{Text: x.p.T(k.label), URL: searchPath(s.Query, k.name), Current: n == s.kind}
	}
	return tabs
}

// add shows n things of a kind. Beside other kinds these are a few, with the way
// to the rest; n is then one more than a few if there is one.
func (s *searching) add(x *visit, kind, n int, content templ.Component) {
	if n == 0 {
		return
	}
	part := foundPart{Title: x.p.T(searchKinds[kind].label), Hidden: s.kind == kind, Content: content}
	if s.kind == ofAll && n > foundFew {
		part.More = &look.Link{Text: x.p.T(searchKinds[kind].more), URL: searchPath(s.Query, searchKinds[kind].name)}
	}
	s.Parts = append(s.Parts, part)
}

// few are the first of a list.
func few[T any](list []T) []T { return list[:min(len(list), foundFew)] }

// findAll shows a few of each kind.
func (x *visit) findAll(s *searching) error {
	found, err := x.Search.Find(x.r.Context(), x.v, search.Query{Text: s.Query, People: true, Limit: foundFew + 1})
	if err != nil {
		return err
	}
	movements, err := x.movementsNamed(s.Query, 0, foundFew+1)
	if err != nil {
		return err
	}
	people, named, err := x.foundPeople(found.Accounts)
	if err != nil {
		return err
	}
	if len(movements) == 0 {
		movements = named
	}
	rows, err := x.movementRows(few(movements))
	if err != nil {
		return err
	}
	posts, err := x.entries(few(found.Posts))
	if err != nil {
		return err
	}
	s.add(x, ofMovements, len(movements), movementFeed(x.p, x.p.T("Movements"), rows))
	s.add(x, ofPeople, len(people), foundAccounts(few(people)))
	s.add(x, ofHashtags, len(found.Hashtags), foundHashtags(x.p, few(found.Hashtags)))
	s.add(x, ofPosts, len(found.Posts), foundPosts(x.p, posts))
	s.Empty = emptyView{Title: x.p.T("Nothing found for “%s”", s.Query), Text: x.p.T("Fewer or shorter words find more. Or look around among the movements."),
		Next: &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}}
	return nil
}

func (x *visit) findMovements(s *searching) error {
	var after id.ID
	if a := x.r.URL.Query().Get("after"); a != "" {
		var err error
		if after, err = id.Parse(a); err != nil {
			return problem.Invalid("after", "This is not an id.")
		}
		s.Back = searchPath(s.Query, "movements")
	}
	list, err := x.movementsNamed(s.Query, after, foundMany)
	if err != nil {
		return err
	}
	rows, err := x.movementRows(list)
	if err != nil {
		return err
	}
	s.add(x, ofMovements, len(list), movementFeed(x.p, x.p.T("Movements"), rows))
	if len(list) == foundMany {
		s.More = x.with("after", list[len(list)-1].ID.String())
	}
	s.nothing(x, x.p.T("Fewer or shorter words find more. Or start the movement yourself."), &look.Link{Text: x.p.T("Start a movement"), URL: "/movements/new"})
	return nil
}

// movementsNamed are those that a query means, with or without the mark of a
// hashtag or a name.
func (x *visit) movementsNamed(query string, after id.ID, most int) ([]*movement.Movement, error) {
	bare := strings.TrimSpace(strings.TrimLeft(query, "#@"))
	if bare == "" {
		return nil, nil
	}
	return x.Movements.List(x.r.Context(), x.v, movement.Filter{Query: bare, After: after, Limit: most})
}

func (x *visit) findPeople(s *searching) error {
	found, err := x.findOnly(s, search.Accounts)
	if err != nil {
		return err
	}
	people, _, err := x.foundPeople(found.Accounts)
	if err != nil {
		return err
	}
	s.add(x, ofPeople, len(people), foundAccounts(people))
	s.further(x, len(found.Accounts))
	s.nothing(x, x.p.T("A name is found by how it begins. Some people prefer to be found only by those who know their exact name."), &look.Link{Text: x.p.T("See who is writing"), URL: "/public"})
	return nil
}

// foundPeople are accounts in their order, with movements among them apart.
func (x *visit) foundPeople(ids []id.ID) (people []personRow, movements []*movement.Movement, err error) {
	all, err := x.people(ids)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range ids {
		switch a := all[i]; {
		case a == nil:
		case a.Kind == account.KindMovement:
			m, err := x.Movements.ByID(x.r.Context(), x.v, i)
			if err != nil {
				return nil, nil, err
			}
			movements = append(movements, m)
		default:
			people = append(people, personRow{Who: x.person(a), Note: firstWords(a.Note, 100)})
		}
	}
	return people, movements, nil
}

func (x *visit) findHashtags(s *searching) error {
	found, err := x.findOnly(s, search.Hashtags)
	if err != nil {
		return err
	}
	s.add(x, ofHashtags, len(found.Hashtags), foundHashtags(x.p, found.Hashtags))
	s.further(x, len(found.Hashtags))
	next := &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"}
	if tag, ok := text.Tag(strings.TrimPrefix(s.Query, "#")); ok {
		next = &look.Link{Text: x.p.T("Write a post"), URL: "/compose?text=" + url.QueryEscape("#"+tag+" ")}
	}
	s.nothing(x, x.p.T("Nobody has used this hashtag in public yet."), next)
	return nil
}

func (x *visit) findPosts(s *searching) error {
	if x.me == nil {
		s.Empty = emptyView{Title: x.p.T("Posts are for those who have signed in"),
			Text: x.p.T("Who has signed in can search what people wrote. Movements, people and hashtags are open to everybody."),
			Next: &look.Link{Text: x.p.T("Sign in"), URL: x.signInPath()}}
		return nil
	}
	found, err := x.findOnly(s, search.Posts)
	if err != nil {
		return err
	}
	posts, err := x.entries(found.Posts)
	if err != nil {
		return err
	}
	s.Hints = true
	s.add(x, ofPosts, len(posts), foundPosts(x.p, posts))
	s.further(x, len(posts))
	s.nothing(x, x.p.T("Only posts of people who wish to be found are searched, and those that you have to do with."), &look.Link{Text: x.p.T("Find a movement"), URL: "/movements"})
	return nil
}

// findOnly is one page of one kind.
func (x *visit) findOnly(s *searching, kind search.Kind) (search.Found, error) {
	offset, err := x.offset()
	if err != nil {
		return search.Found{}, err
	}
	return x.Search.Find(x.r.Context(), x.v, search.Query{Text: s.Query, Kind: kind, People: true, Limit: foundMany, Offset: offset})
}

// offset is how many results come before this page.
func (x *visit) offset() (int, error) {
	s := x.r.URL.Query().Get("offset")
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, problem.Invalid("offset", "The offset is a whole number.")
	}
	return n, nil
}

// further links the pages before and after this one, on which got were found.
func (s *searching) further(x *visit, got int) {
	offset, err := x.offset()
	if err != nil {
		return // findOnly has said so
	}
	if offset > 0 {
		s.Back = x.with("offset", strconv.Itoa(max(0, offset-foundMany)))
	}
	if got == foundMany {
		s.More, s.Stay = x.with("offset", strconv.Itoa(offset+foundMany)), x.me == nil
	}
}

// nothing says what to do when nothing of a kind was found, or no more.
func (s *searching) nothing(x *visit, advice string, next *look.Link) {
	s.Empty = emptyView{Title: x.p.T("Nothing found for “%s”", s.Query), Text: advice, Next: next}
	if s.Back != "" {
		s.Empty = emptyView{Title: x.p.T("There are no more results"), Text: x.p.T("That was all that matches. Other words may find more."),
			Next: &look.Link{Text: x.p.T("Back to the first ones"), URL: searchPath(s.Query, searchKinds[s.kind].name)}}
	}
}

// uses is how often a hashtag was used in the days that are told.
func uses(h *post.Hashtag) (n int) {
	for _, day := range h.Days {
		n += int(day.Posts)
	}
	return n
}
