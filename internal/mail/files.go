package mail

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

const (
	keepFor    = 24 * time.Hour
	fileEnd    = ".eml"
	unfinished = ".tmp"
)

// keep writes the message to a file of its own, named by time, so that a
// listing is in order. It appears whole or not at all.
func (m *Mailer) keep(msg *gomail.Msg) error {
	name := filepath.Join(m.dir, time.Now().UTC().Format("20060102T150405.000000Z-")+rand.Text()[:8])
	f, err := os.OpenFile(name+unfinished, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	_, err = msg.WriteTo(f)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name+fileEnd)
	}
	if err != nil {
		return fmt.Errorf("keep mail: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// Sweep removes files that were kept for a day by now, also those from before
// there was a server to send by. It is called each hour or so.
func (m *Mailer) Sweep(now time.Time) error {
	entries, err := os.ReadDir(m.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("sweep mail: %w", err)
	}
	var failed error
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), fileEnd) && !strings.HasSuffix(e.Name(), unfinished) {
			continue
		}
		info, err := e.Info()
		if err == nil && now.Sub(info.ModTime()) >= keepFor {
			err = os.Remove(filepath.Join(m.dir, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			failed = errors.Join(failed, fmt.Errorf("sweep mail: %w", err))
		}
	}
	return failed
}
