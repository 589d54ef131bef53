package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/movement"
	"goodturn/internal/server"
)

// TestServe_Stopped: a server that is told to stop answers what is under way,
// ends its streams, and leaves with 0 and everything written.
func TestServe_Stopped(t *testing.T) {
	eachHouse(t, func(t *testing.T, h *house) {
		var ada resident
		var soup *movement.Movement
		h.arrange(func(s *server.Server) {
			ada = h.resident(s, "ada")
			var err error
			if soup, err = s.Movements.Start(t.Context(), account.As(ada.Account), movement.Draft{Hashtag: "Soup", Purpose: "Nobody eats alone."}); err != nil {
				t.Fatal(err)
			}
		})
		p := h.serve()

		stream, err := http.Get(p.base + "/live?movement=" + soup.ID.String())
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Body.Close()
		if stream.StatusCode != http.StatusOK {
			t.Fatalf("the stream is answered %s", stream.Status)
		}

		// A request whose second half comes only after the signal.
		body := `{"status":"The last word #Soup"}`
		conn, in := p.open(t)
		fmt.Fprintf(conn, "POST /api/v1/statuses HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
			h.config.Listen, ada.token, len(body))
		if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
			t.Fatalf("%q %v", line, err)
		}
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := io.Copy(io.Discard, stream.Body); err != nil {
			t.Errorf("the stream broke off: %v", err)
		}
		p.await("it takes no more", func() bool {
			c, err := net.Dial("tcp", h.config.Listen)
			return err != nil || c.Close() != nil
		})
		if _, err := conn.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
		if _, err := in.ReadString('\n'); err != nil { // the empty line after 100 Continue
			t.Fatal(err)
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Errorf("what was under way is answered %s", res.Status)
		}
		<-p.ended
		if code := p.cmd.ProcessState.ExitCode(); code != 0 {
			t.Errorf("it ended with %d", code)
		}
		t.Logf("stopped within %v", time.Since(began))

		p = h.serve()
		var list []struct{ Content string }
		p.read("/api/v1/accounts/"+ada.ID.String()+"/statuses", "", &list)
		if len(list) != 1 || !strings.Contains(list[0].Content, "The last word") {
			t.Errorf("after the restart there is %+v", list)
		}
		if code := p.stop(); code != 0 {
			t.Errorf("the second ended with %d", code)
		}
	})
}

// open is a connection of its own.
func (p *process) open(t *testing.T) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return conn, bufio.NewReader(conn)
}
