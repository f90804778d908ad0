package evaluation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
)

// derivation is how a condition key follows from a request's other fields.
type derivation int

const (
	notDerived derivation = iota
	fromIamArn
	fromAccount
	fromPrincipalAccount
	fromKind
	fromServiceness
	fromServiceName
	fromUserName
	fromKeyRegion
	fromKeyAccount
	fromContextNames
)

var derivations = map[string]derivation{
	"aws:principalarn":          fromIamArn,
	"aws:principalaccount":      fromPrincipalAccount,
	"kms:calleraccount":         fromAccount,
	"aws:principaltype":         fromKind,
	"aws:principalisawsservice": fromServiceness,
	"aws:principalservicename":  fromServiceName,
	"aws:username":              fromUserName,
	"aws:requestedregion":       fromKeyRegion,
	"aws:resourceaccount":       fromKeyAccount,
	"kms:encryptioncontextkeys": fromContextNames,
}

// found is what a request carries for a condition key.
type found struct {
	known bool
	one   string
	isOne bool
	many  []string
}

func oneValue(value string) found { return found{known: true, one: value, isOne: true} }

func noValue() found { return found{known: true} }

func (f *found) count() int {
	if f.isOne {
		return 1
	}
	return len(f.many)
}

func (f *found) at(i int) string {
	if f.isOne {
		return f.one
	}
	return f.many[i]
}

// values are a copy: many may be space of the evaluation.
func (f *found) values() []string {
	if f.isOne {
		return []string{f.one}
	}
	return slices.Clone(f.many)
}

// pair is an entry of Request.Context, or of the encryption context.
type pair struct {
	name   string
	value  string
	values []string
}

// readContext lays the request's maps out as lists, which are quicker to search
// whatever the case, and checks their keys.
func (e *evaluation) readContext() error {
	for name, values := range e.request.Context {
		if !aws.IsConditionKey(name) {
			return fmt.Errorf("context key %q: unknown; must be a kms: condition key or a global one", name)
		}
		if other := findPair(e.explicit, name); other != nil {
			return fmt.Errorf("context key %q: is given as %q too; case does not tell keys apart", name, other.name)
		}
		e.explicit = append(e.explicit, pair{name: name, values: values})
	}
	if e.action&aws.ContextActions == 0 {
		return nil
	}
	for name, value := range e.request.EncryptionContext {
		if name == "" {
			return fmt.Errorf("encryption context: has a pair without a name")
		}
		if other := findPair(e.encryption, name); other != nil {
			return fmt.Errorf("encryption context key %q: is given as %q too, which condition keys cannot tell apart", name, other.name)
		}
		e.encryption = append(e.encryption, pair{name: name, value: value})
	}
	return nil
}

func findPair(pairs []pair, name string) *pair {
	for i := range pairs {
		if len(pairs[i].name) == len(name) && (pairs[i].name == name || strings.EqualFold(pairs[i].name, name)) {
			return &pairs[i]
		}
	}
	return nil
}

// lookup is what the request carries for a key, found once an evaluation.
func (e *evaluation) lookup(key *contextKey) *found {
	f := &e.cache[key.slot]
	if !f.known {
		*f = e.find(key)
	}
	return f
}

func (e *evaluation) find(key *contextKey) found {
	if given := findPair(e.explicit, key.name); given != nil {
		if len(given.values) == 1 {
			return oneValue(given.values[0])
		}
		return found{known: true, many: given.values}
	}
	if key.contextName != "" {
		if given := findPair(e.encryption, key.contextName); given != nil {
			return oneValue(given.value)
		}
		return noValue()
	}
	switch key.derivation {
	case fromIamArn:
		if e.caller.iamArn != "" {
			return oneValue(e.caller.iamArn)
		}
	case fromAccount, fromPrincipalAccount:
		if e.caller.account != "" {
			return oneValue(e.caller.account)
		}
		if key.derivation == fromPrincipalAccount && e.caller.kind == callerAnonymous {
			return oneValue(Anonymous)
		}
	case fromKind:
		if kind := principalTypes[e.caller.kind]; kind != "" {
			return oneValue(kind)
		}
	case fromServiceness:
		if e.caller.kind == callerService {
			return oneValue("true")
		}
		if e.caller.kind != callerAnonymous {
			return oneValue("false")
		}
	case fromServiceName:
		if e.caller.kind == callerService {
			return oneValue(e.caller.text)
		}
	case fromUserName:
		if e.caller.kind == callerUser {
			return oneValue(e.caller.name)
		}
	case fromKeyRegion:
		return oneValue(e.key.Region)
	case fromKeyAccount:
		return oneValue(e.key.Account)
	case fromContextNames:
		return found{known: true, many: e.contextNames()}
	}
	return noValue()
}

// principalTypes are the values of aws:PrincipalType. See the IAM User Guide,
// "AWS global condition context keys".
var principalTypes = map[callerKind]string{
	callerAnonymous: "Anonymous",
	callerRoot:      "Account",
	callerUser:      "User",
	callerRole:      "AssumedRole",
	callerSession:   "AssumedRole",
	callerFederated: "FederatedUser",
}

// contextNames are the names in the encryption context, as spelt in the request,
// whether they came from the field or from explicit condition keys.
func (e *evaluation) contextNames() []string {
	names := e.names[:0]
	for _, given := range e.encryption {
		names = append(names, given.name)
	}
	for _, given := range e.explicit {
		name, is := aws.EncryptionContextName(given.name)
		if is && len(given.values) > 0 && findPair(e.encryption, name) == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	e.names = names
	return names
}
