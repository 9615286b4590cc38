package web

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// TestUnits runs units/units.ts, which checks what the pages compute by
// themselves. It needs node, as the type check does.
func TestUnits(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no node on this machine: make test installs it as root")
		}
		t.Skip("did not run: no node on this machine")
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: dir, EntryPoints: []string{"units/units.ts"}, Outfile: "units.mjs", Bundle: true,
		Format: api.FormatESModule, Platform: api.PlatformNeutral, Target: api.ES2022, MainFields: []string{"module"},
	})
	if len(result.Errors) > 0 {
		t.Fatal(strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	cmd := exec.Command(node, "--input-type=module", "-")
	cmd.Env = append(os.Environ(), "TZ=America/Mexico_City")
	cmd.Stdin = strings.NewReader(string(result.OutputFiles[0].Contents))
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "all as they should be") {
		t.Errorf("%v\n%s", err, out)
	}
}
