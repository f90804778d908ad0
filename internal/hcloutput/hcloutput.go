// Package hcloutput writes what CDKTF's renderer of HCL would break in a form that
// it leaves whole. CDKTF renders HCL for "cdktf synth --hcl", and says so to an app
// by an environment variable; otherwise it writes JSON, in which nothing breaks, and
// everything here leaves values as they are.
//
// What the renderer breaks is in cdktf 0.21, lib/hcl/render.js: it puts a text
// between quotes without escaping backslashes, line ends, or the quotes of a text
// with a reference; writes a text that begins with a bracket as code, and one that
// is a number as a number, where it knows no type; and writes a block that it knows
// no type of as an attribute.
package hcloutput

import (
	"os"
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// Variable is how the CDKTF command line asks an app for HCL.
const Variable = "SYNTH_HCL_OUTPUT"

// IsWanted reports whether CDKTF is going to write HCL.
func IsWanted() bool {
	// These are the values that its stacks take for a yes.
	value := os.Getenv(Variable)
	return value == "true" || value == "1"
}

// Text is a text for an argument whose type the bindings know: what stands between
// the quotes of HCL. References and CDKTF's tokens stay as they are.
func Text(text string) string {
	if !IsWanted() {
		return text
	}
	return quoted(text)
}

func quoted(text string) string {
	expression, err := hclexpr.Parse(text)
	if err != nil {
		return text // Terraform would refuse it in JSON, too
	}
	return expression.Quoted()
}

// Value is a value for a place whose type CDKTF does not know, such as a local value
// or an override: texts, lists of texts, and objects of them.
func Value[T any](value T) T {
	if !IsWanted() {
		return value
	}
	return untyped(value).(T)
}

func untyped(value any) any {
	switch value := value.(type) {
	case string:
		return untypedText(value)
	case []string:
		texts := make([]string, len(value))
		for i, text := range value {
			texts[i] = untypedText(text)
		}
		return texts
	case map[string]string:
		texts := make(map[string]string, len(value))
		for key, text := range value {
			texts[key] = untypedText(text)
		}
		return texts
	case map[string]any:
		values := make(map[string]any, len(value))
		for key, item := range value {
			values[key] = untyped(item)
		}
		return values
	case []map[string]any:
		return blocks(value)
	}
	return value
}

// takenForCode are the texts without a reference that the renderer writes as code.
var takenForCode = regexp.MustCompile(`^([[{]|-?[0-9]+$)`)

// untypedText has the first character of what would be taken for code as an escape of
// HCL, after which it is a text.
func untypedText(text string) string {
	written := quoted(text)
	if strings.Contains(written, "${") || !takenForCode.MatchString(written) {
		return written
	}
	const digits = "0123456789abcdef"
	first := written[0]
	return `\u00` + string(digits[first>>4]) + string(digits[first&15]) + written[1:]
}

// Blocks are blocks of one name in a place whose type CDKTF does not know. Lists of
// objects within them are blocks, too, and all else is as in [Value].
func Blocks(all []map[string]any) any {
	if !IsWanted() {
		return all
	}
	return blocks(all)
}

// blocks is what the bindings of a provider tell the renderer.
func blocks(all []map[string]any) map[string]any {
	return map[string]any{"value": contents(all), "is_block": true, "type": "list", "storage_class_type": "objectList"}
}

// Within is the path of an override of an argument in a block that the bindings know.
func Within(block, argument string) string {
	if IsWanted() {
		return block + ".value." + argument
	}
	return block + "." + argument
}

// Contents are the contents of blocks that the bindings know to be blocks, without
// knowing what is in them.
func Contents(all []map[string]any) []map[string]any {
	if !IsWanted() {
		return all
	}
	return contents(all)
}

func contents(all []map[string]any) []map[string]any {
	written := make([]map[string]any, len(all))
	for i, block := range all {
		written[i] = untyped(block).(map[string]any)
	}
	return written
}
