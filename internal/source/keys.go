package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// keyTypes are the resources that are keys or attach policies to them.
var keyTypes = []string{keyType, replicaType, "aws_kms_external_key", "aws_kms_replica_external_key", keyPolicyType}

const (
	keyType       = "aws_kms_key"
	replicaType   = "aws_kms_replica_key"
	keyPolicyType = "aws_kms_key_policy"
	documentType  = "aws_iam_policy_document"
)

// foreignKeyTypes are keys that other providers than hashicorp/aws make.
var foreignKeyTypes = []string{"awscc_kms_key", "awscc_kms_replica_key"}

func isKey(resourceType string) bool {
	return resourceType != keyPolicyType && slices.Contains(keyTypes, resourceType)
}

// resource is a resource of Terraform, from whichever source.
type resource struct {
	address, module, kind, name string
	values                      map[string]any
	change                      Change
	// provider makes it.
	provider provider
	// target is the address of the key that a policy or grant is for, or that a
	// replica has as its primary, as far as it can be told.
	target string
	// leftOut says what of it is not known.
	leftOut []string
}

func (r resource) text(attribute string) string { return textOf(r.values[attribute]) }

// reader is what a kind of file knows of its resources.
type reader interface {
	// policy reads the policy of a key or of an aws_kms_key_policy. References to the
	// key itself are marked.
	policy(policy, key resource) (policyRead, error)
	// identity is the role or user that a reference of a resource names.
	identity(reference hclexpr.Reference, user resource) (identity, bool)
}

// policyRead is a policy as a file has it.
type policyRead struct {
	document keypolicy.Document
	// found is false when there is none.
	found bool
	// strangers are its principals of which a token does not tell the account.
	strangers []string
}

// assembly makes keys of resources.
type assembly struct {
	keys []*Key
	// of are the resources that the keys are, in the same order.
	of        []resource
	index     map[string]int
	hasPolicy map[*Key]bool
	// attached are the aws_kms_key_policy of the keys that have one.
	attached map[*Key]string
	// leftOut is what concerns none of the keys in the file.
	leftOut  []string
	reader   reader
	defaults Defaults
}

// assemble makes keys of resources.
func assemble(resources []resource, defaults Defaults, reader reader) (keys []Key, leftOut []string) {
	a := &assembly{defaults: defaults, index: map[string]int{}, hasPolicy: map[*Key]bool{}, attached: map[*Key]string{}, reader: reader}
	for _, r := range resources {
		if isKey(r.kind) {
			a.add(r)
		}
	}
	for _, r := range resources {
		if r.kind == keyPolicyType && r.change == Delete {
			a.detachPolicy(r)
		}
	}
	for _, r := range resources {
		if r.kind == keyPolicyType && r.change != Delete {
			a.attachPolicy(r)
		}
	}
	for _, r := range resources {
		if r.kind == grantType {
			a.attachGrant(r)
		}
	}
	assembled := make([]Key, 0, len(a.keys))
	for i, key := range a.keys {
		if primary, _ := a.keyOf(a.of[i], "primary_key_arn"); primary != nil {
			// KMS Developer Guide, "Multi-Region keys in AWS KMS", "Shared properties".
			key.Spec = primary.Spec
		}
		finish(key, unknownIdOf(a.of[i]), a.locationOf(a.of[i], 0), a.defaults, a.hasPolicy[key])
		assembled = append(assembled, *key)
	}
	return assembled, a.leftOut
}

func (a *assembly) add(r resource) *Key {
	key := &Key{Change: r.change, AppliedBy: r.provider.appliedBy}
	key.leaveOut(r.leftOut...)
	key.Address, key.Arn = r.address, r.text("arn")
	if aws.IsToken(key.Arn) {
		key.Arn = ""
	}
	if isKey(r.kind) {
		key.Tags, key.AllTags = tagsOf(r)
		key.Spec = literalOf(r.values["customer_master_key_spec"])
		a.setPolicy(key, r, r)
		for _, name := range []string{r.address, key.Arn, r.text("key_id"), r.text("id")} {
			if name != "" && !aws.IsToken(name) {
				a.index[name] = len(a.keys)
			}
		}
	}
	a.keys, a.of = append(a.keys, key), append(a.of, r)
	return key
}

// keyOf is the key that a policy, a grant or a replica names; nil if it is not in
// the file.
func (a *assembly) keyOf(r resource, attribute string) (*Key, resource) {
	for _, name := range []string{r.text(attribute), r.target} {
		if at, found := a.index[name]; found && name != "" {
			return a.keys[at], a.of[at]
		}
	}
	return nil, resource{}
}

// locationOf is where a key is: a replica is in the account of its primary key.
// See the KMS Developer Guide, "Multi-Region keys in AWS KMS".
func (a *assembly) locationOf(r resource, hops int) location {
	told := r.provider.location
	if r.kind == replicaType || r.kind == "aws_kms_replica_external_key" {
		if arn, is := parseKeyArn(r.text("primary_key_arn")); is {
			return told.orFrom(location{partition: arn.partition, account: arn.account})
		}
		if primary, of := a.keyOf(r, "primary_key_arn"); primary != nil && hops < len(a.keys) {
			known := a.locationOf(of, hops+1)
			if arn, is := parseKeyArn(primary.Arn); is {
				known = arn.location
			}
			return told.orFrom(location{partition: known.partition, account: known.account})
		}
	}
	return told
}

func (a *assembly) setPolicy(key *Key, policy, of resource) {
	read, err := a.reader.policy(policy, of)
	switch {
	case err != nil:
		key.Problem = err.Error()
	case read.found:
		key.Policy, key.Strangers = read.document, read.strangers
	}
	a.hasPolicy[key] = a.hasPolicy[key] || read.found || err != nil
}

// unknownIdOf stands for the id of a key that is not known: those of multi-Region
// keys begin with mrk-. See the KMS Developer Guide, "Multi-Region keys in AWS
// KMS".
func unknownIdOf(r resource) string {
	if r.values["multi_region"] == true || strings.HasPrefix(r.kind, "aws_kms_replica_") {
		return "mrk-" + unknownId
	}
	return unknownId
}

// finish gives a key its ARN, and notes what was assumed, what has no effect and
// what KMS would refuse.
func finish(key *Key, id string, told location, defaults Defaults, hasPolicy bool) {
	note := func(format string, args ...any) { key.Notes = append(key.Notes, fmt.Sprintf(format, args...)) }
	locate(key, id, told, defaults)
	if key.Change == Replace {
		note("the plan destroys the key and creates another one: what was encrypted with the old one cannot be read once it is deleted")
	}
	if !hasPolicy {
		defaultPolicy(key)
	}
	if key.Problem != "" {
		return
	}
	fillOwn(key)
	if size := key.Policy.Size(); size > keypolicy.MaxSize {
		note("the policy has %d bytes, %d over the limit: KMS takes %d", size, size-keypolicy.MaxSize, keypolicy.MaxSize)
	}
	for _, name := range tokensOf(key.Policy, key.Grants) {
		if slices.Contains(key.Strangers, name) {
			continue
		}
		note("%s is not known before apply; it is compared as a whole, and matches only itself", name)
	}
	checkOpen(key)
	for _, doubt := range key.Policy.Doubts() {
		note("%s", doubt)
	}
	adoptPatterns(key)
	checkResources(key)
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
		if text, isText := value.(string); isText && hclexpr.IsKnown(value) {
			tags[name] = text
		} else {
			all = false
		}
	}
	return tags, all
}

// defaultPolicy gives a key the policy that KMS gives it when nobody says
// otherwise. See the KMS Developer Guide, "Default key policy".
func defaultPolicy(key *Key) {
	parts := strings.Split(key.Arn, ":")
	key.Notes = append(key.Notes, "no policy is given, so KMS sets its default: IAM policies of the account decide")
	key.Policy = keypolicy.Document{Statements: []keypolicy.Statement{{
		Sid: "DefaultKeyPolicy", Effect: keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:" + parts[1] + ":iam::" + parts[4] + ":root")},
		Actions:    []string{"kms:*"},
	}}}
}
