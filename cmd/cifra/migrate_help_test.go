package main

import (
	"strings"
	"testing"

	"cifra/questionnaire"
)

// The file that cifra migrate --help shows is one that can be read: it is shown
// so that nobody has to look for its form.
func TestMigrateHelpShowsAFile(t *testing.T) {
	_, rest, ok := strings.Cut(migrateCommand().Long, "\n  migrate: ")
	file, _, end := strings.Cut("  migrate: "+rest, "\n\n")
	if !ok || !end {
		t.Fatal("no file is shown")
	}
	plan, ds := questionnaire.ReadMigration("help", []byte(strings.ReplaceAll("\n"+file, "\n  ", "\n")))
	if len(ds) > 0 || plan == nil || plan.To.Text != "my-survey@2026.2" {
		t.Errorf("%v: %v\n%s", plan, ds, file)
	}
}
