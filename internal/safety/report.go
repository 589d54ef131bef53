package safety

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"goodturn/internal/about"
	"goodturn/internal/account"
	"goodturn/internal/db"
	"goodturn/internal/event"
	"goodturn/internal/id"
	"goodturn/internal/post"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// ReportDraft is what somebody tells.
type ReportDraft struct {
	TargetID id.ID
	PostIDs  []id.ID // those that are not the target's, or that the reporter may not see, are left out
	Comment  string
	Category Category // Other if "", Violation if rules are named
	RuleIDs  []string // of this server's rules, as they were when it was told
	Forward  bool
}

// Report tells the moderators of an account. problem.Unauthorized for Nobody,
// problem.NotFound when there is no such account, problem.Invalid for oneself
// and for a field that is wrong, problem.TooMany after a hundred in a day.
func (s *Service) Report(ctx context.Context, v account.Viewer, n ReportDraft) (*Report, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to report something.")
	}
	if err := n.check(); err != nil {
		return nil, err
	}
	if err := s.areRules(ctx, n.RuleIDs, nil); err != nil {
		return nil, err
	}
	target, err := s.Accounts.Get(ctx, n.TargetID)
	if err != nil {
		return nil, err
	}
	switch {
	case v.Is(target.ID):
		return nil, problem.Invalid("account_id", "You cannot report yourself.")
	case target.State == account.StateDeleted || target.Kind == account.KindServer:
		return nil, problem.NotFound("account")
	}
	posts, err := s.theirs(ctx, v, target.ID, n.PostIDs)
	if err != nil {
		return nil, err
	}
	now := db.Time(db.Millis(s.now()))
	r := &Report{ID: s.ids.New(), AccountID: v.ID(), TargetID: target.ID, Category: n.Category, Comment: n.Comment, PostIDs: posts,
		RuleIDs: n.RuleIDs, Forward: n.Forward && !target.Local(), CreatedAt: now, ChangedAt: now}
	return r, s.d.Update(ctx, func(tx *db.Tx) error { return s.insertReport(tx, r) })
}

// WordsDraft are words that somebody without an account left to who reports them.
type WordsDraft struct {
	At      string // the address of what they were left at
	Words   string
	Name    string // as they call themselves; may be empty
	Comment string
}

// ReportWords tells the moderators of such words. They are quoted, since whoever left
// them can take them back; and as they are nobody's, the report is about this server's
// own account. The errors are those of Report.
func (s *Service) ReportWords(ctx context.Context, v account.Viewer, w WordsDraft) (*Report, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in to report something.")
	}
	comment, err := text.Block("comment", w.Comment, MaxComment)
	if err != nil {
		return nil, err
	}
	quoted := w.At + "\n\n“" + w.Words + "”"
	if w.Name != "" {
		quoted += " (" + w.Name + ")"
	}
	if comment != "" {
		quoted += "\n\n" + comment
	}
	now := db.Time(db.Millis(s.now()))
	r := &Report{ID: s.ids.New(), AccountID: v.ID(), TargetID: s.Accounts.Server().ID, Category: Other, Comment: quoted, CreatedAt: now, ChangedAt: now}
	return r, s.d.Update(ctx, func(tx *db.Tx) error { return s.insertReport(tx, r) })
}

func (n *ReportDraft) check() (err error) {
	if n.Comment, err = text.Block("comment", n.Comment, MaxComment); err != nil {
		return err
	}
	if len(n.PostIDs) > maxPosts {
		return problem.Invalid("status_ids", "At most %d posts are possible.", maxPosts)
	}
	if err := checkRules(n.RuleIDs); err != nil {
		return err
	}
	switch n.Category {
	case "":
		n.Category = Other
		if len(n.RuleIDs) > 0 {
			n.Category = Violation
		}
	case Spam, Legal, Violation, Other:
	default:
		return problem.Invalid("category", "A category is spam, legal, violation or other.")
	}
	if n.Category != Violation {
		n.RuleIDs = nil
	}
	return nil
}

func checkRules(rules []string) error {
	if len(rules) > maxRules {
		return problem.Invalid("rule_ids", "At most %d rules are possible.", maxRules)
	}
	for _, r := range rules {
		if _, err := id.Parse(r); err != nil || len(r) > maxRuleID {
			return problem.Invalid("rule_ids", "There is no such rule.")
		}
	}
	return nil
}

// areRules answers problem.Invalid unless each is a rule of this server, or one of
// those named before: a rule that was withdrawn since stays with its report.
func (s *Service) areRules(ctx context.Context, rules, before []string) error {
	if len(rules) == 0 {
		return nil
	}
	a, err := s.About.Now(ctx)
	if err != nil {
		return err
	}
	for _, r := range rules {
		i, err := id.Parse(r)
		if err == nil && a.Rule(i) == nil {
			err = problem.NotFound("rule")
		}
		if err != nil && !slices.Contains(before, r) {
			return problem.Invalid("rule_ids", "There is no such rule.")
		}
	}
	return nil
}

// RulesOf are the rules that a report or a decision names, those withdrawn since
// too, as they are now.
func (s *Service) RulesOf(ctx context.Context, rules []string) ([]about.Rule, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	a, err := s.About.Now(ctx)
	if err != nil {
		return nil, err
	}
	var named []about.Rule
	for _, r := range rules {
		if i, err := id.Parse(r); err == nil {
			if rule := a.AnyRule(i); rule != nil {
				named = append(named, *rule)
			}
		}
	}
	return named, nil
}

// theirs are those of the posts that are the target's and that the viewer sees.
func (s *Service) theirs(ctx context.Context, v account.Viewer, target id.ID, ids []id.ID) ([]id.ID, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	entries, err := s.Posts.Cached(ctx, ids)
	if err != nil {
		return nil, err
	}
	if entries, err = s.Posts.Seen(ctx, v, entries); err != nil {
		return nil, err
	}
	var posts []id.ID
	for _, e := range entries {
		if e.Post.AccountID == target {
			posts = append(posts, e.Post.ID)
		}
	}
	return posts, nil
}

// insertReport holds each reporter to their day's number of reports. Of many at
// the same moment a few more may pass, which harms nobody.
func (s *Service) insertReport(tx *db.Tx, r *Report) error {
	posts, err := json.Marshal(orNone(r.PostIDs))
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	rules, err := json.Marshal(orNone(r.RuleIDs))
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	ms := db.Millis(r.CreatedAt)
	res, err := tx.Exec(`INSERT INTO report (id, account_id, target_id, category, comment, post_ids, rule_ids, forward, created_at, changed_at)
		SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS BIGINT), $4, $5, $6, $7, CAST($8 AS BOOLEAN), CAST($9 AS BIGINT), CAST($10 AS BIGINT)
		WHERE (SELECT count(*) FROM report WHERE account_id = $11 AND id > $12) < $13`,
		r.ID, r.AccountID, r.TargetID, string(r.Category), r.Comment, string(posts), string(rules), r.Forward, ms, ms,
		r.AccountID, id.Floor(s.now().Add(-reportsWithin)), reportsMost)
	if err != nil {
		return fmt.Errorf("write a report: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, problem.TooMany("You reported a lot today. Come back tomorrow."))
	}
	return event.Emit(s.hub, tx, Reported{ReportID: r.ID, AccountID: r.AccountID, TargetID: r.TargetID, At: r.CreatedAt})
}

const reportColumns = `id, account_id, target_id, category, comment, post_ids, rule_ids, forward, assigned_id, done_by, done_at, created_at, changed_at`

func scanReport(row db.Row) (*Report, error) {
	r := &Report{}
	var posts, rules string
	var done sql.NullInt64
	var created, changed int64
	err := row.Scan(&r.ID, &r.AccountID, &r.TargetID, &r.Category, &r.Comment, &posts, &rules, &r.Forward, &r.AssignedID, &r.DoneBy, &done, &created, &changed)
	if err != nil {
		return nil, err
	}
	r.CreatedAt, r.ChangedAt = db.Time(created), db.Time(changed)
	if done.Valid {
		r.DoneAt = db.Time(done.Int64)
	}
	return r, errors.Join(json.Unmarshal([]byte(posts), &r.PostIDs), json.Unmarshal([]byte(rules), &r.RuleIDs))
}

// ReportFilter narrows the list of reports.
type ReportFilter struct {
	Done      bool  // those that are done, else those that are open
	AccountID id.ID // by this account
	TargetID  id.ID // about this account
}

// listMost is the longest page of this room's lists.
const listMost = 200

// Reports lists reports, the newest first; for moderators.
func (s *Service) Reports(ctx context.Context, v account.Viewer, f ReportFilter, p db.Page) ([]*Report, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	p.Most = listMost
	where, args := `done_at IS NULL`, []any{}
	if f.Done {
		where = `done_at IS NOT NULL`
	}
	for _, c := range []struct {
		column string
		i      id.ID
	}{{"account_id", f.AccountID}, {"target_id", f.TargetID}} {
		if c.i != 0 {
			args = append(args, c.i)
			where += fmt.Sprintf(` AND %s = $%d`, c.column, len(args))
		}
	}
	cond, more, tail := p.SQL("id", len(args)+1)
	list, err := db.All(s.d.Read(ctx), scanReport, `SELECT `+reportColumns+` FROM report WHERE `+where+` AND `+cond+tail, append(args, more...)...)
	if err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return db.Newest(p, list), nil
}

// Waiting is how much waits for moderators.
type Waiting struct{ Reports, Appeals, SignUps int64 }

// Sum is all of it.
func (w Waiting) Sum() int64 { return w.Reports + w.Appeals + w.SignUps }

// Waits counts what waits; for moderators.
func (s *Service) Waits(ctx context.Context, v account.Viewer) (w Waiting, err error) {
	if err := moderates(v); err != nil {
		return w, err
	}
	err = s.d.Read(ctx).QueryRow(`SELECT (SELECT count(*) FROM report WHERE done_at IS NULL), (SELECT count(*) FROM appeal WHERE state = 'pending'),
		(SELECT count(*) FROM account JOIN login ON login.account_id = account.id WHERE account.state <> 'active' AND account.state = 'pending')`).
		Scan(&w.Reports, &w.Appeals, &w.SignUps)
	if err != nil {
		return w, fmt.Errorf("count what waits: %w", err)
	}
	return w, nil
}

// OneReport is a report, for moderators; problem.NotFound.
func (s *Service) OneReport(ctx context.Context, v account.Viewer, i id.ID) (*Report, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	all, err := s.reportsIn(s.d.Read(ctx), []id.ID{i})
	if err == nil && all[i] == nil {
		err = problem.NotFound("report")
	}
	return all[i], err
}

// ReportsOf are reports by their ids, whoever asks: for notices about them, which
// moderators alone get.
func (s *Service) ReportsOf(ctx context.Context, ids []id.ID) (map[id.ID]*Report, error) {
	return s.reportsIn(s.d.Read(ctx), ids)
}

func (s *Service) reportsIn(r db.Reader, ids []id.ID) (map[id.ID]*Report, error) {
	in, args := db.In(1, ids)
	list, err := db.All(r, scanReport, `SELECT `+reportColumns+` FROM report WHERE id IN `+in, args...)
	if err != nil {
		return nil, fmt.Errorf("read reports: %w", err)
	}
	found := make(map[id.ID]*Report, len(list))
	for _, r := range list {
		found[r.ID] = r
	}
	return found, nil
}

// ReportChange is what a moderator mends of a report; nil stays as it is.
type ReportChange struct {
	Category *Category
	RuleIDs  *[]string
}

// ChangeReport mends a report's category and rules; for moderators.
func (s *Service) ChangeReport(ctx context.Context, v account.Viewer, i id.ID, c ReportChange) (*Report, error) {
	if c.RuleIDs != nil {
		r, err := s.OneReport(ctx, v, i)
		if err == nil {
			err = checkRules(*c.RuleIDs)
		}
		if err == nil {
			err = s.areRules(ctx, *c.RuleIDs, r.RuleIDs)
		}
		if err != nil {
			return nil, err
		}
	}
	return s.reportUpdate(ctx, v, i, ChangeReportKind, func(tx *db.Tx, r *Report) (string, []any, error) {
		n := ReportDraft{Category: r.Category, RuleIDs: r.RuleIDs}
		if c.Category != nil {
			n.Category = *c.Category
		}
		if c.RuleIDs != nil {
			n.RuleIDs = *c.RuleIDs
		}
		if err := n.check(); err != nil {
			return "", nil, err
		}
		rules, err := json.Marshal(orNone(n.RuleIDs))
		return `category = $1, rule_ids = $2`, []any{string(n.Category), string(rules)}, err
	})
}

// Assign has the viewer look after a report; Unassign has nobody.
func (s *Service) Assign(ctx context.Context, v account.Viewer, i id.ID) (*Report, error) {
	return s.reportUpdate(ctx, v, i, AssignReport, func(*db.Tx, *Report) (string, []any, error) {
		return `assigned_id = $1`, []any{v.ID()}, nil
	})
}

// Unassign undoes Assign.
func (s *Service) Unassign(ctx context.Context, v account.Viewer, i id.ID) (*Report, error) {
	return s.reportUpdate(ctx, v, i, UnassignReport, func(*db.Tx, *Report) (string, []any, error) {
		return `assigned_id = NULL`, nil, nil
	})
}

// Resolve says that a report is done; who did it first stays named.
func (s *Service) Resolve(ctx context.Context, v account.Viewer, i id.ID) (*Report, error) {
	return s.reportUpdate(ctx, v, i, ResolveReport, func(*db.Tx, *Report) (string, []any, error) {
		return `done_by = COALESCE(done_by, CAST($1 AS BIGINT)), done_at = COALESCE(done_at, CAST($2 AS BIGINT))`, []any{v.ID(), db.Millis(s.now())}, nil
	})
}

// Reopen undoes Resolve.
func (s *Service) Reopen(ctx context.Context, v account.Viewer, i id.ID) (*Report, error) {
	return s.reportUpdate(ctx, v, i, ReopenReport, func(*db.Tx, *Report) (string, []any, error) {
		return `done_by = NULL, done_at = NULL`, nil, nil
	})
}

// reportUpdate changes a row by what set says of its columns, records it, and
// gives the report as it is now.
func (s *Service) reportUpdate(ctx context.Context, v account.Viewer, i id.ID, a Action,
	set func(tx *db.Tx, r *Report) (columns string, args []any, err error)) (*Report, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	var after *Report
	err := s.d.Update(ctx, func(tx *db.Tx) error {
		all, err := s.reportsIn(tx, []id.ID{i})
		if err != nil {
			return err
		}
		if all[i] == nil {
			return problem.NotFound("report")
		}
		columns, args, err := set(tx, all[i])
		if err != nil {
			return err
		}
		n := len(args)
		_, err = tx.Exec(fmt.Sprintf(`UPDATE report SET %s, changed_at = $%d WHERE id = $%d`, columns, n+1, n+2), append(args, db.Millis(s.now()), i)...)
		if err != nil {
			return fmt.Errorf("change a report: %w", err)
		}
		if _, err := s.record(tx, v, Decision{TargetID: all[i].TargetID, Action: a, ReportID: i}); err != nil {
			return err
		}
		if all, err = s.reportsIn(tx, []id.ID{i}); err == nil {
			after = all[i]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return after, nil
}

// Evidence are the posts of reports, for moderators: those who told could see
// them, and passed them on.
func (s *Service) Evidence(ctx context.Context, v account.Viewer, reports []*Report) ([]*post.Entry, error) {
	if err := moderates(v); err != nil {
		return nil, err
	}
	seen := map[id.ID]bool{}
	var ids []id.ID
	for _, r := range reports {
		for _, i := range r.PostIDs {
			if !seen[i] {
				seen[i] = true
				ids = append(ids, i)
			}
		}
	}
	return s.Posts.Cached(ctx, ids)
}
