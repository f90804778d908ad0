package environments

import (
	"maps"

	"go.yaml.in/yaml/v3"
)

// File is what an environments file says.
type File struct {
	// NamePrefix starts the name of every key alias:
	// alias/{NamePrefix}-data-{environment}. Empty means the construct's
	// default, nc-dp.
	NamePrefix string `yaml:"name_prefix"`

	// App is the encryption context's app in every environment, and the keys'
	// app tag. Empty means the construct's default, neurocipher-pipeline.
	App string `yaml:"app"`

	// Services are the values that the encryption context's service may take.
	// Nil means any non-empty one.
	Services []string `yaml:"services"`

	// Tags are the default tags of everything in every environment. An
	// environment's own tags override them: see [File.DefaultTags].
	Tags map[string]string `yaml:"tags"`

	// Environments are the environments, at least one, in the file's order.
	Environments []Environment `yaml:"-"`

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
