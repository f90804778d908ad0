package evaluation

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

const (
	allowDecrypt  = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}}`
	allowDescribe = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}}`
	denyDecrypt   = `{"Version": "2012-10-17", "Statement": {"Sid": "No", "Effect": "Deny", "Action": "kms:Dec*", "Resource": "*"}}`
	fullAccess    = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`
	testSession   = "arn:aws:sts::111122223333:assumed-role/ExampleRole/s"
	testUser      = "arn:aws:iam::111122223333:user/ann"
	testRoot      = "arn:aws:iam::111122223333:root"
	otherRole     = "arn:aws:iam::444455556666:role/Other"
)

// TestPoliciesTogether has the rules of the IAM User Guide, "Policy evaluation
// logic": how a key policy, identity policies, a boundary, session policies,
// service control policies and grants decide together.
func TestPoliciesTogether(t *testing.T) {
	tests := map[string]struct {
		keyPrincipal string // in an Allow of kms:*; empty for none
		caller       string
		action       string
		identity     []string
		boundary     string
		session      []string
		control      [][]string
		grants       []Grant
		encryption   map[string]string
		want         Reason
		decided      string
	}{
		"boundary limits a role that is named":         {keyPrincipal: testRole, caller: testRole, boundary: allowDescribe, want: DeniedByBoundary, decided: "key policy, statement 0 (Use)"},
		"boundary limits the role's sessions":          {keyPrincipal: testRole, caller: testSession, boundary: allowDescribe, want: DeniedByBoundary},
		"boundary that allows":                         {keyPrincipal: testRole, caller: testSession, boundary: allowDecrypt, want: AllowedByKeyPolicy},
		"boundary does not limit a session named":      {keyPrincipal: testSession, caller: testSession, boundary: allowDescribe, want: AllowedByKeyPolicy},
		"boundary does not limit a user named":         {keyPrincipal: testUser, caller: testUser, boundary: allowDescribe, want: AllowedByKeyPolicy},
		"boundary does not limit everyone":             {keyPrincipal: "*", caller: testRole, boundary: allowDescribe, want: AllowedByKeyPolicy},
		"boundary limits delegation":                   {keyPrincipal: testRoot, caller: testUser, identity: []string{fullAccess}, boundary: allowDescribe, want: DeniedByBoundary},
		"boundary alone allows nothing":                {keyPrincipal: testRoot, caller: testUser, boundary: allowDecrypt, want: DeniedByIdentity},
		"boundary that denies wins":                    {keyPrincipal: testUser, caller: testUser, boundary: denyDecrypt, want: DeniedByStatement, decided: "permissions boundary, statement 0 (No)"},
		"identity that denies wins without delegation": {keyPrincipal: testRole, caller: testRole, identity: []string{allowDecrypt, denyDecrypt}, want: DeniedByStatement, decided: "identity policy 1, statement 0 (No)"},
		"session policy limits the role":               {keyPrincipal: testRole, caller: testSession, session: []string{allowDescribe}, want: DeniedBySessionPolicy},
		"session policy does not limit a session":      {keyPrincipal: testSession, caller: testSession, session: []string{allowDescribe}, want: AllowedByKeyPolicy},
		"session policy that denies wins":              {keyPrincipal: testSession, caller: testSession, session: []string{denyDecrypt}, want: DeniedByStatement},
		"session policy limits delegation":             {keyPrincipal: testRoot, caller: testSession, identity: []string{fullAccess}, session: []string{allowDescribe}, want: DeniedBySessionPolicy},
		"control must allow at every level":            {keyPrincipal: testRole, caller: testRole, control: [][]string{{fullAccess}, {allowDescribe}}, want: DeniedByServiceControl},
		"control of a level is a union":                {keyPrincipal: testRole, caller: testRole, control: [][]string{{fullAccess}, {allowDescribe, allowDecrypt}}, want: AllowedByKeyPolicy},
		"control that denies wins":                     {keyPrincipal: testRole, caller: testRole, control: [][]string{{fullAccess}, {fullAccess, denyDecrypt}}, want: DeniedByStatement, decided: "service control policy 2, statement 0 (No)"},
		"control binds the root user":                  {keyPrincipal: testRoot, caller: testRoot, control: [][]string{{allowDescribe}}, want: DeniedByServiceControl},
		"control does not bind services":               {keyPrincipal: "*", caller: "logs.us-east-1.amazonaws.com", control: [][]string{{denyDecrypt}}, want: AllowedByKeyPolicy},
		"control does not bind service-linked roles": {keyPrincipal: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
			caller: "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX", control: [][]string{{denyDecrypt}}, want: AllowedByKeyPolicy},
		"other account within its boundary":    {keyPrincipal: otherRole, caller: otherRole, identity: []string{allowDecrypt}, boundary: allowDescribe, want: DeniedByBoundary},
		"other account, not for administering": {keyPrincipal: otherRole, caller: otherRole, action: "kms:PutKeyPolicy", identity: []string{fullAccess}, want: DeniedAcrossAccounts},
		"other account, everyone":              {keyPrincipal: "*", caller: otherRole, identity: []string{allowDecrypt}, want: AllowedOnBothSides},

		"grant":                      {caller: testSession, grants: []Grant{{Name: "g", GranteePrincipal: testRole, Operations: []string{"Decrypt"}}}, want: AllowedByGrant, decided: "grant 0 (g)"},
		"grant of another operation": {caller: testSession, grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Encrypt"}}}, want: DeniedByDefault},
		"grant to another":           {caller: testUser, grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}}}, want: DeniedByDefault},
		"grant to a service":         {caller: "dynamodb.us-east-1.amazonaws.com", grants: []Grant{{GranteePrincipal: "dynamodb.us-east-1.amazonaws.com", Operations: []string{"Decrypt"}}}, want: AllowedByGrant},
		"grant, context equal": {caller: testRole, encryption: map[string]string{"app": "x", "env": "y"},
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}, EncryptionContextEquals: map[string]string{"app": "x", "env": "y"}}}, want: AllowedByGrant},
		"grant, context more than equal": {caller: testRole, encryption: map[string]string{"app": "x", "env": "y"},
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}, EncryptionContextEquals: map[string]string{"app": "x"}}}, want: DeniedByDefault},
		"grant, context has the subset": {caller: testRole, encryption: map[string]string{"app": "x", "env": "y"},
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}, EncryptionContextSubset: map[string]string{"app": "x"}}}, want: AllowedByGrant},
		"grant, case of a name": {caller: testRole, encryption: map[string]string{"App": "x"},
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}, EncryptionContextSubset: map[string]string{"app": "x"}}}, want: AllowedByGrant},
		"grant, case of a value": {caller: testRole, encryption: map[string]string{"app": "X"},
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}, EncryptionContextSubset: map[string]string{"app": "x"}}}, want: DeniedByDefault},
		"grant constraints leave DescribeKey alone": {caller: testRole, action: "kms:DescribeKey",
			grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"DescribeKey"}, EncryptionContextSubset: map[string]string{"app": "x"}}}, want: AllowedByGrant},
		"grant within the boundary":     {caller: testRole, boundary: allowDescribe, grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}}}, want: DeniedByBoundary},
		"deny outweighs a grant":        {caller: testRole, identity: []string{denyDecrypt}, grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}}}, want: DeniedByStatement},
		"grant where IAM does not help": {keyPrincipal: testRoot, caller: testRole, grants: []Grant{{GranteePrincipal: testRole, Operations: []string{"Decrypt"}}}, want: AllowedByGrant},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			policy := keypolicy.Document{}
			if test.keyPrincipal != "" {
				policy.Statements = []keypolicy.Statement{{Sid: "Use", Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.AwsPrincipal(test.keyPrincipal)}, Actions: []string{"kms:*"}}}
			}
			parseAll := func(policies []string) (documents []keypolicy.Document) {
				for _, p := range policies {
					documents = append(documents, mustParse(t, p))
				}
				return documents
			}
			request := Request{
				Principal: test.caller, Action: "kms:Decrypt", Key: testKey, EncryptionContext: test.encryption,
				IdentityPolicies: parseAll(test.identity), SessionPolicies: parseAll(test.session), Grants: test.grants,
			}
			if test.action != "" {
				request.Action = test.action
			}
			if test.boundary != "" {
				boundary := mustParse(t, test.boundary)
				request.PermissionsBoundary = &boundary
			}
			for _, level := range test.control {
				request.ServiceControlPolicies = append(request.ServiceControlPolicies, parseAll(level))
			}
			decision, err := Evaluate(policy, request)
			if err != nil {
				t.Fatal(err)
			}
			allowed := test.want == AllowedByKeyPolicy || test.want == AllowedThroughIam || test.want == AllowedOnBothSides || test.want == AllowedByGrant
			if decision.Reason != test.want || decision.Allowed != allowed {
				t.Errorf("got %v, want %q", decision, test.want)
			}
			if test.decided != "" && decision.Statement.String() != test.decided {
				t.Errorf("decided by %v, want %v", decision.Statement, test.decided)
			}
		})
	}
}

func TestNotPrincipal(t *testing.T) {
	deny := func(principals string) keypolicy.Document {
		return mustParse(t, `{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
			{"Effect": "Deny", "NotPrincipal": `+principals+`, "Action": "kms:*", "Resource": "*"}]}`)
	}
	boundary := mustParse(t, fullAccess)
	tests := map[string]struct {
		listed, caller string
		boundary       *keypolicy.Document
		allowed        bool
		fault          string
	}{
		"user with its account":           {listed: `{"AWS": ["` + testUser + `", "` + testRoot + `"]}`, caller: testUser, allowed: true},
		"user without its account":        {listed: `{"AWS": "` + testUser + `"}`, caller: testUser},
		"account alone":                   {listed: `{"AWS": "` + testRoot + `"}`, caller: testUser},
		"session, role and account":       {listed: `{"AWS": ["` + testSession + `", "` + testRole + `", "111122223333"]}`, caller: testSession, allowed: true},
		"session without role":            {listed: `{"AWS": ["` + testSession + `", "` + testRoot + `"]}`, caller: testSession},
		"role without its sessions":       {listed: `{"AWS": ["` + testRole + `", "` + testRoot + `"]}`, caller: testRole},
		"role with one session":           {listed: `{"AWS": ["` + testSession + `", "` + testRole + `", "` + testRoot + `"]}`, caller: testRole, fault: "ask for one session"},
		"root":                            {listed: `{"AWS": "` + testRoot + `"}`, caller: testRoot, allowed: true},
		"service":                         {listed: `{"Service": "logs.us-east-1.amazonaws.com"}`, caller: "logs.us-east-1.amazonaws.com", allowed: true},
		"other service":                   {listed: `{"Service": "logs.us-east-1.amazonaws.com"}`, caller: "s3.amazonaws.com"},
		"a boundary makes listing futile": {listed: `{"AWS": ["` + testUser + `", "` + testRoot + `"]}`, caller: testUser, boundary: &boundary},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			decision, err := Evaluate(deny(test.listed), Request{Principal: test.caller, Action: "kms:Decrypt", Key: testKey, PermissionsBoundary: test.boundary})
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) {
					t.Errorf("got %v, want %q", err, test.fault)
				}
				return
			}
			if err != nil || decision.Allowed != test.allowed {
				t.Errorf("got %v, %v", decision, err)
			}
		})
	}
	// Whom a Deny means makes no difference where its condition is not met.
	decision, err := Evaluate(mustParse(t, `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
		{"Effect": "Deny", "NotPrincipal": {"AWS": ["`+testSession+`", "`+testRole+`", "`+testRoot+`"]}, "Action": "kms:*", "Resource": "*",
			"Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}}]}`), Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey})
	if err != nil || !decision.Allowed {
		t.Errorf("beside a condition that is not met: got %v, %v", decision, err)
	}
	_, err = Evaluate(mustParse(t, `{"Statement": {"Effect": "Allow", "NotPrincipal": "*", "Action": "kms:*", "Resource": "*"}}`), Request{})
	if err == nil || !strings.Contains(err.Error(), "stands in an Allow") {
		t.Errorf("got %v", err)
	}
}

func TestActionsAndResources(t *testing.T) {
	tests := map[string]struct {
		elements string
		action   string
		allowed  bool
	}{
		"case of an action":         {`"Action": "KMS:decrypt", "Resource": "*"`, "kms:Decrypt", true},
		"case of the request":       {`"Action": "kms:Decrypt", "Resource": "*"`, "KMS:DECRYPT", true},
		"wildcards":                 {`"Action": "k?s:ReEncrypt*", "Resource": "*"`, "kms:ReEncryptFrom", true},
		"everything":                {`"Action": "*", "Resource": "*"`, "kms:Decrypt", true},
		"other service":             {`"Action": "s3:*", "Resource": "*"`, "kms:Decrypt", false},
		"NotAction":                 {`"NotAction": ["kms:Create*", "s3:*"], "Resource": "*"`, "kms:Decrypt", true},
		"NotAction lists it":        {`"NotAction": "kms:De*", "Resource": "*"`, "kms:Decrypt", false},
		"this key":                  {`"Action": "kms:*", "Resource": "` + testKey + `"`, "kms:Decrypt", true},
		"another key":               {`"Action": "kms:*", "Resource": "` + testKey + `0"`, "kms:Decrypt", false},
		"keys of a Region":          {`"Action": "kms:*", "Resource": "arn:aws:kms:us-*:*:key/*"`, "kms:Decrypt", true},
		"aliases":                   {`"Action": "kms:*", "Resource": "arn:aws:kms:*:*:alias/*"`, "kms:Decrypt", false},
		"short ARN":                 {`"Action": "kms:*", "Resource": "arn:aws:kms:*"`, "kms:Decrypt", true},
		"NotResource":               {`"Action": "kms:*", "NotResource": "arn:aws:kms:*:*:key/0*"`, "kms:Decrypt", true},
		"NotResource lists it":      {`"Action": "kms:*", "NotResource": "*"`, "kms:Decrypt", false},
		"variable in a resource":    {`"Action": "kms:*", "Resource": "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"`, "kms:Decrypt", false},
		"variable with a fallback":  {`"Action": "kms:*", "Resource": "arn:aws:kms:*:*:key/${aws:PrincipalTag/key, '1234abcd-12ab-34cd-56ef-1234567890ab'}"`, "kms:Decrypt", true},
		"variable with a fallback*": {`"Action": "kms:*", "Resource": "arn:aws:kms:*:*:key/${aws:PrincipalTag/key, '*'}"`, "kms:Decrypt", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			policy := mustParse(t, `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", `+test.elements+`}}`)
			decision, err := Evaluate(policy, Request{Principal: testRole, Action: test.action, Key: testKey})
			if err != nil || decision.Allowed != test.allowed {
				t.Errorf("got %v, %v", decision, err)
			}
		})
	}
}

func TestRequestErrors(t *testing.T) {
	valid := Request{Principal: testRole, Action: "kms:Decrypt", Key: testKey}
	tests := map[string]struct {
		change func(r *Request)
		want   string
	}{
		"no principal":          {func(r *Request) { r.Principal = "" }, `principal "": must be the ARN`},
		"group":                 {func(r *Request) { r.Principal = "arn:aws:iam::111122223333:group/g" }, "must be the ARN"},
		"misspelt action":       {func(r *Request) { r.Action = "kms:Decryt" }, `action "kms:Decryt": must be an action of KMS`},
		"wildcard":              {func(r *Request) { r.Action = "kms:*" }, "without wildcards"},
		"action on no key":      {func(r *Request) { r.Action = "kms:ListKeys" }, "acts on no key"},
		"key id":                {func(r *Request) { r.Key = "1234abcd" }, `key "1234abcd": must be a key's ARN`},
		"alias":                 {func(r *Request) { r.Key = "arn:aws:kms:us-east-1:111122223333:alias/a" }, "must be a key's ARN"},
		"service with identity": {func(r *Request) { r.Principal = "s3.amazonaws.com"; r.IdentityPolicies = []keypolicy.Document{{}} }, "has no identity policies"},
		"grant operation": {func(r *Request) {
			r.Grants = []Grant{{Name: "g", GranteePrincipal: testRole, Operations: []string{"kms:Decrypt"}}}
		}, `grant 0 (g): operation "kms:Decrypt"`},
		"grantee": {func(r *Request) {
			r.Grants = []Grant{{GranteePrincipal: "*", Operations: []string{"Decrypt"}}}
		}, "a grant is for one principal"},
		"identity with principal": {func(r *Request) {
			r.IdentityPolicies = []keypolicy.Document{{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}, Principals: []keypolicy.Principal{keypolicy.Everyone()}}}}}
		}, "identity policy 0: Statements[0].Principals: has a principal"},
		"context pairs that differ by case": {func(r *Request) { r.EncryptionContext = map[string]string{"app": "x", "App": "y"} }, "cannot tell apart"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			request := valid
			test.change(&request)
			_, err := Evaluate(keypolicy.Document{}, request)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestDescribeKeySeesNoEncryptionContext(t *testing.T) {
	policy := policyWithCondition(t, "Allow", `{"StringEquals": {"kms:EncryptionContext:app": "x"}}`)
	for action, want := range map[string]bool{"kms:Decrypt": true, "kms:CreateGrant": true, "kms:DescribeKey": false} {
		decision, err := Evaluate(policy, Request{Principal: testRole, Action: action, Key: testKey, EncryptionContext: map[string]string{"app": "x"}})
		if err != nil || decision.Allowed != want {
			t.Errorf("%s: got %v, %v", action, decision, err)
		}
	}
}

func TestExplain(t *testing.T) {
	policy := mustParse(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Iam", "Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "kms:*", "Resource": "*"},
		{"Sid": "Other", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/OtherRole"}, "Action": "kms:*", "Resource": "*"},
		{"Sid": "ViaS3", "Effect": "Allow", "Principal": {"AWS": "`+testRole+`"}, "Action": "kms:Decrypt", "Resource": "*",
		 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:app": ["a", "b"]}}},
		{"Sid": "Look", "Effect": "Allow", "Principal": "*", "Action": "kms:DescribeKey", "Resource": "*"}]}`)
	explanation, err := Explain(policy, Request{
		Principal: testRole, Action: "kms:Decrypt", Key: testKey, EncryptionContext: map[string]string{"app": "c"},
		Grants: []Grant{{Name: "g", GranteePrincipal: testRole, Operations: []string{"Encrypt"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `denied: the key policy leaves it to IAM, and no identity policy allows it: key policy, statement 0 (Iam)
  key policy, statement 0 (Iam): Allow matches, and leaves it to IAM policies
  key policy, statement 1 (Other): Allow does not match: the principal is not named
  key policy, statement 2 (ViaS3): Allow does not match: StringEquals on kms:EncryptionContext:app wants "a" or "b", the request has "c"; StringEquals on kms:ViaService wants "s3.us-east-1.amazonaws.com", the request has no such key
  grant 0 (g): does not match: the operation is not granted`
	if got := explanation.String(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	if last := explanation.Statements[3]; last.Action || last.Matches {
		t.Errorf("got %v", last)
	}
}
