package analysis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/exact"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// Blocked is an action that a key's policy grants and a permissions boundary
// keeps from the principals that it limits.
type Blocked struct {
	// Key is the key's address.
	Key string
	// Principals are [Principal.Id]s, Names their names.
	Principals, Names []string
	Action            string
	// Paths are those of the key policy that are blocked for the same reason.
	Paths []AccessPath
	// Partly tells that some requests of these paths pass.
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
	// Path is what the boundary allows, by one of its statements.
	Path AccessPath
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
// principals of the keys' account: ARNs, patterns of them, or tokens. A role means its
// sessions, too, and a pattern whoever of it a policy names. None means all that a key's
// policy names.
//
// What a key policy grants are its statements that name a principal. What it
// leaves to the IAM policies of the account as a whole is not granted to anybody.
// That nothing is reported is a proof; what cannot be told is an error.
func CheckBoundary(boundary keypolicy.Document, keys []Key, principals ...string) (BoundaryReport, error) {
	var report BoundaryReport
	var locations []string
	for _, key := range keys {
		check, err := newBoundaryCheck(boundary, key, principals)
		if err == nil {
			err = check.run(&report)
		}
		if err != nil {
			return BoundaryReport{}, fmt.Errorf("%s: %w", key.Address, err)
		}
		arn, _ := aws.ParseArn(key.Arn)
		location := strings.TrimSuffix(key.Arn, arn.Resource)
		if slices.Contains(locations, location) {
			continue
		}
		locations = append(locations, location)
		key.Address, key.Arn = OtherKeys, location+"key/any-other-key"
		key.Tags, key.AllTags, key.Aliases = nil, true, []string{}
		if check, err = newBoundaryCheck(boundary, key, principals); err == nil {
			err = check.excess(&report)
		}
		if err != nil {
			return BoundaryReport{}, fmt.Errorf("%s: %w", OtherKeys, err)
		}
	}
	report.merge()
	return report, nil
}

// boundaryCheck holds a boundary against one key.
type boundaryCheck struct {
	*analysis
	boundary keypolicy.Document
	// limits are the boundary's statements.
	limits *rules
	// excepting are the key policy's Denies with NotPrincipal, as they are for who has a
	// boundary: they except nobody of those. See the IAM User Guide, "AWS JSON policy
	// elements: NotPrincipal".
	excepting []source
	// limited are the principals that have the boundary.
	limited []Principal
	// granted are the actions that the key's policy grants to any of them.
	granted map[string]bool
}

func newBoundaryCheck(boundary keypolicy.Document, key Key, principals []string) (*boundaryCheck, error) {
	arn, _ := aws.ParseArn(key.Arn)
	key.Policy = withoutDelegation(key.Policy, arn.Account)
	a, err := newAnalysis(key, key.facts(boundary, key.Policy), mentionsOf(key.Arn, []keypolicy.Document{key.Policy}, key.Grants, principals))
	if err != nil {
		return nil, err
	}
	c := &boundaryCheck{analysis: a, boundary: boundary, granted: map[string]bool{}}
	if c.limits, err = addRules(a.engine, boundary, evaluation.PermissionsBoundary, nil); err != nil {
		return nil, fmt.Errorf("the boundary: %w", err)
	}
	if c.excepting, err = exceptingNobody(a.engine, key.Policy); err != nil {
		return nil, err
	}
	for _, row := range a.rows {
		if row.Foreign || !slices.Contains([]Kind{KindRole, KindUser, KindSession, KindPattern, KindToken}, row.Kind) {
			continue
		}
		if len(principals) > 0 && !slices.Contains(principals, row.Id) {
			if row.classes, err = c.among(row.classes, principals); err != nil {
				return nil, err
			}
		} else if len(principals) == 0 && !row.named {
			continue
		}
		if len(row.classes) > 0 {
			c.limited = append(c.limited, row)
		}
	}
	for _, principal := range principals {
		if !slices.ContainsFunc(c.limited, func(row Principal) bool { return row.Id == principal }) {
			return nil, fmt.Errorf("principal %q: must be a role or user of the key's account, by its ARN or a pattern of that", principal)
		}
	}
	return c, nil
}

// among are those of the classes who are meant by a principal that has a row of its own:
// by a pattern of which a policy names some, or overlaps with another; and sessions by
// their role, whose boundary they have.
func (c *boundaryCheck) among(classes []exact.Class, principals []string) (meant []exact.Class, err error) {
	arns := slices.DeleteFunc(slices.Clone(principals), func(principal string) bool {
		_, isArn := aws.ParseArn(principal)
		return !isArn
	})
	if len(arns) == 0 {
		return nil, nil
	}
	for _, class := range classes {
		class = limits(class, []keypolicy.Condition{{Operator: "ArnLike", Key: "aws:PrincipalArn", Values: arns}}, nil)
		cell, err := c.engine.Cell(class, "kms:Decrypt")
		if err != nil {
			return nil, err
		}
		if cell.Ask(exact.Question{}).Answer != exact.No {
			meant = append(meant, class)
		}
	}
	return meant, nil
}

func (c *boundaryCheck) run(report *BoundaryReport) error {
	if err := c.blocked(report); err != nil {
		return err
	}
	return c.excess(report)
}

// withoutDelegation is the policy with nothing left to the account as a whole.
// The statements keep their places.
func withoutDelegation(policy keypolicy.Document, account string) keypolicy.Document {
	policy = policy.Clone()
	for i := range policy.Statements {
		s := &policy.Statements[i]
		byArn := slices.ContainsFunc(s.Conditions, func(c keypolicy.Condition) bool { return strings.EqualFold(c.Key, "aws:PrincipalArn") })
		if s.Effect != keypolicy.Allow || byArn {
			continue
		}
		named := slices.DeleteFunc(slices.Clone(s.Principals), func(p keypolicy.Principal) bool {
			of, _ := aws.ParseArn(p.Id)
			return p.Id == account || of.Account == account && of.Resource == "root"
		})
		switch {
		case len(s.NotPrincipals) > 0:
		case len(named) == 0:
			s.Actions, s.NotActions = nil, nil
		default:
			s.Principals = named
		}
	}
	return policy
}

// exceptingNobody are the Denies with NotPrincipal as Denies of everybody.
func exceptingNobody(engine *exact.Engine, policy keypolicy.Document) ([]source, error) {
	policy = policy.Clone()
	for i := range policy.Statements {
		if s := &policy.Statements[i]; s.Effect == keypolicy.Deny && len(s.NotPrincipals) > 0 {
			s.NotPrincipals, s.Principals = nil, []keypolicy.Principal{keypolicy.Everyone()}
		} else {
			s.Actions, s.NotActions = nil, nil
		}
	}
	all, err := addRules(engine, policy, evaluation.KeyPolicy, nil)
	if err != nil {
		return nil, err
	}
	return all.denies, nil
}

// excess finds what the boundary allows on the key and is granted to none of the
// principals. DescribeKey is left out where anything is granted: a role by pattern
// has it by IAM alone, and it tells nothing but metadata.
func (c *boundaryCheck) excess(report *BoundaryReport) error {
	for _, action := range aws.KeyActions.Names() {
		if c.granted[action] || action == "kms:DescribeKey" && len(c.granted) > 0 {
			continue
		}
		found, err := c.excessive(action)
		if err != nil {
			return err
		}
		report.Excess = append(report.Excess, found...)
	}
	return nil
}

// excessive is what the boundary allows to the first of the principals that it
// allows the action.
func (c *boundaryCheck) excessive(action string) (found []Excess, err error) {
	bit, _ := aws.FindAction(action)
	denies := terms(about(c.limits.denies, bit), evaluation.NoMatch)
	for _, row := range c.limited {
		for _, class := range row.classes {
			cell, err := c.engine.Cell(class, action)
			if err != nil {
				return nil, err
			}
			var paths []AccessPath
			for _, allow := range about(c.limits.allows, bit) {
				question := exact.Question{Match: terms([]source{allow}, evaluation.NoMatch), Fail: denies}
				switch outcome := cell.Ask(question); outcome.Answer {
				case exact.Yes:
					paths = append(paths, c.pathOf(c.limits, cell, question, allow, level{}))
				case exact.Unknown:
					return nil, fmt.Errorf("%s: %s", action, outcome.Reason)
				}
			}
			for _, path := range widest(paths) {
				found = append(found, Excess{Key: c.key.Address, Action: action, Path: path})
			}
			if len(found) > 0 {
				return found, nil
			}
		}
	}
	return nil, nil
}

// String says the finding in a sentence.
func (e Excess) String() string {
	return fmt.Sprintf("the boundary allows %s on %s %s (%s), and no key policy grants it",
		e.Action, e.Key, Words(e.Path.Conditions), StatementName(e.Path.Statement))
}

// String says the finding in a sentence.
func (b Blocked) String() string {
	var paths []string
	for _, path := range b.Paths {
		paths = append(paths, fmt.Sprintf("%s (%s)", Words(path.Conditions), StatementName(path.Statement)))
	}
	verb := "blocks it"
	if b.Partly {
		verb = "blocks some of it"
	}
	return fmt.Sprintf("%s: the policy of %s grants %s %s; the boundary %s: %s",
		list(b.Names, "and"), b.Key, b.Action, strings.Join(paths, "; "), verb, b.Gap)
}
