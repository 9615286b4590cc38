package web

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPagesCanBeOpenedWithoutABuild(t *testing.T) {
	if _, err := fs.ReadFile(Pages(), "README"); err != nil {
		t.Errorf("the placeholder that keeps go build working: %v", err)
	}
}

func TestReadManifest(t *testing.T) {
	for _, c := range []struct {
		name, manifest string
		missing        bool
		says           string
	}{
		{"none", "", true, "not in this program"},
		{"cut off", `{"build": "ab`, false, "manifest.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pages := fstest.MapFS{}
			if c.manifest != "" {
				pages["manifest.json"] = &fstest.MapFile{Data: []byte(c.manifest)}
			}
			_, err := ReadManifest(pages)
			notBuilt, ok := errors.AsType[*NotBuiltError](err)
			if !ok || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("ReadManifest = %v, want a NotBuiltError that says %q", err, c.says)
			}
			if errors.Is(err, fs.ErrNotExist) != c.missing {
				t.Errorf("errors.Is(%v, ErrNotExist) = %t", err, !c.missing)
			}
			if notBuilt.Hint() != "run: make build" {
				t.Errorf("hint %q", notBuilt.Hint())
			}
		})
	}
	good := fstest.MapFS{"manifest.json": &fstest.MapFile{Data: []byte(`{"build": "ab12", "files": {"index.html": {"bytes": 7}}}`)}}
	m, err := ReadManifest(good)
	if err != nil || m.Build != "ab12" || m.Files["index.html"].Bytes != 7 {
		t.Errorf("ReadManifest = %+v, %v", m, err)
	}
}
