package look

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What templ makes of the pages is committed; this generates it anew elsewhere
// and compares.
func TestGeneratedPagesAreFresh(t *testing.T) {
	pages, fresh := "..", t.TempDir()
	var names []string
	err := filepath.WalkDir(pages, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".templ") {
			return err
		}
		name, err := filepath.Rel(pages, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		names = append(names, strings.TrimSuffix(name, ".templ")+"_templ.go")
		if err := os.MkdirAll(filepath.Join(fresh, filepath.Dir(name)), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(fresh, name), data, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	generate := exec.Command("go", "tool", "templ", "generate", "-path", fresh)
	if said, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("templ generate: %v\n%s", err, said)
	}
	for _, name := range names {
		want, err := os.ReadFile(filepath.Join(fresh, name))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(filepath.Join(pages, name)); err != nil || string(got) != string(want) {
			t.Errorf("internal/web/%s is stale: run make generate", name)
		}
	}
}
