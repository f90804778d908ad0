package access_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/neurocipher-io/kmstier/test/access"
)

const twoStatements = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowUseThroughS3",
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::123456789012:role/A", "arn:aws:iam::123456789012:role/B"]},
      "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
      "Resource": "*",
      "Condition": {
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "123456789012"},
        "ArnLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::a", "arn:aws:s3:::b"]}
      }
    },
    {"Sid": "Root", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*", "Resource": "*"}
  ]
}`

func TestMutationsTakeAwayOnePartEach(t *testing.T) {
	mutations, err := access.Mutations(twoStatements)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	policies := map[string]string{}
	for _, mutation := range mutations {
		names = append(names, mutation.Name)
		policies[mutation.Name] = mutation.Policy
	}
	want := []string{
		"without AllowUseThroughS3",
		"AllowUseThroughS3 without ArnLike kms:EncryptionContext:aws:s3:arn",
		"AllowUseThroughS3 without ArnLike kms:EncryptionContext:aws:s3:arn arn:aws:s3:::a",
		"AllowUseThroughS3 without ArnLike kms:EncryptionContext:aws:s3:arn arn:aws:s3:::b",
		"AllowUseThroughS3 without StringEquals kms:CallerAccount",
		"AllowUseThroughS3 without StringEquals kms:ViaService",
		"AllowUseThroughS3 without Action kms:Decrypt",
		"AllowUseThroughS3 without Action kms:GenerateDataKey",
		"AllowUseThroughS3 without AWS arn:aws:iam::123456789012:role/A",
		"AllowUseThroughS3 without AWS arn:aws:iam::123456789012:role/B",
		"without Root",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Fatalf("names, expected and found (-, +):\n%s", diff)
	}
	for name, gone := range map[string]string{
		"without AllowUseThroughS3": "AllowUseThroughS3",
		"AllowUseThroughS3 without ArnLike kms:EncryptionContext:aws:s3:arn":                "ArnLike",
		"AllowUseThroughS3 without ArnLike kms:EncryptionContext:aws:s3:arn arn:aws:s3:::b": `"arn:aws:s3:::b"`,
		"AllowUseThroughS3 without StringEquals kms:ViaService":                             "kms:ViaService",
		"AllowUseThroughS3 without AWS arn:aws:iam::123456789012:role/A":                    "role/A",
	} {
		if strings.Contains(policies[name], gone) {
			t.Errorf("%s: expected no %s, found %s", name, gone, policies[name])
		}
	}
	if kept := policies["AllowUseThroughS3 without StringEquals kms:ViaService"]; !strings.Contains(kept, `"StringEquals":{"kms:CallerAccount":"123456789012"}`) {
		t.Errorf("expected the other key of the operator to stay, found %s", kept)
	}
}
