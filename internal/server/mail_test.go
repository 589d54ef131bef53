package server_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"goodturn/internal/db"
	"goodturn/internal/server/servertest"
)

// Mails that lie as files are forgotten on every node, not only on the one that
// sweeps for all.
func TestMails_OnEachNode(t *testing.T) {
	c := servertest.Config(t, db.Postgres)
	servertest.Run(t, c)
	c.Data, c.Listen = t.TempDir(), "127.0.0.1:0"
	mail := filepath.Join(c.Data, "mail", "yesterday.eml")
	if err := os.MkdirAll(filepath.Dir(mail), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(mail, []byte("Subject: Welcome\r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	yesterday := time.Now().Add(-25 * time.Hour)
	if err := os.Chtimes(mail, yesterday, yesterday); err != nil {
		t.Fatal(err)
	}
	servertest.Run(t, c)
	again, late := time.NewTicker(10*time.Millisecond), time.After(time.Minute)
	defer again.Stop()
	for {
		if _, err := os.Stat(mail); errors.Is(err, fs.ErrNotExist) {
			return
		}
		select {
		case <-again.C:
		case <-late:
			t.Fatal("the mail is still there")
		}
	}
}
