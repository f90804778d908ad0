package served

import (
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// denial is the issue of a use that the key's policy does not serve.
func denial(use cmk.Use, service statements.Storing, name cmk.Name, d denied) cmk.Issue {
	issue := cmk.Issue{
		Rule: cmk.NotServed, Stack: use.Stack, Address: use.Address, Path: use.Path, Type: use.Type, Attribute: use.Label,
		Problem: fmt.Sprintf("stores %s under %s, whose policy does not serve %s: %s", use.What, use.Key.Address, service.Title(), because(service, d)),
	}
	switch {
	case len(d.blocks) > 0:
		issue.Fix = "take it out of what " + statementNames(d) + " denies"
	default:
		issue.Fix = "let it serve " + service.Title() + ": " + inGo(service, name) + " in the tier's AwsServices"
		if d.need.Caller == statements.Users {
			issue.Fix += ", with roles that use it"
		}
		if d.need.Caller == statements.Creators {
			issue.Fix += ", and name who deploys in DeployerRoleArns"
		}
	}
	return issue
}

// because says who may not do what.
func because(service statements.Storing, d denied) string {
	action := or(d.actions)
	switch {
	case len(d.blocks) > 0:
		return fmt.Sprintf("%s denies %s to everybody who needs it for this, whatever else allows it", statementNames(d), action)
	case d.need.Caller == statements.Itself:
		return fmt.Sprintf("%s may not call %s for it, and no IAM policy could help an AWS service", services(d.need), action)
	}
	return fmt.Sprintf("nobody of the account may call %s through %s for it, whatever IAM policies say", action, service.Title())
}

func statementNames(d denied) string {
	var names []string
	for _, ref := range d.blocks {
		names = append(names, analysis.StatementName(ref))
	}
	return and(names)
}

// who are those who need something.
func who(need statements.Need) string {
	switch need.Caller {
	case statements.Itself:
		return services(need)
	case statements.Creators:
		return "whoever creates it"
	}
	return "the roles that use it"
}

// through is how they need it.
func through(need statements.Need) string {
	for _, c := range need.When {
		if c.Key == "kms:ViaService" {
			return " through " + strings.Join(c.Values, ", ") + " (kms:ViaService)"
		}
	}
	return ""
}

// inGo is the function of package kmstier that lets a key serve the resource.
func inGo(service statements.Storing, name cmk.Name) string {
	switch {
	case !service.TakesNames():
		return "kmstier." + service.Name() + "()"
	case name.IsKnown():
		return fmt.Sprintf("kmstier.%s(%q)", service.Name(), name.Text)
	}
	return "kmstier." + service.Name() + "(...) with its name"
}

// isOfTier reports whether the policy is one of package kmstier, by the Sids that are
// in each.
func (j *judge) isOfTier() bool {
	has := func(sid string) bool {
		for _, s := range j.key.Policy.Statements {
			if s.Sid == sid {
				return true
			}
		}
		return false
	}
	return has("DenyEarlyKeyDeletion") && has("DenyPolicyLockoutBypass")
}

// or and and list a few things as people do.
func or(list []string) string  { return listed(list, " or ") }
func and(list []string) string { return listed(list, " and ") }

func listed(list []string, last string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + last + list[len(list)-1]
}

// services are the names of a service, with REGION where that is not known.
func services(need statements.Need) string {
	return strings.ReplaceAll(strings.Join(need.Services, ", "), "*", "REGION")
}
