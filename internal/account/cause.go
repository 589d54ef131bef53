package account

// Cause is what a movement is about, and what a person may care about.
type Cause struct {
	Slug string
	Name string // English; the key for translation
	Goal int    // the number of the UN's Sustainable Development Goal, 0 for our own
}

// String is its name in English.
func (c Cause) String() string { return c.Name }

// Causes are the UN's 17 Sustainable Development Goals, then a short list of
// our own, in the order to show them.
var Causes = []Cause{
	{"no-poverty", "No poverty", 1},
	{"zero-hunger", "Zero hunger", 2},
	{"health", "Good health and well-being", 3},
	{"education", "Quality education", 4},
	{"gender-equality", "Gender equality", 5},
	{"clean-water", "Clean water and sanitation", 6},
	{"clean-energy", "Affordable and clean energy", 7},
	{"decent-work", "Decent work and economic growth", 8},
	{"innovation", "Industry, innovation and infrastructure", 9},
	{"less-inequality", "Reduced inequalities", 10},
	{"communities", "Sustainable cities and communities", 11},
	{"responsible-use", "Responsible consumption and production", 12},
	{"climate", "Climate action", 13},
	{"life-below-water", "Life below water", 14},
	{"life-on-land", "Life on land", 15},
	{"peace-and-justice", "Peace, justice and strong institutions", 16},
	{"partnerships", "Partnerships for the goals", 17},
	{"everyday-kindness", "Everyday kindness", 0},
	{"against-bullying", "Against bullying", 0},
	{"against-loneliness", "Against loneliness", 0},
	{"disaster-relief", "Disaster relief", 0},
	{"refugees", "Refugees and migrants", 0},
	{"animals", "Animals", 0},
	{"medical-research", "Medical research", 0},
	{"arts-and-culture", "Arts and culture", 0},
}

var causesBySlug = func() map[string]Cause {
	m := make(map[string]Cause, len(Causes))
	for _, c := range Causes {
		m[c.Slug] = c
	}
	return m
}()

// CauseBySlug finds one of Causes.
func CauseBySlug(slug string) (Cause, bool) {
	c, ok := causesBySlug[slug]
	return c, ok
}
