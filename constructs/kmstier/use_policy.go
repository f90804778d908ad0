package kmstier

import (
	"fmt"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
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
// resource. purpose is "data", "logs" or that of an additional key.
//
// Roles that the key policy names by ARN can do without: attach it where an
// account wants its identity policies complete. These cannot: roles by pattern,
// roles of other accounts, and roles that the configuration does not list and
// that DelegateToIam lets live by IAM alone. With AdministerOnly it opens nothing
// to a role that the configuration does not list.
//
// keyArn is the key's, as text; [Key] makes the document of a key in the same
// app. Extra statements are in it that name every role of the kind; [OneRole] is for
// those that name some. A [ConfigError] says what is wrong with the configuration or
// the arguments.
func (c *KmsTierConfig) UsePolicy(purpose, keyArn string, consumer Consumer) (keypolicy.Document, error) {
	s, err := c.checked()
	if err != nil {
		return keypolicy.Document{}, err
	}
	p := &parser{settings: s}
	of, found := s.findPurpose(purpose)
	if !found {
		p.Report("purpose", purpose, "is no key of the tier; must be "+s.purposeNames())
	}
	at := keyPlace(strings.SplitN(keyArn, ":", 6))
	if !at.isKey() {
		p.Report("keyArn", keyArn, `must be a key's ARN, such as "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"`)
	} else {
		for _, part := range []struct {
			field string
			want  config.Value
			got   string
		}{
			{"AccountId", s.place.Account, at.accountId()}, {"Region", s.place.Region, at.region()}, {"Partition", s.place.Partition, at.partition()},
		} {
			if part.want.Differs(config.ValueOf(part.got)) {
				p.Report("keyArn", keyArn, fmt.Sprintf("must be of %s %s, as the configuration says", part.field, part.want.Text()))
			}
		}
	}
	subject := fmt.Sprintf("UsePolicy of environment %q", c.Environment)
	if p.Count() > 0 {
		return keypolicy.Document{}, config.Refuse(subject, p.Problems())
	}
	policy, problems := s.usePolicy(of, s.location(at), keyArn, consumer)
	return policy, config.Refuse(subject, problems)
}

// keyPlace is a key's ARN in its six parts, which tells where the key lives.
type keyPlace []string

func (k keyPlace) isKey() bool {
	return len(k) == 6 && k[0] == "arn" && k[2] == "kms" && config.PartitionOfRegion(k[3]) != "" && limits.AccountId.Allows(k[4]) &&
		strings.HasPrefix(k[5], "key/") && len(k[5]) > len("key/")
}

func (k keyPlace) partition() string { return k[1] }
func (k keyPlace) region() string    { return k[3] }
func (k keyPlace) accountId() string { return k[4] }
func (k keyPlace) dnsSuffix() string { return dnsSuffix(k[1]) }

func (s settings) usePolicy(of purpose, location statements.Location, keyArn string, consumer Consumer) (keypolicy.Document, keypolicy.Problems) {
	p := &parser{settings: s}
	p.consumer("consumer", consumer, false)
	if p.Count() > 0 {
		return keypolicy.Document{}, p.Problems()
	}
	offers := s.offers(of, location, consumer)
	if len(offers) == 0 {
		p.Report("consumer", string(consumer), fmt.Sprintf("may do nothing with the %s key", of.name))
		return keypolicy.Document{}, p.Problems()
	}
	policy := statements.UsePolicy(keyArn, offers)
	if size := policy.Size(); size > maxRolePolicySize {
		p.Report("consumer", string(consumer), fmt.Sprintf(
			"needs a policy of %d characters on the %s key; the policies of a role may have %d. Name the resources in EncryptedResources by patterns", size, of.name, maxRolePolicySize))
	}
	return policy, p.Problems()
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
		return nil, config.Refuse(fmt.Sprintf("UsePolicyDocument %q of the %s key", id, k.purpose.name), problems)
	}
	// The scope may be of a stack that does not have the tier's provider.
	return newPolicyDocument(scope, id, nil, policy), nil
}
