package config

import "testing"

func TestProductionIsToldByTheName(t *testing.T) {
	for name, want := range map[string]bool{
		"prod": true, "production": true, "prd": true, "live": true,
		"prod-eu": true, "eu-prod": true, "eu-west-2-production": true, "live-blue": true, "shop-prd": true,
		"nonprod": false, "preprod": false, "non-prod": false, "pre-prod": false, "no-prod": false, "not-live": false,
		"eu-non-prod": false, "non-prod-eu": false, "pre-production": false,
		"dev": false, "": false, "products": false, "delivery": false, "alive": false, "eu-prod-blue": false, "reproduction": false,
		// Only the word before counts.
		"pre-eu-prod": true, "prod-non-eu": true, "prod-non-prod": true,
	} {
		if got := IsProduction(name); got != want {
			t.Errorf("IsProduction(%q) = %v, want %v", name, got, want)
		}
	}
}
