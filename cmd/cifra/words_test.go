package main

import (
	"reflect"
	"regexp"
	"testing"

	"cifra/questionnaire/expr"
)

// verbs are the places of a sentence that are filled when it is printed.
var verbs = regexp.MustCompile(`%[a-z]`)

// Every language has every sentence, and fills it with the same things.
func TestWordsAreComplete(t *testing.T) {
	for _, name := range []string{"es", "pt", "fr"} {
		complete(t, name, reflect.ValueOf(*languages["en"]), reflect.ValueOf(*languages[name]))
		complete(t, name, reflect.ValueOf(hintLanguages["en"]), reflect.ValueOf(hintLanguages[name]))
	}
}

// complete compares the table of a language with the English one.
func complete(t *testing.T, name string, en, table reflect.Value) {
	t.Helper()
	for i := range en.NumField() {
		field := en.Type().Field(i).Name
		want, got := sentences(en.Field(i)), sentences(table.Field(i))
		for k := range want {
			if got[k] == "" {
				t.Errorf("%s: %s is empty", name, field)
			}
			if !reflect.DeepEqual(verbs.FindAllString(want[k], -1), verbs.FindAllString(got[k], -1)) {
				t.Errorf("%s: %s is %q, which is not filled as %q is", name, field, got[k], want[k])
			}
		}
	}
}

// sentences are the strings in a field of a wordTable.
func sentences(v reflect.Value) []string {
	if v.Kind() == reflect.String {
		return []string{v.String()}
	}
	var list []string
	for i := range v.Len() {
		list = append(list, v.Index(i).String())
	}
	return list
}

func TestUserLanguage(t *testing.T) {
	tests := []struct {
		name                string
		all, messages, lang string
		want                string
	}{
		{"nothing set", "", "", "", "en"},
		{"C", "", "", "C.UTF-8", "en"},
		{"Mexico", "", "", "es_MX.UTF-8", "es"},
		{"Brazil", "", "", "pt_BR.UTF-8", "pt"},
		{"messages before the rest", "", "fr_HT.UTF-8", "es_MX.UTF-8", "fr"},
		{"all before everything", "C", "fr_HT.UTF-8", "es_MX.UTF-8", "en"},
		{"a language that we do not speak", "", "", "de_DE.UTF-8", "en"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("LC_ALL", tt.all)
			t.Setenv("LC_MESSAGES", tt.messages)
			t.Setenv("LANG", tt.lang)
			if words() != languages[tt.want] {
				t.Errorf("not the words of %s", tt.want)
			}
		})
	}
}

func TestTotal(t *testing.T) {
	e, w, n := expr.Diagnostic{}, expr.Diagnostic{Severity: expr.Warning}, expr.Diagnostic{Severity: expr.Note}
	tests := []struct {
		name string
		ds   expr.Diagnostics
		want string
	}{
		{"none", nil, "No mistakes."},
		{"a note counts for nothing", expr.Diagnostics{n}, "No mistakes."},
		{"a warning forbids nothing", expr.Diagnostics{w}, "1 warning."},
		{"one error", expr.Diagnostics{e}, "1 error. Nothing was written."},
		{"both", expr.Diagnostics{e, w, e}, "2 errors, 1 warning. Nothing was written."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := languages["en"].total(tt.ds); got != tt.want {
				t.Errorf("total = %q, want %q", got, tt.want)
			}
		})
	}
}
