package mastodon

import (
	"strconv"

	"goodturn/internal/filter"
	"goodturn/internal/id"
)

func appendContexts(b []byte, all filter.Contexts) []byte {
	b = append(b, '[')
	for _, p := range places {
		if all&p.is == 0 {
			continue
		}
		if b[len(b)-1] != '[' {
			b = append(b, ',')
		}
		b = appendText(b, p.name)
	}
	return append(b, ']')
}

// appendFilter appends what a filter is, but for what it finds and the closing
// brace (Mastodon's entity Filter).
func appendFilter(b []byte, f *filter.Filter) []byte {
	b = appendID(append(b, `{"id":`...), f.ID)
	b = appendText(append(b, `,"title":`...), f.Title)
	b = appendContexts(append(b, `,"context":`...), f.Contexts)
	b = appendTimeOr(append(b, `,"expires_at":`...), f.ExpiresAt)
	return appendText(append(b, `,"filter_action":`...), string(f.Action))
}

func appendWholeFilter(b []byte, f *filter.Filter) []byte {
	b = appendFilter(b, f)
	b = appendList(append(b, `,"keywords":`...), f.Keywords, appendKeyword)
	b = appendList(append(b, `,"statuses":`...), f.Posts, appendPick)
	return append(b, '}')
}

func appendKeyword(b []byte, k filter.Keyword) []byte {
	b = appendID(append(b, `{"id":`...), k.ID)
	b = appendText(append(b, `,"keyword":`...), k.Text)
	b = strconv.AppendBool(append(b, `,"whole_word":`...), k.WholeWord)
	return append(b, '}')
}

func appendPick(b []byte, p filter.Pick) []byte {
	b = appendID(append(b, `{"id":`...), p.ID)
	b = appendID(append(b, `,"status_id":`...), p.PostID)
	return append(b, '}')
}

// appendResult appends what a filter found in a post (Mastodon's entity
// FilterResult). As there, it is for the app to choose by the filter's contexts
// where it heeds that: it may show the post in another place later.
func appendResult(b []byte, r filter.Result) []byte {
	b = append(appendFilter(append(b, `{"filter":`...), r.Filter), '}')
	b = appendFound(append(b, `,"keyword_matches":`...), r.Keywords, appendText)
	b = appendFound(append(b, `,"status_matches":`...), r.Posts, appendID)
	return append(b, '}')
}

// appendFound appends null for nothing.
func appendFound[T string | id.ID](b []byte, all []T, each func([]byte, T) []byte) []byte {
	if len(all) == 0 {
		return append(b, "null"...)
	}
	return appendList(b, all, each)
}

// appendOldFilter appends a keyword as the older API knows filters (Mastodon's
// entity V1::Filter).
func appendOldFilter(b []byte, f *filter.Filter, k filter.Keyword) []byte {
	b = appendID(append(b, `{"id":`...), k.ID)
	b = appendText(append(b, `,"phrase":`...), k.Text)
	b = appendContexts(append(b, `,"context":`...), f.Contexts)
	b = strconv.AppendBool(append(b, `,"whole_word":`...), k.WholeWord)
	b = appendTimeOr(append(b, `,"expires_at":`...), f.ExpiresAt)
	b = strconv.AppendBool(append(b, `,"irreversible":`...), f.Action == filter.Hide)
	return append(b, '}')
}
