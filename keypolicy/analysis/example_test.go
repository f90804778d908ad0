package analysis_test

import (
	"fmt"
	"log"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

func policy(text string) keypolicy.Document {
	document, err := keypolicy.Parse([]byte(text))
	if err != nil {
		log.Fatal(err)
	}
	return document
}

const (
	arn = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

	// before lets a role decrypt with an encryption context, and after with any.
	before = `{"Version": "2012-10-17", "Statement": [{"Sid": "AllowEtl", "Effect": "Allow", "Resource": "*",
		"Principal": {"AWS": "arn:aws:iam::111122223333:role/Etl"}, "Action": "kms:Decrypt",
		"Condition": {"StringEquals": {"kms:EncryptionContext:app": "ledger"}}}]}`
	after = `{"Version": "2012-10-17", "Statement": [{"Sid": "AllowEtl", "Effect": "Allow", "Resource": "*",
		"Principal": {"AWS": "arn:aws:iam::111122223333:role/Etl"}, "Action": "kms:Decrypt",
		"Condition": {"StringEqualsIfExists": {"kms:EncryptionContext:app": "ledger"}}}]}`
)

// What one action comes to for everybody there could be.
func ExampleAnalyze() {
	report, err := analysis.Analyze(analysis.Key{Arn: arn, Policy: policy(before)})
	if err != nil {
		log.Fatal(err)
	}
	for i, principal := range report.Principals {
		fmt.Printf("%s: %s\n", principal.Name, report.Answers[i]["kms:Decrypt"].Verdict)
	}
	// Output:
	// role Etl: conditional
	// root user of account 111122223333: no
	// any other principal of account 111122223333: no
	// any principal of any other account: no
}

// What a change of one operator lets in.
func ExampleCompare() {
	differences, err := analysis.Compare(
		analysis.Key{Arn: arn, Policy: policy(before)},
		analysis.Key{Arn: arn, Policy: policy(after)},
	)
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range differences {
		fmt.Println(d.Principal.Name, d.Effect, d.Example.Action, "with the encryption context", d.Example.EncryptionContext)
	}
	// Output: role Etl conditions changed kms:Decrypt with the encryption context map[]
}
