package source

import (
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
)

// providerKey is the key of the provider configuration that makes a resource.
func (p *plan) providerKey(i instance) string {
	if config := p.configOf(i); config != nil {
		return config.ProviderConfigKey
	}
	return ""
}

// providerOf is the provider of a resource: its own region, its provider's
// configuration, and what data sources of that provider have found out.
func (p *plan) providerOf(i instance) provider {
	key := p.providerKey(i)
	found := p.configuredProvider(key)
	looked := p.lookups[key]
	if looked == (provider{}) {
		looked = p.lookupOfOthers(key)
	}
	found.name, found.location = key, found.orFrom(looked.location)
	if found.appliedBy == "" {
		found.appliedBy = looked.appliedBy
	}
	if region := literalOf(i.values["region"]); region != "" {
		found.region = region
	} else if config := p.configOf(i); config != nil && config.Expressions["region"] != nil {
		found.region = literalOf(p.settled(config.Expressions["region"], i.module, nil))
	}
	return found
}

// configuredProvider is what the configuration of a provider says.
func (p *plan) configuredProvider(key string) provider {
	if p.config == nil || p.config.ProviderConfigs[key] == nil {
		return provider{}
	}
	if found, known := p.providers[key]; known {
		return found
	}
	var all []providerSettings
	for _, config := range p.config.ProviderConfigs {
		if config != nil && config.Name == "aws" {
			all = append(all, p.settings(config))
		}
	}
	p.providers[key] = p.settings(p.config.ProviderConfigs[key]).provider(all)
	return p.providers[key]
}

func (p *plan) settings(config *tfjson.ProviderConfig) providerSettings {
	settings := providerSettings{}
	for name, expression := range config.Expressions {
		// What is not known is not what another provider has.
		hidden := hclexpr.Token{Text: "${unknown " + config.ModuleAddress + ":" + config.Name + "." + config.Alias + "." + name + "}", Whole: true}
		settings[name] = p.settled(expression, config.ModuleAddress, hidden)
	}
	return settings
}

// settled is the value of an expression that is constant or a variable of the
// root module; hidden for any other.
func (p *plan) settled(e *tfjson.Expression, module string, hidden any) any {
	if e == nil || e.ExpressionData == nil {
		return nil
	}
	if e.NestedBlocks != nil {
		var blocks []any
		for _, arguments := range e.NestedBlocks {
			block := map[string]any{}
			for name, argument := range arguments {
				block[name] = p.settled(argument, module, hidden)
			}
			blocks = append(blocks, block)
		}
		return blocks
	}
	if len(e.References) == 0 {
		return e.ConstantValue
	}
	resolved := p.resolve(module, e.References)
	if len(resolved) == 1 && resolved[0].module == "" && resolved[0].Index+resolved[0].Attribute == "" {
		name, isVariable := strings.CutPrefix(resolved[0].Address, "var.")
		if variable := p.variables[name]; isVariable && variable != nil {
			return variable.Value
		}
	}
	return hidden
}

// lookUp gathers what the data sources of each provider have found out.
func (p *plan) lookUp(prior []instance) {
	for _, i := range append(prior, p.instances...) {
		if i.mode != tfjson.DataResourceMode {
			continue
		}
		key := p.providerKey(i)
		found := p.lookups[key]
		switch i.kind {
		case "aws_caller_identity":
			found.location = found.orFrom(location{account: literalOf(i.values["account_id"])})
			if found.appliedBy == "" {
				found.appliedBy = literalOf(i.values["arn"])
			}
		case "aws_region":
			if config := p.configOf(i); config == nil || config.Expressions["region"] == nil && config.Expressions["name"] == nil && config.Expressions["endpoint"] == nil {
				found.location = found.orFrom(location{region: literalOf(i.values["name"])}).orFrom(location{region: literalOf(i.values["region"])})
			}
		case "aws_partition":
			found.location = found.orFrom(location{partition: literalOf(i.values["partition"])})
		}
		p.lookups[key] = found
	}
}

// lookupOfOthers is who calls and in which account, as another provider with the
// same credentials has found out.
func (p *plan) lookupOfOthers(key string) provider {
	if p.config == nil || p.config.ProviderConfigs[key] == nil {
		return provider{}
	}
	own := p.settings(p.config.ProviderConfigs[key])
	for otherKey, looked := range p.lookups {
		other := p.config.ProviderConfigs[otherKey]
		if other != nil && looked.account != "" && own.sameCredentials(p.settings(other)) {
			return provider{location: location{partition: looked.partition, account: looked.account}, appliedBy: looked.appliedBy}
		}
	}
	return provider{}
}
