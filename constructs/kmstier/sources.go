package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AWS services act for whoever asks them. A statement that lets one in must say for
// whose resources: those of the key's account. See the IAM User Guide, "The confused
// deputy problem".

const sourcePromise = "the key promises AWS services for its own account's resources only"

// sourceRemedy is what to write. EventBridge and CloudWatch alarms send no source to
// the key of a topic: SNS Developer Guide, "Managing Amazon SNS encryption keys and
// costs".
const sourceRemedy = "add StringEquals aws:SourceAccount with the key's account, ArnLike aws:SourceArn with an ARN that has the account, or, where a service sends neither, as EventBridge to a topic's key, a context that only this account's resources have, such as StringEquals kms:EncryptionContext:aws:sns:topicArn"

// serviceSource checks that an Allow to AWS services is bound to resources of the
// key's account. DescribeKey opens no data, and services ask for it without a source.
func (p *parser) serviceSource(field string, s keypolicy.Statement) {
	service := slices.IndexFunc(s.Principals, func(of keypolicy.Principal) bool { return of.Type == keypolicy.PrincipalService })
	describe := aws.MatchActions("kms:DescribeKey")
	if s.Effect != keypolicy.Allow || service < 0 || aws.StatementActions(s.Actions, s.NotActions)&^describe == 0 && !hasToken(s.Actions) {
		return
	}
	var found sourceConditions
	for _, condition := range keypolicy.MergeConditions(s.Conditions) {
		found.add(p, condition)
	}
	if found.account || found.arn || found.context {
		return
	}
	name := s.Principals[service].Id
	if found.wrong == nil {
		p.Report(field, s.Sid, fmt.Sprintf("lets %s use the key for anybody; %s: %s", name, sourcePromise, sourceRemedy))
		return
	}
	p.Report(field+valuePath(s, *found.wrong), found.wrong.value, fmt.Sprintf("%s, so %s may use the key for others; %s: %s", found.wrong.why, name, sourcePromise, sourceRemedy))
}

func hasToken(values []string) bool { return slices.ContainsFunc(values, aws.IsToken) }

// sourceConditions are what a statement's conditions say of the account for which a
// service acts.
type sourceConditions struct {
	account, arn, context bool
	// wrong is the first value that was meant to say it and does not.
	wrong *wrongSource
}

type wrongSource struct{ key, value, why string }

func (f *sourceConditions) add(p *parser, c keypolicy.Condition) {
	key := strings.ToLower(c.Key)
	pair, isPair := aws.EncryptionContextName(c.Key)
	isSource := strings.HasPrefix(key, "aws:source")
	if !isSource && !isPair {
		return
	}
	refuse := func(value, why string) {
		if f.wrong == nil && (isSource || strings.HasPrefix(value, "arn:")) {
			f.wrong = &wrongSource{c.Key, value, why}
		}
	}
	if form, known := aws.ParseOperator(c.Operator); !known || form.Set != "" || form.IfExists || form.Negated || !form.IsText() {
		refuse(c.Values[0], fmt.Sprintf("%s does not need this source to be there", c.Operator))
		return
	}
	check := p.ownContext(pair)
	switch key {
	case "aws:sourceaccount":
		check = p.ownSourceAccount
	case "aws:sourcearn":
		check = p.ownSourceArn
	case "aws:sourceorgid", "aws:sourceorgpaths":
		check = func(string) string { return "takes in all accounts of the organization" }
	}
	for _, value := range c.Values {
		if why := check(value); why != "" {
			refuse(value, why)
			return
		}
	}
	switch {
	case key == "aws:sourceaccount":
		f.account = true
	case key == "aws:sourcearn":
		f.arn = true
	default:
		f.context = true
	}
}

// ownSourceAccount says why a value is not the key's account, or "".
func (p *parser) ownSourceAccount(value string) string {
	account := config.ValueOf(value)
	own, _ := p.settings.ownAccount()
	switch {
	case strings.ContainsAny(value, "*?") && account.IsKnown():
		return "is a pattern that other accounts match"
	case strings.Contains(value, "${") && account.IsKnown():
		return "is a policy variable, which every account meets with its own"
	case aws.IsListToken(value):
		return "is a list of accounts that only Terraform knows"
	case account.IsKnown() && !limits.AccountId.Allows(value):
		return "is no account"
	case account.Differs(own):
		return fmt.Sprintf("is another account than the key's, %s", own.Text())
	case account.IsKnown() && !own.IsKnown():
		// Roles that are granted later, and Terraform, compare with it.
		p.settings.sourceAccount = account
	}
	return ""
}

// ownSourceArn says why a value is not an ARN of the key's account, or "". The ARN of
// a bucket has no account, and what account an ARN has that Terraform will know, nobody
// can tell now.
func (p *parser) ownSourceArn(value string) string {
	parts, isArn := aws.SplitArn(value)
	switch {
	case !isArn && aws.IsToken(value):
		return "is an ARN that only Terraform knows, of whatever account; add aws:SourceAccount beside it"
	case !isArn:
		return "is no ARN with an account"
	case parts[4] == "":
		return "is an ARN without an account; add aws:SourceAccount beside it"
	}
	return p.ownSourceAccount(parts[4])
}

// ownContext says of a value of the encryption context why other accounts' resources
// may have it, or "". AWS services put a resource's ARN, or the account, into the
// context by themselves.
func (p *parser) ownContext(pair string) func(string) string {
	return func(value string) string {
		_, isArn := aws.SplitArn(value)
		switch {
		case strings.EqualFold(pair, "aws:dynamodb:subscriberId"):
			return p.ownSourceAccount(value)
		case isArn:
			return p.ownSourceArn(value)
		case aws.IsToken(value) && !aws.IsListToken(value) && strings.HasSuffix(strings.ToLower(pair), "arn"):
			// The ARN of one resource: EventBridge sends nothing else of a topic.
			return ""
		}
		return "is a context that resources of any account may have"
	}
}

// valuePath is where in a statement the value of a key stands.
func valuePath(s keypolicy.Statement, of wrongSource) string {
	for i, condition := range s.Conditions {
		if j := slices.Index(condition.Values, of.value); condition.Key == of.key && j >= 0 {
			return fmt.Sprintf(".Conditions[%d].Values[%d]", i, j)
		}
	}
	return ".Conditions"
}
