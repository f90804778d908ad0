package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

// Call is what AWS sends to KMS for a resource that a key may protect, written from
// AWS's documentation and not from the table of services.
type Call struct {
	// Service is the service's name in the table, and Sid the statement that must allow
	// the call.
	Service, Sid string
	// Key is the key's purpose, "data" where it is left out.
	Key string
	// Who is the caller: "roles", "deployer", an ARN, or the name of a service.
	Who string
	// Does are the actions that the call makes.
	Does []string
	// Never are actions of the same caller, in the same context, that nothing needs.
	Never []string
	// Sends are the condition keys of the call, with the short names of
	// encryption context pairs as "context aws:sqs:arn".
	Sends map[string]string
	// Others are values of these keys that calls for other resources, or for other
	// accounts, have.
	Others map[string][]string
	// Optional are keys of Sends without which the call is allowed as well.
	Optional []string
}

const (
	contextPrefix = "context "
	viaService    = "kms:ViaService"
	callerAccount = "kms:CallerAccount"
)

// LoadCalls reads a file of calls.
func LoadCalls(path string) ([]Call, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var calls []Call
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&calls); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, call := range calls {
		for key := range call.Others {
			if _, sent := call.Sends[key]; !sent {
				return nil, fmt.Errorf("%s: %s: %q is not sent", path, call.Sid, key)
			}
		}
	}
	return calls, nil
}

// ServiceCases are the cases of the calls to one key: each call, and its near misses.
// The principals are those that "roles" and "deployer" stand for, and a role of the
// key's account that the configuration does not name.
func ServiceCases(calls []Call, keyArn, purpose string, principals map[string]string, stranger string) *Cases {
	cases := &Cases{About: "what AWS services send"}
	for _, call := range calls {
		if call.Key == purpose || call.Key == "" && purpose == "data" {
			cases.All = append(cases.All, call.cases(keyArn, principals, stranger)...)
		}
	}
	for i := range cases.All {
		cases.All[i].Line = i
	}
	return cases
}

func (c Call) cases(keyArn string, principals map[string]string, stranger string) []Case {
	var cases []Case
	who, named := principals[c.Who]
	if !named {
		who = c.Who
	}
	isService := !strings.HasPrefix(who, "arn:")
	add := func(name string, who string, actions []string, sends map[string]string, allowed bool) {
		decided := []string(nil)
		if allowed {
			decided = []string{c.Sid}
		}
		for _, action := range actions {
			cases = append(cases, Case{
				Name:    c.Service + ": " + name,
				Request: simulator.Request{KeyArn: keyArn, Principal: who, Action: action, Context: contextOf(sends)},
				Expect:  map[Mode]bool{DelegateToIam: allowed, AdministerOnly: allowed}, DecidedBy: map[Mode][]string{DelegateToIam: decided, AdministerOnly: decided},
			})
		}
	}
	without := func(key string) map[string]string {
		sends := maps.Clone(c.Sends)
		delete(sends, key)
		return sends
	}
	with := func(key, value string) map[string]string {
		sends := maps.Clone(c.Sends)
		sends[key] = value
		return sends
	}
	add("what it needs", who, c.Does, c.Sends, true)
	add("what it does not need", who, append(slices.Clone(c.Never), "kms:PutKeyPolicy", "kms:Sign"), c.Sends, false)
	for _, key := range slices.Sorted(maps.Keys(c.Sends)) {
		add("without "+key, who, c.Does, without(key), slices.Contains(c.Optional, key))
		for _, other := range c.Others[key] {
			add("with another "+key, who, c.Does, with(key, other), false)
		}
	}
	if isService {
		add("another service with the same source", "lex.amazonaws.com", c.Does, c.Sends, false)
		add("a role that pretends to be it", stranger, c.Does, c.Sends, false)
	} else {
		add("a role that the configuration does not name", stranger, c.Does, c.Sends, false)
		add("the service of another Region", who, c.Does, with(viaService, strings.Replace(c.Sends[viaService], "us-east-1", "ca-central-1", 1)), false)
		add("another service", who, c.Does, with(viaService, "lex.us-east-1.amazonaws.com"), false)
		add("for a caller of another account", who, c.Does, with(callerAccount, "999999999999"), false)
	}
	return cases
}

// contextOf are the condition keys of a request as AWS fills them.
func contextOf(sends map[string]string) simulator.Context {
	context := simulator.Context{}
	for key, value := range sends {
		if pair, is := strings.CutPrefix(key, contextPrefix); is {
			key = "kms:EncryptionContext:" + pair
		}
		context[key] = []string{value}
	}
	return context
}
