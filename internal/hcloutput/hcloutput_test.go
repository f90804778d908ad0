package hcloutput

import (
	"reflect"
	"testing"
)

func TestNothingChangesWithoutHcl(t *testing.T) {
	t.Setenv(Variable, "")
	block := []map[string]any{{"text": `a "b" \`, "list": []string{"[1]", "2"}, "inner": []map[string]any{{"text": "x\ny"}}}}
	for _, same := range []bool{
		Within("block", "argument") == "block.argument",
		Text(`a "b" \`) == `a "b" \`,
		reflect.DeepEqual(Value(block[0]), block[0]),
		reflect.DeepEqual(Blocks(block), any(block)),
		reflect.DeepEqual(Contents(block), block),
	} {
		if !same {
			t.Error("expected values as they are")
		}
	}
}

func TestIsWanted(t *testing.T) {
	for value, want := range map[string]bool{"true": true, "1": true, "false": false, "": false, "yes": false} {
		t.Setenv(Variable, value)
		if IsWanted() != want {
			t.Errorf("%s=%q: expected %v", Variable, value, want)
		}
	}
}

func TestText(t *testing.T) {
	t.Setenv(Variable, "true")
	for text, want := range map[string]string{
		"plain":                         "plain",
		`a "b" \`:                       `a \"b\" \\`,
		"a\nb":                          `a\nb`,
		`{"a": "${TfToken[TOKEN.12]}"}`: `{\"a\": \"${TfToken[TOKEN.12]}\"}`,
		`${lookup(x, "y", null)}`:       `${lookup(x, "y", null)}`,
		`a "b" $${c} %%{d}`:             `a \"b\" $${c} %%{d}`,
		"[1]":                           "[1]",
		"#{TfToken[TOKEN.12]}":          "#{TfToken[TOKEN.12]}",
		`is "no" ${expression`:          `is "no" ${expression`,
		`x%{ if a == "b" }y"%{ endif }`: `x%{ if a == "b" }y"%{ endif }`,
	} {
		if found := Text(text); found != want {
			t.Errorf("%q: expected %q, found %q", text, want, found)
		}
	}
}

func TestValueKeepsTexts(t *testing.T) {
	t.Setenv(Variable, "true")
	for text, want := range map[string]string{
		"[1]": `\u005b1]`, `{"a":1}`: `\u007b\"a\":1}`, "12": `\u00312`, "-5": `\u002d5`, "12a": "12a", `"a"`: `\"a\"`,
		"{${local.x}}": "{${local.x}}", // has a reference, which it writes between quotes
	} {
		if found := Value(text); found != want {
			t.Errorf("%q: expected %q, found %q", text, want, found)
		}
	}
}

func TestBlocks(t *testing.T) {
	t.Setenv(Variable, "true")
	if found := Within("block", "argument"); found != "block.value.argument" {
		t.Errorf("found %s", found)
	}
	type block = map[string]any
	given := []block{{"sid": "A", "actions": []string{"1"}, "condition": []block{{"values": []string{`a"b`}}}}}
	contents := []block{{"sid": "A", "actions": []string{`\u0031`}, "condition": block{
		"value":    []block{{"values": []string{`a\"b`}}},
		"is_block": true, "type": "list", "storage_class_type": "objectList",
	}}}
	if found := Contents(given); !reflect.DeepEqual(found, contents) {
		t.Errorf("expected %v, found %v", contents, found)
	}
	if found, want := Blocks(given), (block{"value": contents, "is_block": true, "type": "list", "storage_class_type": "objectList"}); !reflect.DeepEqual(found, any(want)) {
		t.Errorf("expected %v, found %v", want, found)
	}
}
