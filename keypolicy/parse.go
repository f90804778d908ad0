package keypolicy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Parse reads a policy as AWS accepts it: a key policy, an identity policy, a
// permissions boundary or a service control policy. Whether it makes sense as one
// of these is for package evaluation and [Document.Validate] to say.
//
// The document comes in the package's own form: single values become lists,
// "Principal": "*" becomes [Everyone], numbers and truth values of conditions
// become text. Rendering it and parsing that again gives the same document.
//
// Every error names the statement by its place and Sid, the element, the value
// and what is allowed. See the IAM User Guide, "Grammar of the IAM JSON policy
// language".
func Parse(policy []byte) (Document, error) {
	root, err := readTree(policy)
	if err != nil {
		return Document{}, fmt.Errorf("the policy %w", err)
	}
	if root.kind != 'o' {
		return Document{}, fmt.Errorf("the policy is %s; must be an object with Version and Statement", root)
	}
	document := Document{Version: OldVersion}
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	statements := false
	for _, m := range root.members {
		switch m.name {
		case "Version":
			switch {
			case m.value.kind == 's' && m.value.text == Version:
				document.Version = ""
			case m.value.kind == 's' && m.value.text == OldVersion:
			default:
				report("Version is %s; must be %q or %q", m.value, Version, OldVersion)
			}
		case "Id":
			if m.value.kind != 's' {
				report("Id is %s; must be text", m.value)
			}
			document.Id = m.value.text
		case "Statement":
			statements = true
			list := m.value.items
			if m.value.kind == 'o' {
				list = []node{m.value}
			} else if m.value.kind != 'a' {
				report("Statement is %s; must be a statement or a list of statements", m.value)
			}
			for i, item := range list {
				statement, errs := parseStatement(item)
				for _, err := range errs {
					report("%s: %w", statementName(i, statement.Sid), err)
				}
				document.Statements = append(document.Statements, statement)
			}
		default:
			report("%s", unknownElement(m.name, "Version", "Id", "Statement"))
		}
	}
	if !statements {
		report("Statement is missing; a policy needs one")
	}
	if problems != nil {
		return Document{}, errors.Join(problems...)
	}
	return document, nil
}

// UnmarshalJSON reads a policy as [Parse] does.
func (d *Document) UnmarshalJSON(policy []byte) error {
	parsed, err := Parse(policy)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

func statementName(index int, sid string) string {
	if sid == "" {
		return fmt.Sprintf("statement %d", index)
	}
	return fmt.Sprintf("statement %d (%s)", index, sid)
}

// unknownElement is the message for an element that is none of those allowed,
// with the one that was meant when only case differs.
func unknownElement(name string, allowed ...string) string {
	for _, element := range allowed {
		if strings.EqualFold(name, element) {
			return fmt.Sprintf("element %q: must be spelt %q", name, element)
		}
	}
	return fmt.Sprintf("element %q: unknown; must be one of %s", name, strings.Join(allowed, ", "))
}

func parseStatement(n node) (s Statement, problems []error) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if n.kind != 'o' {
		return s, []error{fmt.Errorf("is %s; must be an object", n)}
	}
	// The Sid first: errors show it.
	for _, m := range n.members {
		if m.name == "Sid" {
			if m.value.kind != 's' {
				report("Sid is %s; must be text", m.value)
			}
			s.Sid = m.value.text
		}
	}
	present := map[string]bool{}
	texts := func(m member) []string {
		list, err := parseTexts(m.value)
		if err != nil {
			report("%s %w", m.name, err)
		}
		return list
	}
	for _, m := range n.members {
		present[m.name] = true
		switch m.name {
		case "Sid":
		case "Effect":
			s.Effect = Effect(m.value.text)
			if m.value.kind != 's' || s.Effect != Allow && s.Effect != Deny {
				report(`Effect is %s; must be "Allow" or "Deny", case included`, m.value)
			}
		case "Principal", "NotPrincipal":
			principals, errs := parsePrincipals(m.value)
			for _, err := range errs {
				report("%s %w", m.name, err)
			}
			if m.name == "Principal" {
				s.Principals = principals
			} else {
				s.NotPrincipals = principals
			}
		case "Action":
			s.Actions = texts(m)
		case "NotAction":
			s.NotActions = texts(m)
		case "Resource":
			s.Resources = texts(m)
			if len(s.Resources) == 1 && s.Resources[0] == "*" {
				s.Resources = nil
			}
		case "NotResource":
			s.NotResources = texts(m)
		case "Condition":
			conditions, errs := parseConditions(m.value)
			for _, err := range errs {
				report("Condition %w", err)
			}
			s.Conditions = conditions
		default:
			report("%s", unknownElement(m.name, "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"))
		}
	}
	if !present["Effect"] {
		report(`Effect is missing; must be "Allow" or "Deny"`)
	}
	for _, element := range []string{"Action", "Resource"} {
		if !present[element] && !present["Not"+element] {
			report("%s is missing; a statement needs it or Not%s", element, element)
		}
	}
	for _, element := range []string{"Principal", "Action", "Resource"} {
		if present[element] && present["Not"+element] {
			report("%s stands beside Not%s; one of them is allowed", element, element)
		}
	}
	return s, problems
}

// parseTexts reads a text or a list of texts, at least one, none of them empty,
// into canonical order.
func parseTexts(n node) ([]string, error) {
	items := n.items
	switch n.kind {
	case 's':
		items = []node{n}
	case 'a':
		if len(items) == 0 {
			return nil, errors.New("is an empty list; must have at least one value")
		}
	default:
		return nil, fmt.Errorf("is %s; must be text or a list of texts", n)
	}
	var texts []string
	for _, item := range items {
		if item.kind != 's' || item.text == "" {
			return nil, fmt.Errorf("has %s; must be text, and not empty", item)
		}
		texts = append(texts, item.text)
	}
	return Canonical(texts), nil
}

func parsePrincipals(n node) (principals []Principal, problems []error) {
	if n.kind == 's' {
		if n.text != "*" {
			return nil, []error{fmt.Errorf(`is %s; must be "*", or an object such as {"AWS": "arn:aws:iam::123456789012:root"}`, n)}
		}
		return []Principal{Everyone()}, nil
	}
	if n.kind != 'o' || len(n.members) == 0 {
		return nil, []error{fmt.Errorf(`is %s; must be "*", or an object such as {"AWS": "arn:aws:iam::123456789012:root"}`, n)}
	}
	byKind := map[PrincipalType][]string{}
	for _, m := range n.members {
		switch kind := PrincipalType(m.name); kind {
		case PrincipalAws, PrincipalCanonicalUser, PrincipalFederated, PrincipalService:
			ids, err := parseTexts(m.value)
			if err != nil {
				problems = append(problems, fmt.Errorf("%s %w", m.name, err))
			}
			byKind[kind] = ids
		default:
			problems = append(problems, errors.New(unknownElement(m.name, "AWS", "CanonicalUser", "Federated", "Service")))
		}
	}
	// In the order in which rendering writes them.
	for _, kind := range []PrincipalType{PrincipalAws, PrincipalCanonicalUser, PrincipalFederated, PrincipalService} {
		for _, id := range byKind[kind] {
			principals = append(principals, Principal{Type: kind, Id: id})
		}
	}
	return principals, problems
}

func parseConditions(n node) (conditions []Condition, problems []error) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if n.kind != 'o' {
		return nil, []error{fmt.Errorf("is %s; must be an object of operators", n)}
	}
	for _, operator := range sortedMembers(n) {
		if operator.value.kind != 'o' || len(operator.value.members) == 0 {
			report("%s is %s; must be an object with at least one condition key", operator.name, operator.value)
			continue
		}
		for _, key := range sortedMembers(operator.value) {
			values, err := parseConditionValues(key.value)
			if err != nil {
				report("%s on %s %w", operator.name, key.name, err)
			}
			conditions = append(conditions, Condition{Operator: operator.name, Key: key.name, Values: values})
		}
	}
	return conditions, problems
}

// parseConditionValues reads a value or a list of values; numbers and truth
// values count as text, and text may be empty.
func parseConditionValues(n node) ([]string, error) {
	items := n.items
	if n.kind != 'a' {
		items = []node{n}
	} else if len(items) == 0 {
		return nil, errors.New("is an empty list; must have at least one value")
	}
	var values []string
	for _, item := range items {
		if item.kind != 's' && item.kind != 'v' {
			return nil, fmt.Errorf("has %s; must be text, a number, true or false", item)
		}
		values = append(values, item.text)
	}
	return Canonical(values), nil
}

// sortedMembers are an object's members in the order in which rendering writes
// them.
func sortedMembers(n node) []member {
	return slices.SortedFunc(slices.Values(n.members), func(a, b member) int { return strings.Compare(a.name, b.name) })
}
