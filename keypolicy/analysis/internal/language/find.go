package language

import "container/heap"

// Wanted is a language that a text has to be in, or must not be in.
type Wanted struct {
	Language Language
	In       bool
}

// Result is how a search ended.
type Result int

const (
	// None: there is no such text.
	None Result = iota
	// Found: there is one.
	Found
	// Exceeded: the search was given up; there may be one.
	Exceeded
)

// Find looks for a text of the base language that is in the wanted languages and
// not in the others, and is none of those to avoid. It follows the most hopeful
// beginnings first and gives up after so many states.
func Find(base Language, wanted []Wanted, avoid []string, states int) (string, Result) {
	languages := []Language{base}
	for _, w := range wanted {
		languages = append(languages, w.Language)
	}
	e := newExplorer(languages)
	s := &search{walks: newWalks(e, avoid), wanted: wanted}
	for number := range s.all {
		s.push(int32(number))
	}
	for s.Len() > 0 {
		number := heap.Pop(s).(hope).walk
		if !s.isText(number) && s.meets(s.all[number].state) {
			return s.text(number), Found
		}
		before := len(s.all)
		s.extend(number)
		for next := before; next < len(s.all); next++ {
			s.push(int32(next))
		}
		if len(e.states) > states {
			return "", Exceeded
		}
	}
	return "", None
}

// search is a queue of walks, the most hopeful first.
type search struct {
	*walks
	wanted []Wanted
	queue  []hope
}

type hope struct {
	walk, missing, length int32
}

// meets reports whether a text that ends in the state is what is wanted.
func (s *search) meets(at int32) bool {
	in := s.states[at].matches
	if !in[0] {
		return false
	}
	for i, w := range s.wanted {
		if in[i+1] != w.In {
			return false
		}
	}
	return true
}

// push adds a walk to the queue unless no text that begins with it can be what
// is wanted.
func (s *search) push(number int32) {
	at := &s.walks.all[number]
	length := int32(0)
	if at.from >= 0 {
		length = s.lengthOf(at.from) + 1
	}
	const never = 1 << 30
	missing := make([]int32, s.languages)
	for i := range missing {
		missing[i] = never
	}
	for _, p := range s.states[at.state].state {
		place := &s.places[p]
		missing[place.language] = min(missing[place.language], place.missing)
		if place.endless && place.language > 0 && !s.wanted[place.language-1].In {
			return
		}
	}
	total := missing[0]
	for i, w := range s.wanted {
		if !w.In {
			continue
		}
		if missing[i+1] == never {
			return
		}
		total += missing[i+1]
	}
	heap.Push(s, hope{number, total, length})
}

func (s *search) lengthOf(number int32) (length int32) {
	for ; s.walks.all[number].from >= 0; number = s.walks.all[number].from {
		length++
	}
	return length
}

// Len, Less, Swap, Push and Pop are those of [heap.Interface].
func (s *search) Len() int { return len(s.queue) }

func (s *search) Less(i, j int) bool {
	a, b := s.queue[i], s.queue[j]
	if a.missing != b.missing {
		return a.missing < b.missing
	}
	return a.length < b.length
}

func (s *search) Swap(i, j int) { s.queue[i], s.queue[j] = s.queue[j], s.queue[i] }

func (s *search) Push(x any) { s.queue = append(s.queue, x.(hope)) }

func (s *search) Pop() any {
	last := s.queue[len(s.queue)-1]
	s.queue = s.queue[:len(s.queue)-1]
	return last
}
