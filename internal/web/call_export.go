package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"goodturn/internal/problem"
)

// exportWithin is how long a part of an export may be under way.
const exportWithin = time.Minute

// prolong gives a file that is under way time for its next part.
func (x *visit) prolong() error {
	err := http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(exportWithin))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("wait for an export: %w", err)
	}
	return nil
}

// exportActs gives a call's organisers its acts as a file, part by part.
func (x *visit) exportActs() error {
	c, err := x.organisedCall()
	if err != nil {
		return err
	}
	format := x.r.URL.Query().Get("format")
	kinds := map[string]string{"csv": "text/csv; charset=utf-8", "json": "application/json"}
	if kinds[format] == "" {
		return problem.NotFound("page")
	}
	h := x.w.Header()
	h.Set("Content-Type", kinds[format])
	h.Set("Content-Disposition", `attachment; filename="acts-`+c.ID.String()+`.`+format+`"`)
	h.Set("Cache-Control", "private, no-store")
	flush := func() error {
		if err := x.prolong(); err != nil {
			return err
		}
		return http.NewResponseController(x.w).Flush()
	}
	if err := x.Acts.ExportTo(x.r.Context(), x.v, c.ID, x.w, format == "json", flush); err != nil {
		// The file has begun: its reader sees that it broke off, and not half of it as all.
		x.Log.Warn("an export broke off", "call", c.ID, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}
