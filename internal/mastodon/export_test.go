package mastodon

import (
	"strings"
	"time"
)

// Route is one of the API's routes, for tests of them all.
type Route struct {
	Method, Path string
	Scopes       []string
	Open         bool
	Raw          bool // does not answer with JSON
}

// Routes are all there is.
func Routes() []Route {
	var all []Route
	for _, rt := range routes() {
		all = append(all, Route{rt.method, rt.path, strings.Fields(rt.scopes), rt.open, rt.raw != nil})
	}
	return all
}

// AppendText is appendText.
var AppendText = appendText

// Impatient has streams wait only so long for who does not read. It is called
// before there are any.
func (d *Door) Impatient(patience time.Duration) { d.streams.patience = patience }
