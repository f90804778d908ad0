package environments

import (
	"maps"

	"go.yaml.in/yaml/v3"
)

// File is what an environments file says.
type File struct {
	// Starts the name of every key alias: alias/{name_prefix}-data-{environment}.
	// Default nc-dp.
	NamePrefix string `yaml:"name_prefix" rule:"prefix"`

	// The encryption context's app in every environment, and the keys' app tag.
	// Default neurocipher-pipeline.
	App string `yaml:"app" rule:"app"`

	// The values that the encryption context's service may take, no two that differ
	// in case only. Default: any non-empty one.
	Services []string `yaml:"services" rule:"service"`

	// The Regions that environments, and the buckets with their state, may be in.
	// Default: any Region.
	AllowedRegions []string `yaml:"allowed_regions" rule:"regions"`

	// Default tags of everything in every environment. An environment's own tags
	// override them. No two may differ in case only.
	Tags map[string]string `yaml:"tags" rule:"tags"`

	// The environments by name, each of them one stack.
	Environments Environments `yaml:"environments" rule:",required"`

	name string
	root *yaml.Node
}

// DefaultTags returns the tags for everything in the environment: the common
// ones, overridden by the environment's own.
func (f *File) DefaultTags(e Environment) map[string]string {
	tags := make(map[string]string, len(f.Tags)+len(e.Tags))
	maps.Copy(tags, f.Tags)
	maps.Copy(tags, e.Tags)
	return tags
}
