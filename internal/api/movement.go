package api

import (
	"slices"

	"goodturn/internal/call"
	"goodturn/internal/id"
	"goodturn/internal/movement"
)

// Movement is a movement with its numbers.
type Movement struct {
	MovementRef
	Aliases   []string       `json:"aliases" about:"Its other hashtags." example:"SoupForEveryone"`
	Purpose   string         `json:"purpose" about:"What it is for, in one sentence." example:"Nobody in our town eats alone."`
	Story     string         `json:"story" about:"Markdown." example:"It began with one pot."`
	Rules     string         `json:"rules" about:"Markdown." example:"Be kind."`
	Causes    []string       `json:"causes" about:"Slugs of causes, see /causes." example:"zero-hunger"`
	Town      string         `json:"town" example:"Graz"`
	Online    bool           `json:"online" about:"Whether one can take part from anywhere."`
	State     movement.State `json:"state" enum:"open archived"`
	Role      *movement.Role `json:"role" enum:"member organiser ambassador partner removed" about:"What the token's account is to it; null for nothing." example:"member"`
	Counts    Counts         `json:"counts"`
	Totals    []Total        `json:"totals" about:"What its acts add up to, by unit and proof."`
	CreatedAt Time           `json:"created_at"`
	ChangedAt Time           `json:"changed_at"`
}

// Counts are a movement's numbers.
type Counts struct {
	Members   int64 `json:"members" about:"Who joined." example:"214"`
	Followers int64 `json:"followers" example:"377"`
	Posts     int64 `json:"posts" about:"Posts that it carries now." example:"96"`
	Acts      int64 `json:"acts" example:"58"`
	People    int64 `json:"people" about:"How many different people did them." example:"41"`
}

// MovementDraft is what organisers write.
type MovementDraft struct {
	Slug    string   `json:"slug,omitempty" max:"30" about:"Its account's username, letters, digits and _; the hashtag unless said. It never changes." example:"soupforall"`
	Hashtag string   `json:"hashtag" max:"100" about:"With or without #. It belongs to one movement." example:"SoupForAll"`
	Aliases []string `json:"aliases,omitempty" about:"At most 10 more hashtags." example:"SoupForEveryone"`
	Name    string   `json:"name,omitempty" max:"60" about:"The hashtag unless said." example:"Soup for all"`
	Purpose string   `json:"purpose" max:"200" about:"What it is for, in one sentence." example:"Nobody in our town eats alone."`
	Story   string   `json:"story,omitempty" max:"20000" about:"Markdown." example:"It began with one pot."`
	Rules   string   `json:"rules,omitempty" max:"20000" about:"Markdown." example:"Be kind."`
	Causes  []string `json:"causes,omitempty" about:"At most 5 slugs of causes, see /causes." example:"zero-hunger"`
	Town    string   `json:"town,omitempty" max:"100" example:"Graz"`
	Online  bool     `json:"online,omitempty" about:"Whether one can take part from anywhere."`
}

// Hashtag says whose a hashtag is.
type Hashtag struct {
	Movement *MovementRef  `json:"movement" about:"Whose it is; null if it is free."`
	Similar  []MovementRef `json:"similar" about:"Movements with hashtags that people could take for this one."`
}

func movementRoutes() []route {
	return []route{
		{method: "GET", path: "/movements", group: groupMovements, summary: "Find movements", scope: "read:accounts", open: true,
			about: "Those in which most people did something in the last 14 days come first. The next page is in Link.",
			query: []param{
				{name: "q", about: "Somewhere in the name, slug, hashtags or purpose.", example: "soup"},
				{name: "cause", about: "The slug of a cause.", example: "zero-hunger"},
				{name: "hashtag", about: "The one movement that has this hashtag.", example: "SoupForAll"},
				{name: "state", about: "open unless said.", choices: []string{"open", "archived"}, example: "open"},
				{name: "after", about: "Go on after the movement with this id.", example: "117104873472131072"},
				{name: "limit", about: "How many to give: 20 unless said, 40 at most.", number: true, example: "20"},
			}, do: gives((*Door).listMovements)},
		{method: "POST", path: "/movements", group: groupMovements, summary: "Start a movement", scope: "write:accounts", creates: true,
			about: "The account becomes its first organiser. Look at /hashtags/{hashtag} first.", do: takes((*Door).startMovement)},
		{method: "GET", path: "/movements/{slug}", group: groupMovements, summary: "One movement", scope: "read:accounts", open: true,
			do: gives((*Door).getMovement)},
		{method: "PATCH", path: "/movements/{slug}", group: groupMovements, summary: "Change a movement", scope: "write:accounts",
			about: "For organisers. What is left out stays as it is.", do: changes((*Door).movementDraft, (*Door).editMovement)},
		{method: "POST", path: "/movements/{slug}/archive", group: groupMovements, summary: "End a movement; it stays to be read", scope: "write:accounts",
			about: "For organisers. A second time changes nothing.", do: gives((*Door).archiveMovement)},
		{method: "POST", path: "/movements/{slug}/reopen", group: groupMovements, summary: "Go on with an archived movement", scope: "write:accounts",
			about: "For organisers. A second time changes nothing.", do: gives((*Door).reopenMovement)},
		{method: "PUT", path: "/movements/{slug}/posts/{post}", group: groupMovements, summary: "Carry a post", scope: "write:statuses",
			about: "For organisers: takes in a public, top-level post with one of the movement's hashtags, whoever wrote it.", do: does((*Door).carry)},
		{method: "DELETE", path: "/movements/{slug}/posts/{post}", group: groupMovements, summary: "Carry a post no longer", scope: "write:statuses",
			about: "For organisers: takes a post out of the movement, never from its author, and keeps it out.", do: does((*Door).uncarry)},
		{method: "GET", path: "/hashtags/{hashtag}", group: groupMovements, summary: "Whose a hashtag is, and which are like it", scope: "read:accounts", open: true,
			do: gives((*Door).hashtag)},
	}
}

func (d *Door) listMovements(q *request) ([]*Movement, error) {
	f := movement.Filter{Cause: q.param("cause"), Query: q.param("q")}
	state, err := q.choice("state")
	if err != nil {
		return nil, err
	}
	f.Archived = state == string(movement.StateArchived)
	if f.Limit, err = q.number("limit"); err != nil {
		return nil, err
	}
	if tag := q.param("hashtag"); tag != "" {
		return d.taggedMovement(q, tag, f)
	}
	if after := q.param("after"); after != "" {
		if f.After, err = id.Parse(after); err != nil {
			return nil, errNotID("after")
		}
	}
	list, err := d.Movements.List(q.Context(), q.viewer, f)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 {
		next := q.URL.Query()
		next.Set("after", list[len(list)-1].ID.String())
		q.w.Header().Set("Link", "<"+d.URL+q.URL.Path+"?"+next.Encode()+`>; rel="next"`)
	}
	return d.movements(q, list)
}

func (d *Door) startMovement(q *request, in MovementDraft) (*Movement, error) {
	draft := in.draft()
	draft.Key = q.key()
	m, err := d.Movements.Start(q.Context(), q.viewer, draft)
	if err != nil {
		return nil, err
	}
	d.located(q, "/movements/"+m.Slug)
	return d.oneMovement(q, m)
}

func (d *Door) getMovement(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	return d.oneMovement(q, m)
}

func (d *Door) movementDraft(q *request) (MovementDraft, error) {
	m, err := d.movement(q)
	if err != nil {
		return MovementDraft{}, err
	}
	is := m.Draft()
	return MovementDraft{Slug: is.Slug, Hashtag: is.Hashtag, Aliases: is.Aliases, Name: is.Name, Purpose: is.Purpose,
		Story: is.Story, Rules: is.Rules, Causes: is.Causes, Town: is.Town, Online: is.Online}, nil
}

func (in MovementDraft) draft() movement.Draft {
	return movement.Draft{Slug: in.Slug, Hashtag: in.Hashtag, Aliases: in.Aliases, Name: in.Name, Purpose: in.Purpose,
		Story: in.Story, Rules: in.Rules, Causes: in.Causes, Town: in.Town, Online: in.Online}
}

func (d *Door) editMovement(q *request, in MovementDraft) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if m, err = d.Movements.Edit(q.Context(), q.viewer, m.ID, in.draft()); err != nil {
		return nil, err
	}
	return d.oneMovement(q, m)
}

func (d *Door) archiveMovement(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.Archive(q.Context(), q.viewer, m.ID); err != nil {
		return nil, err
	}
	return d.getMovement(q)
}

func (d *Door) reopenMovement(q *request) (*Movement, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	if err := d.Movements.Reopen(q.Context(), q.viewer, m.ID); err != nil {
		return nil, err
	}
	return d.getMovement(q)
}

func (d *Door) carry(q *request) error {
	m, postID, err := d.movementPost(q)
	if err != nil {
		return err
	}
	return d.Movements.Carry(q.Context(), q.viewer, m.ID, postID)
}

func (d *Door) uncarry(q *request) error {
	m, postID, err := d.movementPost(q)
	if err != nil {
		return err
	}
	return d.Movements.Uncarry(q.Context(), q.viewer, m.ID, postID)
}

func (d *Door) movementPost(q *request) (*movement.Movement, id.ID, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, 0, err
	}
	postID, err := q.id("post", "post")
	return m, postID, err
}

func (d *Door) hashtag(q *request) (*Hashtag, error) {
	tag := q.PathValue("hashtag")
	similar, err := d.Movements.Similar(q.Context(), q.viewer, tag)
	if err != nil {
		return nil, err
	}
	owner, err := d.Movements.ByTag(q.Context(), q.viewer, tag)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	out := &Hashtag{Similar: []MovementRef{}}
	if owner != nil {
		out.Movement = d.movementRef(owner)
	}
	for _, m := range similar {
		if owner == nil || m.ID != owner.ID {
			out.Similar = append(out.Similar, *d.movementRef(m))
		}
	}
	return out, nil
}

// taggedMovement is the list of the one movement with that hashtag, if the
// filter keeps it.
func (d *Door) taggedMovement(q *request, tag string, f movement.Filter) ([]*Movement, error) {
	m, err := d.Movements.ByTag(q.Context(), q.viewer, tag)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	if m == nil || (m.State == movement.StateArchived) != f.Archived || f.Cause != "" && !slices.Contains(m.Causes, f.Cause) {
		return []*Movement{}, nil
	}
	return d.movements(q, []*movement.Movement{m})
}

func (d *Door) oneMovement(q *request, m *movement.Movement) (*Movement, error) {
	list, err := d.movements(q, []*movement.Movement{m})
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// movements are movements as the API gives them, with what belongs to them.
func (d *Door) movements(q *request, list []*movement.Movement) ([]*Movement, error) {
	scopes := each(list, func(m *movement.Movement) id.ID { return m.ID })
	counts, err := d.Movements.Counts(q.Context(), scopes)
	if err != nil {
		return nil, err
	}
	sums, err := d.Calls.Totals(q.Context(), scopes)
	if err != nil {
		return nil, err
	}
	roles := map[id.ID]movement.Role{}
	if q.viewer.SignedIn() {
		if roles, err = d.Movements.Roles(q.Context(), q.viewer.ID(), scopes); err != nil {
			return nil, err
		}
	}
	return each(list, func(m *movement.Movement) *Movement {
		return d.movementWith(m, counts[m.ID], sums[m.ID], roles[m.ID])
	}), nil
}

func (d *Door) movementWith(m *movement.Movement, n movement.Counts, sum call.Totals, role movement.Role) *Movement {
	out := &Movement{MovementRef: *d.movementRef(m), Aliases: all(m.Aliases), Purpose: m.Purpose, Story: m.Story, Rules: m.Rules,
		Causes: all(m.Causes), Town: m.Town, Online: m.Online, State: m.State, Totals: totals(sum),
		Counts:    Counts{Members: n.Members, Followers: n.Followers, Posts: n.Carried, Acts: sum.Acts, People: sum.People},
		CreatedAt: Time(m.CreatedAt), ChangedAt: Time(m.ChangedAt)}
	if role != movement.NoRole {
		out.Role = &role
	}
	return out
}
