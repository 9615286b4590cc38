//go:build !js

package questionnaire

import (
	"strconv"
	"strings"

	"cifra/schemas/source"
)

// This file has the steps and expectations around an interview: visits that
// brought none, comments, the other households of the case and the checks that
// compare them.

// visit reads an attempt that was made before the interview.
func (b *binder) visit(n *source.Node) {
	if n.Int(&b.ds, aaporCode, 100, 499) != 0 {
		b.visits = append(b.visits, n)
	}
}

// comment reads what an enumerator writes down of her own: at an item, or with
// one text alone where the interview stands.
func (b *binder) comment(n *source.Node) {
	if n.Kind() != source.Mapping {
		if text := n.Text(&b.ds, "what is written down"); text != "" {
			b.add(func(c *conductor) { c.try(n, Act{Kind: KindComment, Path: c.iv.Here(), Text: text}) })
		}
		return
	}
	for at, words := range n.Map(&b.ds, "comments by item, such as {P1_1: the door was open}").All() {
		a, text := b.address(at, soughtPlace, nil), words.Text(&b.ds, "what is written down")
		if a == nil || text == "" {
			continue
		}
		b.add(func(c *conductor) {
			r, why := c.row(a, false)
			if r == nil {
				c.stop(at, "", "%s", why)
				return
			}
			c.try(at, Act{Kind: KindComment, Path: a.path(r), Text: text})
		})
	}
}

// expectComment reads the last comment at an item.
func (b *binder) expectComment(n, words *source.Node) {
	a, want := b.address(n, soughtPlace, nil), words.Text(&b.ds, "what was written down")
	if a == nil || want == "" {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, true)
		if r == nil {
			n.Fail(&c.ds, "", "expected a comment at %s; %s", n.Raw(), why)
			return
		}
		got := ""
		for _, x := range c.iv.Comments() {
			if x.Path == a.path(r) {
				got = x.Text
			}
		}
		if got != want {
			words.Fail(&c.ds, "", "expected the comment %q, it is %q", want, got)
		}
	})
}

// household reads that the next household of the case is gone on to.
func (b *binder) household(n *source.Node) {
	number := n.Int(&b.ds, "the number of the next household, such as 2", 2, 99)
	if number == 0 {
		return
	}
	b.add(func(c *conductor) {
		if next := len(c.others) + 2; number != next {
			c.stop(n, "", "the next household is number %d", next)
			return
		}
		c.others = append(c.others, c.iv)
		c.open(number)
		if err := c.start(number); err != nil {
			c.stop(n, "", "%v", err)
		}
	})
}

// expectCase reads checks of the case, alone or with what they are.
func (b *binder) expectCase(want bool, n *source.Node) {
	var known []string
	for _, k := range b.q.CaseChecks {
		known = append(known, k.ID)
	}
	if len(known) == 0 {
		n.Fail(&b.ds, "", "this instrument has no checks of the case")
		return
	}
	expect := func(n *source.Node, severity string) {
		id := n.Word(&b.ds, known...)
		if id == "" {
			return
		}
		b.add(func(c *conductor) {
			var raised []string
			for _, f := range c.q.CheckCase(c.interviews(), "") {
				if raised = append(raised, f.ID); f.ID != id {
					continue
				}
				switch got := f.Severity.String(); {
				case !want:
					n.Fail(&c.ds, "", "expected check %s of the case not to be raised, it is: %s", id, f.Message)
				case severity != "" && severity != got:
					n.Fail(&c.ds, "", "expected check %s of the case to be %s, it is %s", id, severity, got)
				}
				return
			}
			if want {
				n.Fail(&c.ds, "raised: "+orNone(raised)+", in "+strconv.Itoa(len(c.interviews()))+" interviews", "expected check %s of the case to be raised, it is not", id)
			}
		})
	}
	if n.Kind() == source.Mapping && want {
		for id, severity := range n.Map(&b.ds, "checks of the case", known...).All() {
			expect(id, severity.Word(&b.ds, "hard", "soft", "info"))
		}
		return
	}
	for _, id := range b.oneOrMore(n) {
		expect(id, "")
	}
}

// orNone lists names, or says that there are none.
func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
