package petition

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"goodturn/internal/account"
	"goodturn/internal/act"
	"goodturn/internal/call"
	"goodturn/internal/db"
	"goodturn/internal/id"
	"goodturn/internal/problem"
	"goodturn/internal/text"
)

// sheetBatch is how many signatures are read at once.
const sheetBatch = 500

// signed is a signature as its addressee gets it.
type signed struct {
	act      id.ID
	name     string // "" for a private one, and for an account that is not shown
	reason   string
	on       time.Time
	verified bool
	version  int64 // 0 where it is not known
}

// deliverable is the petition, for organisers, who hand it over.
func (s *Service) deliverable(ctx context.Context, v account.Viewer, callID id.ID) (*call.Call, error) {
	if !v.SignedIn() {
		return nil, problem.Unauthorized("Sign in first.")
	}
	c, err := s.petition(ctx, v, callID)
	if err != nil {
		return nil, err
	}
	return c, call.MustOrganise(s.d.Read(ctx), v, c)
}

// errEnough has each end where its reader has read enough.
var errEnough = errors.New("petition: enough was read")

const openSQL = ` AND act.visibility = 'public'`

// each calls f for every signature that counts and that which names a condition on
// act ("" for all), the first ones first. Only what a public one shows to everyone
// comes with it.
func (s *Service) each(ctx context.Context, c *call.Call, which string, f func(n signed) error) error {
	for after := id.ID(0); ; {
		list, err := db.All(s.d.Read(ctx), scanSigned, `SELECT act.id, act.visibility, act.story, act.done_at, act.proof, COALESCE(signature.version, 0),
				CASE WHEN act.outside THEN COALESCE(outsider.name, '') WHEN account.state <> 'active' THEN ''
					WHEN account.name <> '' THEN account.name ELSE COALESCE(account.username, '') END
			FROM act LEFT JOIN signature ON signature.act_id = act.id
				LEFT JOIN outsider ON outsider.id = act.doer_id AND act.outside
				LEFT JOIN account ON account.id = act.doer_id AND NOT act.outside
			WHERE act.call_id = $1 AND act.state = 'live' AND act.proof >= $2 AND act.id > $3`+which+` ORDER BY act.id LIMIT $4`,
			c.ID, int64(c.CountsFrom), int64(after), sheetBatch)
		if err != nil {
			return fmt.Errorf("list the signatures of petition %s: %w", c.ID, err)
		}
		for _, n := range list {
			if err := f(n); errors.Is(err, errEnough) {
				return nil
			} else if err != nil {
				return err
			}
		}
		if len(list) < sheetBatch {
			return nil
		}
		after = list[len(list)-1].act
	}
}

func scanSigned(row db.Row) (n signed, err error) {
	var visibility act.Visibility
	var proof act.Proof
	var on int64
	err = row.Scan(&n.act, &visibility, &n.reason, &on, &proof, &n.version, &n.name)
	n.on, n.verified = db.Time(on), proof == act.Confirmed
	if visibility != act.Public || n.name == "" {
		n.name, n.reason = "", ""
	}
	return n, err
}

// Sheet writes the signatures as CSV (RFC 4180, UTF-8 with a byte order mark) for
// the addressee: public ones by name, with the day and the reason; private ones as
// the number that they are, in the last row. Organisers may. It reads in batches,
// so it is as large as it is; nothing is written before an error of who may.
func (s *Service) Sheet(ctx context.Context, v account.Viewer, callID id.ID, w io.Writer) error {
	c, err := s.deliverable(ctx, v, callID)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write([]string{"number", "name", "signed_on", "verified", "text_version", "reason"}); err != nil {
		return err
	}
	number, private := 0, 0
	err = s.each(ctx, c, "", func(n signed) error {
		if n.name == "" {
			private++
			return nil
		}
		number++
		version := ""
		if n.version > 0 {
			version = strconv.FormatInt(n.version, 10)
		}
		return out.Write([]string{strconv.Itoa(number), text.Cell(n.name), n.on.In(c.Location()).Format(time.DateOnly), strconv.FormatBool(n.verified), version, text.Cell(n.reason)})
	})
	if err == nil && private > 0 {
		err = out.Write([]string{strconv.Itoa(private), "(private signatures)", "", "", "", ""})
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}
