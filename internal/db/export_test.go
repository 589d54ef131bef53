package db

import "io/fs"

// Queued is how many functions wait for the writer.
func (d *DB) Queued() int { return len(d.writer.queue) }

// WordsFS is a folder of migrations in an engine's words.
func WordsFS(files fs.FS, e Engine) fs.FS { return wordsFS{files, e} }

// Prepared is how many statements readers have prepared.
func (d *DB) Prepared() int {
	d.stmts.kept.CleanUp()
	return d.stmts.kept.EstimatedSize()
}
