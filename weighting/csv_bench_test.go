package weighting_test

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"testing"

	"cifra/weighting"
)

// csv is the survey as a file: 17 columns, 45 bytes a row.
func (s *survey) csv() []byte {
	var b bytes.Buffer
	b.WriteString("stratum,psu,region,sex,age,educ,w")
	for j := range s.items {
		fmt.Fprintf(&b, ",b%d", j+1)
	}
	b.WriteByte('\n')
	var row []byte
	for i := range s.w {
		row = row[:0]
		for _, v := range []int{s.stratum[i], s.psu[i], s.region[i], s.sex[i], s.age[i], s.educ[i]} {
			row = append(strconv.AppendInt(row, int64(v+1), 10), ',')
		}
		row = strconv.AppendFloat(row, math.Round(s.w[i]*1000)/1000, 'f', -1, 64)
		for _, y := range s.items {
			row = strconv.AppendInt(append(row, ','), int64(y[i]), 10)
		}
		b.Write(append(row, '\n'))
	}
	return b.Bytes()
}

// BenchmarkReadCSV reads files of 4.5, 45 and 450 MB to typed columns.
func BenchmarkReadCSV(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			src := bigSurvey(rows, 10).csv()
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				t, err := weighting.ReadCSV(bytes.NewReader(src), "person.csv", weighting.CSVOptions{})
				if err != nil || t.Len() != rows {
					b.Fatal(t, err)
				}
			}
			perRow(b, rows)
		})
	}
}

// BenchmarkDesignFromColumns makes the design of a million rows from a table:
// strata and PSUs are numbered from their columns.
func BenchmarkDesignFromColumns(b *testing.B) {
	t, err := weighting.ReadCSV(bytes.NewReader(bigSurvey(1_000_000, 0).csv()), "person.csv", weighting.CSVOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		stratum, err := t.Factor("stratum")
		if err != nil {
			b.Fatal(err)
		}
		psu, err := t.Factor("psu")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := weighting.NewDesign(stratum.Code, psu.Code, t.Column("w").Numbers, weighting.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, t.Len())
}
