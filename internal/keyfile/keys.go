package keyfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/access"
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// keyTypes are the resources that are keys or attach policies to them.
var keyTypes = []string{"aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_replica_external_key", "aws_kms_key_policy"}

const (
	keyPolicyType = "aws_kms_key_policy"
	grantType     = "aws_kms_grant"
	documentType  = "aws_iam_policy_document"
)

func isKey(resourceType string) bool {
	return resourceType != keyPolicyType && slices.Contains(keyTypes, resourceType)
}

// resource is a resource of Terraform, from whichever source.
type resource struct {
	address, module, kind, name string
	values                      map[string]any
	// keyReference is the address of the key that a policy or grant is for, as far
	// as it can be told.
	keyReference string
}

func (r resource) text(attribute string) string {
	text, _ := r.values[attribute].(string)
	return text
}

// assemble makes keys of resources. policyOf reads the policy of a key or of an
// aws_kms_key_policy; its found is false when there is none.
func assemble(resources []resource, known place, policyOf func(resource) (document keypolicy.Document, found bool, err error)) []access.Key {
	var keys []*access.Key
	index := map[string]*access.Key{}
	hasPolicy := map[*access.Key]bool{}
	setPolicy := func(key *access.Key, r resource) {
		document, found, err := policyOf(r)
		switch {
		case err != nil:
			key.Problem = err.Error()
		case found:
			key.Policy = document
		}
		hasPolicy[key] = hasPolicy[key] || found || err != nil
	}
	for _, r := range resources {
		if !isKey(r.kind) {
			continue
		}
		key := &access.Key{Address: r.address, Arn: r.text("arn")}
		if aws.IsToken(key.Arn) {
			key.Arn = ""
		}
		key.Tags, key.AllTags = tagsOf(r)
		setPolicy(key, r)
		keys = append(keys, key)
		for _, name := range []string{r.address, key.Arn, r.text("key_id"), r.text("id")} {
			if name != "" && !aws.IsToken(name) {
				index[name] = key
			}
		}
	}
	keyOf := func(r resource) *access.Key {
		if key := index[r.text("key_id")]; key != nil {
			return key
		}
		return index[r.keyReference]
	}
	for _, r := range resources {
		if r.kind != keyPolicyType {
			continue
		}
		key := keyOf(r)
		if key == nil {
			key = &access.Key{Address: r.address, Notes: []string{"the key itself is not in the file"}}
			keys = append(keys, key)
		} else {
			key.Notes = append(key.Notes, "the policy is that of "+r.address)
			key.Problem = ""
		}
		setPolicy(key, r)
	}
	for _, r := range resources {
		if r.kind != grantType {
			continue
		}
		grant, err := grantOf(r)
		key := keyOf(r)
		switch {
		case key == nil:
			for _, other := range keys {
				other.Notes = append(other.Notes, fmt.Sprintf("the grant %s is left out: for which key it is, is not known before apply", r.address))
			}
		case err != nil:
			key.Notes = append(key.Notes, fmt.Sprintf("the grant %s is left out: %v", r.address, err))
		default:
			key.Grants = append(key.Grants, grant)
		}
	}
	assembled := make([]access.Key, 0, len(keys))
	for _, key := range keys {
		finish(key, known)
		if !hasPolicy[key] {
			defaultPolicy(key)
		}
		assembled = append(assembled, *key)
	}
	return assembled
}

// tagsOf are the tags of a key, and whether it can have no others. tags_all has
// those that the provider gives to every resource, too.
func tagsOf(r resource) (tags map[string]string, all bool) {
	values, all := r.values["tags_all"].(map[string]any)
	if !all {
		values, _ = r.values["tags"].(map[string]any)
	}
	tags = map[string]string{}
	for name, value := range values {
		if text, isText := value.(string); isText && !aws.IsToken(text) {
			tags[name] = text
		} else {
			all = false
		}
	}
	return tags, all
}

// defaultPolicy gives a key the policy that KMS gives it when nobody says
// otherwise. See the KMS Developer Guide, "Default key policy".
func defaultPolicy(key *access.Key) {
	parts := strings.Split(key.Arn, ":")
	key.Notes = append(key.Notes, "no policy is given, so KMS sets its default: IAM policies of the account decide")
	key.Policy = keypolicy.Document{Statements: []keypolicy.Statement{{
		Sid: "DefaultKeyPolicy", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:" + parts[1] + ":iam::" + parts[4] + ":root")},
		Actions:    []string{"kms:*"},
	}}}
}

func grantOf(r resource) (evaluation.Grant, error) {
	grant := evaluation.Grant{Name: r.text("name"), GranteePrincipal: r.text("grantee_principal")}
	if grant.Name == "" {
		grant.Name = r.address
	}
	if grant.GranteePrincipal == "" {
		return grant, fmt.Errorf("grantee_principal is missing")
	}
	for _, operation := range textsOf(r.values["operations"]) {
		if aws.IsToken(operation) {
			return grant, fmt.Errorf("operations %s is not known before apply", operation)
		}
		grant.Operations = append(grant.Operations, operation)
	}
	for _, block := range blocksOf(r.values["constraints"]) {
		if pairs := pairsOf(block["encryption_context_equals"]); len(pairs) > 0 {
			grant.EncryptionContextEquals = pairs
		}
		if pairs := pairsOf(block["encryption_context_subset"]); len(pairs) > 0 {
			grant.EncryptionContextSubset = pairs
		}
	}
	return grant, nil
}

func pairsOf(value any) map[string]string {
	pairs := map[string]string{}
	object, _ := value.(map[string]any)
	for name, value := range object {
		if text, isText := value.(string); isText {
			pairs[name] = text
		}
	}
	return pairs
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
	case string:
		return []string{value}
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

// plainAddress is an address without the instance keys of count and for_each.
func plainAddress(address string) string {
	var plain strings.Builder
	depth, quoted := 0, false
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case depth == 0:
			plain.WriteByte(c)
		}
	}
	return plain.String()
}
