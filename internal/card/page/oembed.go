package page

import (
	"encoding/json"
	"net/url"
)

// Embed is what is read of a site's answer about a page (oembed.com, 1.0). Its
// html is not, for nothing of a stranger's is embedded.
type Embed struct {
	Type         string `json:"type"`
	Title        string `json:"title"`
	URL          string `json:"url"` // of a photo
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	Thumbnail    string `json:"thumbnail_url"`
}

// ReadEmbed reads a site's answer; what is not of the form says nothing.
func ReadEmbed(answer []byte) (e Embed) {
	if err := json.Unmarshal(answer, &e); err != nil {
		return Embed{}
	}
	return e
}

// Add fills in what the page did not say itself, and what it cannot say.
func (f *Found) Add(e Embed, at *url.URL) {
	f.Title = first(f.Title, Clean(e.Title, MaxTitle))
	f.AuthorName = first(Clean(e.AuthorName, MaxName), f.AuthorName)
	f.ProviderName = first(f.ProviderName, Clean(e.ProviderName, MaxName))
	for to, link := range map[*string]string{&f.AuthorURL: e.AuthorURL, &f.ProviderURL: e.ProviderURL} {
		if u := Resolve(at, link); u != nil {
			*to, _ = AddressOf(u)
		}
	}
	if f.Picture == nil {
		f.Picture = Resolve(at, e.Thumbnail)
	}
	if photo := Resolve(at, e.URL); e.Type == "photo" && photo != nil {
		f.Photo, f.Picture = true, photo
	}
}
