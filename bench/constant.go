package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

// constantVariable names the address of the constant server to the process that
// is to be one.
const constantVariable = "GOODTURN_BENCH_CONSTANT"

func isConstant() bool { return os.Getenv(constantVariable) != "" }

// constantMost bounds a constant body, in bytes.
const constantMost = 1 << 20

// serveConstant answers GET /n with n bytes, until it is told to stop. It does
// nothing else, so that it is the most that net/http and the machine can do.
func serveConstant() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", os.Getenv(constantVariable))
	if err != nil {
		return fmt.Errorf("listen for the constant server: %w", err)
	}
	body := bytes.Repeat([]byte("goodturn"), constantMost/8)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{n}", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil || n < 0 || n > len(body) {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "application/json; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(n))
		if _, err := w.Write(body[:n]); err != nil {
			return // the client is gone
		}
	})
	s := &http.Server{Handler: mux}
	go func() {
		<-ctx.Done()
		s.Close() // nothing is answered that anybody waits for
	}()
	if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
