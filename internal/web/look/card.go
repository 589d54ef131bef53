package look

import "time"

// LinkCard shows the page that a post links to. Its words are a stranger's, and
// plain text; its picture is served from here.
type LinkCard struct {
	URL           string
	Site          string // its name, or its host
	Title, Text   string
	Author        string
	Published     time.Time // zero if unknown
	Language      string    // BCP 47, "" if unknown
	Image, Alt    string    // "" for none
	Width, Height int       // pixels of the picture
}
