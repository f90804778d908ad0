package language

import (
	"maps"
	"slices"
)

// Class is a set of texts which the same languages have.
type Class struct {
	// Text is one of the class.
	Text string
	// In tells of each language whether it has the texts of the class.
	In []bool
	// Alone tells that the class is this text only, one of those that were to be
	// told apart from all others.
	Alone bool
}

// Bounds limit the work of [Divide].
type Bounds struct{ States, Classes int }

// Divide divides the texts of a base language into classes, by which of the
// languages have them. Each of texts is a class of its own if the base has it.
// The result is false when it would take more states or classes than the bounds.
func Divide(base Language, languages []Language, texts []string, bounds Bounds) ([]Class, bool) {
	e := newExplorer(append([]Language{base}, languages...))
	w := newWalks(e, texts)
	var classes []Class
	known := map[string]bool{}
	for number := int32(0); int(number) < len(w.all); number++ {
		at := w.all[number]
		if in := e.states[at.state].matches; in[0] {
			alone := w.isText(number)
			name := nameOf(in)
			if alone || !known[name] {
				classes = append(classes, Class{Text: w.text(number), In: in[1:], Alone: alone})
			}
			if !alone {
				known[name] = true
			}
		}
		w.extend(number)
		if len(e.states) > bounds.States || len(classes) > bounds.Classes+len(texts) {
			return nil, false
		}
	}
	return classes, true
}

func nameOf(in []bool) string {
	name := make([]byte, len(in))
	for i, is := range in {
		if is {
			name[i] = 1
		}
	}
	return string(name)
}

func sortedRunes(children map[rune]int32) []rune {
	if len(children) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(children))
}
