package config

import (
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/internal/config/limits"
)

func linesOf(c *Checker) []string {
	var lines []string
	for _, problem := range c.Problems() {
		lines = append(lines, problem.String())
	}
	return lines
}

func TestValuesAreLiteralsTokensOrNothing(t *testing.T) {
	for text, want := range map[string][2]bool{
		"":                    {false, false},
		"prod":                {true, true},
		token:                 {true, false},
		list:                  {true, false},
		"a-${var.b}":          {true, false},
		"${aws:PrincipalArn}": {true, true},
		"$${not.a.reference}": {true, true},
	} {
		v := ValueOf(text)
		if v.Text() != text || v.IsGiven() != want[0] || v.IsKnown() != want[1] {
			t.Errorf("%q: given %v, known %v, want %v", text, v.IsGiven(), v.IsKnown(), want)
		}
	}
	a, b, open := ValueOf("a"), ValueOf("b"), ValueOf(token)
	if !a.Differs(b) || a.Differs(a) || a.Differs(open) || open.Differs(ValueOf("${other}")) || a.Differs(Value{}) {
		t.Error("values differ where both are known and not the same, and nowhere else")
	}
	if a.Or(b) != a || (Value{}).Or(b) != b || open.Or(b) != open {
		t.Error("Or is the first that is given")
	}
}

func TestTextsAreChecked(t *testing.T) {
	var c Checker
	c.Literal("A", "", limits.Slug, "since it names things")
	c.Literal("B", token, limits.Slug, "since it names things")
	c.Literal("C", "No slug", limits.Slug, "since it names things")
	c.Literal("D", "slug", limits.Slug, "since it names things")
	if v := c.Text("E", "1", limits.AccountId); v != (Value{}) {
		t.Errorf("a wrong value was handed on: %v", v)
	}
	c.Text("F", list, limits.AccountId)
	for _, right := range []string{"", token, "123456789012"} {
		if v := c.Text("G", right, limits.AccountId); v.Text() != right {
			t.Errorf("%q was handed on as %q", right, v.Text())
		}
	}
	c.Days("H", 6, limits.DeletionWindow)
	c.Days("I", 7, limits.DeletionWindow)
	want := []string{
		"A: is missing; must be " + limits.Slug.Must,
		`B is "${TfToken[TOKEN.7]}": must be known when the app runs, since it names things; a token is not`,
		`C is "No slug": must be ` + limits.Slug.Must,
		`E is "1": must be ` + limits.AccountId.Must,
		`F is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; must be one value (which may be a token)`,
		"H is 6: must be from 7 to 30",
	}
	if diff := cmp.Diff(want, linesOf(&c)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

func TestProblemsComeInTheOrderOfTheFields(t *testing.T) {
	var c Checker
	for _, field := range []string{"policy of the data key", "Last[0].X", "First", "Last[1]", "Middle"} {
		c.Report(field, "", "is wrong")
	}
	var got []string
	for _, problem := range c.InOrderOf(reflect.TypeFor[struct{ First, Middle, Last string }]()) {
		got = append(got, problem.Field)
	}
	if want := "First, Middle, Last[0].X, Last[1], policy of the data key"; strings.Join(got, ", ") != want {
		t.Errorf("the order is %q, want %s", got, want)
	}
}

func TestTagsAreChecked(t *testing.T) {
	own := map[string]OwnTag{"env": {Value: "dev", Reason: "is set to dev"}, "Name": {Reason: "is set for each"}}
	many := map[string]string{}
	for i := range 48 {
		many[strings.Repeat("x", i+1)] = ""
	}
	more := maps.Clone(many)
	more["env"], more["y"] = "dev", ""
	for name, test := range map[string]struct {
		tags map[string]string
		want []string
	}{
		"none":             {nil, nil},
		"right":            {map[string]string{"Owner": "data", "env": "dev", "cost": token, "note": ""}, nil},
		"its own":          {map[string]string{"env": "prod", "Name": "x"}, []string{`Tags[Name] is "x": is set for each`, `Tags[env] is "prod": is set to dev`}},
		"its own, a token": {map[string]string{"env": token}, []string{`Tags[env] is "${TfToken[TOKEN.7]}": is set to dev`}},
		"its own in case":  {map[string]string{"Env": "dev"}, []string{`Tags[Env] is "dev": differs from the tag "env" in case only, which some services take for the same; leave one of them out`}},
		"two in case":      {map[string]string{"Team": "a", "team": "b"}, []string{`Tags[team] is "b": differs from the tag "Team" in case only, which some services take for the same; leave one of them out`}},
		"reserved":         {map[string]string{"Aws:x": "a"}, []string{"Tags[Aws:x]: has a key that AWS refuses; must be " + limits.TagKey.Must}},
		"a value":          {map[string]string{"a": "?"}, []string{`Tags[a] is "?": must be ` + limits.TagValue.Must}},
		"a list":           {map[string]string{"a": list}, []string{`Tags[a] is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; must be one value (which may be a token)`}},
		"50 with the own":  {many, nil},
		"51 with the own":  {more, []string{"Tags is 50: with those of the construct there would be 51; AWS allows 50"}},
	} {
		var c Checker
		c.Tags(test.tags, own)
		if diff := cmp.Diff(test.want, linesOf(&c)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
