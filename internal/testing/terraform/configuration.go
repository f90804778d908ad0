package terraform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// configuration is the part of a cdk.tf.json, or cdk.tf, that the harness must know of.
type configuration struct {
	Terraform struct {
		RequiredProviders json.RawMessage `json:"required_providers"`
	} `json:"terraform"`
	Provider map[string]json.RawMessage `json:"provider"`
	Module   json.RawMessage            `json:"module"`
}

// isHcl tells whether a configuration is in Terraform's native syntax.
func isHcl(text []byte) bool { return !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) }

func parse(text []byte) (*configuration, error) {
	if isHcl(text) {
		read, err := hclexpr.Native("cdk.tf", text)
		if err != nil {
			return nil, fmt.Errorf("not a Terraform configuration: %w", err)
		}
		if text, err = json.Marshal(read); err != nil {
			return nil, err
		}
	}
	var config configuration
	if err := json.Unmarshal(text, &config); err != nil {
		return nil, fmt.Errorf("not a Terraform configuration in JSON: %w", err)
	}
	return &config, nil
}

// override returns the text of an override.tf.json. Terraform merges it into
// cdk.tf.json, a backend as a whole and a provider key by key.
func (c *configuration) override(offline bool) ([]byte, error) {
	content := map[string]any{
		// The state of a test belongs into its workspace: not into the bucket
		// of the real state, nor into the path that CDKTF writes for its own
		// local backend, which is one for all runs.
		"terraform": map[string]any{"backend": map[string]any{"local": map[string]any{}}},
	}
	if offline {
		providers, err := c.offlineProviders()
		if err != nil {
			return nil, err
		}
		content["provider"] = map[string]any{"aws": providers}
	}
	return json.MarshalIndent(content, "", "  ")
}

// OfflineOverride returns the text of an override.tf.json with which Terraform
// plans a configuration, in JSON, without AWS: see [Options].
func OfflineOverride(configuration []byte) ([]byte, error) {
	config, err := parse(configuration)
	if err != nil {
		return nil, err
	}
	return config.override(true)
}

// offlineProviders returns the settings that let each AWS provider of the
// configuration plan without AWS, one entry for every alias.
func (c *configuration) offlineProviders() ([]map[string]any, error) {
	text, ok := c.Provider["aws"]
	if !ok {
		return nil, fmt.Errorf("the configuration has no AWS provider to take offline")
	}
	var configured []map[string]any
	if err := json.Unmarshal(text, &configured); err != nil {
		// Terraform accepts a single provider without a list around it.
		configured = make([]map[string]any, 1)
		if err := json.Unmarshal(text, &configured[0]); err != nil {
			return nil, fmt.Errorf("provider.aws is neither a list nor an object: %w", err)
		}
	}
	var providers []map[string]any
	for _, provider := range configured {
		settings := map[string]any{
			"access_key":                  "offline",
			"secret_key":                  "offline",
			"skip_credentials_validation": true,
			"skip_requesting_account_id":  true,
			"skip_metadata_api_check":     true,
			// Without an account id the provider refuses every id.
			"allowed_account_ids": nil,
		}
		if alias, ok := provider["alias"]; ok {
			settings["alias"] = alias
		}
		providers = append(providers, settings)
	}
	return providers, nil
}
