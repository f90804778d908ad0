package exact

import (
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// relateContextNames adds to the predicates on the names of the encryption context
// one for each pair that is asked for, whatever the case of its name.
func (b *builder) relateContextNames() {
	names, asked := b.variables[contextKeysLower]
	if !asked {
		return
	}
	for _, v := range b.order {
		if name, is := contextName(v); is {
			names.register(predicate{operand: matching("ignoring case\x00"+name, language.FoldedText(name)), key: contextKeysLower})
		}
	}
}

// coupleContextNames says that a pair is there if and only if its name is, in one
// spelling.
func (b *builder) coupleContextNames() {
	names, asked := b.variables[contextKeysLower]
	if !asked {
		return
	}
	for _, v := range b.order {
		name, is := contextName(v)
		if !is {
			continue
		}
		place := names.places["ignoring case\x00"+name]
		spellings := never()
		var each []formula
		for i := range names.domain.values {
			if names.domain.matching[place].Has(i) {
				each = append(each, b.isTrue(names.classes[i]))
			}
		}
		for i, one := range each {
			spellings = oneOf(spellings, one)
			for _, other := range each[:i] {
				require(&b.problem, oneOf(b.not(one), b.not(other)))
			}
		}
		present := b.present(v)
		require(&b.problem, oneOf(b.not(present), spellings))
		require(&b.problem, oneOf(present, b.not(spellings)))
	}
}

// contextName is the name of the pair of the encryption context that a variable
// stands for, if it does.
func contextName(v *variable) (string, bool) {
	if !strings.HasPrefix(v.name, contextKeyPrefix) {
		return "", false
	}
	return aws.EncryptionContextName(v.key)
}
