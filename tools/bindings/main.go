// Command bindings makes Go modules of the bindings that no Go registry may have: CDK
// Terrain and its AWS provider, and CDKTF's bindings of version 6 of the AWS provider.
//
//	go run ./tools/bindings OUTFOLDER
//
// It takes their npm packages, by the lockfile beside it, and has jsii-pacmak write Go.
// Of the providers' 2,000 packages it keeps those that this module imports, and what
// these need: a pruned provider takes seconds, a whole one hours and far more memory.
//
// OUTFOLDER must be empty or not exist. It gets the npm packages in npm, and a folder
// for each Go module, as package module's builds name them. Needed: Node.js 20 or
// newer, npm, 2 GB of disk. After an error the folder is empty. Nothing of it belongs into
// git.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/neurocipher-io/kmstier/tools/internal/module"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) != 1 {
		return fmt.Errorf("want one output folder, got %d: go run ./tools/bindings OUTFOLDER", len(arguments))
	}
	out, err := filepath.Abs(arguments[0])
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the output folder: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("the output folder %q is not empty; name one that is, or that does not exist", out)
	}
	used, err := module.PackagesOf(".")
	if err != nil {
		return err
	}
	if len(used) == 0 {
		return errors.New("no package of the AWS provider is imported below this folder; run it in the folder of kmstier's go.mod")
	}
	if err := makeBindings(out, used); err != nil {
		return errors.Join(err, module.Empty(out))
	}
	return nil
}

// makeBindings makes the Go modules of the used packages in a folder.
func makeBindings(out string, used []string) error {
	packages, err := install(out)
	if err != nil {
		return err
	}
	for _, provider := range []string{"@cdktf/provider-aws", "@cdktn/provider-aws"} {
		kept, err := prune(filepath.Join(packages, provider), used)
		if err != nil {
			return fmt.Errorf("%s: %w", provider, err)
		}
		fmt.Printf("%s: %d of %d packages kept\n", provider, kept.packages, kept.of)
	}
	for _, made := range []struct{ npm, folder string }{
		{"cdktn", "cdktn"},
		{"@cdktn/provider-aws", "cdktn-provider-aws"},
		{"@cdktf/provider-aws", "cdktf-provider-aws"},
	} {
		if err := generate(packages, made.npm, filepath.Join(out, made.folder)); err != nil {
			return err
		}
		fmt.Printf("%s: written to %s\n", made.npm, filepath.Join(out, made.folder))
	}
	return nil
}
