package mastodon

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/cache"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/post"
	"goodturn/internal/relation"
)

const (
	faceBytes = 16 << 20
	// countsAge is how old the numbers of an account may be where it is merely
	// the author of a post; its own page counts anew (exact). So somebody who
	// posts in a storm is not counted for each post.
	countsAge = time.Second
)

// face is how an account looks, as JSON. It is for one version of the account;
// its numbers are laid into it anew when they change.
type face struct {
	account *account.Account
	avatar  string                 // where its portrait is
	fixed   []byte                 // all but the numbers and the closing brace
	whole   atomic.Pointer[[]byte] // never nil once loaded; nobody changes it
	counted atomic.Int64           // when they were last read, in nanoseconds since 1970
	changes atomic.Uint64          // how often the numbers changed
	posted  atomic.Int64           // the day of its last post, since 1970; 0 without

	laying sync.Mutex
	laid   atomic.Uint64 // the change up to which whole goes; laying is held to write it
}

const dayMillis = 24 * 60 * 60 * 1000

// wrote hears of a post, and says whether it is the first of its day.
func (f *face) wrote(at time.Time) bool {
	for day := at.UnixMilli() / dayMillis; ; {
		last := f.posted.Load()
		if day <= last {
			return false
		}
		if f.posted.CompareAndSwap(last, day) {
			return true
		}
	}
}

func (f *face) json() []byte { return *f.whole.Load() }

// count lays in numbers that were read after so many changes, unless newer ones
// are there.
func (f *face) count(n account.Counts, changes uint64) {
	f.laying.Lock()
	defer f.laying.Unlock()
	if changes < f.laid.Load() {
		return
	}
	b := make([]byte, 0, len(f.fixed)+120)
	b = append(append(b, f.fixed...), `,"followers_count":`...)
	b = append(strconv.AppendInt(b, n.Followers, 10), `,"following_count":`...)
	b = append(strconv.AppendInt(b, n.Following, 10), `,"statuses_count":`...)
	b = append(strconv.AppendInt(b, n.Posts, 10), `,"last_status_at":`...)
	if day := f.posted.Load(); day > 0 {
		b = time.UnixMilli(day*dayMillis).UTC().AppendFormat(b, `"2006-01-02"`)
	} else {
		b = append(b, "null"...)
	}
	b = append(b, '}')
	f.whole.Store(&b)
	f.laid.Store(changes)
}

// rememberFaces keeps accounts as JSON, dropped in the same step as they change.
func (d *Door) rememberFaces() {
	d.faces = cache.New(cache.Options[id.ID, *face]{
		Bytes: faceBytes,
		Size:  func(_ id.ID, f *face) int { return 300 + 2*len(f.fixed) },
		Fresh: d.Hub.Fresh,
		Load:  d.loadFaces,
	})
	counts := func(i id.ID) {
		if f, ok := d.faces.Peek(i); ok {
			f.changes.Add(1)
		} else {
			d.faces.Drop(i) // a load may be under way
		}
	}
	event.After(d.Hub, func(e account.Changed) { d.faces.Drop(e.ID) })
	event.After(d.Hub, func(e account.Deleted) { d.faces.Drop(e.ID) })
	event.After(d.Hub, func(about.EmojisChanged) { d.faces.Clear() })
	event.After(d.Hub, func(e media.Changed) {
		if e.OwnerKind == media.OnAccount {
			d.faces.Drop(e.OwnerID)
		}
	})
	event.After(d.Hub, func(e relation.Followed) {
		if e.New {
			counts(e.FollowerID)
			counts(e.FolloweeID)
		}
	})
	event.After(d.Hub, func(e relation.Unfollowed) { counts(e.FollowerID); counts(e.FolloweeID) })
	event.After(d.Hub, func(e relation.Erased) {
		for _, i := range e.Others {
			counts(i)
		}
	})
	event.After(d.Hub, func(e post.Created) {
		f, ok := d.faces.Peek(e.AccountID)
		if first := ok && e.Visibility != post.Direct && f.wrote(e.At); first || !ok || e.ShareOf == 0 {
			counts(e.AccountID)
		}
	})
	event.After(d.Hub, func(e post.Deleted) {
		if e.ShareOf == 0 {
			counts(e.AccountID)
		}
	})
	d.Hub.OnGap(d.faces.Clear)
}

func (d *Door) loadFaces(ctx context.Context, ids []id.ID) (map[id.ID]*face, error) {
	accounts, err := d.Accounts.Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	at := d.Now()
	counts, err := d.Accounts.CountsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var portraits []id.ID
	for _, a := range accounts {
		for _, i := range []id.ID{a.AvatarID, a.HeaderID} {
			if i != 0 {
				portraits = append(portraits, i)
			}
		}
	}
	pictures, err := d.Media.Portraits(ctx, portraits)
	if err != nil {
		return nil, err
	}
	last, err := d.Posts.LastBy(ctx, ids)
	if err != nil {
		return nil, err
	}
	found := make(map[id.ID]*face, len(accounts))
	for i, a := range accounts {
		p := portrait{avatar: d.URL + MissingAvatar, header: d.URL + missingHeader}
		if m, ok := pictures[a.AvatarID]; ok {
			p.avatar, p.avatarText = d.URL+m.SmallURL(), m.Description
		}
		if m, ok := pictures[a.HeaderID]; ok {
			p.header, p.headerText = d.URL+m.URL(), m.Description
		}
		f := &face{account: a, avatar: p.avatar, fixed: d.appendAccount(nil, a, p)}
		if t, ok := last[i]; ok {
			f.wrote(t)
		}
		f.counted.Store(at.UnixNano())
		f.count(counts[i], 0)
		found[i] = f
	}
	return found, nil
}

// look gives the faces of accounts, in their order, nil for those that there are
// not. exact counts those anew whose numbers changed at all.
func (d *Door) look(ctx context.Context, ids []id.ID, into []*face, exact bool) ([]*face, error) {
	held := d.Hub.Fresh()
	var missing []id.ID
	for _, i := range ids {
		f, ok := (*face)(nil), false
		if held {
			f, ok = d.faces.Peek(i)
		}
		if !ok {
			missing = append(missing, i)
		}
		into = append(into, f)
	}
	if len(missing) > 0 {
		found, err := d.faces.Many(ctx, missing)
		if err != nil {
			return nil, err
		}
		for n, i := range ids {
			if into[n] == nil {
				into[n] = found[i]
			}
		}
	}
	return into, d.recount(ctx, into, exact)
}

// recount reads the numbers of those faces whose numbers changed, and were not
// read just now.
func (d *Door) recount(ctx context.Context, faces []*face, exact bool) error {
	type outdated struct {
		*face
		changes uint64
	}
	var all []outdated
	var ids []id.ID
	var now int64
	for _, f := range faces {
		if f == nil {
			continue
		}
		changes := f.changes.Load() // before the read: what changes during it is read again
		if changes == f.laid.Load() {
			continue
		}
		if now == 0 {
			now = d.Now().UnixNano()
		}
		last := f.counted.Load()
		// In a storm one of all who ask reads the numbers.
		if !exact && (now-last < int64(countsAge) || !f.counted.CompareAndSwap(last, now)) {
			continue
		}
		all, ids = append(all, outdated{f, changes}), append(ids, f.account.ID)
	}
	if len(all) == 0 {
		return nil
	}
	counts, err := d.Accounts.CountsOf(ctx, ids)
	if err != nil {
		return err
	}
	for _, f := range all {
		f.count(counts[f.account.ID], f.changes)
	}
	return nil
}

// portrait are an account's pictures: where they are, and what they show.
type portrait struct{ avatar, header, avatarText, headerText string }

// appendAccount appends what an account is, from its opening brace, without its
// numbers (Mastodon's entity Account).
func (d *Door) appendAccount(b []byte, a *account.Account, p portrait) []byte {
	b = appendID(append(b, `{"id":`...), a.ID)
	b = appendText(append(b, `,"username":`...), a.Username)
	b = appendText(append(b, `,"acct":`...), a.Handle())
	b = appendText(append(b, `,"display_name":`...), a.Name)
	b = strconv.AppendBool(append(b, `,"locked":`...), a.Locked)
	b = strconv.AppendBool(append(b, `,"bot":`...), a.Bot)
	b = strconv.AppendBool(append(b, `,"discoverable":`...), a.Discoverable)
	b = strconv.AppendBool(append(b, `,"indexable":`...), a.Indexable)
	b = strconv.AppendBool(append(b, `,"noindex":`...), !a.Discoverable)
	b = strconv.AppendBool(append(b, `,"hide_collections":`...), a.HidesNetwork)
	b = appendShows(b, a)
	b = append(append(b, `,"feature_approval":`...), approvals[a.Discoverable]...)
	b = strconv.AppendBool(append(b, `,"group":`...), a.Kind == account.KindMovement)
	b = appendTime(append(b, `,"created_at":`...), a.CreatedAt)
	b = appendText(append(b, `,"note":`...), d.whole(post.TextHTML(a.Note, d.Accounts.Host())))
	b = appendText(append(b, `,"url":`...), d.accountURL(a))
	b = appendText(append(b, `,"uri":`...), d.accountURI(a))
	b = appendText(append(b, `,"avatar":`...), p.avatar)
	b = appendText(append(b, `,"avatar_static":`...), p.avatar)
	b = appendText(append(b, `,"header":`...), p.header)
	b = appendText(append(b, `,"header_static":`...), p.header)
	b = appendText(append(b, `,"avatar_description":`...), p.avatarText)
	b = appendText(append(b, `,"header_description":`...), p.headerText)
	b = append(d.appendEmojis(append(b, `,"emojis":`...), a.Spoken()...), `,"roles":`...)
	b = append(b, shownRoles[a.Role]...)
	b = append(b, `,"fields":`...)
	b = appendList(b, a.Fields, d.appendField)
	if a.State == account.StateSuspended {
		b = append(b, `,"suspended":true`...)
	}
	if a.Curbs.Limited {
		b = append(b, `,"limited":true`...)
	}
	b = appendText(append(b, `,"goodturn":{"kind":`...), string(a.Kind))
	return append(b, '}')
}

// appendShows appends what an account lets its page show.
func appendShows(b []byte, a *account.Account) []byte {
	b = strconv.AppendBool(append(b, `,"show_media":`...), a.ShowsMedia)
	b = strconv.AppendBool(append(b, `,"show_media_replies":`...), a.ShowsMediaReplies)
	return strconv.AppendBool(append(b, `,"show_featured":`...), a.ShowsFeatured)
}

// approvals say who may put an account into a collection: everybody, where it
// wishes to be found.
var approvals = map[bool]string{
	true:  `{"automatic":["public"],"manual":[],"current_user":"automatic"}`,
	false: `{"automatic":[],"manual":[],"current_user":"denied"}`,
}

// shownRoles are those that everybody sees.
var shownRoles = map[account.Role]string{
	account.RoleNone:      `[]`,
	account.RoleModerator: `[{"id":"1","name":"Moderator","color":""}]`,
	account.RoleAdmin:     `[{"id":"2","name":"Admin","color":""}]`,
}

func (d *Door) appendField(b []byte, f account.Field) []byte {
	b = appendText(append(b, `{"name":`...), f.Name)
	value := post.TextHTML(f.Value, d.Accounts.Host())
	value = strings.TrimSuffix(strings.TrimPrefix(value, "<p>"), "</p>")
	// So that the page can tell in turn whose it is.
	value = strings.ReplaceAll(value, ` rel="nofollow noopener noreferrer"`, ` rel="nofollow noopener noreferrer me"`)
	b = appendText(append(b, `,"value":`...), d.whole(value))
	return append(appendTimeOr(append(b, `,"verified_at":`...), f.VerifiedAt), '}')
}

// whole puts this server's address into the links of HTML that package post
// made, which begin with a slash.
func (d *Door) whole(html string) string {
	return strings.ReplaceAll(html, `href="/`, `href="`+d.URL+`/`)
}

// accountURL is an account's page: a movement's is the movement's.
func (d *Door) accountURL(a *account.Account) string {
	switch {
	case a.URL != "":
		return a.URL
	case a.Kind == account.KindMovement:
		return d.URL + "/movements/" + a.Username
	}
	return d.URL + "/@" + a.Handle()
}

func (d *Door) accountURI(a *account.Account) string {
	if a.URI != "" {
		return a.URI
	}
	return d.URL + "/users/" + a.ID.String()
}
