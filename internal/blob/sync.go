package blob

import (
	"errors"
	"os"
	"path/filepath"
)

// syncPlace brings to the disk what the library leaves in memory: the small file
// of attributes beside the file, and the folders that name both.
func (s *Store) syncPlace(key string) error {
	path := filepath.Join(s.dir, filepath.FromSlash(key))
	for _, p := range []string{path + ".attrs", filepath.Dir(path), s.dir} {
		if err := syncPath(p); err != nil {
			return err
		}
	}
	return nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}
