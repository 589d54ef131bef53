package db

import "context"

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
