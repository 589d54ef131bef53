package act

import (
	"context"
	"fmt"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/media"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// Evidence is what hangs on an act to show that it was done. It is seen as far as
// the act's EvidenceVisibility goes.
type Evidence struct {
	Media []media.Media
	Links []string // see text.Link; nothing here ever follows them
}

// Evidence is the evidence of acts which v sees, as far as v may see that, too.
func (s *Service) Evidence(ctx context.Context, v account.Viewer, acts []*Act) (map[id.ID]Evidence, error) {
	r := s.d.Read(ctx)
	files, err := s.rooms.Media.Of(r, media.OnAct, idsOf(acts))
	if err != nil {
		return nil, err
	}
	links, err := linksOf(r, acts)
	if err != nil {
		return nil, err
	}
	evidence := map[id.ID]Evidence{}
	for _, a := range acts {
		e := Evidence{Media: files[a.ID], Links: links[a.ID]}
		if len(e.Media)+len(e.Links) == 0 {
			continue
		}
		sight, err := s.SightOf(ctx, v, a)
		if err != nil {
			return nil, err
		}
		if EvidenceVisible(v, sight, a) {
			evidence[a.ID] = e
		}
	}
	return evidence, nil
}

func idsOf(acts []*Act) []id.ID {
	ids := make([]id.ID, len(acts))
	for i, a := range acts {
		ids[i] = a.ID
	}
	return ids
}

func errTooMany() error {
	return problem.Invalid("media_ids", "At most %d pictures and films can go with an act.", MediaMost)
}

// cleanLinks leaves what is to be kept, each link once.
func cleanLinks(said []string) ([]string, error) {
	var kept []string
	for _, s := range said {
		link, err := text.Link("links", s, LinkMost)
		if err != nil {
			return nil, err
		}
		if link != "" && !slices.Contains(kept, link) {
			kept = append(kept, link)
		}
	}
	if len(kept) > LinksMost {
		return nil, problem.Invalid("links", "At most %d links can go with an act.", LinksMost)
	}
	return kept, nil
}

// linksOf are the links of acts, whoever asks.
func linksOf(r db.Reader, acts []*Act) (map[id.ID][]string, error) {
	if len(acts) == 0 {
		return nil, nil
	}
	type found struct {
		act id.ID
		url string
	}
	in, args := db.In(1, idsOf(acts))
	rows, err := db.All(r, func(row db.Row) (f found, err error) {
		err = row.Scan(&f.act, &f.url)
		return f, err
	}, "SELECT act_id, url FROM act_link WHERE act_id IN "+in+" ORDER BY act_id, position", args...)
	if err != nil {
		return nil, fmt.Errorf("read links of acts: %w", err)
	}
	links := map[id.ID][]string{}
	for _, f := range rows {
		links[f.act] = append(links[f.act], f.url)
	}
	return links, nil
}

// keepLinks keeps clean links of an act, in place of what was there.
func keepLinks(tx *db.Tx, actID id.ID, links []string) error {
	if _, err := tx.Exec("DELETE FROM act_link WHERE act_id = $1", actID); err != nil {
		return fmt.Errorf("erase the links of act %s: %w", actID, err)
	}
	for i, link := range links {
		if _, err := tx.Exec("INSERT INTO act_link (act_id, position, url) VALUES ($1, $2, $3)", actID, i, link); err != nil {
			return fmt.Errorf("keep a link of act %s: %w", actID, err)
		}
	}
	return nil
}
