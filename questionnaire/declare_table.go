//go:build !js

package questionnaire

import (
	"crypto/sha256"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares tables and the parts of answers. The rules:
//
//   - a table's attributes are texts, whole numbers or codes of a list; the cells
//     of the last are the list's codes, not its names: files of offices have
//     codes;
//   - of places, a code either begins with the code of the place around it, at
//     all levels, or names it in the column parent, at none;
//   - what an instrument asks of a table decides nothing about the table: it is
//     written out whole.

// declareTables checks the tables and writes them out.
func (c *compiler) declareTables() {
	for _, t := range c.in.Tables {
		if _, twice := c.tables[t.Name.Text]; twice {
			c.errorf(t.Name, "", "table %s is defined twice", t.Name.Text)
			continue
		}
		ref := &tableRef{Name: t.Name.Text, Rows: len(t.Rows)}
		c.tables[t.Name.Text] = len(c.q.Tables)
		c.q.Tables = append(c.q.Tables, ref)
		c.tableLevels(t, ref)
		taken := []string{}
		for _, a := range t.Attributes {
			if slices.Contains(taken, a.Name.Text) || ref.level(a.Name.Text) >= 0 {
				c.errorf(a.Name, "", "table %s has two things called %s", t.Name.Text, a.Name.Text)
				continue
			}
			taken = append(taken, a.Name.Text)
			typ, ok := c.valueType(a.Type)
			if ok && (typ.Form != "" || typ.Money || typ.Scale > 0 || typ.Kind != expr.Text && typ.Kind != expr.Number && typ.Kind != expr.Code) {
				c.errorf(a.Type, "use text, integer or one of LIST", "a column of a table cannot be %s", a.Type.Text)
				ok = false
			}
			if !ok {
				typ = valueType{Kind: expr.Text, List: -1}
			}
			ref.Columns = append(ref.Columns, tableColumn{a.Name.Text, typ})
		}
		c.tableCells(t, ref)
		parents := c.tableParents(t, ref)
		file := TableFile{Name: ref.Name, Rows: ref.Rows, Content: tableContent(t, ref, parents)}
		for _, l := range ref.Levels {
			file.levels = append(file.levels, l.Name)
		}
		file.Hash = sha256.Sum256(file.Content)
		ref.Hash = file.Hash
		c.tableFiles = append(c.tableFiles, file)
	}
}

// tableLevels reads the levels of places.
func (c *compiler) tableLevels(t *Table, ref *tableRef) {
	before := 0
	for _, l := range t.Levels {
		switch {
		case ref.level(l.Name.Text) >= 0, slices.Contains([]string{"code", partText, partDepth, partParent}, l.Name.Text):
			c.errorf(l.Name, "choose another name", "a level cannot be called %s here", l.Name.Text)
		case (l.Prefix.Text != "") != (t.Levels[0].Prefix.Text != ""):
			c.errorf(l.Name, "give a prefix to all levels, or to none and name the place around in a column parent", "level %s and level %s find the place around in two ways", l.Name.Text, t.Levels[0].Name.Text)
		}
		out := placeLevel{Name: l.Name.Text, List: -1, Text: c.text("tables."+t.Name.Text+"."+l.Name.Text, l.Text, 0)}
		out.Prefix, _ = strconv.Atoi(l.Prefix.Text)
		if out.Prefix > 0 && out.Prefix <= before {
			c.errorf(l.Prefix, "codes get longer from level to level", "%d bytes are no more than those of the level before", out.Prefix)
		}
		before = out.Prefix
		if l.List.Text != "" {
			n, ok := c.lists[l.List.Text]
			if !ok {
				c.errorf(l.List, suggestion(l.List.Text, mapNames(c.lists)), "there is no list %s", l.List.Text)
			} else {
				out.List = n
			}
		}
		ref.Levels = append(ref.Levels, out)
	}
}

// tableErrorf reports a mistake of a table unless there were too many: a column
// of the wrong kind has one in every row.
func (c *compiler) tableErrorf(n *int, src Source, hint, format string, a ...any) {
	if *n++; *n <= maxTableMistakes {
		c.errorf(src, hint, format, a...)
	}
}

// tableCells checks the cells of a table against its columns' types.
func (c *compiler) tableCells(t *Table, ref *tableRef) {
	mistakes := 0
	for _, row := range t.Rows {
		ref.Width = max(ref.Width, len(row.Code.Text))
		for i, v := range row.Values {
			if v.Text == "" || i >= len(ref.Columns) || ref.Columns[i].Type.unread() {
				continue
			}
			if _, err := c.q.fromFile(ref.Columns[i].Type, v.Text); err != nil {
				c.tableErrorf(&mistakes, v, "", "%s of %s: %v", ref.Columns[i].Name, row.Code.Text, err)
			}
		}
	}
}

// tableParents returns the code of the place around each row, and checks that
// every place has one that is there, at a level that is declared.
func (c *compiler) tableParents(t *Table, ref *tableRef) []string {
	if len(ref.Levels) == 0 {
		return nil
	}
	mistakes, byCode := 0, make(map[string]int, len(t.Rows))
	for i, row := range t.Rows {
		byCode[row.Code.Text] = i
	}
	parents, misfit := make([]string, len(t.Rows)), make([]bool, len(t.Rows))
	for i, row := range t.Rows {
		parents[i] = row.Parent.Text
		if ref.Levels[0].Prefix == 0 {
			continue
		}
		l := slices.IndexFunc(ref.Levels, func(l placeLevel) bool { return l.Prefix == len(row.Code.Text) })
		switch {
		case l < 0:
			misfit[i] = true
			c.tableErrorf(&mistakes, row.Code, "", "%s is as long as the codes of no level of table %s", row.Code.Text, t.Name.Text)
		case l > 0:
			parents[i] = row.Code.Text[:ref.Levels[l-1].Prefix]
		}
	}
	for i, row := range t.Rows {
		if misfit[i] {
			continue
		}
		at, depth := i, 1
		for parents[at] != "" && depth <= len(ref.Levels) {
			up, ok := byCode[parents[at]]
			if !ok {
				if t.unread {
					depth = 0
					break
				}
				src := t.Rows[at].Parent
				if src.At.Line == 0 {
					src = t.Rows[at].Code
				}
				if at == i {
					c.tableErrorf(&mistakes, src, "", "the place around %s, %s, is not in table %s", row.Code.Text, parents[at], t.Name.Text)
				}
				depth = 0
				break
			}
			at, depth = up, depth+1
		}
		switch {
		case depth > len(ref.Levels):
			c.tableErrorf(&mistakes, row.Code, "a place cannot lie in itself", "%s lies more than %d levels deep", row.Code.Text, len(ref.Levels))
		case depth > 0 && ref.Levels[depth-1].List >= 0:
			l := c.q.Lists[ref.Levels[depth-1].List]
			if !slices.ContainsFunc(l.Choices, func(ch choice) bool { return ch.Code == row.Code.Text }) {
				c.tableErrorf(&mistakes, row.Code, "", "%s %s is not one of the codes of list %s", ref.Levels[depth-1].Name, row.Code.Text, l.Name)
			}
		}
	}
	return parents
}

// tableContent writes a table as devices read it; see TableFile.
func tableContent(t *Table, ref *tableRef, parents []string) []byte {
	var b strings.Builder
	b.WriteString("code\t" + partText)
	if parents != nil {
		b.WriteString("\t" + partParent)
	}
	for _, col := range ref.Columns {
		b.WriteString("\t" + col.Name)
	}
	for i, row := range t.Rows {
		b.WriteString("\n" + row.Code.Text + "\t" + row.Text.Text)
		if parents != nil {
			b.WriteString("\t" + parents[i])
		}
		for j := range ref.Columns {
			b.WriteByte('\t')
			if j < len(row.Values) {
				b.WriteString(row.Values[j].Text)
			}
		}
	}
	b.WriteByte('\n')
	return []byte(b.String())
}

// tableType reads "entry of TABLE", "place of TABLE" and "place of TABLE to
// LEVEL".
func (c *compiler) tableType(src Source, form string) (valueType, bool) {
	t, none := valueType{Kind: expr.Text, List: -1, Form: form}, valueType{List: -1}
	_, named, _ := src.cut(" of ")
	named, level, some := named.cut(" to ")
	name, to := strings.TrimSpace(named.Text), strings.TrimSpace(level.Text)
	i, ok := c.tables[name]
	if !ok {
		c.errorf(named, suggestion(name, mapNames(c.tables)), "there is no table %s", name)
		return none, false
	}
	ref := c.q.Tables[i]
	t.Table, t.Depth = i+1, len(ref.Levels)
	switch {
	case form == formPlace && len(ref.Levels) == 0:
		c.errorf(src, "write entry of "+name+", or give the table levels", "table %s has no levels: its entries are no places", name)
		return none, false
	case form == formEntry && len(ref.Levels) > 0:
		c.errorf(src, "write place of "+name, "table %s has levels: its entries are places", name)
		return none, false
	case some:
		l := ref.level(to)
		if l < 0 {
			var names []string
			for _, x := range ref.Levels {
				names = append(names, x.Name)
			}
			c.errorf(level, suggestion(to, names), "table %s has no level %s", name, to)
			return none, false
		}
		t.Depth = l + 1
	}
	return t, true
}

// defaultEntry finds what the default of a parameter stands for.
func (c *compiler) defaultEntry(p *Parameter, v *variable) {
	file := c.tableFiles[v.Type.Table-1]
	e, ok := file.Find(p.Default.Text)
	if !ok && c.in.Tables[slices.IndexFunc(c.in.Tables, func(t *Table) bool { return t.Name.Text == file.Name })].unread {
		return // reported where the file cannot be read
	}
	if !ok {
		c.errorf(p.Default, "", "table %s has no entry with code %q", file.Name, p.Default.Text)
		return
	}
	v.Entry = &wireEntry{e.Code, e.Text, e.With.Map()}
}

// declareParts adds the variables that hold the parts of n's answer.
func (c *compiler) declareParts(n int) {
	v := c.q.Variables[n]
	part := func(name string, t valueType) {
		i := c.add(&variable{
			ID: v.ID + "." + name, Level: v.Level, Kind: varPart, Type: t, Class: v.Class, Module: -1, Option: -1, Part: name, Of: n,
		})
		if v.Label != "" {
			c.names[v.Label+"."+name] = i
		}
		v.Parts = append(v.Parts, i)
	}
	text, whole := valueType{Kind: expr.Text, List: -1}, valueType{Kind: expr.Number, List: -1}
	switch v.Type.Form {
	case formEntry, formPlace:
		part(partText, text)
		t := c.q.Tables[v.Type.Table-1]
		if v.Type.Form == formPlace {
			part(partParent, text)
			part(partDepth, whole)
			for _, l := range t.Levels[:v.Type.Depth] {
				typ := text
				if l.List >= 0 {
					typ = valueType{Kind: expr.Code, List: l.List}
				}
				part(l.Name, typ)
			}
		}
		for _, col := range t.Columns {
			part(col.Name, col.Type)
		}
	case formPoint:
		degrees := valueType{Kind: expr.Number, Scale: pointScale, List: -1}
		part("lat", degrees)
		part("lon", degrees)
		part("accuracy", whole)
	case formPhoto, formAudio:
		part("media", text)
		part("size", whole)
	}
}

// withins compiles what narrows the entries that are offered.
func (c *compiler) withins(it *Item, v *variable, s scope) {
	for _, w := range it.Within {
		if v.Type.unread() {
			continue
		}
		if v.Type.Table == 0 {
			c.errorf(w.Part, "", "%s is not looked up in a table", v.ID)
			continue
		}
		var names []string
		at := -1
		for i, p := range v.Parts {
			name := c.q.Variables[p].Part
			names = append(names, name)
			if name == w.Part.Text && name != partText && name != partDepth && name != partParent {
				at = i
			}
		}
		if at < 0 {
			c.errorf(w.Part, suggestion(w.Part.Text, names), "table %s has no column or level %s", c.q.Tables[v.Type.Table-1].Name, w.Part.Text)
			continue
		}
		t := c.exprType(c.q.Variables[v.Parts[at]].Type)
		if e := c.check(w.Is, s, expr.Want{Kinds: []expr.Kind{t.Kind}, List: t.List}); e != nil {
			v.Within = append(v.Within, within{at, e})
		}
	}
}
