package language

import (
	"slices"
	"unicode"
)

// letters are the characters as far as some sets tell them apart: characters
// that are in the same sets are one letter.
type letters struct {
	// bounds begin the runs of characters that are one letter each; of says which.
	bounds []rune
	of     []int32
	// spans are the runs of each letter.
	spans [][]span
	// members are the letters of each set.
	members [][]bool
	// everything tells of each set that it has all letters.
	everything []bool
}

// newLetters also returns the number of each set; equal sets have the same.
func newLetters(sets []Set) (*letters, []int32) {
	l := &letters{}
	numbers := make([]int32, len(sets))
	known := map[string]int32{}
	var distinct []Set
	var name []byte
	for i, s := range sets {
		name = s.appendName(name[:0])
		number, found := known[string(name)]
		if !found {
			number = int32(len(distinct))
			known[string(name)] = number
			distinct = append(distinct, s)
		}
		numbers[i] = number
	}
	l.bounds = []rune{0}
	for _, s := range distinct {
		for _, sp := range s.spans {
			l.bounds = append(l.bounds, sp.first)
			if sp.last < unicode.MaxRune {
				l.bounds = append(l.bounds, sp.last+1)
			}
		}
	}
	slices.Sort(l.bounds)
	l.bounds = slices.Compact(l.bounds)

	// in are the sets that each run is in.
	in := make([][]byte, len(l.bounds))
	for number, s := range distinct {
		for _, sp := range s.spans {
			at, _ := slices.BinarySearch(l.bounds, sp.first)
			for ; at < len(l.bounds) && l.bounds[at] <= sp.last; at++ {
				in[at] = append(in[at], byte(number), byte(number>>8))
			}
		}
	}
	// The letters that examples are made of come first, so that searches find these.
	letterOf := map[string]int32{}
	for _, c := range pleasant {
		at, found := slices.BinarySearch(l.bounds, c)
		if !found {
			at--
		}
		if _, known := letterOf[string(in[at])]; !known {
			letterOf[string(in[at])] = int32(len(l.spans))
			l.spans = append(l.spans, nil)
		}
	}
	for i, first := range l.bounds {
		letter, found := letterOf[string(in[i])]
		if !found {
			letter = int32(len(l.spans))
			letterOf[string(in[i])] = letter
			l.spans = append(l.spans, nil)
		}
		last := unicode.MaxRune
		if i+1 < len(l.bounds) {
			last = l.bounds[i+1] - 1
		}
		l.of = append(l.of, letter)
		l.spans[letter] = append(l.spans[letter], span{first, last})
	}
	for _, s := range distinct {
		members := make([]bool, len(l.spans))
		all := true
		for letter, spans := range l.spans {
			members[letter] = s.Has(spans[0].first)
			all = all && members[letter]
		}
		l.members = append(l.members, members)
		l.everything = append(l.everything, all)
	}
	return l, numbers
}

func (l *letters) has(set, letter int32) bool { return l.members[set][letter] }

func (l *letters) isEverything(set int32) bool { return l.everything[set] }

func (l *letters) count() int { return len(l.spans) }

// letterOf is the letter that a character is one of.
func (l *letters) letterOf(c rune) int32 {
	at, found := slices.BinarySearch(l.bounds, c)
	if !found {
		at--
	}
	return l.of[at]
}

// pleasant are the characters that examples are made of where they can be.
const pleasant = "xabcdefghijklmnopqrstuvwyz0123456789-_./ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// example is a character of the letter that is none of those to avoid.
func (l *letters) example(letter int32, avoid func(rune) bool) (rune, bool) {
	for _, c := range pleasant {
		if l.letterOf(c) == letter && !avoid(c) {
			return c, true
		}
	}
	for _, sp := range l.spans[letter] {
		for c := sp.first; c <= sp.last; c++ {
			// The halves of surrogate pairs are no characters.
			if c >= 0xD800 && c <= 0xDFFF {
				c = 0xDFFF
				continue
			}
			// Control characters only where nothing else is left.
			if !avoid(c) && (unicode.IsPrint(c) || len(l.spans[letter]) == 1 && sp.last-sp.first < 64) {
				return c, true
			}
		}
	}
	return 0, false
}
