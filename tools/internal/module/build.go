// Package module writes this module anew over other bindings: the same source, with
// other imports and another go.mod. Neither build tags nor a layer of interfaces could
// do that, as one go.mod would then need modules that a registry may lack.
package module

import (
	"slices"
	"strings"
)

// Build is what the module is written for.
type Build struct {
	// Name is what users call it, such as "cdktn".
	Name string
	// Imports are the packages that take the place of others.
	Imports []Import
}

// Import says which module takes the place of another one.
type Import struct {
	// Old and New are module paths; packages below them keep their names.
	Old, New string
	// Version is that of the new module.
	Version string
	// Package is the name that source knows the module's own package by, where the new
	// one's is another.
	Package string
	// Folder is where `go run ./tools/bindings` puts the new module. Empty where a
	// registry has it.
	Folder string
}

// Paths of the bindings that the module is written with.
const (
	cdktfPath    = "github.com/hashicorp/terraform-cdk-go/cdktf"
	providerPath = "github.com/cdktf/cdktf-provider-aws-go/aws/v19"
)

// Terrain is the module for CDK Terrain, the community's fork of CDKTF, with its
// bindings of version 6 of the AWS provider.
var Terrain = Build{Name: "cdktn", Imports: []Import{
	{Old: cdktfPath, New: "github.com/open-constructs/cdk-terrain-go/cdktn", Version: "v0.24.0", Package: "cdktf", Folder: "cdktn/go/cdktn"},
	{Old: providerPath, New: "github.com/cdktn-io/cdktn-provider-aws-go/aws/v25", Version: "v25.7.0", Folder: "cdktn-provider-aws/go/aws"},
}}

// Provider6 is the module for CDKTF with bindings of version 6 of the AWS provider.
var Provider6 = Build{Name: "provider6", Imports: []Import{
	{Old: providerPath, New: "github.com/cdktf/cdktf-provider-aws-go/aws/v21", Version: "v21.22.1", Folder: "cdktf-provider-aws/go/aws"},
}}

// Builds are all that the module is written for.
var Builds = []Build{Terrain, Provider6}

// Find is the build of a name.
func Find(name string) (Build, bool) {
	i := slices.IndexFunc(Builds, func(b Build) bool { return b.Name == name })
	if i < 0 {
		return Build{}, false
	}
	return Builds[i], true
}

// Names are those of all builds, as an error lists them.
func Names() string {
	var names []string
	for _, build := range Builds {
		names = append(names, build.Name)
	}
	return strings.Join(names, ", ")
}
