// Command generate writes a table of package cmk: every resource type of the AWS
// provider, and every attribute of it that speaks of keys or encryption. Run it
// by go generate ./internal/cmk.
//
// It reads the TypeScript types of a prebuilt provider, which are made from the
// provider's schema and come as a package of npm: so the tables of several
// versions of the provider are made alike, and nothing of Terraform is needed.
// npm downloads the package to a temporary folder.
package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	out := flag.String("out", "", "the file to write")
	source := flag.String("package", "", "the package of npm with the provider's types, such as @cdktf/provider-aws@19.65.1")
	flag.Parse()
	if *out == "" || *source == "" {
		fmt.Fprintln(os.Stderr, "generate: -out and -package must be given")
		os.Exit(2)
	}
	if err := run(*out, *source); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(out, source string) error {
	folder, err := os.MkdirTemp("", "provider")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	command := exec.Command("npm", "pack", source, "--silent")
	command.Dir, command.Stderr = folder, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("npm pack %s: %w", source, err)
	}
	archives, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("npm pack %s made the archives %q, want one", source, archives)
	}
	declarations, err := declarationsIn(archives[0])
	if err != nil {
		return err
	}
	table := table{Package: source, Types: map[string][]string{}}
	for _, text := range declarations {
		if err := table.add(text); err != nil {
			return err
		}
	}
	if table.Version == "" || len(table.Types) < 1000 {
		return fmt.Errorf("%s declares %d resource types of version %q: its form must have changed", source, len(table.Types), table.Version)
	}
	return os.WriteFile(out, table.render(), 0o644)
}

// declarationsIn are the TypeScript declarations of each resource of the
// package, by its folder. Large resources are spread over several files.
func declarationsIn(archive string) (map[string]string, error) {
	file, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return found, nil
		case err != nil:
			return nil, err
		}
		folder, _, isResource := strings.Cut(strings.TrimPrefix(header.Name, "package/lib/"), "/")
		if !isResource || !strings.HasSuffix(header.Name, ".d.ts") || strings.HasPrefix(folder, "data-aws-") || strings.HasPrefix(folder, "ephemeral-") {
			continue
		}
		text, err := io.ReadAll(files)
		if err != nil {
			return nil, err
		}
		found[folder] += string(text)
	}
}
