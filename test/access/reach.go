package access

import (
	"regexp"
	"strings"
)

// effect says how a mutation changes the requests that a statement matches.
type effect int

const (
	narrower effect = iota // fewer requests: a statement, an action or a principal is gone
	wider                  // more requests: a condition is gone
	either                 // a value of a condition is gone, which may do both
)

// reach says which cases a mutation can change at all. Deciding a case costs a
// millisecond and a policy has hundreds of mutations, so the others are spared.
type reach struct {
	// action matches the actions that the statement is about.
	action *regexp.Regexp
	// allows and denies say whether a request may become allowed, or denied,
	// that was not.
	allows, denies bool
}

func reachOf(statement map[string]any, e effect) reach {
	allow := statement["Effect"] == "Allow"
	return reach{
		action: patterns(statement["Action"]),
		allows: e == either || allow == (e == wider),
		denies: e == either || allow == (e == narrower),
	}
}

// covers reports whether the mutation can change the decision on a case that
// comes out as expected without it.
func (r reach) covers(c Case, mode Mode) bool {
	if r.action != nil && !r.action.MatchString(c.Request.Action) {
		return false
	}
	if c.Expect[mode] {
		return r.denies
	}
	return r.allows
}

// patterns returns what matches any action of a statement, or nil, which stands
// for every action, where the statement has no list of actions.
func patterns(actions any) *regexp.Regexp {
	var list []any
	switch actions := actions.(type) {
	case string:
		list = []any{actions}
	case []any:
		list = actions
	default:
		return nil
	}
	var alternatives []string
	for _, action := range list {
		text, ok := action.(string)
		if !ok {
			return nil
		}
		quoted := regexp.QuoteMeta(text)
		quoted = strings.ReplaceAll(quoted, `\*`, ".*")
		alternatives = append(alternatives, strings.ReplaceAll(quoted, `\?`, "."))
	}
	return regexp.MustCompile("(?i)^(" + strings.Join(alternatives, "|") + ")$")
}
