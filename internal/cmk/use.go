package cmk

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/cmk/alternatives"
)

// Use is what a resource stores under a key that the same files make.
type Use struct {
	// Stack, Address and Path name the resource, Type is its type.
	Stack, Address, Path, Type string
	// Attribute is the one that takes the key, without the numbers of blocks; Label is
	// with them, as issues name it.
	Attribute, Label string
	// What is stored.
	What string
	// Key is the key.
	Key UsedKey
	// IsCertain is false where the attribute may have another value.
	IsCertain bool
	// IsWrittenByServices tells that the files have AWS services write into it: trails,
	// flow logs and so on into a bucket.
	IsWrittenByServices bool
	// Exists tells that the resource is there already.
	Exists bool

	names func(attribute string) Name
}

// UsedKey names a key.
type UsedKey struct{ Stack, Address, Path, Type string }

// Name is how a resource is called.
type Name struct {
	// Text is the name, or the expression that gives it.
	Text string
	// Pattern is the name with "*" for what is not known of it; the same as Text where
	// all of it is.
	Pattern string
}

// IsKnown tells whether all of the name is.
func (n Name) IsKnown() bool { return n.Text == n.Pattern }

// Name is what an attribute of the resource says, which is its own name or that of
// the bucket that it is about.
func (u Use) Name(attribute string) Name { return u.names(attribute) }

// uses notes what is stored under a key of the files.
func (x *examination) uses(r *resource, key key, leaf leaf, what string, values []judged) {
	for _, value := range values {
		if value.holder != customer || value.key == nil {
			continue
		}
		use := Use{
			Stack: r.stack.Name, Address: r.address(), Path: r.path(), Type: r.kind, Attribute: key.plainPath(), Label: leaf.label, What: what,
			Key:                 UsedKey{value.key.stack.Name, value.key.address(), value.key.path(), value.key.kind},
			IsCertain:           len(values) == 1 && leaf.conditional == "",
			Exists:              r.exists,
			IsWrittenByServices: len(x.buckets.logs[x.buckets.bucketOf(r)]) > 0,
			names:               func(attribute string) Name { return x.nameIn(leaf.scope, r, attribute) },
		}
		if r.madeBy != nil {
			use.Label = r.placeInTemplate + "." + use.Label
		}
		x.found.Uses = append(x.found.Uses, use)
	}
}

// nameIn is what an attribute says, or what is known of it: Terraform and AWS make up
// the rest of a name that has a prefix.
func (x *examination) nameIn(s *scope, r *resource, attribute string) Name {
	unknown := Name{Text: "${" + r.address() + "." + attribute + "}", Pattern: "*"}
	written := r.values[attribute]
	if text(written) == "" {
		prefix := x.literal(s, r.values[attribute+"_prefix"])
		return Name{Text: prefix + unknown.Text, Pattern: prefix + "*"}
	}
	if bucket := x.bucketNamed(s, r, attribute, written); bucket != nil {
		return x.nameIn(x.scopeOf(bucket.stack), bucket, "bucket")
	}
	values := s.values(written)
	if plain, known := values.Plain(); known {
		return Name{text(plain), text(plain)}
	}
	if expression, isText := written.(string); isText {
		unknown.Text = expression
	}
	if len(values) == 1 && values[0].Kind == alternatives.Template {
		unknown.Pattern = ""
		for _, part := range values[0].Parts {
			if part.Kind == alternatives.Literal {
				unknown.Pattern += part.Text()
			} else if !strings.HasSuffix(unknown.Pattern, "*") {
				unknown.Pattern += "*"
			}
		}
	}
	return unknown
}

// bucketNamed is the bucket of the files that an attribute names, if it names one.
func (x *examination) bucketNamed(s *scope, r *resource, attribute string, written any) *resource {
	if attribute != "bucket" || slices.Contains(bucketKinds, r.kind) {
		return nil
	}
	if found := x.buckets.in(x, s, written); len(found) == 1 && (len(found[0].key) == 0 || found[0].resource.stack.isResolved) {
		return found[0].resource
	}
	return nil
}

// aboutKeys begin the types that decide about keys and their policies.
var aboutKeys = []string{"aws_kms_", "awscc_kms_", "aws_iam_"}

// KeysJson is the stack as JSON, of whose resources there are those that decide about
// keys: what has to be read to know their policies. The stack must not be a module of
// a plan or state.
func (s *Stack) KeysJson() ([]byte, error) {
	kinds, err := labelled("resource", s.content["resource"])
	if err != nil {
		return nil, err
	}
	kept := []any{}
	for _, kind := range kinds {
		if slices.ContainsFunc(aboutKeys, func(prefix string) bool { return strings.HasPrefix(kind.label, prefix) }) {
			kept = append(kept, object{kind.label: kind.value})
		}
	}
	content := maps.Clone(s.content)
	content["resource"] = kept
	delete(content, "output")
	return json.Marshal(content)
}
