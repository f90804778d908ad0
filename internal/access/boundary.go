package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Blocked is an action that a key's policy grants and a permissions boundary
// keeps from the principals that it limits.
type Blocked struct {
	// Key is the key's address.
	Key string
	// Principals are [Subject.Id]s, Names their names.
	Principals, Names []string
	Action            string
	// Ways are those of the key policy that are blocked for the same reason.
	Ways []Way
	// Partly tells that some requests of these ways pass.
	Partly bool
	// Gap says what the boundary lacks or denies.
	Gap string
}

// Excess is an action that a permissions boundary lets through on a key whose
// policy grants it to none of the principals.
type Excess struct {
	// Key is the key's address, or [OtherKeys].
	Key    string
	Action string
	// Way is what the boundary allows, by one of its statements.
	Way Way
}

// OtherKeys is the address of every key that the boundary was not checked with,
// without tags and aliases.
const OtherKeys = "other keys"

// BoundaryReport is how a permissions boundary fits the policies of keys.
type BoundaryReport struct {
	Blocked []Blocked
	Excess  []Excess
}

// CheckBoundary compares a permissions boundary with the policies of keys, for
// principals of the keys' account: ARNs, patterns of them, or tokens. None means
// all that a key's policy names.
//
// What a key policy grants are its statements that name a principal. What it
// leaves to the IAM policies of the account as a whole is not granted to anybody.
// As in the rest of this package, every finding is a request that the evaluator
// decided; what it cannot decide is an error.
func CheckBoundary(boundary keypolicy.Document, keys []Key, principals ...string) (BoundaryReport, error) {
	var report BoundaryReport
	var places []string
	for _, key := range keys {
		check, err := newBoundaryCheck(boundary, key, principals)
		if err == nil {
			err = check.blocked(&report)
		}
		if err == nil {
			err = check.excess(&report, key)
		}
		if err != nil {
			return BoundaryReport{}, fmt.Errorf("%s: %w", key.Address, err)
		}
		place := key.Arn[:len(key.Arn)-len(splitArn(key.Arn).resource)]
		if slices.Contains(places, place) {
			continue
		}
		places = append(places, place)
		check.granted = map[string]bool{}
		other := Key{Address: OtherKeys, Arn: place + "key/" + anyPresentValue, AllTags: true, Aliases: []string{}}
		if err := check.excess(&report, other); err != nil {
			return BoundaryReport{}, fmt.Errorf("%s: %w", OtherKeys, err)
		}
	}
	return report, nil
}

// boundaryCheck holds a boundary against one key.
type boundaryCheck struct {
	*analysis
	boundary keypolicy.Document
	// limits is the boundary by itself, with the actions of its statements.
	limits   *analysis
	subjects []Subject
	// granted are the actions that the key's policy grants to any of the subjects.
	granted map[string]bool
}

func newBoundaryCheck(boundary keypolicy.Document, key Key, principals []string) (*boundaryCheck, error) {
	key.Policy = withoutDelegation(key.Policy, splitArn(key.Arn).account)
	a, err := newAnalysis(key)
	if err != nil {
		return nil, err
	}
	a.solver.given = key.facts(boundary, key.Policy)
	limits, err := newAnalysis(Key{Arn: key.Arn, Policy: grantedTo(boundary, keypolicy.Everyone())})
	if err != nil {
		return nil, fmt.Errorf("the boundary: %w", err)
	}
	c := &boundaryCheck{analysis: a, boundary: boundary, limits: limits, granted: map[string]bool{}}
	for _, subject := range subjectsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, principals) {
		limited := slices.Contains([]Kind{KindRole, KindUser, KindSession, KindPattern, KindToken}, subject.Kind) && !subject.Foreign
		if limited && (len(principals) == 0 || slices.Contains(principals, subject.Id)) {
			c.subjects = append(c.subjects, subject)
		}
	}
	for _, principal := range principals {
		if !slices.ContainsFunc(c.subjects, func(s Subject) bool { return s.Id == principal }) {
			return nil, fmt.Errorf("principal %q: must be a role or user of the key's account, by its ARN or a pattern of that", principal)
		}
	}
	return c, nil
}

// withoutDelegation is the policy with nothing left to the account as a whole.
// The statements keep their places.
func withoutDelegation(policy keypolicy.Document, account string) keypolicy.Document {
	policy = policy.Clone()
	for i, s := range policy.Statements {
		named := slices.ContainsFunc(s.Principals, func(p keypolicy.Principal) bool {
			of := splitArn(p.Id)
			return p.Id != account && (of.account != account || of.resource != "root")
		}) || slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool { return strings.EqualFold(c.Key, "aws:PrincipalArn") })
		if s.Effect == keypolicy.Allow && !named {
			policy.Statements[i].Actions, policy.Statements[i].NotActions = nil, nil
		}
	}
	return policy
}

// facts are the condition keys that a request to the key cannot choose, as far
// as the documents speak of them.
func (k Key) facts(documents ...keypolicy.Document) map[string][]string {
	const tagPrefix = "aws:resourcetag/"
	// KMS answers no request without TLS. See the KMS Developer Guide,
	// "Infrastructure security in AWS KMS".
	facts := map[string][]string{"aws:securetransport": {"true"}}
	if k.AllTags {
		for _, document := range documents {
			for _, statement := range document.Statements {
				for _, condition := range statement.Conditions {
					if key := strings.ToLower(condition.Key); strings.HasPrefix(key, tagPrefix) {
						facts[key] = nil
					}
				}
			}
		}
	}
	for _, name := range sortedKeys(k.Tags) {
		facts[tagPrefix+strings.ToLower(name)] = []string{k.Tags[name]}
	}
	if k.Aliases != nil {
		facts["kms:resourcealiases"] = k.Aliases
	}
	return facts
}

// grantedTo is a boundary as a key policy that speaks of one principal.
func grantedTo(boundary keypolicy.Document, principal keypolicy.Principal) keypolicy.Document {
	policy := boundary.Clone()
	for i := range policy.Statements {
		policy.Statements[i].Principals = []keypolicy.Principal{principal}
	}
	return policy
}

// excess finds what the boundary allows on a key and is granted to none of the
// subjects. DescribeKey is left out where anything is granted: a role
// by pattern has it by IAM alone, and it tells nothing but metadata.
func (c *boundaryCheck) excess(report *BoundaryReport, key Key) error {
	asked := map[string]bool{}
	for _, subject := range c.subjects {
		limits, err := newAnalysis(Key{Arn: key.Arn, Policy: grantedTo(c.boundary, keypolicy.AwsPrincipal(subject.caller))})
		if err != nil {
			return err
		}
		limits.solver.given = key.facts(c.boundary)
		for _, action := range (aws.KeyActions &^ aws.GrantOnlyActions).Names() {
			if c.granted[action] || asked[action] || action == "kms:DescribeKey" && len(c.granted) > 0 {
				continue
			}
			found := limits.answer(subject, action)
			if found.Why != "" {
				return fmt.Errorf("%s: %s", action, found.Why)
			}
			for _, way := range found.Ways {
				way.Statement.Policy = evaluation.PermissionsBoundary
				// What is a fact of the key goes without saying.
				way.Conditions = slices.DeleteFunc(slices.Clone(way.Conditions), func(condition keypolicy.Condition) bool {
					_, fact := limits.solver.given[strings.ToLower(condition.Key)]
					return fact
				})
				report.Excess = append(report.Excess, Excess{Key: key.Address, Action: action, Way: way})
				asked[action] = true
			}
		}
	}
	return nil
}

// String says the finding in a sentence.
func (e Excess) String() string {
	return fmt.Sprintf("the boundary allows %s on %s %s (%s), and no key policy grants it",
		e.Action, e.Key, Words(e.Way.Conditions), StatementName(e.Way.Statement))
}

// String says the finding in a sentence.
func (b Blocked) String() string {
	var ways []string
	for _, way := range b.Ways {
		ways = append(ways, fmt.Sprintf("%s (%s)", Words(way.Conditions), StatementName(way.Statement)))
	}
	verb := "blocks it"
	if b.Partly {
		verb = "blocks some of it"
	}
	return fmt.Sprintf("%s: the policy of %s grants %s %s; the boundary %s: %s",
		list(b.Names, "and"), b.Key, b.Action, strings.Join(ways, "; "), verb, b.Gap)
}
