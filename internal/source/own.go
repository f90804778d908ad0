package source

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// What stands in a policy for the ARN and the id of its own key until both are
// known. They begin with a character that no policy has.
const (
	ownArn = "\x00arn"
	ownId  = "\x00id"
)

var placeholder = regexp.MustCompile(`\$\{[^{}]*\}`)

// markOwn puts marks where the Resource of a policy refers to its own key. own
// tells the attribute of the key that a reference comes down to. With idIsArn, an
// id stands for the ARN: a plan does not show what is made of it.
func markOwn(policy keypolicy.Document, idIsArn bool, own func(hclexpr.Reference) (attribute string, is bool)) {
	mark := func(token string) string {
		reference, is := hclexpr.ParseReference(token[2 : len(token)-1])
		if !is {
			return token
		}
		attribute, is := own(reference)
		switch {
		case !is:
			return token
		case attribute == "arn" || idIsArn && slices.Contains([]string{"", "id", "key_id"}, attribute):
			return ownArn
		case attribute == "id" || attribute == "key_id":
			return ownId
		}
		return token
	}
	eachResource(policy, func(resource string) string { return placeholder.ReplaceAllStringFunc(resource, mark) })
}

// fillOwn puts the ARN of the key in the place of the marks.
func fillOwn(key *Key) {
	id := key.Arn[strings.LastIndex(key.Arn, "/")+1:]
	eachResource(key.Policy, func(resource string) string {
		return strings.ReplaceAll(strings.ReplaceAll(resource, ownArn, key.Arn), ownId, id)
	})
}

func eachResource(policy keypolicy.Document, change func(string) string) {
	for i := range policy.Statements {
		statement := &policy.Statements[i]
		for _, list := range []*[]string{&statement.Resources, &statement.NotResources} {
			*list = slices.Clone(*list)
			for j, resource := range *list {
				(*list)[j] = change(resource)
			}
		}
	}
}

// adoptPatterns takes the Resource key/1234* for the key itself where its id is
// not known, as adoptArn does the whole ARN.
func adoptPatterns(key *Key) {
	arn, is := parseKeyArn(key.Arn)
	if !is || !strings.HasSuffix(arn.id, unknownId) || key.Change == Create || key.Change == Replace {
		return
	}
	eachResource(key.Policy, func(resource string) string {
		pattern, is := aws.ParseArn(resource)
		id, isKey := strings.CutPrefix(pattern.Resource, "key/")
		if !is || !isKey || !strings.ContainsAny(id, "*?") || aws.IsToken(resource) || aws.MatchesWildcard(id, arn.id) ||
			!aws.MatchesWildcard(pattern.Partition, arn.partition) || pattern.Service != "kms" ||
			!aws.MatchesWildcard(pattern.Region, arn.region) || !aws.MatchesWildcard(pattern.Account, arn.account) {
			return resource
		}
		key.Notes = append(key.Notes, resource+" is taken for the key itself: a key policy speaks of its own key only")
		return key.Arn
	})
}

// checkResources notes the statements that have no effect since their Resource is
// not the key. Whether it is may not be known; then the policy is a problem, since
// any answer could be wrong. See the KMS Developer Guide, "Key policies in AWS
// KMS", "Elements in a key policy".
func checkResources(key *Key) {
	for i, statement := range key.Policy.Statements {
		if statement.Resources == nil && statement.NotResources == nil {
			continue
		}
		name := nameOf(i, statement)
		resources := slices.Concat(statement.Resources, statement.NotResources)
		covered, known := covers(statement, key.Arn)
		if at := slices.IndexFunc(resources, mayBeKey); at >= 0 && (!covered || statement.NotResources != nil) {
			key.Problem = fmt.Sprintf("%s has the Resource %s, of which is not known whether it is this key; * is the key itself", name, resources[at])
			return
		}
		if known && !covered {
			element := "Resource"
			if statement.NotResources != nil {
				element = "NotResource"
			}
			key.Notes = append(key.Notes, fmt.Sprintf("%s covers no key and has no effect: its %s is %s, and a key policy speaks of its own key only",
				name, element, strings.Join(resources, ", ")))
		}
	}
	// What is known to be something else is written as an ARN, which it is.
	eachResource(key.Policy, func(resource string) string { return asArn(resource) })
}

// nameOf names a statement.
func nameOf(index int, statement keypolicy.Statement) string {
	if statement.Sid == "" {
		return fmt.Sprintf("statement %d", index)
	}
	return fmt.Sprintf("statement %d (%s)", index, statement.Sid)
}

// covers reports whether a statement is about the key. It is not known of one that
// says something else that cannot be, which analysis reports.
func covers(statement keypolicy.Statement, key string) (covered, known bool) {
	statement.Resources, statement.NotResources = each(statement.Resources, asArn), each(statement.NotResources, asArn)
	parts := strings.Split(key, ":")
	explanation, err := evaluation.Explain(keypolicy.Document{Statements: []keypolicy.Statement{statement}}, evaluation.Request{
		Principal: "arn:" + parts[1] + ":iam::" + parts[4] + ":root", Action: "kms:DescribeKey", Key: key})
	if err != nil {
		return false, false
	}
	return explanation.Statements[0].Resource, true
}

func each(texts []string, change func(string) string) []string {
	changed := slices.Clone(texts)
	for i, text := range changed {
		changed[i] = change(text)
	}
	return changed
}

// asArn writes the token of another resource as an ARN.
func asArn(resource string) string {
	if strings.HasPrefix(resource, "${") && aws.IsToken(resource) && !mayBeKey(resource) {
		return "arn:aws:another:::" + resource
	}
	return resource
}

// mayBeKey reports whether a Resource holds something unknown that could make it
// the key: not where another service or another resource is named.
func mayBeKey(resource string) bool {
	if !aws.IsToken(resource) {
		return false
	}
	if strings.HasPrefix(resource, "arn:") {
		arn, is := aws.ParseArn(resource)
		return !is || arn.Service == "kms" || aws.IsToken(arn.Service)
	}
	expression, err := hclexpr.Parse(resource)
	if err != nil {
		return true
	}
	reference, is := expression.Parts()[0].Reference()
	if !is {
		return true
	}
	// A resource is named by its type, which has an underscore; aws_kms_key.other
	// is another key.
	kind, _, _ := strings.Cut(reference.Address, ".")
	return !strings.Contains(kind, "_")
}
