package cmk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// valueReader reads the values of one instance.
type valueReader struct {
	plan    *planReader
	stack   *Stack
	key     any
	forEach *tfjson.Expression
	// isGiven is true where what is not in the configuration counts all the same.
	isGiven bool
	// kind is the resource's type, path where the block is in it: "rule.", say.
	kind, path string
}

// in is the reader for the blocks of a name.
func (v valueReader) in(name string) valueReader {
	v.path += name + "."
	return v
}

const afterApply = "known after apply"

// block reads a block. Of what is not known, the configuration's expression is
// kept; what it does not give, AWS or the provider will choose, which is nobody's
// key. isWritten says that the configuration shows the block: it does not show
// those that a dynamic block makes.
func (v valueReader) block(values, unknown object, given map[string]*tfjson.Expression, isWritten bool) object {
	result := make(object, len(values)+len(unknown))
	for name, value := range values {
		result[name] = v.value(name, value, unknown[name], given[name], isWritten)
	}
	for name, what := range unknown {
		if _, has := values[name]; has && values[name] != nil {
			continue
		}
		if what != true {
			// Of blocks of which nothing is known a plan may have no values.
			if shape := emptyShape(what); shape != nil {
				result[name] = v.value(name, shape, what, given[name], isWritten)
			}
			continue
		}
		switch expression := given[name]; {
		case expression != nil && isBlocks(expression):
			result[name] = v.blocksGiven(expression)
		case expression != nil:
			result[name] = v.unknownValue(expression)
		case !isWritten || isDynamic(v.kind, v.path+name):
			result[name] = opaque(afterApply)
		}
	}
	return result
}

// isDynamic reports whether blocks of which nothing is known, and which the
// configuration does not show, are made by a dynamic block: what else is unknown is
// for AWS to choose. Of blocks that AWS fills in where they are not given a plan does
// not tell the one from the other, and they seldom are dynamic.
func isDynamic(kind, path string) bool {
	for _, table := range Tables() {
		for _, known := range table.Types[kind] {
			if inner, isWithin := strings.CutPrefix(known, path+"."); isWithin && inner != "*" {
				return !slices.Contains(filledIn[kind], path)
			}
		}
	}
	return false
}

// filledIn are the blocks for encryption that the provider takes from AWS where they
// are not given: those that a plan of the type without them says are unknown.
var filledIn = map[string][]string{
	"aws_ami":                   {"ebs_block_device"},
	"aws_ami_copy":              {"ebs_block_device"},
	"aws_ami_from_instance":     {"ebs_block_device"},
	"aws_dynamodb_table":        {"server_side_encryption"},
	"aws_elasticsearch_domain":  {"encrypt_at_rest", "node_to_node_encryption"},
	"aws_emr_cluster":           {"core_instance_fleet", "master_instance_fleet"},
	"aws_instance":              {"ebs_block_device", "root_block_device"},
	"aws_keyspaces_table":       {"encryption_specification"},
	"aws_launch_configuration":  {"ebs_block_device", "root_block_device"},
	"aws_opensearch_domain":     {"encrypt_at_rest", "node_to_node_encryption"},
	"aws_s3_bucket":             {"replication_configuration", "server_side_encryption_configuration"},
	"aws_spot_instance_request": {"ebs_block_device", "root_block_device"},
	"aws_timestreamwrite_table": {"magnetic_store_write_properties"},
}

// emptyShape are blocks without values, in the shape of what is not known of them.
func emptyShape(unknown any) any {
	switch unknown := unknown.(type) {
	case object:
		if len(unknown) > 0 {
			return object{}
		}
	case []any:
		shapes := make([]any, len(unknown))
		for i, one := range unknown {
			if _, isBlock := one.(object); isBlock {
				shapes[i] = object{}
			}
		}
		if len(shapes) > 0 {
			return shapes
		}
	}
	return nil
}

func isBlocks(expression *tfjson.Expression) bool {
	return expression != nil && expression.ExpressionData != nil && len(expression.NestedBlocks) > 0
}

// blocksGiven are blocks of which no value is known yet.
func (v valueReader) blocksGiven(expression *tfjson.Expression) any {
	var all []any
	for _, block := range expression.NestedBlocks {
		read := object{}
		for name, inner := range block {
			if isBlocks(inner) {
				read[name] = v.blocksGiven(inner)
			} else {
				read[name] = v.unknownValue(inner)
			}
		}
		all = append(all, read)
	}
	return all
}

// value reads an attribute or the blocks of a name.
func (v valueReader) value(name string, value, unknown any, given *tfjson.Expression, isWritten bool) any {
	switch value := value.(type) {
	case []any:
		return v.in(name).list(name, value, unknown, given, isWritten)
	case object:
		var inner map[string]*tfjson.Expression
		if given != nil && isBlocks(given) {
			inner = given.NestedBlocks[0]
		}
		return v.in(name).block(value, asObject(unknown), inner, isWritten && inner != nil)
	case string:
		if given == nil && !v.isGiven && isWritten || v.plan.file.Configuration == nil {
			if takesKey(name) && (keyArn.MatchString(value) || keyId.MatchString(value)) {
				return computed(value)
			}
		}
		return escapedText(value)
	}
	return value
}

// escapedText is a value that is no expression, whatever it looks like.
func escapedText(value any) any {
	if written, isText := value.(string); isText && alternatives.HasExpression(written) {
		return escapes.Replace(written)
	}
	return value
}

func (v valueReader) list(name string, items []any, unknown any, given *tfjson.Expression, isWritten bool) any {
	unknowns, _ := unknown.([]any)
	read := make([]any, len(items))
	for i, item := range items {
		var open any
		if i < len(unknowns) {
			open = unknowns[i]
		}
		block, isBlock := item.(object)
		switch {
		case isBlock:
			inner, written := v.givenFor(given, len(items))
			read[i] = v.block(block, asObject(open), inner, isWritten && written)
		case open == true && given != nil:
			read[i] = v.unknownValue(given)
		case open == true && !isWritten:
			read[i] = opaque(afterApply)
		default:
			read[i] = v.value(name, item, open, given, isWritten)
		}
	}
	return read
}

// givenFor are the expressions of one of several blocks. Of a set, whose order a
// plan does not keep, they are those of all its blocks.
func (v valueReader) givenFor(given *tfjson.Expression, count int) (map[string]*tfjson.Expression, bool) {
	if given == nil || !isBlocks(given) {
		return nil, false
	}
	nested := given.NestedBlocks
	if len(nested) == 1 && count == 1 {
		return nested[0], true
	}
	if len(nested) != count {
		return nil, false // some of them are made by a dynamic block
	}
	merged := map[string]*tfjson.Expression{}
	for _, block := range nested {
		for name, expression := range block {
			before := merged[name]
			if before != nil && (isBlocks(expression) || isBlocks(before)) {
				return nil, false // whose blocks these are cannot be told
			}
			if before != nil {
				joined := &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{References: slices.Concat(before.References, expression.References)}}
				merged[name] = joined
			} else {
				merged[name] = expression
			}
		}
	}
	return merged, true
}

// expression is what the configuration gives, as a text of Terraform: a constant,
// a reference, or a choice of several.
func (p *planReader) expression(expression *tfjson.Expression, stack *Stack, key any, forEach *tfjson.Expression) any {
	if expression == nil || expression.ExpressionData == nil {
		return nil
	}
	if len(expression.References) == 0 {
		if expression.ConstantValue == tfjson.UnknownConstantValue {
			return opaque(afterApply)
		}
		return escapedText(expression.ConstantValue)
	}
	references, sameKey := p.references(expression, forEach)
	switch len(references) {
	case 0:
		return opaque(afterApply)
	case 1:
		return "${" + p.referenceText(references[0], stack, key, sameKey) + "}"
	}
	return opaque("made of " + strings.Join(references, " and ") + ", which a plan does not say how")
}

// unknownValue is what an attribute that is known after apply comes from. Where
// the configuration's expression holds nothing unknown it is null: any other
// value would be in the plan, and AWS is going to choose.
func (v valueReader) unknownValue(expression *tfjson.Expression) any {
	if expression != nil && expression.ExpressionData != nil && len(expression.References) > 0 {
		references, _ := v.plan.references(expression, v.forEach)
		if !slices.ContainsFunc(references, func(reference string) bool { return !isKnown(v.stack, reference) }) {
			return nil
		}
	}
	return v.plan.expression(expression, v.stack, v.key, v.forEach)
}

// isKnown tells whether a reference is to a variable whose value is known.
func isKnown(stack *Stack, reference string) bool {
	name, isVariable := strings.CutPrefix(reference, "var.")
	if !isVariable || strings.ContainsAny(name, ".[") {
		return false
	}
	value, given := stack.variables[name]
	written, isText := value.(string)
	switch {
	case !given:
		return false
	case isText && isExpression(written):
		return stack.parent != nil && isKnown(stack.parent, strings.TrimSuffix(strings.TrimPrefix(written, "${"), "}"))
	}
	_, isOpaque := value.(opaque)
	return !isOpaque
}

// references are those of an expression: a plan names each with its shorter forms. sameKey is true where count.index or each.key is among them.
func (p *planReader) references(expression *tfjson.Expression, forEach *tfjson.Expression) (found []string, sameKey bool) {
	for _, reference := range expression.References {
		root, _, _ := strings.Cut(reference, ".")
		switch {
		case reference == "count.index" || reference == "each.key":
			sameKey = true
		case root == "each":
			if reference == "each" || forEach == nil || forEach.ExpressionData == nil || strings.Count(reference, ".") < 1 {
				continue
			}
			for _, collection := range forEach.References {
				if strings.Count(collection, ".") == 1 {
					found = append(found, collection)
					sameKey = true
				}
			}
		case root == "path" || root == "terraform" || root == "count" || root == "self":
		default:
			found = append(found, reference)
		}
	}
	found = slices.DeleteFunc(found, func(reference string) bool {
		return slices.ContainsFunc(found, func(longer string) bool {
			return longer != reference && strings.HasPrefix(longer, reference) && strings.ContainsAny(longer[len(reference):len(reference)+1], ".[")
		})
	})
	slices.Sort(found)
	return slices.Compact(found), sameKey
}

// referenceText completes a reference: a plan leaves out an index that is not
// constant, and what stands behind it.
func (p *planReader) referenceText(reference string, stack *Stack, key any, sameKey bool) string {
	parts := strings.SplitN(strings.TrimPrefix(reference, "data."), ".", 3)
	if len(parts) != 2 || slices.Contains([]string{"var", "local", "module"}, parts[0]) {
		return reference
	}
	if !strings.Contains(parts[1], "[") {
		switch key := key.(type) {
		case string:
			if sameKey {
				reference += "[" + strconv.Quote(key) + "]"
			}
		case float64:
			if sameKey {
				reference += fmt.Sprintf("[%d]", int(key))
			}
		}
		if !sameKey && stack.counted[reference] {
			reference += "[plan.index]"
		}
	}
	if strings.HasPrefix(parts[0], "aws_kms_") {
		if parts[0] == "aws_kms_alias" {
			return reference + ".target_key_arn"
		}
		return reference + ".arn"
	}
	return reference + ".id"
}
