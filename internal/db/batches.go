package db

import "context"

// UpdateUntil runs f in an Update again and again until it says that there is no
// more, or ctx has ended. What was done before an error stays. f may run again for
// the same batch, as Update's function may: what it carries on to the next one it
// sets in AfterCommit.
func (d *DB) UpdateUntil(ctx context.Context, f func(tx *Tx) (more bool, err error)) error {
	for more := true; more; {
		err := d.Update(ctx, func(tx *Tx) (err error) {
			more, err = f(tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// UpdateEach runs do for 0 to n-1, so many in one Update. What was done before
// an error stays. do may run again, as Update's function may.
func (d *DB) UpdateEach(ctx context.Context, n, atOnce int, do func(tx *Tx, i int) error) error {
	for from := 0; from < n; from += atOnce {
		err := d.Update(ctx, func(tx *Tx) error {
			for i := from; i < min(from+atOnce, n); i++ {
				if err := do(tx, i); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
