package relation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Set is one account's relations at one moment; it never changes. It takes
// some 8 bytes a relation, 16 for a mute. The zero account, Nobody, has the
// empty Set.
type Set struct {
	account   id.ID
	followees []id.ID // sorted, as all of them
	quiet     []id.ID // followees whose shares are not wished
	blocks    []id.ID
	blockedBy []id.ID
	mutes     []id.ID
	away      []id.ID  // in an exclusive list, so that their posts are not for the home
	tags      []string // followed, folded
	domains   []string // of servers kept away
	reads     []reads  // followees of whom not all languages are wished, by account
	until     []int64  // beside mutes: milliseconds, negative where notices pass, 0 forever
	now       func() time.Time
}

// reads are the languages, with commas between, in which posts of a followee
// are wished.
type reads struct {
	account   id.ID
	languages string
}

// forever is the end of a mute that has none.
const forever = int64(1) << 62

var none = &Set{now: time.Now}

// Account is whose relations these are; 0 for Nobody.
func (s *Set) Account() id.ID { return s.account }

// Follows says whether the account follows i.
func (s *Set) Follows(i id.ID) bool { return has(s.followees, i) }

// SharesOf says whether the account follows i and wishes to see its shares.
func (s *Set) SharesOf(i id.ID) bool { return has(s.followees, i) && !has(s.quiet, i) }

// AtHome says whether the account follows i and has its posts come home.
func (s *Set) AtHome(i id.ID) bool { return s.Follows(i) && !s.Away(i) }

// Away says whether an exclusive list keeps i's posts from the account's home.
func (s *Set) Away(i id.ID) bool { return has(s.away, i) }

// AnyAway says whether one keeps anybody's.
func (s *Set) AnyAway() bool { return len(s.away) > 0 }

// Tags are the hashtags that the account follows, folded and sorted; nobody
// changes the list.
func (s *Set) Tags() []string { return s.tags }

// FollowsTag says whether the account follows a hashtag, given folded.
func (s *Set) FollowsTag(tag string) bool {
	_, ok := slices.BinarySearch(s.tags, tag)
	return ok
}

// Reads says whether the account wishes to see posts of i in a language, where it
// follows i; a post that does not tell its language is in all of them.
func (s *Set) Reads(i id.ID, language string) bool {
	if len(s.reads) == 0 || language == "" {
		return true
	}
	n, ok := slices.BinarySearchFunc(s.reads, i, func(r reads, i id.ID) int { return cmp.Compare(r.account, i) })
	return !ok || slices.Contains(languagesOf(s.reads[n].languages), language)
}

// BlocksDomain says whether the account keeps a server away; never its own, "".
func (s *Set) BlocksDomain(domain string) bool {
	if domain == "" || len(s.domains) == 0 {
		return false
	}
	_, ok := slices.BinarySearch(s.domains, domain)
	return ok
}

// ApartFrom says whether either blocks the other, or the account keeps a's server
// away.
func (s *Set) ApartFrom(a *account.Account) bool { return s.Apart(a.ID) || s.BlocksDomain(a.Domain) }

// Followees are those whom the account follows, by id; nobody changes the list.
func (s *Set) Followees() []id.ID { return s.followees }

// Blocks says whether the account blocks i.
func (s *Set) Blocks(i id.ID) bool { return has(s.blocks, i) }

// BlockedBy says whether i blocks the account.
func (s *Set) BlockedBy(i id.ID) bool { return has(s.blockedBy, i) }

// AnyApart says whether there is anybody whom the account blocks or who blocks it.
func (s *Set) AnyApart() bool { return len(s.blocks)+len(s.blockedBy) > 0 }

// Apart says whether either blocks the other.
func (s *Set) Apart(i id.ID) bool { return s.Blocks(i) || s.BlockedBy(i) }

// Mutes says whether the account mutes i at this time.
func (s *Set) Mutes(i id.ID) bool {
	n, ok := slices.BinarySearch(s.mutes, i)
	return ok && s.now().UnixMilli() < abs(s.until[n])
}

// MutesNotices says whether a mute of i hides its notices too.
func (s *Set) MutesNotices(i id.ID) bool {
	n, ok := slices.BinarySearch(s.mutes, i)
	return ok && s.now().UnixMilli() < s.until[n]
}

func has(sorted []id.ID, i id.ID) bool {
	_, ok := slices.BinarySearch(sorted, i)
	return ok
}

func abs(n int64) int64 { return max(n, -n) }

func (s *Set) bytes() int {
	return 250 + 40*(cap(s.tags)+cap(s.domains)+cap(s.reads)) + 8*(cap(s.followees)+cap(s.quiet)+cap(s.away)+cap(s.blocks)+cap(s.blockedBy)+cap(s.mutes)+cap(s.until))
}

// Of is the account's relations as they are now: every change that was answered
// before Of was called is in it. It reads no database while they are in memory.
// Of(ctx, 0) is the empty Set of Nobody.
func (s *Service) Of(ctx context.Context, of id.ID) (*Set, error) {
	if of == 0 {
		return none, nil
	}
	set, _, err := s.sets.Get(ctx, of)
	return set, err
}

// The kinds of row that loadSet's one query gives.
const (
	rowFollows = iota
	rowFollowsQuietly
	rowBlocks
	rowBlockedBy
	rowMutes
	rowMutesPosts // notices pass
	rowAway
	rowTag
	rowDomain
)

const setQuery = `
	SELECT CASE WHEN shares THEN 0 ELSE 1 END, followee_id, 0, languages FROM follow WHERE follower_id = $1
	UNION ALL SELECT 2, target_id, 0, '' FROM block WHERE account_id = $2
	UNION ALL SELECT 3, account_id, 0, '' FROM block WHERE target_id = $3
	UNION ALL SELECT CASE WHEN notices THEN 4 ELSE 5 END, target_id, COALESCE(expires_at, 0), '' FROM mute WHERE account_id = $4
	UNION ALL SELECT 6, list_member.account_id, 0, '' FROM list_member JOIN list ON list.id = list_member.list_id
		WHERE list_member.owner_id = $5 AND list.exclusive
	UNION ALL SELECT 7, 0, 0, tag FROM tag_follow WHERE account_id = $6
	UNION ALL SELECT 8, 0, 0, domain FROM domain_block WHERE account_id = $7`

// loadSet reads one account's relations in one query, so that they are of one
// moment.
func loadSet(r db.Reader, of id.ID, now func() time.Time) (_ *Set, err error) {
	a := int64(of)
	rows, err := r.Query(setQuery, a, a, a, a, a, a, a)
	if err != nil {
		return nil, fmt.Errorf("read relations: %w", err)
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	set := &Set{account: of, now: now}
	type mute struct {
		target id.ID
		until  int64
	}
	var mutes []mute
	for rows.Next() {
		var kind int
		var other id.ID
		var until int64
		var text string
		if err := rows.Scan(&kind, &other, &until, &text); err != nil {
			return nil, fmt.Errorf("read relations: %w", err)
		}
		if until == 0 {
			until = forever
		}
		switch kind {
		case rowFollowsQuietly:
			set.quiet = append(set.quiet, other)
			set.followees = append(set.followees, other)
		case rowFollows:
			set.followees = append(set.followees, other)
		case rowBlocks:
			set.blocks = append(set.blocks, other)
		case rowBlockedBy:
			set.blockedBy = append(set.blockedBy, other)
		case rowMutes:
			mutes = append(mutes, mute{other, until})
		case rowMutesPosts:
			mutes = append(mutes, mute{other, -until})
		case rowAway:
			set.away = append(set.away, other)
		case rowTag:
			set.tags = append(set.tags, text)
		case rowDomain:
			set.domains = append(set.domains, text)
		}
		if kind <= rowFollowsQuietly && text != "" {
			set.reads = append(set.reads, reads{other, text})
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read relations: %w", err)
	}
	slices.SortFunc(mutes, func(a, b mute) int { return int(min(1, max(-1, a.target-b.target))) })
	for _, m := range mutes {
		set.mutes = append(set.mutes, m.target)
		set.until = append(set.until, m.until)
	}
	for _, list := range []*[]id.ID{&set.followees, &set.quiet, &set.blocks, &set.blockedBy, &set.mutes, &set.away} {
		slices.Sort(*list)
		*list = slices.Clip(*list)
	}
	set.until = slices.Clip(set.until)
	slices.SortFunc(set.reads, func(a, b reads) int { return cmp.Compare(a.account, b.account) })
	set.reads = slices.Clip(set.reads)
	slices.Sort(set.tags)
	set.tags = slices.Clip(set.tags)
	slices.Sort(set.domains)
	set.domains = slices.Clip(set.domains)
	return set, nil
}
