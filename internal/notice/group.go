package notice

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// GroupKey names notices of one account that are read as one: of one kind about
// one post, or about none, that began within twelve hours of the first; or one
// notice alone.
//
// A group is found by its leading notices, the first in each minute: a post that
// ten thousand like in a minute is one row to walk over, not ten thousand.
type GroupKey struct {
	Alone id.ID // notice; the rest is unset then
	Kind  Kind  // one that is Grouped
	Post  id.ID // 0 for follows and sign-ups
	Span  int64 // hours since 1970: when the group began
}

// Group is notices that are read as one.
type Group struct {
	*Notice                    // the newest of them
	People  []*account.Account // whose they are, newest first; eight at most
	Count   int                // how many there are; 1000 stands for that or more
	Oldest  id.ID              // the oldest of them on this page
}

const (
	groupFaces = 8
	groupMost  = 1000 // how far a group is counted
)

// where is the group's condition on the table notice as g, its first placeholder
// being $at.
func (k GroupKey) where(of id.ID, at int) (cond string, args []any) {
	if k.Alone != 0 {
		return fmt.Sprintf(`g.account_id = $%d AND g.id = $%d`, at, at+1), []any{of, k.Alone}
	}
	cond, args = fmt.Sprintf(`g.account_id = $%d AND g.kind = $%d AND g.span = $%d AND g.post_id`, at, at+1, at+2), []any{of, string(k.Kind), k.Span}
	if k.Post == 0 {
		return cond + ` IS NULL`, args
	}
	return fmt.Sprintf(`%s = $%d`, cond, at+3), append(args, k.Post)
}

// promote has the notice lead that follows one that is gone in its minute.
func (s *Service) promote(tx *db.Tx, k GroupKey, of, gone id.ID) error {
	cond, args := k.where(of, 1)
	n, next := len(args), id.Floor(gone.Time().Truncate(time.Minute).Add(time.Minute))
	_, err := tx.Exec(fmt.Sprintf(`UPDATE notice SET lead = TRUE WHERE id = (SELECT g.id FROM notice g WHERE %s AND g.id > $%d AND g.id < $%d
		ORDER BY g.id LIMIT 1)`, cond, n+1, n+2), append(args, int64(gone), int64(next))...)
	if err != nil {
		return fmt.Errorf("have the next notice lead its group: %w", err)
	}
	return nil
}

// minute is the first id of the minute of i.
func minute(i id.ID) id.ID { return id.Floor(i.Time().Truncate(time.Minute)) }

// GroupFilter narrows a list of groups.
type GroupFilter struct {
	Filter
	Apart []Kind // of the kinds that have groups, those that are to be read one by one
}

// Groups gives the viewer's notices in groups, the newest first, as List gives
// them one by one. A page may hold a group that an earlier page held, with what
// is older of it. Within a minute the order is not exact.
func (s *Service) Groups(ctx context.Context, v account.Viewer, f GroupFilter, p db.Page) ([]*Group, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	p.Most = listMost
	heads, err := s.heads(ctx, v, f, p)
	if err != nil {
		return nil, err
	}
	return s.fill(ctx, v, heads, p)
}

// head is a group as it is met on the walk: by one of its leading rows.
type head struct {
	key GroupKey
	row row
}

// heads walks the leading notices until it has a page of groups.
func (s *Service) heads(ctx context.Context, v account.Viewer, f GroupFilter, p db.Page) ([]head, error) {
	size, list, met := p.Size(), []head(nil), map[GroupKey]bool{}
	at := p
	at.Limit, at.Most = 4*listMost, 4*listMost
	// A group's newest may be above the mark while what led it lies below, in the same minute.
	if at.Since != 0 {
		at.Since = minute(at.Since) - 1
	}
	if at.Min != 0 {
		at.Min = minute(at.Min) - 1
	}
	for range 4 * rounds {
		rows, err := s.leads(ctx, v, f, at)
		if err != nil {
			return nil, err
		}
		for _, n := range rows {
			key := n.key()
			if slices.Contains(f.Apart, n.kind) {
				key = GroupKey{Alone: n.id}
			}
			if key.Alone != 0 && (n.id <= p.Since || n.id <= p.Min) || met[key] {
				continue
			}
			met[key] = true
			if list = append(list, head{key, n}); len(list) == size {
				return list, nil
			}
		}
		if len(rows) < at.Size() {
			break
		}
		if at.Min != 0 {
			at.Min = rows[len(rows)-1].id
		} else {
			at.Max = rows[len(rows)-1].id
		}
	}
	return list, nil
}

// leads are the next rows of the walk, in its direction.
func (s *Service) leads(ctx context.Context, v account.Viewer, f GroupFilter, p db.Page) ([]row, error) {
	lead, args := ` AND n.lead`, []any{v.ID()}
	if len(f.Apart) > 0 {
		in, more := db.InStrings(2, kindNames(f.Apart))
		lead, args = ` AND (n.lead OR n.kind IN `+in+`)`, append(args, more...)
	}
	filter, more := f.sql(len(args) + 1)
	args = append(args, more...)
	cond, more, tail := p.SQL("n.id", len(args)+1)
	rows, err := db.All(s.d.Read(ctx), scan, `SELECT `+columns+` FROM notice n WHERE n.account_id = $1`+lead+filter+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list groups of notices: %w", err)
	}
	return rows, nil
}

// member is a notice of the group numbered of.
type member struct {
	of int
	row
	count  int
	oldest id.ID
}

// fill makes groups of heads: the newest of each, whose they are and how many,
// as far as the page reaches.
func (s *Service) fill(ctx context.Context, v account.Viewer, heads []head, p db.Page) ([]*Group, error) {
	members, err := s.members(ctx, v, heads, p)
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(members))
	for _, m := range members {
		rows = append(rows, m.row)
	}
	seen, err := s.seen(ctx, v, rows)
	if err != nil {
		return nil, err
	}
	notices := make(map[id.ID]*Notice, len(seen))
	for _, n := range seen {
		notices[n.ID] = n
	}
	groups := make([]*Group, len(heads))
	for _, m := range members {
		n := notices[m.id]
		if n == nil || m.id <= max(p.Since, p.Min) && groups[m.of] == nil {
			continue
		}
		if groups[m.of] == nil {
			n.Group = heads[m.of].key
			groups[m.of] = &Group{Notice: n, Count: m.count, Oldest: m.oldest}
		}
		groups[m.of].People = append(groups[m.of].People, n.From)
	}
	groups = slices.DeleteFunc(groups, func(g *Group) bool { return g == nil })
	slices.SortFunc(groups, func(a, b *Group) int { return cmp.Compare(b.ID, a.ID) })
	return groups, nil
}

// members are the newest of each group that lie below the page's upper bound, by
// one query: a few rows of the index for each group, and its count as far as it
// is counted.
func (s *Service) members(ctx context.Context, v account.Viewer, heads []head, p db.Page) ([]member, error) {
	if len(heads) == 0 {
		return nil, nil
	}
	var members []member
	low := p.Since + 1
	if len(heads) == p.Size() || p.Min != 0 {
		low = heads[len(heads)-1].row.id
		for _, h := range heads {
			low = min(low, h.row.id)
		}
	}
	for n, h := range heads {
		if h.key.Alone != 0 {
			members = append(members, member{of: n, row: h.row, count: 1, oldest: h.row.id})
		}
	}
	if len(members) == len(heads) {
		return members, nil
	}
	q := armsOf(heads, v.ID(), cmp.Or(p.Max, id.ID(math.MaxInt64)), low)
	rows, err := db.All(s.d.Read(ctx), func(r db.Row) (m member, err error) {
		var at int64
		err = r.Scan(&m.of, &m.id, &m.kind, &m.from, &m.subject, &m.post, &m.act, &at, &m.span, &m.held, &m.count, &m.oldest)
		m.at = db.Time(at)
		return m, err
	}, `SELECT * FROM (`+strings.Join(q.parts, ` UNION ALL `)+`) AS groups ORDER BY of_group, id DESC`, q.args...)
	if err != nil {
		return nil, fmt.Errorf("read groups of notices: %w", err)
	}
	return append(members, rows...), nil
}

// arms are a query of many groups, each an arm of a UNION. Texts are kept
// prepared, so they are to be few: the arms of each kind come by so many, filled
// up with those of nobody.
type arms struct {
	parts []string
	args  []any
}

const (
	armsAtOnce = 8
	noPost     = id.ID(1) // no post has it
)

// armsOf are those of the heads that are no notice alone, as account of has them.
func armsOf(heads []head, of, below, low id.ID) *arms {
	q := &arms{}
	for _, kind := range []struct {
		none GroupKey
		is   func(GroupKey) bool
	}{
		{GroupKey{Post: noPost}, func(k GroupKey) bool { return k.Alone == 0 && k.Post != 0 }},
		{GroupKey{}, func(k GroupKey) bool { return k.Alone == 0 && k.Post == 0 }},
	} {
		n := 0
		for at, h := range heads {
			if kind.is(h.key) {
				q.add(at, h.key, of, below, low)
				n++
			}
		}
		for ; n%armsAtOnce != 0; n++ {
			q.add(0, kind.none, 0, below, low)
		}
	}
	return q
}

// add adds the group k of an account, the n-th of the list: its newest below one
// id, how many are below it, and its oldest from another id on.
func (q *arms) add(n int, k GroupKey, of, below, low id.ID) {
	q.args = append(q.args, n)
	number := len(q.args)
	where := func(bound string, i id.ID) string {
		cond, args := k.where(of, len(q.args)+1)
		q.args = append(append(q.args, args...), int64(i))
		return fmt.Sprintf(`%s AND g.id %s $%d`, cond, bound, len(q.args))
	}
	q.parts = append(q.parts, fmt.Sprintf(`SELECT CAST($%d AS BIGINT) AS of_group, n.*, (SELECT COUNT(*) FROM (SELECT 1 FROM notice g WHERE %s LIMIT %d) AS c) AS of_all,
		(SELECT MIN(g.id) FROM notice g WHERE %s) AS oldest
		FROM (SELECT %s FROM notice g WHERE %s ORDER BY g.id DESC LIMIT %d) AS n`,
		number, where("<", below), groupMost, where(">=", low), strings.ReplaceAll(columns, "n.", "g."), where("<", below), groupFaces))
}

// Group is one group of the viewer's; problem.NotFound if there is none to see.
func (s *Service) Group(ctx context.Context, v account.Viewer, k GroupKey) (*Group, error) {
	if !v.SignedIn() {
		return nil, signIn()
	}
	cond, args := k.where(v.ID(), 1)
	rows, err := db.All(s.d.Read(ctx), scan, `SELECT `+strings.ReplaceAll(columns, "n.", "g.")+` FROM notice g WHERE `+cond+` ORDER BY g.id DESC LIMIT 1`, args...)
	if err != nil {
		return nil, fmt.Errorf("read a group of notices: %w", err)
	}
	var groups []*Group
	if len(rows) > 0 {
		if groups, err = s.fill(ctx, v, []head{{k, rows[0]}}, db.Page{Limit: listMost, Most: listMost}); err != nil {
			return nil, err
		}
	}
	if len(groups) == 0 {
		return nil, problem.NotFound("notice")
	}
	return groups[0], nil
}

// GroupNotices are the notices of a group of the viewer's, the newest first;
// problem.NotFound if there are none at all.
func (s *Service) GroupNotices(ctx context.Context, v account.Viewer, k GroupKey, p db.Page) ([]*Notice, error) {
	if _, err := s.Group(ctx, v, k); err != nil {
		return nil, err
	}
	p.Most = listMost
	cond, args := k.where(v.ID(), 1)
	within, more, tail := p.SQL("g.id", len(args)+1)
	rows, err := db.All(s.d.Read(ctx), scan, `SELECT `+strings.ReplaceAll(columns, "n.", "g.")+` FROM notice g WHERE `+cond+` AND `+within+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list a group of notices: %w", err)
	}
	return s.seen(ctx, v, db.Newest(p, rows))
}

// DismissGroup takes a group of the viewer's away; one that there is not is no
// error.
func (s *Service) DismissGroup(ctx context.Context, v account.Viewer, k GroupKey) error {
	if !v.SignedIn() {
		return signIn()
	}
	cond, args := k.where(v.ID(), 1)
	return s.takeAll(ctx, strings.ReplaceAll(cond, "g.", ""), args...)
}

// UnreadGroups is how many groups hold something that the viewer has not read;
// most stands for that or more.
func (s *Service) UnreadGroups(ctx context.Context, v account.Viewer, f GroupFilter, most int) (int, error) {
	if !v.SignedIn() {
		return 0, signIn()
	}
	r, _, err := s.read.Get(ctx, v.ID())
	if err != nil || r.unread == 0 {
		return 0, err
	}
	most = min(max(most, 1), UnreadCountMost)
	heads, err := s.heads(ctx, v, f, db.Page{Since: r.last, Limit: most, Most: most})
	if err != nil {
		return 0, err
	}
	var above []row
	var across []head // whose leading notice was read: is a later one of its minute not?
	for _, h := range heads {
		if h.row.id > r.last {
			above = append(above, h.row)
		} else {
			across = append(across, h)
		}
	}
	across = across[:min(len(across), listMost)]
	seen, err := s.seen(ctx, v, above)
	if err != nil {
		return 0, err
	}
	rest, err := s.fill(ctx, v, across, db.Page{Since: r.last, Limit: listMost, Most: listMost})
	return len(seen) + len(rest), err
}
