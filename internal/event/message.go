package event

import (
	"bytes"
	"encoding/binary"
	"errors"

	"goodturn/internal/id"
)

type kind byte

const (
	kindEvent  kind = 'e'
	kindNumber kind = 'n' // this node's number, each second and at its start
	kindBye    kind = 'b' // the same, for the last time
)

// version is the first byte of each message. Nodes of two versions run side by
// side while a cluster is upgraded.
const version = 1

// message is what nodes send each other: version, kind, node, boot, number, and
// for an event its name, a zero byte, and its JSON.
type message struct {
	kind   kind
	node   int
	boot   uint64
	number uint64 // of this event, or of the last one before
	name   string
	data   []byte
}

const headSize = 3 + 8 + 8

var errMessage = errors.New("not a message of this version")

func (m message) encode() []byte {
	b := make([]byte, 0, headSize+len(m.name)+1+len(m.data))
	b = append(b, version, byte(m.kind), byte(m.node))
	b = binary.BigEndian.AppendUint64(b, m.boot)
	b = binary.BigEndian.AppendUint64(b, m.number)
	if m.kind == kindEvent {
		b = append(b, m.name...)
		b = append(b, 0)
		b = append(b, m.data...)
	}
	return b
}

func decode(b []byte) (message, error) {
	if len(b) < headSize || b[0] != version || b[2] > id.MaxNode {
		return message{}, errMessage
	}
	m := message{
		kind:   kind(b[1]),
		node:   int(b[2]),
		boot:   binary.BigEndian.Uint64(b[3:]),
		number: binary.BigEndian.Uint64(b[11:]),
	}
	switch m.kind {
	case kindNumber, kindBye:
		if len(b) > headSize {
			return message{}, errMessage
		}
		return m, nil
	case kindEvent:
		name, data, ok := bytes.Cut(b[headSize:], []byte{0})
		if !ok || len(name) == 0 || m.number == 0 {
			return message{}, errMessage
		}
		m.name, m.data = string(name), data
		return m, nil
	}
	return message{}, errMessage
}
