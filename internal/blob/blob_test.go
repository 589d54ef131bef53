package blob_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"goodturn/internal/blob"
	"goodturn/internal/problem"
)

func open(t testing.TB) (s *blob.Store, dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "files")
	s, err := blob.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s, dir
}

func read(t *testing.T, s *blob.Store, key string) (string, blob.Attr) {
	t.Helper()
	r, attr, err := s.Open(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return string(data), attr
}

func missing(t *testing.T, s *blob.Store, key string) bool {
	t.Helper()
	r, _, err := s.Open(t.Context(), key)
	if err == nil {
		err = r.Close()
	}
	return problem.Is(err, problem.KindNotFound)
}

func keys(t *testing.T, s *blob.Store) (all []string) {
	t.Helper()
	for k, err := range s.Keys(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, k)
	}
	return all
}

// litter lists what lies in the folder beside files and their attributes.
func litter(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			key := strings.TrimSuffix(path[len(dir)+1:], ".attrs")
			if !blob.ValidKey(filepath.ToSlash(key)) {
				found = append(found, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestStore(t *testing.T) {
	s, dir := open(t)
	key := blob.NewKey()
	if err := s.Put(t.Context(), key, "image/webp", []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	data, attr := read(t, s, key)
	if data != "a picture" || attr.ContentType != "image/webp" || attr.Size != 9 || attr.ModTime.IsZero() {
		t.Errorf("got %q, %+v", data, attr)
	}
	if err := s.Put(t.Context(), key, "image/webp", []byte("another")); err != nil {
		t.Fatal(err)
	}
	if data, _ := read(t, s, key); data != "another" {
		t.Errorf("got %q after it was replaced", data)
	}
	second := blob.NewKey()
	if err := s.Put(t.Context(), second, "", nil); err != nil {
		t.Fatal(err)
	}
	want := []string{key, second}
	slices.Sort(want)
	if got := keys(t, s); !slices.Equal(got, want) {
		t.Errorf("keys %v, want %v", got, want)
	}
	if left := litter(t, dir); len(left) > 0 {
		t.Errorf("left lying about: %v", left)
	}

	for range 2 { // once more is not an error
		if err := s.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := s.Open(t.Context(), key); !problem.Is(err, problem.KindNotFound) {
		t.Errorf("after its deletion: %v", err)
	}
	for _, end := range []string{"", ".attrs"} {
		if _, err := os.Stat(filepath.Join(dir, key+end)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is still there: %v", key+end, err)
		}
	}
}

func TestStore_Put(t *testing.T) {
	t.Run("OK/a reader sees nothing or the whole file", func(t *testing.T) {
		s, _ := open(t)
		whole := strings.Repeat("a", 1<<16)
		for range 20 {
			key := blob.NewKey()
			written := make(chan error, 1)
			go func() { written <- s.Put(t.Context(), key, "text/plain", []byte(whole)) }()
			for done := false; !done; {
				select {
				case err := <-written:
					if err != nil {
						t.Fatal(err)
					}
					done = true
				default:
				}
				if !done && missing(t, s, key) {
					continue
				}
				if data, attr := read(t, s, key); data != whole || attr.ContentType != "text/plain" {
					t.Fatalf("got %d bytes, %+v", len(data), attr)
				}
			}
		}
	})

	t.Run("Err/the file system refuses", func(t *testing.T) {
		s, dir := open(t)
		key := blob.NewKey()
		if err := os.MkdirAll(filepath.Join(dir, key), 0o700); err != nil { // in the file's place
			t.Fatal(err)
		}
		if err := s.Put(t.Context(), key, "text/plain", []byte("x")); err == nil {
			t.Error("it was stored")
		}
		if left := litter(t, dir); len(left) > 0 {
			t.Errorf("left lying about: %v", left)
		}
	})

	t.Run("Err/too large", func(t *testing.T) {
		s, _ := open(t)
		if err := s.Put(t.Context(), blob.NewKey(), "", make([]byte, blob.MaxSize+1)); !problem.Is(err, problem.KindTooLarge) {
			t.Errorf("got %v", err)
		}
	})
}

func TestStore_Sweep(t *testing.T) {
	s, dir := open(t)
	key := blob.NewKey()
	if err := s.Put(t.Context(), key, "image/webp", []byte("a picture")); err != nil {
		t.Fatal(err)
	}
	stranded := filepath.Join(dir, key+".1700000000000000000.tmp")
	if err := os.WriteFile(stranded, []byte("a pict"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := keys(t, s); !slices.Equal(got, []string{key}) {
		t.Errorf("keys %v", got)
	}
	for _, tc := range []struct {
		after time.Duration
		left  int
	}{{time.Minute, 1}, {2 * time.Hour, 0}} {
		if err := s.Sweep(time.Now().Add(tc.after)); err != nil || len(litter(t, dir)) != tc.left {
			t.Errorf("after %v: %v, %v", tc.after, litter(t, dir), err)
		}
	}
	if data, _ := read(t, s, key); data != "a picture" {
		t.Errorf("got %q", data)
	}
}

// A deletion takes two steps in a folder, and the machine may go down between.
func TestStore_Delete_half(t *testing.T) {
	s, dir := open(t)
	half := func() (key, rest string) {
		t.Helper()
		key = blob.NewKey()
		if err := s.Put(t.Context(), key, "image/webp", []byte("a picture")); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(dir, key)); err != nil {
			t.Fatal(err)
		}
		rest = filepath.Join(dir, key) + ".attrs"
		if _, err := os.Lstat(rest); err != nil {
			t.Fatal(err)
		}
		return key, rest
	}
	key, rest := half()
	for range 2 {
		if err := s.Delete(t.Context(), key); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(rest); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what the first deletion left is still there: %v", err)
	}
	_, rest = half()
	if err := s.Sweep(time.Now().Add(2 * time.Hour)); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(rest); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what a deletion left is never swept: %v", err)
	}
}

func TestValidKey(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		k := blob.NewKey()
		if !blob.ValidKey(k) || seen[k] {
			t.Fatalf("%q is no new valid key", k)
		}
		seen[k] = true
	}
	good := "ab/ab" + strings.Repeat("0", 30)
	s, _ := open(t)
	for _, bad := range []string{
		"", "/", "..", "../../etc/passwd", "ab/../" + strings.Repeat("0", 29), "/b/ab" + good[5:], "cd" + good[2:],
		strings.ToUpper(good), good + "0", good[:34], good[:34] + "/", good[:34] + "\x00", good[:34] + ".", good + ".attrs",
		`ab\ab` + good[5:], good[:34] + "é",
	} {
		if blob.ValidKey(bad) {
			t.Errorf("%q is valid", bad)
		}
		if _, _, err := s.Open(t.Context(), bad); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("open %q: %v", bad, err)
		}
		if err := s.Put(t.Context(), bad, "", nil); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("put %q: %v", bad, err)
		}
		if err := s.Delete(t.Context(), bad); !problem.Is(err, problem.KindNotFound) {
			t.Errorf("delete %q: %v", bad, err)
		}
	}
}

// One picture of 200 kB, as it is served.
func BenchmarkStore_Open(b *testing.B) {
	s, _ := open(b)
	key := blob.NewKey()
	if err := s.Put(b.Context(), key, "image/webp", make([]byte, 200<<10)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r, _, err := s.Open(b.Context(), key)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, r); err != nil {
			b.Fatal(err)
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
