package exact

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy/analysis/internal/language"
)

// suggested are texts of a variable that make a relation's value match what x has,
// that of a solution first.
func (b *builder) suggested(r *relation, v *variable, texts map[*variable]choice) (suggested []string) {
	of, single := r.single()
	if !single || of.of != v || r.settled || v.form.kind != textForm {
		return nil
	}
	if v.name == principalVariable {
		return b.suggestedPrincipals(r, of, texts)
	}
	add := func(text string) {
		for _, middle := range b.middles(r, b.project(r.xKey, text)) {
			if v.domain.base.Has(middle) && !slices.Contains(suggested, middle) {
				suggested = append(suggested, middle)
			}
		}
	}
	if chosen := texts[r.x]; !r.x.multiple && !chosen.absent {
		add(chosen.text)
	}
	const enough = 20
	for i := 0; i < len(r.x.domain.values) && len(suggested) < enough; i++ {
		if known := &r.x.domain.values[i]; !known.absent && i != r.x.domain.other {
			add(known.text)
		}
	}
	return suggested
}

// suggestedPrincipals are principals in whose ARN a part of it stands once more, as
// the value wants.
func (b *builder) suggestedPrincipals(r *relation, of insert, texts map[*variable]choice) []string {
	if r.x != of.of {
		return nil
	}
	part := b.project(of.key, texts[of.of].text)
	same, matching := b.lift(of.key, exactly(part)), b.lift(r.xKey, r.with(part))
	text, result := language.Find(b.base, []language.Wanted{
		{Language: same.asLanguage(), In: true}, {Language: matching.asLanguage(), In: true}, {Language: b.excluded()},
	}, nil, maxStates)
	if result != language.Found {
		return nil
	}
	return []string{text}
}

// asLanguage is what an operand on a text matches.
func (o *operand) asLanguage() language.Language {
	if o.isExact {
		return language.Texts(o.exact)
	}
	return o.language
}
