package served

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk"
	"github.com/neurocipher-io/kmstier/internal/source"
)

// keys are those of the files, each read when it is asked for.
type keys struct {
	content func(name string) ([]byte, error)
	files   map[string]*file
	// same are judges by what they judge by: keys of many modules may have one policy.
	same map[string]*judge
}

// file is what a file says of its keys.
type file struct {
	keys    map[string]source.Key
	leftOut []string
	problem string
	judges  map[string]*judge
}

func newKeys(content func(string) ([]byte, error)) *keys {
	return &keys{content: content, files: map[string]*file{}, same: map[string]*judge{}}
}

// hasTagsOfTier reports whether a key may be a KmsTier's, all of which have these tags.
func hasTagsOfTier(key source.Key) bool {
	for _, name := range []string{"Name", "app", "env"} {
		if _, has := key.Tags[name]; !has {
			return false
		}
	}
	return true
}

// find is the judge of a key, or says why there is none: nothing where it is no
// KmsTier's.
func (k *keys) find(key cmk.UsedKey) (found *judge, problem string) {
	f := k.files[key.Stack]
	if f == nil {
		f = k.read(key.Stack)
		k.files[key.Stack] = f
	}
	if f.problem != "" {
		return nil, f.problem
	}
	if found = f.judges[key.Address]; found != nil {
		return found, ""
	}
	read, is := f.keys[key.Address]
	if !is {
		if read, is = f.keys[key.Address+"[*]"]; !is {
			return nil, ""
		}
	}
	if read.Problem != "" {
		if !hasTagsOfTier(read) {
			return nil, ""
		}
		return nil, oneLine(read.Problem)
	}
	id := fmt.Sprintf("%q %#v %#v %q %q", read.Arn, read.Policy, read.Grants, f.leftOut, read.LeftOut)
	if found = k.same[id]; found == nil {
		var err error
		if found, err = newJudge(read, f.leftOut); err != nil {
			return nil, oneLine(err.Error())
		}
		k.same[id] = found
	}
	f.judges[key.Address] = found
	return found, ""
}

func oneLine(text string) string { return strings.ReplaceAll(text, "\n", "; ") }

func (k *keys) read(name string) *file {
	f := &file{keys: map[string]source.Key{}, judges: map[string]*judge{}}
	content, err := k.content(name)
	if err != nil {
		f.problem = oneLine(err.Error())
		return f
	}
	read, err := source.Read(name, bytes.NewReader(content), source.Defaults{})
	if err != nil {
		f.problem = oneLine(err.Error())
		return f
	}
	for _, key := range read.Keys {
		f.keys[key.Address] = key
	}
	f.leftOut = read.LeftOut
	return f
}
