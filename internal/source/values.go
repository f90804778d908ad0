package source

import (
	"fmt"
	"strconv"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// textOf is a value that is a text, a token included; empty for anything else.
func textOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case hclexpr.Token:
		return value.Text
	}
	return ""
}

// literalOf is a value that is a text or a number without a token in it.
func literalOf(value any) string {
	if texts := textsOf(value); len(texts) == 1 && hclexpr.IsKnown(value) {
		return texts[0]
	}
	return ""
}

// textsOf reads a text or a list of texts; a number or truth value counts as
// text.
func textsOf(value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		var texts []string
		for _, item := range value {
			texts = append(texts, textsOf(item)...)
		}
		return texts
	case string, hclexpr.Token:
		return []string{textOf(value)}
	case float64:
		// An account's id has twelve digits and no exponent.
		return []string{strconv.FormatFloat(value, 'f', -1, 64)}
	}
	return []string{fmt.Sprint(value)}
}

// blocksOf reads nested blocks: a list of objects, or a single one.
func blocksOf(value any) []map[string]any {
	switch value := value.(type) {
	case map[string]any:
		return []map[string]any{value}
	case []any:
		var blocks []map[string]any
		for _, item := range value {
			blocks = append(blocks, blocksOf(item)...)
		}
		return blocks
	}
	return nil
}

// tokenIn is the first token among values, where blocks must be.
func tokenIn(value any) string {
	switch value := value.(type) {
	case string, hclexpr.Token:
		return textOf(value)
	case []any:
		for _, item := range value {
			if token := tokenIn(item); token != "" {
				return token
			}
		}
	}
	return ""
}
