package db

import (
	"slices"
	"strconv"

	"goodturn/internal/id"
)

// The lengths of lists: what is given unless asked otherwise, and the most.
const (
	PageDefault = 20
	PageMost    = 40
)

// Page is a part of a list that is ordered by id, newest first.
type Page struct {
	Max   id.ID // only older than this
	Since id.ID // only newer than this, the newest of them
	Min   id.ID // only newer than this, the oldest of them: the page just above
	Limit int   // 0 is PageDefault; never more than PageMost, or Most where it is set
	Most  int   // a list's own highest limit
}

// Size is the page's length within its bounds.
func (p Page) Size() int {
	most := p.Most
	if most == 0 {
		most = PageMost
	}
	if p.Limit <= 0 {
		return min(PageDefault, most)
	}
	return min(p.Limit, most)
}

// SQL is the page as a condition on column, its arguments (numbered from
// next), and the ORDER BY and LIMIT. The condition is never empty. A page by
// Min comes oldest first: see Newest.
func (p Page) SQL(column string, next int) (cond string, args []any, tail string) {
	cond = column + " > 0"
	add := func(op string, i id.ID) {
		cond += " AND " + column + op + "$" + strconv.Itoa(next+len(args))
		args = append(args, int64(i))
	}
	if p.Max != 0 {
		add(" < ", p.Max)
	}
	if p.Since != 0 {
		add(" > ", p.Since)
	}
	order := " DESC"
	if p.Min != 0 {
		add(" > ", p.Min)
		order = " ASC"
	}
	return cond, args, " ORDER BY " + column + order + " LIMIT " + strconv.Itoa(p.Size())
}

// Newest puts a page's rows newest first, whichever way the page was read.
func Newest[T any](p Page, rows []T) []T {
	if p.Min != 0 {
		slices.Reverse(rows)
	}
	return rows
}
