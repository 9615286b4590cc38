package tabular_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"cifra/schemas/tabular"
)

// A set is written row by row, travels as a stream, and is read from the
// directory that Unpack makes of it.
func Example() {
	book := tabular.Codebook{Version: tabular.Version, Tables: []tabular.Table{{
		Name: "person", File: "person.csv", Key: []string{"person"},
		Columns: []tabular.Column{
			{Name: "person", Type: tabular.Key},
			{Name: "age", Type: tabular.Integer, Missing: []tabular.Missing{{Code: "999", Kind: "dont_know"}}},
			{Name: "remark", Type: tabular.Text},
		},
	}}}
	w, err := tabular.NewWriter(book.JSON())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer w.Close()
	for _, row := range [][]string{{"0001.1.1", "34", ""}, {"0001.1.2", "999", "=1+1"}} {
		if err := w.Row("person", row); err != nil {
			fmt.Println(err)
			return
		}
	}
	var stream bytes.Buffer
	if err := w.WriteTar(&stream); err != nil {
		fmt.Println(err)
		return
	}

	dir, err := os.MkdirTemp("", "set-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if _, err := tabular.Unpack(&stream, filepath.Join(dir, "microdata"), false); err != nil {
		fmt.Println(err)
		return
	}
	set, err := tabular.Open(os.DirFS(filepath.Join(dir, "microdata")))
	if err != nil {
		fmt.Println(err)
		return
	}
	for row, err := range set.Rows("person") {
		fmt.Println(row, err)
	}
	// Output:
	// [0001.1.1 34 ] <nil>
	// [0001.1.2 999 =1+1] <nil>
}
