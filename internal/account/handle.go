package account

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
)

// Host is this server's own host name, in small letters.
func (s *Service) Host() string { return s.host }

// ByHandle finds "ada", "@ada", "ada@here.example" and "ada@there.example",
// whatever their case. problem.Gone if the account was deleted or suspended,
// problem.NotFound if there is none or it is not confirmed yet.
func (s *Service) ByHandle(ctx context.Context, text string) (*Account, error) {
	h, ok := s.parseHandle(text)
	if !ok {
		return nil, problem.NotFound("account")
	}
	i, ok, err := s.byHandle.Get(ctx, h)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, problem.NotFound("account")
	}
	a, err := s.Get(ctx, i)
	if err != nil {
		return nil, err
	}
	switch a.State {
	case StateActive:
		return a, nil
	case StateDeleted:
		return nil, problem.Gone("This account was deleted.")
	case StateSuspended:
		return nil, problem.Gone("This account is suspended.")
	}
	return nil, problem.NotFound("account")
}

// ByHandles finds many at once, as ByHandle does, and leaves out those that
// cannot be shown; the keys are the texts given.
func (s *Service) ByHandles(ctx context.Context, texts []string) (map[string]*Account, error) {
	asked, hs := s.parseHandles(texts)
	ids, err := s.byHandle.Many(ctx, hs)
	if err != nil {
		return nil, err
	}
	accounts, err := s.Many(ctx, slices.Collect(maps.Values(ids)))
	if err != nil {
		return nil, err
	}
	return shown(asked, ids, accounts), nil
}

// ByHandlesIn is ByHandles inside a transaction.
func (s *Service) ByHandlesIn(r db.Reader, texts []string) (map[string]*Account, error) {
	asked, hs := s.parseHandles(texts)
	ids, err := byHandles(r, hs)
	if err != nil {
		return nil, err
	}
	accounts, err := byIDs(r, slices.Collect(maps.Values(ids)))
	if err != nil {
		return nil, err
	}
	return shown(asked, ids, accounts), nil
}

func (s *Service) parseHandles(texts []string) (map[string]handle, []handle) {
	asked := make(map[string]handle, len(texts))
	var hs []handle
	for _, text := range texts {
		if h, ok := s.parseHandle(text); ok {
			asked[text] = h
			hs = append(hs, h)
		}
	}
	return asked, hs
}

func shown(asked map[string]handle, ids map[handle]id.ID, accounts map[id.ID]*Account) map[string]*Account {
	found := make(map[string]*Account, len(asked))
	for text, h := range asked {
		if a := accounts[ids[h]]; a != nil && a.Shown() {
			found[text] = a
		}
	}
	return found
}

// Elsewhere is the usual form of a handle on another server, "ana@there.example"; false
// for what is none, and for one of this server.
func (s *Service) Elsewhere(text string) (string, bool) {
	h, ok := s.parseHandle(text)
	if !ok || h.domain == "" || len(h.folded) > elsewhereMost || len(h.domain) > elsewhereMost || !elsewhere.MatchString(h.folded+"@"+h.domain) {
		return "", false
	}
	return h.folded + "@" + h.domain, true
}

const elsewhereMost = 253 // bytes of each part, as host names have

// elsewhere are names and hosts as servers of the social web have them.
var elsewhere = regexp.MustCompile(`^[\p{L}\p{N}_]([\p{L}\p{N}_.-]*[\p{L}\p{N}_])?@([\p{L}\p{N}]([\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}([\p{L}\p{N}-]*[\p{L}\p{N}])$`)

// handle is a folded name and a domain, "" for here.
type handle struct{ folded, domain string }

func (s *Service) parseHandle(text string) (handle, bool) {
	name, domain, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(text), "@"), "@")
	if name == "" || len(text) > 400 || !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return handle{}, false
	}
	domain = strings.ToLower(domain)
	if domain == s.host {
		domain = ""
	}
	return handle{db.Fold(name), domain}, true
}

// byHandles leaves out accounts that never were active, whose names may be freed.
func byHandles(r db.Reader, hs []handle) (map[handle]id.ID, error) {
	found := make(map[handle]id.ID, len(hs))
	perDomain := map[string][]string{}
	for _, h := range hs {
		perDomain[h.domain] = append(perDomain[h.domain], h.folded)
	}
	for domain, names := range perDomain {
		list, args := db.InStrings(2, names)
		type named struct {
			folded string
			id     id.ID
		}
		rows, err := db.All(r, func(row db.Row) (n named, err error) {
			err = row.Scan(&n.folded, &n.id)
			return n, err
		}, `SELECT folded, id FROM account
			WHERE domain = $1 AND state NOT IN ('unconfirmed', 'pending') AND folded IN `+list, append([]any{domain}, args...)...)
		if err != nil {
			return nil, fmt.Errorf("find accounts by name: %w", err)
		}
		for _, n := range rows {
			found[handle{n.folded, domain}] = n.id
		}
	}
	return found, nil
}
