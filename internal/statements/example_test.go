package statements_test

import (
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Build a policy, see whether KMS would take it, and print it.
func Example() {
	location := statements.Location{Partition: "aws", DnsSuffix: "amazonaws.com", Region: "us-east-1", AccountId: "123456789012"}
	roles := statements.Roles{Arns: []string{"arn:aws:iam::123456789012:role/LambdaETLRole"}}

	var policy keypolicy.Document
	policy.Statements = append(policy.Statements, statements.EnableIamUserPermissions(location)...)
	policy.Statements = append(policy.Statements, statements.AllowUseThroughServices(location, statements.MustVerb("EncryptDecrypt"), roles, statements.Serve("S3", "nc-dp-prod-*"))...)

	if problems := policy.Validate(); len(problems) > 0 {
		fmt.Println(problems)
		return
	}
	fmt.Println(policy.Indented())
	fmt.Println(policy.Size(), "bytes of", keypolicy.MaxSize)

	// Output:
	// {
	//   "Version": "2012-10-17",
	//   "Statement": [
	//     {
	//       "Sid": "EnableIamUserPermissions",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "arn:aws:iam::123456789012:root"
	//       },
	//       "Action": "kms:*",
	//       "Resource": "*"
	//     },
	//     {
	//       "Sid": "AllowUseThroughS3",
	//       "Effect": "Allow",
	//       "Principal": {
	//         "AWS": "arn:aws:iam::123456789012:role/LambdaETLRole"
	//       },
	//       "Action": [
	//         "kms:Decrypt",
	//         "kms:GenerateDataKey"
	//       ],
	//       "Resource": "*",
	//       "Condition": {
	//         "ArnLike": {
	//           "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::nc-dp-prod-*"
	//         },
	//         "StringEquals": {
	//           "kms:CallerAccount": "123456789012",
	//           "kms:ViaService": "s3.us-east-1.amazonaws.com"
	//         }
	//       }
	//     }
	//   ]
	// }
	// 536 bytes of 32768
}

// Whatever KMS would refuse is reported at once, each problem with its field.
func ExampleDocument_Validate() {
	policy := keypolicy.Document{Statements: []keypolicy.Statement{{
		Sid:        "Allow use of the key",
		Effect:     keypolicy.Allow,
		Principals: []keypolicy.Principal{keypolicy.AwsPrincipal("arn:aws:iam::123456789012:role/etl-*")},
		Actions:    []string{"kms:Decrypt", "s3:GetObject"},
	}}}
	for _, problem := range policy.Validate() {
		fmt.Println(problem)
	}

	// Output:
	// Statements[0].Sid is "Allow use of the key": must be letters and digits only, at least one
	// Statements[0].Principals[0] is "arn:aws:iam::123456789012:role/etl-*": must not hold wildcards, which KMS refuses within a principal; allow the account's root and narrow it by a condition on aws:PrincipalArn
	// Statements[0].Actions[1] is "s3:GetObject": matches no action of KMS; must be like "kms:Decrypt" or "kms:GenerateDataKey*"
}
