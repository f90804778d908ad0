package source

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// stack is a configuration of Terraform in JSON, as CDKTF synthesizes it.
type stack struct {
	resources, data blocks
	providers       []map[string]any
	modules         []string
	// imported are the addresses of resources that exist already.
	imported []string
	locals   map[string]any

	defaults Defaults
	// worked are the local values that are worked out; nil while one is.
	worked map[string]*any
	// read are the providers by alias, texts the values of texts with expressions.
	read  map[string]provider
	texts map[string]any
}

func readStack(data []byte, defaults Defaults) (File, error) {
	s, err := decodeStack(data)
	if err != nil {
		return File{}, err
	}
	s.defaults = defaults
	file := File{Format: Stack}
	for _, name := range s.modules {
		file.leaveOut(fmt.Sprintf("the module %s is not looked into; a plan shows its keys", name))
	}
	var resources []resource
	for _, kind := range append(slices.Clone(keyTypes), grantType) {
		for _, name := range s.resources.names(kind) {
			r, exists := s.resource(kind, name)
			if !exists {
				file.Notes = append(file.Notes, fmt.Sprintf("%s.%s has no instance: its count or for_each is empty", kind, name))
				continue
			}
			resources = append(resources, r)
		}
	}
	for _, kind := range foreignKeyTypes {
		for _, name := range s.resources.names(kind) {
			file.leaveOut(fmt.Sprintf("%s.%s is not looked into: keys are %s", kind, name, strings.Join(keyTypes, ", ")))
		}
	}
	keys, leftOut := assemble(resources, defaults, s)
	file.Keys = keys
	file.leaveOut(leftOut...)
	return file, nil
}

// resource reads a resource; it does not exist where there are 0 of it.
func (s *stack) resource(kind, name string) (r resource, exists bool) {
	values := s.resources.block(kind, name)
	r = resource{address: kind + "." + name, kind: kind, name: name, provider: s.providerOf(values), values: map[string]any{}}
	for _, repeated := range []string{"count", "for_each"} {
		switch given := s.evaluate(values[repeated]).(type) {
		case nil:
			continue
		case json.Number:
			if given == "0" {
				return r, false
			}
		case string:
			if given == "0" {
				return r, false
			}
		case []any:
			if len(given) == 0 {
				return r, false
			}
		case map[string]any:
			if len(given) == 0 {
				return r, false
			}
		}
		r.address = s.addressOf(kind, name)
	}
	for attribute, value := range values {
		if attribute != "policy" {
			r.values[attribute] = s.evaluate(value)
		}
	}
	if ignoresPolicy(r.values["lifecycle"]) {
		r.leftOut = append(r.leftOut, "changes of the policy of "+r.address+" are ignored (ignore_changes): a key that exists may have another one than the stack says; a plan or state shows it")
	}
	for _, attribute := range []string{"key_id", "primary_key_arn"} {
		if reference, is := s.referenceIn(r.values[attribute]); is {
			kind, name, _ := strings.Cut(reference.Address, ".")
			r.target = s.addressOf(kind, name)
		}
	}
	return r, true
}

// ignoresPolicy reports whether Terraform leaves the policy of a resource as it is once
// that exists. See Terraform's documentation, "The lifecycle Meta-Argument".
func ignoresPolicy(lifecycle any) bool {
	for _, block := range blocksOf(lifecycle) {
		if ignored := textsOf(block["ignore_changes"]); slices.Contains(ignored, "policy") || slices.Contains(ignored, "all") {
			return true
		}
	}
	return false
}

// addressOf is the address of a resource, with [*] where it may have several
// instances.
func (s *stack) addressOf(kind, name string) string {
	if values := s.resources.block(kind, name); values["count"] != nil || values["for_each"] != nil {
		return kind + "." + name + "[*]"
	}
	return kind + "." + name
}

// referenceIn is the reference that a value consists of: an alias stands for the
// key that it leads to.
func (s *stack) referenceIn(value any) (hclexpr.Reference, bool) {
	for range 2 {
		token, isToken := value.(hclexpr.Token)
		if !isToken || !token.Whole {
			return hclexpr.Reference{}, false
		}
		expression, err := hclexpr.Parse(token.Text)
		if err != nil {
			return hclexpr.Reference{}, false
		}
		reference, is := expression.Reference()
		name, isAlias := strings.CutPrefix(reference.Address, "aws_kms_alias.")
		if !is || !isAlias {
			return reference, is
		}
		value = s.evaluate(s.resources.block("aws_kms_alias", name)["target_key_id"])
	}
	return hclexpr.Reference{}, false
}

// evaluate works out what is known of a value, throughout it. A text that is no
// expression of Terraform stays as it is.
func (s *stack) evaluate(value any) any {
	switch value := value.(type) {
	case string:
		return s.evaluateText(value)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = s.evaluate(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(value))
		for name, item := range value {
			object[name] = s.evaluate(item)
		}
		return object
	}
	return value
}

// evaluateText works out a text, each once.
func (s *stack) evaluateText(text string) any {
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return text
	}
	if value, known := s.texts[text]; known {
		return value
	}
	var value any = hclexpr.Token{Text: text, Whole: true}
	if expression, err := hclexpr.Parse(text); err == nil {
		value = expression.Evaluate(s.lookup)
	}
	s.texts[text] = value
	return value
}

// lookup knows the local values, and what data sources say of the account, the
// Region and the partition of their provider.
func (s *stack) lookup(address string) (value any, known bool) {
	if name, isLocal := strings.CutPrefix(address, "local."); isLocal {
		return s.local(name)
	}
	parts := strings.Split(address, ".")
	if len(parts) != 3 || parts[0] != "data" {
		return nil, false
	}
	return lookedUp(parts[1], s.providerOf(s.data.block(parts[1], parts[2])).orFrom(location{account: s.defaults.AccountId, region: s.defaults.Region}))
}

// lookedUp is what a data source says at a location.
func lookedUp(kind string, at location) (map[string]any, bool) {
	object := map[string]any{}
	say := func(value string, attributes ...string) {
		if value != "" {
			for _, attribute := range attributes {
				object[attribute] = value
			}
		}
	}
	switch kind {
	case "aws_caller_identity":
		say(at.account, "account_id", "id")
	case "aws_region":
		say(at.region, "name", "region", "id")
	case "aws_partition":
		id := at.orFrom(location{partition: partitionOf(at.region)}).partition
		say(id, "partition", "id")
		partition, _ := aws.FindPartition(id)
		say(partition.DnsSuffix, "dns_suffix")
	default:
		return nil, false
	}
	return object, true
}

// local is a local value. One that refers to itself is not known.
func (s *stack) local(name string) (value any, known bool) {
	given, found := s.locals[name]
	if !found {
		return nil, false
	}
	if worked, begun := s.worked[name]; begun {
		if worked == nil {
			return nil, false
		}
		return *worked, true
	}
	s.worked[name] = nil
	value = s.evaluate(given)
	s.worked[name] = &value
	return value, true
}
