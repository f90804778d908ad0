package keypolicy

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

var sidFormat = regexp.MustCompile(`^[A-Za-z0-9]+$`)

// Validate reports everything for which KMS would refuse the document, and what
// it would take but nobody could mean: unknown actions, operators and condition
// keys, Sids that are missing, not alphanumeric or used twice, a size over
// [MaxSize]. The returned problems are empty when there are none.
func (d Document) Validate() Problems {
	var problems Problems
	if d.Version != "" && d.Version != Version && d.Version != OldVersion {
		problems = append(problems, Problem{"Version", strconv.Quote(d.Version), fmt.Sprintf("must be %q or %q", Version, OldVersion)})
	}
	first := map[string]int{}
	for i, statement := range d.Statements {
		field := fmt.Sprintf("Statements[%d]", i)
		problems = append(problems, statement.validate(d.hasVariables()).Within(field)...)
		if before, taken := first[statement.Sid]; taken && statement.Sid != "" {
			problems = append(problems, Problem{field + ".Sid", strconv.Quote(statement.Sid),
				fmt.Sprintf("is the Sid of Statements[%d] too; a Sid must be unique within a policy", before)})
		} else {
			first[statement.Sid] = i
		}
	}
	if len(d.Statements) == 0 {
		problems = append(problems, Problem{"Statements", "", "is empty; a key policy needs at least one statement"})
	}
	return append(problems, d.Oversize()...)
}

// Oversize reports a document that is larger than [MaxSize], with its largest
// statements and a way out.
func (d Document) Oversize() Problems {
	return d.oversize(d.Size())
}

// SurelyOversize reports a document that is larger than [MaxSize] whatever becomes of
// its tokens, as [Document.Oversize] does.
func (d Document) SurelyOversize() Problems {
	if d.roughSize() <= MaxSize {
		return nil
	}
	size := d.Size()
	d.eachValue(func(value string) {
		if aws.IsToken(value) {
			size -= len(value)
		}
	})
	return d.oversize(size)
}

// roughSize is at least the document's size where no text needs escapes. It is quick
// to tell: writing a document out would take a third of the time of compiling it.
func (d Document) roughSize() int {
	const document, statement, condition, entry = 80, 160, 12, 3
	size := document + len(d.Id)
	d.eachValue(func(value string) { size += entry + len(value) })
	for _, s := range d.Statements {
		size += statement + len(s.Sid)
		for _, actions := range [...][]string{s.Actions, s.NotActions} {
			for _, action := range actions {
				size += entry + len(action)
			}
		}
		for _, c := range s.Conditions {
			size += condition + len(c.Operator) + len(c.Key)
		}
	}
	return size
}

func (d Document) oversize(size int) Problems {
	if size <= MaxSize {
		return nil
	}
	var largest []string
	for _, statement := range d.Largest(3) {
		name := statement.Sid
		if name == "" {
			name = "one without Sid"
		}
		largest = append(largest, fmt.Sprintf("%s %d", name, statement.Size()))
	}
	return Problems{{"Statements", fmt.Sprintf("%d bytes", size), fmt.Sprintf(
		"a key policy may have %d bytes at most; the largest statements are %s; "+
			"name roles by a pattern instead of one by one, or give the work a key of its own",
		MaxSize, strings.Join(largest, ", "))}}
}

// Validate reports what is wrong with the statement by itself, each problem with
// its field within the statement.
func (s Statement) Validate() Problems { return s.validate(true) }

func (s Statement) validate(variables bool) Problems {
	var problems Problems
	if !sidFormat.MatchString(s.Sid) {
		problems = append(problems, Problem{"Sid", strconv.Quote(s.Sid), "must be letters and digits only, at least one"})
	}
	problems = append(problems, s.checkEffect()...)
	problems = append(problems, s.checkPrincipals(true)...)
	problems = append(problems, s.unmatched()...)
	if len(s.Actions)+len(s.NotActions) == 0 {
		problems = append(problems, Problem{"Actions", "", "is empty; a statement must name at least one action"})
	}
	problems = append(problems, s.unknownActions(false)...)
	problems = append(problems, either("Actions", "NotActions", s.Actions, s.NotActions)...)
	problems = append(problems, s.checkResources(variables)...)
	problems = append(problems, s.checkConditions(variables)...)
	for i, condition := range s.Conditions {
		problems = append(problems, condition.refused().Within(fmt.Sprintf("Conditions[%d]", i))...)
	}
	return problems
}

// unmatched reports principals by which nobody can ever call KMS.
func (s Statement) unmatched() Problems {
	var problems Problems
	check := func(field string, principals []Principal) {
		for i, principal := range principals {
			if principal.Type == PrincipalFederated {
				problems = append(problems, Problem{fmt.Sprintf("%s[%d]", field, i), strconv.Quote(principal.Id),
					"is an identity provider, which never calls KMS itself; must be the role that its users assume"})
			}
		}
	}
	check("Principals", s.Principals)
	check("NotPrincipals", s.NotPrincipals)
	return problems
}

// unknownActions reports actions that are none of KMS; with others, actions of other
// services may stand beside them. A newer action than those that are known can be
// written with a wildcard.
func (s Statement) unknownActions(others bool) Problems {
	var problems Problems
	check := func(field string, actions []string) {
		for i, action := range actions {
			if aws.IsToken(action) || aws.MatchActions(action) != 0 || others && !strings.HasPrefix(strings.ToLower(action), "kms") {
				continue
			}
			problems = append(problems, Problem{fmt.Sprintf("%s[%d]", field, i), strconv.Quote(action),
				`matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"` + aws.DidYouMean(aws.NearestAction(action))})
		}
	}
	check("Actions", s.Actions)
	check("NotActions", s.NotActions)
	return problems
}

// refused reports what KMS does not take although IAM would.
func (c Condition) refused() Problems {
	form, _ := aws.ParseOperator(c.Operator)
	if _, isPair := aws.EncryptionContextName(c.Key); isPair && form.Set != "" {
		return Problems{{"Operator", strconv.Quote(c.Operator), "KMS refuses set operators on the single-valued " + c.Key + "; leave out " + form.Set}}
	}
	return nil
}
