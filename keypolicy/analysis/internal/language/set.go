package language

import (
	"cmp"
	"encoding/binary"
	"slices"
	"unicode"
)

// Set is a set of characters. The zero value is empty.
type Set struct{ spans []span }

// span is the characters from first to last.
type span struct{ first, last rune }

// Any is every character.
func Any() Set { return Set{[]span{{0, unicode.MaxRune}}} }

// Only is the characters of a text.
func Only(characters string) Set {
	var s Set
	for _, c := range characters {
		s.spans = append(s.spans, span{c, c})
	}
	return s.normal()
}

// Between is the characters from first to last.
func Between(first, last rune) Set { return Set{[]span{{first, last}}} }

// Folded is a character in each of its cases, as [strings.EqualFold] has it.
func Folded(c rune) Set {
	s := Set{[]span{{c, c}}}
	for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
		s.spans = append(s.spans, span{other, other})
	}
	return s.normal()
}

// Or is the characters of both sets.
func (s Set) Or(other Set) Set { return Set{slices.Concat(s.spans, other.spans)}.normal() }

// Not is all other characters.
func (s Set) Not() Set {
	var others Set
	next := rune(0)
	for _, sp := range s.spans {
		if sp.first > next {
			others.spans = append(others.spans, span{next, sp.first - 1})
		}
		next = sp.last + 1
	}
	if next <= unicode.MaxRune {
		others.spans = append(others.spans, span{next, unicode.MaxRune})
	}
	return others
}

// And is the characters that both sets have.
func (s Set) And(other Set) Set { return s.Not().Or(other.Not()).Not() }

// Has reports whether the character is in the set.
func (s Set) Has(c rune) bool {
	at, found := slices.BinarySearchFunc(s.spans, c, func(sp span, c rune) int { return cmp.Compare(sp.first, c) })
	return found || at > 0 && s.spans[at-1].last >= c
}

// IsEmpty reports whether the set has no character.
func (s Set) IsEmpty() bool { return len(s.spans) == 0 }

// appendName appends what equal sets have in common and no others.
func (s Set) appendName(name []byte) []byte {
	for _, sp := range s.spans {
		name = binary.LittleEndian.AppendUint32(name, uint32(sp.first))
		name = binary.LittleEndian.AppendUint32(name, uint32(sp.last))
	}
	return name
}

// normal sorts the spans and joins those that touch.
func (s Set) normal() Set {
	slices.SortFunc(s.spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	joined := s.spans[:0:0]
	for _, sp := range s.spans {
		if n := len(joined); n > 0 && sp.first <= joined[n-1].last+1 {
			joined[n-1].last = max(joined[n-1].last, sp.last)
			continue
		}
		joined = append(joined, sp)
	}
	return Set{joined}
}
