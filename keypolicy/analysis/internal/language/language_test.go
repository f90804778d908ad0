package language

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// glob is a pattern in which * and ? are wildcards.
func glob(text string) Pattern {
	var p Pattern
	for _, c := range text {
		switch c {
		case '*':
			p = append(p, Element{Set: Any(), Repeated: true})
		case '?':
			p = append(p, Element{Set: Any()})
		default:
			p = append(p, Element{Set: Only(string(c))})
		}
	}
	return p
}

// arn is glob with wildcards that stay within a part, but for the sixth.
func arn(text string) Pattern {
	var p Pattern
	part := 1
	for _, c := range text {
		set := Only(":").Not()
		if part == 6 {
			set = Any()
		}
		switch c {
		case '*':
			p = append(p, Element{Set: set, Repeated: true})
		case '?':
			p = append(p, Element{Set: set})
		default:
			p = append(p, Element{Set: Only(string(c))})
		}
		if c == ':' {
			part++
		}
	}
	return p
}

var principalArns = Language{
	slices.Concat(Text("arn:aws:iam::"), One(Between('0', '9')).Times(12), Text(":role/"), One(Only(":").Not()), Star(Only(":").Not())),
}

func globs(texts ...string) (all []Language) {
	for _, text := range texts {
		all = append(all, Language{glob(text)})
	}
	return all
}

var plenty = Bounds{States: 20000, Classes: 5000}

func TestDivideFindsEachCombination(t *testing.T) {
	infixes := func(count int) (all []Language) {
		for i := range count {
			all = append(all, Language{glob("*" + string(rune('a'+i)) + "*")})
		}
		return all
	}
	var prefixes, roles []Language
	for i := range 12 {
		prefixes = append(prefixes, Language{glob(string(rune('a'+i)) + "-*")})
		roles = append(roles, Language{glob("arn:aws:iam::*:role/" + string(rune('a'+i)) + "-*")})
	}
	tests := map[string]struct {
		base      Language
		languages []Language
		texts     []string
		want      int
	}{
		"no language":                      {Everything(), nil, nil, 1},
		"one prefix":                       {Everything(), globs("a*"), nil, 2},
		"nested prefixes":                  {Everything(), globs("a*", "ab*"), nil, 3},
		"overlapping":                      {Everything(), globs("a*", "*b"), nil, 4},
		"equal":                            {Everything(), globs("a*", "a*"), nil, 2},
		"contrary":                         {Language{glob("?*")}, globs("?*"), nil, 1},
		"texts apart":                      {Everything(), globs("a*"), []string{"ab", "b", "a"}, 5},
		"text outside of the base":         {Language{glob("a*")}, nil, []string{"b"}, 1},
		"all texts named":                  {Texts("true", "false"), nil, []string{"true", "false"}, 2},
		"all but one named":                {Texts("true", "false"), nil, []string{"true"}, 2},
		"eight infixes":                    {Everything(), infixes(8), nil, 256},
		"twelve prefixes":                  {Everything(), prefixes, nil, 13},
		"twelve patterns of roles":         {principalArns, roles, nil, 13},
		"suffix and wildcards":             {Everything(), globs("*a????"), nil, 2},
		"case":                             {Everything(), []Language{{FoldedText("Straße")}, {Text("straße")}}, nil, 3},
		"Kelvin":                           {Texts("k", "K", "\u212a", "x"), []Language{{FoldedText("K")}}, nil, 2},
		"long s":                           {Texts("s", "\u017f"), []Language{{FoldedText("S")}}, nil, 1},
		"a later star of fewer characters": {Everything(), []Language{{slices.Concat(Star(Any()), Text("/"), Star(Only("/").Not()), Text("x"))}, {glob("*/*/*")}}, nil, 4},
		"a colon after a star":             {Everything(), []Language{{arn("arn:*:s3:::b*")}, {glob("arn:*:s3:::b*")}}, nil, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			classes, ok := Divide(tt.base, tt.languages, tt.texts, plenty)
			if !ok || len(classes) != tt.want {
				t.Fatalf("%d classes (%t), want %d: %v", len(classes), ok, tt.want, classes)
			}
			seen := map[string]bool{}
			for _, class := range classes {
				name := fmt.Sprint(class.In)
				if class.Alone {
					name = class.Text
				} else if slices.Contains(tt.texts, class.Text) {
					t.Errorf("%q stands for more than itself", class.Text)
				}
				if seen[name] {
					t.Errorf("class %v twice", class)
				}
				seen[name] = true
				if !tt.base.Has(class.Text) {
					t.Errorf("%q is not of the base", class.Text)
				}
				for i, l := range tt.languages {
					if l.Has(class.Text) != class.In[i] {
						t.Errorf("%q: language %d: %t", class.Text, i, class.In[i])
					}
				}
			}
		})
	}
}

func TestDivideGivesUp(t *testing.T) {
	var infixes []Language
	for i := range 12 {
		infixes = append(infixes, Language{glob("*" + string(rune('a'+i)) + "*")})
	}
	if _, ok := Divide(Everything(), infixes, nil, Bounds{States: 4000, Classes: 500}); ok {
		t.Error("4,096 classes fit into 500")
	}
	if _, ok := Divide(Everything(), globs("*a"+strings.Repeat("?", 14)), nil, Bounds{States: 4000, Classes: 500}); ok {
		t.Error("32,768 states fit into 4,000")
	}
}

func TestFind(t *testing.T) {
	wanted := func(in string, not ...string) (all []Wanted) {
		for text := range strings.FieldsSeq(in) {
			all = append(all, Wanted{Language{glob(text)}, true})
		}
		for _, text := range not {
			all = append(all, Wanted{Language{glob(text)}, false})
		}
		return all
	}
	var many, none []string
	for i := range 24 {
		many = append(many, "*"+string(rune('a'+i))+"*")
	}
	none = many[1:]
	tests := map[string]struct {
		base   Language
		wanted []Wanted
		avoid  []string
		bound  int
		want   Result
	}{
		"anything":              {Everything(), nil, nil, 100, Found},
		"24 infixes":            {Everything(), wanted(strings.Join(many, " ")), nil, 1000, Found},
		"one of 24":             {Everything(), wanted(many[0], none...), nil, 100, Found},
		"too short":             {Language{One(Any()).Times(5)}, wanted("*a* *b* *c* *d* *e* *f*"), nil, 20000, None},
		"given up":              {Language{One(Any()).Times(11)}, wanted(strings.Join(many[:12], " ")), nil, 200, Exceeded},
		"contradiction":         {Everything(), wanted("a*", "*"), nil, 100, None},
		"all avoided":           {Texts("a", "b"), nil, []string{"a", "b"}, 100, None},
		"not avoided":           {Texts("a", "b"), nil, []string{"a"}, 100, Found},
		"prefix without suffix": {Everything(), wanted("a*", "*a"), nil, 100, Found},
		"long alternation":      {Everything(), wanted("*a" + strings.Repeat("?", 14) + " *b*"), nil, 2000, Found},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			text, got := Find(tt.base, tt.wanted, tt.avoid, tt.bound)
			if got != tt.want {
				t.Fatalf("%v (%q), want %v", got, text, tt.want)
			}
			if got != Found {
				return
			}
			if !tt.base.Has(text) || slices.Contains(tt.avoid, text) {
				t.Errorf("%q is not of the base, or to be avoided", text)
			}
			for _, w := range tt.wanted {
				if w.Language.Has(text) != w.In {
					t.Errorf("%q: %v", text, w)
				}
			}
		})
	}
}

// Each of very many texts, made without regard to how classes are found, is in a
// class that was found.
func TestDivideMissesNoText(t *testing.T) {
	rounds, texts := 60, 200
	if testing.Short() {
		rounds = 15
	}
	random := rand.New(rand.NewPCG(11, 3))
	pick := func(from string) string { return string(from[random.IntN(len(from))]) }
	for range rounds {
		var languages []Language
		var sources, apart []string
		for range 1 + random.IntN(5) {
			var text string
			for range 1 + random.IntN(6) {
				text += pick("aabbAk:*?")
			}
			sources = append(sources, text)
			switch random.IntN(4) {
			case 0:
				apart = append(apart, text)
			case 1:
				languages = append(languages, Language{FoldedText(text)})
			case 2:
				languages = append(languages, Language{arn(text)}, Language{glob("*" + text)})
			default:
				languages = append(languages, Language{glob(text)})
			}
		}
		classes, ok := Divide(Everything(), languages, apart, plenty)
		if !ok {
			t.Fatalf("gave up on %q", sources)
		}
		known := map[string]bool{}
		for _, class := range classes {
			known[fmt.Sprint(class.In, class.Alone)] = true
		}
		for range texts {
			var text string
			for _, c := range sources[random.IntN(len(sources))] {
				switch {
				case random.IntN(8) == 0:
				case random.IntN(8) == 0:
					text += pick("abAKk:z")
				case c == '*' && random.IntN(3) > 0:
					for range random.IntN(3) {
						text += pick("abAKk:z")
					}
				case c == '?' && random.IntN(3) > 0:
					text += pick("abz:")
				default:
					text += string(c)
				}
			}
			var in []bool
			for _, l := range languages {
				in = append(in, l.Has(text))
			}
			if !known[fmt.Sprint(in, slices.Contains(apart, text))] {
				t.Fatalf("no class for %q by %q", text, sources)
			}
		}
	}
}

func BenchmarkDivide(b *testing.B) {
	var apart []string
	for i := range 600 {
		apart = append(apart, fmt.Sprintf("arn:aws:iam::111122223333:role/reader-%d", i))
	}
	var folded []Language
	for i := range 200 {
		folded = append(folded, Language{FoldedText(fmt.Sprintf("name-%d", i))})
	}
	two := []Language{{arn("arn:aws:iam::*:role/reader-1*")}, {arn("arn:aws:iam::111122223333:role/*")}}
	b.Run("600 texts", func(b *testing.B) {
		for b.Loop() {
			Divide(principalArns, two, apart, plenty)
		}
	})
	b.Run("200 folded", func(b *testing.B) {
		for b.Loop() {
			Divide(Everything(), folded, nil, plenty)
		}
	})
}
