package kmstier

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// maxRolePolicySize is how many characters the inline policies of a role may
// have together. See the IAM User Guide, "IAM and AWS STS quotas". A managed
// policy takes 6,144.
const maxRolePolicySize = 10240

// PolicyDocument is an aws_iam_policy_document for IAM.
type PolicyDocument struct {
	json   *string
	policy keypolicy.Document
}

// Json is the document as text, a token: for the policy of aws_iam_policy and
// aws_iam_role_policy, or the source_policy_documents of another document.
func (d *PolicyDocument) Json() *string { return d.json }

// Policy is the same document as a value, for [evaluation.Evaluate] and for
// tests. What only Terraform knows stands in it as tokens.
func (d *PolicyDocument) Policy() keypolicy.Document { return d.policy.Clone() }

// UsePolicy is the identity policy that roles of a kind need on a key, statement
// by statement what the key's policy says of them, with the key's ARN as the
// resource. purpose is "data" or "logs".
//
// Roles that the key policy names by ARN can do without: attach it where an
// account wants its identity policies complete. These cannot: roles by pattern,
// roles of other accounts, and roles that the configuration does not list and
// that DelegateToIam lets live by IAM alone. With AdministerOnly it opens nothing
// to a role that the configuration does not list.
//
// keyArn is the key's, as text; [Key] makes the document of a key in the same
// app. Extra statements are not in it. A [ConfigError] says what is wrong with
// the configuration or the arguments.
func (c *KmsTierConfig) UsePolicy(purpose, keyArn string, consumer Consumer) (keypolicy.Document, error) {
	s, err := c.checked()
	if err != nil {
		return keypolicy.Document{}, err
	}
	check := &checker{}
	if purpose != purposeData && purpose != purposeLogs {
		check.report("purpose", purpose, `is no key of the tier; must be "data" or "logs"`)
	}
	at := keyPlace(strings.SplitN(keyArn, ":", 6))
	if !at.isKey() {
		check.report("keyArn", keyArn, `must be a key's ARN, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`)
	} else {
		for _, part := range []struct{ field, want, got string }{
			{"AccountId", s.accountId, at.accountId()}, {"Region", s.region, at.region()}, {"Partition", s.partition, at.partition()},
		} {
			if isLiteral(part.want) && part.got != part.want {
				check.report("keyArn", keyArn, fmt.Sprintf("must be of %s %s, as the configuration says", part.field, part.want))
			}
		}
	}
	subject := fmt.Sprintf("UsePolicy of environment %q", c.Environment)
	if len(check.problems) > 0 {
		return keypolicy.Document{}, config.Refuse(subject, check.problems)
	}
	policy, problems := s.usePolicy(purpose, s.location(at), keyArn, consumer)
	return policy, config.Refuse(subject, problems)
}

// keyPlace is a key's ARN in its six parts, which tells where the key lives.
type keyPlace []string

func (p keyPlace) isKey() bool {
	return len(p) == 6 && p[0] == "arn" && p[2] == "kms" && config.IsRegion(p[3]) && config.IsAccountId(p[4]) &&
		strings.HasPrefix(p[5], "key/") && len(p[5]) > len("key/")
}

func (p keyPlace) partition() string { return p[1] }
func (p keyPlace) region() string    { return p[3] }
func (p keyPlace) accountId() string { return p[4] }
func (p keyPlace) dnsSuffix() string { return dnsSuffix(p[1]) }

func (s settings) usePolicy(purpose string, location statements.Location, keyArn string, consumer Consumer) (keypolicy.Document, keypolicy.Problems) {
	c := &checker{}
	c.consumer("consumer", consumer, s, false)
	if len(c.problems) > 0 {
		return keypolicy.Document{}, c.problems
	}
	offers := s.offers(purpose, location, consumer)
	if len(offers) == 0 {
		c.report("consumer", string(consumer), fmt.Sprintf("may do nothing with the %s key", purpose))
		return keypolicy.Document{}, c.problems
	}
	policy := statements.UsePolicy(keyArn, offers)
	if size := policy.Size(); size > maxRolePolicySize {
		c.report("consumer", string(consumer), fmt.Sprintf(
			"needs a policy of %d characters on the %s key; the policies of a role may have %d. Name the resources in EncryptedResources by patterns", size, purpose, maxRolePolicySize))
	}
	return policy, c.problems
}

// checked are the settings of a valid configuration.
func (c *KmsTierConfig) checked() (settings, error) {
	if err := c.Validate(); err != nil {
		return settings{}, err
	}
	return newSettings(c), nil
}

// UsePolicyDocument is what [KmsTierConfig.UsePolicy] says of this key, as an
// aws_iam_policy_document below the scope: ready for aws_iam_role_policy and, up
// to 6,144 characters, for aws_iam_policy. The id names it within the scope.
//
// A [ConfigError] says what is wrong with the scope, the id or the consumer;
// nothing is created then.
func (k *tierKey) UsePolicyDocument(scope constructs.Construct, id string, consumer Consumer) (*PolicyDocument, error) {
	problems := site.Check(scope, id)
	policy, more := k.tier.settings.usePolicy(k.purpose, k.tier.scope, *k.Arn(), consumer)
	if problems = append(problems, more...); len(problems) > 0 {
		return nil, config.Refuse(fmt.Sprintf("UsePolicyDocument %q of the %s key", id, k.purpose), problems)
	}
	return newPolicyDocument(scope, id, policy), nil
}
