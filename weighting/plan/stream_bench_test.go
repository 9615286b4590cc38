package plan_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// An itemRow is a row of a file with its design and ten items.
type itemRow struct {
	Stratum int32   `parquet:"stratum,dict"`
	PSU     int32   `parquet:"psu,dict"`
	W       float64 `parquet:"w"`
	B1      int32   `parquet:"b1,dict"`
	B2      int32   `parquet:"b2,dict"`
	B3      int32   `parquet:"b3,dict"`
	B4      int32   `parquet:"b4,dict"`
	B5      int32   `parquet:"b5,dict"`
	B6      int32   `parquet:"b6,dict"`
	B7      int32   `parquet:"b7,dict"`
	B8      int32   `parquet:"b8,dict"`
	B9      int32   `parquet:"b9,dict"`
	B10     int32   `parquet:"b10,dict"`
}

// itemFile writes a file of rows in 10,000 PSUs and row groups of 100,000 rows.
func itemFile(t testing.TB, rows int) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	var file bytes.Buffer
	w := parquet.NewGenericWriter[itemRow](&file, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(100_000))
	block := make([]itemRow, 0, 10_000)
	for i := range rows {
		psu := int32(i * 10_000 / rows)
		r := itemRow{Stratum: psu / 20, PSU: psu, W: 100 + math.Round(1e5*rng.Float64())/1e3}
		for k, p := range []*int32{&r.B1, &r.B2, &r.B3, &r.B4, &r.B5, &r.B6, &r.B7, &r.B8, &r.B9, &r.B10} {
			if rng.IntN(3+k) == 0 {
				*p = 1
			}
		}
		if block = append(block, r); len(block) == cap(block) {
			if _, err := w.Write(block); err != nil {
				t.Fatal(err)
			}
			block = block[:0]
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.String()
}

// itemPlan is of the means of the ten items.
func itemPlan() string {
	var src strings.Builder
	src.WriteString("plan: means\nfiles: {p: {read: p.parquet, stream: true}}\ndesign: {strata: stratum, clusters: psu, weights: {p: w}}\nindicators:\n")
	for k := range 10 {
		fmt.Fprintf(&src, "  - {name: m%d, mean: b%d}\n", k+1, k+1)
	}
	return src.String()
}

// tenMeans computes them.
func tenMeans(t testing.TB, file string) {
	t.Helper()
	p, err := load(t, itemPlan(), map[string]string{"p.parquet": file})
	if err != nil {
		t.Fatal(err)
	}
	if e, err := p.Estimate(false); err != nil || e.Count() != 10 {
		t.Fatal(e, err)
	}
}

// BenchmarkStreamParquet computes ten means of a Parquet file in row groups, from
// the plan to the figures.
func BenchmarkStreamParquet(b *testing.B) {
	const rows = 1_000_000
	file := itemFile(b, rows)
	b.ReportAllocs()
	for b.Loop() {
		tenMeans(b, file)
	}
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}
