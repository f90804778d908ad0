package differential

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// KnownDifference is a mistake of the simulator that AWS's documentation
// settles.
type KnownDifference struct {
	// Name is short, for counts.
	Name string
	// Source is the AWS document that settles it, and what it says.
	Source string
	// Misread is the pair as the simulator takes it. A difference is explained when
	// evaluation.Evaluate decides the misread pair as the simulator decided the real
	// one: that shows this mistake, and nothing else, to be the cause.
	Misread func(p Pair) Pair
}

// AcrossAccounts stands apart from Known: it is no misreading of a pair.
var AcrossAccounts = KnownDifference{
	Name:   "administration is offered to other accounts",
	Source: `KMS Developer Guide, "Allowing users in other accounts to use a KMS key": cross-account permissions are effective for a list of operations only, and permissions for others "have no effect"`,
}

// Known are the differences that are settled against the simulator.
var Known = []KnownDifference{
	{
		Name:   "variables are replaced in policies of version 2008-10-17",
		Source: `IAM User Guide, "IAM JSON policy elements: Version": variables "are treated as literal strings in the policy" of earlier versions`,
		Misread: func(p Pair) Pair {
			p.Policy.Version = ""
			return p
		},
	},
	{
		Name:   "IfExists after ForAnyValue is ignored",
		Source: `IAM User Guide, "Condition operators", "...IfExists": may be added to any operator but Null; "if the key is not present, evaluate the condition element as true"`,
		Misread: eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
			if strings.HasPrefix(c.Operator, aws.ForAnyValue) {
				c.Operator = strings.TrimSuffix(c.Operator, "IfExists")
			}
			return c
		}),
	},
	{
		Name:   "the empty text is a value to ForAnyValue",
		Source: `IAM User Guide, "Single-valued vs. multivalued context keys", ForAnyValue: "For no matching context key or a null dataset, the condition returns false"; an empty string is such, by "Multivalued context key examples"`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if value, carried := valueOf(c.Key, r); carried && value == "" && !slices.Contains(multiValued, strings.ToLower(c.Key)) {
				c.Operator = strings.TrimPrefix(c.Operator, aws.ForAnyValue)
			}
			return c
		}),
	},
	{
		// Not a mistake but a guess; evaluation.Evaluate refuses to make one. It
		// matters where another mistake hides the condition from one evaluator.
		Name:   "a negated operator without ForAllValues or ForAnyValue fails on several values",
		Source: `IAM User Guide, "Single-valued vs. multivalued context keys": "Multivalued context keys require a condition set operator"; what happens without is not said`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if form, _ := aws.ParseOperator(c.Operator); form.Negated && form.Set == "" && slices.Contains(multiValued, strings.ToLower(c.Key)) && present(c.Key, r) {
				return never
			}
			return c
		}),
	},
	{
		Name:   "a negated string operator fails on a variable without value",
		Source: `IAM User Guide, "Variables and tags", "Policy variables with no value": "Inverted condition operators like StringNotEquals or StringNotLike do match against a null value"`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if negated(c, comparisonsOfTexts...) && present(c.Key, r) && slices.ContainsFunc(c.Values, func(value string) bool { return valueless(value, r) }) {
				return never
			}
			return c
		}),
	},
	{
		Name:   "a negated ARN operator fails on a variable without value",
		Source: `IAM User Guide, "Variables and tags", "Policy variables with no value"; and "Condition operators": ArnNotEquals and ArnNotLike are "negated matching"`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if !negated(c, aws.CompareArn) || !present(c.Key, r) {
				return c
			}
			for _, value := range c.Values {
				// The simulator compares part by part and stumbles only when it comes to
				// the variable, which the vocabulary has in the last part.
				if !valueless(value, r) {
					continue
				}
				before := value[:strings.LastIndex(value[:strings.Index(value, "${")], ":")+1]
				if holds(keypolicy.Condition{Operator: "ArnLike", Key: c.Key, Values: []string{before + "*"}}, r) {
					return never
				}
			}
			return c
		}),
	},
	{
		Name:   "a negated ARN operator fails on what is no ARN",
		Source: `IAM User Guide, "Condition operators": ArnNotEquals and ArnNotLike are "negated matching" of ArnEquals and ArnLike, which what is no ARN does not match`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if value, carried := valueOf(c.Key, r); carried && negated(c, aws.CompareArn) && strings.Count(value, ":") < 5 {
				return never
			}
			return c
		}),
	},
	{
		Name:   "${*}, ${?} and ${$} are literal in equality operators",
		Source: `IAM User Guide, "Variables and tags", "Special characters": "${*} - use where you need an * (asterisk) character", in any value that takes variables`,
		Misread: eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
			if comparison := comparisonOf(c); comparison == aws.CompareText || comparison == aws.CompareTextIgnoringCase {
				c.Values = slices.Clone(c.Values)
				for i, value := range c.Values {
					c.Values[i] = strings.NewReplacer("${*}", "${$}{*}", "${?}", "${$}{?}", "${$}", "${$}{${$}}").Replace(value)
				}
			}
			return c
		}),
	},
	{
		Name:   "numbers are read up to what is no digit",
		Source: `IAM User Guide, "Condition operators", "Numeric condition operators": "an integer or decimal value"; "7 days" is neither, and 3e1 is 30`,
		Misread: func(p Pair) Pair {
			p = eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
				if comparisonOf(c) != aws.CompareNumber {
					return c
				}
				value, carried := valueOf(c.Key, r)
				if carried && digits(value) == "" && negated(c) {
					return never
				}
				c.Values = slices.Clone(c.Values)
				for i, value := range c.Values {
					c.Values[i] = digits(value)
				}
				return c
			})(p)
			p.Request.Context = cloneContext(p.Request.Context)
			for key, values := range p.Request.Context {
				if slices.ContainsFunc(numericKeys, func(name string) bool { return strings.EqualFold(name, key) }) && digits(values[0]) != "" {
					p.Request.Context[key] = []string{digits(values[0])}
				}
			}
			return p
		},
	},
	{
		Name:   "seconds since 1970 are taken for milliseconds",
		Source: `IAM User Guide, "Condition operators", "Date condition operators": "epoch (UNIX) time", which counts seconds`,
		Misread: func(p Pair) Pair {
			p = eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
				if comparisonOf(c) == aws.CompareDate {
					c.Values = slices.Clone(c.Values)
					for i, value := range c.Values {
						c.Values[i] = milliseconds(value)
					}
				}
				return c
			})(p)
			p.Request.Context = cloneContext(p.Request.Context)
			for key, values := range p.Request.Context {
				if slices.ContainsFunc(dateKeys, func(name string) bool { return strings.EqualFold(name, key) }) {
					p.Request.Context[key] = []string{milliseconds(values[0])}
				}
			}
			return p
		},
	},
	{
		Name:   "DateNotEquals fails on what is no date",
		Source: `IAM User Guide, "Condition operators": DateNotEquals is "negated matching" of DateEquals, which what is no date does not match`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if value, carried := valueOf(c.Key, r); carried && negated(c, aws.CompareDate) && !holds(keypolicy.Condition{Operator: "DateGreaterThan", Key: c.Key, Values: []string{"0001-01-02"}}, r) && value != "" {
				return never
			}
			return c
		}),
	},
	{
		Name:   "an ARN with a policy variable before its last part matches nothing",
		Source: `IAM User Guide, "Variables and tags", "Where you can use policy variables": in any operator that compares strings or ARNs; the simulator takes the colon in ${aws:...} for one of the ARN's`,
		Misread: eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
			if !strings.Contains(c.Operator, "Arn") {
				return c
			}
			c.Values = slices.Clone(c.Values)
			for i, value := range c.Values {
				if before, _, ok := strings.Cut(value, "${"); ok && strings.Count(before, ":") < 5 {
					c.Values[i] = "arn:aws:nothing:::nothing"
				}
			}
			return c
		}),
	},
	{
		Name:   "a session is of every role of its role's name, whatever the path",
		Source: `IAM User Guide, "AWS JSON policy elements: Principal", "IAM role principals": a role is named by its ARN, path and all, which aws:PrincipalArn of its sessions has too`,
		Misread: func(p Pair) Pair {
			if strings.Contains(p.Request.Principal, ":assumed-role/") {
				p.Request.Context = cloneContext(p.Request.Context)
				delete(p.Request.Context, "aws:PrincipalArn")
			}
			return p
		},
	},
	{
		Name:   "of the range of all IPv4 addresses the first is the only one",
		Source: `IAM User Guide, "Condition operators", "IP address condition operators": a range in CIDR form, and 0.0.0.0/0 is that of all addresses`,
		Misread: eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
			if !strings.Contains(c.Operator, "IpAddress") {
				return c
			}
			c.Values = slices.Clone(c.Values)
			for i, value := range c.Values {
				c.Values[i] = strings.Replace(value, "0.0.0.0/0", "0.0.0.0/32", 1)
			}
			return c
		}),
	},
	{
		Name:   "BinaryEquals compares texts in base64",
		Source: `IAM User Guide, "Condition operators", "Binary condition operators": the value is compared "byte for byte against a base-64 encoded representation of the binary value", of which there may be several`,
		Misread: eachCondition(func(c keypolicy.Condition, _ evaluation.Request) keypolicy.Condition {
			c.Operator = strings.Replace(c.Operator, "BinaryEquals", "StringEquals", 1)
			return c
		}),
	},
	{
		Name:   "an IP address by itself is compared as text, and only with its own version",
		Source: `IAM User Guide, "Condition operators", "IP address condition operators": an address without a prefix is a range of one; NotIpAddress is "all IP addresses except the specified IP address or range"`,
		Misread: eachCondition(func(c keypolicy.Condition, r evaluation.Request) keypolicy.Condition {
			if comparisonOf(c) != aws.CompareAddress {
				return c
			}
			value, carried := valueOf(c.Key, r)
			if !carried {
				return c
			}
			negated := negated(c)
			address, err := netip.ParseAddr(value)
			found := negated
			for _, wanted := range c.Values {
				match := false
				prefix, rangeErr := netip.ParsePrefix(wanted)
				single, _ := netip.ParseAddr(wanted)
				switch {
				case err != nil:
				case rangeErr == nil:
					match = prefix.Contains(address) != negated
				case single.Is4() == address.Is4():
					match = (wanted == value) != negated
				}
				if negated {
					found = found && match
				} else {
					found = found || match
				}
			}
			if found {
				return always
			}
			return never
		}),
	},
	{
		Name:   "NotResource fails on a variable without value",
		Source: `IAM User Guide, "Variables and tags", "Policy variables with no value": in Resource or NotResource, such a resource "will not match any resource", so NotResource leaves every resource in`,
		Misread: eachStatement(func(s keypolicy.Statement, r evaluation.Request) (keypolicy.Statement, bool) {
			for _, resource := range s.NotResources {
				if valueless(resource, r) && strings.HasPrefix(resource, "arn:aws:kms:") {
					return s, false
				}
			}
			return s, true
		}),
	},
	{
		Name:   "NotPrincipal leaves out whoever is listed by half",
		Source: `IAM User Guide, "AWS JSON policy elements: NotPrincipal": the account must be listed besides the user, and the role and the account besides the session; with a permissions boundary all are denied whatever is listed`,
		Misread: eachStatement(func(s keypolicy.Statement, r evaluation.Request) (keypolicy.Statement, bool) {
			if len(s.NotPrincipals) == 0 {
				return s, true
			}
			if named(s.NotPrincipals, r) {
				return s, false
			}
			s.NotPrincipals, s.Principals = nil, []keypolicy.Principal{keypolicy.Everyone()}
			return s, true
		}),
	},
	{
		Name:   "service control policies bind service-linked roles",
		Source: `AWS Organizations User Guide, "Service control policies", "Tasks and entities not restricted by SCPs": any action by a service-linked role`,
		Misread: func(p Pair) Pair {
			// A role that is like it but for the path.
			text, err := json.Marshal(p)
			if err != nil {
				return p
			}
			var read Pair
			if json.Unmarshal([]byte(strings.ReplaceAll(string(text), "aws-service-role", "own-service-role")), &read) != nil {
				return p
			}
			return read
		},
	},
	{
		Name:   "RetireGrant is decided like any other action",
		Source: `KMS Developer Guide, "AWS KMS permissions": RetireGrant "is not effective in a key policy"; "Resource control policies in AWS KMS": nor in a resource control policy; "Retiring and revoking grants": the account that made a grant may retire it`,
		Misread: func(p Pair) Pair {
			retire, _ := aws.FindAction("kms:RetireGrant")
			if asked, _ := aws.FindAction(p.Request.Action); asked != retire {
				return p
			}
			// Another action that other accounts may be allowed, where this one stands.
			p = eachStatement(func(s keypolicy.Statement, _ evaluation.Request) (keypolicy.Statement, bool) {
				about := aws.StatementActions(s.Actions, s.NotActions).Has(retire)
				s.Actions, s.NotActions = []string{"kms:RevokeGrant"}, nil
				return s, about
			})(p)
			p.Request.Action = "kms:RevokeGrant"
			return p
		},
	},
}
