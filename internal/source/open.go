package source

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// factKeys are condition keys whose values in a request follow from who calls or from
// the key, so that a token in a policy cannot be taken for a value of its own.
var factKeys = []string{
	"aws:principalaccount", "kms:calleraccount", "aws:principaltype", "aws:username", "aws:userid", "aws:principalisawsservice",
	"aws:principalservicename", "aws:principalservicenameslist", "aws:requestedregion", "aws:resourceaccount",
}

// checkOpen finds tokens where all depends on what they will be. A token is compared
// as a text: it stands for an unknown role, tag or name well enough. But one for an
// action, an account, a number or a pattern of principals would match nothing, which
// would be told as a proof.
func checkOpen(key *Key) {
	for i, statement := range key.Policy.Statements {
		for _, action := range slices.Concat(statement.Actions, statement.NotActions) {
			if aws.IsToken(action) {
				key.Problem = fmt.Sprintf("%s has the action %s, which is not known before apply", nameOf(i, statement), action)
				return
			}
		}
		for _, condition := range statement.Conditions {
			for _, value := range condition.Values {
				if aws.IsToken(value) && key.isOpen(condition, value) {
					key.leaveOut(fmt.Sprintf("what %s decides is not known: its condition %s on %s has %s, which is not known before apply",
						nameOf(i, statement), condition.Operator, condition.Key, value))
				}
			}
		}
	}
	slices.Sort(key.Strangers)
	key.Strangers = slices.Compact(key.Strangers)
	for _, token := range key.Strangers {
		key.Notes = append(key.Notes, fmt.Sprintf("who %s is, is not known before apply; it is taken for a role or user of the key's account", token))
	}
}

// ofTexts are the comparisons with a text as it is.
var ofTexts = []aws.Comparison{aws.CompareText, aws.CompareTextIgnoringCase, aws.ComparePattern, aws.CompareArn, aws.CompareBool}

// isOpen reports whether nothing can be told of a condition with a token.
func (k *Key) isOpen(condition keypolicy.Condition, value string) bool {
	account := strings.Split(k.Arn, ":")[4]
	form, _ := aws.ParseOperator(condition.Operator)
	switch lower := strings.ToLower(condition.Key); {
	case !slices.Contains(ofTexts, form.Comparison):
		return true
	case value == account:
		return false
	case lower == "aws:principalarn":
		arn, isArn := aws.ParseArn(value)
		return !isArn && slices.Contains(k.Strangers, value) || isArn && aws.IsToken(arn.Account) && arn.Account != account
	default:
		return slices.Contains(factKeys, lower)
	}
}
