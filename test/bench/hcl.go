package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// writeHcl is a cdk.tf.json as people would write it: in Terraform's own
// language, without what CDKTF notes for itself.
func writeHcl(synthesized []byte) ([]byte, error) {
	var read map[string]map[string]any
	if err := json.Unmarshal(synthesized, &read); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	required, _ := read["terraform"]["required_providers"].(map[string]any)
	fmt.Fprint(&out, "terraform {\n  backend \"local\" {}\n  required_providers {\n")
	for name, requirement := range required {
		fmt.Fprintf(&out, "    %s = %s\n", name, expression(requirement))
	}
	fmt.Fprint(&out, "  }\n}\n")
	for name, configurations := range read["provider"] {
		for _, configuration := range configurations.([]any) {
			writeBlock(&out, "", fmt.Sprintf("provider %q", name), configuration.(map[string]any))
		}
	}
	for _, kind := range []string{"data", "resource"} {
		for _, resourceType := range slices.Sorted(maps.Keys(read[kind])) {
			byName := read[kind][resourceType].(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(byName)) {
				writeBlock(&out, "", fmt.Sprintf("%s %q %q", kind, resourceType, name), byName[name].(map[string]any))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(read["output"])) {
		writeBlock(&out, "", fmt.Sprintf("output %q", name), read["output"][name].(map[string]any))
	}
	return out.Bytes(), nil
}

// writeBlock writes a list of objects as blocks, all else as arguments.
func writeBlock(out *bytes.Buffer, indent, header string, content map[string]any) {
	fmt.Fprintf(out, "%s%s {\n", indent, header)
	for _, name := range slices.Sorted(maps.Keys(content)) {
		value := content[name]
		if name == "//" {
			continue
		}
		if list, ok := value.([]any); ok && len(list) > 0 {
			if _, blocks := list[0].(map[string]any); blocks {
				for _, block := range list {
					writeBlock(out, indent+"  ", name, block.(map[string]any))
				}
				continue
			}
		}
		fmt.Fprintf(out, "%s  %s = %s\n", indent, name, expression(value))
	}
	fmt.Fprintf(out, "%s}\n", indent)
}

// reference is a text that is nothing but a reference.
var reference = regexp.MustCompile(`"\$\{([A-Za-z0-9_.-]+)\}"`)

// expression is a value in Terraform's language, which reads JSON.
func expression(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("bench: JSON that was read cannot be written: %v", err))
	}
	return reference.ReplaceAllString(strings.TrimSpace(out.String()), "$1")
}
