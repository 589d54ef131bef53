package server_test

import (
	"errors"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"testing"
	"time"

	"goodturn/internal/auth"
	"goodturn/internal/db"
	"goodturn/internal/server"
	"goodturn/internal/server/servertest"
)

// A server may be called anything, also in what its mails come from.
func TestName_InMails(t *testing.T) {
	name := `Kindness, "Inc." <hello@there>`
	s := servertest.Start(t, db.SQLite, func(c *server.Config) { c.Name, c.MailFrom = name, "" })
	ada := s.Person("ada")
	if err := s.Auth.RequestReset(t.Context(), ada.Username+"@example.org", auth.Client{}); err != nil {
		t.Fatal(err)
	}
	var from []*mail.Address
	wait(t, "the mail is written", func() bool {
		paths, err := filepath.Glob(filepath.Join(s.Data(), "mail", "*"))
		if err != nil || len(paths) == 0 {
			return false
		}
		f, err := os.Open(paths[0])
		if err != nil {
			return false
		}
		defer f.Close()
		m, err := mail.ReadMessage(f)
		if err == nil {
			from, err = m.Header.AddressList("From")
		}
		return err == nil
	}, func() {})
	if len(from) != 1 || from[0].Name != name {
		t.Errorf("it comes from %v", from)
	}
}

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
