package keyfile

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// stack is a configuration of Terraform in JSON, as CDKTF synthesizes it.
type stack struct {
	Resource map[string]map[string]map[string]any
	Data     map[string]map[string]map[string]any
	Provider map[string]any
	Module   map[string]any

	known place
}

func readStack(data []byte, defaults Defaults) (File, error) {
	var s stack
	if err := json.Unmarshal(data, &s); err != nil {
		return File{}, fmt.Errorf("is no synthesized stack: %w", err)
	}
	s.known = place{account: defaults.AccountId, region: defaults.Region}
	for _, provider := range blocksOf(s.Provider["aws"]) {
		if provider["alias"] == nil {
			s.known = s.known.orFrom(placeOfProvider(provider["region"], provider["allowed_account_ids"]))
			break
		}
	}
	if s.known.region != "" {
		s.known.partition = partitionOf(s.known.region)
	}
	file := File{Format: Stack}
	for _, name := range slices.Sorted(maps.Keys(s.Module)) {
		file.Notes = append(file.Notes, fmt.Sprintf("the module %s is not looked into; a plan shows its keys", name))
	}
	var resources []resource
	for _, kind := range append(slices.Clone(keyTypes), grantType) {
		for _, name := range slices.Sorted(maps.Keys(s.Resource[kind])) {
			values, _ := s.resolve(s.Resource[kind][name]).(map[string]any)
			address := kind + "." + name
			if values["count"] != nil || values["for_each"] != nil {
				address += "[*]"
			}
			resources = append(resources, resource{address: address, kind: kind, name: name, values: values, keyReference: s.keyReference(textOf(values["key_id"]))})
		}
	}
	file.Keys = assemble(resources, s.known, func(r resource) (keypolicy.Document, bool, error) {
		text, isText := r.values["policy"].(string)
		if !isText {
			return keypolicy.Document{}, false, nil
		}
		document, err := s.document(text, nil)
		return document, true, err
	})
	return file, nil
}

func placeOfProvider(region, accounts any) place {
	var p place
	if text := textOf(region); !aws.IsToken(text) {
		p.region = text
	}
	if ids := textsOf(accounts); len(ids) == 1 && !aws.IsToken(ids[0]) {
		p.account = ids[0]
	}
	return p
}

var keyAddress = regexp.MustCompile(`^\$\{(aws_kms_(?:replica_external_|external_|replica_)?key\.[A-Za-z0-9_-]+)(\[[^]]*\])?\.(?:id|arn|key_id)\}$`)

// keyReference is the address of the key that an expression names.
func (s *stack) keyReference(expression string) string {
	parts := keyAddress.FindStringSubmatch(expression)
	if parts == nil {
		return ""
	}
	kind, name, _ := strings.Cut(parts[1], ".")
	if values := s.Resource[kind][name]; values["count"] != nil || values["for_each"] != nil {
		return parts[1] + "[*]"
	}
	return parts[1]
}

var lookup = regexp.MustCompile(`\$\{data\.aws_(caller_identity|region|partition)\.[A-Za-z0-9_-]+\.(account_id|name|region|id|partition|dns_suffix)\}`)

// resolve replaces, throughout a value, what is known of the lookups of account,
// Region and partition.
func (s *stack) resolve(value any) any {
	switch value := value.(type) {
	case string:
		return lookup.ReplaceAllStringFunc(value, func(expression string) string {
			parts := lookup.FindStringSubmatch(expression)
			known := ""
			switch parts[1] + "." + parts[2] {
			case "caller_identity.account_id", "caller_identity.id":
				known = s.known.account
			case "region.name", "region.region", "region.id":
				known = s.known.region
			case "partition.partition", "partition.id":
				known = s.known.partition
			case "partition.dns_suffix":
				if s.known.partition == "aws-cn" {
					known = "amazonaws.com.cn"
				} else if s.known.partition != "" {
					known = "amazonaws.com"
				}
			}
			if known == "" {
				return expression
			}
			return known
		})
	case []any:
		resolved := make([]any, len(value))
		for i, item := range value {
			resolved[i] = s.resolve(item)
		}
		return resolved
	case map[string]any:
		resolved := make(map[string]any, len(value))
		for name, item := range value {
			resolved[name] = s.resolve(item)
		}
		return resolved
	}
	return value
}

var (
	documentReference = regexp.MustCompile(`^\$\{data\.aws_iam_policy_document\.([A-Za-z0-9_-]+)(?:\[[^]]*\])?\.(?:minified_)?json\}$`)
	jsonEncoded       = regexp.MustCompile(`(?s)^\$\{jsonencode\((.*)\)\}$`)
)

// document reads a policy as it stands in a stack: a reference to a data source,
// jsonencode of a literal, or JSON. under names the data sources that lead here.
func (s *stack) document(text string, under []string) (keypolicy.Document, error) {
	if parts := documentReference.FindStringSubmatch(text); parts != nil {
		name := parts[1]
		values, found := s.Data[documentType][name]
		address := "data." + documentType + "." + name
		switch {
		case !found:
			return keypolicy.Document{}, fmt.Errorf("the policy is that of %s, which is not in the file", address)
		case slices.Contains(under, name):
			return keypolicy.Document{}, fmt.Errorf("%s refers to itself", address)
		}
		resolved, _ := unescape(s.resolve(values)).(map[string]any)
		document, err := renderDocument(resolved, func(text string) (keypolicy.Document, error) {
			return s.document(text, append(under, name))
		})
		if err != nil {
			return document, fmt.Errorf("%s: %w", address, err)
		}
		return document, nil
	}
	if parts := jsonEncoded.FindStringSubmatch(text); parts != nil {
		value, err := readLiteral(parts[1])
		if err != nil {
			return keypolicy.Document{}, fmt.Errorf("the policy's jsonencode %w; a plan shows what it comes to", err)
		}
		encoded, err := json.Marshal(unescape(s.resolve(value)))
		if err != nil {
			return keypolicy.Document{}, err
		}
		return keypolicy.Parse(encoded)
	}
	if trimmed := strings.TrimSpace(text); !strings.HasPrefix(trimmed, "{") {
		return keypolicy.Document{}, fmt.Errorf("the policy is %.80s, which only Terraform can work out; a plan shows what it comes to", trimmed)
	}
	return keypolicy.Parse([]byte(strings.ReplaceAll(text, "$${", "${")))
}

// unescape turns Terraform's $${ into ${ throughout a value.
func unescape(value any) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "$${", "${")
	case []any:
		for i, item := range value {
			value[i] = unescape(item)
		}
	case map[string]any:
		for name, item := range value {
			value[name] = unescape(item)
		}
	}
	return value
}
