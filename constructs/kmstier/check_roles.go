package kmstier

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

var (
	roleArnFormat     = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):(role|user)/([\x21-\x7e]*/)?[\w+=,.@-]{1,64}$`)
	rolePatternFormat = regexp.MustCompile(`^arn:(aws[a-z-]*):iam::([0-9]{12}):role/[\x21-\x7e]+$`)
	sessionArnFormat  = regexp.MustCompile(`^arn:aws[a-z-]*:sts::[0-9]{12}:assumed-role/`)
)

// roleUse is what a role may do with the data key.
type roleUse int

const (
	useAnyService roleUse = iota
	useOneService
	administer
	deploy
	// writeLogs is no use of the data key at all.
	writeLogs
)

// roleEntry is one role or pattern of the configuration, with where it stands.
type roleEntry struct {
	field   string
	arn     string
	pattern bool
	use     roleUse
	// service and shared belong to useOneService.
	service string
	shared  bool
}

func roleEntries(given *KmsTierConfig) []roleEntry {
	var entries []roleEntry
	add := func(field string, arns []string, entry roleEntry) {
		for i, arn := range arns {
			entry.field, entry.arn = fmt.Sprintf("%s[%d]", field, i), arn
			entries = append(entries, entry)
		}
	}
	add("LambdaRoleArns", given.LambdaRoleArns, roleEntry{use: useAnyService})
	add("FargateRoleArns", given.FargateRoleArns, roleEntry{use: useAnyService})
	add("GlueRoleArns", given.GlueRoleArns, roleEntry{use: useAnyService})
	add("RoleArnPatterns", given.RoleArnPatterns, roleEntry{use: useAnyService, pattern: true})
	for i, bound := range given.ServiceRoles {
		field := fmt.Sprintf("ServiceRoles[%d].", i)
		entry := roleEntry{use: useOneService, service: bound.Service, shared: bound.Shared}
		add(field+"RoleArns", bound.RoleArns, entry)
		entry.pattern = true
		add(field+"RoleArnPatterns", bound.RoleArnPatterns, entry)
	}
	add("AdministratorRoleArns", given.AdministratorRoleArns, roleEntry{use: administer})
	add("AdministratorRoleArnPatterns", given.AdministratorRoleArnPatterns, roleEntry{use: administer, pattern: true})
	add("DeployerRoleArns", given.DeployerRoleArns, roleEntry{use: deploy})
	add("DeployerRoleArnPatterns", given.DeployerRoleArnPatterns, roleEntry{use: deploy, pattern: true})
	return entries
}

// roles checks every entry by itself and against those before it.
func (c *checker) roles(s settings, entries []roleEntry) {
	for i := range entries {
		c.lastRole(s, entries[:i+1])
	}
}

// lastRole checks the last entry by itself and against all before it.
func (c *checker) lastRole(s settings, entries []roleEntry) {
	rules := roleArnRules{partition: s.knownPartition(), accountId: s.accountId, accountField: "AccountId"}
	before, entry := entries[:len(entries)-1], entries[len(entries)-1]
	check := c.roleArn
	if entry.pattern {
		check = c.rolePattern
	}
	if !check(entry.field, entry.arn, rules) {
		return
	}
	for _, earlier := range before {
		if reason := conflict(earlier, entry); reason != "" {
			c.report(entry.field, entry.arn, reason)
			return
		}
	}
}

// conflict says why one role must not stand in both entries.
func conflict(earlier, entry roleEntry) string {
	different := earlier.use != entry.use || earlier.service != entry.service
	if !different || !sameRole(earlier, entry) {
		return ""
	}
	where := fmt.Sprintf("is in %s too", earlier.field)
	if earlier.arn != entry.arn {
		where = fmt.Sprintf("overlaps with %q in %s", earlier.arn, earlier.field)
	}
	switch {
	case earlier.use == administer || entry.use == administer:
		return where + "; administrators manage the keys and are denied every use, so a role must not be both"
	case earlier.use == deploy || entry.use == deploy, earlier.use == writeLogs || entry.use == writeLogs:
		return ""
	case earlier.use == useAnyService || entry.use == useAnyService:
		return where + ", which is not bound to a service, so binding it here would mean nothing; leave it out of one of the two"
	case earlier.shared && entry.shared:
		return ""
	default:
		return fmt.Sprintf("%s, for service %q; set Shared on both if the role serves both", where, earlier.service)
	}
}

// sameRole reports whether both entries may stand for one role. Tokens are the
// same only as the same text: what they become is not known.
func sameRole(a, b roleEntry) bool {
	if a.arn == b.arn {
		return true
	}
	if aws.IsToken(a.arn) || aws.IsToken(b.arn) || !(a.pattern || b.pattern) {
		return false
	}
	return aws.PatternsOverlap(a.arn, b.arn)
}

// roleArnRules say which partition and account an ARN must be of; empty or a
// token where that is not known.
type roleArnRules struct {
	partition    string
	accountId    string
	accountField string
}

func (c *checker) roleArn(field, arn string, rules roleArnRules) bool {
	if aws.IsToken(arn) {
		return true
	}
	parts := roleArnFormat.FindStringSubmatch(arn)
	switch {
	case arn == "":
		c.report(field, "", `is empty; must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`)
	case strings.ContainsAny(arn, "*?"):
		c.report(field, arn, "must not hold wildcards, which KMS refuses in a principal"+insteadPattern(field))
	case sessionArnFormat.MatchString(arn):
		c.report(field, arn, `is a session of a role; must be the ARN of the role itself, such as "arn:aws:iam::123456789012:role/Name"`)
	case parts == nil:
		c.report(field, arn, `must be the ARN of an IAM role or user, such as "arn:aws:iam::123456789012:role/Name"`)
	default:
		return c.arnPlace(field, arn, parts[1], parts[2], rules)
	}
	return false
}

// insteadPattern names the field that takes patterns of the same roles.
func insteadPattern(field string) string {
	name, _, _ := strings.Cut(field, "[")
	switch {
	case name == "AdministratorRoleArns" || name == "DeployerRoleArns":
		return "; give patterns in " + strings.TrimSuffix(name, "s") + "Patterns"
	case name == "SecurityRoleArns" || name == "LogsRoleArns":
		return "; leave the field out to let the account's own IAM policies decide"
	case name == "ServiceRoles":
		return "; give patterns in the RoleArnPatterns beside it"
	default:
		return "; give patterns in RoleArnPatterns"
	}
}

func (c *checker) rolePattern(field, pattern string, rules roleArnRules) bool {
	if aws.IsToken(pattern) {
		return true
	}
	parts := rolePatternFormat.FindStringSubmatch(pattern)
	if parts == nil {
		c.problems = append(c.problems, keypolicy.Problem{Field: field, Value: fmt.Sprintf("%q", pattern),
			Reason: `must be the ARN of IAM roles with wildcards in the name or path only, such as "arn:aws:iam::123456789012:role/etl-*"`})
		return false
	}
	_, name, _ := strings.Cut(pattern, ":role/")
	switch {
	case !strings.ContainsAny(name, "*?"):
		c.report(field, pattern, "has no wildcard; name the role in the field for role ARNs, which needs no IAM policy besides")
	case strings.Trim(name, "*?/") == "":
		c.report(field, pattern, "matches every role of the account; must hold a part of the roles' names or path")
	default:
		return c.arnPlace(field, pattern, parts[1], parts[2], rules)
	}
	return false
}

func (c *checker) arnPlace(field, arn, partition, accountId string, rules roleArnRules) bool {
	if rules.partition != "" && partition != rules.partition {
		c.report(field, arn, fmt.Sprintf("is of partition %q; must be of %q, the key's", partition, rules.partition))
		return false
	}
	if isLiteral(rules.accountId) && config.IsAccountId(rules.accountId) && accountId != rules.accountId {
		c.report(field, arn, fmt.Sprintf("is of account %s; must be of %s, which is %s", accountId, rules.accountId, rules.accountField))
		return false
	}
	return true
}
