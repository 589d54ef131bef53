package api

// Route is one thing that can be done through the API.
type Route struct {
	Method, Path string // without Base
	Open         bool   // works without a token too
}

// Routes are all of them.
func Routes() []Route {
	var out []Route
	for _, rt := range routes() {
		out = append(out, Route{rt.method, rt.path, rt.open})
	}
	return out
}
