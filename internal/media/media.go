// Package media is in charge of pictures: it takes them in, strips what they
// hide, keeps them in two sizes under names nobody can guess, and gives them
// out to those who may see what they hang on.
package media

import (
	"io"
	"time"

	"goodturn/internal/id"
)

// Limits of an upload.
const (
	MaxBytes       = 16 << 20
	MaxPixels      = 40_000_000
	MaxDescription = 1500 // runes
	LargeSide      = 1920 // pixels, the longer side of what is kept
	SmallSide      = 640  // and of its preview
)

// The kinds of things that media hang on.
const (
	OnPost      = "post"
	OnAct       = "act"
	OnAccount   = "account"
	OnScheduled = "scheduled" // a post that waits to be published: only who uploaded sees it
	OnServer    = "server"    // what the server shows of itself: emojis, its own picture
)

// Media is one picture.
type Media struct {
	ID          id.ID
	AccountID   id.ID
	Key         string // of the blob: 128 random bits
	Type        string // content type of both sizes
	Bytes       int64
	Width       int
	Height      int
	SmallKey    string
	SmallWidth  int
	SmallHeight int
	Blurhash    string
	Description string  // alternative text
	FocusX      float64 // -1 (left) to 1
	FocusY      float64 // -1 (bottom) to 1
	OwnerKind   string  // "" while loose: post, act or account
	OwnerID     id.ID
	CreatedAt   time.Time
}

// URL is where it is served, from the root of this server.
func (m *Media) URL() string { return "/media/" + m.Key }

// SmallURL is the preview's.
func (m *Media) SmallURL() string { return "/media/" + m.SmallKey }

// Upload is what comes with a picture.
type Upload struct {
	Description    string
	FocusX, FocusY float64
}

// File is an opened blob. The caller closes it.
type File struct {
	io.ReadCloser
	Type   string
	Bytes  int64
	Public bool // everyone may see it: may be cached by anyone
}

// Changed tells that the description or the focus of a picture changed that
// hangs on something.
type Changed struct {
	ID        id.ID
	OwnerKind string
	OwnerID   id.ID
}
