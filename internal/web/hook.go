package web

import (
	"io"
	"net/http"

	"goodturn/internal/door"
	"goodturn/internal/fundraiser"
)

// stripeHook takes what Stripe reports. It is no page: no reader, no form, and its
// answer is for a machine that asks again unless it is 200.
func (d *Door) stripeHook(w http.ResponseWriter, r *http.Request) {
	payload, err := io.ReadAll(http.MaxBytesReader(w, r.Body, fundraiser.EventMost))
	if err != nil {
		http.Error(w, "too large, or cut off", http.StatusBadRequest)
		return
	}
	if err := d.Fundraisers.Hear(r.Context(), payload, r.Header.Get("Stripe-Signature")); err != nil {
		door.Fault(d.Log, r, err)
		http.Error(w, "not taken", door.Status(err))
		return
	}
	w.WriteHeader(http.StatusOK)
}
