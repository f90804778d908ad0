package access

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/evaluation"
)

// witness is what a request carries so that it meets certain conditions.
type witness struct {
	context    map[string][]string
	encryption map[string]string
}

// solver finds witnesses. It leaves it to the evaluator to say what meets a
// condition, and remembers what it found.
type solver struct {
	keyArn string
	// given are condition keys that have a set value; nil stands for absent.
	given map[string][]string
	// noContext forbids an encryption context.
	noContext bool
	values    map[string][]string
	found     map[string]bool
}

func newSolver(keyArn string) *solver {
	return &solver{keyArn: keyArn, values: map[string][]string{}, found: map[string]bool{}}
}

// solve finds a context for a request of the action that meets all conditions,
// each key by itself, and reports whether there is one. A key stays absent where
// that will do, and where the action does not carry it.
func (s *solver) solve(action string, conditions []keypolicy.Condition) (witness, bool) {
	w := witness{context: map[string][]string{}, encryption: map[string]string{}}
	byKey := map[string][]keypolicy.Condition{}
	var order []string
	for _, condition := range conditions {
		key := strings.ToLower(condition.Key)
		if byKey[key] == nil {
			order = append(order, key)
		}
		byKey[key] = append(byKey[key], condition)
	}
	for key, values := range s.given {
		if len(values) > 0 && carries(action, key) {
			w.context[key] = values
		}
	}
	for _, key := range order {
		about := byKey[key]
		if !carries(action, key) {
			if !s.meets(about, witness{}) {
				return w, false
			}
			continue
		}
		if key == strings.ToLower(contextKeysKey) {
			continue
		}
		if values, given := s.given[key]; given {
			if !s.meets(about, witness{context: map[string][]string{key: values}}) {
				return w, false
			}
			continue
		}
		values, found := s.choose(about)
		name := about[0].Key
		encryption := len(name) > len(contextPrefix) && strings.EqualFold(name[:len(contextPrefix)], contextPrefix)
		switch {
		case !found || encryption && s.noContext && len(values) > 0:
			return w, false
		case encryption && len(values) > 0:
			w.encryption[name[len(contextPrefix):]] = values[0]
		case len(values) > 0:
			w.context[name] = values
		}
	}
	if about := byKey[strings.ToLower(contextKeysKey)]; about != nil {
		return w, s.chooseContextKeys(about, w)
	}
	return w, true
}

// chooseContextKeys adds to the encryption context what conditions on its keys
// demand.
func (s *solver) chooseContextKeys(about []keypolicy.Condition, w witness) bool {
	if s.meets(about, w) {
		return true
	}
	if s.noContext {
		return false
	}
	var added []string
	for _, candidate := range candidates(about) {
		if len(candidate) != 1 || candidate[0] == "" || w.encryption[candidate[0]] != "" {
			continue
		}
		name := candidate[0]
		w.encryption[name] = anyPresentValue
		if s.meets(about, w) {
			return true
		}
		added = append(added, name)
		delete(w.encryption, name)
	}
	for _, name := range added {
		w.encryption[name] = anyPresentValue
	}
	return s.meets(about, w)
}

// choose finds values of one condition key that meet all conditions on it.
func (s *solver) choose(about []keypolicy.Condition) ([]string, bool) {
	name := strings.Join(signatures(about), "\x01")
	if found, known := s.found[name]; known {
		return s.values[name], found
	}
	for _, candidate := range candidates(about) {
		if s.meets(about, witness{context: map[string][]string{about[0].Key: candidate}}) {
			s.found[name], s.values[name] = true, candidate
			return candidate, true
		}
	}
	s.found[name] = false
	return nil, false
}

// meets asks the evaluator whether a request with the witness meets conditions,
// of which each is asked by itself: within one statement, those with the same
// operator and key would be alternatives.
func (s *solver) meets(conditions []keypolicy.Condition, w witness) bool {
	return !slices.ContainsFunc(conditions, func(c keypolicy.Condition) bool { return !s.meetsOne(c, w) })
}

func (s *solver) meetsOne(condition keypolicy.Condition, w witness) bool {
	decision, err := evaluation.Evaluate(
		keypolicy.Document{Statements: []keypolicy.Statement{{
			Effect: keypolicy.Allow, Principals: []keypolicy.Principal{keypolicy.Everyone()},
			Actions: []string{"kms:Decrypt"}, Conditions: []keypolicy.Condition{condition},
		}}},
		evaluation.Request{
			Principal: evaluation.Anonymous, Action: "kms:Decrypt", Key: s.keyArn,
			Context: w.context, EncryptionContext: w.encryption,
		})
	return err == nil && decision.Allowed
}

// candidates are values worth trying for one condition key: none, then those
// that the conditions speak of and their neighbours, then one that nobody has
// thought of.
func candidates(about []keypolicy.Condition) [][]string {
	all := [][]string{nil}
	add := func(values ...string) {
		if !slices.ContainsFunc(all, func(other []string) bool { return slices.Equal(other, values) }) {
			all = append(all, values)
		}
	}
	for _, condition := range about {
		for _, value := range condition.Values {
			switch {
			case strings.Contains(condition.Operator, "Null"):
				add(anyPresentValue)
			case strings.Contains(condition.Operator, "Bool"):
				add("true")
				add("false")
			case strings.Contains(condition.Operator, "Numeric"):
				if number, err := strconv.ParseFloat(value, 64); err == nil {
					for _, step := range []float64{0, -1, 1} {
						add(strconv.FormatFloat(number+step, 'f', -1, 64))
					}
				}
			case strings.Contains(condition.Operator, "Date"):
				for _, neighbour := range datesAround(value) {
					add(neighbour)
				}
			case strings.Contains(condition.Operator, "IpAddress"):
				address, _, _ := strings.Cut(value, "/")
				add(address)
				add("192.0.2.1")
				add("2001:db8::1")
			case strings.Contains(condition.Operator, "Equals") && !strings.Contains(condition.Operator, "Arn"):
				add(value)
			default:
				add(sample(value))
			}
		}
	}
	if slices.ContainsFunc(about, func(c keypolicy.Condition) bool { return strings.Contains(c.Operator, "Bool") }) {
		// Such a key holds nothing but true or false.
		return all
	}
	add(anyPresentValue)
	add("arn:aws:kmsaccess:any-region-1:000000000000:" + anyPresentValue)
	return all
}

func datesAround(value string) []string {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01"} {
		if date, err := time.Parse(layout, value); err == nil {
			return []string{
				date.UTC().Format(time.RFC3339),
				date.Add(-time.Second).UTC().Format(time.RFC3339),
				date.Add(time.Second).UTC().Format(time.RFC3339),
			}
		}
	}
	var seconds int64
	if _, err := fmt.Sscan(value, &seconds); err != nil {
		return nil
	}
	return []string{value, strconv.FormatInt(seconds-1, 10), strconv.FormatInt(seconds+1, 10)}
}
