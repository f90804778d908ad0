package source

import (
	"strings"
	"testing"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// Keys that take no encryption context are known by their spec, in a plan as in a stack;
// what AWS services do with them still needs a source.
func TestKeysWithoutContextAreNotMissedOne(t *testing.T) {
	const policy = `{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/R\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"},` +
		`{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sns.amazonaws.com\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}`
	files := map[string]string{
		"stack": `{"resource":{"aws_kms_key":{"k":{SPEC"policy":"` + policy + `"}}}}`,
		"state": `{"format_version":"1.0","values":{"root_module":{"resources":[{"address":"aws_kms_key.k","mode":"managed","type":"aws_kms_key","name":"k","values":{SPEC"policy":"` + policy + `"}}]}}}`,
	}
	for name, file := range files {
		for spec, want := range map[string]int{"": 2, `"customer_master_key_spec":"SYMMETRIC_DEFAULT",`: 2, `"customer_master_key_spec":"RSA_2048",`: 1, `"customer_master_key_spec":"${var.spec}",`: 2} {
			read, err := Read(name, strings.NewReader(strings.Replace(file, "SPEC", spec, 1)), Defaults{AccountId: "111122223333", Region: "us-east-1"})
			if err != nil {
				t.Fatal(err)
			}
			findings, err := analysis.Findings(read.Keys[0].Key, analysis.Expectation{}, analysis.UseWithoutContext)
			if err != nil || len(findings) != want {
				t.Errorf("%s, %s: %v, %v; want %d findings", name, spec, findings, err, want)
			}
		}
	}
}

// A replica has the spec of its primary. KMS Developer Guide, "Multi-Region keys in AWS
// KMS", "Shared properties".
func TestReplicasHaveTheSpecOfTheirPrimary(t *testing.T) {
	const policy = `{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/R\"},\"Action\":\"kms:Decrypt\",\"Resource\":\"*\"}]}`
	const file = `{"resource":{"aws_kms_key":{"k":{"multi_region":true,SPEC"policy":"` + policy + `"}},"aws_kms_replica_key":{"r":{"primary_key_arn":"${aws_kms_key.k.arn}","policy":"` + policy + `"}}}}`
	for spec, want := range map[string]string{"": "", `"customer_master_key_spec":"RSA_2048",`: "RSA_2048"} {
		read, err := Read("stack", strings.NewReader(strings.Replace(file, "SPEC", spec, 1)), Defaults{AccountId: "111122223333", Region: "us-east-1"})
		if err != nil || len(read.Keys) != 2 {
			t.Fatal(read, err)
		}
		for _, key := range read.Keys {
			if key.Spec != want {
				t.Errorf("%s is of spec %q, want %q", key.Address, key.Spec, want)
			}
		}
	}
}
