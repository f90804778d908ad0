package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

// file is a file of access cases.
type file struct {
	About      string                     `json:"about"`
	Key        string                     `json:"key"`
	Principals map[string]string          `json:"principals"`
	Groups     map[string][]string        `json:"groups"`
	Actions    map[string][]string        `json:"actions"`
	Identities map[string]json.RawMessage `json:"identities"`
	Contexts   map[string]context         `json:"contexts"`
	Cases      []line                     `json:"cases"`
}

// line is one line of cases.
type line struct {
	Name   string   `json:"name"`
	Who    []string `json:"who"`
	Does   []string `json:"does"`
	In     []string `json:"in"`
	Each   []string `json:"each"`
	With   string   `json:"with"`
	By     deciders `json:"by"`
	Expect expected `json:"expect"`
}

// context is a named part of a request's context. A key with no values is taken
// out of what the parts before it put in.
type context map[string]values

// values are written as a string, a list of strings, or null for none.
type values []string

// UnmarshalJSON implements json.Unmarshaler.
func (v *values) UnmarshalJSON(text []byte) error {
	var one *string
	if json.Unmarshal(text, &one) == nil {
		*v = nil
		if one != nil {
			*v = values{*one}
		}
		return nil
	}
	var several []string
	if err := json.Unmarshal(text, &several); err != nil || len(several) == 0 {
		return fmt.Errorf("the value of a condition key is a string, a list of strings or null, found %s", text)
	}
	*v = several
	return nil
}

// expected are decisions by mode, written as "allow", "deny" or an object with
// one for each mode.
type expected map[Mode]bool

// UnmarshalJSON implements json.Unmarshaler.
func (e *expected) UnmarshalJSON(text []byte) error {
	var same string
	byMode := map[Mode]string{}
	if json.Unmarshal(text, &same) == nil {
		for _, mode := range Modes {
			byMode[mode] = same
		}
	} else if err := json.Unmarshal(text, &byMode); err != nil {
		return err
	}
	*e = expected{}
	for _, mode := range Modes {
		switch decision := byMode[mode]; decision {
		case "allow", "deny":
			(*e)[mode] = decision == "allow"
		default:
			return fmt.Errorf(`expected "allow" or "deny" for %s, found %q`, mode, decision)
		}
	}
	if len(byMode) != len(Modes) {
		return fmt.Errorf("expected a decision for each of %v, found %v", Modes, byMode)
	}
	return nil
}

// Load reads a file of access cases. It is a JSON object with
//
//   - about: what configuration the cases hold for
//   - key: the ARN of the key
//   - principals: ARNs and service names by the names that cases use
//   - groups: names of several principals
//   - actions: names of several actions
//   - identities: IAM policies by name
//   - contexts: parts of a request's context by name; null takes a condition key out
//   - cases: the cases
//
// and a case of
//
//   - name: what it is about
//   - who: principals and groups
//   - does: actions and names of several
//   - in: names of contexts, one laid over the other
//   - each: names of contexts; there is a case with each of them laid over the rest
//   - with: the name of the principal's IAM policy, if it has one
//   - by: the Sid of the statement that decides, "no statement" where nothing matches,
//     a list where the combinations differ, or an object with one for each [Mode]
//   - expect: "allow" or "deny", or an object with one for each [Mode]
//
// A line stands for a case for every combination of who, does and each. A name
// that is not defined, or is defined and never used, is an error: a case that
// asks something else than it says is worse than none.
func Load(path string) (*Cases, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var f file
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	cases, err := f.expand()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return cases, nil
}

func (f *file) expand() (*Cases, error) {
	names := newNames(f)
	expanded := &Cases{About: f.About}
	for i, line := range f.Cases {
		cases, err := f.expandLine(i, line, names)
		if err != nil {
			return nil, fmt.Errorf("cases[%d] (%s): %w", i, line.Name, err)
		}
		expanded.All = append(expanded.All, cases...)
	}
	if unused := names.unused(); len(unused) > 0 {
		return nil, fmt.Errorf("defined and never used: %s", strings.Join(unused, ", "))
	}
	return expanded, nil
}

func (f *file) expandLine(index int, l line, names *names) ([]Case, error) {
	principals, err := names.principals(l.Who)
	if err != nil {
		return nil, err
	}
	actions, err := names.actions(l.Does)
	if err != nil {
		return nil, err
	}
	if l.Name == "" || len(principals) == 0 || len(actions) == 0 || l.Expect == nil {
		return nil, fmt.Errorf("a case needs name, who, does and expect")
	}
	base, err := names.context(nil, l.In...)
	if err != nil {
		return nil, err
	}
	identity, err := names.identity(l.With)
	if err != nil {
		return nil, err
	}
	each := l.Each
	if len(each) == 0 {
		each = []string{""}
	}
	var cases []Case
	for _, variant := range each {
		context := base
		if variant != "" {
			if context, err = names.context(base, variant); err != nil {
				return nil, err
			}
		}
		for _, principal := range principals {
			for _, action := range actions {
				cases = append(cases, Case{
					Name: l.Name, Variant: variant,
					Request: simulator.Request{
						KeyArn: f.Key, Principal: principal, Action: action,
						// Nobody may change the context of one case through another.
						Context: maps.Clone(context), IdentityPolicy: identity,
					},
					Expect: l.Expect, DecidedBy: l.By, Line: index,
				})
			}
		}
	}
	return cases, nil
}
