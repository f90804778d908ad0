package smt

import (
	"encoding/base64"
	"slices"
	"strings"
)

// matchText is that a text is what pieces describe.
func (t *translation) matchText(x text, parts []piece) term {
	parts, never := t.settle(parts)
	switch {
	case never:
		return no
	case !has(parts, variablePiece) && x.constant:
		return truth(describes(parts, x.literal))
	case !has(parts, variablePiece, starPiece, questionPiece):
		return x.is(plain(parts))
	case !has(parts, variablePiece):
		return x.like(parts, anyCharacter)
	}
	t.kinds["policy variable"] = true
	return t.withValues(parts, func(parts []part) term { return matchParts(x, parts) })
}

func plain(parts []piece) string {
	var all strings.Builder
	for _, p := range parts {
		all.WriteString(p.text)
	}
	return all.String()
}

// settle puts the values of variables in place that are the same in all requests of
// the class. It reports true when one has none: nothing matches then. See the IAM
// User Guide, "IAM policy elements: Variables and tags", "Policy variables with no
// value".
func (t *translation) settle(parts []piece) (settled []piece, never bool) {
	for _, p := range parts {
		if p.kind == variablePiece {
			v := t.single(p.key)
			switch {
			case v.present == yes && v.text.constant && v.text.literal != "":
				p = piece{text: v.text.literal}
			case (v.present == no || v.text.constant) && p.hasFallback:
				p = piece{text: p.fallback}
			case v.present == no || v.text.constant:
				return nil, true
			}
		}
		settled = append(settled, p)
	}
	return settled, false
}

// part is a piece whose variable has a value.
type part struct {
	kind pieceKind
	term term
}

// withValues is that pieces match with their variables' values: each has one, or else
// its default, or else nothing matches.
func (t *translation) withValues(parts []piece, match func([]part) term) term {
	return t.replace(parts, nil, match)
}

func (t *translation) replace(parts []piece, before []part, match func([]part) term) term {
	for i, p := range parts {
		if p.kind != variablePiece {
			before = append(slices.Clip(before), part{p.kind, literal(p.text)})
			continue
		}
		v := t.single(p.key)
		filled := and(v.present, not(v.text.is("")))
		with := func(inserted term) term {
			return t.replace(parts[i+1:], append(slices.Clip(before), part{literalPiece, inserted}), match)
		}
		result := and(filled, with(v.text.term))
		if p.hasFallback {
			result = or(result, and(not(filled), with(literal(p.fallback))))
		}
		return result
	}
	return match(before)
}

// matchParts is that a text is made of parts, whatever stands for the wildcards. It
// needs no quantifier with up to two stars.
func matchParts(x text, parts []part) term {
	var runs [][]part
	run := []part{}
	for _, p := range parts {
		if p.kind == starPiece {
			runs = append(runs, run)
			run = nil
			continue
		}
		run = append(run, p)
	}
	runs = append(runs, run)
	for _, run := range runs {
		for _, p := range run {
			if p.kind == questionPiece {
				untranslatable("? beside a policy variable")
			}
		}
	}
	concatenated := func(run []part) term {
		terms := make([]term, 0, len(run))
		for _, p := range run {
			terms = append(terms, p.term)
		}
		switch len(terms) {
		case 0:
			return literal("")
		case 1:
			return terms[0]
		}
		return apply("str.++", terms...)
	}
	first, last := concatenated(runs[0]), concatenated(runs[len(runs)-1])
	switch len(runs) {
	case 1:
		if x.term == first {
			return yes
		}
		return apply("=", x.term, first)
	case 2:
		return and(apply("str.prefixof", first, x.term), apply("str.suffixof", last, x.term),
			apply(">=", length(x.term), apply("+", length(first), length(last))))
	case 3:
		middle := concatenated(runs[1])
		if first == literal("") && last == literal("") {
			return apply("str.contains", x.term, middle)
		}
		between := apply("str.substr", x.term, length(first), apply("-", length(x.term), apply("+", length(first), length(last))))
		return and(apply("str.prefixof", first, x.term), apply("str.suffixof", last, x.term),
			apply(">=", length(x.term), apply("+", length(first), length(last))), apply("str.contains", between, middle))
	}
	untranslatable("more than two stars beside a policy variable")
	return no
}

// matchIgnoringCase is that a text is another in any spelling.
func (t *translation) matchIgnoringCase(x text, parts []piece) term {
	parts, never := t.settle(parts)
	switch {
	case never:
		return no
	case has(parts, variablePiece):
		return t.matchFolded(x, parts)
	case x.constant:
		return truth(strings.EqualFold(x.literal, plain(parts)))
	case x.among != nil:
		return x.oneOf(func(value string) bool { return strings.EqualFold(value, plain(parts)) })
	case x.lower:
		// Nothing but ASCII: the long s and the Kelvin sign are letters of theirs as well.
		return x.is(strings.NewReplacer("\u017f", "s", "\u212a", "k").Replace(strings.ToLower(plain(parts))))
	case x.part != nil && strings.Trim(plain(parts), "0123456789") == "":
		return x.is(plain(parts))
	}
	return x.in(foldedText(plain(parts)))
}

// matchFolded is that a text is another with policy variables in any spelling. One of
// the solvers knows lower case, of ASCII, so the question is asked for such texts only.
func (t *translation) matchFolded(x text, parts []piece) term {
	t.kinds["policy variable"] = true
	t.kinds["policy variable whatever the case"] = true
	t.cvc5Only = true
	lower := func(value term) term {
		t.assert(text{term: value}.in(repeated(between(0, 0x7F))))
		return apply("str.to_lower", value)
	}
	return t.withValues(parts, func(values []part) term {
		for i := range values {
			values[i].term = lower(values[i].term)
		}
		return matchParts(text{term: lower(x.term)}, values)
	})
}

// matchArn is that a text is an ARN whose six parts are each what the value's part
// describes: wildcards do not reach over colons, but in the sixth part, which may have
// some. See the IAM User Guide, "IAM JSON policy elements: Condition operators",
// "Amazon Resource Name (ARN) condition operators".
func (t *translation) matchArn(x text, value string, variables bool) term {
	values, err := arnParts(value)
	if err != nil {
		untranslatable(err.Error())
	}
	var patterns [6][]piece
	free := false
	for i, value := range values {
		parts, never := t.settle(pieces(value, true, variables))
		if never {
			return no
		}
		if i < 5 && strings.Contains(plain(parts), ":") {
			// A value with a colon is found in no part but the last.
			return no
		}
		patterns[i] = parts
		free = free || has(parts, variablePiece)
	}
	if free {
		t.kinds["policy variable"] = true
		segments, isArn := t.segments(x)
		all := []term{isArn}
		for i, parts := range patterns {
			all = append(all, t.matchText(segments[i], parts))
		}
		return and(all...)
	}
	if x.constant {
		found := strings.SplitN(x.literal, ":", 6)
		if len(found) < 6 {
			return no
		}
		for i, parts := range patterns {
			if !describes(parts, found[i]) {
				return no
			}
		}
		return yes
	}
	var all []term
	for i, parts := range patterns {
		wild := noColon
		if i == 5 {
			wild = anyCharacter
		} else {
			all = append(all, language(parts, wild), exactly(":"))
			continue
		}
		all = append(all, language(parts, wild))
	}
	return x.in(sequence(all...))
}

// matchBytes is that a text is read as bytes in base64 that are those of a value. Of
// the last character before a padding some bits do not count.
func matchBytes(x text, value string) term {
	want, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		untranslatable(err.Error())
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	padding := strings.Count(value, "=")
	kept := len(value) - padding
	matches := []term{x.is(value)}
	if padding > 0 {
		for _, last := range alphabet {
			spelt := value[:kept-1] + string(last) + value[kept:]
			if got, err := base64.StdEncoding.DecodeString(spelt); err == nil && string(got) == string(want) && spelt != value {
				matches = append(matches, x.is(spelt))
			}
		}
	}
	return or(matches...)
}
