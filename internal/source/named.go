package source

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

var iamPrincipal = regexp.MustCompile(`^arn:([^:]*|\$\{[^}]*\}):(?:iam|sts)::(\d{12}|\$\{[^}]*\}):(.*)$`)

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
					return "", principal.Id, true
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

// regionOf is the Region of a service that the policy names, such as
// s3.eu-west-1.amazonaws.com.
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
			parts := strings.SplitN(name, ".", 3)
			if len(parts) < 3 {
				continue
			}
			if partition, is := aws.PartitionOf(parts[1]); is && parts[2] == partition.DnsSuffix {
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
		for _, pairs := range []map[string]string{grant.EncryptionContextEquals, grant.EncryptionContextSubset} {
			add(slices.Sorted(maps.Values(pairs))...)
		}
	}
	return names
}
