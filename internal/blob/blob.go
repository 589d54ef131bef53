// Package blob keeps files: what was uploaded, after it was made safe, under
// keys that cannot be guessed. It knows nothing of what is in them or who may
// see them. They lie in a folder, or in another store of gocloud.dev/blob that
// the program was built with.
package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	"gocloud.dev/gcerrors"

	"goodturn/internal/problem"
)

// MaxSize is the most bytes that one file may have.
const MaxSize = 256 << 20

const (
	keyBytes  = 16
	keyLength = 2 + 1 + 2*keyBytes
	// unfinished is what the library calls a file while it is written.
	unfinished = ".tmp"
	// aside is what it calls the file that holds a file's type, in a folder.
	aside      = ".attrs"
	staleAfter = time.Hour
)

// Store keeps files. It is safe for concurrent use.
type Store struct {
	bucket *blob.Bucket
	dir    string // "" when it is not a folder
}

// Attr is what a store knows about a file.
type Attr struct {
	ContentType string
	Size        int64 // bytes
	ModTime     time.Time
}

// Open opens a folder, made with mode 0700 if it is not there, or a store by the
// URL that gocloud.dev/blob has for it. Whoever opens it closes it.
func Open(ctx context.Context, where string) (*Store, error) {
	if strings.Contains(where, "://") {
		b, err := blob.OpenBucket(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("open files: %w", err)
		}
		return &Store{bucket: b}, nil
	}
	if where == "" {
		return nil, errors.New("open files: no folder is given")
	}
	dir, err := filepath.Abs(where)
	if err != nil {
		return nil, fmt.Errorf("open files: %w", err)
	}
	b, err := fileblob.OpenBucket(dir, &fileblob.Options{
		CreateDir:   true,
		DirFileMode: 0o700,
		// A file that is renamed into its place must lie on the same disk.
		NoTempDir: true,
	})
	if err != nil {
		return nil, fmt.Errorf("open files: %w", err)
	}
	return &Store{bucket: b, dir: dir}, nil
}

// Close ends the use of the store.
func (s *Store) Close() error {
	if err := s.bucket.Close(); err != nil {
		return fmt.Errorf("close files: %w", err)
	}
	return nil
}

// NewKey is 128 random bits as text, below one of 256 folders.
func NewKey() string {
	var b [keyBytes]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	text := hex.EncodeToString(b[:])
	return text[:2] + "/" + text
}

// ValidKey says whether key has the form that NewKey gives it. All functions of
// a store check it, so a key that came from outside cannot leave the store.
func ValidKey(key string) bool {
	if len(key) != keyLength || key[2] != '/' || key[:2] != key[3:5] {
		return false
	}
	return strings.Trim(key[3:], "0123456789abcdef") == ""
}

// Put stores data whole or not at all, and answers once it would outlive a power
// cut. A key is written once; only a retry of the same upload writes it again,
// since a reader at that moment could be turned away.
func (s *Store) Put(ctx context.Context, key, contentType string, data []byte) error {
	_, err := s.PutFrom(ctx, key, contentType, bytes.NewReader(data), MaxSize)
	return err
}

// PutFrom is Put of what data gives, which is more than memory should hold. It
// answers how many bytes that was; more than most, or than MaxSize, are a
// problem of kind too large.
func (s *Store) PutFrom(ctx context.Context, key, contentType string, data io.Reader, most int64) (size int64, err error) {
	if !ValidKey(key) {
		return 0, problem.NotFound("file")
	}
	most = min(most, MaxSize)
	// A cancelled context is how the library is told to give a write up.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var file *os.File
	w, err := s.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		ContentType:                 contentType,
		DisableContentTypeDetection: true,
		BeforeWrite: func(as func(any) bool) error {
			as(&file) // stays nil where files are not on this machine
			return nil
		},
	})
	if err != nil {
		return 0, fmt.Errorf("store file: %w", err)
	}
	size, err = io.Copy(w, io.LimitReader(data, most+1))
	if err == nil && size > most {
		err = problem.TooLarge("file", "A file may have at most %d MB.", most>>20)
	}
	if err == nil && file != nil {
		err = file.Sync()
	}
	if err != nil {
		cancel()
		// Close answers with the cancellation then, which says nothing new.
		return 0, fmt.Errorf("store file: %w", errors.Join(err, ignore(w.Close(), context.Canceled)))
	}
	if err := w.Close(); err != nil {
		return 0, fmt.Errorf("store file: %w", err)
	}
	if s.dir != "" {
		if err := s.syncPlace(key); err != nil {
			return 0, fmt.Errorf("store file: %w", err)
		}
	}
	return size, nil
}

// Open gives a file to read and close, or a problem of kind not found.
func (s *Store) Open(ctx context.Context, key string) (io.ReadCloser, Attr, error) {
	if !ValidKey(key) {
		return nil, Attr{}, problem.NotFound("file")
	}
	r, err := s.bucket.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, Attr{}, problem.NotFound("file")
	}
	if err != nil {
		return nil, Attr{}, fmt.Errorf("open file: %w", err)
	}
	return r, Attr{ContentType: r.ContentType(), Size: r.Size(), ModTime: r.ModTime().UTC()}, nil
}

// Delete removes a file; that there is none is not an error.
func (s *Store) Delete(ctx context.Context, key string) error {
	if !ValidKey(key) {
		return problem.NotFound("file")
	}
	err := s.bucket.Delete(ctx, key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		err = nil
		if s.dir != "" {
			// It may have been deleted half, when the machine went down.
			err = ignore(os.Remove(filepath.Join(s.dir, filepath.FromSlash(key))+aside), fs.ErrNotExist)
		}
	}
	if err != nil {
		return fmt.Errorf("delete file: %w", err)
	}
	return nil
}

// Keys gives the keys of all files, in order, until the first error.
func (s *Store) Keys(ctx context.Context) iter.Seq2[string, error] {
	return s.KeysBefore(ctx, time.Time{})
}

// KeysBefore is Keys of the files that were written before then; of all, if it
// is zero.
func (s *Store) KeysBefore(ctx context.Context, then time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		list, last, again := s.bucket.List(nil), "", 0
		for {
			o, err := list.Next(ctx)
			switch {
			case errors.Is(err, io.EOF):
				return
			case gcerrors.Code(err) == gcerrors.NotFound && again < listAgain:
				// In a folder, a file that went between its name and its size ends the
				// list; it is begun again behind what was given.
				list, again = s.bucket.List(nil), again+1
				continue
			case err != nil:
				yield("", fmt.Errorf("list files: %w", err))
				return
			case o.Key <= last, !then.IsZero() && !o.ModTime.Before(then):
				continue
			}
			if last = o.Key; ValidKey(o.Key) && !yield(o.Key, nil) {
				return
			}
		}
	}
}

// listAgain is how often a list is begun again.
const listAgain = 100

// Sweep removes what writes and deletions left unfinished when the machine went
// down, once it is an hour old by now. It is called once a day or so.
func (s *Store) Sweep(now time.Time) error {
	if s.dir == "" {
		return nil
	}
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !left(path) {
			return ignore(err, fs.ErrNotExist)
		}
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) >= staleAfter {
			err = os.Remove(path)
		}
		return ignore(err, fs.ErrNotExist) // it was finished in the meantime
	})
	if err != nil {
		return fmt.Errorf("sweep files: %w", err)
	}
	return nil
}

// left says whether a path is of a file that is not whole.
func left(path string) bool {
	switch filepath.Ext(path) {
	case unfinished:
		return true
	case aside:
		_, err := os.Lstat(strings.TrimSuffix(path, aside))
		return errors.Is(err, fs.ErrNotExist)
	}
	return false
}
