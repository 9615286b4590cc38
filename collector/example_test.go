package collector_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"cifra/collector"
)

// A survey in memory: an instrument is published, a sample becomes cases, and
// a snapshot tells of every one of them, visited or not. With bolt.Open in
// place of MemLog and a call of Serve it is a service.
func ExampleServer() {
	ctx := context.Background()
	s := &collector.Server{Log: new(collector.MemLog), Survey: "demo-2025", Token: "secret"}
	if err := s.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	parameters := []collector.Parameter{{Name: "reference_year", Type: "year", Required: true}}
	given, err := collector.Given(parameters, map[string]string{"reference_year": "2025"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = s.Publish(ctx, collector.Publication{
		Name: "demo 1", Languages: []string{"es"}, Questionnaire: []byte(`{}`), Parameters: parameters, Given: given,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	sample, err := collector.ReadSample("sample.csv", strings.NewReader(`case,stratum,psu,p_psu,p_dwelling,selection_number,urban
0001,11,1101,0.05,0.1,0.42,1
0002,11,1102,0.02,0.25,0.07,0
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := s.Import(ctx, sample)
	if err != nil {
		fmt.Println(err)
		return
	}
	report.WriteTo(os.Stdout)
	snapshot, err := s.Snapshot(ctx)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range snapshot.Cases {
		fmt.Println(c.ID, c.Value("psu"), c.Value("urban"), c.Disposition())
	}
	// Output:
	// 2 cases added, 0 known
	// 0001 1101 1 0
	// 0002 1102 0 0
}

// Response rates are computed from cases counted by disposition.
func ExampleRR1() {
	n := map[collector.Disposition]int{
		collector.Complete: 60, collector.Partial: 5, collector.Refusal: 20, collector.NoOneHome: 10,
		collector.NotAttempted: 5, collector.Vacant: 12,
	}
	fmt.Printf("RR1 %.2f, RR2 %.2f\n", collector.RR1(n), collector.RR2(n))
	// Output:
	// RR1 0.60, RR2 0.65
}
