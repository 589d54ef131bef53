package card

import (
	"encoding/json"
	"net/url"
)

// embed is what is read of a site's answer about a page (oembed.com, 1.0). Its
// html is not, for nothing of a stranger's is embedded.
type embed struct {
	Type         string `json:"type"`
	Title        string `json:"title"`
	URL          string `json:"url"` // of a photo
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	Thumbnail    string `json:"thumbnail_url"`
}

// readEmbed reads a site's answer; what is not of the form says nothing.
func readEmbed(answer []byte) (e embed) {
	if err := json.Unmarshal(answer, &e); err != nil {
		return embed{}
	}
	return e
}

// add fills in what the page did not say itself, and what it cannot say.
func (f *found) add(e embed, at *url.URL) {
	f.Title = first(f.Title, clean(e.Title, maxTitle))
	f.AuthorName = first(clean(e.AuthorName, maxName), f.AuthorName)
	f.ProviderName = first(f.ProviderName, clean(e.ProviderName, maxName))
	for to, link := range map[*string]string{&f.AuthorURL: e.AuthorURL, &f.ProviderURL: e.ProviderURL} {
		if u := resolve(at, link); u != nil {
			*to, _ = addressOf(u)
		}
	}
	if f.picture == nil {
		f.picture = resolve(at, e.Thumbnail)
	}
	if photo := resolve(at, e.URL); e.Type == "photo" && photo != nil {
		f.Kind, f.picture = Photo, photo
	}
}
