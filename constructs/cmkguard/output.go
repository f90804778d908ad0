package cmkguard

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// output is what CDKTF has written for an app.
type output struct {
	// paths are those of the stacks, files theirs, metadata what CDKTF writes beside
	// HCL, annotations what it has taken from the stacks.
	paths           []string
	files, metadata map[string]string
	annotations     map[string][]annotation
}

// annotation is one of CDKTF's manifest.
type annotation struct{ ConstructPath, Level, Message string }

// outputOf reads the manifest as it is by now: to ask for each stack would be
// several calls, and to look for them one that gives every construct of the app.
func outputOf(app cdktf.App) (*output, error) {
	app.Manifest().WriteToFile()
	content, err := os.ReadFile(manifestOf(app))
	if err != nil {
		return nil, err
	}
	// CDKTF writes it when all validations are over.
	if err := removeManifest(app); err != nil {
		return nil, err
	}
	var manifest struct {
		Stacks map[string]struct {
			ConstructPath, SynthesizedStackPath, StackMetadataPath string
			Annotations                                            []annotation
		}
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, err
	}
	o := &output{files: map[string]string{}, metadata: map[string]string{}, annotations: map[string][]annotation{}}
	for _, stack := range manifest.Stacks {
		o.paths = append(o.paths, stack.ConstructPath)
		o.files[stack.ConstructPath] = filepath.Join(*app.Outdir(), filepath.FromSlash(stack.SynthesizedStackPath))
		if stack.StackMetadataPath != "" {
			o.metadata[stack.ConstructPath] = filepath.Join(*app.Outdir(), filepath.FromSlash(stack.StackMetadataPath))
		}
		o.annotations[stack.ConstructPath] = stack.Annotations
	}
	slices.Sort(o.paths)
	return o, nil
}

func manifestOf(app cdktf.App) string {
	return filepath.Join(*app.Outdir(), *cdktf.Manifest_FileName())
}

func removeManifest(app cdktf.App) error { return removeFile(manifestOf(app)) }

// remove takes away what was written.
func (o *output) remove() error {
	var problems []error
	for path, file := range o.files {
		problems = append(problems, removeFile(file))
		if metadata := o.metadata[path]; metadata != "" {
			problems = append(problems, removeFile(metadata))
		}
		_ = os.Remove(filepath.Dir(file)) // the folder may hold assets, too, and stays then
	}
	return errors.Join(problems...)
}

func removeFile(file string) error {
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
