// Package media is in charge of pictures, films and sound: it takes them in,
// strips what they hide, keeps them, with a small picture of each, under names
// nobody can guess, and gives them out to those who may see what they hang on.
//
// Pictures are made fit at once, in this process. Films and sound are made fit
// by a job, with ffmpeg in a cage (see package film), where the machine has it.
package media

import (
	"io"
	"time"

	"goodturn/internal/id"
	"goodturn/internal/media/film"
	"goodturn/internal/media/picture"
	"goodturn/internal/problem"
)

// Limits of an upload.
const (
	MaxBytes       = picture.MaxBytes // of a picture
	MaxDescription = 1500             // runes
)

// The kinds of things that media hang on.
const (
	OnPost      = "post"
	OnAct       = "act"
	OnAccount   = "account"
	OnScheduled = "scheduled" // a post that waits to be published: only who uploaded sees it
	OnServer    = "server"    // what the server shows of itself: emojis, its own picture
	OnCard      = "card"      // the card of a web page
	OnSpending  = "spending"  // an entry in a fundraiser's books
)

// Kind is what a medium is, in the words that clients know.
type Kind string

// The kinds.
const (
	Image  Kind = "image"
	Moving Kind = "gifv" // an animated picture, kept as a film that is silent and short
	Video  Kind = "video"
	Audio  Kind = "audio"
)

// kinds are what films are called here.
var kinds = map[film.Kind]Kind{film.Picture: Image, film.Moving: Moving, film.Film: Video, film.Sound: Audio}

// State says how far a medium is. It is ready, or waits to be made so, or is
// what kept it from that.
type State string

// The states.
const (
	Ready      State = "ready"
	Waiting    State = "waiting"
	Unreadable State = "unreadable"
	TooLong    State = "long"
	TooLarge   State = "large" // more pixels or frames than are shown
)

// states say why a film cannot be shown.
var states = map[film.Why]State{film.Unreadable: Unreadable, film.TooLong: TooLong, film.TooLarge: TooLarge}

// Media is one picture, film or sound.
type Media struct {
	ID          id.ID
	AccountID   id.ID
	Kind        Kind // a guess until it is ready
	State       State
	Key         string // of the blob: 128 random bits
	Type        string // content type
	Bytes       int64
	Width       int // pixels; 0 of sound
	Height      int
	Duration    time.Duration // of a film or sound
	FrameRate   string        // of a film, frames a second as a fraction
	Sound       bool          // there is something to hear
	SmallKey    string
	SmallType   string
	SmallWidth  int // 0 if there is no preview: sound without a cover, or not ready
	SmallHeight int
	Blurhash    string
	Description string  // alternative text
	FocusX      float64 // -1 (left) to 1
	FocusY      float64 // -1 (bottom) to 1
	OwnerKind   string  // "" while loose: post, act, account or scheduled
	OwnerID     id.ID
	CreatedAt   time.Time
}

// Rate is frames a second, 0 if they are not known.
func (m *Media) Rate() float64 { return film.Rate(m.FrameRate) }

// URL is where it is served, from the root of this server; "" if it is not
// ready. Some players go by the end of a name.
func (m *Media) URL() string {
	switch {
	case m.State != Ready:
		return ""
	case m.Type == film.FilmType:
		return "/media/" + m.Key + ".mp4"
	case m.Type == film.SoundType:
		return "/media/" + m.Key + ".mp3"
	}
	return "/media/" + m.Key
}

// SmallURL is the preview's; "" if there is none.
func (m *Media) SmallURL() string {
	if m.SmallWidth == 0 {
		return ""
	}
	return "/media/" + m.SmallKey
}

// Plays says whether it is a film or sound that is played by itself: a post
// shows one.
func (m *Media) Plays() bool { return m.Kind == Video || m.Kind == Audio }

// Trouble is why it cannot be shown, nil if it can.
func (m *Media) Trouble() error {
	switch m.State {
	case Ready:
		return nil
	case Waiting:
		return problem.Invalid("media_ids", "Cannot attach files that have not finished processing. Try again in a moment!")
	case TooLong:
		return problem.Invalid("file", "This is longer than can be shown here. Shorten it, and send it again.")
	case TooLarge:
		return problem.Invalid("file", "This film has more pixels or frames than can be shown here. Make it smaller, and send it again.")
	}
	return problem.Invalid("file", "This film or sound could not be read. MP4, WebM, MP3 and Ogg are sure to work.")
}

// Upload is what comes with a file.
type Upload struct {
	Description    string
	FocusX, FocusY float64
	Preview        io.Reader // a picture to stand for it; nil leaves what is there
}

// File is an opened blob. The caller closes it.
type File struct {
	io.ReadCloser
	Type   string
	Bytes  int64
	Public bool // everyone may see it: may be cached by anyone
}

// Changed tells that the description, the focus or the preview of something
// changed that hangs on something.
type Changed struct {
	ID        id.ID
	OwnerKind string
	OwnerID   id.ID
}
