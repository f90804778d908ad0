package kmstier

import (
	"fmt"
	"slices"

	"github.com/cdktf/cdktf-provider-aws-go/aws/v19/provider"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// providerPlace is where a provider makes resources, as far as its configuration
// says. Each may be a token, or left out.
type providerPlace struct {
	alias, region      string
	allowed, forbidden []string
}

// providerPlaces and defaultProviders keep what was asked of CDKTF: each answer is a
// call of jsii or several, and a stack's tiers share their provider.
var (
	providerPlaces   = map[provider.AwsProvider]providerPlace{}
	defaultProviders = map[cdktf.TerraformStack]provider.AwsProvider{}
)

func placeOf(p provider.AwsProvider) providerPlace {
	if known, found := providerPlaces[p]; found {
		return known
	}
	text := func(value *string) string {
		if value == nil {
			return ""
		}
		return *value
	}
	texts := func(values *[]*string) []string {
		var all []string
		if values != nil {
			for _, value := range *values {
				all = append(all, *value)
			}
		}
		return all
	}
	place := providerPlace{
		alias: text(p.Alias()), region: text(p.Region()),
		allowed: texts(p.AllowedAccountIds()), forbidden: texts(p.ForbiddenAccountIds()),
	}
	providerPlaces[p] = place
	return place
}

// providerPlace is that of the tier's provider: the one it was given, else the stack's
// provider without an alias. A provider that the stack gets later is not seen, nor is
// one asked for where the configuration says nothing to compare with.
func (s settings) providerPlace(stack cdktf.TerraformStack) (place providerPlace, found bool) {
	if s.provider != nil {
		own, isAws := s.provider.(provider.AwsProvider)
		if !isAws {
			return providerPlace{}, false
		}
		return placeOf(own), true
	}
	if !s.place.Region.IsKnown() && !s.place.Account.IsKnown() {
		return providerPlace{}, false
	}
	if known, found := defaultProviders[stack]; found {
		return placeOf(known), true
	}
	for _, candidate := range *stack.AllProviders() {
		if own, isAws := candidate.(provider.AwsProvider); isAws && placeOf(own).alias == "" {
			defaultProviders[stack] = own
			return placeOf(own), true
		}
	}
	return providerPlace{}, false
}

// replicaPlace is that of a provider of replicas, if it is an AWS provider.
func replicaPlace(of cdktf.TerraformProvider) (place providerPlace, known bool) {
	own, isAws := of.(provider.AwsProvider)
	if !isAws {
		return providerPlace{}, false
	}
	return placeOf(own), true
}

// otherwise reports where the configuration says another Region or account than the
// provider's: the keys would be made there, under policies that speak of elsewhere.
func (p providerPlace) otherwise(s settings) keypolicy.Problems {
	var c config.Checker
	const wayOut = "; the keys would be made there. Give the provider's, leave it out to have it looked up, or give the Provider of where the keys belong"
	if region := config.ValueOf(p.region); s.place.Region.Differs(region) {
		c.Report("Region", s.place.Region.Text(), fmt.Sprintf("is not that of the provider, %s%s", p.region, wayOut))
	}
	account := s.place.Account
	refused := slices.Contains(p.forbidden, account.Text())
	allKnown := !slices.ContainsFunc(p.allowed, func(id string) bool { return !config.ValueOf(id).IsKnown() })
	if len(p.allowed) > 0 && allKnown && !slices.Contains(p.allowed, account.Text()) {
		refused = true
	}
	if account.IsKnown() && refused {
		c.Report("AccountId", account.Text(), fmt.Sprintf("is not an account of the provider, by its allowed or forbidden account ids%s", wayOut))
	}
	return c.Problems()
}
