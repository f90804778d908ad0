// Command cdktn writes this module for CDK Terrain, the community's fork of CDKTF: the
// same source over other bindings, as a second module in a folder of its own.
//
//	go run ./tools/cdktn OUTFOLDER
//	go run ./tools/cdktn -bindings FOLDER OUTFOLDER
//
// OUTFOLDER must be empty or not exist, and lie outside of this module. The module
// keeps its path, so that an app takes it by
//
//	go mod edit -replace github.com/neurocipher-io/kmstier=OUTFOLDER
//
// -bindings is a folder that go run ./tools/bindings wrote, for where no registry has
// the Go modules of CDK Terrain; go.mod then names the folders in it. -build names
// another build than cdktn: provider6 is CDKTF with bindings of AWS provider 6.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/neurocipher-io/kmstier/tools/internal/module"
)

func main() {
	name := flag.String("build", module.Terrain.Name, "what to write the module for: "+module.Names())
	bindings := flag.String("bindings", "", "the folder of bindings that go run ./tools/bindings wrote (default: those of a registry)")
	source := flag.String("source", ".", "the folder of this module")
	flag.Parse()
	if err := write(*name, *source, *bindings, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(name, source, bindings string, arguments []string) error {
	build, found := module.Find(name)
	if !found {
		return fmt.Errorf("-build is %q, must be one of %s", name, module.Names())
	}
	if len(arguments) != 1 {
		return fmt.Errorf("want one output folder, got %d: go run ./tools/cdktn [-bindings FOLDER] OUTFOLDER", len(arguments))
	}
	if err := build.Write(source, arguments[0], bindings); err != nil {
		return err
	}
	if bindings == "" {
		fmt.Printf("%s is written; go mod tidy in it fetches the bindings\n", arguments[0])
	} else {
		fmt.Printf("%s is written\n", arguments[0])
	}
	return nil
}
