package source_test

import (
	"fmt"
	"os"

	"cifra/schemas/source"
)

// A reader of a kind of file asks for what it knows and hears of all mistakes
// together.
func ExampleRead() {
	file := []byte("plan: victims\nlevle: 0.9\nby: [sex, region]\nseed: many\n")

	root, ds := source.Read("plan.yaml", file)
	m := root.Map(&ds, "a plan", "plan", "level", "by", "seed")
	fmt.Println(m.Need(&ds, "plan").Text(&ds, "the plan's name"))
	for _, n := range m.Get("by").List(&ds, "a list of columns") {
		fmt.Println(n.Text(&ds, "a column"), n.At())
	}
	m.Get("seed").Int(&ds, "a seed", 0, 1<<31)

	ds.Sort()
	ds.Format(os.Stdout, func(string) []byte { return file })
	// Output:
	// victims
	// sex plan.yaml:3:6
	// region plan.yaml:3:11
	// plan.yaml:2:1: error: unknown key levle
	//     2 | levle: 0.9
	//       | ^^^^^ did you mean level?
	// plan.yaml:4:7: error: expected a seed, not "many"
	//     4 | seed: many
	//       |       ^^^^ a whole number from 0 to 2147483648
}
