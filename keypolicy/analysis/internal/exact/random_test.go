package exact

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// generator makes policies and requests. It knows nothing of how questions are
// answered: requests are made of the policy's values and their neighbours.
type generator struct{ *rand.Rand }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

func some[T any](g *generator, most int, from []T) (chosen []T) {
	for _, at := range g.Perm(len(from))[:1+g.IntN(min(most, len(from)))] {
		chosen = append(chosen, from[at])
	}
	return chosen
}

// family is keys that are compared in the same ways with the same values.
type family struct{ operators, keys, values []string }

var (
	textOperators = []string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}
	arnOperators  = []string{"ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringNotLike", "StringEquals"}
	families      = []family{
		{textOperators, []string{"aws:PrincipalTag/team", "aws:PrincipalTag/env", "aws:ResourceTag/team", "kms:EncryptionContext:app", "kms:EncryptionContext:env", "kms:EncryptionContext:App"},
			[]string{"blue", "Blue", "b*", "*e", "*l*", "?lue", "", "?*", "*", "red", "${aws:PrincipalTag/env}", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/env, 'blue'}", "b${aws:PrincipalTag/env}", "${aws:username}", "x-${aws:PrincipalTag/team}-*", "${aws:PrincipalTag/team}${aws:PrincipalTag/env}", "K", "k", "${*}"}},
		{textOperators, []string{"kms:ViaService"},
			[]string{"s3.us-east-1.amazonaws.com", "s3.*.amazonaws.com", "*.us-east-1.amazonaws.com", "dynamodb.*.amazonaws.com", "s3.amazonaws.com", "*", "?3.*", "s3.eu-west-1.amazonaws.com", "S3.US-EAST-1.amazonaws.com", "lambda*"}},
		{append([]string{"NumericLessThan", "NumericGreaterThanEquals", "NumericEquals"}, textOperators...), []string{"aws:PrincipalAccount", "kms:CallerAccount"},
			[]string{account, other, "4444*", "1*", "*6", "44445555666?", "111122223334", "444455556665.5", "200000000000"}},
		{textOperators, []string{"aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:ResourceOrgID"},
			[]string{"${aws:ResourceAccount}", "${aws:ResourceOrgID}", "${aws:PrincipalOrgID}", "o-example", "o-*", account, "${kms:CallerAccount}"}},
		{arnOperators, []string{"aws:PrincipalArn", "aws:PrincipalArn", "aws:SourceArn"},
			[]string{roleArn + "R", roleArn + "*", roleArn + "team/*", "arn:aws:iam::*:role/R", "arn:aws:iam::4*:role/?", "arn:aws:iam::*:user/*", "arn:aws:iam::*:user/${aws:username}", "arn:aws:iam::${aws:PrincipalAccount}:role/R*",
				"arn:aws:sts::*:federated-user/x", "arn:aws:iam::*:root", "arn:*:*:*:*:*", "arn:aws:iam::" + account + ":role/${aws:PrincipalTag/team}", "arn:aws:logs:us-east-1:" + account + ":log-group:*", "arn:aws:iam::" + account + ":user/team/ann", "arn:aws:iam::??????223333:role/*"}},
		{textOperators, []string{"aws:username", "aws:PrincipalType", "aws:userid"},
			[]string{"ann", "a*", "*n", "team/*", "User", "AssumedRole", "Account", "${aws:PrincipalTag/team}", "*:s", "AROAX:*"}},
		{[]string{"ForAllValues:StringEquals", "ForAllValues:StringLike", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals", "ForAllValues:StringNotLike", "ForAnyValue:StringLikeIfExists", "ForAllValues:StringEqualsIgnoreCase", "StringNotEquals", "StringEqualsIfExists", "StringEquals"},
			[]string{"kms:EncryptionContextKeys", "kms:EncryptionContextKeys", "aws:TagKeys", "kms:ResourceAliases", "aws:PrincipalOrgPaths"},
			[]string{"app", "App", "env", "a*", "*p", "*", "other", "${aws:PrincipalTag/team}", "x${aws:PrincipalTag/team}"}},
		{[]string{"ForAllValues:StringEquals", "ForAnyValue:StringEquals", "ForAnyValue:StringLike", "ForAllValues:StringNotEquals"}, []string{"kms:GrantOperations"},
			[]string{"Decrypt", "Encrypt", "GenerateDataKey*", "PutKeyPolicy"}},
		{[]string{"ForAllValues:StringEquals", "ForAnyValue:StringLike", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals", "ForAnyValue:StringEqualsIfExists"}, []string{"aws:PrincipalTag/team", "aws:PrincipalServiceNamesList"},
			[]string{"blue", "b*", "", "logs.us-east-1.amazonaws.com", "${aws:PrincipalTag/env}"}},
		{textOperators, []string{"aws:PrincipalServiceName", "aws:SourceAccount"}, []string{"logs.us-east-1.amazonaws.com", "logs.*", "*.amazonaws.com", account, "1*", "${aws:ResourceAccount}"}},
		{[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"},
			[]string{"aws:MultiFactorAuthAge", "aws:PrincipalTag/level", "kms:ScheduleKeyDeletionPendingWindowInDays"}, []string{"7", "8", "7.5", "30", "3e1"}},
		{[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"},
			[]string{"aws:CurrentTime", "aws:EpochTime", "aws:TokenIssueTime"}, []string{"2026-01-01T00:00:00Z", "1767225601", "2026-06-01", "2025-12-31T23:00:00-01:00"}},
		{[]string{"Bool", "StringEquals"}, []string{"aws:MultiFactorAuthPresent", "aws:PrincipalIsAWSService", "aws:SecureTransport"}, []string{"true", "false"}},
		{[]string{"Null"}, []string{"kms:ViaService", "kms:EncryptionContext:app", "kms:EncryptionContextKeys", "aws:PrincipalArn", "aws:SourceArn", "aws:PrincipalTag/team", "aws:PrincipalOrgID", "kms:GrantOperations", "aws:username"}, []string{"true", "false"}},
		{[]string{"IpAddress", "NotIpAddress"}, []string{"aws:SourceIp"}, []string{"10.0.0.0/8", "10.0.0.0/9", "10.128.0.0/9", "10.1.2.3", "2001:db8::/32", "0.0.0.0/0", "::/0"}},
		{textOperators, []string{"aws:RequestedRegion"}, []string{"us-east-1", "us-*", "eu-west-1"}},
		{[]string{"BinaryEquals"}, []string{"aws:PrincipalTag/team"}, []string{"AA==", "YmU="}},
	}
)

func (g *generator) condition() keypolicy.Condition {
	f := pick(g, families)
	c := keypolicy.Condition{Operator: pick(g, f.operators), Key: pick(g, f.keys)}
	if g.chance(15) && c.Operator != "Null" && !strings.HasSuffix(c.Operator, "IfExists") {
		c.Operator += "IfExists"
	}
	for _, value := range some(g, 3, f.values) {
		form, _ := aws.ParseOperator(c.Operator)
		if _, err := form.ParseValue(value, true); err == nil {
			c.Values = append(c.Values, value)
		}
	}
	return c
}

var statementPrincipals = []keypolicy.Principal{
	keypolicy.Everyone(), keypolicy.Everyone(), keypolicy.Everyone(),
	keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":root"), keypolicy.AwsPrincipal(account),
	keypolicy.AwsPrincipal(roleArn + "R"), keypolicy.AwsPrincipal(roleArn + "team/data/Analyst"),
	keypolicy.AwsPrincipal("arn:aws:sts::" + account + ":assumed-role/Analyst/ann"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + account + ":user/team/ann"),
	keypolicy.AwsPrincipal("arn:aws:iam::" + other + ":root"), keypolicy.AwsPrincipal("arn:aws:iam::" + other + ":role/R"),
	keypolicy.ServicePrincipal("logs.us-east-1.amazonaws.com"),
}

func (g *generator) policy() (document keypolicy.Document) {
	if g.chance(5) {
		document.Version = keypolicy.OldVersion
	}
	for i := range 1 + g.IntN(5) {
		s := keypolicy.Statement{Effect: keypolicy.Allow, Actions: []string{pick(g, []string{"kms:*", "kms:*", "kms:Decrypt", "kms:CreateGrant", "kms:*crypt"})}}
		if i > 0 && g.chance(60) {
			s.Effect = keypolicy.Deny
		}
		s.Principals = some(g, 2, statementPrincipals)
		if s.Effect == keypolicy.Deny && g.chance(8) {
			s.NotPrincipals, s.Principals = some(g, 3, statementPrincipals[3:]), nil
		}
		if g.chance(8) {
			s.Resources = []string{pick(g, []string{keyArn, "arn:aws:kms:*:*:key/${aws:PrincipalTag/team}", "arn:aws:kms:*:*:key/*${aws:PrincipalTag/team}*", "arn:aws:kms:eu-*"})}
		}
		for range g.IntN(4) {
			if c := g.condition(); len(c.Values) > 0 && !slices.ContainsFunc(s.Conditions, func(o keypolicy.Condition) bool {
				return o.Operator == c.Operator && strings.EqualFold(o.Key, c.Key)
			}) {
				s.Conditions = append(s.Conditions, c)
			}
		}
		document.Statements = append(document.Statements, s)
	}
	return document
}

// caller is a principal with the classes that have it.
type caller struct {
	principal string
	context   map[string]string
	classes   []Class
}

func (g *generator) caller() caller {
	own := func(kind Kind) Class { return Class{Kind: kind, Account: account} }
	foreign := func(kind Kind) Class { return Class{Kind: kind, OtherThan: []string{account}} }
	named := func(kind Kind, principal string, more ...Class) caller {
		return caller{principal: principal, classes: append(more, Class{Kind: kind, Principal: principal})}
	}
	name := pick(g, []string{"R", "x", "RR", "blue", "team/blue", "ann"})
	foreignAccount := pick(g, []string{other, "200000000000", "444455556660", "111122223334", "999999223333"})
	switch g.IntN(13) {
	case 0:
		return named(Root, "arn:aws:iam::"+account+":root")
	case 1:
		return named(Role, roleArn+"R", own(Role))
	case 2:
		return named(Role, roleArn+"team/data/Analyst", own(Role))
	case 3:
		return named(Role, roleArn+name, own(Role))
	case 4:
		c := named(Session, "arn:aws:sts::"+account+":assumed-role/Analyst/ann")
		c.context = map[string]string{"aws:PrincipalArn": pick(g, []string{roleArn + "team/data/Analyst", roleArn + "Analyst"})}
		return c
	case 5:
		return named(User, "arn:aws:iam::"+account+":user/"+pick(g, []string{"team/ann", "ann", "blue"}), own(User))
	case 6:
		return named(FederatedUser, "arn:aws:sts::"+account+":federated-user/x", own(FederatedUser))
	case 7:
		return named(Service, pick(g, []string{"logs.us-east-1.amazonaws.com", "delivery.logs.amazonaws.com"}), Class{Kind: Service})
	case 8:
		return named(Anonymous, "anonymous")
	case 9:
		return named(User, "arn:aws:iam::"+foreignAccount+":user/"+name, foreign(User))
	case 10:
		return named(Root, "arn:aws:iam::"+foreignAccount+":root", foreign(Root))
	}
	return named(Role, "arn:aws:iam::"+foreignAccount+":role/"+name, foreign(Role))
}

func init() {
	// The name of an unsigned caller is no ARN.
	if evaluation.Anonymous != "anonymous" {
		panic("the evaluator's name for anonymous requests has changed")
	}
}

// sent are the forms of values that AWS sends, of keys that have one.
var sent = map[string]*regexp.Regexp{
	"kms:viaservice":                             regexp.MustCompile(`^[a-z0-9-]+\.[a-z0-9-]+\.amazonaws\.com$`),
	"aws:sourcearn":                              regexp.MustCompile(`^arn:[^:]*:[^:]*:[^:]*:[^:]*:.+$`),
	"aws:sourceaccount":                          regexp.MustCompile(`^[0-9]{12}$`),
	"aws:multifactorauthage":                     regexp.MustCompile(`^(0|[1-9][0-9]*)$`),
	"kms:schedulekeydeletionpendingwindowindays": regexp.MustCompile(`^(0|[1-9][0-9]*)$`),
	"aws:multifactorauthpresent":                 regexp.MustCompile(`^(true|false)$`),
	"aws:securetransport":                        regexp.MustCompile(`^(true|false)$`),
	"kms:grantoperations":                        regexp.MustCompile(`^(Decrypt|Encrypt|GenerateDataKey|CreateGrant)$`),
	"aws:principalservicenameslist":              regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+){1,5}$`),
}

// derived keys follow from who calls, or from the key.
var derived = []string{
	"aws:principalarn", "aws:principalaccount", "kms:calleraccount", "aws:principaltype", "aws:principalisawsservice",
	"aws:principalservicename", "aws:username", "aws:requestedregion", "aws:resourceaccount", "kms:encryptioncontextkeys", "aws:epochtime",
}

// request is a request by a caller, near the values of a policy.
func (g *generator) request(policy keypolicy.Document, c caller) evaluation.Request {
	r := evaluation.Request{
		Principal: c.principal, Key: keyArn, Action: pick(g, []string{"kms:Decrypt", "kms:Decrypt", "kms:Decrypt", "kms:CreateGrant", "kms:DescribeKey", "kms:ScheduleKeyDeletion"}),
		Context: map[string][]string{}, EncryptionContext: map[string]string{},
	}
	kind := c.classes[len(c.classes)-1].Kind
	own := strings.Contains(c.principal, account)
	for key, value := range c.context {
		r.Context[key] = []string{value}
	}
	var all []keypolicy.Condition
	for _, s := range policy.Statements {
		all = append(all, s.Conditions...)
	}
	action, _ := aws.FindAction(r.Action)
	var values []string
	for _, condition := range all {
		values = append(values, condition.Values...)
	}
	ofVariables := []string{"aws:PrincipalTag/team", "aws:PrincipalTag/env"}
	for _, key := range ofVariables {
		if g.chance(50) {
			all = append(all, keypolicy.Condition{Operator: "StringEquals", Key: key, Values: []string{pick(g, []string{"blue", "1234abcd-12ab-34cd-56ef-1234567890ab", "R", "ann", "abcd", "b"})}})
		}
	}
	when := int64(1767225600)
	for _, condition := range all {
		lower := strings.ToLower(condition.Key)
		documented, _ := aws.FindConditionKey(condition.Key)
		if documented.Actions&action == 0 || g.chance(35) {
			continue
		}
		switch {
		case lower == "aws:currenttime" || lower == "aws:epochtime":
			if date, ok := aws.ParseDate(condition.Values[0]); ok {
				when = date.Unix()
			}
			continue
		case lower == "kms:encryptioncontextkeys":
			name := g.near(pick(g, condition.Values), &r)
			if name != "" && !slices.ContainsFunc(keysOf(r.EncryptionContext), func(o string) bool { return strings.EqualFold(o, name) }) {
				r.EncryptionContext[name] = "x"
			}
			continue
		case slices.Contains(derived, lower), documented.Callers&callers[kind] == 0:
			continue
		}
		var given []string
		for range 1 + g.IntN(2) {
			from := pick(g, condition.Values)
			if g.chance(15) && len(values) > 0 {
				from = pick(g, values)
			}
			if condition.Operator == "Null" {
				from = "blue"
			}
			value := g.near(from, &r)
			if lower == "aws:userid" && !userId(kind, c.principal, value) {
				continue
			}
			if format := sent[lower]; format != nil && !format.MatchString(value) {
				continue
			}
			if lower == "aws:sourceip" {
				if _, err := netip.ParseAddr(value); err != nil {
					continue
				}
			}
			if lower == "aws:tokenissuetime" {
				date, ok := aws.ParseDate(value)
				if !ok {
					continue
				}
				value = date.UTC().Format(time.RFC3339)
			}
			if value == "" && !strings.Contains(lower, "tag/") && !strings.HasPrefix(lower, "kms:encryptioncontext:") {
				continue
			}
			given = append(given, value)
		}
		if len(given) == 0 {
			continue
		}
		if name, is := aws.EncryptionContextName(condition.Key); is {
			if g.chance(30) {
				name = strings.ToUpper(name)
			}
			if !slices.ContainsFunc(keysOf(r.EncryptionContext), func(o string) bool { return strings.EqualFold(o, name) }) {
				r.EncryptionContext[name] = given[0]
			}
			continue
		}
		slices.Sort(given)
		given = slices.Compact(given)
		if !documented.MultiValued {
			given = given[:1]
		}
		r.Context[condition.Key] = given
		if own {
			switch lower {
			case "aws:principalorgid", "aws:resourceorgid":
				r.Context["aws:PrincipalOrgID"], r.Context["aws:ResourceOrgID"] = given, given
			case "aws:principalorgpaths":
				r.Context["aws:ResourceOrgPaths"] = given
			}
		}
	}
	when += int64(g.IntN(5) - 2)
	r.Context["aws:CurrentTime"] = []string{time.Unix(when, 0).UTC().Format(time.RFC3339)}
	r.Context["aws:EpochTime"] = []string{strconv.FormatInt(when, 10)}
	return r
}

func userId(kind Kind, principal, value string) bool {
	switch kind {
	case Role:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*:[!-9;-~]+$`).MatchString(value)
	case User:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*$`).MatchString(value)
	case Session:
		return regexp.MustCompile(`^[A-Z][A-Z0-9]*:ann$`).MatchString(value)
	}
	return false
}

func keysOf(pairs map[string]string) (names []string) {
	for name := range pairs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

var placeholders = regexp.MustCompile(`\$\{[^}]*\}`)

// near is a value that a value of the policy describes, or one beside it.
func (g *generator) near(value string, r *evaluation.Request) string {
	value = placeholders.ReplaceAllStringFunc(value, func(placeholder string) string {
		key, _, _ := strings.Cut(strings.Trim(placeholder, "${}"), ",")
		for name, values := range r.Context {
			if strings.EqualFold(name, key) && len(values) == 1 && g.chance(85) {
				return values[0]
			}
		}
		switch strings.ToLower(key) {
		case "*":
			return "*"
		case "aws:username":
			return aws.LastSegment(r.Principal)
		case "aws:resourceaccount":
			return account
		}
		return pick(g, []string{"blue", "b", ""})
	})
	if prefix, ok := aws.ParsePrefix(value); ok && g.chance(80) {
		address := prefix.Masked().Addr()
		switch g.IntN(4) {
		case 0:
			address = address.Prev()
		case 1:
			address = address.Next()
		case 2:
			address = lastAddress(prefix).Next()
		}
		if !address.IsValid() {
			return ""
		}
		return address.String()
	}
	if number, err := strconv.ParseFloat(value, 64); err == nil && g.chance(70) {
		return strconv.FormatFloat(number+pick(g, []float64{-1, -0.5, 0, 0.5, 1}), 'f', -1, 64)
	}
	var text strings.Builder
	for _, c := range value {
		switch {
		case c == '*':
			text.WriteString(pick(g, []string{"", "x", "blue", "us-east-1", "lu", "e", "a:b"}))
		case c == '?':
			text.WriteString(pick(g, []string{"x", "b", "s"}))
		case g.chance(2):
		case g.chance(2):
			text.WriteString(strings.ToUpper(string(c)))
		default:
			text.WriteRune(c)
		}
	}
	return text.String()
}

func lastAddress(prefix netip.Prefix) netip.Addr {
	address := prefix.Masked().Addr()
	for bit := prefix.Bits(); bit < address.BitLen(); bit++ {
		bytes := address.AsSlice()
		bytes[bit/8] |= 1 << (7 - bit%8)
		address, _ = netip.AddrFromSlice(bytes)
	}
	return address
}

// No request that the evaluator allows is one of which it was proven that there is
// none.
func TestNoAllowedRequestIsMissed(t *testing.T) {
	if testing.Short() {
		*randomPolicies = min(*randomPolicies, 40)
	}
	checkRandomPolicies(t, *randomSeed, *randomPolicies, 60)
}

var (
	randomPolicies = flag.Int("policies", 300, "how many random policies to ask about")
	showUnknown    = flag.Bool("unknown", false, "log random questions that stay unknown")
	randomSeed     = flag.Uint64("seed", 1, "what random policies to make")
)

func checkRandomPolicies(t *testing.T, seed uint64, policies, requests int) {
	counts := map[string]int{}
	for number := range policies {
		g := &generator{rand.New(rand.NewPCG(seed, uint64(number)))}
		policy := g.policy()
		compiled, err := evaluation.Compile(policy)
		if err != nil {
			t.Fatalf("policy %d: %v", number, err)
		}
		e, err := New(Key{Arn: keyArn})
		if err != nil {
			t.Fatal(err)
		}
		parts, err := e.Policy(policy, evaluation.KeyPolicy)
		if err != nil {
			t.Fatal(err)
		}
		answers := map[string]Outcome{}
		for range requests {
			c := g.caller()
			r := g.request(policy, c)
			matches, err := compiled.Match(r)
			if err != nil {
				t.Fatalf("policy %d: %v: %+v", number, err, r)
			}
			strongest, denied, undecided := evaluation.NoMatch, false, false
			for i, s := range policy.Statements {
				undecided = undecided || matches[i].Undecided != nil
				if s.Effect == keypolicy.Deny {
					denied = denied || matches[i].Matched != evaluation.NoMatch
				} else {
					strongest = max(strongest, matches[i].Matched)
				}
			}
			counts["requests"]++
			is := !denied && !undecided && strongest != evaluation.NoMatch
			if is {
				counts["allowed requests"]++
			}
			for _, class := range c.classes {
				for _, strength := range []evaluation.Strength{evaluation.ThroughAccount, evaluation.AsRole, evaluation.Direct} {
					name := fmt.Sprint(class, r.Action, strength)
					outcome, asked := answers[name]
					if !asked {
						outcome = allowed(t, e, policy, parts, class, r.Action, strength)
						answers[name] = outcome
						if outcome.Answer == Unknown && *showUnknown {
							t.Logf("%d: %+v %s %d: %s", number, class, r.Action, strength, outcome.Reason)
						}
						counts[fmt.Sprintf("answer %d %s", outcome.Answer, strings.SplitN(outcome.Reason, ":", 2)[0])]++
					}
					if is && strongest >= strength && outcome.Answer == No {
						text := policy.Indented()
						t.Fatalf("policy %d %s: %+v is allowed, and %+v proven not to be", number, text, r, class)
					}
				}
			}
		}
	}
	t.Logf("%v", counts)
	if counts["allowed requests"]*50 < counts["requests"] {
		t.Errorf("%v: too few requests are allowed to test anything", counts)
	}
}
