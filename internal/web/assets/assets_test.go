package assets

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	get := func(method, url, encoding string) *http.Response {
		r := httptest.NewRequest(method, url, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		Handler().ServeHTTP(w, r)
		return w.Result()
	}
	t.Run("OK", func(t *testing.T) {
		res := get("GET", URL("dist/goodturn.css"), "")
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("got %d with %v", res.StatusCode, res.Header)
		}
	})
	t.Run("Compressed", func(t *testing.T) {
		plain, small := get("GET", URL("dist/site.js"), ""), get("GET", URL("dist/site.js"), "br, gzip")
		if small.Header.Get("Content-Encoding") != "gzip" || small.ContentLength >= plain.ContentLength {
			t.Errorf("got %d bytes of %d, %v", small.ContentLength, plain.ContentLength, small.Header)
		}
	})
	t.Run("OtherContentOtherName", func(t *testing.T) {
		if res := get("GET", "/assets/dist/site.000000000000.js", ""); res.StatusCode != 404 {
			t.Errorf("got %d for a name that was never given out", res.StatusCode)
		}
	})
	t.Run("OnlyRead", func(t *testing.T) {
		if res := get("POST", URL("icon.svg"), ""); res.StatusCode != 405 {
			t.Errorf("got %d for a POST", res.StatusCode)
		}
	})
}

const top = "../../.."

// leaveOut skips, or fails where everything is required.
func leaveOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("GOODTURN_TEST_REQUIRE") == "1" {
		t.Fatal("left out: " + why)
	}
	t.Skip("left out: " + why)
}

func TestBundlesAreFresh(t *testing.T) {
	if _, err := exec.LookPath("npm"); err != nil {
		leaveOut(t, "bundles, npm is not installed")
	}
	modules, out := t.TempDir(), t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json"} {
		data, err := os.ReadFile(filepath.Join(top, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(modules, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.Command("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = modules
	if said, err := install.CombinedOutput(); err != nil {
		t.Logf("npm ci: %s", said)
		leaveOut(t, "bundles, npm could not fetch the libraries")
	}
	bundle := exec.Command("go", "run", "./tools/assets", "-out", out)
	bundle.Dir = top
	bundle.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(modules, "node_modules"))
	if said, err := bundle.CombinedOutput(); err != nil {
		t.Fatalf("bundle: %v\n%s", err, said)
	}
	made, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := fs.ReadDir(files, "dist")
	if err != nil {
		t.Fatal(err)
	}
	if len(made) != len(kept) {
		t.Errorf("dist has %d files, the bundler makes %d", len(kept), len(made))
	}
	for _, file := range made {
		want, err := os.ReadFile(filepath.Join(out, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := files.ReadFile("dist/" + file.Name()); err != nil || string(got) != string(want) {
			t.Errorf("dist/%s is stale: run make assets", file.Name())
		}
	}
}

// A lock file that names a host would send everybody there; without one each
// machine asks its own registry, and the hashes say that it is the same file.
func TestLockFileNamesNoHost(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(top, "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		if p.Resolved != "" {
			t.Errorf("%s is resolved from %s", name, p.Resolved)
		}
		if name != "" && p.Integrity == "" {
			t.Errorf("%s has no integrity hash", name)
		}
	}
}
