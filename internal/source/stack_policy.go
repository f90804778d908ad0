package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// policy reads the policy of a key or of an aws_kms_key_policy.
func (s *stack) policy(r, key resource) (read policyRead, err error) {
	given := s.resources.block(r.kind, r.name)["policy"]
	value := given
	if text, isText := given.(string); isText {
		if value, err = s.policyText(text); err != nil {
			return read, fmt.Errorf("the policy %w", err)
		}
	}
	if value == nil || value == "" {
		if slices.Contains(s.imported, r.address) {
			return read, errors.New("the key is imported with the policy that it has, which the stack does not hold; a plan shows it")
		}
		return read, nil
	}
	document, err := s.document(value, nil)
	if err != nil {
		return read, err
	}
	// In the resource of the policy, the key is what its key_id names; there may be
	// several instances of both.
	own := hclexpr.Reference{Address: key.kind + "." + key.name}
	if named, is := s.referenceIn(r.values["key_id"]); is {
		named.Attribute = ""
		own = named
	}
	markOwn(document, false, func(reference hclexpr.Reference) (attribute string, is bool) {
		attribute = reference.Attribute
		reference.Attribute = ""
		return attribute, reference == own
	})
	strangers := nameIdentities(document, key.provider.name, s.defaults.locationOf(key, document), func(reference hclexpr.Reference) (identity, bool) { return s.identity(reference, r) })
	return policyRead{document, true, strangers}, nil
}

// identity is the role or user that a reference names.
func (s *stack) identity(reference hclexpr.Reference, _ resource) (identity, bool) {
	blocks, address := s.resources, reference.Address
	if rest, isData := strings.CutPrefix(address, "data."); isData {
		blocks, address = s.data, rest
	}
	kind, name, _ := strings.Cut(address, ".")
	values := blocks.block(kind, name)
	if values == nil || !namesIdentity(kind, reference.Attribute) {
		return identity{}, false
	}
	id := identity{provider: s.providerOf(values), kind: kind, name: s.evaluate(values["name"]), path: s.evaluate(values["path"])}
	if id.path == nil && address == reference.Address {
		// The default; a data source does not tell.
		id.path = "/"
	}
	return id, true
}

// policyText works out a policy's text. A token that stands in the text of JSON
// is written as JSON writes it.
func (s *stack) policyText(text string) (any, error) {
	expression, err := hclexpr.Parse(text)
	if err != nil {
		return nil, err
	}
	parts := expression.Parts()
	if len(parts) == 1 {
		return expression.Evaluate(s.lookup), nil
	}
	var whole strings.Builder
	for _, part := range parts {
		value := part.Evaluate(s.lookup)
		token, isToken := value.(hclexpr.Token)
		if !isToken || !token.Whole {
			for _, text := range textsOf(value) {
				whole.WriteString(text)
			}
			continue
		}
		encoded, err := json.Marshal(token.Text)
		if err != nil {
			return nil, err
		}
		whole.Write(encoded[1 : len(encoded)-1])
	}
	return whole.String(), nil
}

// document reads a policy that is worked out as far as it goes: JSON, or a
// reference to a data source. under names the data sources that lead here.
func (s *stack) document(value any, under []string) (keypolicy.Document, error) {
	if reference, is := s.referenceIn(value); is && slices.Contains([]string{"json", "minified_json"}, reference.Attribute) {
		if name, isDocument := strings.CutPrefix(reference.Address, "data."+documentType+"."); isDocument {
			return s.dataSource(name, under)
		}
	}
	text := textOf(value)
	if token, isToken := value.(hclexpr.Token); isToken && token.Whole {
		return keypolicy.Document{}, fmt.Errorf("the policy is %.80s, which only Terraform can work out; a plan shows what it comes to", text)
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return keypolicy.Document{}, fmt.Errorf("the policy is %.80q; must be an object of JSON in a text", fmt.Sprint(hclexpr.Plain(value)))
	}
	return keypolicy.Parse([]byte(text))
}

// dataSource renders a data source aws_iam_policy_document.
func (s *stack) dataSource(name string, under []string) (keypolicy.Document, error) {
	values := s.data.block(documentType, name)
	address := "data." + documentType + "." + name
	switch {
	case values == nil:
		return keypolicy.Document{}, fmt.Errorf("the policy is that of %s, which is not in the file", address)
	case slices.Contains(under, name):
		return keypolicy.Document{}, fmt.Errorf("%s refers to itself", address)
	}
	worked, _ := s.evaluate(values).(map[string]any)
	document, err := renderDocument(worked, func(value any) (keypolicy.Document, error) {
		return s.document(value, append(slices.Clip(under), name))
	})
	if err != nil {
		return document, fmt.Errorf("%s: %w", address, err)
	}
	return document, nil
}
