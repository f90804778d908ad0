package source

import "strings"

// providerOf is the provider of a resource or data source: the one that its
// provider argument names, else the one without an alias. Its own region comes
// first. See Terraform's documentation, "The provider Meta-Argument", and the AWS
// provider's, "Enhanced Region Support".
func (s *stack) providerOf(values map[string]any) provider {
	name := strings.TrimSuffix(strings.TrimPrefix(textOf(values["provider"]), "${"), "}")
	_, alias, _ := strings.Cut(name, ".")
	found := s.providerNamed(alias)
	found.name = alias
	if values["region"] != nil {
		found.region = literalOf(s.evaluate(values["region"]))
	}
	return found
}

// providerNamed is the provider with an alias, or with none. Nothing is known of
// one whose configuration refers to itself.
func (s *stack) providerNamed(alias string) provider {
	if found, begun := s.read[alias]; begun {
		return found
	}
	s.read[alias] = provider{}
	all := make([]providerSettings, len(s.providers))
	var named providerSettings
	for i, config := range s.providers {
		all[i] = providerSettings{}
		for setting, value := range config {
			all[i][setting] = s.evaluate(value)
		}
		if textOf(config["alias"]) == alias {
			named = all[i]
		}
	}
	if named != nil {
		s.read[alias] = named.provider(all)
	}
	return s.read[alias]
}
