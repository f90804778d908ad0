package source

import (
	"reflect"
	"strings"
)

// provider is who makes a resource, and where.
type provider struct {
	location
	// name tells it apart from the other providers of the file.
	name string
	// appliedBy is the ARN of the caller.
	appliedBy string
}

// credentials are the settings of a provider that say as whom it calls AWS. See
// the AWS provider's documentation, "Authentication and Configuration".
var credentials = []string{
	"access_key", "secret_key", "token", "profile", "shared_config_files", "shared_credentials_files",
	"assume_role", "assume_role_with_web_identity",
}

// providerSettings are the arguments of a provider's configuration, as far as
// they can be worked out.
type providerSettings map[string]any

// provider reads a configuration among all those of the file.
func (c providerSettings) provider(all []providerSettings) provider {
	found := provider{location: location{region: literalOf(c["region"])}, appliedBy: c.assumedRole()}
	if parts := iamPrincipal.FindStringSubmatch(found.appliedBy); parts != nil {
		found.partition, found.account = parts[1], parts[2]
		return found
	}
	if found.account = c.account(); found.account == "" {
		found.account = c.accountOfOthers(all)
	}
	return found
}

// account is the one that is allowed; empty where several are.
func (c providerSettings) account() string {
	if ids, isList := c["allowed_account_ids"].([]any); isList && len(ids) == 1 {
		return literalOf(ids[0])
	}
	return literalOf(c["allowed_account_ids"])
}

// accountOfOthers is the account that other providers with the same credentials
// name: it is this one's too. They must agree.
func (c providerSettings) accountOfOthers(all []providerSettings) string {
	found := ""
	for _, other := range all {
		account := other.account()
		if account == "" || !c.sameCredentials(other) {
			continue
		}
		if found != "" && found != account {
			return ""
		}
		found = account
	}
	return found
}

func (c providerSettings) sameCredentials(other providerSettings) bool {
	for _, name := range credentials {
		if !reflect.DeepEqual(c[name], other[name]) {
			return false
		}
	}
	return true
}

// assumedRole is the ARN of the role that the provider assumes: the last one,
// where it assumes one after the other.
func (c providerSettings) assumedRole() string {
	role := ""
	for _, name := range []string{"assume_role_with_web_identity", "assume_role"} {
		for _, block := range blocksOf(c[name]) {
			role = literalOf(block["role_arn"])
		}
	}
	if !strings.HasPrefix(role, "arn:") {
		return ""
	}
	return role
}
