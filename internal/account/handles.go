package account

import (
	"goodturn/internal/db"
	"goodturn/internal/id"
)

// Host is this server's own host name, in small letters.
func (s *Service) Host() string { return s.host }

// ByHandlesIn is ByHandles inside a transaction.
func (s *Service) ByHandlesIn(r db.Reader, texts []string) (map[string]*Account, error) {
	asked := make(map[string]handle, len(texts))
	var hs []handle
	for _, text := range texts {
		if h, ok := s.parseHandle(text); ok {
			asked[text] = h
			hs = append(hs, h)
		}
	}
	ids, err := byHandles(r, hs)
	if err != nil {
		return nil, err
	}
	list := make([]id.ID, 0, len(ids))
	for _, i := range ids {
		list = append(list, i)
	}
	accounts, err := byIDs(r, list)
	if err != nil {
		return nil, err
	}
	found := make(map[string]*Account, len(asked))
	for text, h := range asked {
		if a := accounts[ids[h]]; a != nil && a.Shown() {
			found[text] = a
		}
	}
	return found, nil
}
