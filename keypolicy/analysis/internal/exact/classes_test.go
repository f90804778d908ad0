package exact

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

func newEngine(t testing.TB, key Key) *Engine {
	t.Helper()
	e, err := New(key)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func addPolicy(t testing.TB, e *Engine, policy keypolicy.Document, kind evaluation.PolicyKind) []Part {
	t.Helper()
	parts, err := e.Policy(policy, kind)
	if err != nil {
		t.Fatal(err)
	}
	return parts
}

func when(operator, key string, values ...string) keypolicy.Condition {
	return keypolicy.Condition{Operator: operator, Key: key, Values: values}
}

func TestNaming(t *testing.T) {
	except := func(class Class, conditions ...keypolicy.Condition) Class {
		class.Except = conditions
		return class
	}
	only := func(class Class, conditions ...keypolicy.Condition) Class {
		class.Only = conditions
		return class
	}
	tests := map[string]struct {
		principals string
		class      Class
		want       evaluation.Strength
	}{
		"everyone":                   {`{"AWS":"*"}`, ownRole, evaluation.Direct},
		"account":                    {`{"AWS":"` + account + `"}`, ownRole, evaluation.ThroughAccount},
		"account, root":              {`{"AWS":"` + account + `"}`, Class{Kind: Root, Account: account}, evaluation.Direct},
		"account, service":           {`{"AWS":"` + account + `"}`, anyService, evaluation.NoMatch},
		"role":                       {`{"AWS":"` + roleArn + `R"}`, ownRole, evaluation.AsRole},
		"another role":               {`{"AWS":"` + roleArn + `S"}`, ownRole, evaluation.NoMatch},
		"role among all":             {`{"AWS":"` + roleArn + `S"}`, ownRoles, evaluation.AsRole},
		"role among all others":      {`{"AWS":"` + roleArn + `S"}`, except(ownRoles, when("ArnEquals", "aws:PrincipalArn", roleArn+"S")), evaluation.NoMatch},
		"role among those":           {`{"AWS":"` + roleArn + `S"}`, only(ownRoles, when("ArnLike", "aws:PrincipalArn", roleArn+"T*")), evaluation.NoMatch},
		"role of a session":          {`{"AWS":"` + roleArn + `team/Analyst"}`, session, evaluation.AsRole},
		"session":                    {`{"AWS":"` + session.Principal + `"}`, session, evaluation.Direct},
		"session of a role":          {`{"AWS":"` + session.Principal + `"}`, ownRoles, evaluation.NoMatch},
		"user":                       {`{"AWS":"` + ownUser.Principal + `"}`, ownUser, evaluation.Direct},
		"user among all":             {`{"AWS":"` + ownUser.Principal + `"}`, ownUsers, evaluation.Direct},
		"user, roles":                {`{"AWS":"` + ownUser.Principal + `"}`, ownRoles, evaluation.NoMatch},
		"service":                    {`{"Service":"logs.us-east-1.amazonaws.com"}`, logs, evaluation.Direct},
		"service among all":          {`{"Service":"logs.us-east-1.amazonaws.com"}`, anyService, evaluation.Direct},
		"another service":            {`{"Service":"s3.amazonaws.com"}`, logs, evaluation.NoMatch},
		"foreign account":            {`{"AWS":"` + other + `"}`, foreignRoles, evaluation.ThroughAccount},
		"foreign account, left out":  {`{"AWS":"` + other + `"}`, Class{Kind: Role, OtherThan: []string{account, other}}, evaluation.NoMatch},
		"foreign account's root":     {`{"AWS":"` + other + `"}`, foreignRoots, evaluation.Direct},
		"foreign role":               {`{"AWS":"arn:aws:iam::` + other + `:role/R"}`, foreignRoles, evaluation.AsRole},
		"foreign role, left out":     {`{"AWS":"arn:aws:iam::` + other + `:role/R"}`, Class{Kind: Role, OtherThan: []string{account, other}}, evaluation.NoMatch},
		"foreign role, other names":  {`{"AWS":"arn:aws:iam::` + other + `:role/R"}`, except(foreignRoles, when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/R")), evaluation.NoMatch},
		"foreign account by id":      {`{"AWS":"` + other + `"}`, except(foreignRoles, when("StringEquals", "aws:PrincipalAccount", other)), evaluation.NoMatch},
		"anonymous":                  {`{"AWS":"*"}`, Class{Kind: Anonymous}, evaluation.Direct},
		"anonymous in the account":   {`{"AWS":"` + account + `"}`, Class{Kind: Anonymous}, evaluation.NoMatch},
		"token":                      {`{"AWS":"${aws_iam_role.etl.arn}"}`, token, evaluation.AsRole},
		"token through its account":  {`{"AWS":"` + account + `"}`, token, evaluation.ThroughAccount},
		"another token":              {`{"AWS":"${aws_iam_role.other.arn}"}`, token, evaluation.NoMatch},
		"identity provider":          {`{"Federated":"cognito-identity.amazonaws.com"}`, ownRoles, evaluation.NoMatch},
		"id of a deleted role":       {`{"AWS":"AROAEXAMPLEID"}`, ownRoles, evaluation.NoMatch},
		"federated user":             {`{"AWS":"arn:aws:sts::` + account + `:federated-user/x"}`, Class{Kind: FederatedUser, Account: account}, evaluation.Direct},
		"federated user, other name": {`{"AWS":"arn:aws:sts::` + account + `:federated-user/x"}`, Class{Kind: FederatedUser, Principal: "arn:aws:sts::" + account + ":federated-user/y"}, evaluation.NoMatch},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":`+tt.principals+`,"Action":"kms:Decrypt","Resource":"*"}]}`)
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			got := evaluation.NoMatch
			for _, strength := range []evaluation.Strength{evaluation.ThroughAccount, evaluation.AsRole, evaluation.Direct} {
				switch outcome := allowed(t, e, policy, parts, tt.class, "kms:Decrypt", strength); outcome.Answer {
				case Yes:
					got = strength
				case Unknown:
					t.Error(outcome.Reason)
				}
			}
			if got != tt.want {
				t.Errorf("strength %d, want %d", got, tt.want)
			}
			cell, err := e.Cell(tt.class, "kms:Decrypt")
			if err != nil {
				t.Fatal(err)
			}
			if most := cell.Strength(parts[0]); most < tt.want {
				t.Errorf("Strength is %d, less than the %d that a request has", most, tt.want)
			}
		})
	}
}

// Whom a NotPrincipal lists by half does not matter where the rest of the statement does
// not match.
func TestNotPrincipalOfAStatementThatFails(t *testing.T) {
	deny := func(more string) string {
		return `{"Effect":"Deny","NotPrincipal":{"AWS":["` + account + `","` + roleArn + `R","arn:aws:sts::` + account + `:assumed-role/R/x"]},` + more + `}`
	}
	tests := map[string]struct {
		deny string
		want Answer
	}{
		"matches":         {deny(`"Action":"kms:*","Resource":"*"`), Unknown},
		"another action":  {deny(`"Action":"kms:Encrypt","Resource":"*"`), Yes},
		"may not match":   {deny(`"Action":"kms:*","Resource":"*","Condition":{"StringNotLike":{"kms:EncryptionContext:app":["${aws:PrincipalTag/app}","?*"]}}`), Yes},
		"another's key":   {deny(`"Action":"kms:*","Resource":"arn:aws:kms:us-east-1:` + other + `:key/*"`), Yes},
		"matches somehow": {deny(`"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}`), Yes},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"},`+tt.deny+`]}`)
			e := newEngine(t, Key{Arn: keyArn})
			if got := allowed(t, e, policy, addPolicy(t, e, policy, evaluation.KeyPolicy), ownRole, "kms:Decrypt", evaluation.ThroughAccount); got.Answer != tt.want {
				t.Errorf("got %+v, want %v", got, tt.want)
			}
		})
	}
}

func TestNotPrincipal(t *testing.T) {
	policy := func(list string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"},
			{"Effect":"Deny","NotPrincipal":{"AWS":[` + list + `]},"Action":"kms:Decrypt","Resource":"*"}]}`
	}
	listed := `"` + account + `","` + roleArn + `R"`
	tests := map[string]struct {
		list  string
		class Class
		want  Answer
	}{
		"role as a whole":      {listed, ownRole, No},
		"role not listed":      {listed, Class{Kind: Role, Principal: roleArn + "S"}, No},
		"user listed":          {`"` + account + `","` + ownUser.Principal + `"`, ownUser, Yes},
		"user not listed":      {listed, ownUser, No},
		"users, one listed":    {`"` + account + `","` + ownUser.Principal + `"`, ownUsers, Yes},
		"session of it listed": {listed + `,"arn:aws:sts::` + account + `:assumed-role/R/x"`, ownRole, Unknown},
		"foreign users":        {`"` + other + `","arn:aws:iam::` + other + `:user/x"`, foreignUsers, Yes},
		"foreign roles":        {`"` + other + `","arn:aws:iam::` + other + `:user/x"`, foreignRoles, No},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			document := parse(t, policy(tt.list))
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, document, evaluation.KeyPolicy)
			if got := allowed(t, e, document, parts, tt.class, "kms:Decrypt", evaluation.ThroughAccount); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

func TestGrants(t *testing.T) {
	grant := func(equals, subset map[string]string) evaluation.Grant {
		return evaluation.Grant{GranteePrincipal: roleArn + "R", Operations: []string{"Decrypt", "DescribeKey", "RetireGrant"}, EncryptionContextEquals: equals, EncryptionContextSubset: subset}
	}
	context := func(pairs ...string) map[string]string {
		all := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			all[pairs[i]] = pairs[i+1]
		}
		return all
	}
	tests := map[string]struct {
		grant  evaluation.Grant
		class  Class
		action string
		deny   []keypolicy.Condition
		want   Answer
	}{
		"plain":                {grant(nil, nil), ownRole, "kms:Decrypt", nil, Yes},
		"another operation":    {grant(nil, nil), ownRole, "kms:Encrypt", nil, No},
		"somebody else":        {grant(nil, nil), ownUser, "kms:Decrypt", nil, No},
		"subset":               {grant(nil, context("app", "x")), ownRole, "kms:Decrypt", []keypolicy.Condition{when("StringEquals", "kms:EncryptionContext:app", "x")}, No},
		"subset leaves room":   {grant(nil, context("app", "x")), ownRole, "kms:Decrypt", []keypolicy.Condition{when("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "app")}, Yes},
		"equals leaves none":   {grant(context("app", "x"), nil), ownRole, "kms:Decrypt", []keypolicy.Condition{when("ForAllValues:StringEqualsIgnoreCase", "kms:EncryptionContextKeys", "app")}, No},
		"nothing equals":       {grant(context(), nil), ownRole, "kms:Decrypt", []keypolicy.Condition{when("Null", "kms:EncryptionContextKeys", "true")}, No},
		"a star is a letter":   {grant(nil, context("app", "*")), ownRole, "kms:Decrypt", []keypolicy.Condition{when("StringLike", "kms:EncryptionContext:app", "${*}")}, No},
		"a variable is text":   {grant(nil, context("app", "${aws:username}")), ownRole, "kms:Decrypt", nil, Yes},
		"DescribeKey":          {grant(context("app", "x"), nil), ownRole, "kms:DescribeKey", nil, Yes},
		"RetireGrant":          {grant(context("app", "x"), nil), ownRole, "kms:RetireGrant", nil, Yes},
		"name in another case": {grant(nil, context("app", "x")), ownRole, "kms:Decrypt", []keypolicy.Condition{when("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "app")}, Yes},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			e := newEngine(t, Key{Arn: keyArn})
			part, err := e.Grant(tt.grant)
			if err != nil {
				t.Fatal(err)
			}
			q := Question{Match: []Term{{Part: part}}}
			if tt.deny != nil {
				deny, err := e.Conditions(tt.deny)
				if err != nil {
					t.Fatal(err)
				}
				q.Fail = []Term{{Part: deny}}
			}
			cell, err := e.Cell(tt.class, tt.action)
			if err != nil {
				t.Fatal(err)
			}
			if got := cell.Ask(q); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

func TestResources(t *testing.T) {
	tests := map[string]struct {
		resource string
		class    Class
		want     Answer
	}{
		"own ARN":            {`"Resource":"` + keyArn + `"`, ownRole, Yes},
		"another key":        {`"Resource":"` + keyArn + `0"`, ownRole, No},
		"another Region":     {`"Resource":"arn:aws:kms:eu-west-1:*:key/*"`, ownRole, No},
		"all but this":       {`"NotResource":"` + keyArn + `"`, ownRole, No},
		"all but another":    {`"NotResource":"` + keyArn + `0"`, ownRole, Yes},
		"an ARN cut short":   {`"Resource":"arn:aws:kms"`, ownRole, Yes},
		"by a tag":           {`"Resource":"arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"`, ownRole, Yes},
		"by a tag, wildcard": {`"Resource":"arn:aws:kms:*:*:key/1*${aws:PrincipalTag/key}"`, ownRole, Yes},
		"by a tag, not that": {`"Resource":"arn:aws:kms:*:*:key/*${aws:PrincipalTag/key}*","Condition":{"StringLike":{"aws:PrincipalTag/key":"z*"}}`, ownRole, No},
		"by a tag, service":  {`"Resource":"arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"`, logs, No},
		"not by a tag":       {`"NotResource":"arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"`, logs, Yes},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt",`+tt.resource+`}]}`)
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, tt.class, "kms:Decrypt", evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

func TestVariables(t *testing.T) {
	tests := map[string]struct {
		version string
		allow   string
		denies  []string
		class   Class
		want    Answer
	}{
		"equal tags":                {"", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`, nil, ownRole, Yes},
		"equal tags that differ":    {"", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}","aws:PrincipalTag/b":"x"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":"x"}`}, ownRole, No},
		"equal to two texts":        {"", `"StringEquals":{"aws:PrincipalTag/a":"x"},"StringNotEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`, []string{`"StringNotEquals":{"aws:PrincipalTag/b":"x"}`}, ownRole, No},
		"equal by pattern":          {"", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"},"StringLike":{"aws:PrincipalTag/a":"team-*"}`, []string{`"StringLike":{"aws:PrincipalTag/b":"team-*"}`}, ownRole, No},
		"chain":                     {"", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}","aws:PrincipalTag/b":"${aws:PrincipalTag/c}","aws:PrincipalTag/c":"x"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":"x"}`}, ownRole, No},
		"cycle":                     {"", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}","aws:PrincipalTag/b":"${aws:PrincipalTag/a}"}`, nil, ownRole, Yes},
		"itself":                    {"", `"StringNotEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/a}"}`, []string{`"Null":{"aws:PrincipalTag/a":"true"}`, `"StringEquals":{"aws:PrincipalTag/a":""}`}, ownRole, No},
		"text around":               {"", `"StringEquals":{"kms:EncryptionContext:path":"home/${aws:PrincipalTag/u}/doc"}`, nil, ownRole, Yes},
		"text around, found":        {"", `"StringEquals":{"kms:EncryptionContext:path":"home/${aws:PrincipalTag/u}/doc"},"StringLike":{"kms:EncryptionContext:path":"*/ann/*"}`, []string{`"StringNotEquals":{"aws:PrincipalTag/u":"ann"}`}, ownRole, Yes},
		"text around, not that":     {"", `"StringEquals":{"kms:EncryptionContext:path":["home/${aws:PrincipalTag/u}/doc"]}`, []string{`"StringLike":{"kms:EncryptionContext:path":"home/*"}`}, ownRole, No},
		"a text that it makes":      {"", `"StringLike":{"kms:EncryptionContext:path":"home/${aws:PrincipalTag/u}/doc"}`, []string{`"StringNotEquals":{"kms:EncryptionContext:path":"home/ann/doc"}`, `"StringEquals":{"aws:PrincipalTag/u":"ann"}`}, ownRole, No},
		"wildcards":                 {"", `"StringLike":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u}-*"}`, []string{`"StringNotLike":{"kms:EncryptionContext:path":"a-b-*"}`, `"StringNotEquals":{"aws:PrincipalTag/u":"a-b"}`}, ownRole, Yes},
		"absent":                    {"", `"StringEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u}"}`, []string{`"Null":{"aws:PrincipalTag/u":"false"}`}, ownRole, No},
		"absent, negated":           {"", `"StringNotEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u}"}`, []string{`"Null":{"aws:PrincipalTag/u":"false"}`, `"Null":{"kms:EncryptionContext:path":"true"}`}, ownRole, Yes},
		"empty":                     {"", `"StringEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u}","aws:PrincipalTag/u":""}`, nil, ownRole, No},
		"default":                   {"", `"StringEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u, 'none'}"}`, []string{`"Null":{"aws:PrincipalTag/u":"false"}`, `"StringNotEquals":{"kms:EncryptionContext:path":"none"}`}, ownRole, Yes},
		"not the default":           {"", `"StringEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u, 'none'}"}`, []string{`"Null":{"aws:PrincipalTag/u":"false"}`, `"StringEquals":{"kms:EncryptionContext:path":"none"}`}, ownRole, No},
		"default beside a value":    {"", `"StringEquals":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u, 'none'}","aws:PrincipalTag/u":"x"}`, []string{`"StringEquals":{"kms:EncryptionContext:path":"x"}`}, ownRole, No},
		"a star in a value":         {"", `"StringLike":{"kms:EncryptionContext:path":"${aws:PrincipalTag/u}"},"StringEquals":{"aws:PrincipalTag/u":"*"}`, []string{`"StringEquals":{"kms:EncryptionContext:path":"*"}`}, ownRole, No},
		"case":                      {"", `"StringEqualsIgnoreCase":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`}, ownRole, Yes},
		"account in the ARN":        {"", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:PrincipalAccount}:role/analyzer-*"}`, nil, foreignRoles, Yes},
		"account in the ARN, text":  {"", `"StringLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:PrincipalAccount}:role/analyzer-*"}`, []string{`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/analyzer-*"}`}, foreignRoles, No},
		"account in the ARN, own":   {"", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::${aws:PrincipalAccount}:role/analyzer-*"}`, nil, ownRoles, Yes},
		"account in the name":       {"", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x-${aws:PrincipalAccount}"}`, nil, foreignRoles, Yes},
		"all other accounts":        {"", `"StringNotEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}`, nil, foreignRoles, Yes},
		"no other account":          {"", `"StringNotEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}`, nil, ownRoles, No},
		"same organization":         {"", `"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`, nil, foreignRoles, Yes},
		"tag of a foreigner":        {"", `"StringEquals":{"aws:ResourceTag/env":"${aws:PrincipalTag/env}"}`, nil, foreignRoles, Yes},
		"tag of a service":          {"", `"StringEquals":{"aws:ResourceTag/env":"${aws:PrincipalTag/env}"}`, nil, anyService, No},
		"user name":                 {"", `"StringEquals":{"kms:EncryptionContext:user":"${aws:username}"}`, []string{`"StringNotEquals":{"kms:EncryptionContext:user":"ann"}`}, ownUser, Yes},
		"user name, another":        {"", `"StringEquals":{"kms:EncryptionContext:user":"${aws:username}"}`, []string{`"StringEquals":{"kms:EncryptionContext:user":"ann"}`}, ownUser, No},
		"user name, any":            {"", `"StringEquals":{"kms:EncryptionContext:user":"${aws:username}"}`, []string{`"StringNotEquals":{"kms:EncryptionContext:user":"ann"}`, `"StringEquals":{"aws:username":"ann"}`}, ownUsers, No},
		"user name in a path":       {"", `"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*/${aws:username}"}`, []string{`"StringEquals":{"aws:username":"ann"}`}, ownUser, No},
		"identity provider":         {"", `"StringEquals":{"kms:EncryptionContext:user":"${cognito-identity.amazonaws.com:sub}"}`, nil, ownRole, Yes},
		"names of a context":        {"", `"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"${aws:PrincipalTag/a}"}`, nil, ownRole, Yes},
		"names of a context, all":   {"", `"ForAllValues:StringEquals":{"kms:EncryptionContextKeys":"${aws:PrincipalTag/a}"}`, []string{`"Null":{"kms:EncryptionContextKeys":"true"}`, `"StringEquals":{"kms:EncryptionContext:app":"x"}`}, ownRole, Yes},
		"names of a context, none":  {"", `"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"x-${aws:PrincipalTag/a}"}`, []string{`"ForAnyValue:StringLike":{"kms:EncryptionContextKeys":"x*"}`}, ownRole, No},
		"old version":               {"2008-10-17", `"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":"${aws:PrincipalTag/b}"}`}, ownRole, No},
		"denied where they differ":  {"", ``, []string{`"StringNotEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}`}, ownRole, Yes},
		"denied unless equal, none": {"", `"Null":{"aws:ResourceTag/team":"true"}`, []string{`"StringNotEqualsIfExists":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}`}, ownRole, No},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow, tt.denies...))
			policy.Version = tt.version
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, tt.class, "kms:Decrypt", evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

func TestKnown(t *testing.T) {
	key := Key{Arn: keyArn, Known: map[string][]string{"aws:ResourceTag/env": {"prod"}, "aws:ResourceTag/team": nil, "kms:ResourceAliases": {"alias/a", "alias/b"}}}
	tests := map[string]struct {
		allow string
		want  Answer
	}{
		"its tag":         {`"StringEquals":{"aws:ResourceTag/Env":"prod"}`, Yes},
		"another tag":     {`"StringEquals":{"aws:ResourceTag/env":"dev"}`, No},
		"no tag":          {`"Null":{"aws:ResourceTag/team":"false"}`, No},
		"a free tag":      {`"StringEquals":{"aws:ResourceTag/other":"x"}`, Yes},
		"one alias":       {`"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/b"}`, Yes},
		"all aliases":     {`"ForAllValues:StringLike":{"kms:ResourceAliases":"alias/?"}`, Yes},
		"no such alias":   {`"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/c"}`, No},
		"alias undecided": {`"StringNotEquals":{"kms:ResourceAliases":"alias/c"}`, Unknown},
		"alias by a tag":  {`"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/${aws:PrincipalTag/a}"}`, Yes},
		"tag by a tag":    {`"StringEquals":{"aws:ResourceTag/env":"${aws:PrincipalTag/a}"},"StringNotLike":{"aws:PrincipalTag/a":"p*"}`, No},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow))
			e := newEngine(t, key)
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, ownRole, "kms:Decrypt", evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

// Tokens are equal to themselves only; what is around them still counts.
func TestTokens(t *testing.T) {
	const tokenArn = "arn:${data.aws_partition.p.partition}:kms:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}:key/x"
	own := Class{Kind: Role, Account: "${data.aws_caller_identity.c.account_id}"}
	foreign := Class{Kind: Role, OtherThan: []string{own.Account}}
	tests := map[string]struct {
		allow string
		class Class
		want  Answer
	}{
		"own account":            {`"StringEquals":{"aws:PrincipalAccount":"${data.aws_caller_identity.c.account_id}"}`, own, Yes},
		"own account, foreign":   {`"StringEquals":{"aws:PrincipalAccount":"${data.aws_caller_identity.c.account_id}"}`, foreign, No},
		"literal account, own":   {`"StringEquals":{"aws:PrincipalAccount":"` + account + `"}`, own, No},
		"literal account":        {`"StringEquals":{"aws:PrincipalAccount":"` + account + `"}`, foreign, Yes},
		"literal partition":      {`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::` + other + `:role/x"}`, foreign, Yes},
		"own role by pattern":    {`"ArnLike":{"aws:PrincipalArn":"arn:${data.aws_partition.p.partition}:iam::${data.aws_caller_identity.c.account_id}:role/x-*"}`, own, Yes},
		"service of its Region":  {`"StringEquals":{"kms:ViaService":"s3.${data.aws_region.r.name}.amazonaws.com"}`, own, Yes},
		"service of any Region":  {`"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}`, own, Yes},
		"service without Region": {`"StringEquals":{"kms:ViaService":"s3.amazonaws.com"}`, own, No},
		"pair":                   {`"StringEquals":{"kms:EncryptionContext:app":"${aws_s3_bucket.b.arn}"}`, own, Yes},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow))
			e := newEngine(t, Key{Arn: tokenArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, tt.class, "kms:Decrypt", evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

// Where the classes of a key's values are too many, texts are searched for.
func TestManyPatterns(t *testing.T) {
	infix := func(i int) string { return fmt.Sprintf("*%c%d*", 'a'+i%26, i/26) }
	wanting := func(operator, key string, count int, not ...int) (conditions []string) {
		for i := range count {
			if !slices.Contains(not, i) {
				conditions = append(conditions, fmt.Sprintf(`"%s":{"%s":"%s"}`, operator, key, infix(i)))
			}
		}
		return conditions
	}
	const tag = "aws:PrincipalTag/a"
	present := `"Null":{"` + tag + `":"false"}`
	tests := map[string]struct {
		allow  string
		denies []string
		class  Class
		want   Answer
	}{
		"all wanted":        {present, wanting("StringNotLike", tag, 24), ownRole, Yes},
		"one of them":       {`"StringLike":{"` + tag + `":"` + infix(0) + `"}`, wanting("StringLike", tag, 24, 0), ownRole, Yes},
		"one that excludes": {`"StringLike":{"` + tag + `":"x` + infix(0) + `"}`, wanting("StringLike", tag, 24), ownRole, No},
		"too short for all": {`"StringLike":{"` + tag + `":"???????"}`, wanting("StringNotLike", tag, 12), ownRole, No},
		"another than tried": {`"StringLike":{"` + tag + `":"??"}`, append(wanting("StringLike", tag, 24, 0, 1, 2),
			`"StringNotLike":{"`+tag+`":["`+infix(0)+`","`+infix(1)+`"]}`, `"StringNotLike":{"`+tag+`":["`+infix(0)+`","`+infix(2)+`"]}`), ownRole, Yes},
		"exact among them":   {`"StringEquals":{"` + tag + `":"b0c0"}`, wanting("StringLike", tag, 24, 1, 2), ownRole, Yes},
		"exact, excluded":    {`"StringEquals":{"` + tag + `":"b0c0"}`, wanting("StringLike", tag, 24, 1), ownRole, No},
		"principals":         {`"StringLike":{"aws:PrincipalArn":"*"}`, wanting("StringLike", "aws:PrincipalArn", 24), foreignRoles, Yes},
		"principals, denied": {`"StringLike":{"aws:PrincipalArn":"*:role/a0*"}`, wanting("StringLike", "aws:PrincipalArn", 24), foreignRoles, No},
		"names":              {`"ForAnyValue:StringLike":{"kms:EncryptionContextKeys":"a0*"}`, wanting("ForAnyValue:StringLike", "kms:EncryptionContextKeys", 24, 0), ownRole, Unknown},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow, tt.denies...))
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, tt.class, "kms:Decrypt", evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v %s, want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}

// Services of other Regions are left out where that is asked for.
func TestOwnRegion(t *testing.T) {
	for service, want := range map[string][2]Answer{
		"s3.us-east-1.amazonaws.com":       {Yes, Yes},
		"s3.eu-west-1.amazonaws.com":       {Yes, No},
		"dynamodb.eu-west-1.amazonaws.com": {Yes, Yes},
		"s3.amazonaws.com":                 {No, No},
	} {
		policy := parse(t, conditionsPolicy(`"StringEquals":{"kms:ViaService":"`+service+`"}`))
		for i, own := range []bool{false, true} {
			e := newEngine(t, Key{Arn: keyArn, OwnRegion: own})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			if got := allowed(t, e, policy, parts, ownRole, "kms:Decrypt", evaluation.NoMatch); got.Answer != want[i] {
				t.Errorf("%s, own Region only: %t: %v, want %v", service, own, got.Answer, want[i])
			}
		}
	}
}

// A boundary is a second policy, asked about beside the first.
func TestTwoPolicies(t *testing.T) {
	policy := parse(t, conditionsPolicy(`"StringLike":{"kms:ViaService":"s3.us-east-1.*"}`))
	boundary := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}}]}`)
	e := newEngine(t, Key{Arn: keyArn})
	granted, limits := addPolicy(t, e, policy, evaluation.KeyPolicy), addPolicy(t, e, boundary, evaluation.PermissionsBoundary)
	cell, err := e.Cell(Class{Kind: Role, Principal: roleArn + "R"}, "kms:Decrypt")
	if err != nil {
		t.Fatal(err)
	}
	if got := cell.Ask(Question{Match: []Term{{Part: granted[0]}}, Fail: []Term{{Part: limits[0]}}}); got.Answer != No {
		t.Errorf("%+v, want nothing blocked", got)
	}
	if got := cell.Ask(Question{Match: []Term{{Part: granted[0]}, {Part: limits[0]}}}); got.Answer != Yes {
		t.Errorf("%+v, want a request that passes", got)
	}
}

// Classes of one engine that look alike do not get each other's answers.
func TestClassesApart(t *testing.T) {
	root := func(account string) Class { return Class{Kind: Root, Principal: "arn:aws:iam::" + account + ":root"} }
	role := func(account string) Class { return Class{Kind: Role, Principal: "arn:aws:iam::" + account + ":role/R"} }
	user := func(name string) Class {
		return Class{Kind: User, Principal: "arn:aws:iam::" + account + ":user/" + name}
	}
	const third = "555566667777"
	for name, tt := range map[string]struct {
		allow   string
		yes, no Class
	}{
		"user ids":  {`"StringEquals":{"aws:userid":"` + other + `"}`, root(other), root(third)},
		"accounts":  {`"StringEquals":{"aws:PrincipalAccount":"${aws:PrincipalTag/a}","aws:PrincipalTag/a":"` + other + `"}`, role(other), role(third)},
		"names":     {`"StringEquals":{"aws:PrincipalTag/a":["${aws:username}"]},"StringLike":{"aws:PrincipalTag/a":"ann"}`, user("ann"), user("bob")},
		"ARNs":      {`"ArnEquals":{"aws:PrincipalArn":"` + roleArn + `R"}`, ownRole, Class{Kind: Role, Principal: roleArn + "S"}},
		"own":       {`"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"},"StringLike":{"aws:ResourceOrgID":"o-a*"},"StringNotLike":{"aws:PrincipalOrgID":"o-*"}`, Class{}, ownRole},
		"lists":     {``, Class{Kind: Role, Account: account, Only: []keypolicy.Condition{when("StringEquals", "aws:PrincipalArn", roleArn+"x", "x")}}, Class{Kind: Role, Account: account, Only: []keypolicy.Condition{when("StringEquals", "aws:PrincipalArn", roleArn+"x x")}}},
		"excepting": {``, Class{Kind: Role, Account: account}, Class{Kind: Role, Account: account, Except: []keypolicy.Condition{when("ArnLike", "aws:PrincipalArn", "arn:*:*:*:*:*")}}},
	} {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow))
			e := newEngine(t, Key{Arn: keyArn})
			parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
			for range 2 {
				if tt.yes.Account+tt.yes.Principal != "" {
					if got := allowed(t, e, policy, parts, tt.yes, "kms:Decrypt", evaluation.NoMatch); got.Answer != Yes {
						t.Errorf("%+v: %v %s, want yes", tt.yes, got.Answer, got.Reason)
					}
				}
				if got := allowed(t, e, policy, parts, tt.no, "kms:Decrypt", evaluation.NoMatch); got.Answer != No {
					t.Errorf("%+v: %v %s, want no: %+v", tt.no, got.Answer, got.Reason, got.Witness)
				}
			}
		})
	}
}

// A part may have to name the principal, but less than so strongly.
func TestStrengthThatFails(t *testing.T) {
	policy := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["`+account+`","`+roleArn+`R"]},"Action":"kms:Decrypt","Resource":"*"}]}`)
	e := newEngine(t, Key{Arn: keyArn})
	parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
	q := Question{Match: []Term{{Part: parts[0], AtLeast: evaluation.ThroughAccount}}, Fail: []Term{{Part: parts[0], AtLeast: evaluation.AsRole}}}
	for _, tt := range []struct {
		class Class
		want  Answer
	}{{ownRoles, Yes}, {ownRole, No}, {Class{Kind: Role, Principal: roleArn + "S"}, Yes}, {foreignRoles, No}} {
		cell, err := e.Cell(tt.class, "kms:Decrypt")
		if err != nil {
			t.Fatal(err)
		}
		if got := cell.Ask(q); got.Answer != tt.want {
			t.Errorf("%+v: %v %s, want %v", tt.class, got.Answer, got.Reason, tt.want)
		}
	}
}

// A witness is a request that the evaluator decides, whatever other statements the
// policy has.
func TestOtherStatementsInDoubt(t *testing.T) {
	policy := parse(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*"},
		{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringNotEquals":{"kms:EncryptionContextKeys":"app"},"Null":{"kms:ViaService":"true"}}}]}`)
	e := newEngine(t, Key{Arn: keyArn})
	parts := addPolicy(t, e, policy, evaluation.KeyPolicy)
	cell, err := e.Cell(ownRole, "kms:Decrypt")
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		conditions []keypolicy.Condition
		want       Answer
	}{
		"no context":                 {nil, Yes},
		"a context":                  {[]keypolicy.Condition{when("StringEquals", "kms:EncryptionContext:app", "x")}, Yes},
		"a context, called directly": {[]keypolicy.Condition{when("StringEquals", "kms:EncryptionContext:app", "x"), when("Null", "kms:ViaService", "true")}, Unknown},
	} {
		part, err := e.Conditions(tt.conditions)
		if err != nil {
			t.Fatal(err)
		}
		got := cell.Ask(Question{Match: []Term{{Part: parts[0]}, {Part: part}}})
		if got.Answer != tt.want {
			t.Errorf("%s: %v %s, want %v: %+v", name, got.Answer, got.Reason, tt.want, got.Witness)
		}
		if got.Answer == Yes {
			confirm(t, policy, 0, evaluation.Direct, got.Witness)
		}
	}
}

// Parts that are added later count for cells that were made before.
func TestPartsAddedLater(t *testing.T) {
	e := newEngine(t, Key{Arn: keyArn})
	decrypt, err := e.Cell(ownRole, "kms:Decrypt")
	if err != nil {
		t.Fatal(err)
	}
	sign, err := e.Cell(ownRole, "kms:Sign")
	if err != nil {
		t.Fatal(err)
	}
	part, err := e.Conditions([]keypolicy.Condition{when("StringEquals", "kms:EncryptionContext:app", "x")})
	if err != nil {
		t.Fatal(err)
	}
	q := Question{Match: []Term{{Part: part}}}
	if got := sign.Ask(q); got.Answer != No {
		t.Errorf("Sign: %+v", got)
	}
	if got := decrypt.Ask(q); got.Answer != Yes {
		t.Errorf("Decrypt: %+v", got)
	}
}

func TestErrors(t *testing.T) {
	e := newEngine(t, Key{Arn: keyArn})
	if _, err := New(Key{Arn: "arn:aws:kms:us-east-1:" + account + ":alias/a"}); err == nil || !strings.Contains(err.Error(), "must be a key's ARN") {
		t.Errorf("an alias as key: %v", err)
	}
	if _, err := e.Policy(keypolicy.Document{Statements: []keypolicy.Statement{{Effect: "Perhaps"}}}, evaluation.KeyPolicy); err == nil {
		t.Error("a policy that the evaluator does not understand")
	}
	if _, err := e.Grant(evaluation.Grant{GranteePrincipal: "*"}); err == nil {
		t.Error("a grant for everyone")
	}
	if _, err := e.Conditions([]keypolicy.Condition{when("StringEqual", "kms:ViaService", "x")}); err == nil {
		t.Error("an unknown operator")
	}
	for name, tt := range map[string]struct {
		class  Class
		action string
		want   string
	}{
		"action":        {ownRole, "kms:ListKeys", "must be an action of KMS on a key"},
		"role":          {Class{Kind: Role, Principal: ownUser.Principal}, "kms:Decrypt", "is no role"},
		"service":       {Class{Kind: Service, Principal: "logs"}, "kms:Decrypt", "is no service"},
		"token":         {Class{Kind: Token, Principal: roleArn + "R"}, "kms:Decrypt", "is no token"},
		"any session":   {Class{Kind: Session, Account: account}, "kms:Decrypt", "is no session"},
		"own among all": {Class{Kind: Role}, "kms:Decrypt", "list it in OtherThan"},
		"condition":     {Class{Kind: Role, Account: account, Only: []keypolicy.Condition{when("ArnLike", "aws:PrincipalArn", "x")}}, "kms:Decrypt", "six parts"},
	} {
		if _, err := e.Cell(tt.class, tt.action); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
