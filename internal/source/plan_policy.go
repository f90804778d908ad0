package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/hclexpr"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// policy reads the policy of a key, whether it is known or only what it is made
// of is.
func (p *plan) policy(r, key resource) (read policyRead, err error) {
	i := p.at[r.address]
	if text := literalOf(i.values["policy"]); text != "" {
		document, err := keypolicy.Parse([]byte(text))
		return policyRead{document: document, found: true}, err
	}
	marks, _ := i.unknown.(map[string]any)
	config := p.configOf(i)
	switch {
	case marks["policy"] != true && i.change != Create && i.change != Replace:
		return read, errors.New("the file does not hold the policy that the key has")
	case marks["policy"] == true && config == nil:
		return read, errors.New("the policy is not known before apply; the plan lacks the configuration, which would tell what it depends on")
	case marks["policy"] != true || config.Expressions["policy"] == nil:
		return read, nil
	}
	resolved := p.resolve(i.module, references(config.Expressions["policy"]))
	var documents []instance
	for _, reference := range resolved {
		for _, d := range p.documents[reference.plain()] {
			if sameInstance(d, reference, i) && !slices.ContainsFunc(documents, func(o instance) bool { return o.address == d.address }) {
				documents = append(documents, d)
			}
		}
	}
	if len(documents) == 1 {
		return p.document(documents[0], key, nil)
	}
	var names []string
	for _, reference := range resolved {
		names = append(names, reference.String())
	}
	if len(names) == 0 {
		names = []string{"an expression that the plan does not show"}
	}
	return read, fmt.Errorf("the policy is not known before apply; it depends on %s", strings.Join(names, ", "))
}

// sameInstance reports whether a reference of user to a resource means this
// instance of it, as far as it is told.
func sameInstance(i instance, reference named, user instance) bool {
	switch key := instanceKey(i); {
	case key == "" || reference.Index == key:
		return true
	case reference.Index == "" || ownIndex(reference.Index):
		return key == instanceKey(user)
	}
	return false
}

// document renders a data source that is read when the plan is applied: what is
// not known yet is named by a token, and the key itself is marked.
func (p *plan) document(i instance, key resource, under []string) (read policyRead, err error) {
	if slices.Contains(under, i.address) {
		return read, fmt.Errorf("%s refers to itself", i.address)
	}
	values, _ := fill(i.values, i.unknown, expressions(p.configOf(i)), i.address,
		func(name string) bool { return name == "id" || name == "json" || name == "minified_json" }).(map[string]any)
	document, err := renderDocument(values, func(value any) (keypolicy.Document, error) {
		token, isToken := value.(hclexpr.Token)
		if !isToken {
			return keypolicy.Parse([]byte(textOf(value)))
		}
		for _, reference := range p.resolve(i.module, []string{strings.TrimSuffix(strings.TrimPrefix(token.Text, "${"), "}")}) {
			for _, other := range p.documents[reference.plain()] {
				if sameInstance(other, reference, i) {
					source, err := p.document(other, key, append(slices.Clip(under), i.address))
					read.strangers = append(read.strangers, source.strangers...)
					return source.document, err
				}
			}
		}
		return keypolicy.Document{}, errors.New(token.Text + " is not known before apply")
	})
	if err != nil {
		return read, fmt.Errorf("%s: %w", i.address, err)
	}
	markOwn(document, true, func(reference hclexpr.Reference) (attribute string, is bool) {
		own := p.at[key.address]
		for _, name := range p.resolve(i.module, []string{reference.String()}) {
			if name.plain() == own.plainName() && sameInstance(own, name, i) {
				return name.Attribute, true
			}
		}
		return "", false
	})
	strangers := nameIdentities(document, key.provider.name, p.defaults.locationOf(key, document), func(reference hclexpr.Reference) (identity, bool) {
		return p.identityFor(reference, i)
	})
	return policyRead{document, true, append(read.strangers, strangers...)}, nil
}

// identity is the role or user that a reference of a resource names.
func (p *plan) identity(reference hclexpr.Reference, user resource) (identity, bool) {
	return p.identityFor(reference, p.at[user.address])
}

func (p *plan) identityFor(reference hclexpr.Reference, user instance) (identity, bool) {
	for _, name := range p.resolve(user.module, []string{reference.String()}) {
		for _, other := range p.identities[name.plain()] {
			if namesIdentity(other.kind, name.Attribute) && sameInstance(other, name, user) {
				return identity{provider: p.providerOf(other), kind: other.kind, name: other.values["name"], path: other.values["path"]}, true
			}
		}
	}
	return identity{}, false
}
