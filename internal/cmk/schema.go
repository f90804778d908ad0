package cmk

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:generate go run ./generate -package @cdktf/provider-aws@19.65.1 -out provider5.json
//go:generate go run ./generate -package @cdktn/provider-aws@25.7.0 -out provider6.json

var (
	//go:embed provider5.json
	provider5 []byte
	//go:embed provider6.json
	provider6 []byte
)

// Table is what a version of the AWS provider says of keys and encryption.
type Table struct {
	// Package is the package of npm that go generate read it from, Version the
	// provider's.
	Package, Version string
	// Types are all resource types, each with the paths of the attributes that speak
	// of keys or encryption, and with those of maps, as "path.*", whose keys are
	// nobody's names.
	Types map[string][]string
}

var (
	tables5 = sync.OnceValue(func() *Table { return readTable(provider5) })
	tables6 = sync.OnceValue(func() *Table { return readTable(provider6) })
)

// Tables are those of the provider's versions that the rules were written for,
// the oldest first.
func Tables() []*Table { return []*Table{tables5(), tables6()} }

func readTable(content []byte) *Table {
	table := &Table{}
	if err := json.Unmarshal(content, table); err != nil {
		panic(err) // the file is part of the package, and a test reads it
	}
	return table
}

var (
	speaksOfEncryption = regexp.MustCompile(`(^|_)(kms|cmk|sse|crypto)(_|$)|encrypt|customer_managed|customer_master|(^|_)key_(arn|id|identifier)$`)
	// keyName is what attributes are called that take a key. It is wide: what turns
	// out to be no KMS key is for the rules to say, with a reason.
	keyName = regexp.MustCompile(`kms|cmk|encryption_key|customer_managed_key|(^|_)key_(arn|id|identifier)$`)
	// switchName is what attributes are called that only stand beside a key.
	switchName = regexp.MustCompile(`enabled$|encrypted$|seconds$|policy_document$|kms_access$|_type$|_context$`)
	// keyBlock is what blocks are called whose id or ARN is a key's.
	keyBlock = regexp.MustCompile(`(encryption|kms)_key$`)
)

// SpeaksOfEncryption tells whether the path of an attribute or the name of a
// type says that it is about keys or encryption. It is wide on purpose: what
// turns out to be no KMS key is for the rules to say, with a reason.
func SpeaksOfEncryption(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "."), speaksOfEncryption.MatchString)
}

// takesKey tells whether an attribute may take a key, by its name.
func takesKey(path string) bool {
	names := strings.Split(path, ".")
	name := names[len(names)-1]
	if len(names) > 1 && keyBlock.MatchString(names[len(names)-2]) {
		return name == "id" || name == "arn"
	}
	return keyName.MatchString(name) && !switchName.MatchString(name)
}

// keyPaths are the attributes of a type that may take a key.
func (t *Table) keyPaths(kind string) []string {
	var found []string
	for _, path := range t.Types[kind] {
		if takesKey(path) {
			found = append(found, path)
		}
	}
	return found
}

// has tells whether the version knows an attribute of a type; true of each
// attribute of a type that it does not know at all, as the other table decides
// on that.
func (t *Table) has(kind, path string) bool {
	paths, known := t.Types[kind]
	return !known || slices.Contains(paths, path)
}
