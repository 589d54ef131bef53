package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// safely calls f and turns its panic into an error, so that the others go on.
func safely(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicError{v, debug.Stack()}
		}
	}()
	return f()
}

type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// report logs err, and where it was a panic the way there.
func report(ctx context.Context, log *slog.Logger, msg string, err error) {
	log = log.With("error", err)
	var p *panicError
	if errors.As(err, &p) {
		log = log.With("stack", string(p.stack))
	}
	log.ErrorContext(ctx, msg)
}

// failures hears from River of each attempt that failed, and logs it once.
type failures struct{ log *slog.Logger }

func (f failures) HandleError(ctx context.Context, job *rivertype.JobRow, err error) *river.ErrorHandlerResult {
	log := f.log.With("kind", job.Kind, "job", job.ID, "attempt", job.Attempt, "of", job.MaxAttempts)
	report(ctx, log, "a job failed", err)
	return nil
}

// HandlePanic has nothing to do: handlers' panics arrive as errors, and River
// logs its own.
func (failures) HandlePanic(context.Context, *rivertype.JobRow, any, string) *river.ErrorHandlerResult {
	return nil
}
