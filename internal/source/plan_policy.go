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
func (p *plan) policy(i instance, r, key resource) (document keypolicy.Document, found bool, err error) {
	if text := literalOf(i.values["policy"]); text != "" {
		document, err := keypolicy.Parse([]byte(text))
		return document, true, err
	}
	marks, _ := i.unknown.(map[string]any)
	config := p.configOf(i)
	if marks["policy"] != true || config == nil || config.Expressions["policy"] == nil {
		return document, false, nil
	}
	resolved := p.resolve(i.module, references(config.Expressions["policy"]))
	var documents []instance
	for _, reference := range resolved {
		for _, d := range p.deferred {
			if sameDocument(d, reference, i) && !slices.ContainsFunc(documents, func(o instance) bool { return o.address == d.address }) {
				documents = append(documents, d)
			}
		}
	}
	if len(documents) == 1 {
		document, err := p.document(documents[0], key, nil)
		return document, true, err
	}
	var names []string
	for _, reference := range resolved {
		names = append(names, reference.String())
	}
	if len(names) == 0 {
		names = []string{"an expression that the plan does not show"}
	}
	return document, true, fmt.Errorf("the policy is not known before apply; it depends on %s", strings.Join(names, ", "))
}

// sameDocument reports whether a reference of user means the data source, instance
// included as far as it is told.
func sameDocument(data instance, reference named, user instance) bool {
	if data.module != reference.module || reference.Address != "data."+data.kind+"."+data.name {
		return false
	}
	switch key := instanceKey(data); {
	case key == "" || reference.Index == key:
		return true
	case reference.Index == "" || ownIndex(reference.Index):
		return key == instanceKey(user)
	}
	return false
}

// document renders a data source that is read when the plan is applied: what is
// not known yet is named by a token, and the key itself is marked.
func (p *plan) document(i instance, key resource, under []string) (keypolicy.Document, error) {
	if slices.Contains(under, i.address) {
		return keypolicy.Document{}, fmt.Errorf("%s refers to itself", i.address)
	}
	values, _ := fill(i.values, i.unknown, expressions(p.configOf(i)), i.address,
		func(name string) bool { return name == "id" || name == "json" || name == "minified_json" }).(map[string]any)
	document, err := renderDocument(values, func(value any) (keypolicy.Document, error) {
		token, isToken := value.(hclexpr.Token)
		if !isToken {
			return keypolicy.Parse([]byte(textOf(value)))
		}
		for _, reference := range p.resolve(i.module, []string{strings.TrimSuffix(strings.TrimPrefix(token.Text, "${"), "}")}) {
			for _, other := range p.deferred {
				if sameDocument(other, reference, i) {
					return p.document(other, key, append(under[:len(under):len(under)], i.address))
				}
			}
		}
		return keypolicy.Document{}, errors.New(token.Text + " is not known before apply")
	})
	if err != nil {
		return document, fmt.Errorf("%s: %w", i.address, err)
	}
	markOwn(document, true, func(reference hclexpr.Reference) (attribute string, is bool) {
		for _, name := range p.resolve(i.module, []string{reference.String()}) {
			if isInstance(key.address, name, i) {
				return name.Attribute, true
			}
		}
		return "", false
	})
	nameForeigners(document, key.provider.location, func(reference hclexpr.Reference) (identity, bool) {
		return p.identity(reference, i)
	})
	return document, nil
}

// identity is the role or user that a data source names.
func (p *plan) identity(reference hclexpr.Reference, user instance) (identity, bool) {
	for _, name := range p.resolve(user.module, []string{reference.String()}) {
		for _, other := range p.instances {
			if isIdentity(other.kind) && name.Attribute == "arn" && other.module == name.module && isInstance(other.address, name, user) {
				return identity{provider: p.providerOf(other), kind: other.kind, name: other.values["name"], path: other.values["path"]}, true
			}
		}
	}
	return identity{}, false
}

// isInstance reports whether a name that a data source uses is that of a key.
func isInstance(address string, name named, user instance) bool {
	plain := inModule(name.module, name.Address)
	if name.Index == "" || ownIndex(name.Index) {
		index := instanceKey(user)
		return address == plain || index != "" && address == plain+"["+index+"]"
	}
	return address == plain+"["+name.Index+"]"
}
