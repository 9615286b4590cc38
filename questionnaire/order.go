package questionnaire

// This file puts options and blocks in an order that differs from interview to
// interview, so that no answer gains by standing first. The rules:
//
//   - the order follows from the interview's seed (lot.go), which its start holds
//     and the export shows; it is the same in every row, and whenever a screen is
//     seen again;
//   - options that are kept (other, none) stay at the place where they are
//     written; the others change places among themselves;
//   - without a seed, as in an interview whose start was destroyed, everything
//     stands as it is written.

// byChance says whether anything in q is decided by the interview's seed.
func (q *Questionnaire) byChance() bool {
	for _, v := range q.Variables {
		if v.Random {
			return true
		}
	}
	for _, e := range q.Elements {
		d := e.Draw
		if e.Random || e.Screen != nil && e.Screen.Which == whichRandom || d != nil && d.Method != methodNumber && d.Method != methodKish && d.Seed == nil {
			return true
		}
	}
	return false
}

// ordered returns the places of keys in the order that the interview's seed
// gives them for a purpose.
func (iv *Interview) ordered(purpose string, keys []string) []int {
	if o, ok := iv.orders[purpose]; ok {
		return o
	}
	if iv.orders == nil {
		iv.orders = map[string][]int{}
	}
	o := lotOrder(iv.seed, purpose, keys)
	iv.orders[purpose] = o
	return o
}

// optionOrder returns the options of v in the order they are shown.
func (iv *Interview) optionOrder(v *variable) []int {
	n := len(v.list.Choices)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	if !v.Random {
		return order
	}
	kept := make([]bool, n)
	for _, i := range v.Keep {
		kept[i] = true
	}
	var free []int
	var keys []string
	for i, c := range v.list.Choices {
		if !kept[i] {
			free, keys = append(free, i), append(keys, c.Name)
		}
	}
	for to, from := range iv.ordered("options "+v.ID, keys) {
		order[free[to]] = free[from]
	}
	return order
}

// blockOrder returns the elements of a block in the order they are walked.
func (iv *Interview) blockOrder(e *element) []int {
	if !e.Random {
		return e.Items
	}
	var keys []string
	for _, i := range e.Items {
		keys = append(keys, iv.q.Elements[i].ID)
	}
	order := make([]int, len(e.Items))
	for to, from := range iv.ordered("block "+e.ID, keys) {
		order[to] = e.Items[from]
	}
	return order
}
