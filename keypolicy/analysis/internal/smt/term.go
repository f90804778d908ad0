package smt

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// term is an expression of SMT-LIB.
type term string

const (
	yes term = "true"
	no  term = "false"
)

func apply(function string, arguments ...term) term {
	var text strings.Builder
	text.WriteString("(" + function)
	for _, argument := range arguments {
		text.WriteByte(' ')
		text.WriteString(string(argument))
	}
	return term(text.String() + ")")
}

func truth(is bool) term {
	if is {
		return yes
	}
	return no
}

func not(t term) term {
	switch t {
	case yes:
		return no
	case no:
		return yes
	}
	return apply("not", t)
}

func and(terms ...term) term { return joined("and", yes, no, terms) }

func or(terms ...term) term { return joined("or", no, yes, terms) }

func joined(function string, neutral, absorbing term, terms []term) term {
	var kept []term
	for _, t := range terms {
		switch t {
		case absorbing:
			return absorbing
		case neutral:
		default:
			kept = append(kept, t)
		}
	}
	switch len(kept) {
	case 0:
		return neutral
	case 1:
		return kept[0]
	}
	return apply(function, kept...)
}

func implies(a, b term) term { return or(not(a), b) }

// literal is a text as SMT-LIB writes it.
func literal(text string) term {
	var quoted strings.Builder
	quoted.WriteByte('"')
	for _, c := range text {
		switch {
		case c == '"':
			quoted.WriteString(`""`)
		case c < ' ' || c > '~' || c == '\\':
			fmt.Fprintf(&quoted, `\u{%x}`, c)
		default:
			quoted.WriteRune(c)
		}
	}
	return term(quoted.String() + `"`)
}

// Regular languages.
const (
	anyCharacter term = "re.allchar"
	anyText      term = "re.all"
)

func exactly(text string) term { return apply("str.to_re", literal(text)) }

func sequence(parts ...term) term {
	switch len(parts) {
	case 0:
		return exactly("")
	case 1:
		return parts[0]
	}
	return apply("re.++", parts...)
}

func oneOf(languages ...term) term {
	if len(languages) == 1 {
		return languages[0]
	}
	return apply("re.union", languages...)
}

func between(from, to rune) term {
	return apply("re.range", literal(string(from)), literal(string(to)))
}

func repeated(language term) term { return apply("re.*", language) }

func oneOrMore(language term) term { return apply("re.+", language) }

func times(count int, language term) term {
	parts := make([]term, count)
	for i := range parts {
		parts[i] = language
	}
	return sequence(parts...)
}

// noColon is any character but a colon: as ranges, since solvers are slow at
// differences of languages.
var noColon = oneOf(between(0, '9'), between(';', 0x2FFFF))

// foldedText is a text in any spelling of upper and lower case.
func foldedText(text string) term {
	var parts []term
	for _, c := range text {
		spellings := []term{exactly(string(c))}
		for other := unicode.SimpleFold(c); other != c; other = unicode.SimpleFold(other) {
			spellings = append(spellings, exactly(string(other)))
		}
		parts = append(parts, oneOf(spellings...))
	}
	return sequence(parts...)
}

// text is a string of the request: a constant, or a term that a request chooses.
type text struct {
	constant bool
	literal  string
	term     term
	// part is set for a text that is a part of the principal's ARN. Languages of it are
	// then asked of the ARN, which solvers find easier than parts of texts.
	part *arnPart
	// among are all texts that there are, where they are few.
	among []string
	// lower tells that no text has a letter of upper case, or beyond ASCII.
	lower bool
}

// arnPart is a part of the principal's ARN: its account, or a user's name.
type arnPart struct {
	whole         term
	before, after term
	// characters are those that the part is made of.
	characters term
	possible   func(rune) bool
}

func known(value string) text { return text{constant: true, literal: value, term: literal(value)} }

func (x text) is(value string) term {
	switch {
	case x.constant:
		return truth(x.literal == value)
	case x.part != nil:
		return x.like([]piece{{text: value}}, anyCharacter)
	case x.among != nil && !slices.Contains(x.among, value):
		return no
	}
	return apply("=", x.term, literal(value))
}

func (x text) in(language term) term { return apply("str.in_re", x.term, language) }

// like is that the text is what pieces without variables describe, with a language for
// what a wildcard stands for.
func (x text) like(parts []piece, wild term) term {
	if x.among != nil {
		return x.oneOf(func(value string) bool { return describes(parts, value) })
	}
	if x.part == nil {
		return x.in(language(parts, wild))
	}
	for _, p := range parts {
		for _, c := range p.text {
			if !x.part.possible(c) {
				return no
			}
		}
	}
	return text{term: x.part.whole}.in(sequence(x.part.before, language(parts, x.part.characters), x.part.after))
}

// oneOf is that the text is one of those that a function tells, of few.
func (x text) oneOf(is func(value string) bool) term {
	matches := make([]term, 0, len(x.among))
	for _, value := range x.among {
		if is(value) {
			matches = append(matches, x.is(value))
		}
	}
	if len(matches) == len(x.among) {
		return yes
	}
	return or(matches...)
}

func length(t term) term { return apply("str.len", t) }
