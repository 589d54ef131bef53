package post

import (
	"context"
	"fmt"
	"sync"
	"time"

	"goodturn/internal/cache"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
)

const (
	flagBytes = 16 << 20
	flagIdle  = 30 * time.Minute
	flagsLoad = 500  // deeds of a kind that are loaded at once
	flagsMost = 2000 // posts that are held for one viewer
)

// viewerFlags are what one account did with posts. Of an account that did not
// do much it knows everything, so that the flags of a post it never read need
// no query; of others what it read lately.
//
// Every event about the account makes the post's flags unknown and disturbs
// reads that are under way; a write of this node puts them back as it made
// them if nothing else happened meanwhile.
type viewerFlags struct {
	mu      sync.Mutex
	known   map[id.ID]Flags
	all     bool               // what is not in known has no flags, but for
	unknown map[id.ID]struct{} // these
	seq     int                // one more with each thing that disturbs reads
	writes  int                // under way
}

// get says whether the flags of a post are known; the caller holds mu.
func (f *viewerFlags) get(post id.ID) (Flags, bool) {
	flags, known := f.known[post]
	if !known && f.all {
		_, unknown := f.unknown[post]
		known = !unknown
	}
	return flags, known
}

// put notes the flags of a post; the caller holds mu.
func (f *viewerFlags) put(post id.ID, flags Flags) {
	delete(f.unknown, post)
	if f.all && flags == (Flags{}) {
		delete(f.known, post)
		return
	}
	if len(f.known) >= flagsMost {
		f.all = false
		clear(f.known)
	}
	f.known[post] = flags
}

func (f *viewerFlags) forget(post id.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq++
	delete(f.known, post)
	if !f.all {
		return
	}
	if len(f.unknown) >= flagsMost {
		f.all = false
		clear(f.known)
		clear(f.unknown)
		return
	}
	f.unknown[post] = struct{}{}
}

// deed is a write under way that changes one account's flags of one post.
type deed struct {
	of     *viewerFlags
	post   id.ID
	before Flags
	known  bool
	seq    int
}

func (f *viewerFlags) begin(post id.ID) deed {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	f.seq++
	before, known := f.get(post)
	return deed{of: f, post: post, before: before, known: known, seq: f.seq}
}

// end says how the flags are now, unless the deed failed or others came between.
func (d deed) end(change func(*Flags)) {
	f := d.of
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes--
	if own := f.seq == d.seq+1; own && d.known && f.writes == 0 {
		change(&d.before)
		f.put(d.post, d.before)
	}
}

const deedsQuery = `SELECT * FROM (SELECT 1, post_id FROM liked WHERE account_id = $1 ORDER BY id DESC LIMIT $2) AS l
	UNION ALL SELECT * FROM (SELECT 2, share_of FROM post WHERE account_id = $3 AND share_of IS NOT NULL LIMIT $4) AS s
	UNION ALL SELECT * FROM (SELECT 3, post_id FROM bookmark WHERE account_id = $5 LIMIT $6) AS b
	UNION ALL SELECT 4, post_id FROM pin WHERE account_id = $7`

func loadFlags(r db.Reader, viewer id.ID) (*viewerFlags, error) {
	v := int64(viewer)
	facts, err := db.All(r, scanFact, deedsQuery, v, flagsLoad, v, flagsLoad, v, flagsLoad, v)
	if err != nil {
		return nil, fmt.Errorf("read what a viewer did: %w", err)
	}
	f := &viewerFlags{known: map[id.ID]Flags{}, unknown: map[id.ID]struct{}{}, all: true}
	kinds := map[int]int{}
	for _, fact := range facts {
		kinds[fact.what]++
		f.all = f.all && kinds[fact.what] < flagsLoad
	}
	if f.all {
		f.known = flagsBy(facts)
	}
	return f, nil
}

func (s *Service) rememberFlags() {
	s.flags = cache.New(cache.Options[id.ID, *viewerFlags]{
		Bytes: flagBytes,
		Idle:  flagIdle,
		Size:  func(_ id.ID, f *viewerFlags) int { return 1000 + 40*len(f.known) },
		Fresh: s.hub.Fresh,
		Load: func(ctx context.Context, viewers []id.ID) (map[id.ID]*viewerFlags, error) {
			all := make(map[id.ID]*viewerFlags, len(viewers))
			for _, v := range viewers {
				f, err := loadFlags(s.d.Read(ctx), v)
				if err != nil {
					return nil, err
				}
				all[v] = f
			}
			return all, nil
		},
	})
	forget := func(viewer, post id.ID) {
		if f, ok := s.flags.Peek(viewer); ok {
			f.forget(post)
		} else {
			s.flags.Drop(viewer) // a load may be under way
		}
	}
	event.After(s.hub, func(e Liked) { forget(e.AccountID, e.PostID) })
	event.After(s.hub, func(e Unliked) { forget(e.AccountID, e.PostID) })
	event.After(s.hub, func(e Bookmarked) { forget(e.AccountID, e.PostID) })
	event.After(s.hub, func(e Unbookmarked) { forget(e.AccountID, e.PostID) })
	event.After(s.hub, func(e Pinned) { forget(e.AccountID, e.PostID) })
	event.After(s.hub, func(e Created) {
		if e.ShareOf != 0 {
			forget(e.AccountID, e.ShareOf)
		}
	})
	event.After(s.hub, func(e Deleted) {
		if e.ShareOf != 0 {
			forget(e.AccountID, e.ShareOf)
		}
	})
	s.hub.OnGap(s.flags.Clear)
}

// Flags are what viewer did with each of the posts, in their order. Of a share,
// ask for the post that it shares.
func (s *Service) Flags(ctx context.Context, viewer id.ID, posts []id.ID) ([]Flags, error) {
	all := make([]Flags, len(posts))
	if viewer == 0 || len(posts) == 0 {
		return all, nil
	}
	f, _, err := s.flags.Get(ctx, viewer)
	if err != nil {
		return nil, err
	}
	var missing []id.ID
	f.mu.Lock()
	seq, quiet := f.seq, f.writes == 0
	for n, p := range posts {
		flags, known := f.get(p)
		all[n] = flags
		if !known {
			missing = append(missing, p)
		}
	}
	f.mu.Unlock()
	if len(missing) == 0 {
		return all, nil
	}
	read, err := flagsOf(s.d.Read(ctx), viewer, missing)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if quiet && f.seq == seq {
		for _, p := range missing {
			f.put(p, read[p])
		}
	}
	for n, p := range posts {
		if flags, known := f.get(p); known {
			all[n] = flags
		} else if flags, ok := read[p]; ok {
			all[n] = flags
		}
	}
	return all, nil
}

// flagsOf reads what viewer did with the posts, in one query.
func flagsOf(r db.Reader, viewer id.ID, posts []id.ID) (map[id.ID]Flags, error) {
	list1, args := db.In(2, posts)
	n := len(args)
	list2, _ := db.In(3+n, posts)
	list3, _ := db.In(4+2*n, posts)
	list4, _ := db.In(5+3*n, posts)
	query := `SELECT 1, post_id FROM liked WHERE account_id = $1 AND post_id IN ` + list1 +
		fmt.Sprintf(` UNION ALL SELECT 2, share_of FROM post WHERE account_id = $%d AND share_of IN `, 2+n) + list2 +
		fmt.Sprintf(` UNION ALL SELECT 3, post_id FROM bookmark WHERE account_id = $%d AND post_id IN `, 3+2*n) + list3 +
		fmt.Sprintf(` UNION ALL SELECT 4, post_id FROM pin WHERE account_id = $%d AND post_id IN `, 4+3*n) + list4
	var all []any
	for range 4 {
		all = append(append(all, int64(viewer)), args...)
	}
	facts, err := db.All(r, scanFact, query, all...)
	if err != nil {
		return nil, fmt.Errorf("read what a viewer did: %w", err)
	}
	return flagsBy(facts), nil
}

// fact is one thing that a viewer did: 1 liked, 2 shared, 3 bookmarked, 4 pinned.
type fact struct {
	what int
	post id.ID
}

func scanFact(row db.Row) (f fact, err error) {
	err = row.Scan(&f.what, &f.post)
	return f, err
}

func flagsBy(facts []fact) map[id.ID]Flags {
	flags := make(map[id.ID]Flags, len(facts))
	for _, f := range facts {
		was := flags[f.post]
		switch f.what {
		case 1:
			was.Liked = true
		case 2:
			was.Shared = true
		case 3:
			was.Bookmarked = true
		case 4:
			was.Pinned = true
		}
		flags[f.post] = was
	}
	return flags
}
