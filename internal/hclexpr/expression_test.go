package hclexpr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, text string) Expression {
	t.Helper()
	expression, err := Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return expression
}

func TestText(t *testing.T) {
	tests := map[string]struct {
		text string
		is   bool
	}{
		"":                                   {"", true},
		"alias/x":                            {"alias/x", true},
		"50% {}":                             {"50% {}", true},
		"$${aws:username}":                   {"${aws:username}", true},
		"a %%{ if }":                         {"a %{ if }", true},
		`${"alias/x"}`:                       {"alias/x", true},
		`${("alias/x")}`:                     {"alias/x", true},
		`alias/${"aws"}/sqs`:                 {"alias/aws/sqs", true},
		`alias/%{ if true }aws/%{ endif}`:    {"alias/aws/", true},
		`${upper("aes")}256`:                 {"AES256", true},
		"${true}":                            {"true", true},
		"${111122223333}":                    {"111122223333", true},
		"${null}":                            {"", false},
		`${["a"]}`:                           {"", false},
		"${var.x}":                           {"", false},
		"a ${/* none */ local.x}":            {"", false},
		"%{ if var.x }a%{ else }a%{ endif }": {"", false},
		`${file("x")}`:                       {"", false},
	}
	for source, want := range tests {
		t.Run(source, func(t *testing.T) {
			if text, is := parse(t, source).Text(); text != want.text || is != want.is {
				t.Errorf("got %q, %t; want %q, %t", text, is, want.text, want.is)
			}
		})
	}
}

// TestString holds an expression to what it was read from.
func TestString(t *testing.T) {
	for _, source := range []string{
		"a", "$${a} b", "%%{ x }", "${aws_kms_key.k.arn}", "a-${var.x}/${upper(var.y)}", "${var.x ? 1 : 2}",
		"alias/%{ if var.x }aws/%{ endif }sqs", "%{ for x in var.l }${x},%{ endfor }", `${aws_kms_key.k["a"].arn}`, "${1}",
	} {
		if got := parse(t, source).String(); got != source {
			t.Errorf("got %s, want %s", got, source)
		}
	}
}

func TestReferences(t *testing.T) {
	tests := map[string]struct {
		all []string
		// alone is true where the expression is the reference and nothing else.
		alone bool
	}{
		"none":                                       {nil, false},
		"$${aws_kms_key.k.arn}":                      {nil, false},
		"${aws_kms_key.k.arn}":                       {[]string{"aws_kms_key.k . arn"}, true},
		"${(aws_kms_key.k.arn)}":                     {[]string{"aws_kms_key.k . arn"}, true},
		"${aws_kms_key.k}":                           {[]string{"aws_kms_key.k . "}, true},
		"${aws_kms_key.k[0].arn}":                    {[]string{"aws_kms_key.k 0 arn"}, true},
		"${aws_kms_key.k.0.arn}":                     {[]string{"aws_kms_key.k 0 arn"}, true},
		`${aws_kms_key.k["a.b"].arn}`:                {[]string{`aws_kms_key.k "a.b" arn`}, true},
		"${aws_kms_key.k[*].arn}":                    {[]string{"aws_kms_key.k * arn"}, true},
		"${aws_kms_key.k.*.arn}":                     {[]string{"aws_kms_key.k * arn"}, true},
		"${aws_kms_key.k[each.key].arn}":             {[]string{"aws_kms_key.k each.key arn", "each.key . "}, true},
		"${aws_kms_key.k[var.x ? 1 : 0].arn}":        {[]string{"aws_kms_key.k var.x ? 1 : 0 arn", "var.x . "}, true},
		"${data.aws_region.here.name}":               {[]string{"data.aws_region.here . name"}, true},
		"${data.terraform_remote_state.s.outputs.k}": {[]string{"data.terraform_remote_state.s . outputs.k"}, true},
		`${local.keys["a"].arn}`:                     {[]string{`local.keys "a" arn`}, true},
		`${aws_kms_key.k.tags["a"]}`:                 {[]string{`aws_kms_key.k . tags["a"]`}, true},
		"${module.m[0].key_arn}":                     {[]string{"module.m 0 key_arn"}, true},
		"${count.index}":                             {[]string{"count.index . "}, true},
		"x${var.a}-${var.b}-${var.a}":                {[]string{"var.a . ", "var.b . "}, false},
		"${var.a ? local.b : aws_kms_key.k.arn}":     {[]string{"var.a . ", "local.b . ", "aws_kms_key.k . arn"}, false},
		"%{ if var.a }${local.b}%{ endif }":          {[]string{"var.a . ", "local.b . "}, false},
		"${[for r in var.roles : r.arn]}":            {[]string{"var.roles . "}, false},
		"${[for r in var.roles : local.x[r.arn]]}":   {[]string{"var.roles . ", "local.x r.arn "}, false},
		`${{name = var.a, (var.b) = 1}}`:             {[]string{"var.a . ", "var.b . "}, false},
		"${one(aws_kms_key.k[*].arn)}":               {[]string{"aws_kms_key.k * arn"}, false},
	}
	show := func(r Reference) string {
		index := r.Index
		if index == "" {
			index = "."
		}
		return r.Address + " " + index + " " + r.Attribute
	}
	for source, want := range tests {
		t.Run(source, func(t *testing.T) {
			expression := parse(t, source)
			var all []string
			for _, reference := range expression.References() {
				// Where an index is shown, an empty attribute leaves a blank.
				all = append(all, show(reference))
			}
			if diff := cmp.Diff(want.all, all); diff != "" {
				t.Error(diff)
			}
			reference, alone := expression.Reference()
			if alone != want.alone || alone && show(reference) != want.all[0] {
				t.Errorf("alone %t: %s", alone, show(reference))
			}
		})
	}
}

func TestParseReference(t *testing.T) {
	for _, text := range []string{"aws_kms_key.k.arn", `aws_kms_key.k["a"].arn`, "aws_kms_key.k[0]", "data.aws_iam_policy_document.d[each.key].json", "var.x", "each.key", `module.m["a"].arn`, `aws_kms_key.k.tags["a"]`} {
		reference, is := ParseReference(text)
		if !is || reference.String() != text {
			t.Errorf("%s: %t %s", text, is, reference)
		}
	}
	for _, text := range []string{"", "${var.x}", "a b", `upper("x")`, "unknown thing[", strings.Repeat("(", MaxSize+1)} {
		if reference, is := ParseReference(text); is {
			t.Errorf("%.20s: %s", text, reference)
		}
	}
}

func TestAlternatives(t *testing.T) {
	many := strings.Repeat("${var.x ? 1 : 2}", 7)
	tests := map[string][]string{
		"a":                                      {"a"},
		"${aws_kms_key.k.arn}":                   {"${aws_kms_key.k.arn}"},
		"${var.x ? aws_kms_key.k.arn : null}":    {"${aws_kms_key.k.arn}", "${null}"},
		`${var.x ? "a" : var.y ? "b" : "$${c}"}`: {"a", "b", "$${c}"},
		`${true ? "a" : "b"}`:                    {"a"},
		`${"false" ? "a" : "b"}`:                 {"b"},
		`${(var.x ? ("a") : (var.y))}`:           {"a", "${var.y}"},
		"alias/%{ if var.x }aws/%{ endif }sqs":   {"alias/aws/sqs", "alias/sqs"},
		"%{ if var.x }a%{ else }${var.y}%{ endif }%{ if var.z }b%{ endif }": {"ab", "a", "${var.y}b", "${var.y}"},
		`alias/${var.x ? "aws/" : ""}sqs`:                                   {"alias/aws/sqs", "alias/sqs"},
		many:                                                                {many},
		`${{} ? "a" : "b"}`:                                                 {`${{} ? "a" : "b"}`},
	}
	for source, want := range tests {
		t.Run(source, func(t *testing.T) {
			var got []string
			for _, alternative := range parse(t, source).Alternatives() {
				got = append(got, alternative.String())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	// An alternative that is put together is a text like any other.
	if text, is := parse(t, "alias/%{ if var.x }aws/%{ endif }sqs").Alternatives()[0].Text(); text != "alias/aws/sqs" || !is {
		t.Errorf("%q %t", text, is)
	}
}

func TestDirectivesAndParts(t *testing.T) {
	tests := map[string]struct {
		directive bool
		parts     int
	}{
		"a":                                  {false, 1},
		"${var.x}":                           {false, 1},
		`${var.x ? "a" : "b"}`:               {false, 1},
		"a${var.x}b":                         {false, 3},
		"%%{ if x }":                         {false, 1},
		"a%{ if var.x }b%{ endif }":          {true, 2},
		`${"%{ if var.x }b%{ endif }"}`:      {true, 1},
		"%{ for x in var.l }${x}%{ endfor }": {true, 1},
	}
	for source, want := range tests {
		expression := parse(t, source)
		if got := expression.HasDirective(); got != want.directive {
			t.Errorf("%s: directive %t", source, got)
		}
		if got := len(expression.Parts()); got != want.parts {
			t.Errorf("%s: %d parts", source, got)
		}
	}
}

func TestParseErrors(t *testing.T) {
	tests := map[string]string{
		"${":                                "is no expression of Terraform: line 1, column 3: Missing expression: ",
		"a\n${jsonencode(":                  "is no expression of Terraform: line 2, column 14: ",
		"%{ if var.x }":                     "is no expression of Terraform: line 1, column 14: Unexpected end of template: ",
		"${1e9999}":                         "has the number 1e9999; its exponent may have 3 digits",
		"${a b}":                            "is no expression of Terraform: line 1, column 5: Extra characters after interpolation expression: ",
		"${" + strings.Repeat("a", MaxSize): fmt.Sprintf("has %d bytes; an expression may have %d to be read", MaxSize+2, MaxSize),
	}
	for source, want := range tests {
		if _, err := Parse(source); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.20s: got %v, want %s", source, err, want)
		}
	}
}

// TestDeepNesting feeds what makes the parser call itself at each piece, deep
// enough to end the program.
func TestDeepNesting(t *testing.T) {
	for _, piece := range []string{"(", "[", "{a=", "!", "-", "1?", "1?1:", "%{if a}", `"${`, "a[", "x(", "%{if a}}", "[1, 1?", "1+", "1==", "1&&", "a.*", "[0]"} {
		source := strings.Repeat(piece, 130_000/len(piece))
		switch {
		case piece == "[0]":
			source = "${a" + source + "}"
		case !strings.HasPrefix(piece, "%"):
			source = "${" + source
		}
		if _, err := Parse(source); err == nil || err.Error() != "is nested more than 500 deep" {
			t.Errorf("%s: %.100v", piece, err)
		}
	}
	// Many of them beside each other are no depth.
	for _, text := range []string{
		"${[" + strings.Repeat(`{a = !true, b = [-1, (2)], c = true ? "x" : "${local.y}"},`, 2000) + "]}",
		strings.Repeat("${var.x}", 5000), strings.Repeat("${a[0] - 1}", 1000),
		"${{\n" + strings.Repeat("a = [b[0] == 1 ? 2 : 3]\n", 2000) + "}}",
	} {
		if _, err := Parse(text); err != nil {
			t.Error(err)
		}
	}
}
