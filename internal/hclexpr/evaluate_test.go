package hclexpr

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// known is what the configuration of the tests knows.
func known(address string) (any, bool) {
	values := map[string]any{
		"data.aws_caller_identity.me": map[string]any{"account_id": "111122223333"},
		"local.env":                   "prod",
		"local.on":                    true,
		"local.roles":                 []any{"a", "b"},
		"local.account":               json.Number("444455556666"),
		"local.mixed":                 map[string]any{"name": "n", "role": Token{Text: "${aws_iam_role.r.arn}", Whole: true}},
		"local.some":                  []any{"a", Token{Text: "x-${var.y}"}},
	}
	value, found := values[address]
	return value, found
}

func whole(code string) Token { return Token{Text: "${" + code + "}", Whole: true} }

// huge has more digits than memory should hold.
var huge = strings.Repeat("1e999*", 400) + "1"

func TestEvaluate(t *testing.T) {
	tests := map[string]any{
		"a":                  "a",
		"$${aws:username}/x": "${aws:username}/x",
		"${local.env}-key":   "prod-key",
		"arn:aws:iam::${data.aws_caller_identity.me.account_id}:root": "arn:aws:iam::111122223333:root",
		"${local.account}":   json.Number("444455556666"),
		"a ${local.account}": "a 444455556666",
		// What is not known stays where it stands.
		"${aws_iam_role.r.arn}":                                  whole("aws_iam_role.r.arn"),
		"a/${aws_iam_role.r.name}/${local.env}":                  Token{Text: "a/${aws_iam_role.r.name}/prod"},
		"${data.aws_caller_identity.me.arn}":                     whole("data.aws_caller_identity.me.arn"),
		"${data.aws_caller_identity.me[0].account_id}":           whole("data.aws_caller_identity.me[0].account_id"),
		"${timestamp()}":                                         whole("timestamp()"),
		"${local.mixed.name}":                                    "n",
		"${local.mixed.role}":                                    whole("aws_iam_role.r.arn"),
		"${local.roles[1]}":                                      "b",
		"${local.roles[2]}":                                      whole("local.roles[2]"),
		"${local.missing}":                                       whole("local.missing"),
		"x%{ if var.x }a%{ endif }":                              Token{Text: `x${"%{ if var.x }a%{ endif }"}`},
		"%{ for r in local.roles }${r};%{ endfor }":              "a;b;",
		"%{ if local.on }${var.x}%{ else }b%{ endif }":           Token{Text: "${var.x}"},
		`${local.on ? var.x : "b"}`:                              whole("var.x"),
		`${var.on ? "a" : "b"}`:                                  whole(`var.on ? "a" : "b"`),
		`${local.env == "prod" ? "a" : "b"}`:                     "a",
		`${[for r in local.roles : "role/${r}"]}`:                []any{"role/a", "role/b"},
		`${[for r in local.some : "role/${r}"]}`:                 whole(`[for r in local.some : "role/${r}"]`),
		`${[for a in local.roles : [for b in local.roles : b]]}`: whole(`[for a in local.roles : [for b in local.roles : b]]`),
		// Objects: comments, names in parentheses, names that are expressions.
		"${{a = 1, # note\n b: 2 // more\n /* and */ \"c\" = [true, null]}}": map[string]any{
			"a": json.Number("1"), "b": json.Number("2"), "c": []any{true, nil}},
		`${{("kms:${local.env}") = 1, (local.env) = 2, local = 3, "x-${var.y}" = 4}}`: map[string]any{
			"kms:prod": json.Number("1"), "prod": json.Number("2"), "local": json.Number("3"), "x-${var.y}": json.Number("4")},
		"${{local.env = 1}}":                         whole("{local.env = 1}"),
		"${{a = <<EOT\nx ${local.env}\nEOT\n}}":      map[string]any{"a": "x prod\n"},
		"${{a = <<-EOT\n    x\n      y\n    EOT\n}}": map[string]any{"a": "x\n  y\n"},
		// Functions.
		`${jsonencode({a = "<", b = [local.account]})}`: `{"a":"\u003c","b":[444455556666]}`,
		`${jsonencode({a = aws_iam_role.r["x"].arn})}`:  Token{Text: `{"a":"${aws_iam_role.r[\"x\"].arn}"}`},
		`${jsonencode(var.policy)}`:                     whole("jsonencode(var.policy)"),
		`${jsonencode(merge({a = 1}, {b = var.x}))}`:    Token{Text: `{"a":1,"b":"${var.x}"}`},
		`${concat(["a"], [var.x, "$${aws:username}"])}`: []any{"a", whole("var.x"), "${aws:username}"},
		`${concat(["a"], var.x)}`:                       whole(`concat(["a"], var.x)`),
		`${join("", ["arn:", var.x])}`:                  Token{Text: "arn:${var.x}"},
		`${join("", var.x)}`:                            whole(`join("", var.x)`),
		`${join(",", local.roles)}`:                     "a,b",
		`${format("role/%s", local.env)}`:               "role/prod",
		`${format("role/%s", var.x)}`:                   Token{Text: "role/${var.x}"},
		`${format("%200000000s", "x")}`:                 whole(`format("%200000000s", "x")`),
		`${upper("x")}${upper(var.x)}`:                  Token{Text: "X${upper(var.x)}"},
		`${split(",", "a,b")}`:                          []any{"a", "b"},
		`${toset(["b", "a", "b"])}`:                     []any{"a", "b"},
		`${concat(local.roles...)}`:                     whole("concat(local.roles...)"),
		`${upper(1, 2)}`:                                whole("upper(1, 2)"),
		"${1e300 * 1e300}":                              json.Number("1" + strings.Repeat("0", 600)),
		"${" + huge + "}":                               whole(huge),
		`a${["b"]}`:                                     whole(`a${["b"]}`),
	}
	for source, want := range tests {
		t.Run(source, func(t *testing.T) {
			if diff := cmp.Diff(want, parse(t, source).Evaluate(known)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlainAndIsKnown(t *testing.T) {
	value := map[string]any{"a": []any{"b", Token{Text: "${c}"}}, "d": nil}
	if diff := cmp.Diff(map[string]any{"a": []any{"b", "${c}"}, "d": nil}, Plain(value)); diff != "" {
		t.Error(diff)
	}
	if IsKnown(value) || !IsKnown(map[string]any{"a": []any{"$", true, nil}}) || IsKnown(map[string]any{"${a}": "b"}) {
		t.Error("IsKnown is wrong")
	}
}

// TestDoubling feeds local values that double at each step: they end as a token,
// not in gigabytes.
func TestDoubling(t *testing.T) {
	texts := map[string]any{"local.x0": strings.Repeat("x", 100)}
	lists := map[string]any{"local.x0": []any{"x"}}
	lookup := func(values map[string]any) Lookup {
		return func(address string) (any, bool) { value, found := values[address]; return value, found }
	}
	previous := "local.x0"
	for next := range strings.SplitSeq("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP", "") {
		next = "local." + next
		texts[next] = parse(t, "${"+previous+"}${"+previous+"}").Evaluate(lookup(texts))
		lists[next] = parse(t, "${["+previous+", "+previous+"]}").Evaluate(lookup(lists))
		previous = next
	}
	for name, values := range map[string]map[string]any{"texts": texts, "lists": lists} {
		if got := size(values[previous], 10*maxValues); got > 2*maxValues {
			t.Errorf("%s: %d values", name, got)
		}
	}
}

func FuzzEvaluate(f *testing.F) {
	for _, source := range []string{"${jsonencode({a = local.env})}", "a%{ if local.on }b%{ endif }", "${[for r in local.roles : r]}", `${format("%s", var.x)}`, "${a.b[*].c[0]}", `${{("a") = 1}}`} {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		expression, err := Parse(source)
		if err != nil {
			return
		}
		value := expression.Evaluate(known)
		if _, err := toCty(value); err != nil {
			t.Errorf("%s: %v", source, err)
		}
		for _, alternative := range expression.Alternatives() {
			if _, err := Parse(alternative.String()); err != nil {
				t.Errorf("%s: the alternative %s %v", source, alternative, err)
			}
		}
		for _, reference := range expression.References() {
			if _, is := ParseReference(reference.String()); !is {
				t.Errorf("%s: %s is no reference", source, reference)
			}
		}
	})
}
