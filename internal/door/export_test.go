package door

// Left is what a key has left in the running window.
func (l *Limit) Left(key string) int {
	s := l.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.most - s.used[key]
}
