package access

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/test/simulator"
)

// names resolves the names of a file and notes which of them are used.
type names struct {
	file *file
	used map[string]bool
}

func newNames(f *file) *names { return &names{file: f, used: map[string]bool{}} }

func (n *names) principals(who []string) ([]string, error) {
	var found []string
	for _, name := range who {
		if members, ok := n.file.Groups[name]; ok {
			n.used["group "+name] = true
			several, err := n.principals(members)
			if err != nil {
				return nil, err
			}
			found = append(found, several...)
			continue
		}
		principal, ok := n.file.Principals[name]
		if !ok {
			return nil, fmt.Errorf("no principal or group is named %q", name)
		}
		n.used["principal "+name] = true
		found = append(found, principal)
	}
	return found, nil
}

func (n *names) actions(does []string) ([]string, error) {
	var found []string
	for _, name := range does {
		switch several, ok := n.file.Actions[name]; {
		case ok:
			n.used["actions "+name] = true
			found = append(found, several...)
		case strings.HasPrefix(name, "kms:"):
			found = append(found, name)
		default:
			return nil, fmt.Errorf("%q is neither an action of KMS nor a name of several", name)
		}
	}
	return found, nil
}

func (n *names) context(base simulator.Context, parts ...string) (simulator.Context, error) {
	merged := maps.Clone(base)
	if merged == nil {
		merged = simulator.Context{}
	}
	for _, name := range parts {
		part, ok := n.file.Contexts[name]
		if !ok {
			return nil, fmt.Errorf("no context is named %q", name)
		}
		n.used["context "+name] = true
		for key, values := range part {
			if values == nil {
				delete(merged, key)
			} else {
				merged[key] = values
			}
		}
	}
	return merged, nil
}

func (n *names) identity(name string) (string, error) {
	if name == "" {
		return "", nil
	}
	policy, ok := n.file.Identities[name]
	if !ok {
		return "", fmt.Errorf("no identity policy is named %q", name)
	}
	n.used["identity "+name] = true
	return string(policy), nil
}

// unused returns what is defined and not used, sorted.
func (n *names) unused() []string {
	var defined []string
	for kind, names := range map[string][]string{
		"group":     slices.Collect(maps.Keys(n.file.Groups)),
		"principal": slices.Collect(maps.Keys(n.file.Principals)),
		"actions":   slices.Collect(maps.Keys(n.file.Actions)),
		"context":   slices.Collect(maps.Keys(n.file.Contexts)),
		"identity":  slices.Collect(maps.Keys(n.file.Identities)),
	} {
		for _, name := range names {
			defined = append(defined, kind+" "+name)
		}
	}
	slices.Sort(defined)
	return slices.DeleteFunc(defined, func(name string) bool { return n.used[name] })
}
