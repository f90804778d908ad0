package keyfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/access"
	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// place is where a key lives, as far as a file tells.
type place struct{ partition, account, region string }

// orFrom fills what is not known from another place.
func (p place) orFrom(other place) place {
	if p.partition == "" {
		p.partition = other.partition
	}
	if p.account == "" {
		p.account = other.account
	}
	if p.region == "" {
		p.region = other.region
	}
	return p
}

func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// UnknownRegion stands in a key's ARN when nothing tells its Region.
const UnknownRegion = "unknown-region-1"

// unknownAccount stands in when nothing tells the account.
const unknownAccount = "000000000000"

var iamPrincipal = regexp.MustCompile(`^arn:([^:]*|\$\{[^}]*\}):(?:iam|sts)::(\d{12}|\$\{[^}]*\}):(.*)$`)

// finish gives a key its ARN, unless it has one, and notes what was assumed and
// what KMS would refuse.
func finish(key *access.Key, known place) {
	note := func(format string, args ...any) { key.Notes = append(key.Notes, fmt.Sprintf(format, args...)) }
	if key.Problem == "" {
		if size := key.Policy.Size(); size > keypolicy.MaxSize {
			note("the policy has %d bytes, %d over the limit: KMS takes %d", size, size-keypolicy.MaxSize, keypolicy.MaxSize)
		}
		for _, name := range tokensOf(key.Policy, key.Grants) {
			note("%s is not known before apply; it is compared as a whole, and matches only itself", name)
		}
	}
	if key.Arn != "" {
		return
	}
	if known.region != "" && known.partition == "" {
		known.partition = partitionOf(known.region)
	}
	if partition, account, found := accountOf(key.Policy); found {
		if known.account == "" {
			note("taken for a key of account %s, which its policy names", account)
			known.account, known.partition = account, partition
		}
		if known.partition == "" {
			known.partition = partition
		}
	}
	if known.account == "" {
		known.account = unknownAccount
		note("the key's account is not known, so every account counts as another one; give it with --account")
	}
	if known.region == "" {
		known.region = UnknownRegion
		if region := regionOf(key.Policy); region != "" {
			known.region = region
		}
	}
	if known.partition == "" {
		known.partition = "aws"
	}
	key.Arn = "arn:" + known.partition + ":kms:" + known.region + ":" + known.account + ":key/not-known-before-apply"
}

// accountOf is the account that a policy treats as the key's own: the one whose
// root may change the policy, else the first that it names.
func accountOf(policy keypolicy.Document) (partition, account string, found bool) {
	for _, statement := range policy.Statements {
		changes := slices.ContainsFunc(statement.Actions, func(pattern string) bool {
			return slices.Contains(aws.MatchActions(pattern).Names(), "kms:PutKeyPolicy")
		})
		for _, principal := range statement.Principals {
			parts := iamPrincipal.FindStringSubmatch(principal.Id)
			if parts == nil {
				if len(principal.Id) == 12 && strings.Trim(principal.Id, "0123456789") == "" && changes {
					return "aws", principal.Id, true
				}
				continue
			}
			if statement.Effect == keypolicy.Allow && changes && parts[3] == "root" {
				return parts[1], parts[2], true
			}
			if account == "" {
				partition, account = parts[1], parts[2]
			}
		}
	}
	return partition, account, account != ""
}

var regionalService = regexp.MustCompile(`^[a-z0-9-]+\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com`)

// regionOf is the Region of a service that the policy names.
func regionOf(policy keypolicy.Document) string {
	for _, statement := range policy.Statements {
		var names []string
		for _, principal := range statement.Principals {
			names = append(names, principal.Id)
		}
		for _, condition := range statement.Conditions {
			names = append(names, condition.Values...)
		}
		for _, name := range names {
			if parts := regionalService.FindStringSubmatch(name); parts != nil {
				return parts[1]
			}
		}
	}
	return ""
}

// tokensOf are the expressions in a policy that Terraform has not worked out,
// each once.
func tokensOf(policy keypolicy.Document, grants []evaluation.Grant) []string {
	var names []string
	add := func(values ...string) {
		for _, value := range values {
			if aws.IsToken(value) && !slices.Contains(names, value) {
				names = append(names, value)
			}
		}
	}
	for _, s := range policy.Statements {
		for _, principal := range slices.Concat(s.Principals, s.NotPrincipals) {
			add(principal.Id)
		}
		add(slices.Concat(s.Actions, s.NotActions, s.Resources, s.NotResources)...)
		for _, condition := range s.Conditions {
			add(condition.Values...)
		}
	}
	for _, grant := range grants {
		add(grant.GranteePrincipal)
	}
	return names
}
