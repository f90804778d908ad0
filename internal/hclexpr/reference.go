package hclexpr

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Reference is the name of something else in a configuration, such as
// aws_kms_key.data["a"].arn.
type Reference struct {
	// Address is the thing itself, without an instance: "aws_kms_key.data",
	// "data.aws_region.here", "local.name", "var.name", "module.name", "each.key".
	Address string
	// Index is what stands in brackets after the address, as it is written: 0,
	// "a", each.key, or * for all instances. Empty if nothing does.
	Index string
	// Attribute is the rest: "arn", "outputs.key", `tags["a"]`. Empty for the
	// thing as a whole.
	Attribute string
}

// String is the reference as Terraform writes it.
func (r Reference) String() string {
	text := r.Address
	if r.Index != "" {
		text += "[" + r.Index + "]"
	}
	if r.Attribute != "" && !strings.HasPrefix(r.Attribute, "[") {
		text += "."
	}
	return text + r.Attribute
}

// ParseReference reads a reference that stands alone, as the "references" of a
// plan do. It is false for any other text.
func ParseReference(text string) (Reference, bool) {
	if len(text) > MaxSize {
		return Reference{}, false
	}
	if mayExceed(text) {
		if tokens, _ := hclsyntax.LexExpression([]byte(text), "", hcl.InitialPos); checkTokens(tokens) != nil {
			return Reference{}, false
		}
	}
	node, problems := hclsyntax.ParseExpression([]byte(text), "", hcl.InitialPos)
	if problems.HasErrors() {
		return Reference{}, false
	}
	return Expression{bare(node), text}.Reference()
}

// Reference is the one that the expression consists of, and whether it does.
func (e Expression) Reference() (Reference, bool) {
	switch node := e.node.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return e.ofTraversal(node.Traversal), true
	case *hclsyntax.IndexExpr:
		of, is := e.with(node.Collection).Reference()
		if !is {
			return Reference{}, false
		}
		return of.indexed(e.code(node.Key)), true
	case *hclsyntax.SplatExpr:
		of, is := e.with(node.Source).Reference()
		if !is {
			return Reference{}, false
		}
		of = of.indexed("*")
		switch each := node.Each.(type) {
		case *hclsyntax.AnonSymbolExpr:
			return of, true
		case *hclsyntax.RelativeTraversalExpr:
			if _, ofItem := each.Source.(*hclsyntax.AnonSymbolExpr); ofItem {
				return of.followedBy(each.Traversal, e.source), true
			}
		}
	case *hclsyntax.RelativeTraversalExpr:
		of, is := e.with(node.Source).Reference()
		if !is {
			return Reference{}, false
		}
		return of.followedBy(node.Traversal, e.source), true
	}
	return Reference{}, false
}

// References are all that stand in the expression, in their order, each once.
// The variables of a "for" within it are none.
func (e Expression) References() []Reference {
	finder := &referenceFinder{of: e, starts: map[int]bool{}, seen: map[Reference]bool{}}
	_ = hclsyntax.Walk(e.node, finder)
	return finder.found
}

type referenceFinder struct {
	of     Expression
	found  []Reference
	seen   map[Reference]bool
	scopes []map[string]struct{}
	// starts are where references begin: what begins there too is a part of one.
	starts map[int]bool
}

func (f *referenceFinder) Enter(node hclsyntax.Node) hcl.Diagnostics {
	if scope, isScope := node.(hclsyntax.ChildScope); isScope {
		f.scopes = append(f.scopes, scope.LocalNames)
		return nil
	}
	expression, isExpression := node.(hclsyntax.Expression)
	if key, isKey := node.(*hclsyntax.ObjectConsKeyExpr); isKey {
		if !key.ForceNonLiteral && hcl.ExprAsKeyword(key.Wrapped) != "" {
			f.starts[key.Range().Start.Byte] = true
		}
		return nil
	}
	if !isExpression || bare(expression) != expression || f.starts[node.Range().Start.Byte] {
		return nil
	}
	reference, is := f.of.with(expression).Reference()
	if !is {
		return nil
	}
	f.starts[node.Range().Start.Byte] = true
	root, _, _ := strings.Cut(reference.Address, ".")
	for _, scope := range f.scopes {
		if _, isLocal := scope[root]; isLocal {
			return nil
		}
	}
	if !f.seen[reference] {
		f.seen[reference] = true
		f.found = append(f.found, reference)
	}
	return nil
}

func (f *referenceFinder) Exit(node hclsyntax.Node) hcl.Diagnostics {
	if _, isScope := node.(hclsyntax.ChildScope); isScope {
		f.scopes = f.scopes[:len(f.scopes)-1]
	}
	return nil
}

// addressLength is how many steps of a traversal are its address: three for a
// data source, two for everything else that Terraform has.
func addressLength(traversal hcl.Traversal) int {
	length := 2
	if traversal.RootName() == "data" {
		length = 3
	}
	for i, step := range traversal {
		if _, isName := step.(hcl.TraverseAttr); i > 0 && !isName || i == length {
			return i
		}
	}
	return len(traversal)
}

func (e Expression) ofTraversal(traversal hcl.Traversal) Reference {
	length := addressLength(traversal)
	names := []string{traversal.RootName()}
	for _, step := range traversal[1:length] {
		names = append(names, step.(hcl.TraverseAttr).Name)
	}
	reference := Reference{Address: strings.Join(names, ".")}
	return reference.followedBy(traversal[length:], e.source)
}

// indexed is the reference followed by brackets.
func (r Reference) indexed(index string) Reference {
	if r.Index == "" && r.Attribute == "" {
		r.Index = index
	} else {
		r.Attribute += "[" + index + "]"
	}
	return r
}

func (r Reference) followedBy(traversal hcl.Traversal, source string) Reference {
	for _, step := range traversal {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			if r.Attribute != "" {
				r.Attribute += "."
			}
			r.Attribute += step.Name
		case hcl.TraverseIndex:
			index := source[step.SrcRange.Start.Byte:step.SrcRange.End.Byte]
			if step.Key.Type() == cty.Number {
				// The old way to write it, a.0, means a[0].
				index = step.Key.AsBigFloat().Text('f', -1)
			}
			r = r.indexed(strings.TrimSuffix(strings.TrimPrefix(index, "["), "]"))
		case hcl.TraverseSplat:
			r = r.indexed("*")
		}
	}
	return r
}
