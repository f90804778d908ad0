package language

// explorer makes the states of a machine as they are reached, each once. Language
// 0 is the base: where no text of it can follow, there is no state.
type explorer struct {
	*machine
	states []explored
	known  map[string]int32
}

type explored struct {
	state state
	// matches are the languages that a text which ends here is in.
	matches []bool
	// next are the states after each letter: unknown, none, or the number.
	next []int32
}

const (
	unknownState = -2
	noState      = -1
)

func newExplorer(languages []Language) *explorer {
	return &explorer{machine: newMachine(languages), known: map[string]int32{}}
}

// first is the state of the empty text.
func (e *explorer) first() int32 { return e.add(e.start()) }

func (e *explorer) add(s state) int32 {
	if len(s) == 0 || e.places[s[0]].language != 0 {
		return noState
	}
	name := s.name()
	if number, found := e.known[name]; found {
		return number
	}
	made := explored{state: s, matches: make([]bool, e.languages), next: make([]int32, e.letters.count())}
	for _, at := range s {
		if e.places[at].final {
			made.matches[e.places[at].language] = true
		}
	}
	for i := range made.next {
		made.next[i] = unknownState
	}
	number := int32(len(e.states))
	e.known[name] = number
	e.states = append(e.states, made)
	return number
}

// after is the state that follows another one by a letter.
func (e *explorer) after(from, letter int32) int32 {
	if to := e.states[from].next[letter]; to != unknownState {
		return to
	}
	to := e.add(e.step(e.states[from].state, letter))
	e.states[from].next[letter] = to
	return to
}

// trie holds texts by their beginnings. Node 0 is the empty text.
type trie struct {
	children []map[rune]int32
	// text tells that a node is one of the texts.
	text []bool
}

func newTrie(texts []string) *trie {
	t := &trie{children: []map[rune]int32{nil}, text: []bool{false}}
	for _, text := range texts {
		at := int32(0)
		for _, c := range text {
			next, found := t.children[at][c]
			if !found {
				next = int32(len(t.children))
				if t.children[at] == nil {
					t.children[at] = map[rune]int32{}
				}
				t.children[at][c] = next
				t.children = append(t.children, nil)
				t.text = append(t.text, false)
			}
			at = next
		}
		t.text[at] = true
	}
	return t
}

// offTrie is the node of all texts that none of the trie's begins with.
const offTrie = -1

// walk is a text that has been reached: one character more than another one.
type walk struct {
	from  int32
	last  rune
	node  int32
	state int32
}

// walks are texts in the order in which they were reached, each state once off
// the trie, and each of the trie's nodes.
type walks struct {
	*explorer
	trie    *trie
	all     []walk
	visited []bool
}

func newWalks(e *explorer, texts []string) *walks {
	w := &walks{explorer: e, trie: newTrie(texts)}
	if first := e.first(); first != noState {
		w.all = append(w.all, walk{from: -1, state: first})
	}
	return w
}

// extend adds all texts that are one character longer than a walk and lead
// anywhere new.
func (w *walks) extend(number int32) {
	at := w.all[number]
	var children map[rune]int32
	if at.node != offTrie {
		children = w.trie.children[at.node]
	}
	for _, c := range sortedRunes(children) {
		if to := w.after(at.state, w.letters.letterOf(c)); to != noState {
			w.all = append(w.all, walk{from: number, last: c, node: children[c], state: to})
		}
	}
	for letter := range int32(w.letters.count()) {
		to := w.after(at.state, letter)
		if to == noState || int(to) < len(w.visited) && w.visited[to] {
			continue
		}
		c, found := w.letters.example(letter, func(c rune) bool { _, child := children[c]; return child })
		if !found {
			continue
		}
		for len(w.visited) < len(w.states) {
			w.visited = append(w.visited, false)
		}
		w.visited[to] = true
		w.all = append(w.all, walk{from: number, last: c, node: offTrie, state: to})
	}
}

// isText reports whether the walk is one of the trie's texts.
func (w *walks) isText(number int32) bool {
	node := w.all[number].node
	return node != offTrie && w.trie.text[node]
}

// text is what a walk has passed.
func (w *walks) text(number int32) string {
	var backwards []rune
	for ; w.all[number].from >= 0; number = w.all[number].from {
		backwards = append(backwards, w.all[number].last)
	}
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return string(backwards)
}
