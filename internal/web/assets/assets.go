// Package assets serves the styles, scripts and drawings of the pages from the
// binary itself, under names that change with their content, so that browsers
// keep them for good.
//
// The bundles in dist/ are made from goodturn.css, call.css and internal/web/islands by `make assets`.
package assets

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix is the path that Handler is mounted under.
const Prefix = "/assets/"

//go:embed *.svg dist/*.css dist/*.js
var files embed.FS

type asset struct {
	url         string
	contentType string
	plain, gzip []byte
}

// byName and byURL are filled once, at start, and only read after.
var byName, byURL = load(files)

func load(from fs.FS) (names, urls map[string]*asset) {
	names, urls = map[string]*asset{}, map[string]*asset{}
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		a := &asset{url: Prefix + hashed(name, data), contentType: mime.TypeByExtension(path.Ext(name)), plain: data, gzip: squeeze(data)}
		names[name], urls[a.url] = a, a
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("assets: unreadable embedded files: %v", err)) // only a broken build
	}
	return names, urls
}

// hashed puts the start of the content's SHA-256 before the extension.
func hashed(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
}

func squeeze(data []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is valid
	w.Write(data)                                           // a buffer takes everything
	w.Close()
	return out.Bytes()
}

// URL is the path of an asset ("dist/goodturn.css", "icons.svg"). An asset that
// does not exist is a mistake in the code and panics.
func URL(name string) string {
	a, ok := byName[name]
	if !ok {
		panic("assets: there is no " + name)
	}
	return a.url
}

// Handler serves the assets under Prefix.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.contentType)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && len(a.gzip) < len(a.plain) {
			h.Set("Content-Encoding", "gzip")
			body = a.gzip
		}
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodGet {
			w.Write(body) // a reader that went away is nobody's error
		}
	})
}
