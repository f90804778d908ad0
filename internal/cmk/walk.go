package cmk

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// leaf is one place where an attribute is or should be.
type leaf struct {
	// block holds the attribute; nil where a block on the way is missing.
	block object
	// scope is where the block's expressions stand.
	scope *scope
	// around are the blocks that block is in, the outermost first.
	around []object
	// name is the attribute's, label its path, with the numbers of blocks where
	// there are several.
	name, label string
	// unread is an expression in the place of a block.
	unread string
	// conditional is an expression that decides whether a block is there which must
	// be.
	conditional string
}

func (l leaf) value() any { return l.block[l.name] }

// encryptionBlock is what blocks are called that hold nothing but encryption.
var encryptionBlock = regexp.MustCompile(`encrypt|sse|kms|cmk`)

// leaves are the places of a key's attribute in a resource.
func leaves(s *scope, values object, path string) []leaf {
	return leavesBelow(s, []object{values}, strings.Split(path, "."), "", false)
}

func leavesBelow(s *scope, within []object, path []string, label string, required bool) []leaf {
	values := within[len(within)-1]
	if len(path) == 1 {
		return []leaf{{block: values, scope: s, around: within[:len(within)-1], name: path[0], label: label + path[0]}}
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
	rest := plain(strings.Join(path[1:], "."))
	found := blocksNamed(s, values, name)
	var all []leaf
	if found.unread != "" {
		all = append(all, leaf{scope: s, label: label + name + "." + rest, unread: found.unread})
	}
	if len(found.blocks) == 0 && found.unread == "" && required {
		return []leaf{{scope: s, name: path[len(path)-1], label: label + name + "." + rest}}
	}
	for i, block := range found.blocks {
		below := label + name + "."
		if len(found.blocks) > 1 {
			below = fmt.Sprintf("%s%s[%d].", label, name, i)
		}
		inner := leavesBelow(block.scope, append(slices.Clone(within), block.values), path[1:], below, required)
		for j := range inner {
			if required && found.conditional != "" {
				inner[j].conditional = found.conditional
			}
		}
		all = append(all, inner...)
	}
	return all
}

var marks = strings.NewReplacer("?", "", "!", "")

// plain is a path without marks.
func plain(path string) string { return marks.Replace(path) }

// nested are the blocks of a name within an object.
type nested struct {
	blocks []nestedBlock
	// unread is an expression in whose place the blocks will be.
	unread string
	// conditional is an expression which says whether there will be any.
	conditional string
}

type nestedBlock struct {
	values object
	scope  *scope
}

func blocksNamed(s *scope, values object, name string) nested {
	var found nested
	switch value := values[name].(type) {
	case string:
		found.addText(s, value)
	case opaque:
		found.unread = string(value)
	default:
		for _, block := range blocks(value) {
			found.blocks = append(found.blocks, nestedBlock{block, s})
		}
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, item := range list {
			switch item := item.(type) {
			case nil, object:
			case string:
				found.addText(s, item)
			default: // no block; Terraform may know more of it
				found.unread = text(item)
			}
		}
	}
	for _, dynamic := range blocks(values["dynamic"]) {
		if written, isText := dynamic[name].(string); isText {
			found.unread = written
		}
		for _, block := range blocks(dynamic[name]) {
			found.addDynamic(s, name, block)
		}
	}
	return found
}

// addText adds blocks that an expression makes.
func (n *nested) addText(s *scope, expression string) {
	if text(expression) == "" {
		return
	}
	values := s.values(expression)
	none := 0
	for _, value := range values {
		plain, known := value.Plain()
		switch {
		case !known:
			n.unread = expression
		case len(blocks(plain)) == 0:
			none++
		default:
			for _, block := range blocks(plain) {
				n.blocks = append(n.blocks, nestedBlock{escaped(block), s})
			}
		}
	}
	if none > 0 && none < len(values) {
		n.conditional = expression
	}
}

// escaped is a block whose texts are taken as they are.
func escaped(block object) object {
	copied := maps.Clone(block)
	for name, value := range copied {
		switch value := value.(type) {
		case string:
			copied[name] = escapes.Replace(value)
		case object:
			copied[name] = escaped(value)
		}
	}
	return copied
}

// addDynamic adds the blocks that a dynamic block makes.
func (n *nested) addDynamic(s *scope, name string, block object) {
	all := forEach(s, block["for_each"])
	iterator := name
	if given := text(block["iterator"]); given != "" {
		iterator = strings.TrimSuffix(strings.TrimPrefix(given, "${"), "}")
	}
	if len(all.each) > 0 && all.mayBeNone() {
		n.conditional = all.text
	}
	if written, isText := block["content"].(string); isText && len(all.each) > 0 {
		n.unread = written
	}
	for _, each := range all.each {
		for _, content := range blocks(block["content"]) {
			n.blocks = append(n.blocks, nestedBlock{content, s.withIterator(iterator, each)})
		}
	}
}

// answer is what is known of a question.
type answer int

const (
	no answer = iota
	yes
	maybe
)

// is compares the value of a setting beside an attribute with what it must be.
// unread is the value where only Terraform knows it.
func (s setting) is(in *scope, block object) (holds answer, unread string) {
	value := block[s.name]
	if text(value) == "" {
		if in.stack.provider.isFrom6() && s.from6 != "" {
			value = s.from6
		}
		return s.holds(text(value)), ""
	}
	met, missed := false, false
	for _, one := range in.values(value) {
		plain, known := one.Plain()
		switch {
		case one.Kind == alternatives.Template && !s.fits(one):
			missed = true
		case !known:
			return maybe, text(value)
		case s.holds(text(plain)) == yes:
			met = true
		default:
			missed = true
		}
	}
	switch {
	case met && missed:
		return maybe, text(value)
	case met:
		return yes, ""
	}
	return no, ""
}

func (s setting) holds(value string) answer {
	// Terraform takes "1" and "0" for truth values.
	if word := map[string]string{"1": "true", "0": "false"}[value]; word != "" && (slices.Contains(s.values, "true") || slices.Contains(s.values, "false")) {
		value = word
	}
	for _, wanted := range s.values {
		if strings.EqualFold(strings.ReplaceAll(wanted, "-", "_"), strings.ReplaceAll(value, "-", "_")) {
			return yes
		}
	}
	return no
}

// fits tells whether a text with gaps may be one of the values.
func (s setting) fits(template alternatives.Value) bool {
	pattern := ""
	for _, part := range template.Parts {
		if part.Kind == alternatives.Literal {
			pattern += strings.ToLower(part.Text())
		} else {
			pattern += "*"
		}
	}
	return slices.ContainsFunc(s.values, func(value string) bool { return matches(pattern, strings.ToLower(value)) })
}

func numberIn(name string) (float64, bool) {
	number, err := strconv.ParseFloat(name, 64)
	return number, err == nil
}
