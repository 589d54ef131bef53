// Package lang says things in the reader's language: sentences, plurals,
// numbers, money, dates and durations.
//
// Catalogs are keyed by the English sentence, so that code reads as prose and a
// sentence without a translation is still a sentence. A test (sentences_test.go)
// names each sentence of the pages and problems that a catalog lacks. Which
// language a person chose is for the doors to know; this package holds no state.
package lang

import (
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// Offered are the languages that there are catalogs for; the first is the one
// for readers of none of them.
var Offered = []language.Tag{language.English, language.German}

var (
	matcher  = language.NewMatcher(Offered)
	printers = []*Printer{
		{tag: language.English, name: "English", catalog: english, style: englishStyle, out: message.NewPrinter(language.English)},
		{tag: language.German, name: "Deutsch", catalog: german, style: germanStyle, out: message.NewPrinter(language.German)},
	}
)

// Catalog holds the sentences of one language by the English ones.
type Catalog struct {
	Sentences map[string]string
	// Plurals is keyed by the English sentence for many.
	Plurals map[string]Plural
}

// Plural is one sentence for each cardinal form of the language. Languages with
// more forms than two add them here.
type Plural struct{ One, Other string }

// English is the keys themselves.
var english = Catalog{}

// Printer says things in one language. It is safe for use by many goroutines.
type Printer struct {
	tag     language.Tag
	name    string
	catalog Catalog
	style   style
	out     *message.Printer
	clock   func() time.Time
}

// Match picks the language: the one that was chosen, if it is offered, else the
// best for an Accept-Language header, else English. Both may be empty or
// nonsense.
func Match(acceptLanguage, chosen string) *Printer {
	_, i := language.MatchStrings(matcher, chosen, acceptLanguage)
	return printers[i]
}

// All are the printers of all languages offered, for a menu to choose from.
func All() []*Printer { return append([]*Printer(nil), printers...) }

// Clock is the printer with another idea of now, for Ago.
func (p *Printer) Clock(now func() time.Time) *Printer {
	q := *p
	q.clock = now
	return &q
}

// Now is the printer's idea of now.
func (p *Printer) Now() time.Time {
	if p.clock != nil {
		return p.clock()
	}
	return time.Now()
}

// Tag is the BCP 47 tag for the lang attribute ("en", "de").
func (p *Printer) Tag() string { return p.tag.String() }

// Name is the language's name in itself ("Deutsch").
func (p *Printer) Name() string { return p.name }

// T says a sentence. The format is the English sentence with the verbs of fmt;
// numbers among args come out as this language writes them, so ids and years
// go in as strings.
func (p *Printer) T(format string, args ...any) string {
	if s, ok := p.catalog.Sentences[format]; ok {
		format = s
	}
	return p.format(format, args)
}

// N says a sentence about n things; n is the first argument of both sentences
// and args follow it.
func (p *Printer) N(one, many string, n int, args ...any) string {
	forms, ok := p.catalog.Plurals[many]
	if !ok {
		forms = Plural{One: one, Other: many}
	}
	format := forms.Other
	if plural.Cardinal.MatchPlural(p.tag, max(n, -n), 0, 0, 0, 0) == plural.One {
		format = forms.One
	}
	return p.format(format, append([]any{n}, args...))
}

func (p *Printer) format(format string, args []any) string {
	if len(args) == 0 || !strings.Contains(format, "%") {
		return format
	}
	if s, ok := p.quick(format, args); ok {
		return s
	}
	return p.out.Sprintf(message.Key(format, format), args...)
}

// quick formats the plain %d and %s of integers and strings, which is nearly
// all that pages say, in a tenth of the time that x/text takes; it gives up on
// everything else.
func (p *Printer) quick(format string, args []any) (string, bool) {
	var out strings.Builder
	out.Grow(len(format) + 16)
	for rest, next := format, 0; ; next++ {
		before, after, found := strings.Cut(rest, "%")
		out.WriteString(before)
		if !found {
			return out.String(), next == len(args)
		}
		if after == "" || next == len(args) {
			return "", false
		}
		switch arg := args[next].(type) {
		case int:
			if after[0] != 'd' {
				return "", false
			}
			out.WriteString(p.Number(int64(arg)))
		case int64:
			if after[0] != 'd' {
				return "", false
			}
			out.WriteString(p.Number(arg))
		case string:
			if after[0] != 's' {
				return "", false
			}
			out.WriteString(arg)
		default:
			return "", false
		}
		rest = after[1:]
	}
}

// Mark marks a sentence that is said later by T, as in a table of labels, so
// that the test of the catalogs finds it.
func Mark(sentence string) string { return sentence }

// MarkN marks a sentence about a number that is said later by N.
func MarkN(one, many string) Plural { return Plural{One: one, Other: many} }
