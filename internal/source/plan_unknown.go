package source

import (
	"maps"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// fill puts tokens where a plan says that a value is not known yet: each member
// of an object for itself. See Terraform's documentation, "JSON Output Format",
// after_unknown.
func fill(value, unknown any, arguments map[string]*tfjson.Expression, path string, leaveOut func(name string) bool) any {
	marks, _ := unknown.(map[string]any)
	given, _ := value.(map[string]any)
	filled := make(map[string]any, len(given))
	maps.Copy(filled, given)
	for name, mark := range marks {
		if mark == true && leaveOut(name) {
			continue
		}
		filled[name] = fillMember(given[name], mark, arguments[name], path+"."+name)
	}
	return filled
}

func keepAll(string) bool { return false }

func fillMember(value, unknown any, from *tfjson.Expression, path string) any {
	switch marks := unknown.(type) {
	case bool:
		if !marks {
			return value
		}
		return tokenOf(references(from), path)
	case map[string]any:
		object, _ := value.(map[string]any)
		return fill(value, marks, blockOf(from, -1, object), path, keepAll)
	case []any:
		return fillList(value, marks, from, path)
	}
	return value
}

func fillList(value any, marks []any, from *tfjson.Expression, path string) any {
	given, _ := value.([]any)
	filled := make([]any, max(len(given), len(marks)))
	copy(filled, given)
	// Where as many values are unknown as references stand in a list, they are
	// those, in order.
	count := 0
	for _, mark := range marks {
		if mark == true {
			count++
		}
	}
	names := references(from)
	inOrder := len(names) == count && count > 1
	for i, mark := range marks {
		at := path + "[" + strconv.Itoa(i) + "]"
		switch marks := mark.(type) {
		case bool:
			switch {
			case !marks:
			case inOrder:
				filled[i] = tokenOf(names[:1], at)
				names = names[1:]
			case count == 1:
				filled[i] = tokenOf(names, at)
			default:
				filled[i] = tokenOf(nil, at)
			}
		case map[string]any:
			block, _ := filled[i].(map[string]any)
			index := -1
			if from != nil && from.ExpressionData != nil && len(from.NestedBlocks) == len(filled) && strings.HasSuffix(path, ".statement") {
				index = i
			}
			filled[i] = fill(block, marks, blockOf(from, index, block), at, keepAll)
		default:
			filled[i] = fillMember(filled[i], mark, nil, at)
		}
	}
	return filled
}

// blockOf are the arguments of the block that became this one. index is its
// place where blocks are a list, which statements are, and all of them are in the
// configuration; else -1. Sets come in another order than they are configured in,
// and what dynamic blocks make is not configured: there a block is told by its
// constants, if only one of those configured has them.
func blockOf(from *tfjson.Expression, index int, block map[string]any) map[string]*tfjson.Expression {
	if from == nil || from.ExpressionData == nil {
		return nil
	}
	var found map[string]*tfjson.Expression
	fitting := 0
	for i, arguments := range from.NestedBlocks {
		if !mayBecome(arguments, block) {
			continue
		}
		if i == index {
			return arguments
		}
		found = arguments
		fitting++
	}
	if fitting != 1 {
		return nil
	}
	return found
}

// mayBecome reports whether the constants of a configured block are those of a
// block. Lists are not compared: they may be sets.
func mayBecome(arguments map[string]*tfjson.Expression, block map[string]any) bool {
	for name, argument := range arguments {
		if argument == nil || argument.ExpressionData == nil {
			continue
		}
		if constant, isText := argument.ConstantValue.(string); isText && block[name] != constant {
			return false
		}
	}
	return true
}

// tokenOf is the token for a value that is made of references: it is the only
// one, or the instance of the same key or number; else the token is the place.
func tokenOf(names []string, path string) hclexpr.Token {
	switch {
	case len(names) == 1:
		return hclexpr.Token{Text: "${" + names[0] + "}", Whole: true}
	case len(names) == 2 && ownIndex(names[1]) && strings.Count(names[0], ".") == 1:
		return hclexpr.Token{Text: "${" + names[0] + "[" + names[1] + "]}", Whole: true}
	}
	return hclexpr.Token{Text: "${unknown " + strings.ReplaceAll(path, `"`, "'") + "}", Whole: true}
}
