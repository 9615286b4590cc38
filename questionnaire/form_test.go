//go:build !js

package questionnaire

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// travellers are the types that list their keys, one of each.
var travellers = []wire.Object{
	new(Questionnaire), new(currency), new(list), new(choice), new(attribute), new(special), new(level), new(valueType), new(variable), new(force),
	new(hide), new(check), new(element), new(screen), new(module), new(segment), new(draw), new(caseCheck), new(within), new(tableRef),
	new(tableColumn), new(placeLevel), new(Released),
	new(Header), new(wireEvent), new(startPayload), new(answerPayload), new(reasonPayload), new(consentPayload), new(confirmPayload),
	new(textPayload), new(languagePayload), new(dispositionPayload), new(leasePayload), new(nothing), new(selectPayload), new(Migration),
	new(Rule), new(migratePayload), new(wireValue), new(wireEntry), new(wirePoint), new(wireAttachment),
	new(View), new(Progress), new(Screen), new(QuestionView), new(TableView), new(LevelView), new(WithinView), new(OptionView), new(SpecialView),
	new(RowView), new(SelectionView), new(ConsentView), new(OutcomeView), new(CheckView), new(ReadView), new(OverviewEntry),
}

// TestFieldsFollowTags: the keys that a type lists are those of its tags, in the
// order of its fields, and empty values are left out alike: what is written is
// what encoding/json writes, and is read back as it was. A field that was
// forgotten in Fields, or stands there in another place, fails here.
func TestFieldsFollowTags(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for _, o := range travellers {
		typ := reflect.TypeOf(o).Elem()
		for range 60 {
			v := reflect.New(typ)
			invent(v.Elem(), rng, 0)
			want, err := json.Marshal(v.Interface())
			if err != nil {
				t.Fatalf("%s: %v", typ, err)
			}
			got := wire.Write(v.Interface().(wire.Object))
			if string(got) != string(want) {
				t.Fatalf("%s is written as\n%s\nwant\n%s", typ, got, want)
			}
			back := reflect.New(typ).Interface().(wire.Object)
			if err := wire.ReadStrict(got, back); err != nil {
				t.Fatalf("%s: %s is not read back: %v", typ, got, err)
			}
			if again := wire.Write(back); string(again) != string(got) {
				t.Fatalf("%s is read back as\n%s\nwant\n%s", typ, again, got)
			}
		}
	}
}

// invent gives v something to say, now and then nothing.
func invent(v reflect.Value, rng *rand.Rand, depth int) {
	switch v.Type() {
	case reflect.TypeFor[wire.Raw](), reflect.TypeFor[expr.Kind](): // never empty
	default:
		if v.Kind() != reflect.Struct && rng.IntN(4) == 0 {
			return
		}
	}
	switch v.Interface().(type) {
	case expr.Missing:
		v.SetUint(rng.Uint64N(uint64(expr.Answered)))
		return
	case time.Time:
		v.Set(reflect.ValueOf(noon.Add(time.Duration(rng.Int64N(1e15)).Truncate(time.Millisecond))))
		return
	case wire.Raw:
		v.SetBytes([]byte(`{"number":1}`))
		return
	case *expr.Expr:
		e, diags := expr.Check(`"<a>" = "b" or 1 > 2`, expr.Position{}, nil, expr.Want{})
		if diags.Err() != nil {
			panic(diags)
		}
		v.Set(reflect.ValueOf(e))
		return
	case expr.Kind:
		v.SetUint(1 + rng.Uint64N(uint64(expr.Set)))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				invent(v.Field(i), rng, depth+1)
			}
		}
	case reflect.Pointer:
		if depth < 6 {
			v.Set(reflect.New(v.Type().Elem()))
			if v.Elem().Kind() == reflect.Slice { // a pointer says whether there is one
				v.Elem().Set(reflect.MakeSlice(v.Elem().Type(), 0, 0))
			}
			invent(v.Elem(), rng, depth+1)
		}
	case reflect.Slice:
		n := rng.IntN(3)
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			invent(v.Index(i), rng, max(depth, 4)) // few nils: a list has none
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rng.IntN(4) {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			k.SetString(string(rune('a' + rng.IntN(26))))
			invent(e, rng, depth+1)
			v.SetMapIndex(k, e)
		}
	case reflect.Array:
		for i := range v.Len() {
			v.Index(i).SetUint(rng.Uint64N(256))
		}
	case reflect.String:
		v.SetString([]string{"", "á <b> & \"c\"\n", "x"}[rng.IntN(3)])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(rng.Uint64N(100))
	case reflect.Int, reflect.Int64:
		v.SetInt(rng.Int64N(100) - 50)
	}
}

// TestTravellers: every type that lists its keys is among those that are
// compared.
func TestTravellers(t *testing.T) {
	known := map[string]bool{}
	for _, o := range travellers {
		known[reflect.TypeOf(o).Elem().Name()] = true
	}
	for _, file := range []string{"form.go", "event_form.go", "view_form.go"} {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name != "Fields" {
				continue
			}
			var name strings.Builder
			ast.Inspect(fn.Recv.List[0].Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					name.WriteString(id.Name)
				}
				return true
			})
			if !known[name.String()] {
				t.Errorf("%s: %s is not compared with its tags", file, name.String())
			}
		}
	}
}
