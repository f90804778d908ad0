package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/keypolicy"
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

// Defaults say what a file may not: in a plan of a new key there is no ARN.
type Defaults struct {
	// AccountId and Region are those of keys of which the file does not tell them.
	AccountId string
	Region    string
	// KeyArn is the ARN of the key of a bare key policy.
	KeyArn string
}

// Read finds the keys in a file's content. What the file is, is told by the
// content. The error begins with the file's name.
func Read(name string, in io.Reader, defaults Defaults) (File, error) {
	data, err := content(name, in)
	if err != nil {
		return File{}, err
	}
	return readNamed(name, data, defaults)
}

// content reads a file up to the first byte that is too much.
func content(name string, in io.Reader) ([]byte, error) {
	var data bytes.Buffer
	if file, isFile := in.(fs.File); isFile {
		if about, err := file.Stat(); err == nil {
			data.Grow(int(min(about.Size(), MaxSize)) + bytes.MinRead)
		}
	}
	if _, err := data.ReadFrom(io.LimitReader(in, MaxSize+1)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data.Bytes(), nil
}

// Input is a file to read.
type Input struct {
	// Name stands in errors.
	Name    string
	Content io.Reader
}

// ReadBoth reads two files whose keys are to be compared. Two bare policies are
// those of one key: an ARN that one of them has as its Resource is the key's in
// both, and they may not have different ones. The old file may have no key: before the
// first apply there was none.
func ReadBoth(old, new Input, defaults Defaults) (oldFile, newFile File, err error) {
	var files [2]File
	var contents [2][]byte
	for i, input := range []Input{old, new} {
		if contents[i], err = content(input.Name, input.Content); err != nil {
			return oldFile, newFile, err
		}
		files[i], err = readNamed(input.Name, contents[i], defaults)
		var none withoutKeys
		if i == 0 && errors.As(err, &none) {
			// Before the first apply there were no keys, and all of the other file are new.
			files[i], err = none.file, nil
		}
		if err != nil {
			return oldFile, newFile, err
		}
	}
	if files[0].Format == Policy && files[1].Format == Policy && defaults.KeyArn == "" {
		a, b := files[0].Keys[0].Arn, files[1].Keys[0].Arn
		hasA, hasB := !strings.HasSuffix(a, unknownId), !strings.HasSuffix(b, unknownId)
		switch {
		case hasA && hasB && a != b:
			return oldFile, newFile, fmt.Errorf("%s is the policy of %s, %s of %s, as their Resource says; say with --key-arn which key both are for", old.Name, a, new.Name, b)
		case hasA && !hasB:
			files[1], err = readNamed(new.Name, contents[1], withArn(defaults, a))
		case hasB && !hasA:
			files[0], err = readNamed(old.Name, contents[0], withArn(defaults, b))
		}
	}
	return files[0], files[1], err
}

func withArn(defaults Defaults, arn string) Defaults {
	defaults.KeyArn = arn
	return defaults
}

func readNamed(name string, data []byte, defaults Defaults) (File, error) {
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
	var root map[string]present
	if err := json.Unmarshal(data, &root); err != nil {
		if wrongType, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return File{}, fmt.Errorf("is JSON, but no object (%s); must be a plan, a synthesized stack or a key policy", wrongType.Value)
		}
		return File{}, fmt.Errorf("is not valid JSON: %w; must be a plan or state as JSON (terraform show -json), a synthesized stack (cdk.tf.json) or a key policy", ended(err))
	}
	if err := checkMembers(data); err != nil {
		return File{}, err
	}
	has := func(member string) bool { _, found := root[member]; return found }
	var read func([]byte, Defaults) (File, error)
	switch {
	case has("resource_changes") || has("planned_values"):
		read = readPlan
	case has("values") && (has("terraform_version") || has("format_version")):
		read = readState
	case has("Statement"):
		return readPolicy(data, defaults)
	case has("resource") || has("terraform") || has("provider") || has("data"):
		read = readStack
	case has("format_version"):
		return File{}, withoutKeys{File{Format: State}, "is a plan or state without resources, so it has no KMS key"}
	case has("serial") && has("lineage"):
		return File{}, errors.New("is a state in Terraform's own format; turn it into JSON with: terraform show -json > state.json")
	case has("Policy") && (has("PolicyName") || len(root) == 1):
		return File{}, errors.New("is the whole answer of get-key-policy; its policy alone comes with: aws kms get-key-policy --key-id KEY --query Policy --output text")
	default:
		return File{}, fmt.Errorf("is JSON with the members %s; that is no plan (resource_changes), no synthesized stack (resource) and no key policy (Statement)", shown(root))
	}
	if defaults.KeyArn != "" {
		return File{}, errors.New("is no key policy; --key-arn says whose a bare policy is, and this file has keys of its own")
	}
	file, err := read(data, defaults)
	if err != nil {
		return File{}, err
	}
	if len(file.Keys)+len(file.Lost) == 0 {
		message := fmt.Sprintf("the %s has no KMS key; looked for %s", file.Format, strings.Join(keyTypes, ", "))
		return File{}, withoutKeys{file, strings.Join(append([]string{message}, file.Notes...), "; ")}
	}
	return file, nil
}

// withoutKeys is the error of a file that could be read and has no key in it.
type withoutKeys struct {
	file    File
	message string
}

func (e withoutKeys) Error() string { return e.message }

// present is a member of which only the name counts.
type present struct{}

func (*present) UnmarshalJSON([]byte) error { return nil }

func ended(err error) error {
	if strings.Contains(err.Error(), "unexpected end of JSON input") {
		return errors.New("it ends early")
	}
	if strings.Contains(err.Error(), "exceeded max depth") {
		return errors.New("it is nested more than 10000 deep")
	}
	return err
}

func shown(root map[string]present) string {
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
	key := Key{}
	key.Address, key.Policy, key.Arn = "policy", document, defaults.KeyArn
	finish(&key, unknownId, location{}, defaults, true)
	return File{Format: Policy, Keys: []Key{key}}, nil
}
