package mastodon

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/url"
	"strings"

	"goodturn/internal/door"
	"goodturn/internal/filter"
)

// partsMost is how many objects of a list are read: the keywords of a filter, all
// of which apps send.
const partsMost = filter.KeywordsMost

// formOf is form for a request with a list of objects of that name, which it
// gives. Which values belong together only the body says: in forms a key that
// comes again begins the next object, as Rails reads them.
func (q *request) formOf(name string) ([]map[string]string, error) {
	kind, _, _ := mime.ParseMediaType(q.Header.Get("Content-Type"))
	if kind != "application/json" && kind != "application/x-www-form-urlencoded" {
		if err := q.form(); err != nil {
			return nil, err
		}
		return partsOf(name, inTurn(q.values, name)), nil
	}
	body, err := door.Body(q.Request)
	if err != nil {
		return nil, err
	}
	q.Body = io.NopCloser(bytes.NewReader(body))
	if err := q.form(); err != nil { // after it the body is known to be well-formed
		return nil, err
	}
	if kind == "application/json" {
		return jsonParts(name, body), nil
	}
	return partsOf(name, pairs(string(body))), nil
}

type pair struct{ key, value string }

func pairs(form string) (all []pair) {
	for part := range strings.SplitSeq(form, "&") {
		k, v, _ := strings.Cut(part, "=")
		key, errKey := url.QueryUnescape(k)
		value, errValue := url.QueryUnescape(v)
		if errKey == nil && errValue == nil {
			all = append(all, pair{key, value})
		}
	}
	return all
}

// inTurn are the values of a multipart form, whose order is lost: the first of
// each key, then the second.
func inTurn(values url.Values, name string) (all []pair) {
	for n, more := 0, true; more && n < partsMost; n++ {
		more = false
		for k, list := range values {
			if strings.HasPrefix(k, name+"[") && n < len(list) {
				all, more = append(all, pair{k, list[n]}), true
			}
		}
	}
	return all
}

// partsOf groups name[][key] and name[0][key].
func partsOf(name string, all []pair) (parts []map[string]string) {
	at := map[string]int{} // the object of an index; that of [] is the newest
	for _, p := range all {
		rest, ok := strings.CutPrefix(p.key, name+"[")
		index, key, found := strings.Cut(strings.TrimSuffix(rest, "]"), "][")
		if !ok || !found {
			continue
		}
		n, known := at[index]
		if known && index == "" {
			_, again := parts[n][key]
			known = !again
		}
		if !known {
			if len(parts) == partsMost {
				break
			}
			n = len(parts)
			at[index], parts = n, append(parts, map[string]string{})
		}
		parts[n][key] = p.value
	}
	return parts
}

func jsonParts(name string, body []byte) (parts []map[string]string) {
	var object map[string]json.RawMessage
	var list []map[string]any
	if json.Unmarshal(body, &object) != nil {
		return nil
	}
	dec := json.NewDecoder(bytes.NewReader(object[name]))
	dec.UseNumber()
	if dec.Decode(&list) != nil {
		return nil // some clients name it as a form would
	}
	for _, o := range list[:min(len(list), partsMost)] {
		part := map[string]string{}
		for k, v := range o {
			if v != nil {
				part[k] = fmt.Sprint(v)
			}
		}
		parts = append(parts, part)
	}
	return parts
}
