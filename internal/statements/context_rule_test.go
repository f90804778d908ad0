package statements

import (
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

func TestUseWithoutContextNamesTheFirstActionThatIsOpen(t *testing.T) {
	var (
		role    = []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/r")}
		service = []keypolicy.Principal{keypolicy.ServicePrincipal("sns.amazonaws.com")}
		both    = []keypolicy.Principal{keypolicy.ServicePrincipal("sns.amazonaws.com"), keypolicy.AwsPrincipal("123456789012")}
		app     = when("StringEquals", "kms:EncryptionContext:app", "a")
	)
	decrypt := func(principals []keypolicy.Principal, conditions ...keypolicy.Condition) keypolicy.Statement {
		return keypolicy.Statement{Effect: keypolicy.Allow, Principals: principals, Actions: []string{"kms:Decrypt"}, Conditions: conditions}
	}
	grant := func(conditions ...keypolicy.Condition) keypolicy.Statement {
		return keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, Actions: []string{"kms:CreateGrant"}, Conditions: conditions}
	}
	act := func(conditions []keypolicy.Condition, actions ...string) keypolicy.Statement {
		return keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, Actions: actions, Conditions: conditions}
	}
	const open = "kms:Decrypt"
	tests := map[string]struct {
		statement keypolicy.Statement
		want      string
	}{
		// Which actions count.
		"a Deny":                        {keypolicy.Statement{Effect: keypolicy.Deny, Principals: role, Actions: []string{"kms:*"}}, ""},
		"reading about the key":         {act(nil, "kms:DescribeKey", "kms:GetPublicKey", "kms:List*"), ""},
		"Encrypt":                       {act(nil, "kms:DescribeKey", "kms:Encrypt"), "kms:Encrypt"},
		"a pattern of uses":             {act(nil, "kms:GenerateDataKey*"), "kms:GenerateDataKey"},
		"a pattern around uses":         {act(nil, "kms:Re*"), "kms:ReEncryptFrom"},
		"in another case":               {act(nil, "KMS:DECRYPT"), open},
		"signing":                       {act(nil, "kms:Sign"), "kms:Sign"},
		"MACs":                          {act(nil, "kms:VerifyMac"), "kms:VerifyMac"},
		"shared secrets":                {act(nil, "kms:DeriveSharedSecret"), "kms:DeriveSharedSecret"},
		"everything":                    {act(nil, "kms:*"), "kms:CreateGrant"},
		"everything, with context":      {act([]keypolicy.Condition{app}, "kms:*"), ""},
		"an action that is a token":     {act(nil, "${TfToken[TOKEN.1]}"), "${TfToken[TOKEN.1]}"},
		"the same, with context":        {act([]keypolicy.Condition{app}, "${TfToken[TOKEN.1]}"), ""},
		"all actions but one":           {keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, NotActions: []string{"kms:CreateGrant"}}, open},
		"all actions but uses":          {keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, NotActions: []string{"kms:C*", "kms:De*", "kms:E*", "kms:G*", "kms:R*", "kms:Sign", "kms:Verify*"}}, ""},
		"all actions but a token":       {keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, NotActions: []string{"${TfToken[TOKEN.1]}"}}, "kms:CreateGrant"},
		"all actions but one, bound":    {keypolicy.Statement{Effect: keypolicy.Allow, Principals: role, NotActions: []string{"kms:Sign"}, Conditions: []keypolicy.Condition{app}}, ""},
		"everyone but some, any source": {keypolicy.Statement{Effect: keypolicy.Allow, NotPrincipals: service, Actions: []string{open}, Conditions: []keypolicy.Condition{when("ArnLike", "aws:SourceArn", "*")}}, open},

		// Which conditions need a context.
		"a pair":                                {decrypt(role, app), ""},
		"a pair, key in another case":           {decrypt(role, when("StringEquals", "KMS:encryptioncontext:App", "a")), ""},
		"a pair, any value":                     {decrypt(role, when("StringLike", "kms:EncryptionContext:app", "*")), ""},
		"a pair, whatever case":                 {decrypt(role, when("StringEqualsIgnoreCase", "kms:EncryptionContext:app", "a")), ""},
		"a pair with an ARN":                    {decrypt(role, when("ArnLike", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b")), ""},
		"a pair with an ARN, exactly":           {decrypt(role, when("ArnEquals", "kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b")), ""},
		"a pair that is there":                  {decrypt(role, when("Null", "kms:EncryptionContext:app", "false")), ""},
		"a pair that is not":                    {decrypt(role, when("Null", "kms:EncryptionContext:app", "true")), open},
		"a pair that is either":                 {decrypt(role, when("Null", "kms:EncryptionContext:app", "false", "true")), open},
		"a pair that is, and one that is not":   {decrypt(role, when("Null", "kms:EncryptionContext:app", "false"), when("Null", "kms:EncryptionContext:app", "true")), open},
		"a pair that only Terraform knows of":   {decrypt(role, when("Null", "kms:EncryptionContext:app", "${TfToken[TOKEN.1]}")), open},
		"a pair if it exists":                   {decrypt(role, when("StringEqualsIfExists", "kms:EncryptionContext:app", "a")), open},
		"not this pair":                         {decrypt(role, when("StringNotEquals", "kms:EncryptionContext:app", "a")), open},
		"not like this pair":                    {decrypt(role, when("StringNotLike", "kms:EncryptionContext:app", "a")), open},
		"not this ARN":                          {decrypt(role, when("ArnNotLike", "kms:EncryptionContext:aws:s3:arn", "a")), open},
		"all of no values":                      {decrypt(role, when("ForAllValues:StringEquals", "kms:EncryptionContext:app", "a")), open},
		"some key of the context":               {decrypt(role, when("ForAnyValue:StringEquals", "kms:EncryptionContextKeys", "app")), ""},
		"some key like this":                    {decrypt(role, when("ForAnyValue:StringLike", "kms:EncryptionContextKeys", "*")), ""},
		"only keys of these, which may be none": {decrypt(role, when("ForAllValues:StringEquals", "kms:EncryptionContextKeys", "app")), open},
		"some key that is not this":             {decrypt(role, when("ForAnyValue:StringNotEquals", "kms:EncryptionContextKeys", "app")), open},
		"some key if there is one":              {decrypt(role, when("ForAnyValue:StringEqualsIfExists", "kms:EncryptionContextKeys", "app")), open},
		"another condition":                     {decrypt(role, when("StringEquals", "kms:ViaService", "s3.us-east-1.amazonaws.com")), open},
		"a key that only begins like it":        {decrypt(role, when("StringEquals", "kms:EncryptionContextKeysOfMine", "app")), open},
		"another condition beside a pair":       {decrypt(role, absent("kms:ViaService"), app), ""},

		// What does for AWS services, which may send no context.
		"a service":                           {decrypt(service), open},
		"a service for an ARN":                {decrypt(service, when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*")), ""},
		"a service for an account":            {decrypt(service, when("StringEquals", "AWS:SourceAccount", "123456789012")), ""},
		"a service for an organization":       {decrypt(service, when("StringEquals", "aws:SourceOrgID", "o-1")), ""},
		"a service for an account, if stated": {decrypt(service, when("StringEqualsIfExists", "aws:SourceAccount", "123456789012")), open},
		"a service for all but an account":    {decrypt(service, when("StringNotEquals", "aws:SourceAccount", "123456789012")), open},
		"a service with a pair":               {decrypt(service, app), ""},
		"a role for an ARN":                   {decrypt(role, when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*")), open},
		"a role beside a service":             {decrypt(both, when("ArnLike", "aws:SourceArn", "arn:aws:sns:*:123456789012:*")), open},

		// Grants open the key to whom they name.
		"a grant":                               {grant(), "kms:CreateGrant"},
		"a grant for AWS resources":             {grant(when("Bool", "kms:GrantIsForAWSResource", "true")), ""},
		"a grant for AWS resources, key's case": {grant(when("Bool", "KMS:grantisforawsresource", "true")), ""},
		"a grant for anything else":             {grant(when("Bool", "kms:GrantIsForAWSResource", "false")), "kms:CreateGrant"},
		"a grant for AWS resources, if stated":  {grant(when("BoolIfExists", "kms:GrantIsForAWSResource", "true")), "kms:CreateGrant"},
		"a grant for either":                    {grant(when("Bool", "kms:GrantIsForAWSResource", "true", "false")), "kms:CreateGrant"},
		"a grant for either, in two conditions": {grant(when("Bool", "kms:GrantIsForAWSResource", "true"), when("Bool", "kms:GrantIsForAWSResource", "false")), "kms:CreateGrant"},
		"a grant bound to a context":            {grant(when("StringEquals", "kms:GrantConstraintType", "EncryptionContextSubset")), ""},
		"a grant not bound":                     {grant(when("StringNotEquals", "kms:GrantConstraintType", "EncryptionContextSubset")), "kms:CreateGrant"},
		"a grant to somebody":                   {grant(when("StringEquals", "kms:GranteePrincipal", "arn:aws:iam::123456789012:role/r")), "kms:CreateGrant"},
		"a grant for a resource does not help use": {act([]keypolicy.Condition{when("Bool", "kms:GrantIsForAWSResource", "true")}, "kms:CreateGrant", "kms:Decrypt"),
			open},
		"a source does not help a grant": {keypolicy.Statement{Effect: keypolicy.Allow, Principals: service, Actions: []string{"kms:CreateGrant"},
			Conditions: []keypolicy.Condition{when("ArnLike", "aws:SourceArn", "*")}}, "kms:CreateGrant"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := UseWithoutContext(test.statement); got != test.want {
				t.Errorf("UseWithoutContext() = %q, want %q", got, test.want)
			}
		})
	}
}
