package keypolicy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// MarshalJSON writes the document in one canonical form: elements in the usual
// order of AWS, lists of one as a single value, literals sorted and without
// duplicates, tokens after them as they came. Documents that mean the same
// statement by statement are the same bytes.
func (d Document) MarshalJSON() ([]byte, error) {
	statements := make([]jsonStatement, 0, len(d.Statements))
	for _, statement := range d.Statements {
		statements = append(statements, statement.toJson())
	}
	version := d.Version
	if version == "" {
		version = Version
	}
	return json.Marshal(struct {
		Version   string
		Id        string `json:",omitempty"`
		Statement []jsonStatement
	}{version, d.Id, statements})
}

// MarshalJSON writes the statement as it stands in its document.
func (s Statement) MarshalJSON() ([]byte, error) { return json.Marshal(s.toJson()) }

// Indented is the document as JSON for people to read.
func (d Document) Indented() string {
	var out bytes.Buffer
	if err := json.Indent(&out, mustMarshal(d), "", "  "); err != nil {
		panic(fmt.Sprintf("keypolicy: indenting JSON that this package wrote: %v", err))
	}
	return out.String()
}

// Size is the length in bytes of the document as KMS receives it. A token
// counts with the length of its placeholder, so with tokens the size is an
// estimate.
func (d Document) Size() int { return len(mustMarshal(d)) }

// Size is the length in bytes of the statement within its document.
func (s Statement) Size() int { return len(mustMarshal(s)) }

func mustMarshal(value json.Marshaler) []byte {
	out, err := value.MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("keypolicy: strings and lists of strings failed to marshal: %v", err))
	}
	return out
}

type jsonStatement struct {
	Sid          string `json:",omitempty"`
	Effect       Effect
	Principal    map[PrincipalType]oneOrMany     `json:",omitempty"`
	NotPrincipal map[PrincipalType]oneOrMany     `json:",omitempty"`
	Action       oneOrMany                       `json:",omitempty"`
	NotAction    oneOrMany                       `json:",omitempty"`
	Resource     oneOrMany                       `json:",omitempty"`
	NotResource  oneOrMany                       `json:",omitempty"`
	Condition    map[string]map[string]oneOrMany `json:",omitempty"`
}

func (s Statement) toJson() jsonStatement {
	resources := oneOrMany(s.Resources)
	if len(s.Resources)+len(s.NotResources) == 0 {
		resources = oneOrMany{"*"}
	}
	conditions := map[string]map[string]oneOrMany{}
	for _, condition := range s.Conditions {
		byKey := conditions[condition.Operator]
		if byKey == nil {
			byKey = map[string]oneOrMany{}
			conditions[condition.Operator] = byKey
		}
		byKey[condition.Key] = append(byKey[condition.Key], condition.Values...)
	}
	return jsonStatement{
		Sid:          s.Sid,
		Effect:       s.Effect,
		Principal:    byType(s.Principals),
		NotPrincipal: byType(s.NotPrincipals),
		Action:       s.Actions,
		NotAction:    s.NotActions,
		Resource:     resources,
		NotResource:  s.NotResources,
		Condition:    conditions,
	}
}

func byType(principals []Principal) map[PrincipalType]oneOrMany {
	ids := map[PrincipalType]oneOrMany{}
	for _, principal := range principals {
		ids[principal.Type] = append(ids[principal.Type], principal.Id)
	}
	return ids
}

// oneOrMany is a list that JSON shows as a single string when it has one entry,
// as AWS and Terraform's AWS provider write it.
type oneOrMany []string

func (list oneOrMany) MarshalJSON() ([]byte, error) {
	canonical := Canonical(list)
	if len(canonical) == 1 {
		return json.Marshal(canonical[0])
	}
	return json.Marshal(canonical)
}

// Canonical orders a list whose order means nothing: literals sorted and without
// duplicates, then the tokens as they came, since two tokens may differ in text
// and still become the same value.
func Canonical(values []string) []string {
	var literals, tokens []string
	for _, value := range values {
		if aws.IsToken(value) {
			tokens = append(tokens, value)
		} else {
			literals = append(literals, value)
		}
	}
	sort.Strings(literals)
	return append(slices.Compact(literals), tokens...)
}

// TokenCount is how many values of the document are known only when Terraform
// plans or applies.
func (d Document) TokenCount() int {
	count := 0
	d.eachValue(func(value string) {
		if aws.IsToken(value) {
			count++
		}
	})
	return count
}

// eachValue visits the principals, resources and values of conditions.
func (d Document) eachValue(visit func(value string)) {
	for _, statement := range d.Statements {
		for _, principals := range [...][]Principal{statement.Principals, statement.NotPrincipals} {
			for _, principal := range principals {
				visit(principal.Id)
			}
		}
		for _, resources := range [...][]string{statement.Resources, statement.NotResources} {
			for _, resource := range resources {
				visit(resource)
			}
		}
		for _, condition := range statement.Conditions {
			for _, value := range condition.Values {
				visit(value)
			}
		}
	}
}

// Largest returns the count largest statements, the largest first.
func (d Document) Largest(count int) []Statement {
	statements := slices.Clone(d.Statements)
	slices.SortStableFunc(statements, func(a, b Statement) int {
		if a.Size() != b.Size() {
			return b.Size() - a.Size()
		}
		return strings.Compare(a.Sid, b.Sid)
	})
	return statements[:min(count, len(statements))]
}
