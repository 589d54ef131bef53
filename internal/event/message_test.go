package event

import (
	"bytes"
	"testing"
)

func FuzzDecode(f *testing.F) {
	for _, m := range []message{
		{kind: kindEvent, node: 63, boot: 1 << 63, number: 7, name: "post.Created", data: []byte(`{"ID":"1"}`)},
		{kind: kindNumber, boot: 1},
		{kind: kindBye, node: 1, boot: 1, number: 1 << 40},
	} {
		f.Add(m.encode())
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := decode(b); err == nil && !bytes.Equal(m.encode(), b) {
			t.Errorf("%q is read as %+v, which is written %q", b, m, m.encode())
		}
	})
}
