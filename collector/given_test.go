package collector_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cifra/collector"
)

func TestGiven(t *testing.T) {
	tests := []struct {
		kind, text, want string // want "" is an error
	}{
		{"year", "2025", `{"number":2025}`},
		{"integer", "-3", `{"number":-3}`},
		{"integer", "3.5", ""},
		{"decimal(6)", "0.4173", `{"number":417300}`},
		{"decimal(6)", "0.9999999", `{"number":999999}`}, // never rounded up to 1
		{"decimal(6)", "1e-3", `{"number":1000}`},
		{"decimal(6)", "0", `{"number":0}`},
		{"decimal(2)", "-12.5", `{"number":-1250}`},
		{"decimal(0)", "7", `{"number":7}`},
		{"decimal(6)", "a half", ""},
		{"decimal(6)", "0.1x", ""},
		{"decimal(6)", "0.1234567x", ""},
		{"decimal(6)", "--1", ""},
		{"decimal(6)", ".", ""},
		{"decimal(6)", "99999999999999999999", ""},
		{"decimal(x)", "1", ""},
		{"text", `Lima "Norte"`, `{"text":"Lima \"Norte\""}`},
		{"date", "2025-03-14", `{"date":"2025-03-14"}`},
		{"month", "2025-03", `{"date":"2025-03"}`},
		{"place of places", "09007", `{"entry":{"code":"09007"}}`},
		{"one of states", "jalisco", `{"code":"jalisco"}`},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.text, func(t *testing.T) {
			p := collector.Parameter{Name: "p", Type: tt.kind}
			got, err := collector.Given([]collector.Parameter{p}, map[string]string{"p": tt.text})
			if tt.want == "" {
				if wrong := (*collector.GivenError)(nil); !errors.As(err, &wrong) || wrong.Hint() == "" {
					t.Errorf("Given = %s, %v, want a GivenError with a hint", got, err)
				}
				return
			}
			if err != nil || string(got["p"]) != tt.want {
				t.Errorf("Given = %s, %v, want %s", got["p"], err, tt.want)
			}
		})
	}
	// What draws a respondent lies in [0,1): 75 is a percentage.
	for text, fine := range map[string]bool{"0": true, "0.9999999": true, "1": false, "75": false, "-0.1": false} {
		p := collector.Parameter{Name: "p", Type: "decimal(6)", Draws: true}
		_, err := collector.Given([]collector.Parameter{p}, map[string]string{"p": text})
		if (err == nil) != fine || err != nil && !strings.Contains(err.Error(), "from 0 up to 1") {
			t.Errorf("%s to draw with: %v", text, err)
		}
	}
	if _, err := collector.Given(nil, map[string]string{"p": "1"}); err == nil {
		t.Error("a value for no parameter was taken")
	}
}

// TestWhatInterviewsAreGiven publishes an instrument that must be told the year
// and imports cases that do or do not bring what else it needs.
func TestWhatInterviewsAreGiven(t *testing.T) {
	parameters := append([]collector.Parameter{{Name: "reference_year", Type: "year", Required: true}}, demoParameters...)
	s := serve(t, nil)
	publish := func(texts map[string]string) error {
		t.Helper()
		given, err := collector.Given(parameters, texts)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Publish(t.Context(), collector.Publication{Name: "demo", Questionnaire: []byte("{}"), Parameters: parameters, Given: given})
		return err
	}
	var missing *collector.GivenError
	if err := publish(nil); !errors.As(err, &missing) || missing.Parameter.Name != "reference_year" || missing.Case != "" {
		t.Errorf("published without its year: %v", err)
	}
	if got := s.Instruments(); len(got) != 0 {
		t.Fatalf("published all the same: %v", got)
	}
	tab := connect(t, s, "d-1")
	for _, year := range []string{"2024", "2025", "2025"} { // corrected, then the same again
		if err := publish(map[string]string{"reference_year": year}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := tab.Pull(0)
	reply(t, r, err, "cases")
	want := `"given":{"address_city":{"text":"Lima"},"reference_year":{"number":2025},"selection_number":{"number":417300}}`
	if !strings.Contains(string(r.Cases[0]), want) {
		t.Errorf("case %s, want %s", r.Cases[0], want)
	}
	cursor := r.Cursor
	const more = "case,stratum,psu,p_psu,p_dwelling,selection_number,household_number\n0009,1,11,0.1,0.1,0.5,"
	_, err = s.Import(t.Context(), sample(t, more+"two\n"))
	wantErr := `import sample.csv: case 0009: the instrument's parameter household_number is integer, not "two"`
	if err == nil || err.Error() != wantErr {
		t.Errorf("Import = %v, want %s", err, wantErr)
	}
	if _, err := s.Import(t.Context(), sample(t, more+"2\n")); err != nil {
		t.Fatal(err)
	}
	r, err = tab.Pull(cursor)
	reply(t, r, err, "cases")
	var got []string
	for _, raw := range r.Cases {
		got = append(got, string(raw))
	}
	wantCases := []string{`{"case":"0009","stratum":"1","psu":"11","given":{"household_number":{"number":2},"reference_year":{"number":2025},"selection_number":{"number":500000}}}`}
	if diff := cmp.Diff(wantCases, got); diff != "" {
		t.Errorf("new cases (-want +got):\n%s", diff)
	}
}
