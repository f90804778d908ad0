package keyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
	"github.com/neurocipher-io/kmstier/keypolicy/analysis"
)

// MaxSize is the largest file that is read, in bytes.
const MaxSize = 256 << 20

// Format is what a file turned out to be.
type Format string

// The formats, as messages name them.
const (
	Plan   Format = "plan"
	State  Format = "state"
	Stack  Format = "synthesized stack"
	Policy Format = "key policy"
)

// File is what was found in a file.
type File struct {
	Format Format
	Keys   []analysis.Key
	// Notes say what the file may hide.
	Notes []string
}

// Defaults say what a file may not: in a plan of a new key there is no ARN.
type Defaults struct {
	// AccountId and Region win over what the file says; empty leaves it to the
	// file.
	AccountId string
	Region    string
}

// Read finds the keys in a file's content. What the file is, is told by the
// content. The error begins with the file's name.
func Read(name string, in io.Reader, defaults Defaults) (File, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	file, err := read(data, defaults)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	return file, nil
}

func read(data []byte, defaults Defaults) (File, error) {
	switch {
	case len(data) > MaxSize:
		return File{}, fmt.Errorf("has more than %d MiB; no plan or policy is that large", MaxSize>>20)
	case len(bytes.TrimSpace(data)) == 0:
		return File{}, errors.New("is empty; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return File{}, errors.New("is a saved plan in Terraform's own format; turn it into JSON with: terraform show -json PLANFILE > plan.json")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var root map[string]json.RawMessage
	if err := json.Unmarshal(data, &root); err != nil {
		var wrongType *json.UnmarshalTypeError
		if errors.As(err, &wrongType) {
			return File{}, fmt.Errorf("is JSON, but no object (%s); must be a plan, a synthesized stack or a key policy", wrongType.Value)
		}
		return File{}, fmt.Errorf("is not valid JSON: %w; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy", ended(err))
	}
	has := func(member string) bool { return root[member] != nil }
	var file File
	var err error
	switch {
	case has("resource_changes") || has("planned_values"):
		file, err = readPlan(data, defaults)
	case has("values") && has("terraform_version"):
		file, err = readState(data, defaults)
	case has("Statement"):
		return readPolicy(data, defaults)
	case has("resource") || has("terraform") || has("provider") || has("data"):
		file, err = readStack(data, defaults)
	case has("format_version"):
		return File{}, errors.New("is a plan or state without resources, so it has no KMS key")
	default:
		return File{}, fmt.Errorf("is JSON with the members %s; that is no plan (resource_changes), no synthesized stack (resource) and no key policy (Statement)", shown(root))
	}
	if err != nil {
		return File{}, err
	}
	if len(file.Keys) == 0 {
		message := fmt.Sprintf("the %s has no KMS key; looked for %s", file.Format, strings.Join(keyTypes, ", "))
		return File{}, errors.New(strings.Join(append([]string{message}, file.Notes...), "; "))
	}
	return file, nil
}

func ended(err error) error {
	if strings.Contains(err.Error(), "unexpected end of JSON input") {
		return errors.New("it ends early")
	}
	if strings.Contains(err.Error(), "exceeded max depth") {
		return errors.New("it is nested more than 10000 deep")
	}
	return err
}

func shown(root map[string]json.RawMessage) string {
	names := slices.Sorted(maps.Keys(root))
	if len(names) == 0 {
		return "of an empty object"
	}
	if len(names) > 5 {
		names = append(names[:5], "...")
	}
	for i, name := range names {
		if name != "..." {
			names[i] = fmt.Sprintf("%q", name)
		}
	}
	return strings.Join(names, ", ")
}

func readPolicy(data []byte, defaults Defaults) (File, error) {
	document, err := keypolicy.Parse(data)
	if err != nil {
		return File{}, err
	}
	key := analysis.Key{Address: "policy", Policy: document}
	finish(&key, place{account: defaults.AccountId, region: defaults.Region})
	return File{Format: Policy, Keys: []analysis.Key{key}}, nil
}
