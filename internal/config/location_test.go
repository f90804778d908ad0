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
		var checker Checker
		checker.Location(c.account, c.region, c.partition)
		if checker.Count() > 0 {
			got = checker.Problems().Error()
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
		var checker Checker
		if got := checker.Location("", c[1], c[0]).KnownPartition(); got != c[2] {
			t.Errorf("the known partition of %q and Region %q is %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// What is wrong is said and handed on as nothing, so that nobody compares with it.
func TestWrongValuesAreHandedOnAsNothing(t *testing.T) {
	var checker Checker
	if got := checker.Location("1", "nowhere", "azure"); got != (Location{}) || checker.Count() != 3 {
		t.Errorf("got %+v with %d problems", got, checker.Count())
	}
	if got := checker.Location("123456789012", "cn-north-1", "aws"); got.Partition.IsGiven() || got.KnownPartition() != "aws-cn" {
		t.Errorf("a partition of another Region is handed on: %+v", got)
	}
}

func TestRegionsThatNobodyKnowsAreWarnedOf(t *testing.T) {
	for region, want := range map[string]string{
		"":              "",
		token:           "",
		"us-east-1":     "",
		"cn-north-1":    "",
		"us-east-7":     `Region "us-east-7" is none that this version knows; it has the form of partition aws; did you mean "us-east-1"?`,
		"cn-southend-4": `Region "cn-southend-4" is none that this version knows; it has the form of partition aws-cn`,
	} {
		var checker Checker
		got := strings.Join(checker.Location("", region, "").Warnings(), "\n")
		if got != want {
			t.Errorf("Region %q: got %q, want %q", region, got, want)
		}
	}
}
