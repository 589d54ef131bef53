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
		found, err := db.All(s.d.Read(ctx), scanID, query+" ORDER BY id "+order+" LIMIT "+strconv.Itoa(n-len(ids)), args...)
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

func scanID(row db.Row) (i id.ID, err error) {
	err = row.Scan(&i)
	return i, err
}

// pullIDs reads ids by a condition on post whose arguments are args.
func (s *Service) pullIDs(ctx context.Context, from, cond string, args []any, column string, sp span, n int) ([]id.ID, error) {
	order := " DESC"
	if sp.up {
		order = " ASC"
	}
	next := len(args) + 1
	query := fmt.Sprintf(`SELECT %s FROM %s WHERE %s AND %s > $%d AND %s < $%d ORDER BY %s%s LIMIT %d`,
		column, from, cond, column, next, column, next+1, column, order, n)
	ids, err := db.All(s.d.Read(ctx), scanID, query, append(args, int64(sp.after), int64(sp.before))...)
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
		return l.s.pullIDs(ctx, "post", listed+" AND "+noNotice+l.narrowed(), nil, "post.id", sp, n)
	}
	var all []id.ID
	for _, tag := range l.tags.Any {
		cond, args := tagged+l.narrowed(), []any{tag}
		asks := func(not string, tags []string) {
			for _, t := range tags {
				args = append(args, t)
				cond += fmt.Sprintf(` AND %s EXISTS (SELECT 1 FROM post_tag other WHERE other.tag = $%d AND other.post_id = post.id)`, not, len(args))
			}
		}
		asks("", l.tags.All)
		asks("NOT", l.tags.None)
		ids, err := l.s.pullIDs(ctx, "post_tag JOIN post ON post.id = post_tag.post_id", cond, args, "post_tag.post_id", sp, n)
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

// narrowed is what Only asks of a post.
func (l *listLine) narrowed() (cond string) {
	if l.only.Local {
		cond += ` AND post.domain = ''`
	}
	if l.only.Remote {
		cond += ` AND post.domain <> ''`
	}
	if l.only.Media {
		cond += withMedia
	}
	return cond
}

const withMedia = ` AND EXISTS (SELECT 1 FROM media WHERE media.owner_kind = 'post' AND media.owner_id = post.id)`

func (l *accountLine) pull(ctx context.Context, sp span, n int) ([]id.ID, error) {
	cond, args := `post.account_id = $1 AND `+noNotice, []any{int64(l.account)}
	if l.of.ExcludeReplies {
		cond += ` AND (post.reply_to IS NULL OR post.reply_to_account = post.account_id)`
	}
	if l.of.ExcludeShares {
		cond += ` AND post.share_of IS NULL`
	}
	if l.of.OnlyMedia {
		cond += withMedia
	}
	if l.of.Tagged != "" {
		cond += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM post_tag WHERE post_tag.tag = $%d AND post_tag.post_id = post.id)`, len(args)+1)
		args = append(args, l.of.Tagged)
	}
	visible, more := post.VisibleSQL("post", len(args)+1, l.r.Viewer)
	return l.s.pullIDs(ctx, "post", cond+" AND "+visible, append(args, more...), "post.id", sp, n)
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
