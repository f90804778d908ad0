package evaluation_test

import (
	"fmt"
	"log"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

const examplePolicy = `{
	"Version": "2012-10-17",
	"Statement": [{
		"Sid": "EnableIamUserPermissions",
		"Effect": "Allow",
		"Principal": {"AWS": "arn:aws:iam::111122223333:root"},
		"Action": "kms:*",
		"Resource": "*"
	}, {
		"Sid": "DenyWithoutApp",
		"Effect": "Deny",
		"Principal": "*",
		"Action": ["kms:Decrypt", "kms:Encrypt"],
		"Resource": "*",
		"Condition": {"StringNotEquals": {"kms:EncryptionContext:app": "ledger"}}
	}]
}`

func ExampleEvaluate() {
	policy, err := keypolicy.Parse([]byte(examplePolicy))
	if err != nil {
		log.Fatal(err)
	}
	everything := keypolicy.Document{Statements: []keypolicy.Statement{{Effect: keypolicy.Allow, Actions: []string{"kms:*"}}}}
	request := evaluation.Request{
		Principal:        "arn:aws:iam::111122223333:role/Etl",
		Action:           "kms:Decrypt",
		Key:              "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		IdentityPolicies: []keypolicy.Document{everything},
	}
	for _, context := range []map[string]string{nil, {"app": "ledger"}} {
		request.EncryptionContext = context
		decision, err := evaluation.Evaluate(policy, request)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(decision)
	}
	// Output:
	// denied: a statement denies it: key policy, statement 1 (DenyWithoutApp)
	// allowed: the key policy leaves it to IAM, and an identity policy allows it: key policy, statement 0 (EnableIamUserPermissions); identity policy 0, statement 0
}

func ExampleExplain() {
	policy, err := keypolicy.Parse([]byte(examplePolicy))
	if err != nil {
		log.Fatal(err)
	}
	explanation, err := evaluation.Explain(policy, evaluation.Request{
		Principal:         "arn:aws:iam::111122223333:role/Etl",
		Action:            "kms:Decrypt",
		Key:               "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
		EncryptionContext: map[string]string{"app": "ledger"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(explanation)
	// Output:
	// denied: the key policy leaves it to IAM, and no identity policy allows it: key policy, statement 0 (EnableIamUserPermissions)
	//   key policy, statement 0 (EnableIamUserPermissions): Allow matches, and leaves it to IAM policies
	//   key policy, statement 1 (DenyWithoutApp): Deny does not match: StringNotEquals on kms:EncryptionContext:app wants "ledger", the request has "ledger"
}
