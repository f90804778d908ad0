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

// markOwn puts marks where the Resource of a policy refers to its own key. With
// idIsArn, an id alone stands for the ARN: a plan does not show what is made of it.
func markOwn(policy keypolicy.Document, idIsArn bool, isOwn func(hclexpr.Reference) bool) {
	mark := func(token string) string {
		reference, is := hclexpr.ParseReference(token[2 : len(token)-1])
		if !is {
			return token
		}
		attribute := reference.Attribute
		reference.Attribute = ""
		switch {
		case !slices.Contains([]string{"arn", "id", "key_id"}, attribute) && !(attribute == "" && idIsArn) || !isOwn(reference):
			return token
		case attribute == "arn" || idIsArn:
			return ownArn
		}
		return ownId
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
				if strings.ContainsAny(resource, "$\x00") {
					(*list)[j] = change(resource)
				}
			}
		}
	}
}

// checkResources notes the statements that have no effect since their Resource is
// not the key. Whether it is may not be known; then the policy is a problem, since
// any answer could be wrong. See the KMS Developer Guide, "Key policies in AWS
// KMS", "Elements in a key policy".
func checkResources(key *Key) {
	account := strings.Split(key.Arn, ":")[4]
	for i, statement := range key.Policy.Statements {
		if statement.Resources == nil && statement.NotResources == nil {
			continue
		}
		alone := keypolicy.Document{Statements: []keypolicy.Statement{statement}}
		explanation, err := evaluation.Explain(alone, evaluation.Request{
			Principal: "arn:" + strings.Split(key.Arn, ":")[1] + ":iam::" + account + ":root", Action: "kms:DescribeKey", Key: key.Arn})
		if err != nil {
			// Analysis will say what is wrong with the policy.
			return
		}
		name := fmt.Sprintf("statement %d", i)
		if statement.Sid != "" {
			name += " (" + statement.Sid + ")"
		}
		resources := slices.Concat(statement.Resources, statement.NotResources)
		if at := slices.IndexFunc(resources, mayBeKey); at >= 0 && !(statement.NotResources == nil && explanation.Statements[0].Resource) {
			key.Problem = fmt.Sprintf("%s has the Resource %s, of which is not known whether it is this key; * is the key itself", name, resources[at])
			return
		}
		if !explanation.Statements[0].Resource {
			element := "Resource"
			if statement.NotResources != nil {
				element = "NotResource"
			}
			key.Notes = append(key.Notes, fmt.Sprintf("%s covers no key and has no effect: its %s is %s, and a key policy speaks of its own key only",
				name, element, strings.Join(resources, ", ")))
		}
	}
}

// mayBeKey reports whether a Resource holds something unknown that could make it
// the key: not where another service or another resource is named.
func mayBeKey(resource string) bool {
	if !aws.IsToken(resource) {
		return false
	}
	if strings.HasPrefix(resource, "arn:") {
		hidden := strings.Split(placeholder.ReplaceAllString(resource, "$"), ":")
		return len(hidden) < 3 || strings.Contains(hidden[2], "$") || hidden[2] == "kms"
	}
	expression, err := hclexpr.Parse(resource)
	if err != nil {
		return true
	}
	parts := expression.Parts()
	reference, is := parts[0].Reference()
	if !is {
		return true
	}
	kind, _, _ := strings.Cut(reference.Address, ".")
	// A resource is named by its type, which has an underscore; aws_kms_key.other
	// is another key.
	return !strings.Contains(kind, "_")
}
