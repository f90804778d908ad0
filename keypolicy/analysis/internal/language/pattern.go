package language

// Element is one character of a set, or any number of them.
type Element struct {
	Set Set
	// Repeated stands for any number of characters of the set, none as well.
	Repeated bool
}

// Pattern is a text that is described from left to right.
type Pattern []Element

// Language is all texts that match at least one of some patterns. None of them
// is the language without a text.
type Language []Pattern

// Text is the pattern of that text alone.
func Text(text string) Pattern {
	pattern := make(Pattern, 0, len(text))
	for _, c := range text {
		pattern = append(pattern, Element{Set: Set{[]span{{c, c}}}})
	}
	return pattern
}

// FoldedText is the pattern of a text whatever its case.
func FoldedText(text string) Pattern {
	pattern := make(Pattern, 0, len(text))
	for _, c := range text {
		pattern = append(pattern, Element{Set: Folded(c)})
	}
	return pattern
}

// Star is any number of characters of a set.
func Star(s Set) Pattern { return Pattern{{Set: s, Repeated: true}} }

// One is one character of a set.
func One(s Set) Pattern { return Pattern{{Set: s}} }

// Times is the pattern so many times over.
func (p Pattern) Times(count int) Pattern {
	var all Pattern
	for range count {
		all = append(all, p...)
	}
	return all
}

// Within is the pattern for texts of the set's characters: what else the pattern
// takes is left out. It reports false when no such text can match.
func (p Pattern) Within(s Set) (Pattern, bool) {
	limited := make(Pattern, 0, len(p))
	for _, element := range p {
		element.Set = element.Set.And(s)
		if element.Set.IsEmpty() {
			if element.Repeated {
				continue
			}
			return nil, false
		}
		limited = append(limited, element)
	}
	return limited, true
}

// Everything is the language of all texts.
func Everything() Language { return Language{Star(Any())} }

// Texts is the language of just these texts.
func Texts(texts ...string) Language {
	var all Language
	for _, text := range texts {
		all = append(all, Text(text))
	}
	return all
}

// Has reports whether a text is in the language.
func (l Language) Has(text string) bool {
	for _, pattern := range l {
		if pattern.matches(text) {
			return true
		}
	}
	return false
}

func (p Pattern) matches(text string) bool {
	at := make([]bool, len(p)+1)
	p.enter(at, 0)
	next := make([]bool, len(p)+1)
	for _, c := range text {
		clear(next)
		for i, element := range p {
			switch {
			case !at[i] || !element.Set.Has(c):
			case element.Repeated:
				p.enter(next, i)
			default:
				p.enter(next, i+1)
			}
		}
		at, next = next, at
	}
	return at[len(p)]
}

// enter marks a place in the pattern, and those behind it that need no
// character more.
func (p Pattern) enter(at []bool, i int) {
	for !at[i] {
		at[i] = true
		if i == len(p) || !p[i].Repeated {
			return
		}
		i++
	}
}
