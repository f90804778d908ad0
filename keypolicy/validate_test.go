package keypolicy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// valid is a statement that KMS would take. The cases below break it.
func valid() Statement {
	return Statement{
		Sid: "AllowUse", Effect: Allow,
		Principals: []Principal{AwsPrincipal("arn:aws:iam::123456789012:role/LambdaETLRole")},
		Actions:    []string{"kms:Decrypt"},
		Conditions: []Condition{when("StringEquals", "kms:EncryptionContext:app", "neurocipher-pipeline")},
	}
}

// lines are the problems as users see them.
func lines(problems Problems) []string {
	var lines []string
	for _, problem := range problems {
		lines = append(lines, problem.String())
	}
	return lines
}

func TestStatementValidateReportsProblems(t *testing.T) {
	const (
		wantPrincipal = `must be the ARN of an account's root, a role, a user or a session, an account id, or "*" for everyone`
		wantNoWild    = "must not hold wildcards, which KMS refuses within a principal; allow the account's root and narrow it by a condition on aws:PrincipalArn"
		wantService   = `must be a service's principal name, such as "cloudtrail.amazonaws.com"`
		wantAction    = `matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"`
		wantOperator  = `is no condition operator of IAM; must be like "StringEquals", "ArnLike", "BoolIfExists" or "ForAnyValue:StringLike"`
		wantKey       = `must be a condition key of KMS or a global one, such as "kms:ViaService" or "aws:PrincipalArn"`
		wantSid       = "must be letters and digits only, at least one"
	)
	principal := func(p Principal) func(*Statement) {
		return func(s *Statement) { s.Principals = []Principal{p} }
	}
	actions := func(actions ...string) func(*Statement) {
		return func(s *Statement) { s.Actions = actions }
	}
	condition := func(operator, key string, values ...string) func(*Statement) {
		return func(s *Statement) { s.Conditions = []Condition{when(operator, key, values...)} }
	}
	tests := map[string]struct {
		change func(*Statement)
		want   []string
	}{
		"nothing wrong": {func(*Statement) {}, nil},
		"no conditions": {func(s *Statement) { s.Conditions = nil }, nil},

		"no Sid":               {func(s *Statement) { s.Sid = "" }, []string{`Sid is "": ` + wantSid}},
		"Sid with spaces":      {func(s *Statement) { s.Sid = "Enable IAM" }, []string{`Sid is "Enable IAM": ` + wantSid}},
		"Sid with a hyphen":    {func(s *Statement) { s.Sid = "a-b" }, []string{`Sid is "a-b": ` + wantSid}},
		"Sid with a new line":  {func(s *Statement) { s.Sid = "a\n" }, []string{`Sid is "a\n": ` + wantSid}},
		"Sid of other letters": {func(s *Statement) { s.Sid = "Schlüssel" }, []string{`Sid is "Schlüssel": ` + wantSid}},

		"no effect":      {func(s *Statement) { s.Effect = "" }, []string{`Effect is "": must be "Allow" or "Deny"`}},
		"unknown effect": {func(s *Statement) { s.Effect = "allow" }, []string{`Effect is "allow": must be "Allow" or "Deny"`}},

		"no principals":            {func(s *Statement) { s.Principals = nil }, []string{"Principals: is empty; a statement of a key policy must name at least one principal"}},
		"zero principal":           {principal(Principal{}), []string{`Principals[0] is "": is of type "", of which KMS knows nothing; must be "AWS", "Service" or "Federated"`}},
		"federated principal":      {principal(Principal{PrincipalFederated, "accounts.google.com"}), []string{`Principals[0] is "accounts.google.com": is an identity provider, which never calls KMS itself; must be the role that its users assume`}},
		"everyone":                 {principal(Everyone()), nil},
		"account id":               {principal(AwsPrincipal("123456789012")), nil},
		"account id, 11 digits":    {principal(AwsPrincipal("12345678901")), []string{`Principals[0] is "12345678901": ` + wantPrincipal}},
		"account root":             {principal(AwsPrincipal("arn:aws:iam::123456789012:root")), nil},
		"user with a path":         {principal(AwsPrincipal("arn:aws:iam::123456789012:user/team/ann")), nil},
		"role in China":            {principal(AwsPrincipal("arn:aws-cn:iam::123456789012:role/r")), nil},
		"session of a role":        {principal(AwsPrincipal("arn:aws:sts::123456789012:assumed-role/r/session")), nil},
		"federated user":           {principal(AwsPrincipal("arn:aws:sts::123456789012:federated-user/ann")), nil},
		"policy":                   {principal(AwsPrincipal("arn:aws:iam::123456789012:policy/p")), []string{`Principals[0] is "arn:aws:iam::123456789012:policy/p": ` + wantPrincipal}},
		"group":                    {principal(AwsPrincipal("arn:aws:iam::123456789012:group/g")), []string{`Principals[0] is "arn:aws:iam::123456789012:group/g": is an IAM group, which cannot be a principal; name its users or a role`}},
		"role without a name":      {principal(AwsPrincipal("arn:aws:iam::123456789012:role/")), []string{`Principals[0] is "arn:aws:iam::123456789012:role/": ` + wantPrincipal}},
		"empty principal":          {principal(AwsPrincipal("")), []string{`Principals[0] is "": ` + wantPrincipal}},
		"star in a role":           {principal(AwsPrincipal("arn:aws:iam::123456789012:role/etl-*")), []string{`Principals[0] is "arn:aws:iam::123456789012:role/etl-*": ` + wantNoWild}},
		"question mark in a role":  {principal(AwsPrincipal("arn:aws:iam::123456789012:role/etl-?")), []string{`Principals[0] is "arn:aws:iam::123456789012:role/etl-?": ` + wantNoWild}},
		"token":                    {principal(AwsPrincipal("${TfToken[TOKEN.7]}")), nil},
		"list token":               {principal(AwsPrincipal("#{TfToken[TOKEN.0]}")), nil},
		"account of a token":       {principal(AwsPrincipal("arn:aws:iam::${TfToken[TOKEN.1]}:root")), nil},
		"service":                  {principal(ServicePrincipal("logs.us-east-1.amazonaws.com")), nil},
		"service of a token":       {principal(ServicePrincipal("logs.${TfToken[TOKEN.1]}.amazonaws.com")), nil},
		"service without a dot":    {principal(ServicePrincipal("logs")), []string{`Principals[0] is "logs": ` + wantService}},
		"service with a star":      {principal(ServicePrincipal("*.amazonaws.com")), []string{`Principals[0] is "*.amazonaws.com": ` + wantService}},
		"every service":            {principal(ServicePrincipal("*")), []string{`Principals[0] is "*": ` + wantService}},
		"token of an unknown type": {principal(Principal{"aws", "${TfToken[TOKEN.7]}"}), []string{`Principals[0] is "${TfToken[TOKEN.7]}": is of type "aws", of which KMS knows nothing; must be "AWS", "Service" or "Federated"`}},

		"no actions":                {actions(), []string{"Actions: is empty; a statement must name at least one action"}},
		"action of another service": {actions("kms:Encrypt", "s3:GetObject"), []string{`Actions[1] is "s3:GetObject": ` + wantAction}},
		"misspelt action":           {actions("kms:Decrpyt"), []string{`Actions[0] is "kms:Decrpyt": ` + wantAction + `; did you mean "kms:Decrypt"?`}},
		"action without a service":  {actions("Decrypt"), []string{`Actions[0] is "Decrypt": ` + wantAction}},
		"pattern of no action":      {actions("kms:Shred*"), []string{`Actions[0] is "kms:Shred*": ` + wantAction}},
		"patterns of actions":       {actions("kms:*", "*", "kms:ReEncrypt*", "kms:Verif?"), nil},
		"action in another case":    {actions("KMS:decrypt"), nil},
		"token as action":           {actions("${TfToken[TOKEN.7]}"), nil},

		"unknown operator":       {condition("StringIs", "kms:ViaService", "x"), []string{`Conditions[0].Operator is "StringIs": ` + wantOperator}},
		"operator in lower case": {condition("stringequals", "kms:ViaService", "x"), []string{`Conditions[0].Operator is "stringequals": ` + wantOperator + `; did you mean "StringEquals"?`}},
		"no operator":            {condition("", "kms:ViaService", "x"), []string{`Conditions[0].Operator is "": ` + wantOperator}},
		"IfExists":               {condition("StringEqualsIfExists", "kms:ViaService", "x"), nil},
		"IfExists twice":         {condition("StringEqualsIfExistsIfExists", "kms:ViaService", "x"), []string{`Conditions[0].Operator is "StringEqualsIfExistsIfExists": ` + wantOperator}},
		"date that is none":      {condition("DateLessThan", "aws:CurrentTime", "tomorrow"), []string{`Conditions[0].Values[0] is "tomorrow": must be a date such as 2026-04-01T00:00:00Z, or seconds since 1970, which is what DateLessThan compares with`}},
		"address that is none":   {condition("IpAddress", "aws:SourceIp", "300.1.1.1"), []string{`Conditions[0].Values[0] is "300.1.1.1": must be an IP address or a range such as 203.0.113.0/24, which is what IpAddress compares with`}},
		"infinite number":        {condition("NumericEquals", "aws:MultiFactorAuthAge", "Inf"), []string{`Conditions[0].Values[0] is "Inf": must be a number, which is what NumericEquals compares with`}},
		"unknown condition key":  {condition("StringEquals", "kms:ViaServcie", "x"), []string{`Conditions[0].Key is "kms:ViaServcie": ` + wantKey + `; did you mean "kms:ViaService"?`}},
		"set of Null":            {condition("ForAllValues:Null", "aws:TagKeys", "true"), []string{`Conditions[0].Operator is "ForAllValues:Null": Null takes neither ForAllValues nor ForAnyValue`}},
		"truth in capitals":      {condition("Bool", "aws:SecureTransport", "TRUE"), nil},
		"key twice by case": {func(s *Statement) {
			s.Conditions = []Condition{when("Bool", "aws:SecureTransport", "true"), when("Bool", "AWS:securetransport", "true")}
		}, []string{`Conditions[1].Key is "AWS:securetransport": stands as "aws:SecureTransport" in Conditions[0] with the same operator; case does not tell keys apart`}},
		"NullIfExists":              {condition("NullIfExists", "kms:ViaService", "true"), []string{`Conditions[0].Operator is "NullIfExists": ` + wantOperator + `; did you mean "Null"?`}},
		"set operators":             {condition("ForAnyValue:StringLike", "kms:EncryptionContextKeys", "x"), nil},
		"two set prefixes":          {condition("ForAllValues:ForAnyValue:StringLike", "kms:EncryptionContextKeys", "x"), []string{`Conditions[0].Operator is "ForAllValues:ForAnyValue:StringLike": ` + wantOperator + `; did you mean "ForAnyValue:StringLike"?`}},
		"set operator on one value": {condition("ForAllValues:StringEquals", "kms:EncryptionContext:app", "x"), []string{`Conditions[0].Operator is "ForAllValues:StringEquals": KMS refuses set operators on the single-valued kms:EncryptionContext:app; leave out ForAllValues:`}},
		"the same in another case":  {condition("ForAnyValue:StringEquals", "KMS:encryptioncontext:app", "x"), []string{`Conditions[0].Operator is "ForAnyValue:StringEquals": KMS refuses set operators on the single-valued KMS:encryptioncontext:app; leave out ForAnyValue:`}},
		"no key":                    {condition("StringEquals", "", "x"), []string{`Conditions[0].Key is "": ` + wantKey}},
		"key without a service":     {condition("StringEquals", "ViaService", "x"), []string{`Conditions[0].Key is "ViaService": ` + wantKey}},
		"no values":                 {condition("StringEquals", "kms:ViaService"), []string{"Conditions[0].Values: is empty; a condition must have at least one value"}},
		"Bool of something else":    {condition("BoolIfExists", "kms:GrantIsForAWSResource", "true", "yes"), []string{`Conditions[0].Values[1] is "yes": must be "true" or "false", which is what Bool compares with`}},
		"Null of something else":    {condition("Null", "kms:ViaService", ""), []string{`Conditions[0].Values[0] is "": must be "true" or "false", which is what Null compares with`}},
		"number that is none":       {condition("NumericLessThan", "kms:ScheduleKeyDeletionPendingWindowInDays", "7", "seven"), []string{`Conditions[0].Values[1] is "seven": must be a number, which is what NumericLessThan compares with`}},
		"numbers":                   {condition("NumericGreaterThanEquals", "kms:ScheduleKeyDeletionPendingWindowInDays", "-1", "7.5"), nil},
		"tokens as values":          {condition("NumericEquals", "kms:ScheduleKeyDeletionPendingWindowInDays", "${TfToken[TOKEN.7]}", "#{TfToken[TOKEN.0]}"), nil},
		"policy variable":           {condition("StringEquals", "kms:EncryptionContext:team", "${aws:PrincipalTag/team}"), nil},
		"Terraform's escape": {condition("StringEquals", "kms:EncryptionContext:team", "$${aws:PrincipalTag/team}"),
			[]string{`Conditions[0].Values[0] is "$${aws:PrincipalTag/team}": holds $${, Terraform's escape of ${; write ${...} for a policy variable, or ${$}${...} for a dollar sign before one`}},

		"everyone but some in a Deny": {func(s *Statement) { s.Effect, s.Principals, s.NotPrincipals = Deny, nil, s.Principals }, nil},
		"everyone but some in an Allow": {func(s *Statement) { s.Principals, s.NotPrincipals = nil, s.Principals },
			[]string{"NotPrincipals: stands in an Allow, which AWS does not support; must be in a Deny"}},
		"bad exception": {func(s *Statement) {
			s.Effect, s.Principals, s.NotPrincipals = Deny, nil, []Principal{AwsPrincipal("ann")}
		},
			[]string{`NotPrincipals[0] is "ann": ` + wantPrincipal}},
		"all actions but some":      {func(s *Statement) { s.Actions, s.NotActions = nil, []string{"kms:PutKeyPolicy"} }, nil},
		"all actions but a bad one": {func(s *Statement) { s.Actions, s.NotActions = nil, []string{"kms:Put"} }, []string{`NotActions[0] is "kms:Put": ` + wantAction}},
		"both of every pair": {func(s *Statement) {
			s.Effect = Deny
			s.NotPrincipals, s.NotActions, s.Resources, s.NotResources = s.Principals, s.Actions, []string{"*"}, []string{"*"}
		}, []string{
			"NotPrincipals: stands beside Principals; a statement has one of the two",
			"NotActions: stands beside Actions; a statement has one of the two",
			"NotResources: stands beside Resources; a statement has one of the two",
		}},

		"everything at once": {func(s *Statement) {
			*s = Statement{Sid: "a b", Conditions: []Condition{{}, {Operator: "Bool", Key: "aws:SecureTransport", Values: []string{"1"}}}}
		}, []string{
			`Sid is "a b": ` + wantSid,
			`Effect is "": must be "Allow" or "Deny"`,
			"Principals: is empty; a statement of a key policy must name at least one principal",
			"Actions: is empty; a statement must name at least one action",
			`Conditions[0].Operator is "": ` + wantOperator,
			`Conditions[0].Key is "": ` + wantKey,
			"Conditions[0].Values: is empty; a condition must have at least one value",
			`Conditions[1].Values[0] is "1": must be "true" or "false", which is what Bool compares with`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			statement := valid()
			test.change(&statement)
			if diff := cmp.Diff(test.want, lines(statement.Validate())); diff != "" {
				t.Errorf("Validate (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDocumentValidateReportsProblems(t *testing.T) {
	named := func(sid string) Statement {
		s := valid()
		s.Sid = sid
		return s
	}
	broken := named("Broken")
	broken.Actions = []string{"kms:Decrpyt"}
	tests := map[string]struct {
		document Document
		want     []string
	}{
		"nothing wrong": {Document{Statements: []Statement{named("A"), named("B")}}, nil},
		"nothing":       {Document{}, []string{"Statements: is empty; a key policy needs at least one statement"}},
		"problem within a statement": {Document{Statements: []Statement{named("A"), broken}},
			[]string{`Statements[1].Actions[0] is "kms:Decrpyt": matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"; did you mean "kms:Decrypt"?`}},
		"a Sid three times": {Document{Statements: []Statement{named("A"), named("B"), named("B"), named("B")}}, []string{
			`Statements[2].Sid is "B": is the Sid of Statements[1] too; a Sid must be unique within a policy`,
			`Statements[3].Sid is "B": is the Sid of Statements[1] too; a Sid must be unique within a policy`,
		}},
		// To KMS these are two Sids.
		"Sids that differ in case": {Document{Statements: []Statement{named("Use"), named("use")}}, nil},
		"no Sids": {Document{Statements: []Statement{named(""), named("")}}, []string{
			`Statements[0].Sid is "": must be letters and digits only, at least one`,
			`Statements[1].Sid is "": must be letters and digits only, at least one`,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, lines(test.document.Validate())); diff != "" {
				t.Errorf("Validate (-want +got):\n%s", diff)
			}
		})
	}
}

// ofSize is a document of that many bytes, most of them in the statement Big.
func ofSize(t *testing.T, size int) Document {
	t.Helper()
	big := Statement{
		Sid: "Big", Effect: Allow, Principals: []Principal{Everyone()}, Actions: []string{"kms:DescribeKey"},
		Conditions: []Condition{when("StringEquals", "aws:PrincipalTag/note", "")},
	}
	document := Document{Statements: []Statement{denyBypass(), denyEarlyDeletion(), valid(), big}}
	big.Conditions[0].Values[0] = strings.Repeat("x", size-document.Size())
	if document.Size() != size {
		t.Fatalf("the document has %d bytes, want %d", document.Size(), size)
	}
	return document
}

func TestDocumentValidateRefusesWhatIsTooLargeForKms(t *testing.T) {
	if problems := ofSize(t, 32768).Validate(); len(problems) > 0 {
		t.Errorf("at the quota: %v", problems)
	}
	document := ofSize(t, 32769)
	// What the message says of the statements is computed another way here: by
	// the commas and the frame around them.
	const frame = len(`{"Version":"2012-10-17","Statement":[]}`)
	rest := frame + 3
	for _, statement := range document.Statements[:3] {
		rest += statement.Size()
	}
	want := []string{fmt.Sprintf("Statements is 32769 bytes: a key policy may have 32768 bytes at most; "+
		"the largest statements are Big %d, AllowUse 222, DenyEarlyKeyDeletion 204; "+
		"name roles by a pattern instead of one by one, or give the work a key of its own", 32769-rest)}
	if diff := cmp.Diff(want, lines(document.Validate())); diff != "" {
		t.Errorf("over the quota (-want +got):\n%s", diff)
	}
}

func TestProblemsAreLinesThatNameFieldAndValue(t *testing.T) {
	problems := Problems{{"Sid", `"a b"`, "must be alphanumeric"}, {Field: "Actions", Reason: "is empty"}}
	const want = "ExtraStatements[data][0].Sid is \"a b\": must be alphanumeric\nExtraStatements[data][0].Actions: is empty"
	if got := problems.Within("ExtraStatements[data][0]").Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if problems[0].Field != "Sid" {
		t.Errorf("Within changed the problems it was called on: %v", problems)
	}
}

// The quick estimate must not be below the size, or a policy over the quota would
// pass for one within it.
func TestRoughSizeIsNoLessThanTheSize(t *testing.T) {
	full := Statement{Sid: "S", Effect: Deny, NotPrincipals: []Principal{Everyone(), {PrincipalFederated, "f"}, ServicePrincipal("s"), {PrincipalCanonicalUser, "c"}},
		NotActions: []string{"a"}, NotResources: []string{"r"}, Conditions: []Condition{when("Null", "k", "true"), when("Bool", "k", "true", "false")}}
	for _, document := range []Document{{}, {Version: OldVersion, Id: "i", Statements: []Statement{{}}}, {Statements: []Statement{full, full}}, ofSize(t, 20000)} {
		if rough, size := document.roughSize(), document.Size(); rough < size {
			t.Errorf("roughly %d, but it has %d bytes: %s", rough, size, document.Indented())
		}
	}
}

func TestServiceNames(t *testing.T) {
	for name, want := range map[string]bool{
		"logs.us-east-1.amazonaws.com": true, "a.b": true, "a-1.b": true,
		"": false, ".": false, "a": false, "a.": false, ".a": false, "a..b": false, "A.b": false, "a.b:c": false, "a_.b": false, "a.*": false,
	} {
		if got := IsServiceName(name); got != want {
			t.Errorf("IsServiceName(%q) = %v, want %v", name, got, want)
		}
	}
}
