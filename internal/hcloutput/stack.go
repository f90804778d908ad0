package hcloutput

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// Stack is a stack that CDKTF has written, as it would be in JSON. With HCL, which it
// is in where the app was asked for it, CDKTF writes another file that tells of which
// constructs the resources are: metadata, which are nil for a stack in JSON.
func Stack(name string, content, metadata []byte) (map[string]any, error) {
	if bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) {
		var stack map[string]any
		if err := json.Unmarshal(content, &stack); err != nil {
			return nil, fmt.Errorf("the stack %s is no JSON: %w", name, err)
		}
		return stack, nil
	}
	var of map[string]any
	if err := json.Unmarshal(metadata, &of); err != nil {
		return nil, fmt.Errorf("the metadata of the stack %s is no JSON: %w", name, err)
	}
	return FromHcl(name, content, of)
}

// FromHcl is [Stack] for a stack in HCL, with what CDKTF tells of its resources.
func FromHcl(name string, content []byte, metadata map[string]any) (map[string]any, error) {
	stack, err := hclexpr.Native(name, content)
	if err != nil {
		return nil, fmt.Errorf("the stack %s is no HCL: %w", name, err)
	}
	for _, section := range []string{"resource", "data", "module"} {
		annotate(stack[section], metadata[section])
	}
	return stack, nil
}

// annotate gives each resource or module its metadata.
func annotate(written, metadata any) {
	of, isObject := metadata.(map[string]any)
	block, isBlock := written.(map[string]any)
	if !isObject || !isBlock {
		return
	}
	const own = "//" // which CDKTF adds in JSON, too
	for name, inner := range of {
		if name == own {
			block[own] = inner
		} else {
			annotate(block[name], inner)
		}
	}
}
