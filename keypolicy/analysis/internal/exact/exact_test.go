package exact

import (
	"fmt"
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const (
	account = "111122223333"
	other   = "444455556666"
	keyArn  = "arn:aws:kms:us-east-1:" + account + ":key/1234abcd-12ab-34cd-56ef-1234567890ab"
	roleArn = "arn:aws:iam::" + account + ":role/"
)

func parse(t testing.TB, policy string) keypolicy.Document {
	t.Helper()
	document, err := keypolicy.Parse([]byte(policy))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// allowed asks whether somebody of a class may carry out an action, by a statement
// that names them at least so strongly.
func allowed(t testing.TB, e *Engine, policy keypolicy.Document, parts []Part, class Class, action string, strength evaluation.Strength) Outcome {
	t.Helper()
	cell, err := e.Cell(class, action)
	if err != nil {
		t.Fatal(err)
	}
	var q Question
	for i, s := range policy.Statements {
		if s.Effect == keypolicy.Deny {
			q.Fail = append(q.Fail, Term{Part: parts[i]})
		}
	}
	outcome := Outcome{}
	for i, s := range policy.Statements {
		if s.Effect != keypolicy.Allow {
			continue
		}
		q.Match = []Term{{Part: parts[i], AtLeast: strength}}
		found := cell.Ask(q)
		if found.IsDisagreement() {
			t.Fatalf("%s: %+v %+v: %s", found.Reason, q, class, policy.Indented())
		}
		if found.Answer == Yes {
			confirm(t, policy, i, strength, found.Witness)
			return found
		}
		if found.Answer == Unknown {
			outcome = found
		}
	}
	return outcome
}

// confirm asks the evaluator once more: an answer may have been given before, to
// another class or for another action.
func confirm(t testing.TB, policy keypolicy.Document, allow int, strength evaluation.Strength, r evaluation.Request) {
	t.Helper()
	compiled, err := evaluation.Compile(policy)
	if err != nil {
		t.Fatal(err)
	}
	matches, err := compiled.Match(r)
	if err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	for i, s := range policy.Statements {
		switch m := matches[i]; {
		case s.Effect == keypolicy.Allow && i != allow:
		case m.Undecided != nil:
			t.Fatalf("statement %d: %v: %+v: %s", i, m.Undecided, r, policy.Indented())
		case s.Effect == keypolicy.Deny && m.Matched != evaluation.NoMatch, i == allow && m.Matched < max(strength, evaluation.ThroughAccount):
			t.Fatalf("statement %d: %+v, with %+v: %s", i, m, r, policy.Indented())
		}
	}
}

// conditionsPolicy allows everyone to decrypt under a condition, and denies it
// under others.
func conditionsPolicy(allow string, denies ...string) string {
	var policy strings.Builder
	fmt.Fprintf(&policy, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*","Condition":{%s}}`, allow)
	for _, deny := range denies {
		fmt.Fprintf(&policy, `,{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"kms:*","Resource":"*","Condition":{%s}}`, deny)
	}
	return policy.String() + "]}"
}

var (
	ownRole      = Class{Kind: Role, Principal: roleArn + "R"}
	ownRoles     = Class{Kind: Role, Account: account}
	ownUsers     = Class{Kind: User, Account: account}
	ownUser      = Class{Kind: User, Principal: "arn:aws:iam::" + account + ":user/team/ann"}
	foreignRoles = Class{Kind: Role, OtherThan: []string{account}}
	foreignUsers = Class{Kind: User, OtherThan: []string{account}}
	foreignRoots = Class{Kind: Root, OtherThan: []string{account}}
	foreignFeds  = Class{Kind: FederatedUser, OtherThan: []string{account}}
	anyService   = Class{Kind: Service}
	logs         = Class{Kind: Service, Principal: "logs.us-east-1.amazonaws.com"}
	session      = Class{Kind: Session, Principal: "arn:aws:sts::" + account + ":assumed-role/Analyst/ann"}
	token        = Class{Kind: Token, Principal: "${aws_iam_role.etl.arn}"}
)

func TestConditions(t *testing.T) {
	tests := map[string]struct {
		allow  string
		denies []string
		class  Class
		action string
		want   Answer
	}{
		"always":               {``, nil, ownRole, "", Yes},
		"denied":               {``, []string{``}, ownRole, "", No},
		"one pattern":          {`"StringLike":{"kms:ViaService":"s3.*"}`, nil, ownRole, "", Yes},
		"two patterns":         {`"StringLike":{"kms:ViaService":"*.us-east-1.amazonaws.com"}`, []string{`"StringNotLike":{"kms:ViaService":"s3.*.amazonaws.com"}`}, ownRole, "", Yes},
		"two that exclude":     {`"StringLike":{"kms:ViaService":"s3.us-east-1.*"}`, []string{`"StringLike":{"kms:ViaService":"*.us-east-1.amazonaws.com"}`}, ownRole, "", No},
		"via without a Region": {`"StringEquals":{"kms:ViaService":"s3.amazonaws.com"}`, nil, ownRole, "", No},
		"another Region":       {`"StringEquals":{"kms:ViaService":"s3.eu-west-1.amazonaws.com"}`, nil, ownRole, "", Yes},
		"global tables":        {`"StringEquals":{"kms:ViaService":"dynamodb.eu-west-1.amazonaws.com"}`, nil, ownRole, "", Yes},
		"via never empty":      {`"StringEquals":{"kms:ViaService":""}`, nil, ownRole, "", No},
		"star in StringEquals": {`"StringEquals":{"kms:CallerAccount":"*"}`, nil, foreignRoles, "", No},
		"star in StringLike":   {`"StringLike":{"kms:CallerAccount":"*"}`, nil, foreignRoles, "", Yes},
		"a service via":        {`"Null":{"kms:ViaService":"false"}`, nil, anyService, "", No},
		"a service's account":  {`"Null":{"kms:CallerAccount":"false"}`, nil, logs, "", No},
		"a service's tags":     {`"StringEquals":{"aws:PrincipalTag/a":"b"}`, nil, logs, "", No},
		"a service's org":      {`"Null":{"aws:PrincipalOrgID":"false"}`, nil, logs, "", No},
		"a role's source":      {`"StringEquals":{"aws:SourceAccount":"` + account + `"}`, nil, ownRole, "", No},
		"a service's source":   {`"StringEquals":{"aws:SourceAccount":"` + account + `"}`, nil, logs, "", Yes},
		"source of 13 digits":  {`"StringEquals":{"aws:SourceAccount":"1` + account + `"}`, nil, logs, "", No},
		"is a service":         {`"Bool":{"aws:PrincipalIsAWSService":"true"}`, nil, ownRole, "", No},
		"service by name":      {`"StringLike":{"aws:PrincipalServiceName":"logs.*"}`, nil, anyService, "", Yes},
		"service not by name":  {`"StringLike":{"aws:PrincipalServiceName":"s3.*"}`, nil, logs, "", No},
		"list of names":        {`"ForAnyValue:StringEquals":{"aws:PrincipalServiceNamesList":"x.amazonaws.com"}`, nil, ownRole, "", No},
		"list of a service":    {`"ForAnyValue:StringEquals":{"aws:PrincipalServiceNamesList":"x.amazonaws.com"}`, nil, anyService, "", Yes},
		"its Region":           {`"StringEquals":{"aws:RequestedRegion":"us-east-1"}`, nil, ownRole, "", Yes},
		"no other Region":      {`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, nil, ownRole, "", No},
		"key's account":        {`"StringEquals":{"aws:ResourceAccount":"` + account + `"}`, nil, foreignRoles, "", Yes},
		"own organization":     {`"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`, nil, ownRole, "", Yes},
		"not own organization": {`"StringNotEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`, []string{`"Null":{"aws:ResourceOrgID":"true"}`}, ownRole, "", No},
		"other organization":   {`"StringNotEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}`, nil, foreignRoles, "", Yes},

		"account by first digits":  {`"StringLike":{"kms:CallerAccount":"4444*"}`, nil, foreignRoles, "", Yes},
		"not by own digits":        {`"StringLike":{"kms:CallerAccount":"` + account[:11] + `?"}`, []string{`"StringLike":{"kms:CallerAccount":["` + account[:11] + `[0-2]"]}`}, foreignRoles, "", Yes},
		"only the own account":     {`"StringEquals":{"aws:PrincipalAccount":"` + account + `"}`, nil, foreignRoles, "", No},
		"account below":            {`"NumericLessThan":{"kms:CallerAccount":"200000000000"}`, nil, foreignRoles, "", Yes},
		"account below the own":    {`"NumericLessThan":{"kms:CallerAccount":"111122223334"}`, []string{`"NumericLessThan":{"aws:PrincipalAccount":"111122223333"}`}, foreignRoles, "", No},
		"account beyond twelve":    {`"NumericGreaterThan":{"kms:CallerAccount":"999999999999"}`, nil, foreignRoles, "", No},
		"account against ARN":      {`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::4*:role/*"}`, []string{`"StringLike":{"aws:PrincipalAccount":"4*"}`}, foreignRoles, "", No},
		"account in ARN":           {`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/x"}`, []string{`"StringNotLike":{"aws:PrincipalAccount":"44445555666?"}`}, foreignRoles, "", Yes},
		"session in ARN":           {`"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::*:assumed-role/reader/*"}`, nil, foreignRoles, "", No},
		"session in text":          {`"StringLike":{"aws:PrincipalArn":"arn:aws:sts::*:assumed-role/reader/*"}`, nil, foreignFeds, "", No},
		"federated in ARN":         {`"ArnLike":{"aws:PrincipalArn":"arn:aws:sts::*:federated-user/x"}`, nil, foreignFeds, "", Yes},
		"without beginning":        {`"StringLike":{"aws:PrincipalArn":"*:role/reader-1"}`, nil, foreignRoles, "", Yes},
		"without beginning, user":  {`"StringLike":{"aws:PrincipalArn":"*:role/reader-1"}`, nil, foreignUsers, "", No},
		"type":                     {`"StringEquals":{"aws:PrincipalType":"User"}`, nil, foreignUsers, "", Yes},
		"other type":               {`"StringEquals":{"aws:PrincipalType":"User"}`, nil, ownRoles, "", No},
		"root's type":              {`"StringEquals":{"aws:PrincipalType":"Account"}`, nil, foreignRoots, "", Yes},
		"user name":                {`"StringLike":{"aws:username":"ops-*"}`, nil, foreignUsers, "", Yes},
		"user name with path":      {`"StringEquals":{"aws:username":"ann"}`, nil, ownUser, "", Yes},
		"path is no name":          {`"StringLike":{"aws:username":"team/*"}`, nil, ownUsers, "", No},
		"name against ARN":         {`"StringEquals":{"aws:username":"x"}`, []string{`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::*:user/x","arn:aws:iam::*:user/*/x"]}`}, ownUsers, "", No},
		"name against ARN, path":   {`"StringEquals":{"aws:username":"x"}`, []string{`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::*:user/x"]}`}, ownUsers, "", Yes},
		"name without its path":    {`"StringEquals":{"kms:EncryptionContext:app":"${aws:username}"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/team/*"}`, nil, ownUsers, "", Yes},
		"variable of no value":     {`"StringEquals":{"aws:PrincipalTag/a":"${kms:EncryptionContext:app}"}`, nil, ownRole, "kms:DescribeKey", No},
		"role's user name":         {`"Null":{"aws:username":"false"}`, nil, ownRole, "", No},
		"path of a session's role": {`"ArnLike":{"aws:PrincipalArn":"` + roleArn + `team/*"}`, nil, session, "", Yes},
		"other role of a session":  {`"ArnLike":{"aws:PrincipalArn":"` + roleArn + `*/Other"}`, nil, session, "", No},
		"session's user id":        {`"StringLike":{"aws:userid":"*:ann"}`, nil, session, "", Yes},
		"session's other user id":  {`"StringLike":{"aws:userid":"*:bob"}`, nil, session, "", No},
		"token's own ARN":          {`"ArnEquals":{"aws:PrincipalArn":"${aws_iam_role.etl.arn}"}`, nil, token, "", Yes},
		"token's other ARN":        {`"ArnEquals":{"aws:PrincipalArn":"${aws_iam_role.other.arn}"}`, nil, token, "", No},
		"token's type":             {`"StringEquals":{"aws:PrincipalType":"User"}`, nil, token, "", Yes},

		"negated on absent":      {`"StringNotEquals":{"aws:PrincipalTag/a":"b"}`, []string{`"Null":{"aws:PrincipalTag/a":"false"}`}, ownRole, "", Yes},
		"positive on absent":     {`"StringEquals":{"aws:PrincipalTag/a":"b"}`, []string{`"Null":{"aws:PrincipalTag/a":"false"}`}, ownRole, "", No},
		"IfExists on absent":     {`"StringEqualsIfExists":{"aws:PrincipalTag/a":"b"}`, []string{`"Null":{"aws:PrincipalTag/a":"false"}`}, ownRole, "", Yes},
		"deny IfExists":          {``, []string{`"StringLikeIfExists":{"aws:PrincipalTag/team":"red*"}`}, ownRole, "", Yes},
		"deny value or none":     {`"StringLike":{"aws:PrincipalTag/team":"red*"}`, []string{`"StringLikeIfExists":{"aws:PrincipalTag/team":"r*"}`}, ownRole, "", No},
		"ForAllValues on single": {`"ForAllValues:StringEquals":{"aws:PrincipalTag/a":"b"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":"b"}`, `"Null":{"aws:PrincipalTag/a":"true"}`}, ownRole, "", Yes},
		"ForAnyValue on single":  {`"ForAnyValue:StringNotEquals":{"aws:PrincipalTag/a":"b"}`, []string{`"StringNotEquals":{"aws:PrincipalTag/a":["b",""]}`}, ownRole, "", No},
		"Null both":              {`"Null":{"aws:PrincipalTag/a":["true","false"]}`, nil, ownRole, "", Yes},
		"Null contradicted":      {`"Null":{"aws:PrincipalTag/a":"true"}`, []string{`"Null":{"aws:PrincipalTag/a":"true"}`}, ownRole, "", No},
		"Bool is true or false":  {`"Null":{"aws:MultiFactorAuthPresent":"false"}`, []string{`"Bool":{"aws:MultiFactorAuthPresent":["true","false"]}`}, ownRole, "", No},
		"Bool as a text":         {`"StringEquals":{"aws:MultiFactorAuthPresent":"true"}`, []string{`"Bool":{"aws:MultiFactorAuthPresent":"true"}`}, ownRole, "", No},
		"case":                   {`"StringEqualsIgnoreCase":{"aws:PrincipalTag/a":"k"}`, []string{`"StringEquals":{"aws:PrincipalTag/a":["k","K"]}`}, ownRole, "", Yes},
		"whole numbers":          {`"NumericGreaterThan":{"kms:RotationPeriodInDays":"4"}`, []string{`"NumericGreaterThanEquals":{"kms:RotationPeriodInDays":"5"}`}, ownRole, "kms:EnableKeyRotation", No},
		"a number above":         {`"NumericGreaterThan":{"kms:RotationPeriodInDays":"4"}`, nil, ownRole, "kms:EnableKeyRotation", Yes},
		"an account above":       {`"NumericGreaterThan":{"kms:CallerAccount":"200000000000"}`, []string{`"NumericEquals":{"kms:CallerAccount":"200000000000"}`}, foreignRoles, "", Yes},
		"numbers":                {`"NumericGreaterThan":{"aws:PrincipalTag/n":"4"}`, []string{`"NumericGreaterThanEquals":{"aws:PrincipalTag/n":"5"}`}, ownRole, "", Yes},
		"no number":              {`"NumericNotEquals":{"aws:PrincipalTag/n":"4"}`, []string{`"NumericLessThan":{"aws:PrincipalTag/n":"5"}`, `"NumericGreaterThan":{"aws:PrincipalTag/n":"3"}`, `"Null":{"aws:PrincipalTag/n":"true"}`}, ownRole, "", Yes},
		"time range":             {`"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}`, []string{`"DateGreaterThan":{"aws:EpochTime":"1767225600"}`}, ownRole, "", No},
		"time as a number":       {`"NumericLessThan":{"aws:EpochTime":"1767225600"}`, []string{`"DateLessThan":{"aws:CurrentTime":"2026-01-01"}`}, ownRole, "", No},
		"time between seconds":   {`"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:01Z"}`, nil, ownRole, "", No},
		"time is never absent":   {`"Null":{"aws:CurrentTime":"true"}`, nil, ownRole, "", No},
		"nested blocks":          {`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, []string{`"IpAddress":{"aws:SourceIp":["10.0.0.0/9"]}`}, ownRole, "", Yes},
		"touching blocks":        {`"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}`, []string{`"IpAddress":{"aws:SourceIp":["10.0.0.0/9","10.128.0.0/9"]}`}, ownRole, "", No},
		"address after a block":  {`"IpAddress":{"aws:SourceIp":"10.0.0.0/24"}`, []string{`"IpAddress":{"aws:SourceIp":["10.0.0.0/25","10.0.0.129","10.0.0.130/31","10.0.0.132/30","10.0.0.136/29","10.0.0.144/28","10.0.0.160/27","10.0.0.192/26"]}`}, ownRole, "", Yes},
		"the other version":      {`"NotIpAddress":{"aws:SourceIp":"0.0.0.0/0"}`, []string{`"Null":{"aws:SourceIp":"true"}`}, ownRole, "", Yes},

		"colon after a star":      {`"StringLike":{"aws:PrincipalTag/r":"arn:aws:s3:*:b"}`, []string{`"ArnLike":{"aws:PrincipalTag/r":"arn:aws:s3:*:*:b"}`}, ownRole, "", Yes},
		"a star within its part":  {`"StringEquals":{"aws:PrincipalTag/r":"arn:aws:s3:a:b:c:x"},"ArnLike":{"aws:PrincipalTag/r":"arn:aws:*:b:c:x"}`, nil, ownRole, "", No},
		"a star in the last part": {`"StringEquals":{"aws:PrincipalTag/r":"arn:aws:s3:a:b:c:x"},"ArnLike":{"aws:PrincipalTag/r":"arn:aws:s3:a:b:*x"}`, nil, ownRole, "", Yes},
		"colon within a part":     {`"ArnLike":{"aws:SourceArn":"arn:aws:*:::b:c"}`, []string{`"ArnLike":{"aws:SourceArn":"arn:aws:*:*:*:b*"}`}, logs, "", No},
		"ARN of five parts":       {`"ArnNotLike":{"aws:PrincipalTag/r":"arn:*:*:*:*:*"},"StringEquals":{"aws:PrincipalTag/r":"arn:aws:s3::b"}`, nil, ownRole, "", Yes},
		"colons in the last part": {`"ArnLike":{"aws:SourceArn":"arn:aws:logs:us-east-1:` + account + `:log-group:*"}`, []string{`"ArnNotLike":{"aws:SourceArn":"arn:aws:logs:*:*:*:x:y"}`}, logs, "", Yes},

		"pair and its name":         {`"StringEquals":{"kms:EncryptionContext:app":"x"}`, []string{`"ForAnyValue:StringEqualsIgnoreCase":{"kms:EncryptionContextKeys":"app"}`}, ownRole, "", No},
		"spelling of a name":        {`"StringEquals":{"kms:EncryptionContext:app":"x"}`, []string{`"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"}`}, ownRole, "", Yes},
		"one spelling at most":      {`"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"},"StringEquals":{"kms:EncryptionContext:App":"x"}`, []string{`"ForAllValues:StringEqualsIgnoreCase":{"kms:EncryptionContextKeys":"app"}`}, ownRole, "", Yes},
		"two spellings":             {`"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"}`, []string{`"ForAllValues:StringNotEquals":{"kms:EncryptionContextKeys":"APP"}`, `"Null":{"kms:EncryptionContext:app":"true"}`}, ownRole, "", No},
		"no name without a pair":    {`"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"}`, []string{`"Null":{"kms:EncryptionContext:APP":"false"}`}, ownRole, "", No},
		"only these names":          {`"ForAllValues:StringEquals":{"kms:EncryptionContextKeys":"app"}`, []string{`"StringEquals":{"kms:EncryptionContext:app":"x"}`, `"Null":{"kms:EncryptionContextKeys":"true"}`}, ownRole, "", Yes},
		"pair or none, but a name":  {`"StringEqualsIfExists":{"kms:EncryptionContext:app":"x"},"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"}`, nil, ownRole, "", Yes},
		"no context, DescribeKey":   {`"StringNotEquals":{"kms:EncryptionContext:app":"x"}`, nil, ownRole, "kms:DescribeKey", Yes},
		"context, DescribeKey":      {`"StringEquals":{"kms:EncryptionContext:app":"x"}`, nil, ownRole, "kms:DescribeKey", No},
		"deny all but, DescribeKey": {``, []string{`"ForAllValues:StringNotEquals":{"kms:EncryptionContextKeys":"app"}`}, ownRole, "kms:DescribeKey", No},
		"any value, or none":        {`"ForAnyValue:StringEqualsIfExists":{"kms:EncryptionContextKeys":"app"},"Null":{"kms:EncryptionContextKeys":"true"}`, nil, ownRole, "", Yes},
		"any value, none":           {`"ForAnyValue:StringEquals":{"kms:EncryptionContextKeys":"app"},"Null":{"kms:EncryptionContextKeys":"true"}`, nil, ownRole, "", No},
		"any value but, none":       {`"ForAnyValue:StringNotEquals":{"kms:EncryptionContextKeys":"app"},"Null":{"kms:EncryptionContextKeys":"true"}`, nil, ownRole, "", No},
		"all values, none":          {`"ForAllValues:StringEquals":{"kms:EncryptionContextKeys":"app"},"Null":{"kms:EncryptionContextKeys":"true"}`, nil, ownRole, "", Yes},
		"positive on several":       {`"StringEquals":{"kms:EncryptionContextKeys":"app"}`, nil, ownRole, "", No},
		"negated on several":        {`"StringNotEquals":{"kms:EncryptionContextKeys":"app"}`, nil, ownRole, "", Yes},
		"negated on several, there": {`"StringNotEquals":{"kms:EncryptionContextKeys":"app"}`, []string{`"Null":{"kms:EncryptionContextKeys":"true"}`}, ownRole, "", Unknown},
		"denied though undecided":   {`"StringNotEquals":{"kms:EncryptionContextKeys":"app"}`, []string{`"Null":{"kms:ViaService":"true"}`, `"Null":{"kms:ViaService":"false"}`}, ownRole, "", No},
		"Decrypt has no grantee":    {`"Null":{"kms:GranteePrincipal":"false"}`, nil, ownRole, "", No},
		"CreateGrant has one":       {`"Null":{"kms:GranteePrincipal":"false"}`, nil, ownRole, "kms:CreateGrant", Yes},
		"no such grant operation":   {`"ForAnyValue:StringEquals":{"kms:GrantOperations":"PutKeyPolicy"}`, nil, ownRole, "kms:CreateGrant", No},
		"grant operations":          {`"ForAnyValue:StringEquals":{"kms:GrantOperations":"Decrypt"}`, []string{`"ForAnyValue:StringNotEquals":{"kms:GrantOperations":"Decrypt"}`}, ownRole, "kms:CreateGrant", Yes},
		"binary":                    {`"BinaryEquals":{"aws:PrincipalTag/b":"AA=="}`, []string{`"StringEquals":{"aws:PrincipalTag/b":"AA=="}`}, ownRole, "", Yes},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			policy := parse(t, conditionsPolicy(tt.allow, tt.denies...))
			e, err := New(Key{Arn: keyArn})
			if err != nil {
				t.Fatal(err)
			}
			parts, err := e.Policy(policy, evaluation.KeyPolicy)
			if err != nil {
				t.Fatal(err)
			}
			if tt.action == "" {
				tt.action = "kms:Decrypt"
			}
			if got := allowed(t, e, policy, parts, tt.class, tt.action, evaluation.NoMatch); got.Answer != tt.want {
				t.Errorf("%v (%s), want %v: %+v", got.Answer, got.Reason, tt.want, got.Witness)
			}
		})
	}
}
