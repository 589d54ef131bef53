package act

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Limits of a sheet, an organiser's history as CSV (RFC 4180) with a header
// line, in UTF-8 with or without a byte order mark.
const (
	SheetMostBytes = 1 << 30
	SheetMostRows  = 2_000_000

	rowMostBytes  = 64 << 10
	externalMost  = 255 // bytes of an id in the file
	outsiderMost  = 100 // characters of a name
	badRowsToName = 100
)

// SheetColumns are those of a sheet, in any order.
var SheetColumns = []string{"id", "doer", "at", "inspired_by", "quantity", "unit", "story"}

// BadRow names a row that cannot be imported, by the line on which it begins,
// and why.
type BadRow struct {
	Line   int
	Reason string
}

// SheetRow is one row of a sheet.
type SheetRow struct {
	Line       int // on which it begins
	ID         string
	Doer       string
	At         time.Time
	InspiredBy string
	Quantity   int64
	Unit       string
	Story      string
}

// Sheet reads a CSV file row by row. No row takes more memory than rowMostBytes.
type Sheet struct {
	csv     *csv.Reader
	guard   *rowGuard
	columns [7]int // where each of SheetColumns stands
	width   int
}

var errRowTooLong = fmt.Errorf("this row is longer than %d bytes; perhaps a quotation mark is not closed", rowMostBytes)

// rowGuard fails when one row reads too much.
type rowGuard struct {
	r    io.Reader
	used int
}

func (g *rowGuard) Read(p []byte) (int, error) {
	if g.used > rowMostBytes {
		return 0, errRowTooLong
	}
	n, err := g.r.Read(p[:min(len(p), 4096)])
	g.used += n
	return n, err
}

// OpenSheet reads the header line.
func OpenSheet(r io.Reader) (*Sheet, error) {
	b := bufio.NewReader(r)
	if bom, err := b.Peek(3); err == nil && string(bom) == "\uFEFF" {
		if _, err := b.Discard(3); err != nil {
			return nil, err
		}
	}
	s := &Sheet{guard: &rowGuard{r: b}}
	s.csv = csv.NewReader(s.guard)
	s.csv.FieldsPerRecord = -1
	s.csv.ReuseRecord = true
	header, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, problem.Invalid("file", "The file is empty; it begins with a header line.")
	}
	if err != nil {
		return nil, problem.Invalid("file", "The header line cannot be read: %s.", sheetReason(err))
	}
	for i, name := range SheetColumns {
		if s.columns[i] = slices.IndexFunc(header, func(h string) bool { return strings.TrimSpace(h) == name }); s.columns[i] < 0 {
			return nil, problem.Invalid("file", "The header line has no column %q.", name)
		}
	}
	if s.width = len(header); s.width != len(SheetColumns) {
		return nil, problem.Invalid("file", "The header line has other columns than %s.", strings.Join(SheetColumns, ", "))
	}
	return s, nil
}

// Next is the next row; io.EOF after the last. bad is what is wrong with it by
// itself, "" if nothing. Another error ends the reading.
func (s *Sheet) Next(now time.Time) (l SheetRow, bad string, err error) {
	s.guard.used = 0
	fields, err := s.csv.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && !errors.Is(err, errRowTooLong):
		return SheetRow{Line: parse.StartLine}, sheetReason(err), nil
	case err != nil:
		return l, "", err
	}
	l.Line, _ = s.csv.FieldPos(0)
	if len(fields) != s.width {
		return l, fmt.Sprintf("it has %d fields instead of %d", len(fields), s.width), nil
	}
	return l, l.read(s, fields, now), nil
}

// read takes the fields in, and gives what is wrong with them.
func (l *SheetRow) read(s *Sheet, fields []string, now time.Time) (bad string) {
	var values [7]string
	for i, at := range s.columns {
		values[i] = fields[at]
		if !utf8.ValidString(values[i]) {
			return SheetColumns[i] + " is not valid UTF-8"
		}
	}
	l.ID, l.InspiredBy, l.Unit = strings.TrimSpace(values[0]), strings.TrimSpace(values[3]), strings.TrimSpace(values[5])
	switch {
	case l.ID == "":
		return "id is empty"
	case len(l.ID) > externalMost || len(l.InspiredBy) > externalMost:
		return fmt.Sprintf("an id is longer than %d bytes", externalMost)
	case strings.ContainsRune(l.ID+l.InspiredBy, 0):
		return "an id contains control characters"
	}
	var err error
	if l.Doer, err = text.Line("doer", strings.TrimPrefix(strings.TrimSpace(values[1]), "@"), outsiderMost); err != nil {
		return err.Error()
	}
	if l.Doer == "" {
		return "doer is empty"
	}
	at, err := time.Parse(time.RFC3339, strings.TrimSpace(values[2]))
	if err != nil {
		return "at is not a time of RFC 3339, such as 2014-07-15T18:30:00Z"
	}
	if l.At, err = doneAt(at, now); err != nil || at.IsZero() {
		return "at is in the future, or too long ago"
	}
	if l.Quantity, err = strconv.ParseInt(strings.TrimSpace(values[4]), 10, 64); err != nil || l.Quantity < 0 || l.Quantity > QuantityMost {
		return fmt.Sprintf("quantity is not a whole number from 0 to %d", int64(QuantityMost))
	}
	if l.Story, err = text.Block("story", values[6], StoryMost); err != nil {
		return err.Error()
	}
	return ""
}

func sheetReason(err error) string {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return parse.Err.Error()
	}
	return err.Error()
}
