package keypolicy_test

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// A policy is built of values, and what KMS or the IAM grammar would refuse in it is said
// before anything is applied.
func Example() {
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{
		Sid:        "AllowEtl",
		Effect:     keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::111122223333:role/Etl")},
		Actions:    []string{"kms:Decrypt"},
		Resources:  []string{"*"},
		Conditions: []keypolicy.Condition{{Operator: "StringEquals", Key: "kms:ViaServcie", Values: []string{"s3.us-east-1.amazonaws.com"}}},
	}}}
	fmt.Println(policy.Size(), "of", keypolicy.MaxSize, "bytes")
	for _, problem := range policy.Validate() {
		fmt.Println(problem)
	}
	// Output:
	// 246 of 32768 bytes
	// Statements[0].Conditions[0].Key is "kms:ViaServcie": must be a condition key of KMS or a global one, such as "kms:ViaService" or "aws:PrincipalArn"; did you mean "kms:ViaService"?
}

// What cannot be read is an error that names it.
func ExampleParse() {
	_, err := keypolicy.Parse([]byte(`{"Statement": [{"Effect": "allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`))
	fmt.Println(err)
	// Output: statement 0: Effect is "allow"; must be "Allow" or "Deny", case included
}
