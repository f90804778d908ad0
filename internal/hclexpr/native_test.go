package hclexpr

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestNativeIsAsJson(t *testing.T) {
	for name, c := range map[string]struct{ native, json string }{
		"nothing":            {``, `{}`},
		"attributes":         {`a = "x"` + "\n" + `b = 12` + "\n" + `c = true` + "\n" + `d = null` + "\n" + `e = 1.5`, `{"a": "x", "b": 12, "c": true, "d": null, "e": 1.5}`},
		"an account's id":    {`a = 222222222222`, `{"a": 222222222222}`},
		"a number too exact": {`a = 0.1234567890123456789`, `{"a": "${0.1234567890123456789}"}`},
		"references":         {`a = local.x` + "\n" + `b = "${local.x}"` + "\n" + `c = "p-${local.x}"`, `{"a": "${local.x}", "b": "${local.x}", "c": "p-${local.x}"}`},
		"escapes":            {`a = "q\" b\\ n\n \u007b $${x} %%{y}"`, `{"a": "q\" b\\ n\n { $${x} %%{y}"}`},
		"a heredoc":          {"a = <<EOF\nx ${local.y}\nEOF\n", `{"a": "x ${local.y}\n"}`},
		"lists and objects":  {`a = [{ b = "x", "c d" = local.y, (local.k) = 1, "${local.j}" = 2 }]`, `{"a": [{"b": "x", "c d": "${local.y}", "${local.k}": 1, "${local.j}": 2}]}`},
		"functions":          {`a = jsonencode({ b = 1 })`, `{"a": "${jsonencode({ b = 1 })}"}`},
		"labels":             {"r \"t\" \"n\" {\n x = 1\n}\nr \"t\" \"m\" {}\nr \"u\" \"n\" {}", `{"r": {"t": {"n": {"x": 1}, "m": {}}, "u": {"n": {}}}}`},
		"repeated blocks":    {"p \"a\" {\n}\np \"a\" {\n x = 1\n}\nb {}\nb {}\nb {}", `{"p": {"a": [{}, {"x": 1}]}, "b": [{}, {}, {}]}`},
		"blocks in blocks":   {"r \"t\" \"n\" {\n l {\n p = true\n c {\n x = 1\n }\n }\n}", `{"r": {"t": {"n": {"l": {"p": true, "c": {"x": 1}}}}}}`},
	} {
		found, err := Native("a.tf", []byte(c.native+"\n"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var want any
		if err := json.Unmarshal([]byte(c.json), &want); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(any(found), want) {
			text, _ := json.Marshal(found)
			t.Errorf("%s: expected %s, found %s", name, c.json, text)
		}
	}
}

func TestNativeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`a = `:                     "a.tf:1",
		`a = "x`:                   "a.tf:1",
		"a = 1\na = 2\n":           "a.tf:2",
		"a = 1\na {}\n":            `"a" is a block here and something else before`,
		"a = 1\na \"b\" {}\n":      `"a" is a block with labels here and something else before`,
		"a {}\na {}\na \"b\" {}\n": `"a" is a block with labels here and something else before`,
	} {
		if _, err := Native("a.tf", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: expected an error with %q, found %v", text, want, err)
		}
	}
}
