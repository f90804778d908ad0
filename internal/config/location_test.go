package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	token = "${TfToken[TOKEN.7]}"
	list  = "#{TfToken[TOKEN.0]}"
)

func TestPlacesAreChecked(t *testing.T) {
	const oneValue = ` is "#{TfToken[TOKEN.0]}": is a list that only Terraform knows; must be one value (which may be a token)`
	for name, c := range map[string]struct {
		account, region, partition string
		want                       string
	}{
		"nothing given":     {"", "", "", ""},
		"all given":         {"123456789012", "us-east-1", "aws", ""},
		"tokens":            {token, token, token, ""},
		"lists":             {list, list, list, "AccountId" + oneValue + "\nRegion" + oneValue + "\nPartition" + oneValue},
		"eleven digits":     {"12345678901", "", "", `AccountId is "12345678901": must be an account id of twelve digits, such as "123456789012"`},
		"no Region":         {"", "us_east", "", `Region is "us_east": must be a Region, such as "us-east-1"`},
		"no partition":      {"", "", "azure", `Partition is "azure": must be a partition: aws, aws-cn, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, aws-us-gov`},
		"another partition": {"", "cn-north-1", "aws", `Partition is "aws": must be "aws-cn", the partition of Region cn-north-1`},
	} {
		var got string
		if problems := Check(c.account, c.region, c.partition); problems != nil {
			got = problems.Error()
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestARegionTellsItsPartition(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "aws", "cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "us-iso-east-1": "aws-iso", "us-isob-east-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "eusc-de-east-1": "aws-eusc", "": "", token: "", "nowhere": "",
	} {
		if got := PartitionOfRegion(region); got != want {
			t.Errorf("the partition of %q is %q, want %q", region, got, want)
		}
	}
	for _, c := range [][3]string{{"aws-cn", "us-east-1", "aws"}, {"aws-cn", "", "aws-cn"}, {"aws-cn", token, "aws-cn"}, {token, "", ""}, {"azure", "", ""}} {
		if got := KnownPartition(c[0], c[1]); got != c[2] {
			t.Errorf("KnownPartition(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestSlugs(t *testing.T) {
	for value, want := range map[string]bool{
		"prod": true, "nc-dp": true, "a1-2": true, strings.Repeat("a", 32): true,
		"": false, "Prod": false, "1a": false, "a--b": false, "a-": false, "a_b": false, strings.Repeat("a", 33): false,
	} {
		if IsSlug(value) != want {
			t.Errorf("IsSlug(%q) = %v, want %v", value, !want, want)
		}
	}
}
