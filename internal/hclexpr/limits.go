package hclexpr

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxDepth bounds the depth of what is parsed: the parser calls itself at each
// level and takes 9 KB of the stack for it, which Go ends the program for at
// 1 GB.
const maxDepth = 500

// maxExponent is the longest exponent of a number, in digits: 1e999999999 has as
// many digits when it is written out.
const maxExponent = 3

// longNumber is in every text with a number that checkTokens refuses, and in some
// without.
var longNumber = regexp.MustCompile(`[0-9.][eE][+-]?[0-9]{4}`)

// mayExceed reports whether a text could be one that checkTokens refuses: a level
// takes a byte at least.
func mayExceed(text string) bool { return len(text) > maxDepth || longNumber.MatchString(text) }

// checkTokens refuses what would take the parser or the evaluator down.
func checkTokens(tokens hclsyntax.Tokens) error {
	if depth(tokens) > maxDepth {
		return fmt.Errorf("is nested more than %d deep", maxDepth)
	}
	for _, token := range tokens {
		if token.Type == hclsyntax.TokenNumberLit {
			if at := bytes.IndexAny(token.Bytes, "eE"); at >= 0 && len(bytes.Trim(token.Bytes[at+1:], "+-")) > maxExponent {
				return fmt.Errorf("has the number %.40s; its exponent may have %d digits", token.Bytes, maxExponent)
			}
		}
	}
	return nil
}

// depth is how deep the parser will at most call itself: once for each bracket
// and quote that is open, for each sign and conditional before the next comma,
// and for each directive, since only the parser knows which one ends it.
func depth(tokens hclsyntax.Tokens) int {
	deepest, current := 0, 0
	// signs are those of each open bracket.
	signs := []int{0}
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			current++
			signs = append(signs, 0)
		case hclsyntax.TokenTemplateControl:
			// The one level is its bracket's, the other stays.
			current += 2
			signs[len(signs)-1]++
			signs = append(signs, 0)
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if len(signs) > 1 {
				current -= signs[len(signs)-1] + 1
				signs = signs[:len(signs)-1]
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion:
			current++
			signs[len(signs)-1]++
		case hclsyntax.TokenComma:
			current -= signs[len(signs)-1]
			signs[len(signs)-1] = 0
		}
		deepest = max(deepest, current)
	}
	return deepest
}
