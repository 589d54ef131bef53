package feed

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/post"
)

// noNotice leaves out what is a notice rather than a post (post.Meta.Notice); no
// timeline has it.
const noNotice = `(post.meta = '{}' OR post.act_id IS NOT NULL)`

// day is as many ids as a day has.
const day = id.ID(24*60*60*1000) << 16

// pullHome reads ids of a home or list in windows of time, which grow until the page is
// full: a day at first.
func (s *Service) pullHome(ctx context.Context, w shows, sp span, n int) ([]id.ID, error) {
	order := "DESC"
	if sp.up {
		order = "ASC"
	}
	newest := id.Floor(s.now())
	width := day
	var ids []id.ID
	for len(ids) < n && sp.after < sp.before-1 {
		part := sp
		if sp.up {
			if end := sp.after + width; end < newest {
				part.before = min(sp.before, end)
			}
		} else {
			part.after = max(sp.after, min(sp.before, newest)-width)
		}
		query, args := w.query(part)
		query += fmt.Sprintf(" ORDER BY id %s LIMIT $%d", order, len(args)+1)
		found, err := db.All(s.d.Read(ctx), db.ScanID, query, append(args, n-len(ids))...)
		if err != nil {
			return nil, fmt.Errorf("read a home: %w", err)
		}
		ids = append(ids, found...)
		if sp.up {
			sp.after = part.before - 1
		} else {
			sp.before = part.after + 1
		}
		width *= 8
	}
	return ids, nil
}

// source is where ids are read from.
type source struct {
	from   string
	column string // the id
	many   bool   // each may come several times
	cond   string // what joins its tables; begins with AND
}

// The one that says most of what is asked comes first (CROSS JOIN keeps SQLite
// from turning them round).
var (
	fromPosts = source{from: "post", column: "post.id"}
	fromTags  = source{from: "post_tag CROSS JOIN post", column: "post_tag.post_id", cond: ` AND post.id = post_tag.post_id`}
	fromMedia = source{from: "media CROSS JOIN post", column: "media.owner_id", many: true,
		cond: ` AND media.owner_kind = 'post' AND media.owner_id IS NOT NULL AND post.id = media.owner_id`}
	fromConversations = source{from: "conversation CROSS JOIN conversation_post", column: "conversation_post.post_id",
		cond: ` AND conversation_post.conversation_id = conversation.id`}
)

// pullIDs reads ids by a condition whose arguments are args.
func (s *Service) pullIDs(ctx context.Context, of source, cond string, args []any, sp span, n int) ([]id.ID, error) {
	order, distinct := "DESC", ""
	if sp.up {
		order = "ASC"
	}
	if of.many {
		distinct = "DISTINCT "
	}
	next := len(args) + 1
	query := fmt.Sprintf(`SELECT %[1]s%[2]s FROM %[3]s WHERE %[4]s%[5]s AND %[2]s > $%[6]d AND %[2]s < $%[7]d ORDER BY %[2]s %[8]s LIMIT $%[9]d`,
		distinct, of.column, of.from, cond, of.cond, next, next+1, order, next+2)
	ids, err := db.All(s.d.Read(ctx), db.ScanID, query, append(args, int64(sp.after), int64(sp.before), n)...)
	if err != nil {
		return nil, fmt.Errorf("read posts: %w", err)
	}
	return ids, nil
}

// The conditions of what is listed.
const (
	listed = `post.visibility = 'public' AND post.share_of IS NULL AND post.reply_to IS NULL`
	tagged = `post_tag.tag = $1 AND post.visibility = 'public' AND ` + noNotice
)

func (l *listLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	if l.tags == nil {
		from := fromPosts
		if l.only.Media {
			from = fromMedia
		}
		cond, args := l.r.only(listed+" AND "+noNotice+l.narrowed(), nil)
		return l.s.pullIDs(ctx, from, cond, args, sp, n)
	}
	var all []id.ID
	for _, tag := range l.tags.Any {
		cond, args := tagged+l.narrowed(), []any{tag}
		if l.only.Media {
			cond += withMedia
		}
		asks := func(not string, tags []string) {
			for _, t := range tags {
				args = append(args, t)
				cond += fmt.Sprintf(` AND %s EXISTS (SELECT 1 FROM post_tag other WHERE other.tag = $%d AND other.post_id = post.id)`, not, len(args))
			}
		}
		asks("", l.tags.All)
		asks("NOT", l.tags.None)
		cond, args = l.r.only(cond, args)
		ids, err := l.s.pullIDs(ctx, fromTags, cond, args, sp, n)
		if err != nil {
			return nil, err
		}
		all = append(all, ids...)
	}
	if len(l.tags.Any) < 2 {
		return all, nil
	}
	slices.Sort(all)
	if all = slices.Compact(all); !sp.up {
		slices.Reverse(all)
	}
	return all[:min(len(all), n)], nil
}

// only adds to a condition on post what the reader may see and asked for: what
// somebody wrote who is suspended or limited may be most of what there is.
func (r reader) only(cond string, args []any) (string, []any) {
	visible, more := post.VisibleSQL("post", len(args)+1, r.Viewer)
	args = append(args, more...)
	asked, more := r.askedSQL("post.account_id", len(args)+1)
	return cond + " AND " + visible + " AND " + asked, append(args, more...)
}

// askedSQL is asked as a condition on the account that a column names, with its
// arguments, which are numbered from next.
func (r reader) askedSQL(author string, next int) (cond string, args []any) {
	cond = `NOT EXISTS (SELECT 1 FROM account li WHERE li.id = ` + author + ` AND li.limited)`
	if !r.SignedIn() {
		return cond, nil
	}
	me := int64(r.ID())
	return fmt.Sprintf(`(%[1]s OR %[2]s = $%[3]d OR EXISTS (SELECT 1 FROM follow fo WHERE fo.follower_id = $%[4]d AND fo.followee_id = %[2]s))`,
		cond, author, next, next+1), []any{me, me}
}

// narrowed is what Only asks of a post, but for its pictures.
func (l *listLine) narrowed() (cond string) {
	if l.only.Local {
		cond += ` AND post.domain = ''`
	}
	if l.only.Remote {
		cond += ` AND post.domain <> ''`
	}
	return cond
}

const withMedia = ` AND EXISTS (SELECT 1 FROM media WHERE media.owner_kind = 'post' AND media.owner_id = post.id)`

func (l *accountLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	from, cond, args := fromPosts, `post.account_id = $1 AND `+noNotice, []any{int64(l.account)}
	switch {
	case l.of.Tagged != "":
		from = fromTags
		cond += ` AND post_tag.account_id = $2 AND post_tag.tag = $3`
		args = append(args, int64(l.account), l.of.Tagged)
		if l.of.OnlyMedia {
			cond += withMedia
		}
	case l.of.OnlyMedia:
		from = fromMedia
		cond += ` AND media.account_id = $2`
		args = append(args, int64(l.account))
	}
	if l.of.ExcludeReplies {
		cond += ` AND (post.reply_to IS NULL OR post.reply_to_account = post.account_id)`
	}
	if l.of.ExcludeShares {
		cond += ` AND post.share_of IS NULL`
	}
	asked, more := l.r.askedSQL("carried.account_id", len(args)+1)
	cond += ` AND (post.movement_id IS NULL OR EXISTS (SELECT 1 FROM post carried WHERE carried.id = post.share_of AND ` + asked + `))`
	args = append(args, more...)
	visible, more := post.VisibleSQL("post", len(args)+1, l.r.Viewer)
	return l.s.pullIDs(ctx, from, cond+" AND "+visible, append(args, more...), sp, n)
}

// ringColumns are a mark's.
const ringColumns = `post.account_id, post.id, post.reply_to, post.reply_to_account, post.share_of, post.movement_id,
	(SELECT original.account_id FROM post original WHERE original.id = post.share_of)`

type ringRow struct {
	account id.ID
	mark    mark
}

func scanRing(row db.Row) (r ringRow, err error) {
	var e post.Created
	err = row.Scan(&r.account, &e.PostID, &e.ReplyTo, &e.ReplyToAccount, &e.ShareOf, &e.MovementID, &e.SharedAccount)
	r.mark = markOf(e)
	return r, err
}

// together is how many authors' rings one query reads.
const together = 64

// readRings reads what rings hold, oldest first; those of authors many at once.
func (s *Service) readRings(ctx context.Context, keys []key) ([][]mark, error) {
	all := make([][]mark, len(keys))
	at := map[id.ID]int{}
	var authors []id.ID
	for n, k := range keys {
		if k.kind == ofAuthor {
			at[k.id] = n
			authors = append(authors, k.id)
			continue
		}
		rows, err := s.readRing(ctx, k)
		if err != nil {
			return nil, err
		}
		all[n] = marksOf(rows)
	}
	for some := range slices.Chunk(authors, together) {
		rows, err := s.readAuthors(ctx, some)
		if err != nil {
			return nil, err
		}
		slices.SortFunc(rows, func(a, b ringRow) int { return compareMark(b.mark, a.mark.id) })
		of := map[id.ID][]ringRow{}
		for _, r := range rows {
			of[r.account] = append(of[r.account], r)
		}
		for account, rows := range of {
			all[at[account]] = marksOf(rows)
		}
	}
	return all, nil
}

// marksOf turns rows, newest first, into a ring's marks.
func marksOf(rows []ringRow) []mark {
	marks := make([]mark, len(rows))
	for n, r := range rows {
		marks[len(rows)-1-n] = r.mark
	}
	return marks
}

func (s *Service) readRing(ctx context.Context, k key) ([]ringRow, error) {
	query := `SELECT ` + ringColumns + ` FROM `
	var args []any
	switch k.kind {
	case ofTag:
		query += `post_tag JOIN post ON post.id = post_tag.post_id WHERE ` + tagged + ` ORDER BY post_tag.post_id DESC`
		args = []any{k.tag}
	case ofPage:
		query += `post WHERE post.account_id = $1 AND ` + noNotice + ` ORDER BY post.id DESC`
		args = []any{int64(k.id)}
	case ofPublic:
		query += `post WHERE ` + listed + ` AND ` + noNotice + ` ORDER BY post.id DESC`
	}
	rows, err := db.All(s.d.Read(ctx), scanRing, query+` LIMIT `+strconv.Itoa(s.limits.loads(k)), args...)
	if err != nil {
		return nil, fmt.Errorf("read the newest posts: %w", err)
	}
	return rows, nil
}

// readAuthors reads the newest posts of each of the accounts, in one query whose
// text is one of three: account 0 fills it up.
func (s *Service) readAuthors(ctx context.Context, accounts []id.ID) ([]ringRow, error) {
	size := 1
	for size < len(accounts) {
		size *= 8
	}
	parts := make([]string, size)
	args := make([]any, size)
	for n := range size {
		parts[n] = fmt.Sprintf(`SELECT * FROM (SELECT %s FROM post WHERE post.account_id = $%d AND %s ORDER BY post.id DESC LIMIT %d) one`,
			ringColumns, n+1, noNotice, s.limits.authorLoads)
		args[n] = int64(0)
		if n < len(accounts) {
			args[n] = int64(accounts[n])
		}
	}
	rows, err := db.All(s.d.Read(ctx), scanRing, strings.Join(parts, " UNION ALL "), args...)
	if err != nil {
		return nil, fmt.Errorf("read the newest posts of authors: %w", err)
	}
	return rows, nil
}
