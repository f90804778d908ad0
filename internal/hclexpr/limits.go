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

// depth is how deep the parser, or whoever walks what it made, will at most call
// itself: once for each bracket and quote that is open, for each operator, index and
// conditional before the next comma, and for each directive, since only the parser
// knows which one ends it.
func depth(tokens hclsyntax.Tokens) int {
	deepest, current := 0, 0
	// open are the brackets around a token, the outermost for the whole text.
	open := []openBracket{{}}
	chain := func() {
		current++
		open[len(open)-1].chained++
	}
	unchain := func() {
		current -= open[len(open)-1].chained
		open[len(open)-1].chained = 0
	}
	for _, token := range tokens {
		switch token.Type {
		case hclsyntax.TokenOBrack, hclsyntax.TokenTemplateControl:
			chain()
			current++
			open = append(open, openBracket{})
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrace, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp:
			current++
			open = append(open, openBracket{isBrace: token.Type == hclsyntax.TokenOBrace})
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace, hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if len(open) > 1 {
				unchain()
				current--
				open = open[:len(open)-1]
			}
		case hclsyntax.TokenComma:
			unchain()
		case hclsyntax.TokenNewline:
			// Between braces, it ends a member as a comma does.
			if open[len(open)-1].isBrace {
				unchain()
			}
		case hclsyntax.TokenBang, hclsyntax.TokenMinus, hclsyntax.TokenQuestion, hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent,
			hclsyntax.TokenAnd, hclsyntax.TokenOr, hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual,
			hclsyntax.TokenGreaterThan, hclsyntax.TokenGreaterThanEq, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq:
			chain()
		}
		deepest = max(deepest, current)
	}
	return deepest
}

// openBracket is a bracket that is not yet closed.
type openBracket struct {
	isBrace bool
	// chained counts what follows one another in it, each around those before.
	chained int
}
