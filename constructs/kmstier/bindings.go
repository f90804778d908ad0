package kmstier

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawscalleridentity"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsiampolicydocument"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawspartition"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/dataawsregion"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsdefaultkmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/ebsencryptionbydefault"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsalias"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsgrant"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmskey"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/kmsreplicakey"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/hcloutput"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// The bindings of the AWS provider stay in this file, so that a move to another
// build of them is a change of these imports.

// keyResources are the Terraform resources of one key.
type keyResources struct {
	document dataawsiampolicydocument.DataAwsIamPolicyDocument
	key      kmskey.KmsKey
	alias    kmsalias.KmsAlias
	// keyId is the token of the key's id: asking for it is a call of jsii.
	keyId *string
	// adopted is what must hold of a key that exists already.
	adopted adoption
}

func newKeyResources(scope constructs.Construct, s settings, location statements.Location, of purpose, policy keypolicy.Document) keyResources {
	rotate, rotationPeriodDays := s.rotation(of)
	document := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(scope, jsii.String("policy"),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Provider: s.provider, Statement: statementsOf(policy)})
	given := &kmskey.KmsKeyConfig{
		Provider:             s.provider,
		Description:          jsii.String(s.description(of)),
		DeletionWindowInDays: jsii.Number(s.deletionWindowDays),
		EnableKeyRotation:    jsii.Bool(rotate),
		// With the policy on the key itself the key never lives under the default
		// policy, as it would until a separate aws_kms_key_policy is applied.
		Policy: document.Json(),
		Tags:   stringMap(s.tagsOf(of.name)),
	}
	if len(s.replicas) > 0 {
		given.MultiRegion = jsii.Bool(true)
	}
	if rotate {
		given.RotationPeriodInDays = jsii.Number(rotationPeriodDays)
	}
	if !of.spec.IsSymmetric() {
		given.CustomerMasterKeySpec, given.KeyUsage = jsii.String(of.spec.Name), jsii.String(string(of.usage))
	}
	if of.additional != nil && of.additional.customKeyStoreId != "" {
		given.CustomKeyStoreId = jsii.String(of.additional.customKeyStoreId)
	}
	if of.additional != nil && of.additional.xksKeyId != "" {
		given.XksKeyId = jsii.String(of.additional.xksKeyId)
	}
	made := keyResources{document: document, adopted: adoption{adoptable(scope, s, of), isAdopted(s, of)}}
	given.Lifecycle = lifecycle(s, location, made.adopted)
	key := kmskey.NewKmsKey(scope, jsii.String("key"), given)
	putConditions(key, given.Lifecycle)
	keyId := key.KeyId()
	made.key, made.keyId = key, keyId
	aliasRules := aliasLifecycle(scope, s, of)
	made.alias = kmsalias.NewKmsAlias(scope, jsii.String("alias"), &kmsalias.KmsAliasConfig{
		Provider:    s.provider,
		Name:        jsii.String(s.alias(of.name)),
		TargetKeyId: keyId,
		Lifecycle:   aliasRules,
	})
	putConditions(made.alias, aliasRules)
	made.adopt(s, of)
	return made
}

// replicaResources are the Terraform resources of a key's replica.
type replicaResources struct {
	document dataawsiampolicydocument.DataAwsIamPolicyDocument
	key      kmsreplicakey.KmsReplicaKey
	alias    kmsalias.KmsAlias
	keyId    *string
}

func newReplicaResources(scope constructs.Construct, s settings, location statements.Location, of purpose, by cdktf.TerraformProvider, primary keyResources, policy keypolicy.Document) replicaResources {
	document := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(scope, jsii.String("policy"),
		&dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Provider: by, Statement: statementsOf(policy)})
	rules := lifecycle(s, location, adoption{})
	key := kmsreplicakey.NewKmsReplicaKey(scope, jsii.String("key"), &kmsreplicakey.KmsReplicaKeyConfig{
		Provider:             by,
		PrimaryKeyArn:        primary.key.Arn(),
		Description:          jsii.String(s.description(of)),
		DeletionWindowInDays: jsii.Number(s.deletionWindowDays),
		Policy:               document.Json(),
		Tags:                 stringMap(s.tagsOf(of.name)),
		Lifecycle:            rules,
	})
	putConditions(key, rules)
	keyId := key.KeyId()
	alias := kmsalias.NewKmsAlias(scope, jsii.String("alias"), &kmsalias.KmsAliasConfig{
		Provider: by, Name: jsii.String(s.alias(of.name)), TargetKeyId: keyId,
	})
	return replicaResources{document: document, key: key, alias: alias, keyId: keyId}
}

// lifecycle is what Terraform must observe of a key, or nil. Where only Terraform
// knows the key's account, it compares it with that of the roles before it plans a
// key; what is known now was compared by [parse].
//
// An adopted key is what adopted says, and is never destroyed.
func lifecycle(s settings, location statements.Location, adopted adoption) *cdktf.TerraformResourceLifecycle {
	var rules cdktf.TerraformResourceLifecycle
	if s.preventDestroy || len(adopted.before) > 0 {
		rules.PreventDestroy = jsii.Bool(true)
	}
	rules.Postcondition = adopted.after
	conditions := slices.Clone(adopted.before)
	if own, of := s.ownAccount(); own.IsKnown() && of != "AccountId" {
		conditions = append(conditions, &cdktf.Precondition{
			Condition: jsii.String("${" + operand(location.AccountId) + " == \"" + own.Text() + "\"}"),
			ErrorMessage: jsii.String(fmt.Sprintf("The key would be in another account than %s, that of %s. "+
				"Give roles of the key's own account, or the provider of theirs; other accounts are for SharedWith.", own.Text(), of)),
		})
	}
	if len(conditions) > 0 {
		rules.Precondition = &conditions
	}
	if rules == (cdktf.TerraformResourceLifecycle{}) {
		return nil
	}
	return &rules
}

// operand is a token as it stands within an expression. CDKTF leaves out the braces
// of its own there; what was written by hand keeps them, in a text.
func operand(token string) string {
	if strings.Contains(token, "${TfToken[") {
		return token
	}
	return `"` + token + `"`
}

func (r keyResources) putPolicy(policy keypolicy.Document) {
	r.document.PutStatement(statementsOf(policy))
}

// addGrants creates one grant a grantee, named after the account and its role.
// Every change of a grant replaces it, so its id follows the grantee rather than
// its place in the list.
func addGrants(scope constructs.Construct, s settings, by cdktf.TerraformProvider, keyId *string, holder string, grants statements.DeclaredGrants, adopted AdoptedKey) {
	taken := map[string]bool{}
	for _, grantee := range grants.Grantees {
		label := holder
		if role := roleLabel(grantee); role != "" {
			label += "-" + role
		}
		for name, n := label, 2; taken[label]; n++ {
			label = fmt.Sprintf("%s-%d", name, n)
		}
		taken[label] = true
		grant := kmsgrant.NewKmsGrant(scope, jsii.String("grant-"+label), &kmsgrant.KmsGrantConfig{
			Provider:         by,
			Name:             jsii.String(s.namePrefix + "-" + s.environment + "-" + label),
			KeyId:            keyId,
			GranteePrincipal: jsii.String(grantee),
			Operations:       jsii.Strings(grants.Operations...),
			Constraints: &[]*kmsgrant.KmsGrantConstraints{{
				EncryptionContextSubset: stringMap(grants.EncryptionContextSubset),
			}},
		})
		if id := adopted.grantId(grantee); id != "" {
			grant.ImportFrom(jsii.String(adopted.KeyId+":"+id), by)
		}
	}
}

var notInLabels = regexp.MustCompile(`[^A-Za-z0-9]+`)

// roleLabel is the name of the role in an ARN, "role" where only Terraform
// knows it, and "" for an account's root.
func roleLabel(arn string) string {
	if strings.HasSuffix(arn, ":root") {
		return ""
	}
	if !config.ValueOf(arn).IsKnown() {
		return "role"
	}
	return strings.Trim(notInLabels.ReplaceAllString(arn[strings.LastIndex(arn, "/")+1:], "-"), "-")
}

// block is a block of Terraform, by the names that the provider gives its
// arguments.
type block = map[string]any

// statementsOf are the statements in a token. As structs of the bindings they would
// take the jsii kernel several times as long: it tries each type that each nested
// field could have.
func statementsOf(policy keypolicy.Document) cdktf.IResolvable {
	return cdktf.Token_AsAny(hcloutput.Contents(statementBlocks(policy)))
}

// statementBlocks are the statements as Terraform takes them. Lists of strings and of
// blocks are typed, since jsii takes every value of a list of any for an object.
func statementBlocks(policy keypolicy.Document) []block {
	var blocks []block
	for _, statement := range policy.Statements {
		made := block{"sid": statement.Sid, "effect": string(statement.Effect)}
		set(made, "principals", principalBlocks(statement.Principals))
		set(made, "actions", list(statement.Actions))
		set(made, "resources", list(statement.Resources))
		set(made, "condition", conditionBlocks(statement.Conditions))
		// Extra statements may have these.
		set(made, "not_principals", principalBlocks(statement.NotPrincipals))
		set(made, "not_actions", list(statement.NotActions))
		set(made, "not_resources", list(statement.NotResources))
		if made["resources"] == nil && made["not_resources"] == nil {
			made["resources"] = []string{"*"}
		}
		blocks = append(blocks, made)
	}
	return blocks
}

// set leaves out what is empty: Terraform would take it for something.
func set[T any](made block, name string, values []T) {
	if len(values) > 0 {
		made[name] = values
	}
}

// list is the values in canonical order.
func list(values []string) []string {
	texts := keypolicy.Canonical(values)
	for i, value := range texts {
		texts[i] = terraformText(value)
	}
	return texts
}

func principalBlocks(principals []keypolicy.Principal) []block {
	var blocks []block
	for _, kind := range []keypolicy.PrincipalType{keypolicy.PrincipalAws, keypolicy.PrincipalService} {
		var ids []string
		for _, principal := range principals {
			if principal.Type == kind {
				ids = append(ids, principal.Id)
			}
		}
		for _, identifiers := range terraformLists(ids) {
			blocks = append(blocks, block{"type": string(kind), "identifiers": identifiers})
		}
	}
	return blocks
}

func conditionBlocks(conditions []keypolicy.Condition) []block {
	var blocks []block
	for _, condition := range conditions {
		for _, values := range terraformLists(condition.Values) {
			blocks = append(blocks, block{"test": condition.Operator, "variable": condition.Key, "values": values})
		}
	}
	return blocks
}

// policyVariableStart is how an IAM policy variable begins in JSON; Terraform
// would read it as an expression of its own. The provider takes &{ instead.
var policyVariableStart = regexp.MustCompile(`\$\{([A-Za-z0-9-]+:[^:{}]|[*?$]\})`)

func terraformText(value string) string { return policyVariableStart.ReplaceAllString(value, "&{$1") }

// terraformLists are the values as lists that Terraform can take: a list whose
// length only Terraform knows cannot stand among other values, so each is a
// list, and then a block, of its own. The provider joins blocks of one kind.
func terraformLists(values []string) [][]string {
	var plain []string
	var lists [][]string
	for _, value := range keypolicy.Canonical(values) {
		if aws.IsListToken(value) {
			lists = append(lists, []string{value})
		} else {
			plain = append(plain, terraformText(value))
		}
	}
	if len(plain) > 0 {
		lists = append([][]string{plain}, lists...)
	}
	return lists
}

func stringMap(values map[string]string) *map[string]*string {
	pointers := make(map[string]*string, len(values))
	for key, value := range values {
		pointers[key] = jsii.String(value)
	}
	return &pointers
}

// dataSources looks up what the configuration leaves open.
type dataSources struct {
	scope         constructs.Construct
	provider      cdktf.TerraformProvider
	partitionData dataawspartition.DataAwsPartition
}

func (d *dataSources) accountId() string {
	return *dataawscalleridentity.NewDataAwsCallerIdentity(d.scope, jsii.String("caller-identity"), &dataawscalleridentity.DataAwsCallerIdentityConfig{Provider: d.provider}).AccountId()
}

func (d *dataSources) region() string {
	return *dataawsregion.NewDataAwsRegion(d.scope, jsii.String("region"), &dataawsregion.DataAwsRegionConfig{Provider: d.provider}).Id()
}

func (d *dataSources) partition() string { return *d.partitionSource().Partition() }

func (d *dataSources) dnsSuffix() string { return *d.partitionSource().DnsSuffix() }

func (d *dataSources) partitionSource() dataawspartition.DataAwsPartition {
	if d.partitionData == nil {
		d.partitionData = dataawspartition.NewDataAwsPartition(d.scope, jsii.String("partition"), &dataawspartition.DataAwsPartitionConfig{Provider: d.provider})
	}
	return d.partitionData
}

// newEbsEncryption encrypts new volumes of the account and Region with a key.
func newEbsEncryption(scope constructs.Construct, s settings, r keyResources) {
	key := ebsdefaultkmskey.NewEbsDefaultKmsKey(scope, jsii.String("ebs-default-key"),
		&ebsdefaultkmskey.EbsDefaultKmsKeyConfig{Provider: s.provider, KeyArn: r.key.Arn()})
	ebsencryptionbydefault.NewEbsEncryptionByDefault(scope, jsii.String("ebs-encryption-by-default"),
		&ebsencryptionbydefault.EbsEncryptionByDefaultConfig{
			Provider: s.provider,
			Enabled:  jsii.Bool(true),
			// Switched on before the key is set, it would encrypt with the account's
			// aws/ebs key.
			DependsOn: &[]cdktf.ITerraformDependable{key},
		})
}

// newPolicyDocument renders a policy of IAM.
func newPolicyDocument(scope constructs.Construct, id string, by cdktf.TerraformProvider, policy keypolicy.Document) *PolicyDocument {
	document := dataawsiampolicydocument.NewDataAwsIamPolicyDocument(scope, &id, &dataawsiampolicydocument.DataAwsIamPolicyDocumentConfig{Provider: by})
	if hcloutput.IsWanted() {
		document.AddOverride(jsii.String("statement"), hcloutput.Blocks(statementBlocks(policy)))
	} else {
		document.AddOverride(jsii.String("statement"), cdktf.Token_AsAny(statementBlocks(policy)))
	}
	return &PolicyDocument{json: document.Json(), policy: policy}
}

// newLookedUpDocument renders a policy that depends on the place, which data
// sources beside it look up where the configuration does not say.
func newLookedUpDocument(scope constructs.Construct, id string, s settings, policy func(statements.Location) keypolicy.Document) *PolicyDocument {
	own := constructs.NewConstruct(scope, &id)
	return newPolicyDocument(own, "policy", s.provider, policy(s.location(&dataSources{scope: own, provider: s.provider})))
}
