package event

import "time"

// Subject is what all hubs speak on.
const Subject = subject

// Receive is what the bus calls with each message.
func (h *Hub) Receive(data []byte) { h.receive(data) }

// Leave says goodbye.
func (h *Hub) Leave() { h.say(kindBye) }

// Tick is what happens each second.
func (h *Hub) Tick() { h.tick() }

// Clock replaces the time.
func (h *Hub) Clock(now func() time.Time) { h.now, h.epoch = now, now() }
