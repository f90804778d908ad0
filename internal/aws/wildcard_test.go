package aws

import (
	"math/rand/v2"
	"testing"
)

func TestPatternsOverlap(t *testing.T) {
	cases := map[string]struct {
		a, b string
		want bool
	}{
		"equal texts":                   {"abc", "abc", true},
		"different texts":               {"abc", "abd", false},
		"a text and its pattern":        {"role/etl-7", "role/etl-*", true},
		"a text and another's pattern":  {"role/etl-7", "role/app-*", false},
		"star matches nothing":          {"role/etl-", "role/etl-*", true},
		"question mark needs one":       {"role/etl-", "role/etl-?", false},
		"crossing stars":                {"*-prod", "etl-*", true},
		"stars with different ends":     {"*-prod", "etl-*-dev", false},
		"stars that share a middle":     {"ab*", "*bc", true},
		"question mark against a star":  {"a?c", "a*", true},
		"nothing and nothing":           {"", "", true},
		"nothing and a star":            {"", "*", true},
		"nothing and a text":            {"", "a", false},
		"one star too short":            {"a*b", "a", false},
		"stars only":                    {"**", "*", true},
		"question marks count length":   {"???", "??", false},
		"question marks within a star":  {"a*", "a??", true},
		"case differs":                  {"Role", "role", false},
		"star in the middle of a token": {"a*c", "abbbc", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := PatternsOverlap(c.a, c.b); got != c.want {
				t.Errorf("PatternsOverlap(%q, %q) = %v, want %v", c.a, c.b, got, c.want)
			}
			if got := PatternsOverlap(c.b, c.a); got != c.want {
				t.Errorf("PatternsOverlap(%q, %q) = %v, want %v", c.b, c.a, got, c.want)
			}
		})
	}
}

// Overlap of a text and a pattern is the match that policies are decided by.
func TestPatternsOverlapAgreesWithMatching(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(alphabet string) string {
		text := make([]byte, random.IntN(7))
		for i := range text {
			text[i] = alphabet[random.IntN(len(alphabet))]
		}
		return string(text)
	}
	for range 20000 {
		pattern, text := pick("ab*?"), pick("ab")
		if got, want := PatternsOverlap(pattern, text), MatchesWildcard(pattern, text); got != want {
			t.Fatalf("PatternsOverlap(%q, %q) = %v, matching says %v", pattern, text, got, want)
		}
	}
}
