package about

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/lang"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// rulesMost is how many rules there can be.
const rulesMost = 50

// SaveRule changes a rule, or makes one whose id is 0. Ones that come with the
// program are written down with the first change to any. problem.Invalid names
// the field to mend, problem.NotFound says that it was withdrawn.
func (s *Service) SaveRule(ctx context.Context, v account.Viewer, r Rule) error {
	if err := mayWrite(v); err != nil {
		return err
	}
	translations, err := r.clean()
	if err != nil {
		return err
	}
	made := s.ids.New()
	return s.change(ctx, v, "save a rule", func(tx *db.Tx) error {
		if err := s.adoptIn(tx); err != nil {
			return err
		}
		at := db.Millis(s.now())
		if r.ID != 0 {
			return one(tx, problem.NotFound("rule"), `UPDATE server_rule SET position = $1, text = $2, hint = $3, translations = $4, changed_at = $5
				WHERE id = $6 AND withdrawn_at IS NULL RETURNING id`, r.Position, r.Text, r.Hint, translations, at, r.ID)
		}
		var n int
		if err := tx.QueryRow(`SELECT count(*) FROM server_rule WHERE withdrawn_at IS NULL`).Scan(&n); err != nil {
			return err
		}
		if n >= rulesMost {
			return problem.Invalid("text", "There can be %d rules at most. Fewer are read more.", rulesMost)
		}
		_, err := tx.Exec(`INSERT INTO server_rule (id, position, text, hint, translations, changed_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			made, r.Position, r.Text, r.Hint, translations, at)
		return err
	})
}

func (r *Rule) clean() (translations string, err error) {
	if r.Text, err = text.Line("text", r.Text, MaxRule); err != nil {
		return "", err
	}
	if r.Text == "" {
		return "", problem.Invalid("text", "Write the rule.")
	}
	if r.Hint, err = text.Block("hint", r.Hint, MaxHint); err != nil {
		return "", err
	}
	if r.Position < 0 || r.Position > 1000 {
		return "", problem.Invalid("position", "Choose a place from 0 to 1000.")
	}
	clean := map[string]RuleText{}
	for _, language := range slices.Sorted(maps.Keys(r.Translations)) {
		t := r.Translations[language]
		if t.Text, err = text.Line("text_"+language, t.Text, MaxRule); err != nil {
			return "", err
		}
		if t.Hint, err = text.Block("hint_"+language, t.Hint, MaxHint); err != nil {
			return "", err
		}
		if t.Text != "" {
			clean[language] = t
		}
	}
	b, err := json.Marshal(clean)
	return string(b), err
}

// WithdrawRule takes a rule away; what was reported by it keeps its name.
func (s *Service) WithdrawRule(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.change(ctx, v, "withdraw a rule", func(tx *db.Tx) error {
		if err := s.adoptIn(tx); err != nil {
			return err
		}
		return one(tx, problem.NotFound("rule"), `UPDATE server_rule SET withdrawn_at = $1 WHERE id = $2 AND withdrawn_at IS NULL RETURNING id`, db.Millis(s.now()), i)
	})
}

// RaiseRule puts a rule before the one above it; the first stays where it is.
func (s *Service) RaiseRule(ctx context.Context, v account.Viewer, i id.ID) error {
	return s.change(ctx, v, "raise a rule", func(tx *db.Tx) error {
		if err := s.adoptIn(tx); err != nil {
			return err
		}
		var now About
		if err := loadRules(tx, &now); err != nil {
			return err
		}
		rules := now.Rules
		at := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == i })
		if at < 0 {
			return problem.NotFound("rule")
		}
		if at > 0 {
			rules[at-1], rules[at] = rules[at], rules[at-1]
		}
		for n, r := range rules {
			if r.Position == n+1 {
				continue
			}
			if _, err := tx.Exec(`UPDATE server_rule SET position = $1 WHERE id = $2`, n+1, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// one answers missing unless a statement gives a row.
func one(tx *db.Tx, missing error, query string, args ...any) error {
	rows, err := db.All(tx, scanID, query, args...)
	if err == nil && len(rows) == 0 {
		return missing
	}
	return err
}

func scanID(r db.Row) (i id.ID, err error) {
	err = r.Scan(&i)
	return i, err
}

// adoptIn writes the default rules down, under the ids that they had, if there
// is no rule yet.
func (s *Service) adoptIn(tx *db.Tx) error {
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM server_rule`).Scan(&n); err != nil || n > 0 {
		return err
	}
	for _, r := range defaultRules() {
		b, err := json.Marshal(r.Translations)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO server_rule (id, position, text, hint, translations, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (id) DO NOTHING`, r.ID, r.Position, r.Text, r.Hint, string(b), db.Millis(s.now())); err != nil {
			return fmt.Errorf("write the default rules: %w", err)
		}
	}
	return nil
}

// loadRules reads those that hold, in their order, and those that were withdrawn.
func loadRules(r db.Reader, a *About) error {
	type row struct {
		Rule
		withdrawn bool
	}
	rows, err := db.All(r, func(from db.Row) (x row, err error) {
		var translations string
		if err = from.Scan(&x.ID, &x.Position, &x.Text, &x.Hint, &translations, &x.withdrawn); err != nil {
			return x, err
		}
		return x, json.Unmarshal([]byte(translations), &x.Translations)
	}, `SELECT id, position, text, hint, translations, withdrawn_at IS NOT NULL FROM server_rule ORDER BY position, id`)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		a.Rules, a.DefaultRules = defaultRules(), true
	}
	for _, x := range rows {
		if x.withdrawn {
			a.Withdrawn = append(a.Withdrawn, x.Rule)
		} else {
			a.Rules = append(a.Rules, x.Rule)
		}
	}
	return nil
}

// defaultRules hold on a server whose administrator wrote none.
func defaultRules() []Rule {
	var rules []Rule
	for n, r := range ruleWords {
		rule := Rule{ID: id.ID(n + 1), Position: n + 1, Text: r.Text, Hint: r.Hint, Translations: map[string]RuleText{}}
		for _, p := range lang.All()[1:] {
			rule.Translations[p.Tag()] = RuleText{p.T(r.Text), p.T(r.Hint)}
		}
		rules = append(rules, rule)
	}
	return rules
}
