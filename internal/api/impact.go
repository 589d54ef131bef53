package api

// Impact is a movement from being seen to acts.
type Impact struct {
	Reach   int64  `json:"reach" about:"Different viewers, an estimate within some 1 %; nobody's reading is kept." example:"4210"`
	Likes   int64  `json:"likes" about:"Of the posts that it carries now, as shares and replies." example:"812"`
	Shares  int64  `json:"shares" example:"140"`
	Replies int64  `json:"replies" example:"95"`
	Acts    Proven `json:"acts"`
	People  int64  `json:"people" about:"How many different people did them." example:"41"`
	Steps   Steps  `json:"steps" about:"Calls offered to somebody in private after a like."`
}

// Proven are acts by why to believe them.
type Proven struct {
	Told      int64 `json:"told" about:"By the doer alone." example:"31"`
	Witnessed int64 `json:"witnessed" about:"By somebody else who was there." example:"17"`
	Confirmed int64 `json:"confirmed" about:"By an organiser, the beneficiary or the system." example:"10"`
}

// Steps are next steps.
type Steps struct {
	Offered int64 `json:"offered" example:"220"`
	Taken   int64 `json:"taken" example:"36"`
}

func impactRoutes() []route {
	return []route{
		{method: "GET", path: "/movements/{slug}/impact", group: groupNumbers, summary: "From reach and likes to acts", scope: "read:statuses", open: true,
			do: gives((*Door).impact)},
	}
}

func (d *Door) impact(q *request) (*Impact, error) {
	m, err := d.movement(q)
	if err != nil {
		return nil, err
	}
	f, err := d.Rooms.Impact.Funnel(q.Context(), m.ID)
	if err != nil {
		return nil, err
	}
	return &Impact{Reach: f.Reach, Likes: f.Likes, Shares: f.Shares, Replies: f.Replies, People: f.People,
		Acts:  Proven{Told: f.Told, Witnessed: f.Witnessed, Confirmed: f.Confirmed},
		Steps: Steps{Offered: f.StepsOffered, Taken: f.StepsTaken}}, nil
}
