package act

import (
	"context"
	"fmt"
	"strconv"

	"goodturn/internal/account"
	"goodturn/internal/call"
	"goodturn/internal/db"
)

// Sight is what a viewer is to one act, beside being its doer.
type Sight struct {
	Organiser   bool // of its movement, or a co-organiser of its call
	Beneficiary bool // of its call
	Member      bool // one of its movement's people
	Witness     bool // asked by the doer, or standing
	Blocked     bool // one of viewer and doer blocks the other
}

// Visible decides who may see an act; visibleSQL is its twin. Those who are
// responsible for a movement see all of its acts but those that are only the
// doer's, even of somebody who blocks them. A withdrawn act has nothing left to
// be seen, and a staged one is not there yet.
func Visible(v account.Viewer, sight Sight, a *Act) bool {
	switch {
	case a.State != StateLive:
		return false
	case v.System(), a.DoneBy(v.ID()):
		return true
	case v.Moderates(), !a.Withheld && (sight.Organiser || sight.Beneficiary):
		return a.Visibility != Me || sight.Witness && !sight.Blocked && !a.Withheld
	case a.Withheld, sight.Blocked:
		return false
	}
	return a.Visibility == Public || a.Visibility == Movement && sight.Member || sight.Witness
}

// EvidenceVisible decides who may see an act's evidence: who may see the act,
// as far as the evidence's own visibility goes.
func EvidenceVisible(v account.Viewer, sight Sight, a *Act) bool {
	if !Visible(v, sight, a) {
		return false
	}
	evidence := *a
	evidence.Visibility = a.EvidenceVisibility
	return Visible(v, sight, &evidence)
}

// withheldSQL says whether the doer's account is one that is not shown.
const withheldSQL = `(NOT act.outside AND EXISTS (SELECT 1 FROM account WHERE account.id = act.doer_id AND account.state <> 'active'))`

// visibleSQL is Visible as a condition on act, with arguments from $next on.
func visibleSQL(v account.Viewer, next int) (cond string, args []any) {
	if v.System() {
		return "act.state = 'live'", nil
	}
	if !v.SignedIn() {
		return "(act.state = 'live' AND act.visibility = 'public' AND NOT " + withheldSQL + ")", nil
	}
	viewer := func() string {
		args = append(args, v.ID())
		return "$" + strconv.Itoa(next+len(args)-1)
	}
	responsible := "TRUE"
	cond = "(act.state = 'live' AND (NOT act.outside AND act.doer_id = " + viewer() +
		" OR act.outside AND EXISTS (SELECT 1 FROM veiled WHERE veiled.act_id = act.id AND veiled.account_id = " + viewer() + ")"
	if !v.Moderates() {
		responsible = `(NOT ` + withheldSQL + ` AND (
			` + call.OrganisesSQL("act.call_id", "act.movement_id", viewer) + `
			OR EXISTS (SELECT 1 FROM call WHERE call.id = act.call_id AND call.beneficiary_id = ` + viewer() + `)))`
	}
	cond += " OR act.visibility <> 'me' AND " + responsible
	cond += " OR NOT " + withheldSQL + `
		AND NOT (NOT act.outside AND (
			EXISTS (SELECT 1 FROM block WHERE block.target_id = act.doer_id AND block.account_id = ` + viewer() + `)
			OR EXISTS (SELECT 1 FROM block WHERE block.account_id = act.doer_id AND block.target_id = ` + viewer() + `)))
		AND (act.visibility = 'public'
			OR act.visibility = 'movement' AND EXISTS (SELECT 1 FROM member WHERE member.movement_id = act.movement_id AND member.role <> 'removed' AND member.account_id = ` + viewer() + `)
			OR EXISTS (SELECT 1 FROM witness WHERE witness.act_id = act.id AND witness.state IN ('asked', 'stands') AND witness.account_id = ` + viewer() + `))))`
	return cond, args
}

// sight reads what v is to a.
func sight(r db.Reader, v account.Viewer, a *Act) (Sight, error) {
	var s Sight
	if !v.SignedIn() || a.DoneBy(v.ID()) {
		return s, nil
	}
	me, doer := v.ID(), a.DoerID
	if a.Outside {
		doer = 0
	}
	args := []any{a.CallID, a.MovementID}
	organiser := call.OrganisesSQL("$1", "$2", func() string {
		args = append(args, me)
		return "$" + strconv.Itoa(len(args))
	})
	args = append(args, a.CallID, me, a.MovementID, me, a.ID, me, me, doer, doer, me)
	err := r.QueryRow(`SELECT `+organiser+`,
			EXISTS (SELECT 1 FROM call WHERE id = $5 AND beneficiary_id = $6),
			EXISTS (SELECT 1 FROM member WHERE movement_id = $7 AND account_id = $8 AND role <> 'removed'),
			EXISTS (SELECT 1 FROM witness WHERE act_id = $9 AND account_id = $10 AND state IN ('asked', 'stands')),
			EXISTS (SELECT 1 FROM block WHERE account_id = $11 AND target_id = $12)
				OR EXISTS (SELECT 1 FROM block WHERE account_id = $13 AND target_id = $14)`, args...).
		Scan(&s.Organiser, &s.Beneficiary, &s.Member, &s.Witness, &s.Blocked)
	if err != nil {
		return s, fmt.Errorf("read what %s is to act %s: %w", me, a.ID, err)
	}
	return s, nil
}

// SightOf is what v is to a, for Visible and EvidenceVisible.
func (s *Service) SightOf(ctx context.Context, v account.Viewer, a *Act) (Sight, error) {
	return sight(s.d.Read(ctx), v, a)
}
