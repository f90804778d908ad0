package alternatives

import (
	"slices"
	"strings"
	"testing"
)

// names is a scope of known values, and of references to instances.
type names struct {
	values    map[string]any
	instances map[string][]string
	numbered  bool
}

func (n names) Resolve(reference Reference) Values {
	if value, known := n.values[reference.Root]; known && len(reference.Steps) == 0 {
		if text, isText := value.(string); isText {
			return Evaluate(text, n)
		}
		return EvaluateJson(value, n)
	}
	if strings.HasPrefix(reference.Root, "var.") || strings.HasPrefix(reference.Root, "local.") {
		return Values{{Kind: Unknown, Source: "${" + reference.Root + "}"}}
	}
	return Values{{Kind: Refer, Reference: reference}}
}

func (n names) Elements(reference Reference) (Value, bool) {
	keys, several := n.instances[reference.Root]
	if !several {
		return Value{}, false
	}
	object := Value{Kind: Object, Fields: map[string]Values{}}
	for _, key := range keys {
		object.Fields[key] = Values{{Kind: Refer, Reference: Reference{Root: reference.Root, Steps: []Step{{Name: key}}}}}
	}
	if n.numbered {
		object.Kind = List
		for i := range keys {
			object.Items = append(object.Items, Values{{Kind: Refer, Reference: Reference{Root: reference.Root, Steps: []Step{{IsIndex: true, Index: i}}}}})
		}
	}
	return object, true
}

// words are the alternatives, to compare.
func words(values Values) []string {
	found := []string{}
	for _, value := range values {
		switch value.Kind {
		case Unknown:
			found = append(found, "?")
		case Invalid:
			found = append(found, "invalid")
		case Null:
			found = append(found, "null")
		case Literal:
			found = append(found, value.Text())
		case Refer:
			found = append(found, value.Reference.String())
		case Template:
			text := ""
			for _, part := range value.Parts {
				text += "<" + words(Values{part})[0] + ">"
			}
			found = append(found, text)
		case List:
			found = append(found, "list")
		case Object:
			found = append(found, "object")
		}
	}
	return found
}

func TestAlternatives(t *testing.T) {
	scope := names{
		values:    map[string]any{"local.on": true, "local.name": "x", "local.list": []any{"a", "b"}, "local.keys": map[string]any{"a": "${aws_kms_key.a.arn}", "b": "lit"}, "local.empty": []any{}},
		instances: map[string][]string{"aws_kms_key.each": {"a", "b"}, "aws_kms_key.none": {}},
	}
	for text, want := range map[string][]string{
		`plain`:                                        {"plain"},
		`$${x}`:                                        {"${x}"},
		`${"a"}`:                                       {"a"},
		`a${local.name}b`:                              {"axb"},
		`a${var.v}b`:                                   {"<a><?><b>"},
		`${aws_x.y.z}`:                                 {"aws_x.y.z"},
		`${aws_x.y[0].z}`:                              {"aws_x.y[0].z"},
		`${data.aws_x.y["k"].z}`:                       {"data.aws_x.y.k.z"},
		`${local.on ? "a" : "b"}`:                      {"a"},
		`${!local.on ? "a" : "b"}`:                     {"b"},
		`${var.v ? "a" : "b"}`:                         {"a", "b"},
		`${var.v ? "a" : "a"}`:                         {"a"},
		`${var.v ? aws_x.y.z : null}`:                  {"aws_x.y.z", "null"},
		`${local.on || var.v ? "a" : "b"}`:             {"a"},
		`${var.v && false ? "a" : "b"}`:                {"b"},
		`${var.v && local.on ? "a" : "b"}`:             {"a", "b"},
		`${local.name == "x" ? "a" : "b"}`:             {"a"},
		`%{ if var.v }a%{ else }b%{ endif }c`:          {"ac", "bc"},
		`%{ for x in local.list }${x}-%{ endfor }`:     {"a-b-"},
		`%{ for x in var.v }${x}%{ endfor }`:           {"<?>"},
		`${upper(local.name)}`:                         {"X"},
		`${upper(var.v)}`:                              {"?"},
		`${jsonencode({a = local.name})}`:              {`{"a":"x"}`},
		`${unknown_function(1)}`:                       {"?"},
		`${try(local.gone.x, "a")}`:                    {"?", "a"},
		`${try(local.keys.c, "a")}`:                    {"a"},
		`${try(local.keys.a, "a")}`:                    {"aws_kms_key.a.arn"},
		`${coalesce(null, "", aws_x.y.z, "b")}`:        {"aws_x.y.z"},
		`${coalesce(var.v, "b")}`:                      {"?", "b"},
		`${local.keys["a"]}`:                           {"aws_kms_key.a.arn"},
		`${local.keys[var.v]}`:                         {"aws_kms_key.a.arn", "lit"},
		`${local.list[1]}`:                             {"b"},
		`${local.list[2]}`:                             {"invalid"},
		`${lookup(local.keys, "b", "c")}`:              {"lit"},
		`${lookup(local.keys, "c", "d")}`:              {"d"},
		`${lookup(local.keys, var.v, "d")}`:            {"aws_kms_key.a.arn", "lit", "d"},
		`${one(local.empty)}`:                          {"null"},
		`${one([aws_x.y.z])}`:                          {"aws_x.y.z"},
		`${one(aws_x.y[*].z)}`:                         {"aws_x.y.z"},
		`${element(local.list, 3)}`:                    {"b"},
		`${element([aws_x.y.z, "b"], var.v)}`:          {"aws_x.y.z", "b"},
		`${values(aws_kms_key.each)[0].arn}`:           {"aws_kms_key.each.a.arn"},
		`${[for k, v in aws_kms_key.each : v.arn][1]}`: {"aws_kms_key.each.b.arn"},
		`${{for k, v in aws_kms_key.each : k => v.arn if k != "a"}["b"]}`: {"aws_kms_key.each.b.arn"},
		`${{for k, v in aws_kms_key.each : k => v.arn if k != "a"}["a"]}`: {"invalid"},
		`${merge(local.keys, {b = aws_x.y.z}).b}`:                         {"aws_x.y.z"},
		`${concat(local.list, [aws_x.y.z])[2]}`:                           {"aws_x.y.z"},
		`${compact([null, "", aws_x.y.z])[0]}`:                            {"aws_x.y.z"},
		`${flatten([[aws_x.y.z], ["b"]])[1]}`:                             {"b"},
		`${tolist(["a"])[0]}`:                                             {"a"},
		`${nonsensitive(aws_x.y.z)}`:                                      {"aws_x.y.z"},
		`${(aws_x.y.z)}`:                                                  {"aws_x.y.z"},
		`${`:                                                              {"?"},
		`${x}`:                                                            {"?"},
		`${[for a in range(1000) : [for b in range(1000) : "${a}${b}"]][0]}`: {"list"},
		`${length([for a in range(1000) : [for b in range(1000) : a]])}`:     {"?"},
		"${\"" + strings.Repeat("a", maxText) + "\"}":                        {"?"},
	} {
		if got := words(Evaluate(text, scope)); !slices.Equal(got, want) {
			t.Errorf("%.80s: %q, want %q", text, got, want)
		}
	}
	scope.numbered = true
	scope.instances["aws_kms_key.each"] = []string{"0", "1"}
	for text, want := range map[string][]string{
		`${(aws_kms_key.each[*].arn)[1]}`:                {"aws_kms_key.each[1].arn"},
		`${(aws_kms_key.each[*].arn)[2]}`:                {"invalid"},
		`${one(aws_kms_key.none[*].arn)}`:                {"null"},
		`${try((aws_kms_key.none[*].arn)[0], "b")}`:      {"b"},
		`${element(concat(aws_kms_key.each[*].arn), 1)}`: {"aws_kms_key.each[1].arn"},
		`${one(aws_kms_key.each[*].arn)}`:                {"invalid"},
	} {
		if got := words(Evaluate(text, scope)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// Choices of choices must end.
func TestManyAlternativesAreUnknown(t *testing.T) {
	text := ""
	for range 12 {
		text += `${var.v ? "a" : "b"}`
	}
	if got := words(Evaluate(text, names{})); !slices.Equal(got, []string{"?"}) {
		t.Errorf("%d alternatives", len(got))
	}
	nested := "var.v"
	for range 200 {
		nested = "(" + nested + ")"
	}
	if got := words(Evaluate("${"+nested+"}", names{})); !slices.Equal(got, []string{"?"}) {
		t.Errorf("deeply nested: %q", got)
	}
}
