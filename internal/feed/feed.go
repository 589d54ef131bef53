// Package feed is in charge of timelines: which posts come to a home, a public
// timeline, a hashtag, a movement or an account's page, in which order and why,
// and of telling those who are looking right now.
//
// A post is written once and nowhere copied. Memory holds ids alone: rings of
// the newest posts of each author, hashtag and page that was read lately, and
// for each reader the newest ids of its home, merged from the rings of those it
// follows. What a page shows is decided as it is served, by post.Visible and the
// reader's relations; so a block or a deletion holds at once. Past what memory
// holds, and while it may not be trusted (event.Hub.Fresh), pages come from the
// database by the same rules.
//
// A post costs its author the same however many follow: it goes into a few rings
// and one log, which readers look through when they come (log). Those who are
// connected by streams are told by a goroutine of the room (watch).
package feed

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/relation"
)

// Item is one line of a timeline. Its place, and the cursor for db.Page, is
// Entry.Post.ID.
type Item struct {
	Entry  *post.Entry // a post, or a share: Entry.Of() is what there is to read
	Why    Why
	Likers []id.ID // of WhyLiked: those whom the reader follows and who let that be seen; none: several
}

// Why says why an item is where it is, so that it can be explained to who reads
// and to who wrote.
type Why string

const (
	WhyOwn      Why = "own"      // the reader's own
	WhyFollowed Why = "followed" // of an account that the reader follows
	WhyTag      Why = "tag"      // public, with a hashtag that the reader follows
	WhyShared   Why = "shared"   // shared by Entry.Post.AccountID
	WhyCarried  Why = "carried"  // carried by the movement Entry.Post.AccountID
	WhyListed   Why = "listed"   // public, and this is the list of all such
	WhyLiked    Why = "liked"    // liked by those whom the reader follows
	WhyLikes    Why = "likes"    // lifted by likes: see Top
)

// Service answers with timelines. Start comes before anything is watched.
type Service struct {
	d         *db.DB
	hub       *event.Hub
	now       func() time.Time
	accounts  *account.Service
	relations *relation.Service
	posts     *post.Service
	log       *slog.Logger
	limits    limits
	fresh     func() bool // whether memory may be served

	rings rings
	homes homes
	lists homes
	likes likes
	watch watch
}

// New keeps the room's memory by the events of hub; it comes after the rooms
// whose memory it relies on.
func New(d *db.DB, hub *event.Hub, now func() time.Time,
	accounts *account.Service, relations *relation.Service, posts *post.Service, log *slog.Logger) *Service {
	s := &Service{d: d, hub: hub, now: now, accounts: accounts, relations: relations, posts: posts, log: log, limits: usual, fresh: hub.Fresh}
	s.rings.init(s)
	s.homes.init(homesMost)
	s.lists.init(listsMost)
	s.likes.init(s)
	s.watch.init(s)
	event.After(hub, s.created)
	event.After(hub, s.edited)
	event.After(hub, s.deleted)
	hub.OnGap(s.gap)
	return s
}

// gap forgets all that events keep up to date.
func (s *Service) gap() {
	s.homes.clear()
	s.lists.clear()
	s.rings.clear()
	s.likes.clear()
	s.watch.lost()
}

func (s *Service) created(e post.Created) {
	if !e.Meta.Notice() {
		s.rings.add(e)
	}
	s.watch.created(e)
}

func (s *Service) edited(e post.Edited) {
	if e.Visibility == post.Public {
		s.rings.retag(e)
	}
	s.watch.edited(e)
}

func (s *Service) deleted(e post.Deleted) {
	s.rings.remove(e.AccountID, e.PostID, e.Tags)
	s.watch.deleted(e)
}

// reader is who reads, with its relations as they were when the page was begun.
type reader struct {
	account.Viewer
	set *relation.Set
}

func (s *Service) reader(ctx context.Context, v account.Viewer) (reader, error) {
	set, err := s.relations.Of(ctx, v.ID())
	return reader{v, set}, err
}

// mutes says whether the reader does not wish to read the post, or what it
// shares, of all whom it mutes.
func (r reader) mutes(e *post.Entry) bool {
	shared := e.Shared()
	return r.set.Mutes(e.Post.AccountID) || shared != nil && r.set.Mutes(shared.Post.AccountID)
}

// asked says whether what a limited account wrote comes to the reader because it
// follows that account, or is it.
func (r reader) asked(e *post.Entry) bool {
	p := e.Of().Post
	return !p.Limited || r.Is(p.AccountID) || r.set.Follows(p.AccountID)
}

// Home is what the reader's followees write and share, and what the reader
// does: posts; replies to the reader, to those it follows and within the
// author's own thread; shares of those whose shares it wishes to see; and what
// the movements that it follows carry, unless it is by the reader or somebody it
// follows, whose own post is there already; public posts with a hashtag that it
// follows; and what those it follows like, as far as they let that be seen, or
// five of them do. Whom it mutes is left out, also as the author of what is
// shared or answered, and so is what an exclusive list keeps. On one page each
// post comes once.
// problem.Unauthorized for who has not signed in.
func (s *Service) Home(ctx context.Context, v account.Viewer, p db.Page) ([]Item, error) {
	return s.homePage(ctx, v, p, false)
}

// PlainHome is Home without what only likes brought there, for those who cannot
// say of a post why it is there.
func (s *Service) PlainHome(ctx context.Context, v account.Viewer, p db.Page) ([]Item, error) {
	return s.homePage(ctx, v, p, true)
}

func (s *Service) homePage(ctx context.Context, v account.Viewer, p db.Page, plain bool) ([]Item, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your home.")
	}
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &homeLine{s: s, r: r, shows: shows{set: r.set}, of: &s.homes, plain: plain}, p)
}

// List is what the members of a list of the viewer's write and share: like Home,
// but with the replies that the list is for. problem.NotFound for a list of
// somebody else.
func (s *Service) List(ctx context.Context, v account.Viewer, list id.ID, p db.Page) ([]Item, error) {
	l, err := s.relations.List(ctx, v, list)
	if err != nil {
		return nil, err
	}
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &homeLine{s: s, r: r, shows: shows{set: r.set, list: l}, of: &s.lists}, p)
}

// Direct is the direct posts in the viewer's conversations.
// problem.Unauthorized for who has not signed in.
func (s *Service) Direct(ctx context.Context, v account.Viewer, p db.Page) ([]Item, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to see your conversations.")
	}
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &directLine{s: s, r: r}, p)
}

// Only narrows a public timeline or a hashtag.
type Only struct {
	Local  bool // of this server's accounts
	Remote bool // of other servers' accounts
	Media  bool // with pictures
}

func (o Only) keeps(p *post.Post) bool {
	return !(o.Local && p.Domain != "") && !(o.Remote && p.Domain == "") && !(o.Media && len(p.Media) == 0)
}

// Public is every public post that is no reply.
func (s *Service) Public(ctx context.Context, v account.Viewer, p db.Page, only Only) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &listLine{s: s, r: r, only: only}, p)
}

// Tag is every public post with a hashtag, given with or without '#', in any
// case; replies too.
func (s *Service) Tag(ctx context.Context, v account.Viewer, tag string, p db.Page, only Only) ([]Item, error) {
	return s.Tags(ctx, v, Tags{Any: []string{tag}}, p, only)
}

// Tags say which hashtags a post has, each given as for Tag.
type Tags struct {
	Any  []string // at least one of them
	All  []string // each of them
	None []string // and none of them
}

// Tags is Tag for several hashtags.
func (s *Service) Tags(ctx context.Context, v account.Viewer, tags Tags, p db.Page, only Only) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, s.tagLine(r, tags, only), p)
}

// Movement is what a movement carries, and what its own account writes. Of an
// account that is no movement, it is like Account.
func (s *Service) Movement(ctx context.Context, v account.Viewer, movement id.ID, p db.Page) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	return s.page(ctx, r, &accountLine{s: s, r: r, account: movement, movement: true}, p)
}

// Of narrows an account's page.
type Of struct {
	ExcludeReplies bool // but for those in the account's own thread
	ExcludeShares  bool
	OnlyMedia      bool   // own posts with pictures
	Tagged         string // own posts with this hashtag
}

// Account is what an account writes and shares, as far as the reader may see it;
// a mute hides none of it. An account that does not exist has nothing.
func (s *Service) Account(ctx context.Context, v account.Viewer, i id.ID, p db.Page, of Of) ([]Item, error) {
	r, err := s.reader(ctx, v)
	if err != nil {
		return nil, err
	}
	if of.Tagged != "" {
		if of.Tagged = foldTag(of.Tagged); of.Tagged == "" {
			return nil, nil // no post has what is no hashtag
		}
	}
	return s.page(ctx, r, &accountLine{s: s, r: r, account: i, of: of}, p)
}

// Start begins to tell those who watch and to drop what is idle.
func (s *Service) Start() { s.watch.start(s) }

// Stop ends what Start began, and all that is watched.
func (s *Service) Stop() { s.watch.end() }

// sweep drops what nobody has read for a while.
func (s *Service) sweep() {
	before := s.now().Add(-idle)
	s.homes.sweep(before)
	s.lists.sweep(before)
	s.rings.sweep(before)
	s.likes.sweep()
}

// idle is how long memory is kept for somebody who may come back.
const idle = 20 * time.Minute

// hasTag says whether a post has a hashtag, given folded.
func hasTag(p *post.Post, tag string) bool {
	return slices.ContainsFunc(p.Tags, func(t string) bool { return t == tag || db.Fold(t) == tag })
}
