package kmstier_test

import (
	"strings"
	"testing"

	"github.com/aws/jsii-runtime-go"
	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
)

func newProvider(stack cdktf.TerraformStack, alias, region string, accounts ...string) provider.AwsProvider {
	config := &provider.AwsProviderConfig{Alias: &alias, Region: &region}
	if len(accounts) > 0 {
		config.AllowedAccountIds = jsii.Strings(accounts...)
	}
	return provider.NewAwsProvider(stack, jsii.String("aws-"+alias), config)
}

func TestAStackHoldsAnEnvironmentInTwoRegions(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	west := newProvider(stack, "west", "us-west-2")
	first := devConfig()
	first.EbsEncryptionByDefault, first.SecurityAccountId = true, "098765432109"
	second := devConfig()
	second.Region, second.Provider, second.EbsEncryptionByDefault, second.SecurityAccountId = "us-west-2", west, true, "098765432109"
	newTier(t, stack, "east", first)
	newTier(t, stack, "west", second)
	_, err := kmstier.NewKmsTier(stack, "again", second)
	wantRefusal(t, err, `KmsTier "again" was refused, 3 problems:
  Environment is "dev": gives the alias alias/nc-dp-data-dev of provider west, which another tier of this stack has; change Environment or NamePrefix
  Environment is "dev": gives the alias alias/nc-dp-logs-dev of provider west, which another tier of this stack has; change Environment or NamePrefix
  EbsEncryptionByDefault is true: is set by another tier of this stack; an account has one such setting a Region`)
	open := &kmstier.KmsTierConfig{Environment: "stg", Provider: west}
	newTier(t, stack, "open", open)

	// Everything of a tier is made by its provider.
	_, text := synthesize(t, stack)
	var made struct {
		Data, Resource map[string]map[string]struct{ Provider string }
	}
	unmarshal(t, text, &made)
	count := 0
	for _, kinds := range []map[string]map[string]struct{ Provider string }{made.Data, made.Resource} {
		for kind, all := range kinds {
			for name, one := range all {
				want := "aws.west"
				if strings.HasPrefix(name, "east_") {
					want = ""
				}
				if count++; one.Provider != want {
					t.Errorf("%s.%s is made by %q, want %q", kind, name, one.Provider, want)
				}
			}
		}
	}
	if count != 9+9+9 {
		t.Errorf("%d resources and data sources", count)
	}
}

// Policies that speak of one Region or account, on keys in another, let nobody in.
func TestATierIsWhereItsProviderIs(t *testing.T) {
	stack := newStack(newApp(t), "dev")
	frankfurt := newProvider(stack, "frankfurt", "eu-central-1", "444444444444", "555555555555")
	forbidding := provider.NewAwsProvider(stack, jsii.String("aws-forbidding"), &provider.AwsProviderConfig{
		Alias: jsii.String("forbidding"), Region: jsii.String("us-east-1"), ForbiddenAccountIds: jsii.Strings("123456789012")})
	unsure := newProvider(stack, "unsure", "${var.region}", "${var.account}")
	const region, account = `Region is "us-east-1": is not that of the provider, eu-central-1`, `AccountId is "123456789012": is not an account of the provider`
	for name, test := range map[string]struct {
		change func(*kmstier.KmsTierConfig)
		want   []string
	}{
		"the stack's":      {func(*kmstier.KmsTierConfig) {}, nil},
		"another Region":   {func(c *kmstier.KmsTierConfig) { c.Region = "eu-west-1" }, []string{`Region is "eu-west-1": is not that of the provider, us-east-1`}},
		"another provider": {func(c *kmstier.KmsTierConfig) { c.Provider = frankfurt }, []string{region, account}},
		"its provider": {func(c *kmstier.KmsTierConfig) {
			c.Provider, c.Region, c.AccountId = frankfurt, "eu-central-1", "555555555555"
		}, nil},
		"another account":     {func(c *kmstier.KmsTierConfig) { c.Provider, c.Region = frankfurt, "eu-central-1" }, []string{account}},
		"looked up":           {func(c *kmstier.KmsTierConfig) { c.Provider, c.Region, c.AccountId, c.Partition = frankfurt, "", "", "" }, nil},
		"a token":             {func(c *kmstier.KmsTierConfig) { c.Provider, c.Region, c.AccountId = frankfurt, "${var.r}", "${var.a}" }, nil},
		"a forbidden account": {func(c *kmstier.KmsTierConfig) { c.Provider = forbidding }, []string{account}},
		"a provider's tokens": {func(c *kmstier.KmsTierConfig) { c.Provider = unsure }, nil},
	} {
		config := devConfig()
		config.NamePrefix = "p-" + strings.ToLower(strings.NewReplacer(" ", "-", "'", "").Replace(name))
		test.change(config)
		_, err := kmstier.NewKmsTier(stack, strings.NewReplacer(" ", "-", "'", "").Replace(name), config)
		var got []string
		if err != nil {
			for _, line := range strings.Split(err.Error(), "\n")[1:] {
				text, _, _ := strings.Cut(strings.TrimSpace(line), ";")
				text, _, _ = strings.Cut(text, ", by its")
				got = append(got, text)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
