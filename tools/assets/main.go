// Command assets bundles styles and islands of script into
// internal/web/assets/dist, which is committed. It is run from the top of the
// project; `make assets` fetches the libraries first.
//
//	go run ./tools/assets [-out folder]
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
)

// entries are bundled each into one file of its own name.
var entries = []string{
	"internal/web/assets/goodturn.css",
	"internal/web/assets/call.css",
	"internal/web/islands/site.ts",
	"internal/web/islands/ripple.ts",
	"internal/web/islands/copy.ts",
}

func main() {
	out := flag.String("out", "internal/web/assets/dist", "folder to write to")
	flag.Parse()
	args := append([]string{"tool", "esbuild", "--bundle", "--minify", "--format=esm", "--target=es2022",
		"--legal-comments=inline", "--entry-names=[name]", "--log-level=warning", "--outdir=" + *out}, entries...)
	cmd := exec.Command("go", args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "assets: bundle:", err)
		os.Exit(1)
	}
}
