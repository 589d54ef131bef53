package db

import (
	"strconv"
	"strings"

	"goodturn/internal/id"
)

// Row is one row to be scanned.
type Row interface{ Scan(dest ...any) error }

// All runs q and scans every row.
func All[T any](r Reader, scan func(Row) (T, error), q string, args ...any) (_ []T, err error) {
	rows, err := r.Query(q, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := rows.Close(); err == nil {
			err = e
		}
	}()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// One runs q and scans its first row; sql.ErrNoRows if there is none.
func One[T any](r Reader, scan func(Row) (T, error), q string, args ...any) (T, error) {
	return scan(r.QueryRow(q, args...))
}

// ScanID scans a row of one id.
func ScanID(r Row) (i id.ID, err error) { return i, r.Scan(&i) }

// In writes a list for IN, with placeholders from $start on, and its arguments:
// "($3,$4,$5,$6)". It is padded to a few fixed lengths by repeating the last,
// so that the texts to prepare stay few. No ids give a list that holds only 0,
// which is no row's id.
func In(start int, ids []id.ID) (list string, args []any) {
	if len(ids) == 0 {
		return placeholders(start, 1), []any{int64(0)}
	}
	n := padded(len(ids))
	args = make([]any, n)
	for i := range args {
		args[i] = int64(ids[min(i, len(ids)-1)])
	}
	return placeholders(start, n), args
}

// InStrings is In for texts. No texts give a list that holds nothing, without
// arguments.
func InStrings(start int, ss []string) (list string, args []any) {
	if len(ss) == 0 {
		return "(SELECT '' WHERE 1 = 0)", nil
	}
	n := padded(len(ss))
	args = make([]any, n)
	for i := range args {
		args[i] = ss[min(i, len(ss)-1)]
	}
	return placeholders(start, n), args
}

func padded(n int) int {
	for _, size := range []int{1, 4, 16, 64, 256} {
		if n <= size {
			return size
		}
	}
	return (n + 255) / 256 * 256
}

func placeholders(start, n int) string {
	var b strings.Builder
	b.Grow(2 + 5*n)
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(start + i))
	}
	b.WriteByte(')')
	return b.String()
}
