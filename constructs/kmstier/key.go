package kmstier

import (
	"fmt"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Key is one KMS key of a tier, whatever it is for. The getters return tokens
// that other resources take.
type Key interface {
	constructs.Construct
	// KeyId is the key's id.
	KeyId() *string
	// Arn is the key's ARN. Name the key by it wherever another account or VPC flow
	// logs use the key: they do not take the id.
	Arn() *string
	// AliasName is the alias with its prefix, such as "alias/nc-dp-data-prod".
	AliasName() *string
	// AliasArn is the alias's ARN.
	AliasArn() *string
	// Purpose is what the key is for: "data", "logs" or that of an additional key.
	Purpose() string
	// Alias is the alias's name as text, for messages. Resources should take
	// AliasName, with which Terraform creates the alias before them.
	Alias() string
	// Replica is the key's replica in a Region of ReplicaRegions, or nil.
	Replica(region string) Replica
	// Policy is the key's policy as it stands, late grants included. What only
	// Terraform knows stands in it as tokens.
	Policy() keypolicy.Document
	// UsePolicyDocument is the identity policy that roles of a kind need for the
	// key, as [KmsTierConfig.UsePolicy] says, made below the scope.
	UsePolicyDocument(scope constructs.Construct, id string, consumer Consumer) (*PolicyDocument, error)
	// AddStatement adds a statement to the key's policy, at any time before synthesis,
	// under the checks of the configuration's ExtraStatements. For an AWS service,
	// [KmsTier.AccountId] is what aws:SourceAccount must be. A [ConfigError] says what is
	// wrong with it, or what the policy would then let happen; the policy is unchanged.
	AddStatement(statement keypolicy.Statement) error

	// The verbs let a role use the key, or administer it. They add to the key's policy,
	// at any time before synthesis, and create no KMS grant. The role is the ARN of an
	// IAM role or user in the key's account as text or token, a [RolePattern], or a
	// resource of the bindings that has an ARN, such as an iamrole.IamRole. A
	// [ConfigError] says what is wrong with it, or that the verb does not fit the key;
	// the policy is unchanged then.
	//
	// A role of another stack must not be granted by a token if that stack uses the key:
	// CDKTF panics at synthesis since each would depend on the other. Name it by its ARN
	// as text, or by a RolePattern, and give it the key's UsePolicyDocument.

	// GrantEncryptDecrypt lets a role encrypt and decrypt for one service: directly with
	// the service's encryption context, and through the AWS services that the key serves,
	// with the grants that these need. service is the value of "service", one of the
	// configuration's Services if those are given; "" for an asymmetric key, which takes
	// no context. The logs key takes no direct use, and so none of the first three verbs:
	// see [LogsKey.GrantApplicationLogs].
	GrantEncryptDecrypt(role any, service string) error
	// GrantEncrypt is like GrantEncryptDecrypt, for encrypting only. A service that reads
	// what it writes, such as S3 for uploads in parts or SQS for sending, needs both.
	GrantEncrypt(role any, service string) error
	// GrantDecrypt is like GrantEncryptDecrypt, for decrypting only.
	GrantDecrypt(role any, service string) error
	// GrantSign is for keys of usage SIGN_VERIFY.
	GrantSign(role any) error
	// GrantVerify is for keys of usage SIGN_VERIFY.
	GrantVerify(role any) error
	// GrantGenerateMac is for keys of usage GENERATE_VERIFY_MAC.
	GrantGenerateMac(role any) error
	// GrantVerifyMac is for keys of usage GENERATE_VERIFY_MAC.
	GrantVerifyMac(role any) error
	// GrantDeriveSharedSecret is for keys of usage KEY_AGREEMENT.
	GrantDeriveSharedSecret(role any) error
	// GrantAdminister lets a role manage this key, and denies it every use of it, as
	// AdministratorRoleArns does for all keys of the tier.
	GrantAdminister(role any) error
}

// tierKey is what all keys of a tier have in common.
type tierKey struct {
	tier      *KmsTier
	purpose   purpose
	policy    keypolicy.Document
	resources keyResources
	replicas  []*replicaKey
}

func (k *tierKey) KeyId() *string     { return k.resources.keyId }
func (k *tierKey) Arn() *string       { return k.resources.key.Arn() }
func (k *tierKey) AliasName() *string { return k.resources.alias.Name() }
func (k *tierKey) AliasArn() *string  { return k.resources.alias.Arn() }
func (k *tierKey) Purpose() string    { return k.purpose.name }
func (k *tierKey) Alias() string      { return k.tier.settings.alias(k.purpose.name) }

func (k *tierKey) Policy() keypolicy.Document {
	return k.policy.Clone()
}

func newKey(tier *KmsTier, name string) tierKey {
	of, _ := tier.settings.findPurpose(name)
	return tierKey{tier: tier, purpose: of, policy: of.policy(tier.settings, tier.scope)}
}

// create makes the key's resources below the scope, as a child of the tier.
func (k *tierKey) create(scope constructs.Construct) {
	constructs.NewConstruct_Override(scope, k.tier, &k.purpose.name)
	k.resources = newKeyResources(scope, k.tier.settings, k.tier.scope, k.purpose, k.policy)
	adopted, _ := k.tier.settings.adoptedKey(k.purpose.name)
	addGrants(scope, k.tier.settings, k.tier.settings.provider, k.resources.keyId, k.purpose.grantHolder, k.purpose.grants(k.tier.settings, k.tier.scope), adopted)
	k.createReplicas(scope)
}

// change gives the key, and the tier, what a parser read after construction, or
// refuses it and leaves both as they are.
func (k *tierKey) change(subject string, p *parser) error {
	if p.Count() == 0 {
		p.policy(k.purpose)
	}
	if p.Count() == 0 && p.adds {
		p.meaning(k.purpose)
	}
	if p.Count() > 0 {
		return config.Refuse(subject, p.Problems())
	}
	before, _ := k.tier.settings.ownAccount()
	k.tier.settings = p.settings
	if now, _ := p.settings.ownAccount(); now != before {
		setLifecycle(k.resources.key, lifecycle(p.settings, k.tier.scope, k.resources.adopted))
		for _, replica := range k.replicas {
			setLifecycle(replica.resources.key, lifecycle(p.settings, k.tier.scope, adoption{}))
		}
	}
	k.setPolicy(k.purpose.policy(p.settings, k.tier.scope))
	k.setReplicaPolicies(p.settings)
	return nil
}

func (k *tierKey) AddStatement(statement keypolicy.Statement) error {
	p := &parser{settings: k.tier.settings.detached(), adds: true}
	statement = statement.Clone()
	p.extraStatement("statement", k.purpose, statement)
	p.settings.extras[k.purpose.name] = append(slices.Clone(p.settings.extras[k.purpose.name]), statement)
	return k.change(fmt.Sprintf("AddStatement %q on the %s key of %q", statement.Sid, k.purpose.name, *k.tier.Node().Path()), p)
}

func (k *tierKey) setPolicy(policy keypolicy.Document) {
	k.policy = policy
	k.resources.putPolicy(policy)
}

// DataKey is the key for data: S3 buckets, DynamoDB tables, EBS volumes,
// Secrets Manager secrets, log groups, and whatever services encrypt themselves.
type DataKey struct {
	constructs.Construct
	tierKey
}

func newDataKey(tier *KmsTier) *DataKey {
	// jsii leaves an embedded struct alone only where it is not zero.
	k := &DataKey{tierKey: newKey(tier, purposeData)}
	k.create(k)
	return k
}

// additionalKey is a further key, whatever it is for.
type additionalKey struct {
	constructs.Construct
	tierKey
}

func newAdditionalKey(tier *KmsTier, name string) *additionalKey {
	k := &additionalKey{tierKey: newKey(tier, name)}
	k.create(k)
	return k
}

// LogsKey is the key for logs: CloudTrail, VPC flow logs, log groups, and
// application logs in S3.
type LogsKey struct {
	constructs.Construct
	tierKey
}

func newLogsKey(tier *KmsTier) *LogsKey {
	k := &LogsKey{tierKey: newKey(tier, purposeLogs)}
	k.create(k)
	return k
}

// GrantApplicationLogs lets a role write and read application logs in the
// environment's buckets, through S3 only. It adds to the key policy, at any time
// before synthesis, and creates no KMS grant.
//
// role is what the verbs of [Key] take. A [ConfigError] says what is wrong with it; the
// policy is unchanged then.
func (k *LogsKey) GrantApplicationLogs(role any) error {
	p := &parser{settings: k.tier.settings.detached()}
	if arn, pattern, ok := p.grantee(role); ok {
		p.role("role", arn, givenRole{use: writeLogs, pattern: pattern, key: purposeLogs})
	}
	return k.change(fmt.Sprintf("GrantApplicationLogs on %q", *k.Node().Path()), p)
}
