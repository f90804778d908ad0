package kmstier

import (
	"fmt"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/statements"
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
	// Purpose is what the key is for: "data" or "logs".
	Purpose() string
	// Alias is the alias's name as text, for messages. Resources should take
	// AliasName, with which Terraform creates the alias before them.
	Alias() string
	// Policy is the key's policy as it stands, late grants included. What only
	// Terraform knows stands in it as tokens.
	Policy() keypolicy.Document
	// UsePolicyDocument is the identity policy that roles of a kind need for the
	// key, as [KmsTierConfig.UsePolicy] says, made below the scope.
	UsePolicyDocument(scope constructs.Construct, id string, consumer Consumer) (*PolicyDocument, error)
}

// tierKey is what all keys of a tier have in common.
type tierKey struct {
	tier      *KmsTier
	purpose   string
	policy    keypolicy.Document
	resources keyResources
}

func (k *tierKey) KeyId() *string     { return k.resources.keyId }
func (k *tierKey) Arn() *string       { return k.resources.key.Arn() }
func (k *tierKey) AliasName() *string { return k.resources.alias.Name() }
func (k *tierKey) AliasArn() *string  { return k.resources.alias.Arn() }
func (k *tierKey) Purpose() string    { return k.purpose }
func (k *tierKey) Alias() string      { return k.tier.settings.alias(k.purpose) }

func (k *tierKey) Policy() keypolicy.Document {
	return k.policy.Clone()
}

// create adds the key's resources below the scope. The holder of the grants is
// the account that they are for.
func (k *tierKey) create(scope constructs.Construct, holder string, grants statements.DeclaredGrants) {
	k.resources = newKeyResources(scope, k.tier.settings, k.purpose, k.policy)
	k.resources.addGrants(scope, k.tier.settings, holder, grants)
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
	k := &DataKey{tierKey: tierKey{tier: tier, purpose: purposeData, policy: tier.settings.dataKeyPolicy(tier.scope)}}
	constructs.NewConstruct_Override(k, tier, &k.purpose)
	k.create(k, "security-account", tier.settings.dataKeyGrants(tier.scope))
	return k
}

// GrantEncryptDecrypt lets a role use the data key for one service, as if it
// stood in ServiceRoles: directly with the service's encryption context, and
// through S3, DynamoDB, EBS and Secrets Manager. It adds to the key policy, at
// any time before synthesis, and creates no KMS grant.
//
// roleArn is the ARN of an IAM role or user in the key's account, or a token;
// service is the value of "service", one of the configuration's Services if
// those are given. A [ConfigError] says what is wrong with them; the policy is
// unchanged then.
func (k *DataKey) GrantEncryptDecrypt(roleArn, service string) error {
	tier := k.tier
	next := tier.settings
	next.grantedRoles = append(slices.Clone(next.grantedRoles), ServiceRole{Service: service, RoleArns: []string{roleArn}, Shared: true})
	entries := append(slices.Clone(tier.entries), roleEntry{field: "roleArn", arn: roleArn, use: useOneService, service: service, shared: true})

	c := &checker{}
	c.lastRole(next, entries)
	c.boundServiceName("service", service, next.services)
	for _, other := range tier.settings.rolesByService() {
		if sid := sharedSid(other.Service, service); sid != "" && other.Service != service {
			c.report("service", service, fmt.Sprintf("gives the same Sid, %s, as service %q", sid, other.Service))
		}
	}
	if len(c.problems) == 0 {
		c.policy(next, purposeData, next.dataKeyPolicy(next.assumedLocation()))
	}
	if len(c.problems) > 0 {
		return config.Refuse(fmt.Sprintf("GrantEncryptDecrypt on %q", *k.Node().Path()), c.problems)
	}
	tier.settings, tier.entries = next, entries
	k.setPolicy(next.dataKeyPolicy(tier.scope))
	return nil
}

// LogsKey is the key for logs: CloudTrail, VPC flow logs, log groups, and
// application logs in S3.
type LogsKey struct {
	constructs.Construct
	tierKey
}

func newLogsKey(tier *KmsTier) *LogsKey {
	k := &LogsKey{tierKey: tierKey{tier: tier, purpose: purposeLogs, policy: tier.settings.logsKeyPolicy(tier.scope)}}
	constructs.NewConstruct_Override(k, tier, &k.purpose)
	k.create(k, "logs-account", tier.settings.logsKeyGrants(tier.scope))
	return k
}

// GrantApplicationLogs lets a role write and read application logs in the
// environment's buckets, through S3 only. It adds to the key policy, at any time
// before synthesis, and creates no KMS grant.
//
// roleArn is the ARN of an IAM role or user in the key's account, or a token. A
// [ConfigError] says what is wrong with it; the policy is unchanged then.
func (k *LogsKey) GrantApplicationLogs(roleArn string) error {
	tier := k.tier
	next := tier.settings
	next.grantedLogWriters = next.grantedLogWriters.Plus(statements.Roles{Arns: []string{roleArn}})
	entries := append(slices.Clone(tier.entries), roleEntry{field: "roleArn", arn: roleArn, use: writeLogs})

	c := &checker{}
	c.lastRole(next, entries)
	if len(c.problems) == 0 {
		c.policy(next, purposeLogs, next.logsKeyPolicy(next.assumedLocation()))
	}
	if len(c.problems) > 0 {
		return config.Refuse(fmt.Sprintf("GrantApplicationLogs on %q", *k.Node().Path()), c.problems)
	}
	tier.settings, tier.entries = next, entries
	k.setPolicy(next.logsKeyPolicy(tier.scope))
	return nil
}
