package cmk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// leaf is one place where an attribute is or should be.
type leaf struct {
	// block holds the attribute; nil where a block on the way is missing.
	block object
	// around are the blocks that block is in, the outermost first.
	around []object
	// name is the attribute's, label its path, with the numbers of blocks where
	// there are several.
	name, label string
	// unread is an expression that decides whether the block is there.
	unread string
}

// encryptionBlock is what blocks are called that hold nothing but encryption.
var encryptionBlock = regexp.MustCompile(`encrypt|sse|kms|cmk`)

// leaves are the places of a key's attribute in a resource.
func leaves(values object, path string) []leaf {
	return leavesBelow([]object{values}, strings.Split(path, "."), "", false)
}

func leavesBelow(within []object, path []string, label string, required bool) []leaf {
	values := within[len(within)-1]
	if len(path) == 1 {
		return []leaf{{block: values, around: within[:len(within)-1], name: path[0], label: label + path[0]}}
	}
	name := strings.TrimRight(path[0], "!?")
	switch path[0][len(name):] {
	case "!":
		required = true
	case "?":
		required = false
	default:
		required = required || encryptionBlock.MatchString(name)
	}
	rest := strings.NewReplacer("!", "", "?", "").Replace(strings.Join(path[1:], "."))
	found := blocksNamed(values, name)
	var all []leaf
	switch {
	case found.unread != "" && (required || !found.conditional):
		return []leaf{{label: label + name + "." + rest, unread: found.unread}}
	case len(found.blocks) == 0 && required:
		return []leaf{{name: path[len(path)-1], label: label + name + "." + rest}}
	}
	for i, block := range found.blocks {
		below := label + name + "."
		if len(found.blocks) > 1 {
			below = fmt.Sprintf("%s%s[%d].", label, name, i)
		}
		all = append(all, leavesBelow(append(slices.Clip(within), block), path[1:], below, required)...)
	}
	return all
}

// is compares the value of a setting beside an attribute with what it must be.
// unread is the value where only Terraform knows it.
func (s setting) is(x *examination, stack *Stack, block object) (holds bool, unread string) {
	value := text(block[s.name])
	if found := x.follow(stack, value); found.resource == nil {
		value = found.text
	}
	if isExpression(value) {
		return false, value
	}
	for _, wanted := range s.values {
		if strings.EqualFold(strings.ReplaceAll(wanted, "-", "_"), strings.ReplaceAll(value, "-", "_")) {
			return true, ""
		}
	}
	return false, ""
}
