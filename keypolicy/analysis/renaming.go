package analysis

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// renaming gives the words of a key's names other words, so that keys which differ
// in their names only become the same key.
//
// A word is a longest run of ASCII letters and digits. The renaming swaps words for
// others of the same length, everywhere at once, in policies as in requests. A swap
// of words is one-to-one on all texts, and what a policy says of a text it says of
// the swapped text after the renaming, for these reasons:
//
//   - Texts are compared as a whole and with case, or with wildcards. A word beside a
//     wildcard matches part of a word; no word that holds such a part is renamed.
//   - No word is renamed that stands, in any case, where the policy says something
//     else than a name: an action, a condition key, a number, an account, a Region,
//     another condition's value.
//   - No word is renamed that AWS gives a meaning in ARNs ([meaningful]).
//   - Policies with policy variables are left as they are: those compare two texts of
//     a request with each other.
type renaming struct {
	// to are the new words.
	to map[string]string
	// frozen are words that must stay, in lower case.
	frozen map[string]bool
	// parts stand beside wildcards, in lower case: words that hold one must stay.
	parts map[string]bool
	// words are those of names, in the order in which they are met.
	words []string
	seen  map[string]bool
	// impossible tells that nothing may be renamed.
	impossible bool
}

// meaningful are words that stand in the ARNs of principals and keys by themselves.
// A word of one letter may be part of a Region's name.
var meaningful = func() map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(`arn aws iam sts kms key alias mrk role user root group assumed federated session
		service reserved sso amazonaws com cn us gov iso eusc true false saml oidc provider`) {
		all[word] = true
	}
	return all
}()

// renamingOf finds the words that can be renamed.
func renamingOf(texts visitor) *renaming {
	r := &renaming{to: map[string]string{}, frozen: map[string]bool{}, parts: map[string]bool{}, seen: map[string]bool{}}
	texts(func(text string, from int) string { r.note(text, from); return text })
	if r.impossible {
		return r
	}
	counts := map[int]int{}
	for _, word := range r.words {
		if r.stays(word) {
			continue
		}
		for {
			next := newWord(len(word), counts[len(word)])
			counts[len(word)]++
			if next == "" {
				break
			}
			if !r.stays(next) && !r.seen[next] {
				r.to[word] = next
				break
			}
		}
	}
	return r
}

// newWord is the word of a length at a place; empty when there are no more.
func newWord(length, place int) string {
	number := strconv.FormatInt(int64(place), 36)
	if length < 2 || len(number) >= length {
		return ""
	}
	return "q" + strings.Repeat("0", length-1-len(number)) + number
}

func (r *renaming) stays(word string) bool {
	lower := strings.ToLower(word)
	if r.frozen[lower] || meaningful[lower] || len(word) < 2 || isAccountId(word) {
		return true
	}
	for part := range r.parts {
		if strings.Contains(lower, part) {
			return true
		}
	}
	return false
}

// note takes in a text, which is a name from a place on.
func (r *renaming) note(text string, from int) {
	for i := 0; i < len(text); i++ {
		if strings.HasPrefix(text[i:], "${") {
			length := aws.PlaceholderLength(text[i:])
			r.impossible = r.impossible || aws.IsPolicyVariable(text[i:i+length]) || strings.Contains(text[i+2:i+length], ":")
		}
	}
	eachWord(text, func(start, end int) {
		word := text[start:end]
		wild := func(at int) bool { return at >= 0 && at < len(text) && (text[at] == '*' || text[at] == '?') }
		switch {
		case wild(start-1) || wild(end):
			r.parts[strings.ToLower(word)] = true
		case start < from || from < 0:
			r.frozen[strings.ToLower(word)] = true
		case !r.seen[word]:
			r.seen[word] = true
			r.words = append(r.words, word)
		}
	})
}

// eachWord calls about for the places of the words of a text.
func eachWord(text string, about func(start, end int)) {
	for i := 0; i < len(text); i++ {
		start := i
		for i < len(text) && isWordByte(text[i]) {
			i++
		}
		if i > start {
			about(start, i)
		}
	}
}

func isWordByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// replaceWords is a text with other words.
func replaceWords(text string, to map[string]string) string {
	var out strings.Builder
	last := 0
	eachWord(text, func(start, end int) {
		if word, found := to[text[start:end]]; found {
			out.WriteString(text[last:start])
			out.WriteString(word)
			last = end
		}
	})
	if last == 0 {
		return text
	}
	out.WriteString(text[last:])
	return out.String()
}

// visitor calls a function for every text of something, with the place from which
// on the text is a name (-1 for nowhere), and puts what it returns in its place.
type visitor func(change func(text string, from int) string)

// textsOf visits what decides about a key, and what is expected of it.
func textsOf(key *Key, expected *Expectation) visitor {
	return func(change func(string, int) string) {
		list := func(texts []string, from func(string) int) {
			for i := range texts {
				texts[i] = change(texts[i], from(texts[i]))
			}
		}
		never := func(string) int { return -1 }
		key.Arn = change(key.Arn, arnName(key.Arn))
		for i := range key.Policy.Statements {
			s := &key.Policy.Statements[i]
			s.Sid = change(s.Sid, 0)
			for _, principals := range [][]keypolicy.Principal{s.Principals, s.NotPrincipals} {
				for i := range principals {
					principals[i].Id = change(principals[i].Id, arnName(principals[i].Id))
				}
			}
			list(s.Actions, never)
			list(s.NotActions, never)
			list(s.Resources, arnName)
			list(s.NotResources, arnName)
			for i := range s.Conditions {
				c := &s.Conditions[i]
				change(c.Operator, -1)
				change(c.Key, -1)
				list(c.Values, nameOf(*c))
			}
		}
		for i := range key.Grants {
			g := &key.Grants[i]
			g.Name = change(g.Name, 0)
			g.GranteePrincipal = change(g.GranteePrincipal, arnName(g.GranteePrincipal))
			list(g.Operations, never)
			for _, pairs := range []map[string]string{g.EncryptionContextEquals, g.EncryptionContextSubset} {
				for _, name := range slices.Sorted(maps.Keys(pairs)) {
					change(name, -1)
					pairs[name] = change(pairs[name], 0)
				}
			}
		}
		list(expected.Accounts, never)
		list(expected.Administrators, arnName)
		expected.Applying = change(expected.Applying, arnName(expected.Applying))
	}
}

// isNameKey reports whether the values of a condition key are names, or ARNs that
// end in names: any text.
func isNameKey(key string) bool {
	key = strings.ToLower(key)
	return strings.HasPrefix(key, strings.ToLower(aws.EncryptionContextPrefix)) || strings.HasPrefix(key, "aws:principaltag/") ||
		slices.Contains([]string{"aws:principalarn", "aws:sourcearn", "kms:granteeprincipal", "kms:retiringprincipal"}, key)
}

// nameOf tells from where on the values of a condition are names.
func nameOf(c keypolicy.Condition) func(string) int {
	form, known := aws.ParseOperator(c.Operator)
	isName := known && isNameKey(c.Key) && form.IsText() && form.Comparison != aws.CompareTextIgnoringCase
	return func(value string) int {
		switch {
		case !isName:
			return -1
		case strings.HasPrefix(value, "arn:"):
			return arnName(value)
		}
		return 0
	}
}

// renameable reports whether a policy compares names as texts only, and nothing that
// is made of names otherwise.
func renameable(policy keypolicy.Document) bool {
	for _, s := range policy.Statements {
		for _, c := range s.Conditions {
			form, known := aws.ParseOperator(c.Operator)
			if !known || isNameKey(c.Key) && form.Comparison != aws.CompareExistence && !form.IsText() {
				return false
			}
		}
	}
	return true
}

// arnName is where the resource of an ARN begins; -1 where a text is none. The
// whole of a token is a name.
func arnName(text string) int {
	if strings.HasPrefix(text, "${") && aws.PlaceholderLength(text) == len(text) {
		return 0
	}
	at := 0
	for range 5 {
		next := strings.IndexByte(text[at:], ':')
		if next < 0 || !strings.HasPrefix(text, "arn:") {
			return -1
		}
		at += next + 1
	}
	return at
}

// changed is a request with other words.
func changed(request evaluation.Request, to map[string]string) evaluation.Request {
	request.Principal = replaceWords(request.Principal, to)
	request.Key = replaceWords(request.Key, to)
	context := make(map[string]string, len(request.EncryptionContext))
	for name, value := range request.EncryptionContext {
		context[name] = replaceWords(value, to)
	}
	others := make(map[string][]string, len(request.Context))
	for name, values := range request.Context {
		replaced := slices.Clone(values)
		for i := range replaced {
			replaced[i] = replaceWords(replaced[i], to)
		}
		others[name] = replaced
	}
	request.EncryptionContext, request.Context = context, others
	return request
}
