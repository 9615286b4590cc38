//go:build !js

package questionnaire

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file reads values as a person writes them in a scenario: an option's
// name or number, 12.50, 2025-03-14, dont_know.

// value reads an answer to v, nil if it cannot be one.
func (b *binder) value(v *variable, n *source.Node) Value {
	if n.Empty() {
		n.Fail(&b.ds, "", "nothing is written here; expected an answer to %s", v.ID)
		return nil
	}
	raw := n.Raw()
	if m, ok := expr.ParseMissing(raw); ok && n.Kind() == source.Scalar && slices.Contains(missingNames, raw) && b.option(v, raw) == "" {
		if v.special(m) == nil {
			n.Fail(&b.ds, "", "%s cannot be answered with %s", v.ID, raw)
			return nil
		}
		return Special(m)
	}
	if val := b.answer(v, n); val != nil {
		if _, err := b.q.cell(v, val); err != nil {
			n.Fail(&b.ds, "", "%v", err)
			return nil
		}
		return val
	}
	return nil
}

// answer reads a value of v's type, nil if n is none.
func (b *binder) answer(v *variable, n *source.Node) Value {
	switch v.Type.Kind {
	case expr.Bool:
		switch n.Word(&b.ds, "yes", "no", "true", "false") {
		case "yes", "true":
			return Code{Name: "yes"}
		case "no", "false":
			return Code{Name: "no"}
		}
	case expr.Code:
		name, specify := b.choice(v, n)
		if name == "" {
			return nil
		}
		return Code{name, specify}
	case expr.Set:
		return b.choices(v, n)
	case expr.Number:
		if i, ok := scaled(n.Raw(), v.Type.Scale); ok {
			return Number(i)
		}
		hint := "a whole number"
		if v.Type.Scale > 0 {
			hint = fmt.Sprintf("a number with a point and %d decimals at most, such as 12.5", v.Type.Scale)
		}
		n.Fail(&b.ds, hint, "%s cannot be %q", v.ID, n.Raw())
	case expr.Date:
		return Date(n.Text(&b.ds, "a date, such as 2025-03-14, 2025-03 or 2025"))
	case expr.Time:
		return Time(n.Text(&b.ds, "a time, such as 14:30"))
	case expr.Text:
		if v.Type.Form != "" {
			return b.whole(v, n)
		}
		return Text(n.Text(&b.ds, "a text"))
	default:
		n.Fail(&b.ds, "", "%s has no value that can be written", v.ID)
	}
	return nil
}

// whole reads an answer with parts: an entry or place by its code, a point as
// "19.432608, -99.133209". Of a photo or recording, which no scenario has, its
// words stand for the bytes.
func (b *binder) whole(v *variable, n *source.Node) Value {
	switch s := n.Text(&b.ds, "an answer"); v.Type.Form {
	case formEntry, formPlace:
		e, ok := b.q.tables[v.Type.Table-1].Find(s)
		if !ok && s != "" {
			n.Fail(&b.ds, "", "table %s has no entry with code %q", b.q.Tables[v.Type.Table-1].Name, s)
			return nil
		}
		return e
	case formPoint:
		lat, lon, _ := strings.Cut(s, ",")
		y, ok := scaled(strings.TrimSpace(lat), pointScale)
		x, ok2 := scaled(strings.TrimSpace(lon), pointScale)
		if !ok || !ok2 {
			n.Fail(&b.ds, "degrees north and east, such as 19.432608, -99.133209", "%q is no point", s)
			return nil
		}
		return Point{Lat: y, Lon: x, Accuracy: 10}
	case formPhoto:
		return Attachment{sha256.Sum256([]byte(s)), "image/jpeg", int64(len(s))}
	case formAudio:
		return Attachment{sha256.Sum256([]byte(s)), "audio/webm", int64(len(s))}
	}
	return nil
}

// choices reads several options, or one.
func (b *binder) choices(v *variable, n *source.Node) Value {
	entries := []*source.Node{n}
	if n.Kind() == source.Sequence {
		entries = n.List(&b.ds, "a list of options")
	}
	val := Codes{Names: []string{}}
	for _, e := range entries {
		name, specify := b.choice(v, e)
		if name == "" {
			return nil
		}
		val.Names = append(val.Names, name)
		if specify != "" {
			val.Specify = specify
		}
	}
	return val
}

// choice reads one option: its name or number, or {option: text} for one that
// takes a text.
func (b *binder) choice(v *variable, n *source.Node) (name, specify string) {
	option := n
	if n.Kind() == source.Mapping {
		for k, text := range n.Map(&b.ds, "an option").All() {
			option, specify = k, text.Text(&b.ds, "the text that stands beside the option")
		}
	}
	raw := option.Text(&b.ds, "an option")
	if raw == "" {
		return "", ""
	}
	if name = b.option(v, raw); name == "" {
		var names []string
		for _, c := range v.list.Choices {
			names = append(names, c.Name)
		}
		hint := source.DidYouMean(raw, names)
		if hint == "" && len(names) <= 12 {
			hint = "its options: " + strings.Join(names, ", ")
		}
		option.Fail(&b.ds, hint, "%q is not an option of %s", raw, v.ID)
	}
	return name, specify
}

// option returns the name of the option of v that is called raw or has that
// number, "" if none is.
func (b *binder) option(v *variable, raw string) string {
	if v.list == nil {
		return ""
	}
	for _, c := range v.list.Choices {
		if c.Name == raw {
			return c.Name
		}
	}
	for _, c := range v.list.Choices {
		if c.Code == raw {
			return c.Name
		}
	}
	return ""
}

// numeral is a number as a person writes it.
var numeral = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]+)?$`)

// scaled returns s in units of 10^-scale, false if it has more decimals or is
// no number.
func scaled(s string, scale int) (int64, bool) {
	whole, decimals, _ := strings.Cut(s, ".")
	if !numeral.MatchString(s) || len(decimals) > scale {
		return 0, false
	}
	n, err := strconv.ParseInt(whole+decimals+strings.Repeat("0", scale-len(decimals)), 10, 64)
	return n, err == nil
}

// An expectedValue is what a variable must be: a value, or a reason for none.
type expectedValue struct {
	cell expr.Cell
	ok   bool
}

// expected reads what v must be.
func (b *binder) expected(v *variable, n *source.Node) expectedValue {
	if m, ok := expr.ParseMissing(n.Raw()); ok && m != expr.Answered && b.option(v, n.Raw()) == "" {
		return expectedValue{missing(m), true}
	}
	val := b.value(v, n)
	if val == nil {
		return expectedValue{}
	}
	cell, err := b.q.cell(v, val)
	return expectedValue{cell, err == nil}
}

// written says a cell of v as a scenario would write it.
func (q *Questionnaire) written(v *variable, c expr.Cell) string {
	switch val := q.valueOf(v, c, "").(type) {
	case nil:
		return c.Missing.String()
	case Special:
		return Missing(val).String()
	case Code:
		return val.Name
	case Codes:
		return "[" + strings.Join(val.Names, ", ") + "]"
	case Number:
		return locale{decimal: "."}.number(int64(val), v.Type.Scale)
	case Text:
		if v.Type.Form != "" {
			return string(val)
		}
		return strconv.Quote(string(val))
	case Date:
		return string(val)
	case Time:
		return string(val)
	}
	return ""
}
