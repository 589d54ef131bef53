package look

import "strings"

// browsers and systems by what tells them in a User-Agent header, the more
// particular first: Edge says that it is Chrome, and Chrome that it is Safari.
var (
	browsers = []struct{ sign, name string }{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},
		{"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}}
	systems = []struct{ sign, name string }{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
		{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// Browser is what people call a browser; the whole header where it is not
// known.
func Browser(agent string) string {
	for _, b := range browsers {
		if !strings.Contains(agent, b.sign) {
			continue
		}
		for _, s := range systems {
			if strings.Contains(agent, s.sign) {
				return b.name + ", " + s.name
			}
		}
		return b.name
	}
	return agent
}
