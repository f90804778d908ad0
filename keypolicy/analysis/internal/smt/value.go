package smt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// piece is a part of a policy's value: literal text, a wildcard or a policy variable.
type piece struct {
	kind pieceKind
	text string
	// key is the condition key of a variable, in lower case; fallback its default.
	key         string
	fallback    string
	hasFallback bool
}

type pieceKind int

const (
	literalPiece pieceKind = iota
	starPiece
	questionPiece
	variablePiece
)

// variableForm is a policy variable: a condition key, and perhaps a default in single
// quotes. See the IAM User Guide, "IAM policy elements: Variables and tags".
var variableForm = regexp.MustCompile(`^\$\{\s*([A-Za-z0-9.-]+:[^,}]*?)\s*(?:,\s*'([^']*)'\s*)?\}`)

// specialForm is how a policy writes the special characters themselves.
var specialForm = regexp.MustCompile(`^\$\{([*?$])\}`)

// pieces takes a value apart. In policies of version 2008-10-17 there are no
// variables.
func pieces(value string, wildcards, variables bool) (parts []piece) {
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, piece{text: text.String()})
			text.Reset()
		}
	}
	for len(value) > 0 {
		if variables {
			if found := specialForm.FindStringSubmatch(value); found != nil {
				text.WriteString(found[1])
				value = value[len(found[0]):]
				continue
			}
			if found := variableForm.FindStringSubmatch(value); found != nil {
				flush()
				parts = append(parts, piece{
					kind: variablePiece, key: strings.ToLower(found[1]), fallback: found[2], hasFallback: strings.Contains(found[0], "'"),
				})
				value = value[len(found[0]):]
				continue
			}
		} else if strings.HasPrefix(value, "${") {
			end := strings.IndexByte(value, '}') + 1
			text.WriteString(value[:end])
			value = value[end:]
			continue
		}
		switch {
		case wildcards && value[0] == '*':
			flush()
			parts = append(parts, piece{kind: starPiece})
		case wildcards && value[0] == '?':
			flush()
			parts = append(parts, piece{kind: questionPiece})
		default:
			text.WriteByte(value[0])
		}
		value = value[1:]
	}
	flush()
	return parts
}

func has(parts []piece, kinds ...pieceKind) bool {
	for _, p := range parts {
		if slices.Contains(kinds, p.kind) {
			return true
		}
	}
	return false
}

// language is the texts that pieces without variables describe.
func language(parts []piece, wild term) term {
	var all []term
	for _, p := range parts {
		switch p.kind {
		case starPiece:
			all = append(all, repeated(wild))
		case questionPiece:
			all = append(all, wild)
		default:
			all = append(all, exactly(p.text))
		}
	}
	return sequence(all...)
}

// describes reports whether pieces without variables describe a text.
func describes(parts []piece, text string) bool {
	var pattern strings.Builder
	pattern.WriteString(`(?s)^`)
	for _, p := range parts {
		switch p.kind {
		case starPiece:
			pattern.WriteString(`.*`)
		case questionPiece:
			pattern.WriteString(`.`)
		default:
			pattern.WriteString(regexp.QuoteMeta(p.text))
		}
	}
	return regexp.MustCompile(pattern.String() + `$`).MatchString(text)
}

// arnParts takes an ARN of a policy apart at the colons that are not within a policy
// variable. See the IAM User Guide, "Identify AWS resources with Amazon Resource Names
// (ARNs)".
func arnParts(value string) ([6]string, error) {
	var parts [6]string
	at, depth := 0, 0
	for i := 0; i < len(value); i++ {
		switch {
		case strings.HasPrefix(value[i:], "${"):
			depth++
		case value[i] == '}' && depth > 0:
			depth--
		}
		if value[i] == ':' && depth == 0 && at < 5 {
			at++
			continue
		}
		parts[at] += string(value[i])
	}
	if at < 5 {
		return parts, fmt.Errorf("%q is no ARN of six parts", value)
	}
	return parts, nil
}
