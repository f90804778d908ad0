package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var (
	//go:embed package.json
	packageJson []byte
	//go:embed package-lock.json
	packageLock []byte
)

// heap is the memory that Node.js may take, in megabytes.
const heap = "8192"

// install installs the npm packages below a folder and returns the folder that they
// are in.
func install(out string) (string, error) {
	folder := filepath.Join(out, "npm")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", err
	}
	for name, content := range map[string][]byte{"package.json": packageJson, "package-lock.json": packageLock} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o666); err != nil {
			return "", err
		}
	}
	return filepath.Join(folder, "node_modules"), runIn(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
}

// generate has jsii-pacmak write the Go module of an npm package into a folder.
func generate(packages, name, out string) error {
	pacmak := filepath.Join(packages, "jsii-pacmak", "bin", "jsii-pacmak")
	if err := runIn(filepath.Join(packages, name), "node", pacmak, "--targets", "go", "--code-only", "--outdir", out); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func runIn(folder, program string, arguments ...string) error {
	command := exec.Command(program, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), "NODE_OPTIONS=--max-old-space-size="+heap)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", program, strings.Join(arguments, " "), err, out)
	}
	return nil
}
