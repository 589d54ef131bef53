package web

import (
	"bytes"
	"net/http/httptest"
	"testing"
	"time"

	"goodturn/internal/call"
)

// What the form of a kind does not ask for stays as it is when a call is edited.
func TestCallDraft_Keeps(t *testing.T) {
	x, minutes := new(visit), int64(20)
	for kind, a := range asks {
		nominees := 3
		was := call.Draft{Kind: kind, Title: "Soup", Place: "Riverside", Minutes: &minutes, Nominees: &nominees, Answer: time.Hour, Visibility: call.Public, Unit: "EUR"}
		form := x.callValues(was)
		if !a.place {
			form.Del("place")
		}
		if !a.minutes {
			form.Del("minutes")
		}
		form.Set("title", "More soup")
		d, err := x.callDraft(form, was)
		if err != nil || d.Title != "More soup" || d.Place != was.Place || d.Minutes == nil || *d.Minutes != minutes {
			t.Errorf("%s: %+v, %v", kind, d, err)
		}
	}
}

// A time that the form shows without its seconds is not another one.
func TestCallDraft_SameTime(t *testing.T) {
	x, nominees := new(visit), 0
	closed := time.Date(2020, 5, 17, 18, 30, 21, 0, time.UTC)
	was := call.Draft{Kind: call.Petition, Title: "Soup", ClosesAt: closed, Zone: "Europe/Vienna", Visibility: call.Public, Nominees: &nominees}
	form := x.callValues(was)
	if d, err := x.callDraft(form, was); err != nil || !d.ClosesAt.Equal(closed) {
		t.Errorf("as it was: %s, %v", d.ClosesAt, err)
	}
	form.Set("zone", "UTC")
	if d, err := x.callDraft(form, was); err != nil || d.ClosesAt.Equal(closed) {
		t.Errorf("in another zone: %s, %v", d.ClosesAt, err)
	}
	form.Set("closes_at", "")
	if d, err := x.callDraft(form, was); err != nil || !d.ClosesAt.IsZero() {
		t.Errorf("taken away: %s, %v", d.ClosesAt, err)
	}
}

// slowReader notes how long it may take.
type slowReader struct {
	*httptest.ResponseRecorder
	until []time.Time
}

func (w *slowReader) SetWriteDeadline(t time.Time) error { w.until = append(w.until, t); return nil }

// A file that is read slowly has another minute for each of its parts.
func TestAttachment_Prolong(t *testing.T) {
	w := &slowReader{ResponseRecorder: httptest.NewRecorder()}
	begun := 0
	a := &attachment{w: w, prolong: (&visit{w: w}).prolong, begin: func() { begun++ }}
	for range 3 {
		if _, err := a.Write([]byte("soup\n")); err != nil {
			t.Fatal(err)
		}
	}
	if begun != 1 || len(w.until) != 3 || !w.until[2].After(time.Now().Add(exportWithin/2)) || !bytes.Equal(w.Body.Bytes(), []byte("soup\nsoup\nsoup\n")) {
		t.Errorf("begun %d times, until %v, %q", begun, w.until, w.Body)
	}
}
