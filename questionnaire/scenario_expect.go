//go:build !js

package questionnaire

import (
	"cmp"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file tries what a scenario expects.

// expectations reads what must hold at this point of the interview.
func (b *binder) expectations(n *source.Node) {
	for k, v := range n.Map(&b.ds, "what must hold, such as {asked: P1_1}", scenarioKeys["expect"]...).All() {
		switch k.Raw() {
		case "asked", "not_asked":
			for _, at := range b.oneOrMore(v) {
				b.expectAsked(at, k.Raw() == "asked")
			}
		case "offered", "not_offered":
			for at, options := range v.Map(&b.ds, "options by item, such as {I1_5: [street, home]}").All() {
				b.expectOffered(at, options, k.Raw() == "offered")
			}
		case "value", "missing":
			for at, value := range v.Map(&b.ds, k.Raw()+" by item, such as {P2_2: yes}").All() {
				b.expectValue(at, value, k.Raw() == "missing")
			}
		case "rows":
			for at, count := range v.Map(&b.ds, "counts by level, such as {incident: 5}").All() {
				b.expectRows(at, count)
			}
		case "heading", "text", "says", "instruction", "card":
			b.expectText(k, v)
		case "order":
			for at, sequence := range v.Map(&b.ds, "orders by item or block, such as {P1_1: [house, flat]}").All() {
				b.expectOrder(at, sequence)
			}
		case "case_raised", "case_not_raised":
			b.expectCase(k.Raw() == "case_raised", v)
		case "exported":
			for at, columns := range v.Map(&b.ds, "columns by row, such as {incident[1]: {I1_5: 3}}").All() {
				b.expectExported(at, columns)
			}
		case "comments":
			for at, words := range v.Map(&b.ds, "comments by item, such as {P1_1: the door was open}").All() {
				b.expectComment(at, words)
			}
		case "final":
			want := v.Int(&b.ds, aaporCode, 100, 499)
			b.add(func(c *conductor) {
				if got := c.iv.Final(); got != want {
					v.Fail(&c.ds, "", "expected the final disposition %d, it is %d", want, got)
				}
			})
		case "raised":
			b.expectRaised(v)
		case "not_raised":
			for _, at := range b.oneOrMore(v) {
				b.expectNotRaised(at)
			}
		case "selected":
			b.expectSelected(v)
		case "disposition":
			want := v.Int(&b.ds, aaporCode, 100, 499)
			b.add(func(c *conductor) {
				if got := c.iv.proposed(); got != want {
					v.Fail(&c.ds, "", "expected disposition %d, it is %d", want, got)
				}
			})
		case "complete":
			b.expectComplete(v)
		case "route":
			b.expectRoute(v)
		case "kept":
			b.expectAllKept(v)
		}
	}
}

func (b *binder) expectAsked(n *source.Node, want bool) {
	a := b.address(n, soughtPlace, nil)
	if a == nil {
		return
	}
	if a.variable != nil && !a.variable.asked() {
		n.Fail(&b.ds, "", "%s is never asked: nobody answers it", a.variable.ID)
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			if want {
				n.Fail(&c.ds, why, "expected %s to be asked, it is not", n.Raw())
			}
			return
		}
		got := c.iv.screenOf(a.path(r)) != ""
		switch {
		case got && !want:
			n.Fail(&c.ds, "", "expected %s not to be asked, it is", n.Raw())
		case !got && want && a.variable != nil && r.states[a.variable.index].forced:
			n.Fail(&c.ds, "", "expected %s to be asked, it is forced to %s", n.Raw(), c.q.written(a.variable, r.Cells[a.variable.index]))
		case !got && want && a.variable != nil:
			n.Fail(&c.ds, c.whyNotAsked(a.variable, r), "expected %s to be asked, it is not", n.Raw())
		case !got && want:
			n.Fail(&c.ds, "", "expected the screen %s, it is not on the path", n.Raw())
		}
	})
}

func (b *binder) expectOffered(n, options *source.Node, want bool) {
	a := b.address(n, soughtItem, nil)
	if a == nil {
		return
	}
	if a.variable.list == nil {
		n.Fail(&b.ds, "", "%s has no options", a.variable.ID)
		return
	}
	for _, o := range b.oneOrMore(options) {
		name, _ := b.choice(a.variable, o)
		i := a.variable.list.names.Index(name)
		if i < 0 {
			continue
		}
		b.add(func(c *conductor) {
			r, why := c.row(a, false)
			switch {
			case r == nil:
				n.Fail(&c.ds, why, "expected options of %s, it is not asked", n.Raw())
			case !r.states[a.variable.index].relevant:
				n.Fail(&c.ds, c.whyNotAsked(a.variable, r), "expected options of %s, it is not asked", n.Raw())
			case c.iv.offered(a.variable, r, i) && !want:
				o.Fail(&c.ds, "", "expected %s not to be offered, it is", name)
			case !c.iv.offered(a.variable, r, i) && want:
				o.Fail(&c.ds, "", "expected %s to be offered, it is not", name)
			}
		})
	}
}

func (b *binder) expectValue(n, value *source.Node, reason bool) {
	a := b.address(n, soughtItem, nil)
	if a == nil {
		return
	}
	want := expectedValue{}
	if reason {
		var words []string
		for m := expr.NotReached; m < expr.Answered; m++ {
			words = append(words, m.String())
		}
		m, ok := expr.ParseMissing(value.Word(&b.ds, words...))
		want = expectedValue{missing(m), ok}
	} else {
		want = b.expected(a.variable, value)
	}
	if !want.ok {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			n.Fail(&c.ds, "", "expected %s to be %s; %s", n.Raw(), c.q.written(a.variable, want.cell), why)
			return
		}
		if got := r.Cells[a.variable.index]; got != want.cell {
			value.Fail(&c.ds, "", "expected %s to be %s, it is %s", n.Raw(), c.q.written(a.variable, want.cell), c.q.written(a.variable, got))
		}
	})
}

func (b *binder) expectRows(n, count *source.Node) {
	a := b.address(n, soughtRows, nil)
	want := count.Int(&b.ds, "how many rows there are", 0, 10000)
	if a == nil {
		return
	}
	b.add(func(c *conductor) {
		under := c.iv.root
		for _, s := range a.rows {
			next, why := c.step(under, s, false)
			if next == nil {
				n.Fail(&c.ds, "", "%s", why)
				return
			}
			under = next
		}
		if rows := c.rowsUnder(under, a.level, false); len(rows) != want {
			count.Fail(&c.ds, "", "expected %d rows of %s, there are %d: %s", want, n.Raw(), len(rows), c.list(rows))
		}
	})
}

// expectText reads what is read at a place, or where the interview stands.
func (b *binder) expectText(k, v *source.Node) {
	if v.Kind() != source.Mapping {
		if want := v.Text(&b.ds, "a text"); want != "" {
			b.add(func(c *conductor) { c.compareText(k.Raw(), v, want, c.iv.Here(), "") })
		}
		return
	}
	for at, text := range v.Map(&b.ds, "texts by item, such as {P1_1: …}").All() {
		a, want := b.address(at, soughtPlace, nil), text.Text(&b.ds, "a text")
		if a == nil || want == "" {
			continue
		}
		b.add(func(c *conductor) {
			r, why := c.row(a, false)
			if r == nil {
				at.Fail(&c.ds, "", "%s", why)
				return
			}
			screen := c.iv.screenOf(a.path(r))
			if screen == "" {
				at.Fail(&c.ds, "", "%s is not asked, so nothing is read", at.Raw())
				return
			}
			c.compareText(k.Raw(), text, want, screen, a.path(r))
		})
	}
}

// compareText tries the heading of a screen, or the text of a question on it.
func (c *conductor) compareText(what string, n *source.Node, want, screen, question string) {
	s := c.iv.View(screen, "").Screen
	text, instruction, card := s.Text, s.Instruction, s.Card
	for _, q := range s.Questions {
		if q.Path == question {
			text, instruction, card = q.Text, q.Instruction, cmp.Or(q.Card, s.Card)
		}
	}
	got := map[string]string{"heading": s.Heading, "text": text, "says": text, "instruction": instruction, "card": card}[what]
	if got == want || what == "says" && strings.Contains(got, want) {
		return
	}
	if what == "says" {
		what = "words"
	}
	n.Fail(&c.ds, "", "expected the %s %q, it is %q", what, want, got)
}

// expectRaised reads checks, alone or with what they are: hard, soft, info, or
// confirmed for a soft one that was passed with a reason.
func (b *binder) expectRaised(v *source.Node) {
	expect := func(n *source.Node, severity string) {
		k := b.check(n)
		if k == nil {
			return
		}
		b.add(func(c *conductor) {
			raised := c.raised(k)
			if len(raised) == 0 {
				n.Fail(&c.ds, "raised: "+c.allRaised(), "expected check %s to be raised, it is not", n.Raw())
			}
			for _, r := range raised {
				got := r.check.Severity.String()
				if c.iv.isConfirmed(r.check, r.row) {
					got = "confirmed"
				}
				if severity != "" && severity != got {
					n.Fail(&c.ds, "", "expected check %s to be %s, it is %s", n.Raw(), severity, got)
				}
			}
		})
	}
	if v.Kind() == source.Mapping {
		for n, severity := range v.Map(&b.ds, "checks").All() {
			expect(n, severity.Word(&b.ds, "hard", "soft", "info", "confirmed"))
		}
		return
	}
	for _, n := range b.oneOrMore(v) {
		expect(n, "")
	}
}

func (b *binder) expectNotRaised(n *source.Node) {
	k := b.check(n)
	if k == nil {
		return
	}
	b.add(func(c *conductor) {
		for _, r := range c.raised(k) {
			n.Fail(&c.ds, "", "expected check %s not to be raised, it is: %s", n.Raw(), c.iv.checkView(r.check, r.row, c.iv.language).Message)
		}
	})
}

// expectSelected reads who is drawn: a label, a row such as person[2], or none.
func (b *binder) expectSelected(n *source.Node) {
	want := n.Text(&b.ds, "who is drawn, or none")
	var a *address
	if steps, err := splitPath(want); err == nil && steps[len(steps)-1].keyed {
		if a = b.address(n, soughtRow, nil); a == nil {
			return
		}
	}
	b.add(func(c *conductor) {
		c.draw()
		got := []string{}
		for _, l := range c.q.Levels {
			if l.Selected < 0 {
				continue
			}
			for i, r := range c.rowsUnder(c.iv.root, l, false) {
				if !isTrue(r.Cells[c.q.Variables[l.Selected].index]) {
					continue
				}
				if a != nil {
					if row, _ := c.row(a, false); row == r {
						return
					}
				}
				got = append(got, c.iv.rowView(r).Label)
				if got[len(got)-1] == "" {
					got[len(got)-1] = c.list(c.rowsUnder(c.iv.root, l, false)[i : i+1])
				}
			}
		}
		if len(got) == 0 {
			got = append(got, "none")
		}
		if a != nil || !slices.Contains(got, want) {
			n.Fail(&c.ds, "", "expected the selected person to be %s, it is %s", want, strings.Join(got, ", "))
		}
	})
}

func (b *binder) expectComplete(n *source.Node) {
	want := n.Bool(&b.ds)
	b.add(func(c *conductor) {
		if c.iv.finished() == want {
			return
		}
		if !want {
			n.Fail(&c.ds, "", "expected the interview not to be complete, it is")
			return
		}
		n.Fail(&c.ds, "open: "+c.iv.FirstOpen(), "expected the interview to be complete, it is not")
	})
}

// expectAllKept reads answers that are off the path and still in the log, with
// what they are or without.
func (b *binder) expectAllKept(v *source.Node) {
	if v.Kind() == source.Mapping {
		for n, value := range v.Map(&b.ds, "answers by item").All() {
			b.expectKept(n, value)
		}
		return
	}
	for _, n := range b.oneOrMore(v) {
		b.expectKept(n, nil)
	}
}

func (b *binder) expectKept(n, value *source.Node) {
	a := b.address(n, soughtItem, nil)
	if a == nil {
		return
	}
	if !a.variable.asked() {
		n.Fail(&b.ds, "", "%s is never answered, so no answer is kept", a.variable.ID)
		return
	}
	want := expectedValue{}
	if value != nil {
		if want = b.expected(a.variable, value); !want.ok {
			return
		}
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, true)
		if r == nil {
			n.Fail(&c.ds, why, "expected the answer to %s to be kept, it is not", n.Raw())
			return
		}
		kept := r.answers[a.variable.index]
		switch {
		case !kept.given:
			n.Fail(&c.ds, "", "expected the answer to %s to be kept, there was none", n.Raw())
		case r.states[a.variable.index].relevant && r.Cells[a.variable.index] == kept.cell:
			n.Fail(&c.ds, "", "expected %s to be off the path, it is asked", n.Raw())
		case want.ok && kept.cell != want.cell:
			value.Fail(&c.ds, "", "expected %s to be kept as %s, it is %s", n.Raw(), c.q.written(a.variable, want.cell), c.q.written(a.variable, kept.cell))
		}
	})
}
