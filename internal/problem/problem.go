// Package problem is the one kind of error that is meant for people: a kind
// that doors map to a status, the field that is wrong, and a sentence that
// says what happened and what to do. All other errors are faults of ours.
package problem

import (
	"errors"
	"fmt"
)

// Kind says what sort of problem it is; each door has one table from kinds to
// its statuses.
type Kind int

// The kinds, with the HTTP status that doors usually give them.
const (
	KindInvalid      Kind = iota + 1 // 422: the request can be mended
	KindUnauthorized                 // 401: sign in first
	KindForbidden                    // 403: not for this account
	KindNotFound                     // 404: does not exist, or may not be seen
	KindConflict                     // 409: true already, or no longer possible
	KindGone                         // 410: was here, and was deleted
	KindTooLarge                     // 413
	KindTooMany                      // 429: slow down
	KindUnavailable                  // 503: try again later
)

// Error is a problem. Format is an English sentence with fmt verbs and serves
// as the key for translation; Args are its arguments.
type Error struct {
	Kind   Kind
	Field  string // the field that is wrong, "" if none
	Format string
	Args   []any
	Err    error // the cause, for the log; may be nil
}

// Text is the sentence in English.
func (e *Error) Text() string {
	if len(e.Args) == 0 {
		return e.Format
	}
	return fmt.Sprintf(e.Format, e.Args...)
}

func (e *Error) Error() string {
	s := e.Text()
	if e.Field != "" {
		s = e.Field + ": " + s
	}
	if e.Err != nil {
		s += " (" + e.Err.Error() + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// Of finds the problem in err's chain.
func Of(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// Is says whether err is a problem of that kind.
func Is(err error, kind Kind) bool {
	e, ok := Of(err)
	return ok && e.Kind == kind
}

// Invalid is a field that can be mended.
func Invalid(field, format string, args ...any) *Error {
	return &Error{Kind: KindInvalid, Field: field, Format: format, Args: args}
}

// Conflict is a request that came too late or twice.
func Conflict(field, format string, args ...any) *Error {
	return &Error{Kind: KindConflict, Field: field, Format: format, Args: args}
}

// TooLarge is a field over its limit in bytes.
func TooLarge(field, format string, args ...any) *Error {
	return &Error{Kind: KindTooLarge, Field: field, Format: format, Args: args}
}

// Forbidden is something that this account may see but not do.
func Forbidden(format string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Format: format, Args: args}
}

// Unauthorized asks to sign in.
func Unauthorized(format string, args ...any) *Error {
	return &Error{Kind: KindUnauthorized, Format: format, Args: args}
}

// TooMany asks to slow down.
func TooMany(format string, args ...any) *Error {
	return &Error{Kind: KindTooMany, Format: format, Args: args}
}

// Unavailable is a passing trouble of ours, with its cause for the log.
func Unavailable(cause error, format string, args ...any) *Error {
	return &Error{Kind: KindUnavailable, Format: format, Args: args, Err: cause}
}

// Gone was here and was deleted.
func Gone(format string, args ...any) *Error {
	return &Error{Kind: KindGone, Format: format, Args: args}
}

// NotFound is also the answer for what the viewer may not see; what names the
// thing in the words of the design ("post", "act").
func NotFound(what string) *Error {
	return &Error{Kind: KindNotFound, Format: notFound(what)}
}

func notFound(what string) string {
	return "This " + what + " does not exist, or you may not see it."
}
