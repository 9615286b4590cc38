package schemas_test

import (
	"fmt"
	"io/fs"

	"cifra/schemas"
	"cifra/schemas/source"
)

// A built-in instrument is a directory like one on disk.
func ExampleInstrument() {
	lacsi, err := schemas.Instrument("lacsi")
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := fs.ReadFile(lacsi, "perception.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	n, _ := source.Read("perception.yaml", b)
	fmt.Println(schemas.Validate("instrument", n.Value()))
	// Output: <nil>
}

// A document that breaks its schema is told all the places.
func ExampleValidate() {
	n, _ := source.Read("en.yaml", []byte("language: english\ntexts: {P1_1: {text: Class}}\n"))
	fmt.Println(schemas.Validate("translation", n.Value()))
	// Output:
	// /language: 'english' does not match pattern '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'
	// /texts/P1_1: missing property 'of'
}
