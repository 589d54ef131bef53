package web

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"goodturn/internal/problem"
)

func fileRoutes() []route {
	return []route{{"GET /media/{key...}", (*visit).file}}
}

// A public picture never changes under its name; others are asked for again each
// time, because who may see them can change.
const (
	publicFile  = "public, max-age=31536000, immutable"
	privateFile = "private, no-cache"
)

const fileWithin = 10 * time.Minute // until a file is sent; who is slower asks for the rest

// file serves a picture to who may see what it hangs on.
func (x *visit) file() error {
	key, _, _ := strings.Cut(x.r.PathValue("key"), ".") // films have an ending, for players that go by it
	f, err := x.Media.Open(x.r.Context(), x.v, key)
	if err != nil {
		if problem.Is(err, problem.KindNotFound) {
			http.Error(x.w, "not found", http.StatusNotFound)
			return nil
		}
		return err
	}
	h := x.w.Header()
	h.Set("Content-Type", f.Type)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Disposition", "inline")
	h.Set("ETag", `"`+key+`"`)
	h.Set("Cache-Control", privateFile)
	if f.Public {
		h.Set("Cache-Control", publicFile)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	// A film over a slow line takes longer than other answers may.
	if err := http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(fileWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return errors.Join(fmt.Errorf("wait for a file: %w", err), f.Close())
	}
	content, ok := f.ReadCloser.(io.ReadSeeker)
	if !ok {
		data, err := io.ReadAll(f)
		if err != nil {
			return errors.Join(fmt.Errorf("read a picture: %w", err), f.Close())
		}
		content = bytes.NewReader(data)
	}
	http.ServeContent(x.w, x.r, "", time.Time{}, content)
	if err := f.Close(); err != nil {
		x.Log.Warn("picture not closed", "error", err)
	}
	return nil
}
