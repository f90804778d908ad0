package cmk

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// further is what a special check wants besides the keys.
var further = map[string]object{
	"aws_emr_cluster": {"security_configuration": "kms"},
}

const emrConfiguration = `{"EncryptionConfiguration": {"EnableAtRestEncryption": true, "AtRestEncryptionConfiguration": {
	"S3EncryptionConfiguration": {"EncryptionMode": "SSE-KMS", "AwsKmsKey": "alias/own"},
	"LocalDiskEncryptionConfiguration": {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": "alias/own"}}}}`

// complete is a resource of a type that has everything right, in blocks that are
// lists of one.
func complete(name string, rule rule, tested *key) object {
	values := object{"//": object{"metadata": object{"path": "prod/it"}}}
	maps.Copy(values, further[name])
	for _, key := range rule.keys {
		if key.ignored != "" {
			continue
		}
		put(values, key.plainPath(), "${aws_kms_key.k.arn}")
		for _, setting := range append(slices.Clone(key.with), key.where...) {
			put(values, beside(key, setting), setting.values[0])
		}
		if len(key.whereSet) > 0 && !isSet(values, key.whereSet[0]) {
			put(values, key.whereSet[0], "set")
		}
	}
	if tested != nil {
		for _, condition := range tested.onlyIf {
			put(values, condition.path, fmt.Sprint(!condition.not))
		}
	}
	return values
}

func beside(key key, setting setting) string {
	path := key.plainPath()
	return path[:strings.LastIndex(path, ".")+1] + setting.name
}

// put sets an attribute; nil removes it.
func put(values object, path string, value any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		if values[name] == nil {
			values[name] = []any{object{}}
		}
		values = values[name].([]any)[0].(object)
	}
	if value == nil {
		delete(values, names[len(names)-1])
	} else {
		values[names[len(names)-1]] = value
	}
}

// without removes the outermost block of encryption from an attribute's path, and
// tells whether there is one.
func without(values object, path string) bool {
	names := strings.Split(path, ".")
	for i, name := range names[:len(names)-1] {
		if strings.HasSuffix(name, "!") || !strings.HasSuffix(name, "?") && encryptionBlock.MatchString(name) {
			put(values, strings.NewReplacer("!", "", "?", "").Replace(strings.Join(names[:i+1], ".")), nil)
			return true
		}
	}
	return false
}

// issuesOf are those of one resource beside a key, but for advice, as
// "rule attribute".
func issuesOf(t *testing.T, version, name string, values object) []string {
	t.Helper()
	resources := object{"aws_kms_key": object{"k": object{}}}
	if name == "aws_emr_cluster" {
		resources["aws_emr_security_configuration"] = object{"kms": object{"name": "kms", "configuration": emrConfiguration}}
	}
	resources[name] = object{"it": values}
	stack, err := NewStack("prod", object{"terraform": object{"required_providers": object{"aws": object{"version": version}}}, "resource": resources})
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, issue := range Examine([]*Stack{stack}, []*Stack{stack}, nil, nil).Issues {
		if issue.Address != name+".it" || issue.Path != "prod/it" || issue.Problem == "" || issue.Fix == "" && issue.Rule != Unread {
			t.Errorf("%s: the issue %+v does not say enough", name, issue)
		}
		if !issue.Advice {
			found = append(found, fmt.Sprintf("%s %s", issue.Rule, issue.Attribute))
		}
	}
	return found
}

func TestEveryKeyOfEveryType(t *testing.T) {
	for i, version := range []string{"5.100.0", "6.66.0"} {
		t.Run(version, func(t *testing.T) { everyKey(t, version, Tables()[i]) })
	}
}

func everyKey(t *testing.T, version string, table *Table) {
	tested := 0
	rules := rulesOf(readVersion(version))
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		rule := rules[name]
		if _, has := table.Types[name]; !has {
			continue
		}
		expect := func(what string, values object, want ...string) {
			t.Helper()
			if got := issuesOf(t, version, name, values); !slices.Equal(got, want) {
				t.Errorf("%s, %s: the issues are %q, want %q", name, what, got, want)
			}
		}
		if rule.ignored != "" {
			expect("ignored", object{"//": object{}})
			continue
		}
		if len(rule.keys) == 0 {
			continue // TestTypesWithoutKeys
		}
		expect("all right", complete(name, rule, nil))
		for _, key := range rule.keys {
			if key.ignored != "" || !table.has(name, key.plainPath()) {
				continue
			}
			tested++
			path := key.plainPath()
			change := func(path string, value any) object {
				values := complete(name, rule, &key)
				put(values, path, value)
				return values
			}
			missing := []string{"no-key " + path}
			if key.optional {
				missing = nil
			}
			expect("without a key", change(path, nil), missing...)
			expect("with an empty key", change(path, ""), missing...)
			expect("with a key of AWS", change(path, "alias/aws/service"), "aws-managed-key "+path)
			expect("with a variable", change(path, "${var.key}"), "unread "+path)
			for _, setting := range key.with {
				expect("with "+setting.name+" off", change(beside(key, setting), "OFF"), "no-key "+path)
				if !slices.Contains(setting.values, "") && (setting.from6 == "" || table == tables5()) {
					expect("without "+setting.name, change(beside(key, setting), nil), "no-key "+path)
				}
				expect("with a variable "+setting.name, change(beside(key, setting), "${var.a}"), "unread "+beside(key, setting))
			}
			for _, setting := range key.where {
				values := change(path, nil)
				put(values, beside(key, setting), "OFF")
				expect("with nothing stored", values)
				values = change(path, nil)
				put(values, beside(key, setting), "${var.a}")
				expect("with a variable "+setting.name, values, "unread "+beside(key, setting))
			}
			for _, other := range key.unlessSet {
				values := change(path, nil)
				put(values, other, "set")
				if rule.special == nil {
					expect("with "+other, values)
				}
			}
			if len(key.whereSet) > 0 {
				values := change(path, nil)
				for _, other := range key.whereSet {
					put(values, other, nil)
				}
				expect("with nothing stored", values)
			}
			for _, condition := range key.onlyIf {
				values := change(path, nil)
				put(values, condition.path, fmt.Sprint(condition.not))
				for _, issue := range issuesOf(t, version, name, values) {
					if strings.HasSuffix(issue, " "+path) {
						t.Errorf("%s, with %s %v: %s", name, condition.path, condition.not, issue)
					}
				}
				put(values, condition.path, "${var.a}")
				expect("with a variable "+condition.path, values, "unread "+condition.path)
			}
			if values := complete(name, rule, &key); without(values, key.path) {
				if got := issuesOf(t, version, name, values); !slices.Contains(got, "no-key "+path) && !key.optional {
					t.Errorf("%s, without the block of %s: the issues are %q", name, path, got)
				}
			}
		}
	}
	if tested < 200 {
		t.Errorf("%d keys were tested, want all of them", tested)
	}
	t.Logf("%d keys tested", tested)
}
