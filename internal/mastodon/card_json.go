package mastodon

import (
	"strconv"

	"goodturn/internal/card"
)

// appendCard appends what is shown of a page as Mastodon's entity PreviewCard,
// or null. Nothing of the page is embedded, and its picture is served from here.
func (d *Door) appendCard(b []byte, c *card.Card) []byte {
	if !c.Shown() {
		return append(b, "null"...)
	}
	return append(d.appendOpenCard(b, c), '}')
}

// appendOpenCard is appendCard of a card that is shown, without the closing brace.
func (d *Door) appendOpenCard(b []byte, c *card.Card) []byte {
	path, width, height := c.Image()
	image, hash, alt := "", "", ""
	if path != "" {
		image, hash, alt = d.URL+path, c.Picture.Blurhash, c.Picture.Description
	}
	b = appendText(append(b, `{"url":`...), c.URL)
	b = appendText(append(b, `,"title":`...), c.Title)
	b = appendText(append(b, `,"description":`...), c.Description)
	b = appendTextOr(append(b, `,"language":`...), c.Language)
	b = appendText(append(b, `,"type":`...), string(c.Kind))
	b = appendText(append(b, `,"author_name":`...), c.AuthorName)
	b = appendText(append(b, `,"author_url":`...), c.AuthorURL)
	b = append(b, `,"authors":[`...)
	if c.AuthorName != "" || c.AuthorURL != "" {
		b = appendText(append(b, `{"name":`...), c.AuthorName)
		b = appendText(append(b, `,"url":`...), c.AuthorURL)
		b = append(b, `,"account":null}`...)
	}
	b = appendText(append(b, `],"provider_name":`...), c.ProviderName)
	b = appendText(append(b, `,"provider_url":`...), c.ProviderURL)
	b = append(b, `,"html":"","width":`...)
	b = strconv.AppendInt(b, int64(width), 10)
	b = strconv.AppendInt(append(b, `,"height":`...), int64(height), 10)
	b = appendTextOr(append(b, `,"image":`...), image)
	b = appendText(append(b, `,"image_description":`...), alt)
	embed := ""
	if c.Kind == card.Photo {
		embed = image
	}
	b = appendText(append(b, `,"embed_url":`...), embed)
	b = appendTextOr(append(b, `,"blurhash":`...), hash)
	return appendTimeOr(append(b, `,"published_at":`...), c.PublishedAt)
}
