package language

import (
	"encoding/binary"
	"slices"
)

// machine follows several languages at once. Its states are the places in all
// patterns that the text so far can have led to, in order.
type machine struct {
	letters *letters
	places  []place
	starts  []int32
	// languages is how many there are.
	languages int
	// entered marks the places of the state that is being made with its number.
	entered []int32
	number  int32
}

// place is before an element of a pattern, or behind the last.
type place struct {
	language int32
	// first is the pattern's first place.
	first int32
	// set is the element's, by its number in letters; final places have none.
	set      int32
	repeated bool
	final    bool
	// open tells that the element is any number of any characters, so that all
	// places before it have become pointless.
	open bool
	// endless tells that the element is open and the last: whatever follows, the
	// text matches.
	endless bool
	// missing is how many characters the pattern needs from here at least.
	missing int32
}

type state []int32

func newMachine(languages []Language) *machine {
	m := &machine{languages: len(languages)}
	var sets []Set
	for _, l := range languages {
		for _, pattern := range l {
			for _, element := range pattern {
				sets = append(sets, element.Set)
			}
		}
	}
	var numbers []int32
	m.letters, numbers = newLetters(sets)
	next := 0
	for number, l := range languages {
		for _, pattern := range l {
			first := int32(len(m.places))
			m.starts = append(m.starts, first)
			for i, element := range pattern {
				set := numbers[next]
				next++
				open := element.Repeated && m.letters.isEverything(set)
				m.places = append(m.places, place{
					language: int32(number), first: first, set: set, repeated: element.Repeated,
					open: open, endless: open && i == len(pattern)-1,
				})
			}
			m.places = append(m.places, place{language: int32(number), first: first, set: -1, final: true})
			for i, missing := len(m.places)-2, int32(0); i >= int(first); i-- {
				if !m.places[i].repeated {
					missing++
				}
				m.places[i].missing = missing
			}
		}
	}
	m.entered = make([]int32, len(m.places))
	return m
}

// start is the state before the first character.
func (m *machine) start() state {
	m.number++
	var s state
	for _, first := range m.starts {
		s = m.enter(s, first)
	}
	return m.tidy(s)
}

// step is the state after one more letter.
func (m *machine) step(from state, letter int32) state {
	m.number++
	s := make(state, 0, len(from)+4)
	for _, at := range from {
		p := &m.places[at]
		switch {
		case p.final || !m.letters.has(p.set, letter):
		case p.repeated:
			s = m.enter(s, at)
		default:
			s = m.enter(s, at+1)
		}
	}
	return m.tidy(s)
}

func (m *machine) enter(s state, at int32) state {
	for m.entered[at] != m.number {
		m.entered[at] = m.number
		s = append(s, at)
		if m.places[at].final || !m.places[at].repeated {
			break
		}
		at++
	}
	return s
}

// tidy sorts a state and leaves out places that make no difference: those before
// an open element of their pattern, and, where a language is matched whatever
// follows, all others of that language.
func (m *machine) tidy(s state) state {
	slices.Sort(s)
	kept := make(state, 0, len(s))
	pattern, isOpen := int32(-1), false
	language, isEndless := int32(-1), false
	for _, at := range slices.Backward(s) {
		p := &m.places[at]
		if p.first != pattern {
			pattern, isOpen = p.first, false
		}
		if p.language != language {
			language, isEndless = p.language, false
		}
		if isOpen || isEndless {
			continue
		}
		kept = append(kept, at)
		isOpen = p.open
		if p.endless {
			// Only its final place, which is next to it, stays with it.
			kept = slices.DeleteFunc(kept, func(other int32) bool {
				return m.places[other].language == language && other != at && other != at+1
			})
			isEndless = true
		}
	}
	slices.Reverse(kept)
	return kept
}

// name tells states apart.
func (s state) name() string {
	bytes := make([]byte, 0, 4*len(s))
	for _, at := range s {
		bytes = binary.LittleEndian.AppendUint32(bytes, uint32(at))
	}
	return string(bytes)
}
